import type { Instant } from '../../shared/consent/merge.ts';
import { isDueSoon } from '../../shared/consent/review-deadline.ts';
import type { Review } from '../../shared/ledger/review.ts';
import type { ReviewStore } from '../../shared/ledger/review-store.ts';
import type { SenderRegister } from '../../shared/ledger/sender-register.ts';
import { type Logger, safeError } from '../../shared/runtime/logging.ts';
import type { Count } from '../../shared/runtime/metrics.ts';

export interface DeadlinePorts {
  readonly reviews: Pick<ReviewStore, 'accounts' | 'due' | 'settle' | 'lapse'>;
  readonly senders: Pick<SenderRegister, 'find'>;
  readonly clock: () => number;
  /** From 0 (included) to 1 (not). */
  readonly random: () => number;
  readonly count: Count;
  readonly logger: Logger;
}

/** What was done about a review, or has to be done by a person. */
type Outcome = 'due-soon' | 'lapsed' | 'settled' | 'in-time' | 'failed';

/**
 * Looks at every review that is due: finishes what was decided, lets those lapse whose sender wants it so, and counts those
 * that wait for a person. Two runs at once do the same as one.
 *
 * @param hasTime whether there is time for another hundred reviews
 * @throws where something could not be done; all else is done first
 */
export async function watchDeadlines(ports: DeadlinePorts, hasTime: () => boolean): Promise<void> {
  const now = new Date(ports.clock()).toISOString();
  const outcomes: Outcome[] = [];
  for await (const reviews of duePages(now, ports)) {
    outcomes.push(...(await Promise.all(reviews.map((review) => lookAfter(review, now, ports)))));
    if (!hasTime()) break;
  }
  const times = (of: Outcome) => outcomes.filter((outcome) => outcome === of).length;
  // Also when there are none, so that the alarm ends.
  ports.count('ReviewsDueSoon', times('due-soon'));
  ports.count('ReviewsLapsed', times('lapsed'));
  ports.logger.info('Reviews looked after', { dueSoon: times('due-soon'), lapsed: times('lapsed') });
  if (times('failed') > 0) throw new Error(`${times('failed')} reviews could not be looked after`);
}

async function* duePages(now: Instant, { reviews, random }: DeadlinePorts): AsyncGenerator<readonly Review[]> {
  // In an order of chance, so that none is always the one for which there is no time left.
  const accounts = (await reviews.accounts()).map((account) => ({ account, place: random() }));
  for (const { account } of accounts.sort((one, other) => one.place - other.place)) yield* reviews.due(account, now);
}

async function lookAfter(review: Review, now: Instant, ports: DeadlinePorts): Promise<Outcome> {
  try {
    if (review.unsettled) {
      await ports.reviews.settle(review);
      return 'settled';
    }
    // The law's deadline is for those who want to leave, not for those who may want to come back.
    if (review.intent !== 'opt-out' || !isDueSoon(review.deadline, now)) return 'in-time';
    if (!(await lapses(review, now, ports))) return 'due-soon';
    const { kind } = await ports.reviews.lapse(review);
    return kind === 'done' ? 'lapsed' : 'in-time';
  } catch (error) {
    ports.logger.error('A review could not be looked after', { error: safeError(error) });
    return 'failed';
  }
}

/** Whether this is an opt-out now: the deadline is over, nobody has changed it since, and its sender wants it so. */
async function lapses({ sender, deadline, change }: Review, now: Instant, ports: DeadlinePorts): Promise<boolean> {
  if (now < deadline || (change && change.at >= deadline)) return false;
  return (await ports.senders.find(sender)).undecidedReview === 'opt-out';
}
