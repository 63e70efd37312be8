import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { NO_EVENTS, safeError } from './logging.ts';
import { publishMetrics } from './metrics.ts';

/** A message that is to come back: it is not done, and that is no fault. */
export class ComeBackLater extends Error {
  override readonly name = 'ComeBackLater';
}

export type SqsHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * A function that works on a batch of queue messages, each by itself: those whose result is a rejection go back to the
 * queue, the others are done.
 */
export function sqsHandler(
  handle: (event: SQSEvent) => Promise<PromiseSettledResult<unknown>[]>,
  { logger, metrics }: { logger: Logger; metrics: Metrics },
): SqsHandler {
  // Middy's own log line would print the whole record: a number and a text.
  const logFailure = (reason: unknown) => {
    if (!(reason instanceof ComeBackLater)) logger.error('A queue message failed', { error: safeError(reason) });
  };
  return middy<SQSEvent, PromiseSettledResult<unknown>[]>()
    .use(injectLambdaContext(logger, NO_EVENTS))
    .use(publishMetrics(metrics))
    .use(sqsPartialBatchFailure({ logger: logFailure }))
    .handler(handle) as unknown as SqsHandler;
}
