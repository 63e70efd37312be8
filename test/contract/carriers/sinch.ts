import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import { type CarrierCases, NOW, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';
import { signatureOf } from '../sinch-sdk.ts';

const URL_OF_WEBHOOK = `${PUBLIC_URL}/webhooks/sinch`;
const SIGNING_SECRET = 'a secret of the tests';
const ID = '01HVAHJDX0ZTWWVBTZRX5NV0QZ';
const NONCE = '01JHFFHWYY7HSS4FWTMDTQEK8V';

/** A body signed by Sinch's own SDK, at a time in seconds. */
export function signed(
  body: string,
  { time = String(NOW / 1_000), secret = SIGNING_SECRET, nonce = NONCE } = {},
): WebhookRequest {
  return {
    method: 'POST',
    url: URL_OF_WEBHOOK,
    headers: {
      'content-type': 'application/json',
      'x-sinch-webhook-signature': signatureOf(secret, body, nonce, time),
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
      'x-sinch-webhook-signature-nonce': nonce,
      'x-sinch-webhook-signature-timestamp': time,
    },
    rawBody: Buffer.from(body),
  };
}
const calls = (event: object, how?: Parameters<typeof signed>[1]) => signed(JSON.stringify(event), how);

const INBOUND = {
  type: 'mo_text',
  id: ID,
  from: RECIPIENT.slice(1),
  to: SENDER.slice(1),
  body: 'STOP' as unknown,
  operator_id: '310260',
  sent_at: '2026-11-23T11:59:59.000Z',
  received_at: '2026-11-23T11:59:59.500Z',
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'sinch',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
  sentAt: '2026-11-23T11:59:59.000Z',
};
const receives = (change: object = {}, how?: Parameters<typeof signed>[1]) => calls({ ...INBOUND, ...change }, how);

const REPORT = {
  type: 'recipient_delivery_report_sms',
  batch_id: ID,
  recipient: RECIPIENT.slice(1),
  code: 0 as unknown,
  status: 'Delivered',
  at: '2026-11-23T12:00:00.000Z',
  operator_status_at: '2026-11-23T12:00:00Z',
  client_reference: 'stopgate-message=spring%3A1&stopgate-from=%2B12025550100',
};
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'sinch',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
};
const reports = (change: object = {}) => calls({ ...REPORT, ...change });

const refuses = (status: number, code: string, headers?: Record<string, string>): Behaviour =>
  answers(status, JSON.stringify({ code, text: `about ${RECIPIENT}` }), headers);
const refusesByNumber = (status: number): Behaviour =>
  answers(status, JSON.stringify({ error: { code: status, message: `about ${RECIPIENT}`, status: 'ERROR' } }));

const HOUR = 60 * 60;
const at = (seconds: number) => ({ time: String(NOW / 1_000 + seconds) });
const without = (header: string): WebhookRequest => ({
  ...receives(),
  headers: { ...receives().headers, [header]: undefined },
});
const ACCESS = { servicePlanId: 'plan-1', apiToken: 'token-1' };

export const cases: CarrierCases = {
  secret: { ...ACCESS, signingSecrets: [SIGNING_SECRET] },
  rotated: { ...ACCESS, signingSecrets: ['the next secret', SIGNING_SECRET] },
  foreign: { ...ACCESS, signingSecrets: ['another secret'], basicAuth: [{ user: 'another', password: 'one' }] },
  wrongSecrets: [
    undefined,
    null,
    'hidden',
    {},
    // Unprotected is not a choice.
    { ...ACCESS },
    { ...ACCESS, signingSecrets: [], basicAuth: [] },
    { ...ACCESS, signingSecrets: [''] },
    { ...ACCESS, basicAuth: [{ user: 'hidden', password: '' }] },
    { ...ACCESS, basicAuth: [{ user: '', password: 'hidden' }] },
    { ...ACCESS, signingSecrets: ['hidden'], region: 'hidden' },
    { ...ACCESS, signingSecrets: ['hidden'], toleranceSeconds: -1 },
    { servicePlanId: 'plan-1', signingSecrets: ['hidden'] },
    { apiToken: 'hidden', signingSecrets: ['hidden'] },
  ],

  genuine: [
    { what: 'a text', request: receives(), events: [HEARD] },
    {
      what: 'a text from a handset that does not say when',
      request: receives({ sent_at: undefined }),
      events: [{ ...HEARD, sentAt: '2026-11-23T11:59:59.500Z' }],
    },
    {
      what: 'a text to a short code, with nothing but what it needs',
      request: calls({ type: 'mo_text', id: ID, from: RECIPIENT.slice(1), to: '12345', body: 'Stop' }),
      events: [{ ...HEARD, sender: '12345', text: 'Stop', sentAt: undefined }],
    },
    {
      what: 'a text whose other fields are none of what they should be',
      request: receives({ sent_at: 7, received_at: null, operator_id: {}, client_reference: 'x' }),
      events: [{ ...HEARD, sentAt: undefined }],
    },
    { what: 'a text with a plus', request: receives({ from: RECIPIENT, to: SENDER }), events: [HEARD] },
    { what: 'a text of nothing', request: receives({ body: undefined }), events: [{ ...HEARD, text: '' }] },
    {
      what: 'a text in bytes',
      request: receives({ type: 'mo_binary', body: Buffer.from('STOP').toString('base64'), udh: '' }),
      events: [HEARD],
    },
    {
      what: 'a picture with a text',
      request: receives({ type: 'mo_media', body: { subject: 'Re:', message: 'STOP', media: [] } }),
      events: [HEARD],
    },
    {
      what: 'a picture with a subject',
      request: receives({ type: 'mo_media', body: { subject: 'STOP', message: '', media: [] } }),
      events: [HEARD],
    },
    {
      what: 'a picture without a text',
      request: receives({ type: 'mo_media', body: { media: [] } }),
      events: [{ ...HEARD, text: '' }],
    },
    ...(
      [
        ['Queued', 400, 'accepted'],
        ['Dispatched', 401, 'accepted'],
        ['Unknown', 0, 'accepted'],
        ['Delivered', 0, 'delivered'],
      ] as const
    ).map(([status, code, state]) => ({
      what: `a receipt that says ${status}`,
      request: reports({ status, code }),
      events: [{ ...REPORTED, state }],
    })),
    ...(
      [
        ['Aborted', 412, 'misconfigured'],
        ['Aborted', 413, 'misconfigured'],
        ['Aborted', 411, 'bad-content'],
        ['Aborted', 405, 'bad-content'],
        ['Cancelled', 407, undefined],
        ['Rejected', 402, 'invalid-destination'],
        ['Rejected', 408, 'blocked'],
        ['Rejected', 15, 'blocked'],
        ['Deleted', 404, undefined],
        ['Failed', 300, 'invalid-destination'],
        ['Failed', 64, 'over-quota'],
        ['Expired', 406, undefined],
      ] as const
    ).map(([status, code, because]) => ({
      what: `a receipt that says ${status} for ${code}`,
      request: reports({ status, code }),
      events: [{ ...REPORTED, state: 'undelivered' as const, detail: String(code), because }],
    })),
    {
      what: 'a receipt whose code is none',
      request: reports({ status: 'Failed', code: RECIPIENT }),
      events: [{ ...REPORTED, state: 'undelivered' }],
    },
    {
      what: 'a receipt of a reply',
      request: reports({ client_reference: 'stopgate-reply=EVENT%23sinch%231&stopgate-from=12345' }),
      events: [{ ...REPORTED, sender: '12345', ref: { kind: 'reply', messageId: 'EVENT#sinch#1' } }],
    },
    {
      what: 'a receipt of a picture',
      request: reports({ type: 'recipient_delivery_report_mms' }),
      events: [REPORTED],
    },
    { what: 'a receipt of a status that is none', request: reports({ status: 'constructor' }), events: [] },
    {
      what: 'a receipt of a message that is not ours',
      request: reports({ client_reference: 'a client reference' }),
      events: [],
    },
    {
      what: 'a receipt of a message without a reference',
      request: reports({ client_reference: undefined }),
      events: [],
    },
    {
      what: 'a report on a whole batch',
      request: calls({
        type: 'delivery_report_sms',
        batch_id: ID,
        total_message_count: 1,
        statuses: [{ code: 0, status: 'Delivered', count: 1 }],
      }),
      events: [],
    },
  ],
  unreadable: [
    { what: 'no JSON', request: signed('STOP') },
    { what: 'nothing', request: signed('') },
    { what: 'no object', request: signed('null') },
    { what: 'no type', request: signed('{}') },
    { what: 'a text without an id', request: receives({ id: undefined }) },
    { what: 'a text with an id that would not fit in a key', request: receives({ id: 'a#b' }) },
    { what: 'a text from no number', request: receives({ from: 'somebody' }) },
    { what: 'a text to nobody', request: receives({ to: '' }) },
    { what: 'a receipt without an id', request: reports({ batch_id: '' }) },
    { what: 'a receipt for no number', request: reports({ recipient: 'somebody' }) },
    // Where the signed text can be cut in another place, what comes of it says nothing.
    {
      what: 'a nonce that was moved to the body',
      request: {
        ...signed(`${JSON.stringify(INBOUND)}.more`),
        rawBody: Buffer.from(`${JSON.stringify(INBOUND)}.more`),
      },
    },
  ],
  forged: [
    { what: 'no headers', request: { ...receives(), headers: {} } },
    { what: 'no signature', request: without('x-sinch-webhook-signature') },
    { what: 'no nonce', request: without('x-sinch-webhook-signature-nonce') },
    { what: 'no time', request: without('x-sinch-webhook-signature-timestamp') },
    {
      what: 'another algorithm',
      request: {
        ...receives(),
        headers: { ...receives().headers, 'x-sinch-webhook-signature-algorithm': 'HmacSHA1' },
      },
    },
    {
      what: 'Basic credentials that nobody set, without a signature',
      request: { ...receives(), headers: { authorization: `Basic ${Buffer.from(':').toString('base64')}` } },
    },
    ...['', 'now', '-1', '1e3', ' 1795435200', '1795435200.5', 'NaN', '1795435200000000'].map((time) => ({
      what: `a time that is no number of seconds: ${JSON.stringify(time)}`,
      request: receives({}, { time }),
    })),
  ],
  stale: [
    { what: 'a text of more than two days ago', request: receives({}, at(-48 * HOUR - 1)) },
    { what: 'a text from the future', request: receives({}, at(301)) },
  ],
  lateRetries: [
    // Sinch's last attempt: 81,920 seconds after the first, or twice that if each wait counts from the one before.
    { what: 'a text of 81,920 seconds ago', request: receives({}, at(-81_920)) },
    { what: 'a text of 163,840 seconds ago', request: receives({}, at(-163_840)) },
    { what: 'a text from a clock that is ahead', request: receives({}, at(300)) },
  ],
  covers: [
    'body',
    'header:x-sinch-webhook-signature',
    'header:x-sinch-webhook-signature-nonce',
    'header:x-sinch-webhook-signature-timestamp',
    'header:x-sinch-webhook-signature-algorithm',
  ],

  accepted: (id) => ({
    status: 201,
    body: JSON.stringify({ id, to: [RECIPIENT.slice(1)], from: SENDER.slice(1), canceled: false, type: 'mt_text' }),
  }),
  senseless: ['', '{}', 'null', '[]', '7', '{"id":7}', '{"id":""}', '{"id":null}', '{"id":', '<html>'],
  refusals: [
    [
      'syntax_invalid_parameter_format',
      refuses(400, 'syntax_invalid_parameter_format'),
      rejected('invalid-destination', 'syntax_invalid_parameter_format'),
    ],
    [
      'syntax_constraint_violation',
      refuses(400, 'syntax_constraint_violation'),
      rejected('bad-content', 'syntax_constraint_violation'),
    ],
    ...(
      [
        [400, 'syntax_invalid_json'],
        [403, 'unknown_group'],
        [403, 'unknown_campaign'],
        [403, 'missing_callback_url'],
        [400, 'a_code_that_we_do_not_know'],
      ] as const
    ).map(([status, code]): Refusal => [code, refuses(status, code), rejected('misconfigured', code)]),
    ['402 in the other shape, which is no code of a report', refusesByNumber(402), rejected('misconfigured', '402')],
    ['404 in the other shape', refusesByNumber(404), rejected('misconfigured', '404')],
    ['401, a token that is being rotated perhaps', refusesByNumber(401), transient('401')],
    ['401 without Sinch’s JSON', answers(401, ''), transient('401')],
    ['429', refusesByNumber(429), throttled('429')],
    ['429 without Sinch’s JSON', answers(429, 'slow down'), throttled('429')],
    ['Retry-After', answers(429, '', { 'retry-after': '7' }), throttled('429', 7_000)],
    ['503 with Retry-After', answers(503, '', { 'retry-after': '5' }), transient('503', 5_000)],
    ['500, where Sinch itself says that it failed', refusesByNumber(500), transient('500')],
    ['500 without Sinch’s JSON', answers(500, 'oops'), unknown('500')],
    ['a code that is a number of somebody', refuses(400, RECIPIENT.slice(1)), transient('400')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
  ],

  readSend({ body: sent }) {
    const { from, to, body } = JSON.parse(sent);
    return { from, to: to[0], body };
  },
  deliveredAfter({ body }, batch_id) {
    const { to, client_reference } = JSON.parse(body);
    return reports({ batch_id, recipient: to[0].slice(1), client_reference });
  },
};
