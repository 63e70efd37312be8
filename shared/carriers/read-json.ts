import * as z from 'zod/mini';
import { UnreadableEvent } from './carrier.ts';

/**
 * The JSON of a webhook's body.
 * @throws UnreadableEvent where it is none
 */
export function readJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    throw new UnreadableEvent('not JSON');
  }
}

/** A text that is of use where it is one; a message is not given up for the want of it. (`z.catch` takes 12 KB.) */
export const textIfAny = z.optional(
  z.pipe(
    z.unknown(),
    z.transform((value: unknown) => (typeof value === 'string' ? value : undefined)),
  ),
);
