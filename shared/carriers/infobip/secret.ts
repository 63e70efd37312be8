import * as z from 'zod/mini';
import { credentials } from '../basic-auth.ts';
import { readSecret } from '../read-secret.ts';

const text = z.string().check(z.minLength(1));
const list = <T extends z.ZodMiniType>(of: T) => z._default(z.array(of), []);

/**
 * What the secret of Infobip holds. Its webhooks come with what the notification profile says: Basic credentials, headers
 * with a secret value, or an HMAC. One of them has to be there, and each may have several values while one replaces another.
 * https://www.infobip.com/docs/api/platform/subscriptions-api/create-profile
 */
const infobipSecret = z
  .object({
    apiKey: text,
    /** Each account has a host of its own; never another's, since the key goes there. */
    baseUrl: z.string().check(z.regex(/^https:\/\/[a-z0-9-]+\.api\.infobip\.com\/?$/i)),
    basicAuth: list(credentials),
    headers: list(z.object({ name: text, value: text })),
    /** Not documented beyond keys and algorithms, so that everything else has to be said here. */
    hmac: z.optional(
      z.object({
        keys: z.array(text).check(z.minLength(1)),
        header: text,
        algorithm: z._default(z.enum(['sha256', 'sha384', 'sha512']), 'sha256'),
        encoding: z._default(z.enum(['hex', 'base64']), 'hex'),
      }),
    ),
  })
  .check(
    z.refine(({ basicAuth, headers, hmac }) => basicAuth.length + headers.length > 0 || hmac !== undefined, {
      path: ['basicAuth'],
    }),
  );

export type InfobipSecret = z.output<typeof infobipSecret>;

export const readInfobipSecret = (secret: unknown): InfobipSecret =>
  readSecret(
    infobipSecret,
    secret,
    'infobip',
    '{"apiKey":"…","baseUrl":"https://….api.infobip.com","basicAuth":[{"user":"…","password":"…"}]}',
  );
