import { createHash, generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import type { Rejection } from '../../../shared/messages/outcome.ts';
import { type CarrierCases, NOW, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';

/** Vonage's SDK and the library that it signs with are CommonJS, of which Jest's modules would see an empty shell. */
const require = createRequire(import.meta.url);
interface Sdk {
  tokenGenerate(applicationId: string, privateKey: string, options?: object): string;
  verifySignature(token: string, key: string): boolean;
}
export const sdk: Sdk = require('@vonage/jwt');
const { sign } = createRequire(require.resolve('@vonage/jwt'))('jsonwebtoken') as {
  sign(claims: object, key: string, options: object): string;
};

const URL_OF_WEBHOOK = `${PUBLIC_URL}/webhooks/vonage-messages`;
const SIGNATURE_SECRET = 'a signature secret of the tests';
const API_KEY = 'abcd1234';
const SECONDS = NOW / 1_000;
const HOUR = 3_600;
const UUID = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab';

export const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

interface How {
  readonly url?: string;
  readonly secret?: string;
  readonly claims?: object;
  readonly algorithm?: string;
}

/** A call as Vonage makes it, its token signed by the library of Vonage's own SDK. */
export function calls(
  content: unknown,
  { url = URL_OF_WEBHOOK, secret = SIGNATURE_SECRET, claims = {}, algorithm = 'HS256' }: How = {},
): WebhookRequest {
  const rawBody = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const said: { readonly iat?: number; readonly [claim: string]: unknown } = {
    iat: SECONDS - 2,
    jti: 'c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5',
    iss: 'Vonage',
    payload_hash: createHash('sha256').update(rawBody).digest('hex'),
    api_key: API_KEY,
    application_id: '00000000-0000-4000-8000-000000000000',
    ...claims,
  };
  // Without a time of ours the library would add its own.
  const token = sign(JSON.parse(JSON.stringify(said)), secret, { algorithm, noTimestamp: said.iat === undefined });
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    rawBody,
  };
}

export const INBOUND = {
  channel: 'sms',
  message_uuid: UUID,
  to: SENDER.slice(1),
  from: RECIPIENT.slice(1),
  timestamp: '2026-11-23T11:59:58.123Z',
  message_type: 'text',
  text: 'STOP',
  sms: { num_messages: '1', count_total: '1' },
  usage: { currency: 'EUR', price: '0.0057' },
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'vonage-messages',
  carrierMessageId: UUID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
  sentAt: '2026-11-23T11:59:58.123Z',
};

export const status = (change: object = {}) => ({
  message_uuid: UUID,
  to: RECIPIENT.slice(1),
  from: SENDER.slice(1),
  timestamp: '2026-11-23T11:59:58.123Z',
  status: 'delivered',
  channel: 'sms',
  usage: { currency: 'EUR', price: '0.0333' },
  ...change,
});
const errorOf = (code: number) => ({
  type: `https://developer.vonage.com/api-errors/messages#${code}`,
  title: code,
  detail: `about ${RECIPIENT}`,
  instance: 'bf0ca0bf927b3b52e3cb03217e1a1ddf',
});
const CALLBACK = `${URL_OF_WEBHOOK}?stopgate-message=spring%3A1`;
/** SHA-256 of `message spring:1` in base64url, the first 40 letters. */
const SEAL = createHash('sha256').update('message spring:1').digest('base64url').slice(0, 40);
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'vonage-messages',
  carrierMessageId: UUID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
  detail: undefined,
  because: undefined,
};
const undelivered = (detail: string, because?: Rejection): CarrierEvent => ({
  ...REPORTED,
  state: 'undelivered',
  detail,
  because,
});

const refuses = (httpStatus: number, code: number, headers?: Record<string, string>): Behaviour =>
  answers(httpStatus, JSON.stringify(errorOf(code)), headers);

const REJECTIONS: readonly (readonly [Rejection, readonly number[]])[] = [
  ['opted-out', [1240]],
  ['blocked', [1050, 1210, 1270, 1280]],
  ['over-quota', [1070]],
  ['bad-content', [1090]],
  ['invalid-destination', [1040, 1170, 1190, 1250, 1260, 1300, 1310]],
  ['misconfigured', [1010, 1020, 1060, 1080, 1120, 1140, 1160]],
];

const SECRET = { apiKey: API_KEY, apiSecret: 'an API secret', signatureSecrets: [SIGNATURE_SECRET] };

export const cases: CarrierCases = {
  secret: SECRET,
  rotated: { ...SECRET, signatureSecrets: ['the next secret', SIGNATURE_SECRET] },
  foreign: { ...SECRET, signatureSecrets: ['another secret'] },
  wrongSecrets: [
    undefined,
    'hidden',
    {},
    { ...SECRET, signatureSecrets: [] },
    { ...SECRET, apiKey: '' },
    { apiKey: 'hidden', signatureSecrets: 'hidden' },
    { ...SECRET, toleranceSeconds: 'hidden' },
  ],

  genuine: [
    { what: 'a text', request: calls(INBOUND), events: [HEARD] },
    {
      what: 'a text with a time to the second',
      request: calls({ ...INBOUND, timestamp: '2026-11-23T11:59:58Z' }),
      events: [{ ...HEARD, sentAt: '2026-11-23T11:59:58.999Z' }],
    },
    {
      what: 'a text without a time',
      request: calls({ ...INBOUND, timestamp: undefined }),
      events: [{ ...HEARD, sentAt: undefined }],
    },
    {
      what: 'a text in other letters',
      request: calls({ ...INBOUND, text: 'Ärger 📣 &=' }),
      events: [{ ...HEARD, text: 'Ärger 📣 &=' }],
    },
    {
      what: 'a picture',
      request: calls({
        ...INBOUND,
        channel: 'mms',
        message_type: 'image',
        text: undefined,
        image: { url: 'https://x.example/' },
      }),
      events: [{ ...HEARD, text: '' }],
    },
    {
      what: 'a picture with a text beside it',
      request: calls({
        ...INBOUND,
        channel: 'mms',
        text: undefined,
        image: { url: 'https://x.example/', caption: 'stop' },
      }),
      events: [{ ...HEARD, text: 'stop' }],
    },
    {
      what: 'a text of version 0.1',
      request: calls({
        message_uuid: UUID,
        to: { type: 'sms', number: SENDER.slice(1) },
        from: { type: 'sms', number: RECIPIENT.slice(1) },
        timestamp: '2026-11-23T11:59:58.123Z',
        direction: 'inbound',
        message: { content: { type: 'text', text: 'STOP' } },
      }),
      events: [HEARD],
    },
    {
      what: 'a text of another channel',
      request: calls({ ...INBOUND, channel: 'messenger', from: '0123' }),
      events: [],
    },
    { what: 'a receipt', request: calls(status(), { url: CALLBACK }), events: [REPORTED] },
    {
      what: 'a receipt with what we gave along',
      request: calls(status({ client_ref: SEAL }), { url: CALLBACK }),
      events: [REPORTED],
    },
    {
      what: 'a receipt that says submitted',
      request: calls(status({ status: 'submitted' }), { url: CALLBACK }),
      events: [{ ...REPORTED, state: 'accepted' }],
    },
    {
      what: 'a receipt that says read',
      request: calls(status({ status: 'read' }), { url: CALLBACK }),
      events: [REPORTED],
    },
    ...['rejected', 'undeliverable'].map((word) => ({
      what: `a receipt that says ${word}`,
      request: calls(status({ status: word, error: errorOf(1260) }), { url: CALLBACK }),
      events: [undelivered('1260', 'invalid-destination')],
    })),
    {
      what: 'a receipt of a fault that passes',
      request: calls(status({ status: 'rejected', error: errorOf(1220) }), { url: CALLBACK }),
      events: [undelivered('1220')],
    },
    {
      what: 'a receipt of a refusal for an opt-out',
      request: calls(status({ status: 'rejected', error: errorOf(1240) }), { url: CALLBACK }),
      events: [undelivered('1240', 'opted-out')],
    },
    {
      what: 'a receipt of version 0.1',
      request: calls(
        status({
          channel: undefined,
          to: { type: 'sms', number: RECIPIENT.slice(1) },
          from: { type: 'sms', number: SENDER.slice(1) },
          status: 'rejected',
          error: { code: 1240, reason: 'Illegal Number' },
        }),
        { url: CALLBACK },
      ),
      events: [undelivered('1240', 'opted-out')],
    },
    { what: 'a receipt of a message that is not ours', request: calls(status()), events: [] },
    {
      what: 'a receipt of another message of ours, brought to the address of this one',
      request: calls(status({ client_ref: 'x'.repeat(40) }), { url: CALLBACK }),
      events: [],
    },
    {
      what: 'a state that we do not know',
      request: calls(status({ status: 'pondered' }), { url: CALLBACK }),
      events: [],
    },
  ],
  unreadable: [
    { what: 'no JSON', request: calls('STOP') },
    { what: 'null', request: calls('null') },
    { what: 'a list', request: calls([INBOUND]) },
    { what: 'a text from no number', request: calls({ ...INBOUND, from: 'somebody' }) },
    { what: 'a text without an id', request: calls({ ...INBOUND, message_uuid: undefined }) },
  ],
  forged: [
    { what: 'a token of nobody', request: { ...calls(INBOUND), headers: { authorization: 'Bearer' } } },
    { what: 'a token that is none', request: { ...calls(INBOUND), headers: { authorization: 'Bearer a.b.c' } } },
    { what: 'another scheme', request: { ...calls(INBOUND), headers: { authorization: 'Basic YTpi' } } },
    { what: 'another algorithm', request: calls(INBOUND, { algorithm: 'HS512' }) },
    { what: 'no algorithm', request: calls(INBOUND, { secret: '', algorithm: 'none' }) },
    { what: 'an RSA signature', request: calls(INBOUND, { secret: KEYS.privateKey, algorithm: 'RS256' }) },
    {
      what: 'the hash of another body',
      request: { ...calls(INBOUND), rawBody: Buffer.from(JSON.stringify(status())) },
    },
    { what: 'no hash', request: calls(INBOUND, { claims: { payload_hash: undefined } }) },
    { what: 'another account', request: calls(INBOUND, { claims: { api_key: 'other123' } }) },
    { what: 'no time', request: calls(INBOUND, { claims: { iat: undefined } }) },
    { what: 'an address beside the token', request: withToken((token) => `${token}.`) },
    {
      what: 'the token without its signature',
      request: withToken((token) => token.slice(0, token.lastIndexOf('.') + 1)),
    },
  ],
  again: [{ what: 'no token', request: { ...calls(INBOUND), headers: { 'content-type': 'application/json' } } }],
  stale: [
    { what: 'a text of two days ago', request: calls(INBOUND, { claims: { iat: SECONDS - 48 * HOUR } }) },
    { what: 'a text of the future', request: calls(INBOUND, { claims: { iat: SECONDS + 301 } }) },
  ],
  lateRetries: [
    {
      what: 'a text that Vonage has tried to hand on for a day',
      request: calls(INBOUND),
      now: NOW + 24 * HOUR * 1_000,
    },
    { what: 'a clock that is ahead', request: calls(INBOUND, { claims: { iat: SECONDS + 299 } }) },
  ],
  covers: ['body', 'header:authorization'],

  accepted: (message_uuid) => ({ status: 202, body: JSON.stringify({ message_uuid }) }),
  senseless: ['', '{}', 'null', '[]', '"x"', '{"message_uuid":7}', '{"message_uuid":""}', '{"message_uuid":', '<html>'],
  refusals: [
    ...REJECTIONS.flatMap(([because, codes]) =>
      codes.map((code): Refusal => [`${code}`, refuses(422, code), rejected(because, `${code}`)]),
    ),
    ...[1000, 1241].map((code): Refusal => [`${code}`, refuses(422, code), throttled(`${code}`)]),
    ['1000 with Retry-After', refuses(429, 1000, { 'retry-after': '7' }), throttled('1000', 7_000)],
    ...[1030, 1100, 1180, 1220, 1230, 1331].map(
      (code): Refusal => [`${code}`, refuses(422, code), transient(`${code}`)],
    ),
    ['1320, already sent', refuses(422, 1320), unknown('1320')],
    [
      'a code in the address of the error alone',
      answers(422, '{"type":"https://developer.vonage.com/api-errors/messages#1190","title":"Absent Subscriber"}'),
      rejected('invalid-destination', '1190'),
    ],
    ['a code that we do not know', refuses(422, 9999), rejected('misconfigured', '9999')],
    ['401', answers(401, '{"title":"Unauthorized","type":"https://x.example/#unauthorized"}'), transient('401')],
    ['402, the balance is spent', answers(402, '{"title":"Low balance"}'), rejected('over-quota', '402')],
    ['422 without a code', answers(422, '{"title":"Invalid request"}'), rejected('misconfigured', '422')],
    ['429 without a code', answers(429, '{"title":"Rate Limit Hit"}'), throttled('429')],
    ['500, where Vonage itself says that it failed', answers(500, '{"title":"Internal error"}'), transient('500')],
    ['500 without Vonage’s JSON', answers(500, 'oops'), unknown('500')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
  ],

  readSend({ path, body, headers }) {
    const { from, to, text, channel, message_type, client_ref } = JSON.parse(body);
    const got = [path, headers.authorization, channel, message_type, client_ref.length <= 40];
    const credentials = Buffer.from(`${SECRET.apiKey}:${SECRET.apiSecret}`).toString('base64');
    if (got.join() !== `/v1/messages,Basic ${credentials},sms,text,true`) throw new Error(`sent ${got.join()}`);
    return { from: /^\d{9,}$/.test(from) ? `+${from}` : from, to: `+${to}`, body: text };
  },
  deliveredAfter({ body }, message_uuid) {
    const { from, to, webhook_url, client_ref } = JSON.parse(body);
    return calls(status({ message_uuid, to, from, client_ref }), { url: webhook_url });
  },
};

function withToken(change: (token: string) => string): WebhookRequest {
  const request = calls(INBOUND);
  return { ...request, headers: { authorization: change(request.headers.authorization ?? '') } };
}
