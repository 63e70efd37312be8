import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest } from '../carrier.ts';

const FORM = 'application/x-www-form-urlencoded';

/**
 * Checks `X-Twilio-Signature`: base64 of HMAC-SHA1, keyed with the account's auth token, over the URL and, for a form,
 * every parameter. A form parameter that we do not know is signed like any other.
 *
 * Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * @param authTokens each token that may have signed, for rotation
 */
export function isSignedByTwilio(request: WebhookRequest, authTokens: readonly string[]): boolean {
  const signature = Buffer.from(request.headers['x-twilio-signature'] ?? '');
  const contents = signedContents(request);
  // No early exit: how long this takes tells nothing of which token or form of the URL came close.
  let genuine = false;
  for (const token of authTokens) {
    for (const content of contents) {
      const expected = Buffer.from(createHmac('sha1', token).update(content, 'utf8').digest('base64'));
      if (expected.length === signature.length && timingSafeEqual(expected, signature)) genuine = true;
    }
  }
  return genuine;
}

/** All texts that Twilio may have signed for this request. None where its body is not covered at all. */
function signedContents(request: WebhookRequest): string[] {
  const urls = urlForms(request.url);
  const isForm = request.headers['content-type']?.toLowerCase().startsWith(FORM) ?? false;
  const hash = /[?&]bodySHA256=([^&]*)/.exec(request.url)?.[1];
  const contents: string[] = [];
  if (isForm || (hash === undefined && request.rawBody.length === 0)) {
    const parameters = signedParameters(isForm ? request.rawBody : Buffer.alloc(0));
    contents.push(...urls.map((url) => url + parameters));
  }
  // Bodies that are no form are covered by their hash, which stands in the signed URL.
  if (hash === createHash('sha256').update(request.rawBody).digest('hex')) contents.push(...urls);
  return contents;
}

/** Names in code unit order, each followed by its value; repeated values once each, in order. */
function signedParameters(rawBody: Buffer): string {
  const form = new URLSearchParams(rawBody.toString('utf8'));
  return [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join('');
}

const AUTHORITY = /^(https?):\/\/((?:[^/?#@]*@)?)(\[[^\]]*\]|[^/?#:]*)(:\d+)?(.*)$/s;

/**
 * Twilio is not consistent about whether it signs the port, and escapes the URL before signing: each form is tried.
 */
function urlForms(url: string): string[] {
  const forms = new Set<string>();
  for (const form of [url, escaped(url)]) {
    forms.add(form);
    const parts = AUTHORITY.exec(form);
    if (!parts) continue;
    const [, scheme, user, host, port, rest] = parts;
    forms.add(`${scheme}://${user}${host}${rest}`);
    forms.add(`${scheme}://${user}${host}${port ?? (scheme === 'https' ? ':443' : ':80')}${rest}`);
  }
  return [...forms];
}

/** The URL as the WHATWG standard writes it; `'` in a query becomes `%27`, for example. */
function escaped(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? parsed.toString() : url;
}
