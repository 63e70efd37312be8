import { createHash, createHmac } from 'node:crypto';
import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import type { Rejection } from '../../../shared/messages/outcome.ts';
import { type CarrierCases, NOW, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';

const URL_OF_WEBHOOK = `${PUBLIC_URL}/webhooks/vonage-sms`;
const SIGNATURE_SECRET = 'a signature secret of the tests';
const SECONDS = NOW / 1_000;
const HOUR = 3_600;

export type Parameters = Readonly<Record<string, string>>;
export type Method = 'md5hash' | 'md5' | 'sha1' | 'sha256' | 'sha512';

/**
 * The signature as Vonage describes it: the parameters but `sig` in the order of their names, each `&name=value`, with `_`
 * for `&` and `=` in values; MD5 over that and the secret, or an HMAC that is keyed with the secret.
 */
export function signatureOf(parameters: Parameters, secret: string, method: Method = 'md5hash'): string {
  let text = '';
  for (const name of Object.keys(parameters).sort()) {
    if (name !== 'sig') text += `&${name}=${String(parameters[name]).replaceAll('&', '_').replaceAll('=', '_')}`;
  }
  if (method === 'md5hash') return createHash('md5').update(`${text}${secret}`).digest('hex');
  return createHmac(method, secret).update(text).digest('hex');
}

interface How {
  readonly by?: 'query' | 'form' | 'json';
  readonly url?: string;
  readonly secret?: string;
  readonly method?: Method;
}

/** A call as Vonage makes it, by the account's setting. The parameters that stand in our own address are not signed. */
export function calls(
  parameters: Parameters,
  { by = 'form', url = URL_OF_WEBHOOK, secret = SIGNATURE_SECRET, method = 'md5hash' }: How = {},
): WebhookRequest {
  const sent = { ...parameters, sig: signatureOf(parameters, secret, method) };
  const form = new URLSearchParams(sent).toString();
  if (by === 'query') {
    const called = `${url}${url.includes('?') ? '&' : '?'}${form}`;
    return { method: 'GET', url: called, headers: {}, rawBody: Buffer.alloc(0) };
  }
  const type = by === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const rawBody = Buffer.from(by === 'json' ? JSON.stringify(sent) : form);
  return { method: 'POST', url, headers: { 'content-type': type }, rawBody };
}

const STAMP = {
  'api-key': 'abcd1234',
  'message-timestamp': '2026-11-23 11:59:58',
  timestamp: String(SECONDS - 2),
  nonce: 'ec11dd3e-1e7f-4db5-9467-82b02cd223b9',
};

export const INBOUND: Parameters = {
  msisdn: RECIPIENT.slice(1),
  to: SENDER.slice(1),
  messageId: '0A0000000123ABCD1',
  text: 'STOP',
  type: 'text',
  keyword: 'STOP',
  ...STAMP,
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'vonage-sms',
  carrierMessageId: '0A0000000123ABCD1',
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
  sentAt: '2026-11-23T11:59:58.999Z',
  part: undefined,
};
const PART = { concat: 'true', 'concat-ref': '17', 'concat-part': '2', 'concat-total': '3' };

export const receipt = (change: Parameters = {}): Parameters => ({
  msisdn: RECIPIENT.slice(1),
  to: SENDER.slice(1),
  'network-code': '12345',
  messageId: '0A0000001234567B',
  price: '0.03330000',
  status: 'delivered',
  scts: '2611231159',
  'err-code': '0',
  ...STAMP,
  ...change,
});
const CALLBACK = `${URL_OF_WEBHOOK}?stopgate-message=spring%3A1`;
/** SHA-256 of `message spring:1` in base64url, the first 40 letters. */
const SEAL = createHash('sha256').update('message spring:1').digest('base64url').slice(0, 40);
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'vonage-sms',
  carrierMessageId: '0A0000001234567B',
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
  detail: undefined,
  because: undefined,
};

/** The answer is always 200; each part has a status. The text names the number. */
const refuses = (...statuses: (string | number)[]): Behaviour =>
  answers(
    200,
    JSON.stringify({
      'message-count': String(statuses.length),
      messages: statuses.map((status) => ({ to: RECIPIENT.slice(1), status, 'error-text': `about ${RECIPIENT}` })),
    }),
  );
const partsTaken = (...parts: object[]): Behaviour => answers(200, JSON.stringify({ messages: parts }));

const REJECTIONS: readonly (readonly [Rejection, readonly number[]])[] = [
  ['blocked', [7]],
  ['over-quota', [9]],
  ['bad-content', [12]],
  ['invalid-destination', [6, 33]],
  ['misconfigured', [2, 3, 8, 11, 15, 22, 23, 29, 32]],
];

const SECRET = { apiKey: 'abcd1234', apiSecret: 'an API secret', signatureSecrets: [SIGNATURE_SECRET] };

/** Letters of the GSM alphabet and its extension, from 3GPP TS 23.038, tables 6.2.1 and 6.2.1.1. */
const GSM = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€\f',
);

export const cases: CarrierCases = {
  secret: SECRET,
  rotated: { ...SECRET, signatureSecrets: ['the next secret', SIGNATURE_SECRET] },
  foreign: { ...SECRET, signatureSecrets: ['another secret'] },
  wrongSecrets: [
    undefined,
    'hidden',
    {},
    { ...SECRET, signatureSecrets: [] },
    { apiKey: 'hidden', apiSecret: 'hidden' },
    { ...SECRET, signatureMethod: 'hidden' },
    { ...SECRET, toleranceSeconds: 0 },
  ],

  genuine: [
    { what: 'a text', request: calls(INBOUND), events: [HEARD] },
    { what: 'a text by GET', request: calls(INBOUND, { by: 'query' }), events: [HEARD] },
    {
      what: 'a text at an address that names an account',
      request: calls(INBOUND, { url: `${URL_OF_WEBHOOK}?account=acme` }),
      events: [HEARD],
    },
    { what: 'a text as JSON', request: calls(INBOUND, { by: 'json' }), events: [HEARD] },
    {
      what: 'a text in other letters',
      request: calls({ ...INBOUND, text: 'Ärger 📣 100 % +1', type: 'unicode' }),
      events: [{ ...HEARD, text: 'Ärger 📣 100 % +1' }],
    },
    {
      what: 'a text without words',
      request: calls(Object.fromEntries(Object.entries(INBOUND).filter(([name]) => name !== 'text'))),
      events: [{ ...HEARD, text: '' }],
    },
    {
      what: 'a part of a long text',
      request: calls({ ...INBOUND, ...PART }),
      events: [{ ...HEARD, part: { ref: '17', number: 2, total: 3 } }],
    },
    ...[
      { ...PART, 'concat-part': '4' },
      { ...PART, 'concat-part': '0' },
      { ...PART, 'concat-total': '1', 'concat-part': '1' },
      { ...PART, 'concat-total': '256' },
      { ...PART, 'concat-ref': '' },
      { ...PART, 'concat-part': 'two' },
    ].map((part) => ({
      what: `a part that is none, and so is a text: ${JSON.stringify(part)}`,
      request: calls({ ...INBOUND, ...part }),
      events: [HEARD],
    })),
    {
      what: 'a text with a time that is none',
      request: calls({ ...INBOUND, 'message-timestamp': 'soon' }),
      events: [{ ...HEARD, sentAt: undefined }],
    },
    { what: 'a receipt', request: calls(receipt(), { url: CALLBACK }), events: [REPORTED] },
    { what: 'a receipt by GET', request: calls(receipt(), { by: 'query', url: CALLBACK }), events: [REPORTED] },
    {
      what: 'a receipt as JSON, with what we gave along',
      request: calls(receipt({ 'client-ref': SEAL }), { by: 'json', url: CALLBACK }),
      events: [REPORTED],
    },
    ...['accepted', 'buffered', 'unknown'].map((status) => ({
      what: `a receipt that says ${status}`,
      request: calls(receipt({ status }), { url: CALLBACK }),
      events: [{ ...REPORTED, state: 'accepted' as const }],
    })),
    ...['expired', 'failed', 'rejected'].map((status) => ({
      what: `a receipt that says ${status}`,
      request: calls(receipt({ status, 'err-code': '99' }), { url: CALLBACK }),
      events: [{ ...REPORTED, state: 'undelivered' as const, detail: '99' }],
    })),
    {
      what: 'a receipt of a refusal for an opt-out',
      request: calls(receipt({ status: 'failed', 'err-code': '9' }), { url: CALLBACK }),
      events: [{ ...REPORTED, state: 'undelivered', detail: '9', because: 'opted-out' }],
    },
    {
      what: 'a receipt of a number that is gone',
      request: calls(receipt({ status: 'failed', 'err-code': '3' }), { url: CALLBACK }),
      events: [{ ...REPORTED, state: 'undelivered', detail: '3', because: 'invalid-destination' }],
    },
    { what: 'a receipt of a message that is not ours', request: calls(receipt()), events: [] },
    {
      what: 'a receipt of another message of ours, brought to the address of this one',
      request: calls(receipt({ 'client-ref': 'x'.repeat(40) }), { url: CALLBACK }),
      events: [],
    },
    {
      what: 'a state that we do not know',
      request: calls(receipt({ status: 'pondered' }), { url: CALLBACK }),
      events: [],
    },
  ],
  unreadable: [
    { what: 'a text from no number', request: calls({ ...INBOUND, msisdn: 'somebody' }) },
    { what: 'a text without an id', request: calls({ ...INBOUND, messageId: '' }) },
    { what: 'a receipt to nobody', request: calls(receipt({ msisdn: '' }), { url: CALLBACK }) },
  ],
  forged: [
    {
      what: 'no signature',
      request: { ...calls(INBOUND), rawBody: Buffer.from(new URLSearchParams(INBOUND).toString()) },
    },
    { what: 'nothing at all', request: { ...calls(INBOUND), rawBody: Buffer.alloc(0) } },
    { what: 'JSON that ends early', request: { ...calls(INBOUND), rawBody: Buffer.from('{"sig":') } },
    { what: 'another method of the same secret', request: calls(INBOUND, { method: 'sha256' }) },
    { what: 'a parameter more, in the address', request: calls(INBOUND, { url: `${URL_OF_WEBHOOK}?concat-total=2` }) },
    { what: 'no time', request: calls({ ...INBOUND, timestamp: '' }) },
    { what: 'a time that is no number', request: calls({ ...INBOUND, timestamp: 'soon' }) },
    { what: 'parameters that hide in a name', request: calls({ ...INBOUND, 'concat-part=1&concat-ref': '2' }) },
  ],
  stale: [
    { what: 'a text of two days ago', request: calls({ ...INBOUND, timestamp: String(SECONDS - 48 * HOUR) }) },
    { what: 'a text of the future', request: calls({ ...INBOUND, timestamp: String(SECONDS + 301) }) },
  ],
  lateRetries: [
    {
      what: 'a text that Vonage has tried to hand on for a day',
      request: calls(INBOUND),
      now: NOW + 24 * HOUR * 1_000,
    },
    { what: 'a clock that is ahead', request: calls({ ...INBOUND, timestamp: String(SECONDS + 299) }) },
  ],
  // The address too, where the parameters stand in it; but not our own parameters: see vonage-sms-signature.test.ts.
  covers: ['body'],

  accepted: (id) => ({
    status: 200,
    body: JSON.stringify({
      'message-count': '1',
      messages: [{ to: RECIPIENT.slice(1), 'message-id': id, status: '0', network: '12345' }],
    }),
  }),
  senseless: [
    '',
    '{}',
    'null',
    '[]',
    '<html>',
    '{"messages":[]}',
    '{"messages":{}}',
    '{"messages":[{}]}',
    '{"messages":[{"status":"0"}]}',
    '{"messages":[{"status":"0","message-id":""}]}',
    '{"messages":[{"status":"fine","message-id":"1"}]}',
  ],
  refusals: [
    ...REJECTIONS.flatMap(([because, codes]) =>
      codes.map((code): Refusal => [`${code}`, refuses(`${code}`), rejected(because, `${code}`)]),
    ),
    ['1', refuses('1'), throttled('1')],
    ...[4, 5, 10, 14].map((code): Refusal => [`${code}`, refuses(`${code}`), transient(`${code}`)]),
    ['a status that is a number', refuses(1), throttled('1')],
    ['a status that we do not know', refuses('98'), rejected('misconfigured', '98')],
    ['all parts', refuses('1', '1'), throttled('1')],
    [
      'the second part of two',
      partsTaken({ status: '0', 'message-id': 'id-1' }, { status: '1' }),
      { kind: 'accepted', carrierMessageId: 'id-1' },
    ],
    [
      'the first part of two',
      partsTaken({ status: '1' }, { status: '0', 'message-id': 'id-2' }),
      { kind: 'accepted', carrierMessageId: 'id-2' },
    ],
    ['429', answers(429, '', { 'retry-after': '7' }), throttled('429', 7_000)],
    ['401', answers(401, '{}'), transient('401')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
    ['503', answers(503, ''), transient('503')],
    ['500', answers(500, 'oops'), unknown('500')],
  ],

  readSend({ path, body }) {
    const sent = Object.fromEntries(new URLSearchParams(body));
    const { api_key, api_secret, from = '', to = '', text = '', type, 'client-ref': ref = '' } = sent;
    const isPlain = [...text].every((letter) => GSM.has(letter));
    const expected = ['/sms/json', SECRET.apiKey, SECRET.apiSecret, isPlain ? 'text' : 'unicode', true];
    const got = [path, api_key, api_secret, type, ref.length <= 40];
    if (got.join() !== expected.join()) throw new Error(`sent ${got.join()}`);
    return { from: /^\d{9,}$/.test(from) ? `+${from}` : from, to: `+${to}`, body: text };
  },
  deliveredAfter({ body }, messageId) {
    const { from = '', to = '', callback = '', 'client-ref': ref = '' } = Object.fromEntries(new URLSearchParams(body));
    return calls(receipt({ msisdn: to, to: from, messageId, 'client-ref': ref }), { by: 'query', url: callback });
  },
};
