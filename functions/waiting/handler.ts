import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { WAITING_SHARDS, type Waiting, type WaitingRoom } from '../../shared/ledger/waiting-room.ts';
import { type Logger, NO_EVENTS, safeError } from '../../shared/runtime/logging.ts';
import { type Count, publishMetrics } from '../../shared/runtime/metrics.ts';
import type { Queue } from '../../shared/runtime/queue.ts';

export interface WaitingPorts {
  readonly waitingRoom: Pick<WaitingRoom, 'letGo'>;
  readonly outboundQueue: Pick<Queue, 'sendBodies'>;
  readonly count: Count;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Called by the clock, with nothing in the event that matters. */
export type WaitingHandler = (event: unknown, context: Context) => Promise<void>;

/** Time for the page in hand when no more is begun. Milliseconds. */
const TO_FINISH_MS = 30_000;
/** SQS takes ten messages at once. */
const BATCH = 10;
/** Calls to SQS at once for each shard: for all eight together fewer than the fifty connections of an AWS client. */
const BATCHES_AT_ONCE = 5;

/** Puts messages back on the outbound queue whose waiting time is over. What there is no time for is done by the next call. */
export function createWaitingHandler(ports: WaitingPorts): WaitingHandler {
  return middy<unknown, void>()
    .use(injectLambdaContext(ports.logger, NO_EVENTS))
    .use(publishMetrics(ports.metrics))
    .handler((_, context) =>
      letAllGo(ports, () => context.getRemainingTimeInMillis() > TO_FINISH_MS),
    ) as unknown as WaitingHandler;
}

async function letAllGo(ports: WaitingPorts, hasTime: () => boolean): Promise<void> {
  const shards = Array.from({ length: WAITING_SHARDS }, (_, shard) =>
    ports.waitingRoom.letGo(shard, (messages) => requeue(messages, ports), hasTime),
  );
  let count = 0;
  const errors: unknown[] = [];
  for (const result of await Promise.allSettled(shards)) {
    if (result.status === 'fulfilled') count += result.value;
    else errors.push(result.reason);
  }
  if (count > 0) ports.count('MessagesLetGo', count);
  for (const error of errors) ports.logger.error('Messages could not be let go', { error: safeError(error) });
  if (errors.length > 0) throw new Error(`${errors.length} of ${WAITING_SHARDS} shards could not be let go`);
}

async function requeue(messages: readonly Waiting[], { outboundQueue }: WaitingPorts): Promise<void> {
  const bodies = messages.map(({ body }) => body);
  for (const some of inChunks(inChunks(bodies, BATCH), BATCHES_AT_ONCE)) {
    const results = await Promise.allSettled(some.map((batch) => outboundQueue.sendBodies(batch)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

const inChunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
