import * as z from 'zod/mini';
import { basic } from './rest.ts';
import { isOneOf } from './same-text.ts';

const text = z.string().check(z.minLength(1));

/** What a carrier is told to call us with, by HTTP Basic (RFC 7617). */
export const credentials = z.object({ user: text, password: text });

/** Whether a call has one of these credentials, in constant time. The name of the scheme may be in any case. */
export const hasCredentials = (
  authorization: string | undefined,
  known: readonly z.output<typeof credentials>[],
): boolean =>
  isOneOf(
    authorization?.replace(/^basic /i, 'Basic ') ?? '',
    known.map(({ user, password }) => basic(user, password)),
  );
