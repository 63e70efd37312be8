import type { SenderPace } from '../../shared/ledger/sender-pace.ts';
import { type Logger, safeError } from '../../shared/runtime/logging.ts';
import type { Job } from './claim-record.ts';

export interface PacingPorts {
  readonly pace: Pick<SenderPace, 'reserve'>;
  readonly logger: Logger;
}

export interface WaitingPorts {
  readonly clock: () => number;
  /** Milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** When a job may leave, in milliseconds since the epoch; undefined: at once. */
export type Turn = number | undefined | 'not reserved';

/**
 * The longest wait inside a function, which does nothing else meanwhile: ten functions that waited a second for each ten messages
 * could not send a hundred a second. Whatever waits longer goes back to its queue, where waiting keeps nobody busy.
 */
const MAX_WAIT_HERE_MS = 200;

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

/** Whether a turn is still to be waited for at a moment, in milliseconds since the epoch. */
export const waitsAt = (turn: Turn, moment: number): boolean => typeof turn === 'number' && turn > moment;

/**
 * Waits for a turn that is near.
 * @returns the milliseconds for which the job had better go back to its queue, where its turn is too far away
 */
export async function waitForTurn(
  turn: number | undefined,
  { clock, sleep }: WaitingPorts,
): Promise<number | undefined> {
  const wait = (turn ?? 0) - clock();
  if (wait <= 0) return undefined;
  // SQS counts in seconds, so it leaves within a second after its turn, with the others whose turn was in that second.
  if (wait > MAX_WAIT_HERE_MS) return wait;
  await sleep(wait);
  return undefined;
}
