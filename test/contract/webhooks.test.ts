import fc from 'fast-check';
import twilioSdk from 'twilio';
import { parseSmsEvent, parseTwoWayMessage } from '../../shared/carriers/aws/notifications.ts';
import { type CarrierEvent, UnreadableEvent, type WebhookRequest } from '../../shared/carriers/carrier.ts';
import { sendingByRest } from '../../shared/carriers/rest.ts';
import { api } from '../../shared/carriers/twilio/api.ts';
import { webhook as twilio } from '../../shared/carriers/twilio/webhook.ts';
import { webhookOf } from '../../shared/carriers/webhooks.ts';
import { answers, startLoopbackCarrier } from './loopback-carrier.ts';

const RECIPIENT = '+12025550170';
const SENDER = '+12025550100';
const URL_OF_WEBHOOK = 'https://stopgate.example/webhooks/twilio';
const AUTH_TOKEN = 'a token of the tests';
const SECRET = { accountSid: `AC${'0'.repeat(32)}`, authTokens: [AUTH_TOKEN] };
const SID = `SM${'0'.repeat(32)}`;

type Form = Record<string, string>;

/** A request as Twilio makes it, signed by Twilio's own SDK. */
function twilioCalls(form: Form, { url = URL_OF_WEBHOOK, method = 'POST' } = {}): WebhookRequest {
  const encoded = new URLSearchParams(form).toString();
  const isGet = method === 'GET';
  const called = isGet ? `${url}${url.includes('?') ? '&' : '?'}${encoded}` : url;
  return {
    method,
    url: called,
    headers: {
      ...(!isGet && { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
      'x-twilio-signature': twilioSdk.getExpectedTwilioSignature(AUTH_TOKEN, called, isGet ? {} : form),
    },
    rawBody: Buffer.from(isGet ? '' : encoded),
  };
}

/** What a request says, once it is known to be genuine. */
function hear(request: WebhookRequest): readonly CarrierEvent[] {
  expect(twilio.verify(request, SECRET, Date.now())).toBe('genuine');
  return twilio.parse(request);
}
const problemOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableEvent);
    return (error as Error).message;
  }
  return 'no problem';
};

const INBOUND: Form = {
  ToCountry: 'US',
  ToState: 'DC',
  SmsMessageSid: SID,
  NumMedia: '0',
  SmsSid: SID,
  SmsStatus: 'received',
  Body: 'STOP',
  FromCountry: 'US',
  To: SENDER,
  NumSegments: '1',
  MessageSid: SID,
  AccountSid: SECRET.accountSid,
  From: RECIPIENT,
  ApiVersion: '2010-04-01',
};
const HEARD = {
  kind: 'message',
  carrier: 'twilio',
  carrierMessageId: SID,
  recipient: RECIPIENT,
  sender: SENDER,
  text: 'STOP',
};
const RECEIPT: Form = {
  SmsSid: SID,
  SmsStatus: 'delivered',
  MessageStatus: 'delivered',
  To: RECIPIENT,
  MessageSid: SID,
  AccountSid: SECRET.accountSid,
  From: SENDER,
  ApiVersion: '2010-04-01',
};
const CALLBACK = `${URL_OF_WEBHOOK}?stopgate-message=spring%3A1`;
const REPORTED = {
  kind: 'receipt',
  carrier: 'twilio',
  carrierMessageId: SID,
  recipient: RECIPIENT,
  sender: SENDER,
  ref: { kind: 'message', messageId: 'spring:1' },
  state: 'delivered',
};

describe('the carriers that call a webhook', () => {
  it('are known by their names, and no other name leads to one', async () => {
    expect(await webhookOf('twilio')).toBe(twilio);
    for (const name of ['', 'Twilio', 'aws', 'constructor', '__proto__', 'hasOwnProperty']) {
      expect(await webhookOf(name)).toBeUndefined();
    }
  });

  it('are answered without a reply, which has a queue of its own', () => {
    expect(twilio.answer).toEqual({
      contentType: 'text/xml',
      body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    });
  });
});

describe('a text that Twilio hands on', () => {
  test.each(['POST', 'GET'])('is heard by %s', (method) => {
    expect(hear(twilioCalls(INBOUND, { method }))).toEqual([HEARD]);
  });

  test.each([
    '',
    ' ',
    'Stop, please!',
    'a&b=c',
    '100 %',
    'Ärger 📣',
    '\u200bSTOP\u200b',
    "It's",
    'line\r\nline',
    '<Response/>',
  ])('is heard letter by letter: %j', (text) => {
    for (const method of ['POST', 'GET']) {
      expect(hear(twilioCalls({ ...INBOUND, Body: text }, { method }))).toEqual([{ ...HEARD, text }]);
    }
  });

  it('is heard letter by letter, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 160 }), fc.constantFrom('POST', 'GET'), (text, method) => {
        expect(hear(twilioCalls({ ...INBOUND, Body: text }, { method }))).toEqual([{ ...HEARD, text }]);
      }),
    );
  });

  it('is heard in full by GET though a question mark in it was not escaped', () => {
    const request = twilioCalls({ ...INBOUND, Body: 'who?me' }, { method: 'GET' });
    const url = request.url.replace('who%3Fme', 'who?me');
    const signature = twilioSdk.getExpectedTwilioSignature(AUTH_TOKEN, url, {});
    const unescaped = { ...request, url, headers: { 'x-twilio-signature': signature } };
    expect(hear(unescaped)).toEqual([{ ...HEARD, text: 'who?me' }]);
  });

  test.each([
    ['STOP', 'opt-out'],
    ['START', 'opt-in'],
    ['HELP', 'help'],
    ['stop', undefined],
    ['OTHER', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('carries what Twilio took it for: OptOutType %j', (OptOutType, carrierIntent) => {
    expect(hear(twilioCalls({ ...INBOUND, OptOutType }))).toEqual([{ ...HEARD, carrierIntent }]);
  });

  it('is a text and no receipt though it says that it was received', () => {
    expect(hear(twilioCalls({ ...INBOUND, MessageStatus: 'received' }))).toEqual([HEARD]);
  });

  it('is heard by a short code, and by a query of its own', () => {
    const request = twilioCalls({ ...INBOUND, To: '12345' }, { url: `${URL_OF_WEBHOOK}?account=globex` });
    expect(hear(request)).toEqual([{ ...HEARD, sender: '12345' }]);
  });

  test.each<[string, Form, string]>([
    ['without an id', { MessageSid: '' }, 'MessageSid'],
    ['with an id that would not fit in a key', { MessageSid: 'SM#1' }, 'MessageSid'],
    ['with an id that is too long', { MessageSid: 'S'.repeat(129) }, 'MessageSid'],
    ['from WhatsApp', { From: `whatsapp:${RECIPIENT}`, To: `whatsapp:${SENDER}` }, 'From, To'],
    ['from a name', { From: 'Shop' }, 'From'],
    ['from nobody', { From: '' }, 'From'],
    ['to nobody', { To: '' }, 'To'],
  ])('is not readable %s, and nothing of it is said but the fields', (_, change, fields) => {
    expect(problemOf(() => hear(twilioCalls({ ...INBOUND, ...change })))).toBe(`missing or wrong: ${fields}`);
  });

  test.each(['MessageSid', 'From', 'To', 'Body'])('is not readable without %s', (field) => {
    const { [field]: _, ...rest } = INBOUND;
    expect(problemOf(() => hear(twilioCalls(rest)))).toBe(`missing or wrong: ${field}`);
  });

  test.each([
    ['JSON', '{"Body":"STOP"}'],
    ['nothing', ''],
    ['bytes', '\u0000\ufffd&&=&%'],
    ['a prototype', '__proto__=1&constructor=2'],
  ])('is not readable when its body is %s', (_, body) => {
    const request = { ...twilioCalls(INBOUND), rawBody: Buffer.from(body) };
    expect(problemOf(() => twilio.parse(request))).toBe('missing or wrong: MessageSid, From, To, Body');
  });

  it('is read or refused as unreadable, and nothing else is thrown, whatever is signed', () => {
    const name = fc.constantFrom(...Object.keys({ ...INBOUND, ...RECEIPT }), 'OptOutType', 'ErrorCode', '__proto__');
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(RECIPIENT, SENDER, SID, 'sent'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.constantFrom(URL_OF_WEBHOOK, CALLBACK), (fields, url) => {
        const rawBody = Buffer.from(new URLSearchParams(fields).toString());
        const problem = problemOf(() => twilio.parse({ method: 'POST', url, headers: {}, rawBody }));
        expect(problem).toMatch(/^(no problem|missing or wrong: [A-Za-z]+(, [A-Za-z]+)*)$/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a receipt of Twilio', () => {
  test.each([
    ['accepted', 'accepted'],
    ['scheduled', 'accepted'],
    ['queued', 'accepted'],
    ['sending', 'accepted'],
    ['sent', 'accepted'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['partially_delivered', 'delivered'],
    ['undelivered', 'undelivered'],
    ['failed', 'undelivered'],
    ['canceled', 'undelivered'],
  ])('reports what %s means', (MessageStatus, state) => {
    for (const method of ['POST', 'GET']) {
      const request = twilioCalls({ ...RECEIPT, MessageStatus }, { url: CALLBACK, method });
      expect(hear(request)).toEqual([{ ...REPORTED, state }]);
    }
  });

  test.each(['receiving', 'unheard-of', 'Delivered', '', 'constructor', '__proto__', 'toString'])(
    'says nothing by the status %j',
    (MessageStatus) => {
      expect(hear(twilioCalls({ ...RECEIPT, MessageStatus }, { url: CALLBACK }))).toEqual([]);
    },
  );

  test.each<[string, string, object | undefined]>([
    ['a message', 'stopgate-message=spring%3A1', { kind: 'message', messageId: 'spring:1' }],
    ['a reply', 'stopgate-reply=EVENT%23twilio%23SM1', { kind: 'reply', messageId: 'EVENT#twilio#SM1' }],
    ['a message beside other parameters', 'a=b?c&stopgate-message=m', { kind: 'message', messageId: 'm' }],
    ['none of ours', 'a=b', undefined],
    ['none, for want of an id', 'stopgate-message=', undefined],
    ['none, for want of a query', '', undefined],
  ])('is about %s', (_, query, ref) => {
    const events = hear(twilioCalls(RECEIPT, { url: `${URL_OF_WEBHOOK}${query && `?${query}`}` }));
    expect(events).toEqual(ref ? [{ ...REPORTED, ref }] : []);
  });

  test.each([
    ['21610', 'opted-out'],
    ['30005', 'invalid-destination'],
    ['30007', 'blocked'],
    ['30034', 'misconfigured'],
    ['30003', undefined],
    ['99999', undefined],
    ['none', undefined],
    ['', undefined],
  ])('says why it was not delivered, by the code %j', (ErrorCode, because) => {
    const form = { ...RECEIPT, MessageStatus: 'undelivered', ErrorCode };
    expect(hear(twilioCalls(form, { url: CALLBACK }))).toEqual([
      { ...REPORTED, state: 'undelivered', detail: ErrorCode, because },
    ]);
  });

  test.each<[string, Form, string]>([
    ['without an id', { MessageSid: '' }, 'MessageSid'],
    ['for WhatsApp', { From: `whatsapp:${SENDER}`, To: `whatsapp:${RECIPIENT}` }, 'To, From'],
    ['for nobody', { To: '' }, 'To'],
  ])('is not readable %s', (_, change, fields) => {
    expect(problemOf(() => hear(twilioCalls({ ...RECEIPT, ...change }, { url: CALLBACK })))).toBe(
      `missing or wrong: ${fields}`,
    );
  });

  test.each([
    { kind: 'message', account: 'acme', to: RECIPIENT, messageId: 'A-Z_a.z:0-9' },
    { kind: 'reply', account: 'acme', to: RECIPIENT, messageId: 'EVENT#twilio#SM 1&2?3' },
  ] as const)('comes back to the address that its message was sent with: $kind', async (ref) => {
    const carrier = await startLoopbackCarrier();
    carrier.behaviour = answers(201, `{"sid":"${SID}"}`);
    const publicUrl = new URL(URL_OF_WEBHOOK).origin;
    const options = {
      carrier: 'twilio',
      apiUrl: carrier.url,
      publicUrl,
      secret: async () => SECRET,
      timeoutMs: 10_000,
      clock: Date.now,
    };

    await sendingByRest(api, options).send({ ref, from: SENDER, body: 'Hello', category: 'promotional' });
    await carrier.close();

    const url = new URLSearchParams(carrier.received[0]?.body).get('StatusCallback') ?? '';
    expect(hear(twilioCalls(RECEIPT, { url }))).toEqual([
      { ...REPORTED, ref: { kind: ref.kind, messageId: ref.messageId } },
    ]);
  });
});

const PUBLISHED_AT = '2026-11-23T12:00:00.000Z';
const TWO_WAY = {
  originationNumber: RECIPIENT,
  destinationNumber: SENDER,
  messageKeyword: 'KEYWORD_000000000000',
  messageBody: 'STOP',
  inboundMessageId: 'cae173d2-66b9-564c-8309-21f858e9fb84',
  previousPublishedMessageId: 'wJalrXUtnFEMI',
};
const SMS_EVENT = {
  eventType: 'TEXT_DELIVERED',
  eventVersion: '1.0',
  eventTimestamp: 1_795_435_200_000,
  isFinal: true,
  originationPhoneNumber: SENDER,
  destinationPhoneNumber: RECIPIENT,
  isoCountryCode: 'US',
  mcc: '310',
  mnc: '800',
  messageId: '567910fb-9e4e-4ff9-9e39-ebaa6ab9e3a5',
  messageRequestTimestamp: 1_795_435_199_000,
  messageEncoding: 'GSM',
  messageType: 'TRANSACTIONAL',
  messageStatus: 'DELIVERED',
  messageStatusDescription: 'Message has been accepted by phone',
  context: { 'stopgate-message': 'spring:1', account: 'acme' },
  totalMessageParts: 1,
  totalMessagePrice: 0.00581,
  totalCarrierFee: 0.003,
};
const parseTwoWay = (payload: unknown) => parseTwoWayMessage(JSON.stringify(payload), PUBLISHED_AT);
const parseEvent = (payload: unknown) => parseSmsEvent(JSON.stringify(payload));

describe('a text to a number of AWS End User Messaging', () => {
  const heard = {
    kind: 'message',
    carrier: 'aws',
    carrierMessageId: TWO_WAY.inboundMessageId,
    recipient: RECIPIENT,
    sender: SENDER,
    text: 'STOP',
    sentAt: PUBLISHED_AT,
  };

  it('is heard with the time at which it was published, the only one there is', () => {
    expect(parseTwoWay(TWO_WAY)).toEqual(heard);
  });

  it('is heard letter by letter, with what is optional or not', () => {
    const { previousPublishedMessageId: _, messageKeyword: __, ...required } = TWO_WAY;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseTwoWay({ ...required, messageBody: text })).toEqual({ ...heard, text });
      }),
    );
  });

  test.each<[string, unknown]>([
    ['originationNumber', 'Shop'],
    ['originationNumber', 12025550170],
    ['destinationNumber', ''],
    ['messageBody', null],
    ['inboundMessageId', ''],
    ['inboundMessageId', 'x'.repeat(129)],
  ])('is not readable when its %s is %j', (field, value) => {
    expect(problemOf(() => parseTwoWay({ ...TWO_WAY, [field]: value }))).toBe(`missing or wrong: ${field}`);
  });

  test.each(['', 'STOP', '{'])('is not readable when it is %j', (text) => {
    expect(problemOf(() => parseTwoWayMessage(text, PUBLISHED_AT))).toBe('not JSON');
  });
});

describe('a delivery event of AWS End User Messaging', () => {
  const reported = {
    kind: 'receipt',
    carrier: 'aws',
    carrierMessageId: SMS_EVENT.messageId,
    recipient: RECIPIENT,
    sender: SENDER,
    ref: { kind: 'message', messageId: 'spring:1' },
    state: 'delivered',
  };

  test.each([
    ['TEXT_QUEUED', 'accepted'],
    ['TEXT_PENDING', 'accepted'],
    ['TEXT_SENT', 'accepted'],
    ['TEXT_SUCCESSFUL', 'accepted'],
    ['TEXT_UNKNOWN', 'accepted'],
    ['TEXT_DELIVERED', 'delivered'],
    ['TEXT_INVALID', 'undelivered'],
    ['TEXT_INVALID_MESSAGE', 'undelivered'],
    ['TEXT_UNREACHABLE', 'undelivered'],
    ['TEXT_CARRIER_UNREACHABLE', 'undelivered'],
    ['TEXT_BLOCKED', 'undelivered'],
    ['TEXT_CARRIER_BLOCKED', 'undelivered'],
    ['TEXT_SPAM', 'undelivered'],
    ['TEXT_PROTECT_BLOCKED', 'undelivered'],
    ['TEXT_TTL_EXPIRED', 'undelivered'],
  ])('reports what %s means', (eventType, state) => {
    const detail = state === 'undelivered' ? eventType : undefined;
    expect(parseEvent({ ...SMS_EVENT, eventType })).toEqual({ ...reported, state, detail });
  });

  test.each(['VOICE_COMPLETED', 'MEDIA_DELIVERED', 'TEXT_UNHEARD_OF', '', 'constructor', '__proto__', 'toString'])(
    'says nothing by the type %j',
    (eventType) => {
      expect(parseEvent({ ...SMS_EVENT, eventType })).toBeUndefined();
    },
  );

  test.each<[string, unknown, object | undefined]>([
    ['a message', { 'stopgate-message': 'm' }, { kind: 'message', messageId: 'm' }],
    ['a reply', { 'stopgate-reply': 'EVENT#aws#1' }, { kind: 'reply', messageId: 'EVENT#aws#1' }],
    ['none of ours', { campaign: 'spring' }, undefined],
    ['none, for want of an id', { 'stopgate-message': '' }, undefined],
    ['none, for want of a context', undefined, undefined],
    ['none, by an empty context', {}, undefined],
  ])('is about %s', (_, context, ref) => {
    expect(parseEvent({ ...SMS_EVENT, context })).toEqual(ref && { ...reported, ref });
  });

  test.each<[string, unknown]>([
    ['eventType', undefined],
    ['messageId', ''],
    ['originationPhoneNumber', undefined],
    ['destinationPhoneNumber', 'somebody'],
    ['context', { 'stopgate-message': 7 }],
    ['context', []],
  ])('is not readable when its %s is %j', (field, value) => {
    expect(problemOf(() => parseEvent({ ...SMS_EVENT, [field]: value }))).toBe(`missing or wrong: ${field}`);
  });

  it('is not readable when it is no JSON, or no object', () => {
    expect(problemOf(() => parseSmsEvent('STOP'))).toBe('not JSON');
    for (const text of ['null', '[]', '"STOP"', '7'])
      expect(problemOf(() => parseSmsEvent(text))).not.toBe('no problem');
  });
});
