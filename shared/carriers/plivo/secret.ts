import * as z from 'zod/mini';
import { readSecret } from '../read-secret.ts';

const text = z.string().check(z.minLength(1));

/**
 * What the secret of Plivo holds. The first token signs our requests; each of them may have signed theirs: a subaccount's,
 * its main account's, and one that is being replaced.
 */
const plivoSecret = z.object({ authId: text, authTokens: z.array(text).check(z.minLength(1)) });

export const readPlivoSecret = (secret: unknown) =>
  readSecret(plivoSecret, secret, 'plivo', '{"authId":"MA…","authTokens":["…"]}');
