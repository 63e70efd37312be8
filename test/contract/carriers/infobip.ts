import type { CarrierEvent, WebhookRequest } from '../../../shared/carriers/carrier.ts';
import { type CarrierCases, NOW, PUBLIC_URL, RECIPIENT, SENDER } from '../carrier-cases.ts';
import { answers, type Behaviour } from '../loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from '../outcomes.ts';

const USER = { user: 'stopgate', password: 'a password: of the tests' };
const ID = '817790313235066447';

/** A body with Basic credentials, which cover nothing of it. */
export function called(body: string, { user, password } = USER): WebhookRequest {
  return {
    method: 'POST',
    url: `${PUBLIC_URL}/webhooks/infobip`,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    },
    rawBody: Buffer.from(body),
  };
}
const calls = (...results: readonly unknown[]) => called(JSON.stringify({ results, messageCount: results.length }));

const INBOUND = {
  messageId: ID,
  from: RECIPIENT.slice(1),
  to: SENDER.slice(1),
  text: 'STOP',
  cleanText: '',
  keyword: 'STOP',
  receivedAt: '2026-11-23T11:59:59.123+0000',
  smsCount: 1,
  price: { pricePerMessage: 0, currency: 'USD' },
  callbackData: '',
};
const HEARD: CarrierEvent = {
  kind: 'message',
  carrier: 'infobip',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
  sentAt: '2026-11-23T11:59:59.123+00:00',
};
const receives = (change: object = {}) => calls({ ...INBOUND, ...change });

const status = (groupName: string, name: string, id = 0) => ({
  groupId: 0,
  groupName,
  id,
  name,
  description: RECIPIENT,
});
const error = (name: string, permanent = true) => ({ groupId: 1, groupName: 'X', id: 1, name, permanent });

const REPORT = {
  bulkId: 'bulk-1',
  price: { pricePerMessage: 0.01, currency: 'USD' },
  status: status('DELIVERED', 'DELIVERED_TO_HANDSET', 5),
  error: error('NO_ERROR', false),
  messageId: ID,
  to: RECIPIENT.slice(1),
  sender: SENDER.slice(1),
  sentAt: '2026-11-23T12:00:00.000+0000',
  doneAt: '2026-11-23T12:00:01.000+0000',
  messageCount: 1,
  callbackData: 'stopgate-message=spring%3A1&stopgate-from=%2B12025550100',
};
const REPORTED: CarrierEvent = {
  kind: 'receipt',
  carrier: 'infobip',
  carrierMessageId: ID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
};
const reports = (change: object = {}) => calls({ ...REPORT, ...change });

const answersStatus = (groupName: string, name: string, more: object = {}, id = 0): Behaviour =>
  answers(
    200,
    JSON.stringify({ bulkId: 'b', messages: [{ messageId: ID, status: status(groupName, name, id), ...more }] }),
  );
const refuses = (
  httpStatus: number,
  errorCode: string,
  property?: string,
  headers?: Record<string, string>,
): Behaviour =>
  answers(
    httpStatus,
    JSON.stringify({
      errorCode,
      description: `about ${RECIPIENT}`,
      violations: property === undefined ? [] : [{ property, violation: `about ${RECIPIENT}` }],
      resources: [],
    }),
    headers,
  );
const refusesAsBefore = (httpStatus: number, messageId: string): Behaviour =>
  answers(httpStatus, JSON.stringify({ requestError: { serviceException: { messageId, text: RECIPIENT } } }));

const ACCESS = { apiKey: 'key-1', baseUrl: 'https://xyz123.api.infobip.com' };

export const cases: CarrierCases = {
  secret: { ...ACCESS, basicAuth: [USER] },
  rotated: { ...ACCESS, basicAuth: [{ user: 'stopgate', password: 'the next one' }, USER] },
  foreign: {
    ...ACCESS,
    basicAuth: [{ user: 'stopgate', password: 'another' }],
    headers: [{ name: 'X-Stopgate', value: 'another' }],
    hmac: { keys: ['another'], header: 'X-Signature' },
  },
  wrongSecrets: [
    undefined,
    null,
    'hidden',
    {},
    // Unprotected is not a choice.
    ACCESS,
    { ...ACCESS, basicAuth: [], headers: [] },
    { ...ACCESS, basicAuth: [{ user: 'hidden', password: '' }] },
    { ...ACCESS, headers: [{ name: 'X-Hidden', value: '' }] },
    { ...ACCESS, hmac: { keys: [], header: 'X-Hidden' } },
    { ...ACCESS, hmac: { keys: ['hidden'] } },
    { ...ACCESS, hmac: { keys: ['hidden'], header: 'X-Hidden', algorithm: 'hidden' } },
    { baseUrl: ACCESS.baseUrl, basicAuth: [USER] },
    ...[
      undefined,
      'hidden.api.infobip.com',
      'http://hidden.api.infobip.com',
      'https://api.infobip.com.hidden.example',
      'https://hidden.example/.api.infobip.com',
      'https://hidden.example?.api.infobip.com',
      'https://hidden.example#.api.infobip.com',
      'https://hidden@hidden.api.infobip.com',
      'https://hidden.api.infobip.com:8443',
      'https://hidden.api.infobip.com/hidden',
      'https://hiddenapi.infobip.com',
    ].map((baseUrl) => ({ ...ACCESS, baseUrl, basicAuth: [USER] })),
  ],

  genuine: [
    { what: 'a text', request: receives(), events: [HEARD] },
    {
      what: 'a text to a short code, with nothing but what it needs',
      request: calls({ messageId: ID, from: RECIPIENT.slice(1), to: '12345', text: 'Stop' }),
      events: [{ ...HEARD, sender: '12345', text: 'Stop', sentAt: undefined }],
    },
    {
      what: 'a text whose other fields are none of what they should be',
      request: receives({ receivedAt: 7, keyword: {}, status: null, error: 'x', sender: 'x', callbackData: 7 }),
      events: [{ ...HEARD, sentAt: undefined }],
    },
    { what: 'a text with a plus', request: receives({ from: RECIPIENT, to: SENDER }), events: [HEARD] },
    {
      what: 'a text whose time has another offset, and no part of a second',
      request: receives({ receivedAt: '2026-11-23T06:59:59-0500' }),
      events: [{ ...HEARD, sentAt: '2026-11-23T06:59:59.999-05:00' }],
    },
    {
      what: 'a text whose time is written as RFC 3339 has it',
      request: receives({ receivedAt: '2026-11-23T11:59:59.123Z' }),
      events: [{ ...HEARD, sentAt: '2026-11-23T11:59:59.123Z' }],
    },
    {
      what: 'a text of which the keyword is a part',
      request: receives({ text: 'STOP it now', keyword: 'STOP', cleanText: 'it now' }),
      events: [{ ...HEARD, text: 'STOP it now' }],
    },
    {
      what: 'a picture with a text',
      request: receives({
        text: undefined,
        message: [
          { contentType: 'image/jpeg', url: 'https://example.com/a' },
          { contentType: 'text/plain', value: 'STOP' },
        ],
      }),
      events: [HEARD],
    },
    {
      what: 'a picture alone',
      request: receives({ text: null, message: [{ contentType: 'image/jpeg', url: 'https://example.com/a' }] }),
      events: [{ ...HEARD, text: '' }],
    },
    { what: 'a text of nothing', request: receives({ text: undefined }), events: [{ ...HEARD, text: '' }] },
    {
      what: 'several texts and reports at once',
      request: calls(INBOUND, REPORT, { ...INBOUND, messageId: 'id-2', text: 'START' }),
      events: [HEARD, REPORTED, { ...HEARD, carrierMessageId: 'id-2', text: 'START' }],
    },
    {
      what: 'texts of which one can’t be read',
      request: calls({ ...INBOUND, from: 'somebody' }, 7, null, INBOUND, { status: 'x' }),
      events: [HEARD],
    },
    { what: 'nothing at all', request: calls(), events: [] },
    { what: 'a receipt', request: reports(), events: [REPORTED] },
    {
      what: 'a receipt with the names of before',
      request: reports({ sender: undefined, messageCount: undefined, from: SENDER.slice(1), smsCount: 1 }),
      events: [REPORTED],
    },
    ...(['sender', 'from'] as const).map((name) => ({
      what: `a receipt whose reference is without our sender, which ${name} names`,
      request: reports({ sender: undefined, callbackData: 'stopgate-message=spring%3A1', [name]: SENDER.slice(1) }),
      events: [REPORTED],
    })),
    ...(
      [
        ['ACCEPTED', 'MESSAGE_ACCEPTED', 'accepted'],
        ['PENDING', 'PENDING_WAITING_DELIVERY', 'accepted'],
        ['PENDING', 'PENDING_ENROUTE', 'accepted'],
        ['PENDING', 'PENDING_ACCEPTED', 'accepted'],
        // Nobody knows whether a handset has it.
        ['DELIVERED', 'DELIVERED_TO_OPERATOR', 'accepted'],
        ['EXPIRED', 'EXPIRED_DLR_UNKNOWN', 'accepted'],
        ['DELIVERED', 'DELIVERED_BY_A_RESELLER', 'delivered'],
      ] as const
    ).map(([group, name, state]) => ({
      what: `a receipt that says ${name}`,
      request: reports({ status: status(group, name), error: error('EC_UNKNOWN_ERROR') }),
      events: [{ ...REPORTED, state }],
    })),
    ...(
      [
        ['UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', 'EC_ABSENT_SUBSCRIBER', 'EC_ABSENT_SUBSCRIBER'],
        ['UNDELIVERABLE', 'UNDELIVERABLE_REJECTED_OPERATOR', 'NO_ERROR', 'UNDELIVERABLE_REJECTED_OPERATOR'],
        ['EXPIRED', 'EXPIRED_EXPIRED', 'EC_VALIDITY_EXPIRED', 'EC_VALIDITY_EXPIRED'],
        ['REJECTED', 'REJECTED_NETWORK', 'NO_ERROR', 'REJECTED_NETWORK'],
        ['REJECTED', RECIPIENT, RECIPIENT, undefined],
      ] as const
    ).map(([group, name, reason, detail]) => ({
      what: `a receipt that says ${name} for ${reason}`,
      request: reports({ status: status(group, name), error: error(reason) }),
      events: [{ ...REPORTED, state: 'undelivered' as const, detail }],
    })),
    ...(
      [
        ['REJECTED_DND', 10, 'NO_ERROR', 'REJECTED_DND', 'account'],
        ['REJECTED_DESTINATION_BLOCKLISTED', 14, 'NO_ERROR', 'REJECTED_DESTINATION_BLOCKLISTED', 'account'],
        // As it was called before.
        ['REJECTED_DESTINATION', 14, 'NO_ERROR', 'REJECTED_DESTINATION_BLOCKLISTED', 'account'],
        // A reseller's own id.
        ['REJECTED_DND', 7, 'EC_UNKNOWN_ERROR', 'REJECTED_DND', 'account'],
        ['REJECTED_NETWORK', 6, 'EC_BLACKLISTED_DESTINATIONADDRESS', 'EC_BLACKLISTED_DESTINATIONADDRESS', 'account'],
        ['REJECTED_NETWORK', 6, 'EC_DEST_ADDRESS_BLACKLISTED', 'EC_DEST_ADDRESS_BLACKLISTED', 'account'],
        ['REJECTED_NETWORK', 6, 'EC_CONTENT_BLOCKED', 'EC_CONTENT_BLOCKED', undefined],
        ['REJECTED_NETWORK', 6, 'EC_SC_BLOCKED_BY_END_USER', 'EC_SC_BLOCKED_BY_END_USER', undefined],
      ] as const
    ).map(([name, id, reason, detail, reach]) => ({
      what: `a receipt that says ${name} (${id}) for ${reason}, an opt-out`,
      request: reports({ status: status('REJECTED', name, id), error: error(reason) }),
      events: [{ ...REPORTED, state: 'undelivered' as const, detail, because: 'opted-out' as const, reach }],
    })),
    {
      what: 'a receipt that says REJECTED_DESTINATION, of a number that is none',
      request: reports({ status: status('REJECTED', 'REJECTED_DESTINATION', 52) }),
      events: [{ ...REPORTED, state: 'undelivered', detail: 'REJECTED_DESTINATION' }],
    },
    {
      what: 'a receipt of a reply',
      request: reports({ callbackData: 'stopgate-reply=EVENT%23infobip%231&stopgate-from=12345' }),
      events: [{ ...REPORTED, sender: '12345', ref: { kind: 'reply', messageId: 'EVENT#infobip#1' } }],
    },
    {
      what: 'a receipt of a status that is none',
      request: reports({ status: status('constructor', 'constructor') }),
      events: [],
    },
    { what: 'a receipt of a message that is not ours', request: reports({ callbackData: 'theirs' }), events: [] },
    { what: 'a receipt without a reference', request: reports({ callbackData: undefined }), events: [] },
  ],
  unreadable: [
    { what: 'no JSON', request: called('STOP') },
    { what: 'nothing', request: called('') },
    { what: 'no object', request: called('null') },
    { what: 'no results', request: called('{}') },
    { what: 'results that are no list', request: called(JSON.stringify({ results: INBOUND })) },
    { what: 'a text without an id', request: receives({ messageId: undefined }) },
    { what: 'a text with an id that would not fit in a key', request: receives({ messageId: 'a#b' }) },
    { what: 'a text from no number', request: receives({ from: 'somebody' }) },
    { what: 'a text to nobody', request: receives({ to: '' }) },
    { what: 'a receipt without an id', request: reports({ messageId: '' }) },
    { what: 'a receipt for no number', request: reports({ to: 'somebody' }) },
    { what: 'several of which none can be read', request: calls(7, { ...INBOUND, to: '' }) },
  ],
  forged: [
    { what: 'no headers', request: { ...receives(), headers: {} } },
    { what: 'another password', request: called('{"results":[]}', { user: 'stopgate', password: 'another' }) },
    { what: 'another user', request: called('{"results":[]}', { ...USER, user: 'somebody' }) },
    {
      what: 'the key of the API',
      request: { ...receives(), headers: { authorization: `App ${ACCESS.apiKey}` } },
    },
    {
      what: 'headers of which the secret knows nothing',
      request: { ...receives(), headers: { 'x-stopgate': 'undefined', undefined: '' } },
    },
  ],
  stale: [],
  lateRetries: [
    { what: 'a text of a week ago, since nothing says when it was called', request: receives(), now: NOW + 7 * 864e5 },
  ],
  covers: ['header:authorization'],

  accepted: (id) => ({
    status: 200,
    body: JSON.stringify({
      bulkId: 'bulk-1',
      messages: [{ messageId: id, status: status('PENDING', 'PENDING_ACCEPTED', 26), destination: RECIPIENT.slice(1) }],
    }),
  }),
  senseless: [
    '',
    '{}',
    'null',
    '[]',
    '7',
    '{"messages":[]}',
    '{"messages":{}}',
    '{"messages":[{"messageId":7}]}',
    '{"messages":[{"messageId":""}]}',
    '{"messageId":"id-1"}',
    '{"messages":[{"messageId":"id',
    '<html>',
  ],
  refusals: [
    ...(
      [
        ['REJECTED_DND', rejected('opted-out', 'REJECTED_DND', 'account')],
        ['REJECTED_DESTINATION_BLOCKLISTED', rejected('opted-out', 'REJECTED_DESTINATION_BLOCKLISTED', 'account')],
        ['REJECTED_DESTINATION', rejected('invalid-destination', 'REJECTED_DESTINATION')],
        ['REJECTED_PREFIX_MISSING', rejected('invalid-destination', 'REJECTED_PREFIX_MISSING')],
        ['MISSING_TO', rejected('invalid-destination', 'MISSING_TO')],
        ['REJECTED_MESSAGE_TOO_LONG', rejected('bad-content', 'REJECTED_MESSAGE_TOO_LONG')],
        ['SIGNALS_BLOCKED', rejected('blocked', 'SIGNALS_BLOCKED')],
        ['REJECTED_NOT_ENOUGH_CREDITS', rejected('over-quota', 'REJECTED_NOT_ENOUGH_CREDITS')],
        ['REJECTED_PREPAID_PACKAGE_EXPIRED', rejected('over-quota', 'REJECTED_PREPAID_PACKAGE_EXPIRED')],
        ['REJECTED_FLOODING_FILTER', throttled('REJECTED_FLOODING_FILTER')],
        ['REJECTED_SYSTEM_ERROR', transient('REJECTED_SYSTEM_ERROR')],
        ['REJECTED_NETWORK', rejected('misconfigured', 'REJECTED_NETWORK')],
        ['REJECTED_SOURCE', rejected('misconfigured', 'REJECTED_SOURCE')],
        ['REJECTED_OF_A_NEW_KIND', rejected('misconfigured', 'REJECTED_OF_A_NEW_KIND')],
      ] as const
    ).map(([name, outcome]): Refusal => [`200 with ${name}`, answersStatus('REJECTED', name), outcome]),
    [
      '200 with REJECTED_DESTINATION by its old id',
      answersStatus('REJECTED', 'REJECTED_DESTINATION', {}, 14),
      rejected('opted-out', 'REJECTED_DESTINATION_BLOCKLISTED', 'account'),
    ],
    [
      '200 with REJECTED_DUPLICATE_MESSAGE_ID, which it has already',
      answersStatus('REJECTED', 'REJECTED_DUPLICATE_MESSAGE_ID'),
      { kind: 'accepted', carrierMessageId: ID },
    ],
    [
      '200 with REJECTED_DUPLICATE_MESSAGE_ID and no id',
      answersStatus('REJECTED', 'REJECTED_DUPLICATE_MESSAGE_ID', { messageId: undefined }),
      unknown('an answer without an id'),
    ],
    [
      '200 with an error that is not permanent',
      answersStatus('UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', { error: error('EC_SYSTEM_FAILURE', false) }),
      transient('EC_SYSTEM_FAILURE'),
    ],
    [
      '200 with an error that is permanent',
      answersStatus('UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', { error: error('EC_SYSTEM_FAILURE') }),
      rejected('misconfigured', 'EC_SYSTEM_FAILURE'),
    ],
    [
      '200 with an opt-out as its error',
      answersStatus('UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', { error: error('EC_CONTENT_BLOCKED') }),
      rejected('opted-out', 'EC_CONTENT_BLOCKED'),
    ],
    ['200 with EXPIRED', answersStatus('EXPIRED', 'EXPIRED_EXPIRED'), rejected('misconfigured', 'EXPIRED_EXPIRED')],
    ['200 with a name that is a number', answersStatus('REJECTED', RECIPIENT), rejected('misconfigured', 'refused')],
    [
      'E400 for the recipient',
      refuses(400, 'E400', 'messages[0].destinations[0].to'),
      rejected('invalid-destination', 'E400'),
    ],
    ['E400 for the text', refuses(400, 'E400', 'messages[0].content.text'), rejected('bad-content', 'E400')],
    ['E400 for the sender', refuses(400, 'E400', 'messages[0].sender'), rejected('misconfigured', 'E400')],
    ['E400', refuses(400, 'E400'), rejected('misconfigured', 'E400')],
    ['E403', refuses(403, 'E403'), rejected('misconfigured', 'E403')],
    ['E401, a key that is being rotated perhaps', refuses(401, 'E401'), transient('E401')],
    ['UNAUTHORIZED in the other shape', refusesAsBefore(401, 'UNAUTHORIZED'), transient('UNAUTHORIZED')],
    ['BAD_REQUEST in the other shape', refusesAsBefore(400, 'BAD_REQUEST'), rejected('misconfigured', 'BAD_REQUEST')],
    ['E429', refuses(429, 'E429'), throttled('E429')],
    ['429 without Infobip’s JSON', answers(429, 'slow down'), throttled('429')],
    ['Retry-After', refuses(429, 'E429', undefined, { 'retry-after': '7' }), throttled('E429', 7_000)],
    ['503 with Retry-After', answers(503, '', { 'retry-after': '5' }), transient('503', 5_000)],
    ['E500, where Infobip itself says that it failed', refuses(500, 'E500'), transient('E500')],
    ['500 without Infobip’s JSON', answers(500, 'oops'), unknown('500')],
    ['a code that is a number of somebody', refuses(400, RECIPIENT.slice(1)), transient('400')],
    ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
  ],

  readSend({ body: sent }) {
    const [{ sender, destinations, content }] = JSON.parse(sent).messages;
    const from = /^\d{9,}$/.test(sender) ? `+${sender}` : sender;
    return { from, to: `+${destinations[0].to}`, body: content.text };
  },
  deliveredAfter({ body }, messageId) {
    const [{ destinations, webhooks }] = JSON.parse(body).messages;
    return reports({ messageId, to: destinations[0].to, sender: undefined, callbackData: webhooks.callbackData });
  },
};
