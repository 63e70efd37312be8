import { createSecretKey } from 'node:crypto';
import { createRequire } from 'node:module';
import type { WebhookRequest } from '../../shared/carriers/carrier.ts';

// CommonJS without types for these files.
const require = createRequire(import.meta.url);
const { verify, VerifyOptions } = require('messagebird/lib/webhook-signature-jwt.js');
const { generate } = require('messagebird/lib/signature.js');

/** A case of the reference that MessageBird tests all of its SDKs with. */
export interface Vector {
  readonly name: string;
  readonly method: string;
  readonly secret?: string;
  readonly url: string;
  readonly payload?: string;
  readonly timestamp: string;
  readonly token: string;
  readonly valid: boolean;
  readonly reason?: string;
}

export const VECTORS: readonly Vector[] = require('messagebird/lib/testdata/webhook-signature-jwt-reference.json');

/** Whether MessageBird's SDK takes a request for genuine, at a time in milliseconds. */
export async function sdkAccepts(
  { url, headers, rawBody }: WebhookRequest,
  key: string,
  now: number,
): Promise<boolean> {
  const options = new VerifyOptions(true, true, {
    issuer: 'MessageBird',
    algorithms: ['HS256', 'HS384', 'HS512'],
    clockTolerance: 5,
    currentDate: new Date(now),
  });
  try {
    await verify(url, rawBody, headers['messagebird-signature-jwt'], createSecretKey(Buffer.from(key)), options);
    return true;
  } catch {
    return false;
  }
}

/** The signature of before the tokens, as MessageBird's SDK makes it. */
export const legacySignatureOf = (key: string, time: string, query: Record<string, string>, body: string): string =>
  generate({ headers: { 'messagebird-request-timestamp': time }, query: { ...query }, body }, key).toString('base64');
