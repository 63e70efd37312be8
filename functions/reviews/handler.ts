import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { NO_EVENTS } from '../../shared/runtime/logging.ts';
import { publishMetrics } from '../../shared/runtime/metrics.ts';
import { type DeadlinePorts, watchDeadlines } from './watch-deadlines.ts';

export interface ReviewsPorts extends DeadlinePorts {
  readonly metrics: Metrics;
}

/** Called by the clock, with nothing in the event that matters. */
export type ReviewsHandler = (event: unknown, context: Context) => Promise<void>;

/** Time for what is in hand when no more is begun. Milliseconds. */
const TO_FINISH_MS = 30_000;

/** Looks after the deadlines of reviews, for as long as a call may take; what is left is done by the next one. */
export function createReviewsHandler(ports: ReviewsPorts): ReviewsHandler {
  return middy<unknown, void>()
    .use(injectLambdaContext(ports.logger, NO_EVENTS))
    .use(publishMetrics(ports.metrics))
    .handler((_, context) =>
      watchDeadlines(ports, () => context.getRemainingTimeInMillis() > TO_FINISH_MS),
    ) as unknown as ReviewsHandler;
}
