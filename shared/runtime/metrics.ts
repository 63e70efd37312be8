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

/** What Stopgate measures. `ConsentAge`: how old a consent read is when it lets a message leave, at most 250 ms. */
export type MeasureName = 'ConsentAge';

/** Counts something that happened. */
export type Count = (name: MetricName, times?: number) => void;

/** Measures how long something took, or how old it was. */
export type Measure = (name: MeasureName, milliseconds: number) => void;

export const createMetrics = (serviceName?: string): Metrics => new Metrics({ ...(serviceName && { serviceName }) });

export const countingWith =
  (metrics: Metrics): Count =>
  (name, times = 1) =>
    metrics.addMetric(name, MetricUnit.Count, times);

/** Costs no call: what is measured leaves with what is counted, in the log line of the invocation. */
export const measuringWith =
  (metrics: Metrics): Measure =>
  (name, milliseconds) =>
    metrics.addMetric(name, MetricUnit.Milliseconds, milliseconds);

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
