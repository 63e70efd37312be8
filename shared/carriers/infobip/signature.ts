import { createHmac } from 'node:crypto';
import { hasCredentials } from '../basic-auth.ts';
import type { Verdict, WebhookRequest } from '../carrier.ts';
import { isOneOf } from '../same-text.ts';
import type { InfobipSecret } from './secret.ts';

/** Who made a request: by any proof of the notification profile that the secret knows of. None of them has a time. */
export function verdictOnCall({ headers, rawBody }: WebhookRequest, secret: InfobipSecret): Verdict {
  const { basicAuth, headers: secretHeaders, hmac } = secret;
  const header = (name: string): string => headers[name.toLowerCase()] ?? '';
  const proofs = [
    hasCredentials(headers.authorization, basicAuth),
    ...secretHeaders.map(({ name, value }) => isOneOf(header(name), [value])),
  ];
  if (hmac) {
    const { keys, algorithm, encoding } = hmac;
    const expected = keys.map((key) => createHmac(algorithm, key).update(rawBody).digest(encoding));
    proofs.push(isOneOf(header(hmac.header), expected));
  }
  return proofs.includes(true) ? 'genuine' : 'forged';
}
