import type { Intent } from '../consent/classify.ts';
import type { Instant, Scope } from '../consent/merge.ts';
import { type ConsentEvent, eventIdOf } from './event-store.ts';
import type { Item } from './table.ts';

/**
 * What a review comes to: the message was a wish to be left alone; or it was one to be texted again, which only a message can be
 * that was heard as such; or nothing follows from it.
 */
export const DECISIONS = ['opt-out', 'opt-in', 'no-opt-out'] as const;
export type Decision = (typeof DECISIONS)[number];

/** A decision on a review, or the undoing of one. */
export interface ReviewChange {
  readonly kind: Decision | 'undo';
  /** Who did it. */
  readonly by: string;
  /** Why, in their own words. */
  readonly note?: string | undefined;
  readonly at: Instant;
  /** The decision that was undone. */
  readonly undoes?: Decision | undefined;
  /** Nobody decided by the deadline, and the sender's setting makes that an opt-out. */
  readonly lapsed?: true | undefined;
}

/** A message that may be a wish to be left alone: a person has to say whether it is. */
export interface Review {
  /** The id of the event that it is about. */
  readonly reviewId: string;
  readonly account: string;
  readonly recipient: string;
  readonly sender: string;
  readonly text?: string | undefined;
  readonly intent: Intent;
  readonly rule: string;
  readonly heardAt: Instant;
  /** Until when it has to be decided on. */
  readonly deadline: Instant;
  readonly state: 'open' | 'decided';
  /** How often it was decided or undone. */
  readonly turn: number;
  /** The latest decision, or its undoing. */
  readonly change?: ReviewChange | undefined;
  /** What an opt-out closes: the same as one that is heard. */
  readonly closes: readonly Scope[];
  /** Of a message that may be an opt-in: the time from which it counts as one, which may be before it was heard. */
  readonly optInFrom?: Instant | undefined;
  /** The latest change is written down, but has not had all of its effects yet. */
  readonly unsettled: boolean;
  /** The decision was stored among what was heard, and can't be undone any more (see `ConsentStore.applyReviewed`). */
  readonly lasting: boolean;
}

export function toReview(item: Item): Review {
  const { recipient: _partition, entry: _entry, openUntil: _openUntil, number, ...rest } = item;
  const review = rest as unknown as Omit<Review, 'state'>;
  const isOpen = !review.change || review.change.kind === 'undo';
  return {
    ...review,
    recipient: String(number),
    state: isOpen ? 'open' : 'decided',
    unsettled: review.unsettled === true,
    lasting: review.lasting === true,
  };
}

/** The event that proves the latest change. It follows from the review alone, so that keeping it can be repeated. */
export function eventOf(review: Review, change: ReviewChange): ConsentEvent {
  const { reviewId, account, recipient, sender, turn } = review;
  const carrierMessageId = `${reviewId}#${turn}`;
  return {
    eventId: eventIdOf('review', carrierMessageId),
    account,
    recipient,
    sender,
    carrier: 'review',
    carrierMessageId,
    source: 'review',
    ...VERDICTS[change.kind],
    rule: change.lapsed ? 'review-deadline' : `review-${change.kind}`,
    about: reviewId,
    by: change.by,
    note: change.note,
    heardAt: change.at,
    countsFrom: countsFrom(review, change),
  };
}

/** The time that counts of the message, for what was decided. */
export const countsFrom = ({ optInFrom, heardAt }: Review, { kind }: ReviewChange): Instant =>
  kind === 'opt-in' ? (optInFrom ?? heardAt) : heardAt;

const VERDICTS = {
  'opt-out': { verdict: 'act', intent: 'opt-out' },
  'opt-in': { verdict: 'act', intent: 'opt-in' },
  'no-opt-out': { verdict: 'leave', intent: 'none' },
  // It is to be decided again.
  undo: { verdict: 'review', intent: 'none' },
} as const;
