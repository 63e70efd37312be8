import { type Consent, type Instant, merge, type Scope } from './merge.ts';

/**
 * What the latest decision on one message put up for review means for consent. It stands beside what was heard and never
 * among it, so that it can be withdrawn without touching what was heard before, meanwhile or after.
 */
export interface Reviewed {
  /** How often this review was decided or undone. The larger turn wins, whichever arrives last. */
  readonly turn: number;
  /** The time that counts of the message, so that a START or STOP after it still wins. */
  readonly at: Instant;
  /** The event that proves the decision. */
  readonly eventId: string;
  /** What it closes; nothing when it is an opt-in, or was undone. */
  readonly scopes: readonly Scope[];
  /** It is an opt-in. */
  readonly optsIn?: true | undefined;
}

/** Consent as it is with what was decided in reviews: each that stands is one more opt-out, or opt-in. */
export function withReviewed(consent: Consent, reviewed: Iterable<Reviewed>): Consent {
  let known = consent;
  for (const { scopes, optsIn, at, eventId } of reviewed) {
    if (optsIn) known = merge(known, { kind: 'opt-in', at, eventId });
    for (const scope of scopes) known = merge(known, { kind: 'opt-out', scope, at, eventId });
  }
  return known;
}
