import { createHmac } from 'node:crypto';

/**
 * Twilio's signature of a request to us: HMAC-SHA1, by the account's auth token, over the whole URL followed by each
 * parameter's name and value, in the order of their names.
 * Source: https://www.twilio.com/docs/usage/security#validating-requests
 * @param url as we were told to call it, port and query string included
 */
export function signTwilioRequest(
  authToken: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
): string {
  const signed = Object.keys(parameters)
    .sort()
    .reduce((text, name) => text + name + parameters[name], url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}
