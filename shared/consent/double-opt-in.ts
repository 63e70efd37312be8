/** Double opt-in: an opt-in only counts when its recipient has confirmed it with YES. */
import type { Classification } from './classify.ts';
import type { Consent, Instant, Scope } from './merge.ts';

/** How long after an opt-in its YES completes it, in milliseconds: what the reply `confirm-opt-in` says. */
export const CONFIRM_WITHIN_MS = 24 * 60 * 60 * 1000;

const UNCONFIRMED = 'unconfirmed:';

/** What an opt-in is until it is confirmed: heard and kept, opening nothing. Its rule is `unconfirmed:keyword:core`. */
export const unconfirmed = (heard: Classification): Classification => ({
  ...heard,
  verdict: 'leave',
  rule: `${UNCONFIRMED}${heard.rule}`,
});

/** Whether an event is an opt-in that waits for its YES. */
export const isUnconfirmed = ({ rule }: Pick<Classification, 'rule'>): boolean => rule.startsWith(UNCONFIRMED);

/**
 * Whether a YES completes the opt-in that was asked about: heard after it and within a day, with no opt-out since.
 *
 * @param askedAt when the opt-in was heard
 * @param heardAt when the YES was heard
 * @param scopes what may close the sender
 */
export function confirmsOptIn(askedAt: Instant, heardAt: Instant, consent: Consent, scopes: readonly Scope[]): boolean {
  const waited = Date.parse(heardAt) - Date.parse(askedAt);
  if (waited < 0 || waited > CONFIRM_WITHIN_MS) return false;
  return !Object.entries(consent.optOuts).some(([scope, { at }]) => scopes.includes(scope) && at >= askedAt);
}
