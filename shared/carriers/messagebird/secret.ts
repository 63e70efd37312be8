import * as z from 'zod/mini';
import { readSecret } from '../read-secret.ts';

const text = z.string().check(z.minLength(1));

/**
 * What the secret of MessageBird holds. Each of the signing keys may have signed what comes in, so that a key can be
 * replaced without losing a STOP. The signature of before the tokens is believed only where the secret says so.
 */
const messagebirdSecret = z.object({
  accessKey: text,
  signingKeys: z.array(text).check(z.minLength(1)),
  legacySignature: z._default(z.boolean(), false),
  toleranceSeconds: z.optional(z.number().check(z.gt(0))),
});

export type MessageBirdSecret = z.output<typeof messagebirdSecret>;

export const readMessageBirdSecret = (secret: unknown): MessageBirdSecret =>
  readSecret(messagebirdSecret, secret, 'messagebird', '{"accessKey":"…","signingKeys":["…"]}');
