import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What Stopgate counts. The alarms in `infra/` watch some of them by these names. */
export type MetricName =
  | 'MessagesHeard'
  | 'OptOuts'
  | 'OptIns'
  | 'ReviewsRequested'
  | 'ReceiptsHeard'
  | 'WebhooksRefused'
  | 'WebhooksUnreadable'
  | 'InboundDeferred'
  | 'InboundNotStored'
  | 'RepliesNotQueued'
  | 'MessagesSent'
  | 'MessagesRefused'
  | 'MessagesFailed'
  | 'MessagesRetried'
  | 'MessagesUnparseable'
  | 'UnknownResults'
  | 'RepliesSent'
  | 'RepliesNotSent';

/** Counts something that happened. */
export type Count = (name: MetricName, times?: number) => void;

export const createMetrics = (): Metrics => new Metrics();

export const countingWith =
  (metrics: Metrics): Count =>
  (name, times = 1) =>
    metrics.addMetric(name, MetricUnit.Count, times);
