import { createHash, createHmac } from 'node:crypto';
import { isOneOf } from '../same-text.ts';

/** MD5 over the parameters and the secret, or an HMAC of this name that is keyed with the secret: the account's setting. */
export const SIGNATURE_METHODS = ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] as const;

/** The parameters of a call, by name. */
export type Parameters = Readonly<Record<string, string>>;

/** Parameters of our own, in the address that Vonage was given. */
const OURS = /^(?:stopgate-|account$)/;

/**
 * Checks the parameter `sig`: a hash in hex over all other parameters, in the order of their names.
 *
 * Source: https://developer.vonage.com/en/getting-started/concepts/signing-messages
 * @param secrets each signature secret that may have signed, for rotation
 * @param method the account's setting; MD5 hash is Vonage's own default
 */
export function isSignedByVonage(
  { sig = '', ...parameters }: Parameters,
  secrets: readonly string[],
  method: (typeof SIGNATURE_METHODS)[number] = 'md5hash',
): boolean {
  const names = Object.keys(parameters).sort();
  // In values these two are replaced before signing. In a name they could pass for the end of it.
  if (names.some((name) => /[&=]/.test(name))) return false;
  const textOf = (signed: readonly string[]) =>
    signed.map((name) => `&${name}=${parameters[name]?.replace(/[&=]/g, '_')}`).join('');
  // Whether the parameters that stand in our own address are signed is not documented.
  const texts = [textOf(names), textOf(names.filter((name) => !OURS.test(name)))];
  const hash = (text: string, secret: string) =>
    (method === 'md5hash' ? createHash('md5').update(text + secret) : createHmac(method, secret).update(text)).digest(
      'hex',
    );
  return isOneOf(
    sig.toLowerCase(),
    secrets.flatMap((secret) => texts.map((text) => hash(text, secret))),
  );
}
