import { createHash } from 'node:crypto';
import type { Ref } from './ref.ts';

/**
 * A reference in little space, for carriers that sign an echoed text of at most 40 characters, but not the address in which
 * the reference itself stands: the two have to fit.
 */
export const sealOf = ({ kind, messageId }: Ref): string =>
  createHash('sha256').update(`${kind} ${messageId}`).digest('base64url').slice(0, 40);

/** The reference, where the text echoed with it is its own, or there is none. */
export const unlessForeign = (ref: Ref | undefined, echoed: string | undefined): Ref | undefined =>
  ref && (echoed === undefined || echoed === sealOf(ref)) ? ref : undefined;
