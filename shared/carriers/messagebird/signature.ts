import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import type { Verdict, WebhookRequest } from '../carrier.ts';
import { queryOf } from '../ref.ts';
import { valueAt } from '../rest.ts';
import { isOneOf } from '../same-text.ts';
import { verdictOnTime } from '../signed-time.ts';
import type { MessageBirdSecret } from './secret.ts';

/**
 * How long after its end a token is still believed. A token is good for a minute, but nobody says for how long MessageBird
 * calls again, nor whether a later call has a new one: a STOP that comes late is worth more than a replay is worth
 * avoiding. An event is stored once, under its message id, and the whole request is signed. Seconds.
 */
const TOLERANCE_SECONDS = 24 * 60 * 60;

/** How far MessageBird's clock may be ahead of ours when it begins to count. Seconds, as in its own SDK. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** All that may sign: `none` is not among them. */
const HASHES = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
]);

const claims = z.object({
  iss: z.literal('MessageBird'),
  nbf: z.number(),
  exp: z.number(),
  jti: z.string(),
  url_hash: z.string(),
  payload_hash: z.optional(z.string()),
});

const sha256 = (data: string | Buffer) => createHash('sha256').update(data);

/**
 * Who made a request: by MessageBird's token, which covers the whole URL and the body; or, where no token came and the
 * secret allows it, by the signature that it had before.
 */
export function verdictOnCall(request: WebhookRequest, secret: MessageBirdSecret, now: number): Verdict {
  const token = request.headers['messagebird-signature-jwt'];
  if (token !== undefined) return verdictOnToken(token, request, secret, now);
  return secret.legacySignature ? verdictOnLegacy(request, secret, now) : 'forged';
}

/** Source: https://github.com/messagebird/messagebird-nodejs/blob/master/lib/webhook-signature-jwt.js */
function verdictOnToken(
  token: string,
  { url, rawBody }: WebhookRequest,
  secret: MessageBirdSecret,
  now: number,
): Verdict {
  const [header = '', payload = '', ...signature] = token.split('.');
  const hash = HASHES.get(String(valueAt(decode(header), 'alg')));
  if (hash === undefined) return 'forged';
  const expected = secret.signingKeys.map((key) =>
    createHmac(hash, key).update(`${header}.${payload}`).digest('base64url'),
  );
  const { success, data } = claims.safeParse(decode(payload));
  if (!isOneOf(signature.join('.'), expected) || !success) return 'forged';
  // With a body there is a claim about it, and without one there is none.
  const body = rawBody.length > 0 ? sha256(rawBody).digest('hex') : '';
  if (!isOneOf(data.url_hash, [sha256(url).digest('hex')]) || !isOneOf(data.payload_hash ?? '', [body]))
    return 'forged';
  if (data.nbf > now / 1_000 + CLOCK_TOLERANCE_SECONDS) return 'stale';
  return verdictOnTime(String(data.exp), secret.toleranceSeconds ?? TOLERANCE_SECONDS, now);
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Covers the time, the query in the order of its names, and the body; not the rest of the URL.
 * Source: https://github.com/messagebird/messagebird-nodejs/blob/master/lib/signature.js
 */
function verdictOnLegacy({ url, headers, rawBody }: WebhookRequest, secret: MessageBirdSecret, now: number): Verdict {
  const time = headers['messagebird-request-timestamp'] ?? '';
  const query = new URLSearchParams(queryOf(url));
  query.sort();
  // Its plus does not always come encoded, and is then read as a space.
  const statusDatetime = query.get('statusDatetime');
  if (statusDatetime) query.set('statusDatetime', statusDatetime.replace(' ', '+'));
  const plus = query.toString();
  // A space is written in two ways, and nobody says in which one it is signed.
  const expected = secret.signingKeys.flatMap((key) =>
    [plus, plus.replaceAll('+', '%20')].map((parameters) =>
      createHmac('sha256', key).update(`${time}\n${parameters}\n`).update(sha256(rawBody).digest()).digest('base64'),
    ),
  );
  return isOneOf(headers['messagebird-signature'] ?? '', expected)
    ? verdictOnTime(time, secret.toleranceSeconds ?? TOLERANCE_SECONDS, now)
    : 'forged';
}
