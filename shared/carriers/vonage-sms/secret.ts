import * as z from 'zod/mini';
import { readSecret } from '../read-secret.ts';
import { SIGNATURE_METHODS } from './signature.ts';

const text = z.string().check(z.minLength(1));

/**
 * What the secret of the SMS API holds. Each of the signature secrets may have signed a call, so that one can be rotated
 * without losing a STOP; `signatureMethod` is the account's setting for all of them.
 */
const vonageSmsSecret = z.object({
  apiKey: text,
  apiSecret: text,
  signatureSecrets: z.array(text).check(z.minLength(1)),
  signatureMethod: z.optional(z.enum(SIGNATURE_METHODS)),
  toleranceSeconds: z.optional(z.number().check(z.gt(0))),
});

export const readVonageSmsSecret = (secret: unknown) =>
  readSecret(
    vonageSmsSecret,
    secret,
    'vonage-sms',
    '{"apiKey":"…","apiSecret":"…","signatureSecrets":["…"],"signatureMethod":"md5hash"}',
  );
