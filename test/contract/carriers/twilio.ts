import twilioSdk from 'twilio';
import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import type { Rejection } from '../../../shared/messages/outcome.ts';
import { type CarrierCases, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';

const URL_OF_WEBHOOK = `${PUBLIC_URL}/webhooks/twilio`;
const ACCOUNT_SID = `AC${'0'.repeat(32)}`;
const SID = `SM${'0'.repeat(32)}`;
const TOKEN = 'a token of the tests';

type Form = Record<string, string>;

/** A request as Twilio makes it, signed by Twilio's own SDK. */
function calls(form: Form, { url = URL_OF_WEBHOOK, method = 'POST' } = {}): WebhookRequest {
  const encoded = new URLSearchParams(form).toString();
  const isGet = method === 'GET';
  const called = isGet ? `${url}?${encoded}` : url;
  return {
    method,
    url: called,
    headers: {
      ...(!isGet && { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
      'x-twilio-signature': twilioSdk.getExpectedTwilioSignature(TOKEN, called, isGet ? {} : form),
    },
    rawBody: Buffer.from(isGet ? '' : encoded),
  };
}

const INBOUND: Form = {
  ToCountry: 'US',
  SmsMessageSid: SID,
  NumMedia: '0',
  SmsStatus: 'received',
  Body: 'STOP',
  To: SENDER,
  NumSegments: '1',
  MessageSid: SID,
  AccountSid: ACCOUNT_SID,
  From: RECIPIENT,
  ApiVersion: '2010-04-01',
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'twilio',
  carrierMessageId: SID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
  carrierIntent: undefined,
};

const receiptForm = (change: Form = {}): Form => ({
  SmsSid: SID,
  SmsStatus: 'delivered',
  MessageStatus: 'delivered',
  To: RECIPIENT,
  MessageSid: SID,
  AccountSid: ACCOUNT_SID,
  From: SENDER,
  ApiVersion: '2010-04-01',
  ...change,
});
const CALLBACK = `${URL_OF_WEBHOOK}?stopgate-message=spring%3A1`;
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'twilio',
  carrierMessageId: SID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
  detail: undefined,
  because: undefined,
};

// Every error that the carrier documents for a send, in its own wire format, with a number in its text.
const refuses = (status: number, code: number, headers?: Record<string, string>): Behaviour =>
  answers(
    status,
    JSON.stringify({ code, message: `about ${RECIPIENT}`, more_info: 'https://www.twilio.com', status }),
    headers,
  );

const REJECTIONS: readonly (readonly [Rejection, readonly number[]])[] = [
  ['opted-out', [21610]],
  ['invalid-destination', [21211, 21612, 21614, 30005, 30006]],
  ['bad-content', [21602, 21617]],
  ['blocked', [30004, 30007]],
  ['misconfigured', [21212, 21408, 21603, 21606, 21608, 21703, 21704, 21705, 30002, 30018, 30024, 30032, 30034]],
  ['over-quota', [30023, 30027]],
];

export const cases: CarrierCases = {
  secret: { accountSid: ACCOUNT_SID, authTokens: [TOKEN] },
  rotated: { accountSid: ACCOUNT_SID, authTokens: ['the next token', TOKEN] },
  foreign: { accountSid: ACCOUNT_SID, authTokens: ['another token'] },
  wrongSecrets: [undefined, null, 'hidden', {}, { accountSid: 'hidden', authTokens: [] }, { authTokens: ['hidden'] }],

  genuine: [
    { what: 'a text', request: calls(INBOUND), events: [HEARD] },
    { what: 'a text by GET', request: calls(INBOUND, { method: 'GET' }), events: [HEARD] },
    {
      what: 'a text that Twilio has answered itself',
      request: calls({ ...INBOUND, OptOutType: 'STOP' }),
      events: [{ ...HEARD, carrierIntent: 'opt-out' }],
    },
    { what: 'a receipt', request: calls(receiptForm(), { url: CALLBACK }), events: [REPORTED] },
    {
      what: 'a receipt of a failure',
      request: calls(receiptForm({ MessageStatus: 'undelivered', ErrorCode: '30005' }), { url: CALLBACK }),
      events: [{ ...REPORTED, state: 'undelivered', detail: '30005', because: 'invalid-destination' }],
    },
    {
      what: 'a receipt of a refusal for an opt-out',
      request: calls(receiptForm({ MessageStatus: 'failed', ErrorCode: '21610' }), { url: CALLBACK }),
      events: [{ ...REPORTED, state: 'undelivered', detail: '21610', because: 'opted-out' }],
    },
    { what: 'a receipt of a message that is not ours', request: calls(receiptForm()), events: [] },
  ],
  unreadable: [
    { what: 'a text without an id', request: calls({ Body: 'STOP', From: RECIPIENT, To: SENDER }) },
    { what: 'a text from no number', request: calls({ ...INBOUND, From: 'somebody' }) },
  ],
  forged: [
    { what: 'no signature', request: { ...calls(INBOUND), headers: {} } },
    { what: 'another address', request: { ...calls(INBOUND), url: `${PUBLIC_URL}/webhooks/other` } },
    { what: 'a body of another type', request: { ...calls(INBOUND), headers: { 'content-type': 'application/json' } } },
  ],
  // Twilio's calls have no time.
  stale: [],
  lateRetries: [],
  covers: ['body', 'url', 'header:x-twilio-signature'],

  accepted: (sid) => ({
    status: 201,
    body: JSON.stringify({ sid, status: 'queued', error_code: null, num_segments: '1' }),
  }),
  senseless: ['', '{}', 'null', '[]', '7', '"SM1"', '{"sid":7}', '{"sid":""}', '{"sid":null}', '{"sid":', '<html>'],
  refusals: [
    ...REJECTIONS.flatMap(([because, codes]) =>
      codes.map((code): Refusal => [`${code}`, refuses(400, code), rejected(because, `${code}`)]),
    ),
    ...[14107, 21611, 30001, 30003, 30008, 30017, 30022, 30410, 63018].map(
      (code): Refusal => [`${code}`, refuses(400, code), transient(`${code}`)],
    ),
    ['20429', refuses(429, 20429), throttled('20429')],
    ['429 without Twilio’s JSON', answers(429, 'slow down'), throttled('429')],
    ['Retry-After in seconds', refuses(429, 20429, { 'retry-after': '7' }), throttled('20429', 7_000)],
    [
      'Retry-After as a date',
      refuses(429, 20429, { 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT' }),
      throttled('20429', 30_000),
    ],
    ...['0', '-7', 'soon', '', 'Mon, 23 Nov 2026 11:59:59 GMT', 'NaN'].map(
      (hint): Refusal => [`Retry-After of ${hint}`, refuses(429, 20429, { 'retry-after': hint }), throttled('20429')],
    ),
    [
      '503 with Retry-After',
      answers(503, '', { 'retry-after': '5' }),
      { kind: 'later', because: 'transient', detail: '503', retryAfterMs: 5_000 },
    ],
    ['20003, a token that is being rotated perhaps', refuses(401, 20003), transient('20003')],
    ['401 without Twilio’s JSON', answers(401, ''), transient('401')],
    ['20404', refuses(404, 20404), rejected('misconfigured', '20404')],
    ['a code that we do not know', refuses(400, 99999), rejected('misconfigured', '99999')],
    ['a code that is no number', answers(400, '{"code":"21610"}'), transient('400')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
    ['20500, where Twilio itself says that it failed', refuses(500, 20500), transient('20500')],
    ['500 without Twilio’s JSON', answers(500, 'oops'), unknown('500')],
  ],

  readSend({ body }) {
    const { From = '', To = '', Body = '' } = Object.fromEntries(new URLSearchParams(body));
    return { from: From, to: To, body: Body };
  },
  deliveredAfter({ body }, MessageSid) {
    const { From = '', To = '', StatusCallback = '' } = Object.fromEntries(new URLSearchParams(body));
    return calls(receiptForm({ From, To, MessageSid }), { url: StatusCallback });
  },
};
