import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { WebhookRequest } from '../../shared/carriers/carrier.ts';
import { api } from '../../shared/carriers/infobip/api.ts';
import { webhook } from '../../shared/carriers/infobip/webhook.ts';
import type { RestSurroundings } from '../../shared/carriers/rest.ts';
import { NOW } from './carrier-cases.ts';
import { called } from './carriers/infobip.ts';
import { message } from './sending-suite.ts';

// Infobip publishes no vectors, and its SDK has no verifier.

const ACCESS = { apiKey: 'key-1', baseUrl: 'https://xyz123.api.infobip.com' };
const BODY = '{"results":[]}';
const callWith = (headers: WebhookRequest['headers'], body = BODY): WebhookRequest => ({ ...called(body), headers });
const verdict = (request: WebhookRequest, secret: object) => webhook.verify(request, { ...ACCESS, ...secret }, NOW);

describe('a call of Infobip with a secret header', () => {
  const secret = {
    headers: [
      { name: 'X-Stopgate-Secret', value: 'the next one' },
      { name: 'X-Stopgate-Secret', value: 'a long secret' },
    ],
  };

  it('is believed by each value that the secret holds', () => {
    expect(verdict(callWith({ 'x-stopgate-secret': 'a long secret' }), secret)).toBe('genuine');
    expect(verdict(callWith({ 'x-stopgate-secret': 'the next one' }), secret)).toBe('genuine');
  });

  it('is refused with any other value, or under another name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (value) => {
        expect(verdict(callWith({ 'x-stopgate-secret': value }), secret)).toBe('forged');
      }),
    );
    expect(verdict(callWith({ 'x-stopgate-other': 'a long secret' }), secret)).toBe('forged');
    expect(verdict(callWith({ 'x-stopgate-secret': 'a long secret,a long secret' }), secret)).toBe('forged');
    expect(verdict(callWith({}), secret)).toBe('forged');
  });
});

describe('a call of Infobip with an HMAC of its body, as the secret describes it', () => {
  const KEY = 'a key of the tests';

  it.each([
    ['sha256', 'hex'],
    ['sha256', 'base64'],
    ['sha384', 'hex'],
    ['sha512', 'base64'],
  ] as const)('is genuine by %s in %s, and nothing of it can be changed', (algorithm, encoding) => {
    const secret = { hmac: { keys: ['the next key', KEY], header: 'X-Signature', algorithm, encoding } };
    const signature = createHmac(algorithm, KEY).update(BODY).digest(encoding);
    expect(verdict(callWith({ 'x-signature': signature }), secret)).toBe('genuine');
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.nat({ max: 6 }), (isBody, at, bit) => {
        const bytes = Buffer.from(isBody ? BODY : signature);
        bytes[at % bytes.length]! ^= 1 << bit;
        const changed = bytes.toString('latin1');
        const request = isBody ? callWith({ 'x-signature': signature }, changed) : callWith({ 'x-signature': changed });
        expect(verdict(request, secret)).toBe('forged');
      }),
    );
  });

  it('is in hex by SHA-256 where the secret says no more', () => {
    const secret = { hmac: { keys: [KEY], header: 'X-Signature' } };
    const signature = createHmac('sha256', KEY).update(BODY).digest('hex');
    expect(verdict(callWith({ 'x-signature': signature }), secret)).toBe('genuine');
    expect(verdict(callWith({ 'x-signature': '' }), secret)).toBe('forged');
    expect(verdict(callWith({}), secret)).toBe('forged');
  });

  it('is not believed of a call that was signed by another key', () => {
    const secret = { hmac: { keys: [KEY], header: 'X-Signature' } };
    const signature = createHmac('sha256', 'another').update(BODY).digest('hex');
    expect(verdict(callWith({ 'x-signature': signature }), secret)).toBe('forged');
  });
});

describe('a call of Infobip, while one proof takes the place of another', () => {
  it('is believed by either, and by neither alone once the other is taken out', () => {
    const basicAuth = [{ user: 'stopgate', password: 'a password: of the tests' }];
    const headers = [{ name: 'X-Stopgate-Secret', value: 'a long secret' }];
    const byHeader = callWith({ 'x-stopgate-secret': 'a long secret' });
    expect(verdict(called(BODY), { basicAuth, headers })).toBe('genuine');
    expect(verdict(byHeader, { basicAuth, headers })).toBe('genuine');
    expect(verdict(byHeader, { basicAuth })).toBe('forged');
    expect(verdict(called(BODY), { headers })).toBe('forged');
  });
});

describe('the id that a message is given to Infobip with', () => {
  const at = (stage: string): RestSurroundings => ({
    apiUrl: undefined,
    callbackUrl: ({ kind, messageId }) => `https://${stage}/webhooks/x?${kind}=${messageId}`,
    now: NOW,
  });
  const secret = { ...ACCESS, basicAuth: [{ user: 'u', password: 'p' }] };
  const requestFor = (ref: object = {}, stage = 'prod', more: object = {}) =>
    api.toRequest(message({ ...more, ref: { ...message().ref, ...ref } }), secret, at(stage));
  const idFor = (...of: Parameters<typeof requestFor>): string =>
    (requestFor(...of).body as { messages: { destinations: { messageId: string }[] }[] }).messages[0]?.destinations[0]
      ?.messageId ?? '';

  it('is the same at every attempt', () => {
    expect(idFor()).toMatch(/^[0-9a-f]{64}$/);
    expect(idFor({}, 'prod', { body: 'reworded' })).toBe(idFor());
  });

  it('is another for every message, recipient, account, kind and stage', () => {
    const ids = [
      idFor(),
      idFor({ messageId: 'spring:2' }),
      idFor({ to: '+12025550171' }),
      idFor({ account: 'globex' }),
      idFor({ kind: 'reply' }),
      idFor({}, 'dev'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('goes to the account’s own host, with or without a slash at its end', () => {
    expect(requestFor().url).toBe('https://xyz123.api.infobip.com/sms/3/messages');
    const withSlash = { ...secret, baseUrl: `${ACCESS.baseUrl}/` };
    expect(api.toRequest(message(), withSlash, at('prod')).url).toBe('https://xyz123.api.infobip.com/sms/3/messages');
  });
});

describe('a call of Infobip with as many texts as there can be', () => {
  it('fits', () => {
    const text = {
      from: '12025550170',
      to: '12025550100',
      text: '€'.repeat(612),
      receivedAt: '2026-11-23T12:00:00.000+0000',
    };
    const results = Array.from({ length: 100 }, (_, index) => ({ ...text, messageId: `id-${index}` }));
    const request = called(JSON.stringify({ results }));
    expect(request.rawBody.length).toBeLessThan(webhook.maxBodyBytes ?? 0);
    expect(webhook.parse(request)).toHaveLength(100);
  });
});
