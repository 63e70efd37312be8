import { createPublicKey, verify } from 'node:crypto';
import type { WebhookRequest } from '../carrier.ts';

/** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410, section 4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Checks `telnyx-signature-ed25519`: base64 of an Ed25519 signature over the time, a bar and the body.
 *
 * Source: https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
 * @param time as the header `telnyx-timestamp` has it
 * @param publicKeys each key that may have signed, for rotation; 32 bytes in base64
 */
export function isSignedByTelnyx(
  { headers, rawBody }: WebhookRequest,
  time: string,
  publicKeys: readonly string[],
): boolean {
  const header = headers['telnyx-signature-ed25519'] ?? '';
  const signature = Buffer.from(header, 'base64');
  const signed = Buffer.concat([Buffer.from(`${time}|`), rawBody]);
  let genuine = false;
  for (const publicKey of publicKeys) {
    const der = Buffer.concat([SPKI, Buffer.from(publicKey, 'base64')]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (verify(null, signed, key, signature)) genuine = true;
  }
  // Node reads base64 generously: only the one proper spelling of a signature passes.
  return genuine && signature.toString('base64') === header;
}
