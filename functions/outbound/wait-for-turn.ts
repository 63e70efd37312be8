import { setTimeout as sleep } from 'node:timers/promises';
import type { SenderPace } from '../../shared/ledger/sender-pace.ts';
import { type Logger, safeError } from '../../shared/runtime/logging.ts';
import type { Job } from './claim-record.ts';

export interface PacingPorts {
  readonly pace: Pick<SenderPace, 'reserve'>;
  readonly logger: Logger;
}

/** When a job may leave, in milliseconds since the epoch; undefined: at once. */
export type Turn = number | undefined | 'not reserved';

/** The longest wait inside a function. Whatever waits longer goes back to its queue, where waiting costs nothing. */
const MAX_WAIT_HERE_MS = 1_500;

/**
 * When each job may leave. Senders without a rate have no turns, and cost nothing; the others reserve theirs in one
 * write for all jobs of the batch. A job that came back for its turn has it already.
 */
export async function takeTurns(jobs: readonly Job[], { pace, logger }: PacingPorts): Promise<ReadonlyMap<Job, Turn>> {
  const turns = new Map<Job, Turn>();
  const waiting = new Map<string, Job[]>();
  for (const job of jobs) {
    const { sender, messagesPerSecond } = job.sender;
    if (job.claim.turn !== undefined) turns.set(job, job.claim.turn);
    else if (messagesPerSecond !== undefined) waiting.set(sender, [...(waiting.get(sender) ?? []), job]);
  }
  await Promise.all(
    [...waiting].map(async ([sender, ofSender]) => {
      const rate = ofSender[0]?.sender.messagesPerSecond ?? 1;
      const first = await pace.reserve(sender, rate, ofSender.length).catch((error: unknown) => {
        logger.error('No turns could be reserved for a sender', { error: safeError(error) });
        return undefined;
      });
      ofSender.forEach((job, index) => {
        turns.set(job, first === undefined ? 'not reserved' : first + (index * 1_000) / rate);
      });
    }),
  );
  return turns;
}

/**
 * Waits for a turn that is near.
 * @returns the milliseconds for which the job had better go back to its queue, where its turn is too far away
 */
export async function waitForTurn(turn: number | undefined, clock: () => number): Promise<number | undefined> {
  const wait = (turn ?? 0) - clock();
  if (wait <= 0) return undefined;
  // Early rather than late, because SQS counts in seconds: the rest is waited for here.
  if (wait > MAX_WAIT_HERE_MS) return Math.floor(wait / 1_000) * 1_000;
  await sleep(wait);
  return undefined;
}
