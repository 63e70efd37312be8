import { createHash, createHmac, randomUUID, sign } from 'node:crypto';
import { valueAt } from '../rest.ts';
import { isOneOf } from '../same-text.ts';

/** How long a token of ours is good for. Seconds. */
const TOKEN_SECONDS = 5 * 60;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * When a call was signed, by its token: a JWT by HS256 and nothing else, whose claims name our account and the SHA-256 of
 * the body. Nothing where it was not signed, or not for this body.
 *
 * Source: https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
 * @param secrets each signature secret that may have signed, for rotation
 * @returns seconds since the epoch
 */
export function signedAt(
  token: string,
  rawBody: Buffer,
  apiKey: string,
  secrets: readonly string[],
): string | undefined {
  const [head = '', claims = '', signature = '', ...rest] = token.split('.');
  const expected = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url'),
  );
  // As texts: base64 can be written in several ways, of which one is right.
  const isSigned = isOneOf(signature, expected);
  if (!isSigned || rest.length > 0 || valueAt(decode(head), 'alg') !== 'HS256') return undefined;
  const said = decode(claims);
  const isOurs = valueAt(said, 'api_key') === apiKey;
  const hash = createHash('sha256').update(rawBody).digest('hex');
  const isOfBody = String(valueAt(said, 'payload_hash')).toLowerCase() === hash;
  return isOurs && isOfBody ? String(valueAt(said, 'iat')) : undefined;
}

/**
 * A token for one call of the API: a JWT by RS256.
 * Source: https://developer.vonage.com/en/getting-started/concepts/authentication#json-web-tokens
 * @param now milliseconds since the epoch
 */
export function tokenOf(applicationId: string, privateKey: string, now: number): string {
  const iat = Math.floor(now / 1_000);
  const claims = { application_id: applicationId, iat, exp: iat + TOKEN_SECONDS, jti: randomUUID() };
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}
