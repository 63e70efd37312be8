import type { Outcome, Rejection } from '../messages/outcome.ts';
import type { RestAnswer } from './rest.ts';

/** What a carrier's error code means for a message; `unknown` where it may have been taken all the same. */
export type Refusal = Rejection | 'throttled' | 'transient' | 'unknown';

/** The outcome of a send that a carrier answered with an error. */
export function outcomeOfRefusal(because: Refusal, detail: string, hint: RestAnswer['hint']): Outcome {
  if (because === 'unknown') return { kind: because, detail };
  if (because === 'throttled' || because === 'transient') return { kind: 'later', because, detail, ...hint };
  return { kind: 'rejected', because, detail };
}

/** Why a carrier refused a message, or could not deliver it, for good; nothing where that is not said. */
export const rejectionIn = (refusal: Refusal | undefined): Rejection | undefined =>
  refusal === 'throttled' || refusal === 'transient' || refusal === 'unknown' ? undefined : refusal;
