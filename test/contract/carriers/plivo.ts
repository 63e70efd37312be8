import { createHmac } from 'node:crypto';
import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import { type CarrierCases, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';

const URL_OF_WEBHOOK = `${PUBLIC_URL}/webhooks/plivo`;
const TOKEN = 'a token of the tests';
const NONCE = '05429567804466091622';
const UUID = '5b40a428-bfc7-4daf-9d06-726c558bf3b8';

type Form = Readonly<Record<string, string>>;
interface How {
  readonly url?: string;
  readonly token?: string;
  readonly nonce?: string;
  /** Of which account the token is. */
  readonly as?: '' | 'ma-';
}

const hmac = (token: string, text: string): string => createHmac('sha256', token).update(text).digest('base64');

/** Version 2. Plivo's SDK only checks signatures; that it takes these is for the signature test to say. */
const signatureV2 = ({ url = URL_OF_WEBHOOK, token = TOKEN, nonce = NONCE, as = '' }: How): Record<string, string> => ({
  [`x-plivo-signature-${as}v2`]: hmac(token, url.replace(/\?.*$/, '') + nonce),
  'x-plivo-signature-v2-nonce': nonce,
});

/** A call as Plivo makes it for messages: its signature covers the address, without the query, and a nonce. */
export const signed = (form: Form, how: How = {}): WebhookRequest => ({
  method: 'POST',
  url: how.url ?? URL_OF_WEBHOOK,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...signatureV2(how) },
  rawBody: Buffer.from(new URLSearchParams(form).toString()),
});

/** The same by GET, where an application is set to it. */
export const signedGet = (form: Form, { url = URL_OF_WEBHOOK, ...how }: How = {}): WebhookRequest => ({
  method: 'GET',
  url: `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(form)}`,
  headers: signatureV2({ url, ...how }),
  rawBody: Buffer.alloc(0),
});

const sorted = (form: Form): [string, string][] => Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1));

/** A call with version 3, which covers the form and the query too. */
export function signedV3(
  form: Form,
  { url = URL_OF_WEBHOOK, token = TOKEN, nonce = NONCE, as = '' }: How = {},
): WebhookRequest {
  const [address, query = ''] = url.split('?');
  const of = sorted(Object.fromEntries(new URLSearchParams(query))).map(([name, value]) => `${name}=${value}`);
  const text = `${address}?${of.join('&')}${of.length > 0 ? '.' : ''}${sorted(form).flat().join('')}.${nonce}`;
  return {
    ...signed(form, { url }),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      [`x-plivo-signature-${as}v3`]: hmac(token, text),
      'x-plivo-signature-v3-nonce': nonce,
    },
  };
}

export const INBOUND: Form = {
  From: RECIPIENT.slice(1),
  MessageIntent: '',
  MessageUUID: UUID,
  PowerpackUUID: '',
  Text: 'STOP',
  To: SENDER.slice(1),
  TotalAmount: '0.00000',
  TotalRate: '0.00000',
  Type: 'sms',
  Units: '1',
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'plivo',
  carrierMessageId: UUID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
};
const without = (form: Form, ...names: string[]): Form =>
  Object.fromEntries(Object.entries(form).filter(([name]) => !names.includes(name)));

const CALLBACK = `${URL_OF_WEBHOOK}?stopgate-message=spring%3A1`;
const REPORT: Form = {
  ErrorCode: '000',
  From: SENDER.slice(1),
  MCC: '310',
  MNC: '260',
  MessageUUID: UUID,
  ParentMessageUUID: UUID,
  PartInfo: '1 of 1',
  Sequence: '2',
  Status: 'delivered',
  To: RECIPIENT.slice(1),
  Units: '1',
};
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'plivo',
  carrierMessageId: UUID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
};
const reports = (change: Form = {}, url = CALLBACK) => signed({ ...REPORT, ...change }, { url });

const refuses = (status: number, headers?: Record<string, string>): Behaviour =>
  answers(status, JSON.stringify({ api_id: UUID, error: `about ${RECIPIENT}` }), headers);
const accepts = (body: object): Behaviour => answers(202, JSON.stringify({ api_id: UUID, message: 'queued', ...body }));
const withHeaders = (request: WebhookRequest, headers: WebhookRequest['headers']): WebhookRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});

export const cases: CarrierCases = {
  secret: { authId: 'MA1', authTokens: [TOKEN] },
  rotated: { authId: 'MA1', authTokens: ['the next token', TOKEN] },
  foreign: { authId: 'MA2', authTokens: ['another token'] },
  wrongSecrets: [
    undefined,
    null,
    'hidden',
    {},
    { authId: 'hidden' },
    { authId: 'hidden', authTokens: [] },
    { authId: 'hidden', authTokens: [''] },
    { authId: 'hidden', authTokens: 'hidden' },
    { authTokens: ['hidden'] },
  ],

  genuine: [
    { what: 'a text', request: signed(INBOUND), events: [HEARD] },
    { what: 'a text, signed with the main account’s token', request: signed(INBOUND, { as: 'ma-' }), events: [HEARD] },
    {
      what: 'a text to a subaccount, of whose token we know nothing',
      request: withHeaders(signed(INBOUND, { as: 'ma-' }), { 'x-plivo-signature-v2': hmac('of it', 'something') }),
      events: [HEARD],
    },
    { what: 'a text by GET', request: signedGet(INBOUND), events: [HEARD] },
    {
      what: 'a text at an address that names an account',
      request: signed(INBOUND, { url: `${URL_OF_WEBHOOK}?account=acme` }),
      events: [HEARD],
    },
    { what: 'a text, signed by version 3', request: signedV3(INBOUND), events: [HEARD] },
    {
      what: 'a text, signed by version 3 with the main account’s token',
      request: signedV3(INBOUND, { as: 'ma-' }),
      events: [HEARD],
    },
    {
      what: 'a text, signed by version 3 with one token after another',
      request: withHeaders(signedV3(INBOUND), {
        'x-plivo-signature-v3': `${hmac('of somebody', 'else')},${signedV3(INBOUND).headers['x-plivo-signature-v3']}`,
      }),
      events: [HEARD],
    },
    {
      what: 'a text, signed by both versions',
      request: withHeaders(signedV3(INBOUND), signatureV2({ nonce: '123456789' })),
      events: [HEARD],
    },
    {
      what: 'a text with a plus',
      request: signed({ ...INBOUND, From: RECIPIENT, To: SENDER }),
      events: [HEARD],
    },
    {
      what: 'a text to a short code, with nothing but what it needs',
      request: signed({ From: RECIPIENT.slice(1), To: '12345', Text: 'Stop', MessageUUID: UUID }),
      events: [{ ...HEARD, sender: '12345', text: 'Stop' }],
    },
    {
      what: 'a text with line breaks and signs',
      request: signed({ ...INBOUND, Text: 'STOP\r\n& ça + 100 % 🛑 a=b' }),
      events: [{ ...HEARD, text: 'STOP\r\n& ça + 100 % 🛑 a=b' }],
    },
    {
      what: 'a picture without a text',
      request: signed({ ...without(INBOUND, 'Text'), Type: 'mms', Media0: 'https://media.example/1' }),
      events: [{ ...HEARD, text: '' }],
    },
    {
      what: 'a text that has a status, should one come',
      request: signed({ ...INBOUND, Status: 'received' }),
      events: [HEARD],
    },
    ...(
      [
        ['queued', 'accepted'],
        ['sent', 'accepted'],
        ['delivered', 'delivered'],
        ['read', 'delivered'],
      ] as const
    ).map(([Status, state]) => ({
      what: `a receipt that says ${Status}`,
      request: reports({ Status }),
      events: [{ ...REPORTED, state }],
    })),
    ...(
      [
        ['failed', '200', 'opted-out'],
        ['failed', '10', 'bad-content'],
        ['undelivered', '30', 'blocked'],
        ['failed', '40', 'misconfigured'],
        ['failed', '450', 'misconfigured'],
        ['undelivered', '50', 'invalid-destination'],
        ['undelivered', '20', undefined],
        ['undelivered', '1000', undefined],
        ['rejected', '900', undefined],
      ] as const
    ).map(([Status, ErrorCode, because]) => ({
      what: `a receipt that says ${Status} for ${ErrorCode}`,
      request: reports({ Status, ErrorCode }),
      events: [{ ...REPORTED, state: 'undelivered' as const, detail: ErrorCode, because }],
    })),
    {
      what: 'a receipt whose code is none',
      request: reports({ Status: 'failed', ErrorCode: RECIPIENT }),
      events: [{ ...REPORTED, state: 'undelivered' }],
    },
    {
      what: 'a receipt by GET',
      request: signedGet(REPORT, { url: CALLBACK }),
      events: [REPORTED],
    },
    {
      what: 'a receipt, signed by version 3',
      request: signedV3(REPORT, { url: CALLBACK }),
      events: [REPORTED],
    },
    {
      what: 'a receipt of a part of a message',
      request: reports({ MessageUUID: 'a-part-of-it', PartInfo: '2 of 3' }),
      events: [REPORTED],
    },
    {
      what: 'a receipt with nothing but what it needs',
      request: signed(without(REPORT, 'ParentMessageUUID', 'ErrorCode', 'MCC', 'MNC', 'PartInfo', 'Sequence'), {
        url: CALLBACK,
      }),
      events: [REPORTED],
    },
    {
      what: 'a receipt of a reply, from a short code',
      request: reports({ From: '12345' }, `${URL_OF_WEBHOOK}?stopgate-reply=EVENT%23plivo%231`),
      events: [{ ...REPORTED, sender: '12345', ref: { kind: 'reply', messageId: 'EVENT#plivo#1' } }],
    },
    {
      what: 'a receipt of a message from a name',
      request: reports({ From: 'ACME Shop' }),
      events: [{ ...REPORTED, sender: 'ACME Shop' }],
    },
    { what: 'a receipt of a message that is not ours', request: reports({}, URL_OF_WEBHOOK), events: [] },
    { what: 'a receipt of a status that is none', request: reports({ Status: 'constructor' }), events: [] },
  ],
  unreadable: [
    { what: 'nothing', request: { ...signed(INBOUND), rawBody: Buffer.alloc(0) } },
    { what: 'a text without an id', request: signed(without(INBOUND, 'MessageUUID')) },
    { what: 'a text with an id that would not fit in a key', request: signed({ ...INBOUND, MessageUUID: 'a#b' }) },
    { what: 'a text from no number', request: signed({ ...INBOUND, From: 'somebody' }) },
    { what: 'a text to nobody', request: signed(without(INBOUND, 'To')) },
    { what: 'a receipt without an id', request: reports({ MessageUUID: '', ParentMessageUUID: '' }) },
    { what: 'a receipt for no number', request: reports({ To: 'somebody' }) },
    { what: 'a form that came by GET', request: { ...signed(INBOUND), method: 'GET' } },
  ],
  forged: [
    { what: 'no headers', request: { ...signed(INBOUND), headers: {} } },
    { what: 'no nonce', request: withHeaders(signed(INBOUND), { 'x-plivo-signature-v2-nonce': undefined }) },
    { what: 'no signature', request: withHeaders(signed(INBOUND), { 'x-plivo-signature-v2': undefined }) },
    { what: 'another address', request: { ...signed(INBOUND), url: `${PUBLIC_URL}/webhooks/other` } },
    { what: 'an address that goes on', request: { ...signed(INBOUND), url: `${URL_OF_WEBHOOK}/more` } },
    {
      what: 'version 2, where a version 3 that does not fit is there too',
      request: withHeaders(signed(INBOUND), {
        'x-plivo-signature-v3': hmac(TOKEN, 'something else'),
        'x-plivo-signature-v3-nonce': NONCE,
      }),
    },
    ...['x-plivo-signature-v3', 'x-plivo-signature-ma-v3', 'x-plivo-signature-v3-nonce'].map((header) => ({
      what: `version 2, with an empty ${header}`,
      request: withHeaders(signed(INBOUND), { [header]: '' }),
    })),
    {
      what: 'a signature of version 3 in the place of version 2',
      request: withHeaders(signed(INBOUND), {
        'x-plivo-signature-v2': signedV3(INBOUND).headers['x-plivo-signature-v3'],
      }),
    },
    {
      what: 'version 3 with another form',
      request: { ...signedV3(INBOUND), rawBody: signed({ ...INBOUND, Text: 'START' }).rawBody },
    },
    {
      what: 'version 3 with another query',
      request: { ...signedV3(REPORT, { url: CALLBACK }), url: `${URL_OF_WEBHOOK}?stopgate-message=spring%3A2` },
    },
    {
      what: 'version 3 with a query that was not there',
      request: { ...signedV3(INBOUND), url: `${URL_OF_WEBHOOK}?account=acme` },
    },
    {
      // What version 3 signs is the address and more: the same text, if all of the rest were version 2's nonce.
      what: 'version 3 as version 2, with all that it covers for a nonce',
      request: withHeaders(signed({ ...INBOUND, Text: 'START' }), {
        'x-plivo-signature-v2': signedV3(INBOUND).headers['x-plivo-signature-v3'],
        'x-plivo-signature-v2-nonce': `?${sorted(INBOUND).flat().join('')}.${NONCE}`,
      }),
    },
    {
      what: 'version 3 with a part of the form for a nonce',
      request: withHeaders(
        { ...signedV3({ ...INBOUND, Zip: 'a.b' }), rawBody: signed({ ...INBOUND, Zip: 'a' }).rawBody },
        { 'x-plivo-signature-v3-nonce': `b.${NONCE}` },
      ),
    },
  ],
  // Plivo's calls have no time.
  stale: [],
  lateRetries: [],
  // What version 2 does not cover is bound to its nonce by the ledger; what version 3 covers, the signature test flips.
  covers: [
    'header:x-plivo-signature-v2',
    'header:x-plivo-signature-ma-v2',
    'header:x-plivo-signature-v2-nonce',
    'header:x-plivo-signature-v3',
    'header:x-plivo-signature-ma-v3',
    'header:x-plivo-signature-v3-nonce',
  ],

  accepted: (id) => ({
    status: 202,
    body: JSON.stringify({ api_id: UUID, message: 'message(s) queued', message_uuid: [id] }),
  }),
  senseless: [
    '',
    '{}',
    'null',
    '[]',
    '7',
    '{"message_uuid":[]}',
    '{"message_uuid":[7]}',
    '{"message_uuid":[""]}',
    '{"message_uuid":null}',
    '{"message_uuid":[],"invalid_number":[]}',
    '{"message_uuid":[',
    '<html>',
  ],
  refusals: [
    [
      'a recipient that it takes for none',
      accepts({ message_uuid: [], invalid_number: [RECIPIENT] }),
      rejected('invalid-destination', 'invalid_number'),
    ],
    ['400', refuses(400), rejected('misconfigured', '400')],
    ['404', refuses(404), rejected('misconfigured', '404')],
    ['405', refuses(405), rejected('misconfigured', '405')],
    ['401, a token that is being rotated perhaps', refuses(401), transient('401')],
    ['401 without Plivo’s JSON', answers(401, 'Unauthorized'), transient('401')],
    ['429', refuses(429), throttled('429')],
    ['429 without Plivo’s JSON', answers(429, 'slow down'), throttled('429')],
    ['Retry-After', refuses(429, { 'retry-after': '7' }), throttled('429', 7_000)],
    ['503 with Retry-After', answers(503, '', { 'retry-after': '5' }), transient('503', 5_000)],
    ['500, where Plivo itself says that it failed', refuses(500), transient('500')],
    ['500 without Plivo’s JSON', answers(500, 'oops'), unknown('500')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
  ] satisfies Refusal[],

  readSend({ body }) {
    const { src, dst, text } = JSON.parse(body);
    return { from: src, to: dst, body: text };
  },
  deliveredAfter({ body }, id) {
    const { src, dst, url } = JSON.parse(body);
    return reports({ From: src.replace('+', ''), To: dst.slice(1), MessageUUID: id, ParentMessageUUID: id }, url);
  },
};
