import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { NO_EVENTS, safeError } from './logging.ts';
import { publishMetrics } from './metrics.ts';
import type { Queue } from './queue.ts';

/**
 * A message that is to come back: it is not done, and that is no fault. Its message is a word on why, never one that may hold a
 * number or a text.
 */
export class ComeBackLater extends Error {
  override readonly name = 'ComeBackLater';
}

export type SqsHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

export interface SqsHandlerPorts {
  readonly deadLetters: Pick<Queue, 'bury'>;
  /** The receives after which SQS itself would move a message to the dead letters, without a word on why. */
  readonly maxReceives: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * A function that works on a batch of queue messages, each by itself: those whose result is a rejection go back to the
 * queue, the others are done. What is rejected at its last receive becomes a dead letter that says what it failed by.
 */
export function sqsHandler(
  handle: (event: SQSEvent) => Promise<PromiseSettledResult<unknown>[]>,
  ports: SqsHandlerPorts,
): SqsHandler {
  const { logger, metrics } = ports;
  // Middy's own log line would print the whole record: a number and a text.
  const logFailure = (reason: unknown) => {
    if (!(reason instanceof ComeBackLater)) logger.error('A queue message failed', { error: safeError(reason) });
  };
  return middy<SQSEvent, PromiseSettledResult<unknown>[]>()
    .use(injectLambdaContext(logger, NO_EVENTS))
    .use(publishMetrics(metrics))
    .use(sqsPartialBatchFailure({ logger: logFailure }))
    .handler(async (event) =>
      Promise.all(
        (await handle(event)).map((result, index) =>
          result.status === 'rejected' ? lastResort(event.Records[index] as SQSRecord, result, ports) : result,
        ),
      ),
    ) as unknown as SqsHandler;
}

async function lastResort(
  record: SQSRecord,
  failed: PromiseRejectedResult,
  { deadLetters, maxReceives, logger }: SqsHandlerPorts,
): Promise<PromiseSettledResult<unknown>> {
  if (Number(record.attributes.ApproximateReceiveCount) < maxReceives) return failed;
  try {
    await deadLetters.bury(record, `received ${maxReceives} times, at last: ${wordFor(failed.reason)}`);
    logger.error('A queue message is given up', { error: safeError(failed.reason) });
    return { status: 'fulfilled', value: undefined };
  } catch {
    // SQS moves it as it is when it is asked for the next time.
    return failed;
  }
}

/** What is told of an error: its code or its name, never its message, which may quote what somebody wrote. */
export function wordFor(reason: unknown): string {
  if (reason instanceof ComeBackLater && reason.message) return reason.message;
  const { name, code = name } = safeError(reason);
  return code;
}
