import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { WebhookRequest } from '../../shared/carriers/carrier.ts';
import { api } from '../../shared/carriers/vonage-messages/api.ts';
import { simulated } from '../../shared/carriers/vonage-messages/simulated.ts';
import { webhook } from '../../shared/carriers/vonage-messages/webhook.ts';
import { NOW, PUBLIC_URL, RECIPIENT, SENDER } from './carrier-cases.ts';
import { calls, cases, INBOUND, KEYS, sdk, status } from './carriers/vonage-messages.ts';

const APPLICATION_ID = '00000000-0000-4000-8000-000000000000';
const CALLBACK = `${PUBLIC_URL}/webhooks/vonage-messages?stopgate-message=spring%3A1`;

const verdictOn = (request: WebhookRequest, now = NOW) => webhook.verify(request, cases.secret, now);
const tokenOf = ({ headers }: WebhookRequest) => headers.authorization?.replace('Bearer ', '') ?? '';
const withToken = (request: WebhookRequest, token: string): WebhookRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});
const [SIGNATURE_SECRET = ''] = (cases.secret as { signatureSecrets: string[] }).signatureSecrets;
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

describe("a call's token, beside Vonage's own SDK", () => {
  it('is one that the SDK takes, and takes for no other secret', () => {
    const token = tokenOf(calls(INBOUND));
    expect(sdk.verifySignature(token, SIGNATURE_SECRET)).toBe(true);
    expect(sdk.verifySignature(token, 'another')).toBe(false);
  });

  it('is refused where the SDK refuses it, whatever is changed', () => {
    const request = calls(INBOUND);
    const token = tokenOf(request);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_.='), (at, letter) => {
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        fc.pre(changed !== token);
        // Stricter than the SDK, which reads the last bits of base64 generously.
        expect(verdictOn(withToken(request, changed))).toBe('forged');
      }),
      { numRuns: 1_000 },
    );
  });

  it('has to be for this body, which the SDK does not look at', () => {
    const request = calls(INBOUND);
    fc.assert(
      fc.property(fc.nat(request.rawBody.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const rawBody = Buffer.from(request.rawBody);
        rawBody[at]! ^= mask;
        expect(verdictOn({ ...request, rawBody })).toBe('forged');
      }),
      { numRuns: 500 },
    );
    expect(sdk.verifySignature(tokenOf(request), SIGNATURE_SECRET)).toBe(true);
  });

  it('has to be by HS256, though the SDK takes RS256 too, with a public key as the secret even', () => {
    const request = calls(INBOUND, { secret: KEYS.privateKey, algorithm: 'RS256' });
    expect(sdk.verifySignature(tokenOf(request), KEYS.publicKey)).toBe(true);
    const secret = { ...(cases.secret as object), signatureSecrets: [KEYS.publicKey] };
    expect(webhook.verify(request, secret, NOW)).toBe('forged');
  });

  it('is nobody’s where its head says another algorithm, though the bytes were signed by HS256', () => {
    const request = calls(INBOUND);
    const [, claims = ''] = tokenOf(request).split('.');
    for (const alg of ['none', 'hs256', 'HS512', 'RS256', '', undefined]) {
      const head = Buffer.from(JSON.stringify({ typ: 'JWT', alg })).toString('base64url');
      const signature = createHmac('sha256', SIGNATURE_SECRET).update(`${head}.${claims}`).digest('base64url');
      expect(verdictOn(withToken(request, `${head}.${claims}.${signature}`))).toBe('forged');
    }
  });

  it('of which the claims are no JSON is nobody’s', () => {
    const [head = ''] = tokenOf(calls(INBOUND)).split('.');
    for (const claims of ['', 'x', Buffer.from('null').toString('base64url'), Buffer.from('{').toString('base64url')]) {
      const signature = createHmac('sha256', SIGNATURE_SECRET).update(`${head}.${claims}`).digest('base64url');
      expect(verdictOn(withToken(calls(INBOUND), `${head}.${claims}.${signature}`))).toBe('forged');
    }
  });

  it('may write the hash of the body in capitals', () => {
    const { payload_hash } = claimsOf(tokenOf(calls(INBOUND)));
    expect(verdictOn(calls(INBOUND, { claims: { payload_hash: payload_hash.toUpperCase() } }))).toBe('genuine');
  });
});

describe('the time of a call', () => {
  test.each([
    [60, 60, 'genuine'],
    [60, 61, 'stale'],
    [undefined, 25 * 3_600, 'genuine'],
    [undefined, 25 * 3_600 + 1, 'stale'],
  ])('with a tolerance of %p seconds, after %i seconds, is %s', (toleranceSeconds, age, verdict) => {
    const request = calls(INBOUND, { claims: { iat: NOW / 1_000 - age } });
    expect(webhook.verify(request, { ...(cases.secret as object), toleranceSeconds }, NOW)).toBe(verdict);
  });
});

describe('the address of a receipt, which is not signed', () => {
  it('names no other message than the one that was sent', () => {
    const { body } = api.toRequest(
      {
        ref: { kind: 'message', account: 'acme', to: RECIPIENT, messageId: 'spring:1' },
        from: SENDER,
        body: 'Sale',
        category: 'promotional',
      },
      cases.secret,
      { apiUrl: undefined, callbackUrl: () => CALLBACK, now: NOW },
    );
    const { client_ref } = body as { client_ref: string };
    const request = calls(status({ client_ref }), { url: CALLBACK });
    expect(webhook.parse(request)).toHaveLength(1);
    for (const query of ['stopgate-message=spring%3A2', 'stopgate-reply=spring%3A1', 'stopgate-message=', '']) {
      expect(webhook.parse({ ...request, url: CALLBACK.replace(/\?.*/, `?${query}`) })).toEqual([]);
    }
  });
});

describe('a send that is signed by the application’s key', () => {
  const secret = {
    apiKey: 'abcd1234',
    signatureSecrets: ['x'],
    applicationId: APPLICATION_ID,
    privateKey: KEYS.privateKey,
    apiSecret: 'not used beside a private key',
  };
  const message = {
    ref: { kind: 'message', account: 'acme', to: RECIPIENT, messageId: 'spring:1' },
    from: SENDER,
    body: 'Sale',
    category: 'promotional',
  } as const;
  const authorizationAt = (now: number) =>
    api.toRequest(message, secret, { apiUrl: undefined, callbackUrl: () => CALLBACK, now }).headers.authorization ?? '';

  it('carries a token that the SDK takes', () => {
    const now = Date.now();
    const token = authorizationAt(now).replace(/^Bearer /, '');
    expect(sdk.verifySignature(token, KEYS.publicKey)).toBe(true);
    const ofSdk = sdk.tokenGenerate(APPLICATION_ID, KEYS.privateKey);
    const [head, headOfSdk] = [token, ofSdk].map((one) =>
      JSON.parse(Buffer.from(one.split('.')[0] ?? '', 'base64url').toString()),
    );
    expect(head).toEqual(headOfSdk);
    expect(Object.keys(claimsOf(token)).sort()).toEqual(Object.keys(claimsOf(ofSdk)).sort());
    expect(claimsOf(token)).toMatchObject({
      application_id: APPLICATION_ID,
      iat: Math.floor(now / 1_000),
      exp: Math.floor(now / 1_000) + 300,
    });
  });

  it('carries a new token each time', () => {
    expect(authorizationAt(NOW)).not.toBe(authorizationAt(NOW));
  });

  it('can’t be made without a key or a secret, though texts are heard', () => {
    const heard = { apiKey: 'abcd1234', signatureSecrets: [SIGNATURE_SECRET], applicationId: APPLICATION_ID };
    const act = () => api.toRequest(message, heard, { apiUrl: undefined, callbackUrl: () => CALLBACK, now: NOW });
    expect(act).toThrow('neither a "privateKey" nor an "apiSecret"');
    expect(webhook.verify(calls(INBOUND), heard, NOW)).toBe('genuine');
  });

  it('can’t be made with a key that is none, and says nothing of the key', () => {
    const wrong = { ...secret, privateKey: 'hidden' };
    const act = () => api.toRequest(message, wrong, { apiUrl: undefined, callbackUrl: () => CALLBACK, now: NOW });
    expect(act).toThrow();
    expect(act).not.toThrow(/hidden/);
  });
});

test('the simulated carrier signs as the SDK would read it', () => {
  const carrier = simulated({
    webhookUrl: () => `${PUBLIC_URL}/webhooks/vonage-messages`,
    mayCall: () => true,
    segmentsOf: () => ({ segments: 1 }),
    clock: () => NOW,
    key: (name, variable, value) => ({ name, variable, value }),
  });
  const [call] = carrier.inbound({ from: RECIPIENT, to: SENDER, body: 'STOP', carrierMessageId: 'm1', sentAt: NOW });
  const token = call?.headers.authorization?.replace('Bearer ', '') ?? '';
  const { signatureSecrets } = carrier.secret as { signatureSecrets: string[] };
  expect(sdk.verifySignature(token, signatureSecrets[0] ?? '')).toBe(true);
});
