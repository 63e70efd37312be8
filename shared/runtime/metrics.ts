import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MiddlewareObj } from '@middy/core';

/** What Stopgate counts. The alarms in `infra/` watch some of them by these names. */
export type MetricName =
  | 'MessagesHeard'
  | 'OptOuts'
  | 'OptOutsInLists'
  | 'OptIns'
  | 'ReviewsRequested'
  | 'ReviewsDueSoon'
  | 'ReviewsLapsed'
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
  | 'MessagesLetGo'
  | 'MessagesUnparseable'
  | 'UnknownResults'
  | 'CarriersPaused'
  | 'RepliesSent'
  | 'RepliesNotSent';

/** Counts something that happened. */
export type Count = (name: MetricName, times?: number) => void;

export const createMetrics = (serviceName?: string): Metrics => new Metrics({ ...(serviceName && { serviceName }) });

export const countingWith =
  (metrics: Metrics): Count =>
  (name, times = 1) =>
    metrics.addMetric(name, MetricUnit.Count, times);

/**
 * Writes down what was counted, once the function is done or has failed. Powertools' own middleware warns in the log of
 * each invocation that had nothing to count.
 */
export function publishMetrics(metrics: Metrics): MiddlewareObj {
  const publish = () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return { after: publish, onError: publish };
}
