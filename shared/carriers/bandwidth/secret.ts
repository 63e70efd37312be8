import * as z from 'zod/mini';
import { credentials } from '../basic-auth.ts';
import { readSecret } from '../read-secret.ts';

const text = z.string().check(z.minLength(1));

/**
 * What the secret of Bandwidth holds: how we call its API, for which account and application; and how it calls us, with
 * several credentials while one replaces another.
 */
const bandwidthSecret = z.object({
  accountId: text,
  applicationId: text,
  apiUser: text,
  apiPassword: text,
  basicAuth: z.array(credentials).check(z.minLength(1)),
});

export const readBandwidthSecret = (secret: unknown) =>
  readSecret(
    bandwidthSecret,
    secret,
    'bandwidth',
    '{"accountId":"…","applicationId":"…","apiUser":"…","apiPassword":"…","basicAuth":[{"user":"…","password":"…"}]}',
  );
