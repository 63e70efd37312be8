import { generateKeyPairSync, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { WebhookRequest } from '../../shared/carriers/carrier.ts';
import { isSignedByTelnyx } from '../../shared/carriers/telnyx/signature.ts';
import { webhook } from '../../shared/carriers/telnyx/webhook.ts';
import { cases, signed } from './carriers/telnyx.ts';

// Telnyx publishes no fixed vectors: its own tests make keys, as these do. Its SDK only checks, and by its own clock.
const { TelnyxWebhook } = createRequire(import.meta.url)('telnyx/lib/webhooks') as typeof import('telnyx/lib/webhooks');

const BODY = '{"data":{"event_type":"message.received"}}';
const nowInSeconds = () => Math.floor(Date.now() / 1_000);

const newKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64') };
};
const KEY = newKey();

const requestOf = (body: string | Buffer, time: string, signature: string): WebhookRequest => ({
  method: 'POST',
  url: 'https://stopgate.example/webhooks/telnyx',
  headers: { 'telnyx-signature-ed25519': signature, 'telnyx-timestamp': time },
  rawBody: Buffer.from(body),
});
const signedBy = ({ privateKey }: typeof KEY, body: string | Buffer, time: string): string =>
  sign(null, Buffer.concat([Buffer.from(`${time}|`), Buffer.from(body)]), privateKey).toString('base64');

const sdkAccepts = async (body: string, time: string, signature: string, publicKey = KEY.publicKey) => {
  const headers = { 'Telnyx-Signature-Ed25519': signature, 'Telnyx-Timestamp': time };
  return new TelnyxWebhook(publicKey).verify(body, headers).then(
    () => true,
    () => false,
  );
};
const weAccept = (
  body: string,
  time: string,
  signature: string,
  publicKeys = [KEY.publicKey],
  toleranceSeconds = 300,
) =>
  webhook.verify(
    requestOf(body, time, signature),
    { apiKey: 'KEY', publicKeys, toleranceSeconds },
    nowInSeconds() * 1_000,
  ) === 'genuine';

describe("beside Telnyx's own SDK", () => {
  it('accepts what the SDK accepts, and nothing that it refuses', async () => {
    const another = newKey();
    const time = fc.oneof(
      fc.integer({ min: -290, max: 290 }).map((seconds) => String(nowInSeconds() + seconds)),
      fc.constantFrom('', 'now', '-1', '0', '1e9', ` ${nowInSeconds()}`, `${nowInSeconds()}.5`, '99999999999999999999'),
    );
    const disguise = fc.constantFrom<(signature: string) => string>(
      (signature) => signature,
      (signature) => signature.replace(/=+$/, ''),
      (signature) => `${signature} `,
      (signature) => signature.replaceAll('+', '-').replaceAll('/', '_'),
      (signature) => `${signature},${signature}`,
      (signature) => Buffer.from(signature, 'base64').toString('hex'),
      () => '',
      () => `${'A'.repeat(86)}==`,
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), time, fc.boolean(), disguise, async (body, at, ours, as) => {
        const signature = as(signedBy(ours ? KEY : another, body, at));
        expect(weAccept(body, at, signature)).toBe(await sdkAccepts(body, at, signature));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts the calls of the contract suite by the same key, whatever the clock', async () => {
    const { publicKeys } = cases.secret as { publicKeys: [string] };
    const time = String(nowInSeconds());
    const { headers, rawBody } = signed(BODY, { time });
    const signature = headers['telnyx-signature-ed25519'] ?? '';
    expect(await sdkAccepts(rawBody.toString(), time, signature, publicKeys[0])).toBe(true);
    expect(weAccept(BODY, time, signature, publicKeys)).toBe(true);
  });
});

describe('a call of Telnyx', () => {
  const time = String(nowInSeconds());
  const signature = signedBy(KEY, BODY, time);

  it('is genuine byte by byte, in whatever encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const body = Buffer.from(bytes);
        expect(isSignedByTelnyx(requestOf(body, time, signedBy(KEY, body, time)), time, [KEY.publicKey])).toBe(true);
      }),
    );
  });

  it('is refused when any bit of its body, its time or its signature is another', () => {
    const flip = (bytes: Buffer, at: number, bit: number) => {
      const flipped = Buffer.from(bytes);
      flipped[at % bytes.length]! ^= 1 << bit;
      return flipped;
    };
    const part = fc.constantFrom('body', 'time', 'signature');
    fc.assert(
      fc.property(part, fc.nat(), fc.nat({ max: 7 }), (which, at, bit) => {
        const changed = { body: Buffer.from(BODY), time: Buffer.from(time), signature: Buffer.from(signature) };
        changed[which as keyof typeof changed] = flip(changed[which as keyof typeof changed], at, bit);
        const { body, time: when, signature: by } = changed;
        const request = requestOf(body, when.toString('latin1'), by.toString('latin1'));
        expect(isSignedByTelnyx(request, when.toString('latin1'), [KEY.publicKey])).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused when a letter has moved over the bar between its time and its body', () => {
    expect(isSignedByTelnyx(requestOf(`1|${BODY}`, time, signature), time, [KEY.publicKey])).toBe(false);
    expect(isSignedByTelnyx(requestOf(BODY.slice(1), `${time}|{`, signature), `${time}|{`, [KEY.publicKey])).toBe(
      false,
    );
  });

  it('is genuine by any of several keys, and by no other', () => {
    const next = newKey().publicKey;
    expect(weAccept(BODY, time, signature, [next, KEY.publicKey])).toBe(true);
    expect(weAccept(BODY, time, signature, [KEY.publicKey, next])).toBe(true);
    expect(weAccept(BODY, time, signature, [next])).toBe(false);
    // A key that is no point of the curve is one that signed nothing.
    expect(weAccept(BODY, time, signature, [`${'/'.repeat(42)}8=`, KEY.publicKey])).toBe(true);
  });

  it('may be as old as the secret says, where it says less than a day', () => {
    const secret = { apiKey: 'KEY', publicKeys: [KEY.publicKey], toleranceSeconds: 60 };
    const verdictAfter = (seconds: number) =>
      webhook.verify(requestOf(BODY, time, signature), secret, (Number(time) + seconds) * 1_000);
    expect(verdictAfter(60)).toBe('genuine');
    expect(verdictAfter(61)).toBe('stale');
    expect(verdictAfter(-301)).toBe('stale');
  });
});
