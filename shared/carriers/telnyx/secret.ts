import * as z from 'zod/mini';
import { readSecret } from '../read-secret.ts';

const text = z.string().check(z.minLength(1));

/**
 * What the secret of Telnyx holds. Each of the public keys may have signed what comes in, so that a key can be rotated
 * without losing a STOP. Only senders that are a name need the messaging profile.
 */
const telnyxSecret = z.object({
  apiKey: text,
  /** 32 bytes each, in base64. */
  publicKeys: z.array(z.string().check(z.regex(/^[A-Za-z0-9+/]{43}=$/))).check(z.minLength(1)),
  messagingProfileId: z.optional(text),
  toleranceSeconds: z.optional(z.number().check(z.gt(0))),
});

export const readTelnyxSecret = (secret: unknown) =>
  readSecret(telnyxSecret, secret, 'telnyx', '{"apiKey":"KEY…","publicKeys":["…"]}');
