import type { Outcome, Rejection } from '../../shared/messages/outcome.ts';
import type { Behaviour } from './loopback-carrier.ts';

export const rejected = (because: Rejection, detail: string, reach?: 'account'): Outcome => ({
  kind: 'rejected',
  because,
  detail,
  ...(reach && { reach }),
});
export const transient = (detail: string, retryAfterMs?: number): Outcome => ({
  kind: 'later',
  because: 'transient',
  detail,
  ...(retryAfterMs && { retryAfterMs }),
});
export const throttled = (detail: string, retryAfterMs?: number): Outcome => ({
  kind: 'later',
  because: 'throttled',
  detail,
  ...(retryAfterMs && { retryAfterMs }),
});
export const unknown = (detail: string): Outcome => ({ kind: 'unknown', detail });

/** One row of a carrier's table: what it answers to a send and what that comes to. */
export type Refusal = readonly [what: string, behaviour: Behaviour, outcome: Outcome];
