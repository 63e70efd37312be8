import { LEAVE_AHEAD_MS, type SenderPace } from '../../shared/ledger/sender-pace.ts';
import { type Logger, safeError } from '../../shared/runtime/logging.ts';
import type { Job } from './claim-record.ts';

export interface PacingPorts {
  readonly pace: Pick<SenderPace, 'ask'>;
  readonly clock: () => number;
  readonly logger: Logger;
}

/**
 * What the rate of its sender says to a job: it may leave from a time on, which is near enough to be waited for in the
 * function; or it comes back to ask again when its turn has come; or nobody knows. Milliseconds since the epoch.
 */
export type Turn =
  | { readonly kind: 'leaves'; readonly at: number }
  | { readonly kind: 'comes back'; readonly at: number }
  | { readonly kind: 'not known' };

/** A sender without a rate. */
const AT_ONCE: Turn = { kind: 'leaves', at: 0 };

/**
 * What each job may do. Senders without a rate cost nothing; for each of the others the ledger is asked once for all jobs of
 * the batch, but for those that came back before their turn, and keep it.
 */
export async function takeTurns(jobs: readonly Job[], ports: PacingPorts): Promise<ReadonlyMap<Job, Turn>> {
  const turns = new Map<Job, Turn>();
  const asking = new Map<string, Job[]>();
  for (const job of jobs) {
    const { sender, messagesPerSecond } = job.sender;
    const early = tooEarly(job, ports.clock());
    if (messagesPerSecond === undefined) turns.set(job, AT_ONCE);
    else if (early !== undefined) turns.set(job, { kind: 'comes back', at: early });
    else asking.set(sender, [...(asking.get(sender) ?? []), job]);
  }
  await Promise.all([...asking.values()].map((ofSender) => ask(ofSender, turns, ports)));
  return turns;
}

/** The turn of a job that is still too far away to ask for leave. */
const tooEarly = ({ claim: { turn } }: Job, now: number): number | undefined =>
  turn !== undefined && turn > now + LEAVE_AHEAD_MS ? turn : undefined;

/** Asks for jobs of one sender. */
async function ask(jobs: readonly Job[], turns: Map<Job, Turn>, { pace, logger }: PacingPorts): Promise<void> {
  const returned = jobs.filter(({ claim }) => claim.turn !== undefined);
  const fresh = jobs.filter(({ claim }) => claim.turn === undefined);
  const { sender, messagesPerSecond = 1 } = jobs[0]?.sender ?? { sender: '' };
  try {
    const counts = { returned: returned.length, fresh: fresh.length };
    const { leaves, turns: given } = await pace.ask(sender, messagesPerSecond, counts);
    const answers: Turn[] = [
      ...leaves.map((at) => ({ kind: 'leaves', at }) as const),
      ...given.map((at) => ({ kind: 'comes back', at }) as const),
    ];
    [...returned, ...fresh].forEach((job, index) => {
      turns.set(job, answers[index] ?? { kind: 'not known' });
    });
  } catch (error) {
    logger.error('Nobody knows when a sender may send', { error: safeError(error) });
    for (const job of jobs) turns.set(job, { kind: 'not known' });
  }
}
