import * as z from 'zod/mini';
import { readSecret } from '../read-secret.ts';

const text = z.string().check(z.minLength(1));

/**
 * What the secret of the Messages API holds. Each of the signature secrets may have signed a call, so that one can be
 * rotated without losing a STOP. Sends are signed by the application's private key where there is one, else they carry
 * the account's secret; without either, texts are heard and nothing is sent.
 */
const vonageMessagesSecret = z.object({
  apiKey: text,
  signatureSecrets: z.array(text).check(z.minLength(1)),
  apiSecret: z.optional(text),
  applicationId: z.optional(text),
  /** PEM, PKCS #8. */
  privateKey: z.optional(text),
  toleranceSeconds: z.optional(z.number().check(z.gt(0))),
});

export type VonageMessagesSecret = z.output<typeof vonageMessagesSecret>;

export const readVonageMessagesSecret = (secret: unknown): VonageMessagesSecret =>
  readSecret(
    vonageMessagesSecret,
    secret,
    'vonage-messages',
    '{"apiKey":"…","signatureSecrets":["…"],"applicationId":"…","privateKey":"…"}',
  );
