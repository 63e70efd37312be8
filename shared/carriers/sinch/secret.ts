import * as z from 'zod/mini';
import { credentials } from '../basic-auth.ts';
import { readSecret } from '../read-secret.ts';

const text = z.string().check(z.minLength(1));
const list = <T extends z.ZodMiniType>(of: T) => z._default(z.array(of), []);

/**
 * What the secret of Sinch holds. Sinch signs only once its account manager has enabled that, and until then calls with
 * Basic credentials: one of the two has to be there, and each may hold several while one replaces another.
 */
const sinchSecret = z
  .object({
    servicePlanId: text,
    apiToken: text,
    region: z._default(z.enum(['us', 'eu', 'au', 'br', 'ca']), 'us'),
    signingSecrets: list(text),
    basicAuth: list(credentials),
    toleranceSeconds: z.optional(z.number().check(z.gt(0))),
  })
  .check(
    z.refine(({ signingSecrets, basicAuth }) => signingSecrets.length + basicAuth.length > 0, {
      path: ['signingSecrets'],
    }),
  );

export type SinchSecret = z.output<typeof sinchSecret>;

export const readSinchSecret = (secret: unknown): SinchSecret =>
  readSecret(
    sinchSecret,
    secret,
    'sinch',
    '{"servicePlanId":"…","apiToken":"…","signingSecrets":["…"],"basicAuth":[…]}',
  );
