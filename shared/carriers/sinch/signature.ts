import { createHmac } from 'node:crypto';
import { hasCredentials } from '../basic-auth.ts';
import type { Verdict, WebhookRequest } from '../carrier.ts';
import { isOneOf } from '../same-text.ts';
import { verdictOnTime } from '../signed-time.ts';
import type { SinchSecret } from './secret.ts';

/**
 * How old a signed request may be. Sinch calls again for nearly a day, in doubling steps, and nobody says whether a later
 * call is signed anew; what we refuse for its age is lost, since Sinch gives up after a 4xx. An event is stored once,
 * under its message id, and the body is signed: a replay changes nothing. Seconds.
 */
const TOLERANCE_SECONDS = 48 * 60 * 60;

/**
 * Who made a request: by Sinch's signature, base64 of HMAC-SHA256 over body, nonce and time, or else by its Basic
 * credentials, as far as the secret knows of them.
 *
 * Source: https://developers.sinch.com/docs/sms/api-reference/sms/tag/Webhooks/
 */
export function verdictOnCall({ headers, rawBody }: WebhookRequest, secret: SinchSecret, now: number): Verdict {
  const part = (name: string): string => headers[`x-sinch-webhook-signature${name}`] ?? '';
  const time = part('-timestamp');
  const end = `.${part('-nonce')}.${time}`;
  const expected = secret.signingSecrets.map((key) =>
    createHmac('sha256', key).update(rawBody).update(end).digest('base64'),
  );
  const isSigned = isOneOf(part(''), expected) && /^(hmacsha256)?$/i.test(part('-algorithm'));
  const signed = isSigned ? verdictOnTime(time, secret.toleranceSeconds ?? TOLERANCE_SECONDS, now) : 'forged';
  return hasCredentials(headers.authorization, secret.basicAuth) ? 'genuine' : signed;
}
