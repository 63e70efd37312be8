import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { WebhookRequest } from '../../shared/carriers/carrier.ts';
import { basic } from '../../shared/carriers/rest.ts';
import { webhook } from '../../shared/carriers/sinch/webhook.ts';
import { signed } from './carriers/sinch.ts';
import { sdkAccepts, signatureOf } from './sinch-sdk.ts';

const ACCESS = { servicePlanId: 'plan-1', apiToken: 'token-1' };

// packages/sms/tests/rest/v1/callbacks/callbacks-webhook.test.ts of https://github.com/sinch/sinch-sdk-node
const VECTOR = {
  secret: 'SMSWebhooksSecret',
  nonce: '01JHFFHWYY7HSS4FWTMDTQEK8V',
  time: '1736760161',
  body: '{"at":"2025-01-13T09:22:40.914Z","batch_id":"01JHFFHQ0P99JPPNQPJDV7JTBP","client_reference":"a client reference","code":0,"operator_status_at":"2025-01-13T09:22:00Z","recipient":"33662162466","status":"Delivered","type":"recipient_delivery_report_sms"}',
  signature: 'ZoHei66PPN/kZjw7hFVfGhJOnml3iGNCMWoyQVcE5o0=',
};

const requestOf = (
  { body, nonce, time, signature } = VECTOR,
  more: WebhookRequest['headers'] = {},
): WebhookRequest => ({
  method: 'POST',
  url: 'https://stopgate.example/webhooks/sinch',
  headers: {
    'x-sinch-webhook-signature': signature,
    'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
    'x-sinch-webhook-signature-nonce': nonce,
    'x-sinch-webhook-signature-timestamp': time,
    ...more,
  },
  rawBody: Buffer.from(body),
});
const verdict = (
  request: WebhookRequest,
  secret: object = { signingSecrets: [VECTOR.secret] },
  now = Number(VECTOR.time) * 1_000,
) => webhook.verify(request, { ...ACCESS, ...secret }, now);

describe('the official vector of Sinch for SMS', () => {
  it('is genuine, and a report on a message that is not ours', () => {
    expect(verdict(requestOf())).toBe('genuine');
    expect(webhook.parse(requestOf())).toEqual([]);
  });

  it('is genuine without the header that names the algorithm, and forged with another one', () => {
    expect(verdict(requestOf(VECTOR, { 'x-sinch-webhook-signature-algorithm': undefined }))).toBe('genuine');
    for (const name of ['HmacSHA1', 'none', 'HmacSHA256,HmacSHA256'])
      expect(verdict(requestOf(VECTOR, { 'x-sinch-webhook-signature-algorithm': name }))).toBe('forged');
  });

  it('is nobody’s by another secret', () => {
    expect(verdict(requestOf(), { signingSecrets: ['another'] })).toBe('forged');
  });

  it('is what its SDK accepts', () => {
    const { headers, rawBody } = requestOf();
    expect(sdkAccepts(VECTOR.secret, headers, rawBody.toString())).toBe(true);
  });
});

describe("beside Sinch's own SDK", () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  const header = fc.string({ unit: fc.constantFrom(...'abcXYZ0189-._~'), maxLength: 30 });
  const key = fc.string({ minLength: 1, maxLength: 40 });

  it('accepts all that it signs', () => {
    fc.assert(
      fc.property(key, text, header, fc.nat({ max: 2_000_000_000 }), (secret, body, nonce, seconds) => {
        const time = String(seconds);
        const signature = signatureOf(secret, body, nonce, time);
        const request = requestOf({ secret, body, nonce, time, signature });
        expect(verdict(request, { signingSecrets: [secret] }, seconds * 1_000)).toBe('genuine');
      }),
    );
  });

  it('accepts nothing that it refuses', () => {
    fc.assert(
      fc.property(key, text, header, header, fc.boolean(), (secret, body, nonce, signature, isRight) => {
        const time = VECTOR.time;
        const right = createHmac('sha256', secret).update(`${body}.${nonce}.${time}`).digest('base64');
        const request = requestOf({ secret, body, nonce, time, signature: isRight ? right : signature });
        const byThem = sdkAccepts(secret, request.headers, body);
        expect(verdict(request, { signingSecrets: [secret] })).toBe(byThem ? 'genuine' : 'forged');
      }),
    );
  });
});

describe('a signed call of Sinch', () => {
  it('is refused when any bit of its body, nonce, time or signature is another', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('body', 'nonce', 'time', 'signature'),
        fc.nat(),
        fc.nat({ max: 6 }),
        (part, at, bit) => {
          const bytes = Buffer.from(VECTOR[part as keyof typeof VECTOR]);
          bytes[at % bytes.length]! ^= 1 << bit;
          expect(verdict(requestOf({ ...VECTOR, [part]: bytes.toString('latin1') }))).toBe('forged');
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('may be as old as the secret says, where it says less than two days', () => {
    const secret = { signingSecrets: [VECTOR.secret], toleranceSeconds: 300 };
    const verdictAfter = (seconds: number) => verdict(requestOf(), secret, (Number(VECTOR.time) + seconds) * 1_000);
    expect(verdictAfter(300)).toBe('genuine');
    expect(verdictAfter(301)).toBe('stale');
    expect(verdictAfter(-301)).toBe('stale');
  });
});

describe('a call without a signature, before the account manager has enabled it', () => {
  const BASIC = { basicAuth: [{ user: 'stopgate', password: 'a long: password' }] };
  const { rawBody } = signed('{"type":"mo_text"}');
  const callBy = (authorization?: string): WebhookRequest => ({ ...requestOf(), headers: { authorization }, rawBody });

  it('is believed by the Basic credentials that the secret holds', () => {
    expect(verdict(callBy(basic('stopgate', 'a long: password')), BASIC)).toBe('genuine');
    expect(verdict(callBy(basic('stopgate', 'a long: password').replace('Basic', 'basic')), BASIC)).toBe('genuine');
  });

  it.each([
    ['none', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Basic '],
    ['another password', basic('stopgate', 'another')],
    ['another user', basic('somebody', 'a long: password')],
    ['the token of the API', 'Bearer token-1'],
    ['more than the credentials', `${basic('stopgate', 'a long: password')},`],
    ['the credentials as they are', 'Basic stopgate:a long: password'],
  ])('is refused by %s', (_, authorization) => {
    expect(verdict(callBy(authorization), BASIC)).toBe('forged');
  });

  it('is refused by Basic credentials of which the secret knows nothing', () => {
    expect(verdict(callBy(basic('', '')))).toBe('forged');
    expect(verdict(callBy(basic('stopgate', 'a long: password')))).toBe('forged');
  });

  it('is refused by any header at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (authorization) => {
        expect(verdict(callBy(authorization), BASIC)).toBe('forged');
      }),
    );
  });

  it('has two credentials at once while one replaces the other', () => {
    const two = { basicAuth: [{ user: 'next', password: 'one' }, ...BASIC.basicAuth] };
    expect(verdict(callBy(basic('stopgate', 'a long: password')), two)).toBe('genuine');
    expect(verdict(callBy(basic('next', 'one')), two)).toBe('genuine');
  });

  it('goes over to signatures without a gap: until the credentials are taken out, either will do', () => {
    const both = { signingSecrets: [VECTOR.secret], ...BASIC };
    expect(verdict(requestOf(), both)).toBe('genuine');
    expect(verdict(callBy(basic('stopgate', 'a long: password')), both)).toBe('genuine');
    expect(verdict(callBy(), both)).toBe('forged');
  });
});
