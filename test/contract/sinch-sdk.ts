import type { IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const load = createRequire(import.meta.url);

/**
 * What Sinch's SDK signs and checks webhooks with. Only this file of it: the SDK as a whole does not load here, since it asks
 * for a package that it does not bring.
 */
export const {
  calculateWebhookSignature,
  computeSignedData,
  validateWebhookSignature,
}: {
  calculateWebhookSignature(signedData: string, secret: string): string;
  computeSignedData(body: string, nonce: string, timestamp: string): string;
  validateWebhookSignature(secret: string, headers: IncomingHttpHeaders, body: string): boolean;
} = load(join(dirname(load.resolve('@sinch/sdk-client')), 'utils/authorization.helper.js'));
