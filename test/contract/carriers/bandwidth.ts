import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import { basic } from '../../../shared/carriers/rest.ts';
import type { Rejection } from '../../../shared/messages/outcome.ts';
import { type CarrierCases, NOW, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';

const USER = 'stopgate';
const PASSWORD = 'a password: of the tests';
const ID = '14762070468292kw2fuqty55yp2b2';
const HOUR = 60 * 60 * 1_000;

/** A call as Bandwidth makes it: it covers nothing, and says who calls. */
export const called = (body: string, authorization = basic(USER, PASSWORD)): WebhookRequest => ({
  method: 'POST',
  url: `${PUBLIC_URL}/webhooks/bandwidth`,
  headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'BandwidthAPI/v2', authorization },
  rawBody: Buffer.from(body),
});
const calls = (...events: unknown[]) => called(JSON.stringify(events));

const INBOUND = {
  id: ID,
  owner: SENDER,
  applicationId: '93de2206-9669-4e07-948d-329f4b722ee2',
  time: '2026-11-23T11:59:59.123Z',
  segmentCount: 1,
  direction: 'in',
  to: [SENDER],
  from: RECIPIENT,
  text: 'STOP',
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'bandwidth',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
  sentAt: '2026-11-23T11:59:59.123Z',
};
const text = (change: object = {}, envelope: object = {}) => ({
  type: 'message-received',
  time: '2026-11-23T11:59:59.200Z',
  description: 'Incoming message received',
  to: SENDER,
  message: { ...INBOUND, ...change },
  ...envelope,
});

const TAG = 'stopgate-message=spring%3A1&stopgate-from=%2B12025550100';
const OUTBOUND = { ...INBOUND, direction: 'out', to: [RECIPIENT], from: SENDER, text: '', tag: TAG as unknown };
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'bandwidth',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
};
const receipt = (type: string, envelope: object = {}, change: object = {}) => ({
  type,
  time: '2026-11-23T12:00:00Z',
  description: 'ok',
  to: RECIPIENT,
  message: { ...OUTBOUND, ...change },
  ...envelope,
});
const failure = (errorCode: unknown) => receipt('message-failed', { errorCode, description: `about ${RECIPIENT}` });

const CODES: readonly (readonly [Rejection | undefined, string])[] = [
  ['opted-out', '4775'],
  ['blocked', '4470 4481 4482 4770 4772'],
  ['invalid-destination', '4303 4350 4404 4406 4720 4721'],
  ['misconfigured', '4302 4773 4795'],
  ['over-quota', '4780 4781 4785'],
  [undefined, '4360 4401 4700 4701 4702 5100 5101 5111 5201 5211 5220 5500 5501 5600 5610 5620 5630 5650 9999'],
];

const refuses = (status: number, type: string, more: object = {}, headers?: Record<string, string>): Behaviour =>
  answers(status, JSON.stringify({ type, description: `about ${RECIPIENT}`, ...more }), headers);
const invalid = (fieldName: string) =>
  refuses(400, 'request-validation', { fieldErrors: [{ fieldName, description: 'no' }] });

const ACCESS = { accountId: '9900000', applicationId: 'app-1', apiUser: 'api', apiPassword: 'secret' };
const OURS = { user: USER, password: PASSWORD };

export const cases: CarrierCases = {
  secret: { ...ACCESS, basicAuth: [OURS] },
  rotated: { ...ACCESS, basicAuth: [{ user: USER, password: 'the next password' }, OURS] },
  foreign: { ...ACCESS, basicAuth: [{ user: USER, password: 'another password' }] },
  wrongSecrets: [
    undefined,
    null,
    'hidden',
    {},
    // Unprotected is not a choice.
    { ...ACCESS },
    { ...ACCESS, basicAuth: [] },
    { ...ACCESS, basicAuth: [{ user: 'hidden', password: '' }] },
    { ...ACCESS, basicAuth: [{ user: '', password: 'hidden' }] },
    { ...ACCESS, basicAuth: [{ user: 'hidden' }] },
    ...Object.keys(ACCESS).map((field) => ({ ...ACCESS, [field]: '', basicAuth: [OURS] })),
  ],

  genuine: [
    { what: 'a text', request: calls(text()), events: [HEARD] },
    {
      what: 'a text with a time to the second, which may be all of that second',
      request: calls(text({ time: '2026-11-23T11:59:59Z' })),
      events: [{ ...HEARD, sentAt: '2026-11-23T11:59:59.999Z' }],
    },
    {
      what: 'a text to several of our numbers, each of which has an event',
      request: calls(
        text({ to: [SENDER, '+12025550101'] }),
        text({ id: 'of-the-other', to: [SENDER, '+12025550101'], owner: '+12025550101' }, { to: '+12025550101' }),
      ),
      events: [HEARD, { ...HEARD, carrierMessageId: 'of-the-other', sender: '+12025550101' }],
    },
    {
      what: 'a text to a short code, with nothing but what it needs',
      request: calls({
        type: 'message-received',
        to: '12345',
        message: { id: ID, from: RECIPIENT, direction: 'in', text: 'Stop' },
      }),
      events: [{ ...HEARD, sender: '12345', text: 'Stop', sentAt: undefined }],
    },
    {
      what: 'a text that does not say which way it went',
      request: calls(text({ direction: undefined })),
      events: [HEARD],
    },
    {
      what: 'a text whose other fields are none of what they should be',
      request: calls(text({ time: 7, segmentCount: 'x', media: {}, tag: [], to: null }, { time: null })),
      events: [{ ...HEARD, sentAt: undefined }],
    },
    { what: 'a picture without a text', request: calls(text({ text: undefined })), events: [{ ...HEARD, text: '' }] },
    { what: 'an answer of another kind', request: calls(text({}, { type: 'suggestion-response' })), events: [HEARD] },
    { what: 'an event that is in no list', request: called(JSON.stringify(text())), events: [HEARD] },
    {
      what: 'a text and a receipt in one call',
      request: calls(text(), receipt('message-delivered')),
      events: [HEARD, REPORTED],
    },
    {
      what: 'a text among events that can’t be read',
      request: calls(null, 'x', {}, { type: 'message-received' }, text({ from: 'somebody' }), text(), text({ id: 7 })),
      events: [HEARD],
    },
    ...(
      [
        ['message-sending', 'accepted'],
        ['message-sent', 'accepted'],
        ['message-delivered', 'delivered'],
        ['message-read', 'delivered'],
      ] as const
    ).map(([type, state]) => ({
      what: `a receipt that says ${type}`,
      request: calls(receipt(type)),
      events: [{ ...REPORTED, state }],
    })),
    ...CODES.flatMap(([because, codes]) =>
      codes.split(' ').map((code) => ({
        what: `a receipt of a failure for ${code}`,
        request: calls(failure(Number(code))),
        events: [{ ...REPORTED, state: 'undelivered' as const, detail: code, because }],
      })),
    ),
    {
      what: 'a code in quotes',
      request: calls(failure('4775')),
      events: [{ ...REPORTED, state: 'undelivered', detail: '4775', because: 'opted-out' }],
    },
    {
      what: 'a failure to hear of it, after which nobody knows',
      request: calls(failure(9902)),
      events: [{ ...REPORTED, state: 'accepted', detail: '9902' }],
    },
    {
      what: 'a receipt whose code is none',
      request: calls(failure(RECIPIENT)),
      events: [{ ...REPORTED, state: 'undelivered' }],
    },
    {
      what: 'a receipt of a reply, from a short code',
      request: calls(
        receipt('message-delivered', {}, { tag: 'stopgate-reply=EVENT%23bandwidth%231&stopgate-from=12345' }),
      ),
      events: [{ ...REPORTED, sender: '12345', ref: { kind: 'reply', messageId: 'EVENT#bandwidth#1' } }],
    },
    {
      what: 'receipts of messages that are not ours',
      request: calls(
        receipt('message-delivered', {}, { tag: 'theirs' }),
        receipt('message-delivered', {}, { tag: undefined }),
        receipt('message-delivered', {}, { tag: 7 }),
      ),
      events: [],
    },
    { what: 'our own message, come back as if somebody had sent it', request: calls(text(OUTBOUND)), events: [] },
    { what: 'an event of another kind', request: calls({ type: 'number-ordered' }), events: [] },
    { what: 'a type that is none', request: calls(receipt('constructor')), events: [] },
    { what: 'an empty list', request: calls(), events: [] },
  ],
  unreadable: [
    { what: 'no JSON', request: called('STOP') },
    { what: 'nothing', request: called('') },
    { what: 'no object', request: called('null') },
    { what: 'no events', request: calls(null, 7, 'x', []) },
    { what: 'no type', request: calls({}) },
    { what: 'a text of nothing', request: calls({ type: 'message-received' }) },
    { what: 'a text without an id', request: calls(text({ id: undefined })) },
    { what: 'a text with an id that would not fit in a key', request: calls(text({ id: 'a#b' })) },
    { what: 'a text from no number', request: calls(text({ from: 'somebody' })) },
    { what: 'a text to nobody', request: calls(text({ owner: undefined }, { to: null })) },
    { what: 'a receipt without an id', request: calls(receipt('message-delivered', {}, { id: '' })) },
    { what: 'a receipt for no number', request: calls(receipt('message-delivered', { to: 'somebody' })) },
  ],
  forged: [
    { what: 'no credentials, as RFC 7235 begins', request: { ...calls(text()), headers: {} } },
    ...[
      '',
      'Basic ',
      basic('', ''),
      basic(USER, ''),
      basic('', PASSWORD),
      basic(USER, 'another'),
      basic('somebody', PASSWORD),
      basic('api', 'secret'),
      `${basic(USER, PASSWORD)},`,
      `${basic(USER, PASSWORD)} `,
      basic(USER, PASSWORD).replace('Basic', 'Bearer'),
      `Basic ${USER}:${PASSWORD}`,
    ].map((authorization) => ({
      what: `the credentials ${JSON.stringify(authorization)}`,
      request: called(JSON.stringify([text()]), authorization),
    })),
  ],
  // Whatever its time says.
  stale: [],
  lateRetries: [
    { what: 'a text of a day ago', request: calls(text()), now: NOW + 24 * HOUR },
    { what: 'a text of a week ago', request: calls(text()), now: NOW + 7 * 24 * HOUR },
    { what: 'a text from a clock that is ahead', request: calls(text()), now: NOW - HOUR },
    {
      what: 'the scheme in small letters',
      request: called(JSON.stringify([text()]), basic(USER, PASSWORD).replace('Basic', 'basic')),
    },
  ],
  covers: ['header:authorization'],

  accepted: (id) => ({
    status: 202,
    body: JSON.stringify({ id, owner: SENDER, direction: 'out', segmentCount: 1, to: [RECIPIENT], from: SENDER }),
  }),
  senseless: ['', '{}', 'null', '[]', '7', '{"id":7}', '{"id":""}', '{"id":null}', '{"id":', '<html>'],
  refusals: [
    ['a recipient that it takes for none', invalid('to'), rejected('invalid-destination', 'request-validation')],
    ['the first recipient of a list', invalid('to[0]'), rejected('invalid-destination', 'request-validation')],
    ['a text that it does not take', invalid('text'), rejected('bad-content', 'request-validation')],
    ['a sender that it takes for none', invalid('from'), rejected('misconfigured', 'request-validation')],
    ['a tag that it does not take', invalid('tag'), rejected('misconfigured', 'request-validation')],
    [
      'request-validation, for nobody knows what',
      refuses(400, 'request-validation'),
      rejected('misconfigured', 'request-validation'),
    ],
    ['forbidden', refuses(403, 'forbidden'), rejected('misconfigured', 'forbidden')],
    [
      'unsupported-content-type',
      refuses(415, 'unsupported-content-type'),
      rejected('misconfigured', 'unsupported-content-type'),
    ],
    ['unauthorized, a password that is being rotated perhaps', refuses(401, 'unauthorized'), transient('unauthorized')],
    ['401 without Bandwidth’s JSON', answers(401, ''), transient('401')],
    [
      'max-message-queue-size-exceeded',
      refuses(429, 'max-message-queue-size-exceeded'),
      throttled('max-message-queue-size-exceeded'),
    ],
    ['429 without Bandwidth’s JSON', answers(429, 'slow down'), throttled('429')],
    [
      'Retry-After',
      refuses(429, 'max-message-queue-size-exceeded', {}, { 'retry-after': '7' }),
      throttled('max-message-queue-size-exceeded', 7_000),
    ],
    ['503 with Retry-After', answers(503, '', { 'retry-after': '5' }), transient('503', 5_000)],
    ['500, where Bandwidth itself says that it failed', refuses(500, 'internal-error'), transient('internal-error')],
    ['500 without Bandwidth’s JSON', answers(500, 'oops'), unknown('500')],
    ['404 in another shape', answers(404, '{"status":404,"error":"Not Found"}'), transient('404')],
    ['a type that is a number of somebody', refuses(400, RECIPIENT), transient('400')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
  ] satisfies Refusal[],

  readSend({ body }) {
    const { from, to, text } = JSON.parse(body);
    return { from, to: to[0], body: text };
  },
  deliveredAfter({ body }, id) {
    const { to, tag } = JSON.parse(body);
    return calls(receipt('message-delivered', { to: to[0] }, { id, tag, to }));
  },
};
