import { createRequire } from 'node:module';
import { jest } from '@jest/globals';

const load = createRequire(import.meta.url);
// The SDK reads its version from a package that it does not bring.
jest.mock('@sinch/sdk-core/package.json', () => ({ version: '0.0.0' }), { virtual: true });

const { SmsCallbackWebhooks } = load('@sinch/sms') as typeof import('@sinch/sms');
const { calculateWebhookSignature, computeSignedData } = load('@sinch/sdk-client') as {
  calculateWebhookSignature(signedData: string, secret: string): string;
  computeSignedData(body: string, nonce: string, timestamp: string): string;
};

/** What Sinch's SDK signs a webhook with. */
export const signatureOf = (secret: string, body: string, nonce: string, time: string): string =>
  calculateWebhookSignature(computeSignedData(body, nonce, time), secret);

/** Whether Sinch's SDK takes a webhook for genuine. */
export const sdkAccepts = (
  secret: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): boolean => new SmsCallbackWebhooks(secret).validateAuthenticationHeader({ ...headers }, body, '', 'POST');
