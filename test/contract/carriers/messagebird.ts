import { createHash, createHmac } from 'node:crypto';
import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import { type CarrierCases, NOW, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';

export const URL_OF_WEBHOOK = `${PUBLIC_URL}/webhooks/messagebird`;
export const SIGNING_KEY = 'a key of the tests';
const ID = '3b53c137369242138120d6b0b2122607';

const HASHES = new Map(Object.entries({ HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }));

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

export interface How {
  readonly method?: string;
  readonly url?: string;
  readonly body?: string | Buffer;
  /** Milliseconds. */
  readonly at?: number;
  readonly key?: string;
  readonly alg?: string;
  readonly header?: object;
  readonly claims?: object;
}

// MessageBird's SDK can only check tokens: it does so in `messagebird-signature.test.ts`, with what is signed here.
export function tokenFor({ url = URL_OF_WEBHOOK, body = '', at = NOW, key = SIGNING_KEY, ...how }: How): string {
  const { alg = 'HS256', header = {}, claims = {} } = how;
  const nbf = Math.floor(at / 1_000);
  const signed = [
    { alg, typ: 'JWT', ...header },
    {
      iss: 'MessageBird',
      nbf,
      exp: nbf + 60,
      jti: '93e55006-a0e8-4526-a190-fa5ff00ea116',
      url_hash: sha256(url),
      ...(body.length > 0 && { payload_hash: sha256(body) }),
      ...claims,
    },
  ]
    .map(encoded)
    .join('.');
  const hash = HASHES.get(alg);
  return `${signed}.${hash === undefined ? '' : createHmac(hash, key).update(signed).digest('base64url')}`;
}

/** A call with MessageBird's token. */
export function signed(how: How = {}): WebhookRequest {
  const { method = how.body === undefined ? 'GET' : 'POST', url = URL_OF_WEBHOOK, body = '' } = how;
  return {
    method,
    url,
    headers: { 'messagebird-signature-jwt': tokenFor(how) },
    rawBody: Buffer.from(body),
  };
}

type Fields = readonly (readonly [name: string, value: string])[];
const form = (fields: Fields, how: How = {}) =>
  signed({ body: new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(), ...how });
const json = (fields: object, how: How = {}) => signed({ body: JSON.stringify(fields), ...how });

const INBOUND = {
  id: ID,
  recipient: SENDER.slice(1),
  originator: RECIPIENT.slice(1),
  body: 'STOP',
  createdDatetime: '2026-11-23T11:59:59+00:00',
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'messagebird',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
  // Told to the second: the end of it.
  sentAt: '2026-11-23T11:59:59.999+00:00',
};
const receives = (change: object = {}, how?: How) =>
  form(Object.entries({ ...INBOUND, ...change }).filter(([, value]) => value !== undefined) as unknown as Fields, how);

const REPORT = {
  datacoding: 'plain',
  id: ID,
  mccmnc: '310010',
  messageLength: '4',
  messagePartCount: '1',
  ported: '0',
  'price[amount]': '0.000',
  'price[currency]': 'USD',
  recipient: RECIPIENT.slice(1),
  reference: 'stopgate-message=spring%3A1&stopgate-from=%2B12025550100',
  status: 'delivered',
  statusDatetime: '2026-11-23T12:00:00+00:00',
  statusReason: 'successfully delivered',
};
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'messagebird',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
};
const reports = (change: object = {}, how?: How) => {
  const fields = Object.entries({ ...REPORT, ...change }).filter(([, value]) => value !== undefined);
  return signed({ url: `${URL_OF_WEBHOOK}?${new URLSearchParams(fields as [string, string][])}`, ...how });
};

const refuses = (
  status: number,
  code: number | string,
  parameter: string | null = null,
  headers?: Record<string, string>,
): Behaviour =>
  answers(status, JSON.stringify({ errors: [{ code, description: `about ${RECIPIENT}`, parameter }] }), headers);

const DAY = 24 * 60 * 60 * 1_000;
const ACCESS = { accessKey: 'access-1' };
const claims = (change: object) => receives({}, { claims: change });

export const cases: CarrierCases = {
  secret: { ...ACCESS, signingKeys: [SIGNING_KEY] },
  rotated: { ...ACCESS, signingKeys: ['the next key', SIGNING_KEY] },
  foreign: { ...ACCESS, signingKeys: ['another key'], legacySignature: true },
  wrongSecrets: [
    undefined,
    null,
    'hidden',
    {},
    ACCESS,
    { ...ACCESS, signingKeys: [] },
    { ...ACCESS, signingKeys: [''] },
    { ...ACCESS, signingKeys: 'hidden' },
    { signingKeys: ['hidden'] },
    { ...ACCESS, signingKeys: ['hidden'], toleranceSeconds: -1 },
    { ...ACCESS, signingKeys: ['hidden'], legacySignature: 'hidden' },
  ],

  genuine: [
    { what: 'a text', request: receives(), events: [HEARD] },
    { what: 'a text as JSON', request: json(INBOUND), events: [HEARD] },
    {
      what: 'a text as JSON with numbers',
      request: json({ ...INBOUND, recipient: Number(SENDER), originator: Number(RECIPIENT), status: 'received' }),
      events: [HEARD],
    },
    {
      what: 'a text by GET',
      request: signed({ url: `${URL_OF_WEBHOOK}?${new URLSearchParams(INBOUND)}` }),
      events: [HEARD],
    },
    {
      what: 'a text with nothing but what it needs',
      request: receives({ createdDatetime: undefined }),
      events: [{ ...HEARD, sentAt: undefined }],
    },
    {
      what: 'a text whose id and body come twice, its own last',
      request: form([
        ['receiver', SENDER.slice(1)],
        ['sender', RECIPIENT.slice(1)],
        ['body', 'START'],
        ['date', '1690386569'],
        ['date_utc', '1690418969'],
        ['reference', '1'],
        ['id', 'b6aae1b5dfb2427a8f7ea6a717ba31a9'],
        ['id', ID],
        ['recipient', SENDER.slice(1)],
        ['originator', RECIPIENT.slice(1)],
        ['body', 'STOP'],
        ['receive_datetime', '2026-11-23T11:59:59+00:00'],
        ['mms', 'false'],
      ]),
      events: [HEARD],
    },
    {
      what: 'a text to a short code',
      request: form([
        ['shortcode', '51515'],
        ['sender', RECIPIENT.slice(1)],
        ['message', 'STOP'],
        ['id', 'b6aae1b5dfb2427a8f7ea6a717ba31a9'],
        ['mid', ID],
        ['recipient', '18005551515'],
        ['originator', RECIPIENT.slice(1)],
        ['body', 'something else'],
        ['receive_datetime', '20261123115959'],
        ['mms', 'false'],
      ]),
      events: [{ ...HEARD, sender: '51515', sentAt: '2026-11-23T11:59:59.999Z' }],
    },
    {
      what: 'a picture with a text',
      request: form([
        ['message', 'STOP'],
        ['id', 'b6aae1b5dfb2427a8f7ea6a717ba31a9'],
        ['message_id', ID],
        ['recipient', SENDER.slice(1)],
        ['originator', RECIPIENT.slice(1)],
        ['mediaURLs', 'https://example.com/image.jpg'],
        ['receive_datetime', '2026-11-23T11:59:59+00:00'],
        ['mms', 'true'],
      ]),
      events: [HEARD],
    },
    {
      what: 'a picture alone',
      request: receives({ body: undefined, mediaURLs: 'https://example.com/image.jpg' }),
      events: [{ ...HEARD, text: '' }],
    },
    {
      what: 'a text with the other name of its time, whose plus was sent as it is',
      request: signed({
        body: `id=${ID}&recipient=${SENDER.slice(1)}&originator=${RECIPIENT.slice(1)}&body=STOP&CreatedDatetime=2026-11-23T11:59:59+00:00`,
      }),
      events: [HEARD],
    },
    {
      what: 'a text whose time is none',
      request: json({ ...INBOUND, createdDatetime: 7 }),
      events: [{ ...HEARD, sentAt: undefined }],
    },
    {
      what: 'a text with fields that we do not know',
      request: receives({ status: 'received', x: '1' }),
      events: [HEARD],
    },
    { what: 'a text with an empty short code', request: receives({ shortcode: '', mid: '' }), events: [HEARD] },
    { what: 'a text signed with HS384', request: receives({}, { alg: 'HS384' }), events: [HEARD] },
    { what: 'a text signed with HS512', request: receives({}, { alg: 'HS512' }), events: [HEARD] },
    { what: 'a receipt', request: reports(), events: [REPORTED] },
    ...(
      [
        ['scheduled', 'accepted'],
        ['sent', 'accepted'],
        ['buffered', 'accepted'],
        ['delivered', 'delivered'],
      ] as const
    ).map(([status, state]) => ({
      what: `a receipt that says ${status}`,
      request: reports({ status, statusErrorCode: '1' }),
      events: [{ ...REPORTED, state }],
    })),
    ...(
      [
        ['delivery_failed', '103', 'opted-out'],
        ['delivery_failed', '1', 'invalid-destination'],
        ['delivery_failed', '5', 'invalid-destination'],
        ['delivery_failed', '34', undefined],
        ['expired', '27', undefined],
      ] as const
    ).map(([status, statusErrorCode, because]) => ({
      what: `a receipt that says ${status} for ${statusErrorCode}`,
      request: reports({ status, statusErrorCode }),
      events: [{ ...REPORTED, state: 'undelivered' as const, detail: statusErrorCode, because }],
    })),
    ...['0', '', undefined, RECIPIENT].map((statusErrorCode) => ({
      what: `a receipt whose code is ${JSON.stringify(statusErrorCode)}`,
      request: reports({ status: 'delivery_failed', statusErrorCode }),
      events: [{ ...REPORTED, state: 'undelivered' as const }],
    })),
    {
      what: 'a receipt of a reply',
      request: reports({ reference: 'stopgate-reply=EVENT%23messagebird%231&stopgate-from=12345' }),
      events: [{ ...REPORTED, sender: '12345', ref: { kind: 'reply', messageId: 'EVENT#messagebird#1' } }],
    },
    { what: 'a receipt of a status that is none', request: reports({ status: 'constructor' }), events: [] },
    { what: 'a receipt of a message that is not ours', request: reports({ reference: 'theirs' }), events: [] },
    { what: 'a receipt without a reference', request: reports({ reference: undefined }), events: [] },
  ],
  unreadable: [
    { what: 'nothing', request: signed() },
    { what: 'nothing in a body', request: signed({ method: 'POST' }) },
    { what: 'half of JSON', request: signed({ body: '{"id":' }) },
    { what: 'a list', request: signed({ body: '[]' }) },
    { what: 'a text without an id', request: receives({ id: undefined }) },
    { what: 'a text with an id that would not fit in a key', request: receives({ id: 'a#b' }) },
    { what: 'a text from no number', request: receives({ originator: 'somebody' }) },
    { what: 'a text to nobody', request: receives({ recipient: '' }) },
    { what: 'a receipt without an id', request: reports({ id: undefined }) },
    { what: 'a receipt for no number', request: reports({ recipient: 'somebody' }) },
  ],
  forged: [
    { what: 'no headers', request: { ...receives(), headers: {} } },
    { what: 'an empty token', request: { ...receives(), headers: { 'messagebird-signature-jwt': '' } } },
    { what: 'half a token', request: { ...receives(), headers: { 'messagebird-signature-jwt': 'a.b' } } },
    {
      what: 'a token with a part too many',
      request: { ...receives(), headers: { 'messagebird-signature-jwt': `${tokenFor({ body: 'x' })}.x` } },
    },
    ...['none', 'None', 'RS256', 'HS1', 'constructor', '', 'sha256'].map((alg) => ({
      what: `a token without a signature by ${JSON.stringify(alg)}`,
      request: receives({}, { alg }),
    })),
    {
      what: 'a token by HS256 that says HS512',
      request: receives({}, { header: { alg: 'HS512' } }),
    },
    { what: 'a token of somebody else', request: claims({ iss: 'Messagebird' }) },
    { what: 'a token of nobody', request: claims({ iss: undefined }) },
    { what: 'a token without an id', request: claims({ jti: undefined }) },
    { what: 'a token without an end', request: claims({ exp: undefined }) },
    { what: 'a token without a beginning', request: claims({ nbf: undefined }) },
    { what: 'a token whose end is a text', request: claims({ exp: String(NOW / 1_000 + 60) }) },
    { what: 'a token whose end is no whole number', request: claims({ exp: NOW / 1_000 + 0.5 }) },
    { what: 'a token without a URL', request: claims({ url_hash: undefined }) },
    { what: 'a token for another URL', request: claims({ url_hash: sha256(`${URL_OF_WEBHOOK}?`) }) },
    { what: 'a token without a body', request: claims({ payload_hash: undefined }) },
    { what: 'a token for a body, without one', request: reports({}, { claims: { payload_hash: sha256('') } }) },
    {
      what: 'a token that is no object',
      request: { ...receives(), headers: { 'messagebird-signature-jwt': 'bnVsbA.bnVsbA.x' } },
    },
  ],
  stale: [
    { what: 'a text whose token ended more than a day ago', request: receives({}, { at: NOW - DAY - 61_000 }) },
    { what: 'a text whose token begins in six seconds', request: receives({}, { at: NOW + 6_000 }) },
    { what: 'a text whose token ends in an hour', request: claims({ exp: NOW / 1_000 + 3_600 }) },
  ],
  lateRetries: [
    { what: 'a text whose token ended a minute ago', request: receives({}, { at: NOW - 120_000 }) },
    { what: 'a text whose token ended a day ago', request: receives({}, { at: NOW - DAY - 60_000 }) },
    { what: 'a text from a clock that is ahead', request: receives({}, { at: NOW + 5_000 }) },
  ],
  covers: ['body', 'url', 'header:messagebird-signature-jwt'],

  accepted: (id) => ({
    status: 201,
    body: JSON.stringify({
      id,
      originator: SENDER.slice(1),
      recipients: { totalCount: 1, items: [{ recipient: Number(RECIPIENT), status: 'sent' }] },
    }),
  }),
  senseless: ['', '{}', 'null', '[]', '7', '{"id":7}', '{"id":""}', '{"id":null}', '{"id":', '<html>'],
  refusals: [
    ['9 for the recipient', refuses(422, 9, 'recipient'), rejected('invalid-destination', '9')],
    ['9 for the recipients', refuses(422, 9, 'recipients'), rejected('invalid-destination', '9')],
    ['9 for the text', refuses(422, 9, 'body'), rejected('bad-content', '9')],
    ['9 for the sender', refuses(422, 9, 'originator'), rejected('misconfigured', '9')],
    ['9 for nothing', refuses(422, 9), rejected('misconfigured', '9')],
    ['25', refuses(402, 25), rejected('over-quota', '25')],
    ['21', refuses(400, 21), rejected('misconfigured', '21')],
    ['20', refuses(404, 20), rejected('misconfigured', '20')],
    ['2, a key that is being rotated perhaps', refuses(401, 2, 'access_key'), transient('2')],
    ['99, where MessageBird itself says that it failed', refuses(500, 99), transient('99')],
    ['429', refuses(429, 9, 'recipient'), throttled('9')],
    ['429 without MessageBird’s JSON', answers(429, 'slow down'), throttled('429')],
    ['Retry-After', answers(429, '', { 'retry-after': '7' }), throttled('429', 7_000)],
    ['503 with Retry-After', answers(503, '', { 'retry-after': '5' }), transient('503', 5_000)],
    ['401 without MessageBird’s JSON', answers(401, ''), transient('401')],
    ['500 without MessageBird’s JSON', answers(500, 'oops'), unknown('500')],
    ['a code that is a number of somebody', refuses(400, RECIPIENT.slice(1)), transient('400')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
  ] satisfies Refusal[],

  readSend({ body: sent }) {
    const { originator, recipients, body } = JSON.parse(sent);
    return { from: /^\d{9,}$/.test(originator) ? `+${originator}` : originator, to: `+${recipients[0]}`, body };
  },
  deliveredAfter({ body }, id) {
    const { recipients, reference, reportUrl } = JSON.parse(body);
    const query = new URLSearchParams({ ...REPORT, id, recipient: recipients[0], reference });
    return signed({ url: `${reportUrl}?${query}` });
  },
};
