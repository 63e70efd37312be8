import { type Consent, type Instant, merge, type Scope } from './merge.ts';

/**
 * What the latest decision on one message put up for review means for consent. It stands beside the opt-outs that were
 * heard and never among them, so that it can be withdrawn without touching what was heard before, meanwhile or after.
 */
export interface ReviewedOptOut {
  /** How often this review was decided or undone. The larger turn wins, whichever arrives last. */
  readonly turn: number;
  /** When the message was heard: from then on it counts, so that a START after it still wins. */
  readonly at: Instant;
  /** The event that proves the decision. */
  readonly eventId: string;
  /** What it closes; nothing when it was undone. */
  readonly scopes: readonly Scope[];
}

/** Consent as it is with what was decided in reviews: each that stands is one more opt-out. */
export function withReviewed(consent: Consent, reviewed: Iterable<ReviewedOptOut>): Consent {
  let known = consent;
  for (const { scopes, at, eventId } of reviewed) {
    for (const scope of scopes) known = merge(known, { kind: 'opt-out', scope, at, eventId });
  }
  return known;
}
