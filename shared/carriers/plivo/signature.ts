import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '../carrier.ts';
import { queryOf } from '../ref.ts';
import { isOneOf } from '../same-text.ts';

type Headers = WebhookRequest['headers'];
const headerOf = (headers: Headers, name: string): string => headers[`x-plivo-signature-${name}`] ?? '';

/**
 * A nonce holds neither `?` nor `.`: what is signed joins it to the rest without a length, so that one that began earlier
 * would turn a signature over the body into one over the address alone.
 */
const NONCE = /^[\w+/=-]{1,128}$/;

/**
 * Checks Plivo's signatures: base64 of HMAC-SHA256, keyed with an auth token. Version 2 covers the address without its
 * query, and a nonce; version 3 also covers query and form. Where version 3 is there, version 2 does not help.
 *
 * Sources: https://docs.plivo.com/docs/messaging/concepts/signature-validation and
 * https://docs.plivo.com/docs/voice/xml/request/validation
 * @param authTokens each token that may have signed: the sender's own account's, or the main account's
 */
export function isSignedByPlivo(request: WebhookRequest, authTokens: readonly string[]): boolean {
  const { headers, url } = request;
  const version = Object.keys(headers).some((name) => /^x-plivo-signature-(?:ma-)?v3/.test(name)) ? 'v3' : 'v2';
  const nonce = headerOf(headers, `${version}-nonce`);
  const signed = version === 'v3' ? `${addressAndParameters(request)}.` : addressOf(url);
  const expected = authTokens.map((token) =>
    createHmac('sha256', token)
      .update(signed + nonce)
      .digest('base64'),
  );
  // Each header may hold several, and no early exit tells which of them came close.
  const signatures = [version, `ma-${version}`].flatMap((name) => headerOf(headers, name).split(','));
  return signatures.filter((signature) => isOneOf(signature, expected)).length > 0 && NONCE.test(nonce);
}

/**
 * The nonce of a signature that does not cover the body. It is kept beside version 3 as well: otherwise whoever has seen a
 * call with both could leave version 3 out, and use version 2 for a body of their own.
 */
export function plivoNonce({ headers }: WebhookRequest): string | undefined {
  const nonce = headerOf(headers, 'v2-nonce');
  return NONCE.test(nonce) ? nonce : undefined;
}

const addressOf = (url: string): string => url.split('?', 1)[0] ?? '';

function addressAndParameters({ method, url, rawBody }: WebhookRequest): string {
  const query = inOrder(queryOf(url)).map(([name, value]) => `${name}=${value}`);
  const form = method === 'GET' ? [] : inOrder(rawBody.toString('utf8')).map(([name, value]) => name + value);
  const mark = query.length + form.length > 0 ? '?' : '';
  const dot = query.length > 0 && form.length > 0 ? '.' : '';
  return addressOf(url) + mark + query.join('&') + dot + form.join('');
}

/** Parameters by name, and those of one name by value. */
const inOrder = (parameters: string): [name: string, value: string][] =>
  [...new URLSearchParams(parameters)].sort(([a, one], [b, other]) =>
    a === b ? (one < other ? -1 : 1) : a < b ? -1 : 1,
  );
