import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import type { Rejection } from '../../../shared/messages/outcome.ts';
import { type CarrierCases, NOW, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';

const URL_OF_WEBHOOK = `${PUBLIC_URL}/webhooks/telnyx`;
const CALLBACK = `${URL_OF_WEBHOOK}?stopgate-message=spring%3A1`;
const ID = '7ee4241c-f127-47e5-9c34-3aac291f8058';

// Telnyx publishes no vectors, and its SDK can't sign: these keys are the tests' own. The SDK checks what they sign in
// `telnyx-signature.test.ts`.
const keyOf = (letter: string) =>
  createPrivateKey({
    key: Buffer.from(`302e020100300506032b657004220420${letter.repeat(64)}`, 'hex'),
    format: 'der',
    type: 'pkcs8',
  });
const publicKeyOf = (letter: string): string =>
  createPublicKey(keyOf(letter)).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');

/** A body signed by the tests' key, at a time in seconds. */
export function signed(
  body: string,
  { url = URL_OF_WEBHOOK, time = String(NOW / 1_000), key = 'a' } = {},
): WebhookRequest {
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'telnyx-signature-ed25519': sign(null, Buffer.from(`${time}|${body}`), keyOf(key)).toString('base64'),
      'telnyx-timestamp': time,
    },
    rawBody: Buffer.from(body),
  };
}

const calls = (event_type: string, payload: object, how?: Parameters<typeof signed>[1]): WebhookRequest =>
  signed(
    JSON.stringify({
      data: { record_type: 'event', id: 'evt-1', event_type, occurred_at: '2026-11-23T12:00:00.000Z', payload },
      meta: { attempt: 1, delivered_to: URL_OF_WEBHOOK },
    }),
    how,
  );

const INBOUND = {
  record_type: 'message',
  direction: 'inbound',
  id: ID,
  type: 'SMS',
  messaging_profile_id: 'profile-1',
  from: { phone_number: RECIPIENT, carrier: 'T-MOBILE USA, INC.', line_type: 'Wireless' },
  to: [{ phone_number: SENDER, status: 'webhook_delivered', carrier: 'TELNYX LLC', line_type: 'VoIP' }],
  cc: [],
  text: 'STOP',
  media: [],
  autoresponse_type: null as string | null,
  received_at: '2026-11-23T11:59:59.900+00:00',
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'telnyx',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
  sentAt: '2026-11-23T11:59:59.900+00:00',
};
const receives = (change: object = {}, how?: Parameters<typeof signed>[1]) =>
  calls('message.received', { ...INBOUND, ...change }, how);

const OUTBOUND = {
  record_type: 'message',
  direction: 'outbound',
  id: ID,
  type: 'SMS',
  from: { phone_number: SENDER, carrier: 'TELNYX LLC', line_type: 'VoIP' },
  to: [{ phone_number: RECIPIENT, status: 'delivered' }],
  text: 'Hello',
  webhook_url: CALLBACK as string | null,
  errors: [] as object[],
};
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'telnyx',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
};
const finalizes = (status: string, code?: string, change: object = {}, url = CALLBACK) =>
  calls(
    status === 'sent' ? 'message.sent' : 'message.finalized',
    {
      ...OUTBOUND,
      to: [{ phone_number: RECIPIENT, status }],
      errors: code === undefined ? [] : [{ code, title: `about ${RECIPIENT}` }],
      ...change,
    },
    { url },
  );

const refuses = (status: number, code: string | number, headers?: Record<string, string>): Behaviour =>
  answers(status, JSON.stringify({ errors: [{ code, title: 'Refused', detail: `to '${RECIPIENT}'` }] }), headers);

const REJECTIONS: readonly (readonly [Rejection, string])[] = [
  ['opted-out', '40300'],
  ['invalid-destination', '40001 40008 40012 40310'],
  ['bad-content', '40009 40302 40304 40316 40317 40328'],
  ['blocked', '40003 40015 40017 40020 40322'],
  ['misconfigured', '40010 40013 40100 40305 40329'],
  ['over-quota', '40016 40018 40333'],
];

const HOUR = 60 * 60;
const at = (seconds: number) => ({ time: String(NOW / 1_000 + seconds) });

export const cases: CarrierCases = {
  secret: { apiKey: 'KEY1', publicKeys: [publicKeyOf('a')] },
  rotated: { apiKey: 'KEY1', publicKeys: [publicKeyOf('b'), publicKeyOf('a')] },
  foreign: { apiKey: 'KEY1', publicKeys: [publicKeyOf('c')] },
  wrongSecrets: [
    undefined,
    null,
    'hidden',
    {},
    { apiKey: 'hidden' },
    { apiKey: 'hidden', publicKeys: [] },
    { apiKey: 'hidden', publicKeys: ['hidden'] },
    { apiKey: '', publicKeys: [publicKeyOf('a')] },
    { apiKey: 'hidden', publicKeys: [publicKeyOf('a')], toleranceSeconds: 0 },
  ],

  genuine: [
    { what: 'a text', request: receives(), events: [HEARD] },
    ...(
      [
        ['STOP', 'opt-out'],
        ['START', 'opt-in'],
        ['HELP', 'help'],
        ['stop', 'opt-out'],
        ['opt_out', 'opt-out'],
        ['opt_in', 'opt-in'],
        ['WELCOME', undefined],
        ['constructor', undefined],
      ] as const
    ).map(([autoresponse_type, carrierIntent]) => ({
      what: `a text that Telnyx has answered as ${autoresponse_type}`,
      request: receives({ autoresponse_type }),
      events: [{ ...HEARD, carrierIntent }],
    })),
    {
      what: 'a picture without a text',
      request: receives({ type: 'MMS', text: null, media: [{ url: 'https://media.example/1' }] }),
      events: [{ ...HEARD, text: '' }],
    },
    {
      what: 'a text to several, of whom we are the second',
      request: receives({
        to: [
          { phone_number: '+12025550199', status: 'delivered' },
          { phone_number: SENDER, status: 'webhook_delivered' },
        ],
      }),
      events: [HEARD],
    },
    {
      what: 'a text to one whom nothing is said of',
      request: receives({ to: [{ phone_number: SENDER }] }),
      events: [HEARD],
    },
    {
      what: 'a text to a short code, with nothing but what it needs',
      request: calls('message.received', {
        id: ID,
        from: { phone_number: RECIPIENT },
        to: [{ phone_number: '12345' }],
        text: 'Stop',
      }),
      events: [{ ...HEARD, sender: '12345', text: 'Stop', sentAt: undefined }],
    },
    {
      what: 'a text whose other fields are none of what they should be',
      request: receives({ received_at: 7, autoresponse_type: {}, cc: 'x', media: null }),
      events: [{ ...HEARD, sentAt: undefined }],
    },
    ...(
      [
        ['queued', 'accepted'],
        ['sending', 'accepted'],
        ['sent', 'accepted'],
        ['delivery_unconfirmed', 'accepted'],
        ['delivered', 'delivered'],
        ['sending_failed', 'undelivered'],
        ['delivery_failed', 'undelivered'],
      ] as const
    ).map(([status, state]) => ({
      what: `a receipt that says ${status}`,
      request: finalizes(status),
      events: [{ ...REPORTED, state }],
    })),
    {
      what: 'a receipt of a failure',
      request: finalizes('delivery_failed', '40001'),
      events: [{ ...REPORTED, state: 'undelivered', detail: '40001', because: 'invalid-destination' }],
    },
    {
      what: 'a receipt of a failure that passes',
      request: finalizes('delivery_failed', '40006'),
      events: [{ ...REPORTED, state: 'undelivered', detail: '40006' }],
    },
    {
      what: 'a receipt of a refusal for an opt-out',
      request: finalizes('sending_failed', '40300'),
      events: [{ ...REPORTED, state: 'undelivered', detail: '40300', because: 'opted-out' }],
    },
    {
      what: 'a receipt whose code is none',
      request: finalizes('delivery_failed', RECIPIENT),
      events: [{ ...REPORTED, state: 'undelivered' }],
    },
    {
      what: 'a receipt of a reply, at the address of the profile',
      request: finalizes(
        'delivered',
        undefined,
        { webhook_url: `${URL_OF_WEBHOOK}?stopgate-reply=EVENT%23telnyx%231` },
        URL_OF_WEBHOOK,
      ),
      events: [{ ...REPORTED, ref: { kind: 'reply', messageId: 'EVENT#telnyx#1' } }],
    },
    {
      what: 'a receipt that does not name its address',
      request: finalizes('delivered', undefined, { webhook_url: null }),
      events: [REPORTED],
    },
    {
      what: 'a receipt of a message that is not ours, at an address that says that it were',
      request: finalizes('delivered', undefined, { webhook_url: 'https://other.example/hook' }),
      events: [],
    },
    {
      what: 'a receipt of a message that is not ours',
      request: finalizes('delivered', undefined, { webhook_url: null }, URL_OF_WEBHOOK),
      events: [],
    },
    { what: 'a receipt of a status that is none', request: finalizes('constructor'), events: [] },
    { what: 'an event of another kind', request: calls('10dlc.campaign.update', { campaignId: 'C1' }), events: [] },
  ],
  unreadable: [
    { what: 'no JSON', request: signed('STOP') },
    { what: 'nothing', request: signed('') },
    { what: 'no object', request: signed('null') },
    { what: 'no event', request: signed('{"data":{}}') },
    { what: 'a text without an id', request: receives({ id: undefined }) },
    { what: 'a text with an id that would not fit in a key', request: receives({ id: 'a#b' }) },
    { what: 'a text from no number', request: receives({ from: { phone_number: 'somebody' } }) },
    { what: 'a text from nobody', request: receives({ from: null }) },
    { what: 'a text to nobody', request: receives({ to: [] }) },
    { what: 'a text of nothing', request: calls('message.received', []) },
    { what: 'a receipt for no number', request: finalizes('delivered', undefined, { id: 7 }) },
  ],
  forged: [
    { what: 'no headers', request: { ...receives(), headers: {} } },
    {
      what: 'no time',
      request: { ...receives(), headers: { ...receives().headers, 'telnyx-timestamp': undefined } },
    },
    {
      what: 'no signature',
      request: { ...receives(), headers: { ...receives().headers, 'telnyx-signature-ed25519': undefined } },
    },
    {
      what: 'a signature in hexadecimal',
      request: {
        ...receives(),
        headers: {
          ...receives().headers,
          'telnyx-signature-ed25519': Buffer.from(
            receives().headers['telnyx-signature-ed25519'] ?? '',
            'base64',
          ).toString('hex'),
        },
      },
    },
    ...['', 'now', '-1', '1e3', ' 1795435200', '1795435200.5', '0x6b000000', 'NaN', '1795435200000000'].map((time) => ({
      what: `a time that is no number of seconds: ${JSON.stringify(time)}`,
      request: receives({}, { time }),
    })),
  ],
  stale: [
    { what: 'a text of more than a day ago', request: receives({}, at(-24 * HOUR - 1)) },
    { what: 'a text from the future', request: receives({}, at(301)) },
    { what: 'a time in milliseconds', request: receives({}, { time: '17954352000' }) },
  ],
  lateRetries: [
    { what: 'a text of a day ago', request: receives({}, at(-24 * HOUR)) },
    { what: 'a text from a clock that is ahead', request: receives({}, at(300)) },
  ],
  covers: ['body', 'header:telnyx-signature-ed25519', 'header:telnyx-timestamp'],

  accepted: (id) => ({
    status: 200,
    body: JSON.stringify({ data: { id, record_type: 'message', to: [{ phone_number: RECIPIENT, status: 'queued' }] } }),
  }),
  senseless: ['', '{}', 'null', '[]', '{"data":null}', '{"data":{"id":7}}', '{"data":{"id":""}}', '{"data":', '<html>'],
  refusals: [
    ...REJECTIONS.flatMap(([because, codes]) =>
      codes.split(' ').map((code): Refusal => [code, refuses(400, code), rejected(because, code)]),
    ),
    ...['10007', '40002', '40004', '40006', '40014', '40318', '40320'].map(
      (code): Refusal => [code, refuses(400, code), transient(code)],
    ),
    ['40300 as a number', refuses(403, 40300), rejected('opted-out', '40300')],
    ['10011', refuses(429, '10011'), throttled('10011')],
    ['10011 with another status', refuses(403, '10011'), throttled('10011')],
    ['40011', refuses(400, '40011'), throttled('40011')],
    ['40318 by 429', refuses(429, '40318'), throttled('40318')],
    ['Retry-After', refuses(429, '10011', { 'retry-after': '7' }), throttled('10011', 7_000)],
    ['429 without Telnyx’s JSON', answers(429, 'slow down'), throttled('429')],
    ['10008, when nobody knows how far it came', refuses(504, '10008'), unknown('10008')],
    ['10009, a key that is being rotated perhaps', refuses(401, '10009'), transient('10009')],
    ['401 without Telnyx’s JSON', answers(401, ''), transient('401')],
    ['503 with Retry-After', answers(503, '', { 'retry-after': '5' }), transient('503', 5_000)],
    ['10005', refuses(404, '10005'), rejected('misconfigured', '10005')],
    ['a code that we do not know', refuses(422, '99999'), rejected('misconfigured', '99999')],
    ['a code that is a number of somebody', refuses(400, RECIPIENT), transient('400')],
    ['a code that is none', refuses(400, 'constructor'), transient('400')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
    ['10007, where Telnyx itself says that it failed', refuses(500, '10007'), transient('10007')],
    ['500 without Telnyx’s JSON', answers(500, 'oops'), unknown('500')],
  ],

  readSend({ body }) {
    const { from, to, text } = JSON.parse(body);
    return { from, to, body: text };
  },
  deliveredAfter({ body }, id) {
    const { from, to, webhook_url } = JSON.parse(body);
    return calls(
      'message.finalized',
      {
        ...OUTBOUND,
        id,
        webhook_url,
        from: { phone_number: from },
        to: [{ phone_number: to, status: 'delivered' }],
      },
      { url: webhook_url },
    );
  },
};
