import './one-realm.ts';
import { once } from 'node:events';
import fc from 'fast-check';
import { sendingThroughAws } from '../../shared/carriers/aws/send.ts';
import type { CarrierSending, OutgoingMessage } from '../../shared/carriers/carrier.ts';
import { CARRIER_NAMES } from '../../shared/carriers/registry.ts';
import { sendingByRest } from '../../shared/carriers/rest.ts';
import { createSendings } from '../../shared/carriers/sendings.ts';
import { sendingThroughSns } from '../../shared/carriers/sns/send.ts';
import { api as twilioApi } from '../../shared/carriers/twilio/api.ts';
import type { Outcome, Rejection } from '../../shared/messages/outcome.ts';
import { type AwsSettings, createSms, createSns } from '../../shared/runtime/clients.ts';
import {
  answers,
  type Behaviour,
  hangsUp,
  isCutAfter,
  type LoopbackCarrier,
  neverEndsAfter,
  nobodyListening,
  resets,
  startLoopbackCarrier,
  staysSilent,
} from './loopback-carrier.ts';

const NOW = Date.parse('2026-11-23T12:00:00.000Z');
/** Long enough for a request to be written on a slow machine, short enough to wait for. */
const TIMEOUT_MS = 750;
const RECIPIENT = '+12025550170';
const TOKENS = ['first token', 'second token'];
const ACCOUNT_SID = `AC${'0'.repeat(32)}`;

const message = (change: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  ref: { kind: 'message', account: 'acme', to: RECIPIENT, messageId: 'spring:1' },
  from: '+12025550100',
  body: 'Hello & <welcome> +1 100 % "Ärger" 📣',
  category: 'promotional',
  ...change,
});
const REPLY_REF = { kind: 'reply', account: 'acme', to: RECIPIENT, messageId: 'EVENT#twilio#SM1' } as const;

// What comes of an error.
const rejected = (because: Rejection, detail: string): Outcome => ({ kind: 'rejected', because, detail });
const transient = (detail: string): Outcome => ({ kind: 'later', because: 'transient', detail });
const throttled = (detail: string, retryAfterMs?: number): Outcome => ({
  kind: 'later',
  because: 'throttled',
  detail,
  ...(retryAfterMs && { retryAfterMs }),
});
const unknown = (detail: string): Outcome => ({ kind: 'unknown', detail });

/** One row of a carrier's table: what it answers and what that comes to. */
type Refusal = readonly [what: string, behaviour: Behaviour, outcome: Outcome];

interface Carrier {
  readonly name: string;
  readonly create: (url: string) => CarrierSending;
  /** The answer by which it takes a message. */
  readonly accepted: (carrierMessageId: string) => string;
  /** Answers of success that hold no id of a message. */
  readonly senseless: readonly string[];
  readonly refusals: readonly Refusal[];
}

// Every error that the carrier documents for a send, in its own wire format, with a number in its text.
const TEXT = `about ${RECIPIENT}`;
const twilioAnswers = (status: number, code: number, headers?: Record<string, string>): Behaviour =>
  answers(status, JSON.stringify({ code, message: TEXT, more_info: 'https://www.twilio.com', status }), headers);
const awsAnswers = (status: number, name: string, Reason?: string): Behaviour =>
  answers(status, JSON.stringify({ __type: `com.amazonaws.pinpointsmsvoicev2#${name}`, Message: TEXT, Reason }), {
    'content-type': 'application/x-amz-json-1.0',
  });
const snsAnswers = (status: number, code: string, text = TEXT): Behaviour =>
  answers(
    status,
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    { 'content-type': 'text/xml' },
  );

const TWILIO_REJECTIONS: readonly (readonly [Rejection, readonly number[]])[] = [
  ['opted-out', [21610]],
  ['invalid-destination', [21211, 21612, 21614, 30005, 30006]],
  ['bad-content', [21602, 21617]],
  ['blocked', [30004, 30007]],
  ['misconfigured', [21212, 21408, 21603, 21606, 21608, 21703, 21704, 21705, 30002, 30018, 30024, 30032, 30034]],
  ['over-quota', [30023, 30027]],
];
const AWS_REASONS: readonly (readonly [Rejection, string, readonly string[]])[] = [
  ['opted-out', 'ConflictException', ['DESTINATION_PHONE_NUMBER_OPTED_OUT']],
  [
    'blocked',
    'ConflictException',
    [
      'DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION',
      'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE',
    ],
  ],
  ['blocked', 'ValidationException', ['DESTINATION_COUNTRY_BLOCKED']],
  ['invalid-destination', 'ValidationException', ['INVALID_PARAMETER']],
  [
    'misconfigured',
    'ConflictException',
    [
      'DESTINATION_PHONE_NUMBER_NOT_VERIFIED',
      'NO_ORIGINATION_IDENTITIES_FOUND',
      'NUMBER_CAPABILITIES_MISMATCH',
      'RESOURCE_NOT_ACTIVE',
      'constructor',
      '__proto__',
    ],
  ],
  ['misconfigured', 'ValidationException', ['PRICE_OVER_THRESHOLD', 'SENDER_ID_REQUIRES_REGISTRATION']],
  ['misconfigured', 'AccessDeniedException', ['ACCOUNT_DISABLED', 'INSUFFICIENT_ACCOUNT_REPUTATION']],
  ['over-quota', 'ServiceQuotaExceededException', ['MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT']],
];

const awsAt = (url: string): AwsSettings => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'any' },
  endpoints: { dynamodb: url, sqs: url, sns: url, sms: url },
});
const twilioAt = (url: string, secret: () => Promise<unknown>) =>
  sendingByRest(twilioApi, {
    carrier: 'twilio',
    apiUrl: url,
    publicUrl: 'https://stopgate.example',
    secret,
    timeoutMs: TIMEOUT_MS,
    clock: () => NOW,
  });

const CARRIERS: readonly Carrier[] = [
  {
    name: 'twilio',
    create: (url) => twilioAt(url, async () => ({ accountSid: ACCOUNT_SID, authTokens: TOKENS })),
    accepted: (sid) => JSON.stringify({ sid, status: 'queued', error_code: null, num_segments: '1' }),
    senseless: ['', '{}', 'null', '[]', '7', '"SM1"', '{"sid":7}', '{"sid":""}', '{"sid":null}', '{"sid":', '<html>'],
    refusals: [
      ...TWILIO_REJECTIONS.flatMap(([because, codes]) =>
        codes.map((code): Refusal => [`${code}`, twilioAnswers(400, code), rejected(because, `${code}`)]),
      ),
      ...[14107, 21611, 30001, 30003, 30008, 30017, 30022, 30410, 63018].map(
        (code): Refusal => [`${code}`, twilioAnswers(400, code), transient(`${code}`)],
      ),
      ['20429', twilioAnswers(429, 20429), throttled('20429')],
      ['429 without Twilio’s JSON', answers(429, 'slow down'), throttled('429')],
      ['Retry-After in seconds', twilioAnswers(429, 20429, { 'retry-after': '7' }), throttled('20429', 7_000)],
      [
        'Retry-After as a date',
        twilioAnswers(429, 20429, { 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT' }),
        throttled('20429', 30_000),
      ],
      ...['0', '-7', 'soon', '', 'Mon, 23 Nov 2026 11:59:59 GMT', 'NaN'].map(
        (hint): Refusal => [
          `Retry-After of ${hint}`,
          twilioAnswers(429, 20429, { 'retry-after': hint }),
          throttled('20429'),
        ],
      ),
      [
        '503 with Retry-After',
        answers(503, '', { 'retry-after': '5' }),
        { kind: 'later', because: 'transient', detail: '503', retryAfterMs: 5_000 },
      ],
      ['20003, a token that is being rotated perhaps', twilioAnswers(401, 20003), transient('20003')],
      ['401 without Twilio’s JSON', answers(401, ''), transient('401')],
      ['20404', twilioAnswers(404, 20404), rejected('misconfigured', '20404')],
      ['a code that we do not know', twilioAnswers(400, 99999), rejected('misconfigured', '99999')],
      ['a code that is no number', answers(400, '{"code":"21610"}'), transient('400')],
      ['the page of a proxy', answers(403, '<html>no</html>'), transient('403')],
      ['20500, where Twilio itself says that it failed', twilioAnswers(500, 20500), transient('20500')],
      ['500 without Twilio’s JSON', answers(500, 'oops'), unknown('500')],
    ],
  },
  {
    name: 'aws',
    create: (url) => sendingThroughAws({ client: createSms(awsAt(url)), timeoutMs: TIMEOUT_MS }),
    accepted: (MessageId) => JSON.stringify({ MessageId }),
    senseless: [
      '',
      '{}',
      'null',
      '[]',
      '{"MessageId":7}',
      '{"MessageId":""}',
      '{"MessageId":null}',
      '{"MessageId":',
      '<html>',
    ],
    refusals: [
      ...AWS_REASONS.flatMap(([because, name, reasons]) =>
        reasons.map(
          (reason): Refusal => [`${name} ${reason}`, awsAnswers(400, name, reason), rejected(because, reason)],
        ),
      ),
      ...['ConflictException', 'ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'].map(
        (name): Refusal => [`${name} without a reason`, awsAnswers(400, name), rejected('misconfigured', name)],
      ),
      [
        'ServiceQuotaExceededException',
        awsAnswers(400, 'ServiceQuotaExceededException'),
        rejected('over-quota', 'ServiceQuotaExceededException'),
      ],
      ['ThrottlingException', awsAnswers(400, 'ThrottlingException'), throttled('ThrottlingException')],
      ['InternalServerException', awsAnswers(500, 'InternalServerException'), transient('InternalServerException')],
      [
        'UnrecognizedClientException, before the message was looked at',
        awsAnswers(400, 'UnrecognizedClientException'),
        transient('UnrecognizedClientException'),
      ],
      [
        'ServiceUnavailableException, which its documents do not know',
        awsAnswers(503, 'ServiceUnavailableException'),
        unknown('ServiceUnavailableException'),
      ],
    ],
  },
  {
    name: 'sns',
    create: (url) => sendingThroughSns({ client: createSns(awsAt(url)), timeoutMs: TIMEOUT_MS }),
    accepted: (id) =>
      `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>`,
    senseless: [
      '',
      '{}',
      '<html>',
      '<PublishResponse/>',
      '<PublishResponse><PublishResult/></PublishResponse>',
      '<PublishResponse><PublishResult><MessageId/></PublishResult></PublishResponse>',
      '<PublishResponse><PublishResult><MessageId>1',
    ],
    refusals: [
      ...['OptedOut', 'OptedOutException'].map(
        (code): Refusal => [code, snsAnswers(400, code), rejected('opted-out', 'OptedOutException')],
      ),
      [
        'InvalidParameter of the number',
        snsAnswers(
          400,
          'InvalidParameter',
          `Invalid parameter: PhoneNumber Reason: ${RECIPIENT} is not valid to publish to`,
        ),
        rejected('invalid-destination', 'InvalidParameterException'),
      ],
      [
        'InvalidParameter of the text',
        snsAnswers(400, 'InvalidParameter', 'Invalid parameter: Message too long'),
        rejected('bad-content', 'InvalidParameterException'),
      ],
      [
        'InvalidParameterValue',
        snsAnswers(400, 'ParameterValueInvalid', 'no such type'),
        rejected('bad-content', 'InvalidParameterValueException'),
      ],
      ['Throttled', snsAnswers(429, 'Throttled'), throttled('ThrottledException')],
      ['Throttling', snsAnswers(400, 'Throttling'), throttled('Throttling')],
      ['ThrottlingException', snsAnswers(400, 'ThrottlingException'), throttled('ThrottlingException')],
      ['InternalError', snsAnswers(500, 'InternalError'), transient('InternalErrorException')],
      [
        'AuthorizationError',
        snsAnswers(403, 'AuthorizationError'),
        rejected('misconfigured', 'AuthorizationErrorException'),
      ],
      [
        'InvalidClientTokenId, before the message was looked at',
        snsAnswers(403, 'InvalidClientTokenId'),
        transient('InvalidClientTokenId'),
      ],
      [
        'ServiceUnavailable, which its documents do not know',
        snsAnswers(503, 'ServiceUnavailable'),
        unknown('ServiceUnavailable'),
      ],
    ],
  },
];

let carrier: LoopbackCarrier;

beforeEach(async () => {
  carrier = await startLoopbackCarrier();
});

afterEach(() => carrier.close());

/** What came of a message, and that it was handed over this many times: once, where nothing else is said. */
async function outcomeOf(sending: CarrierSending, behaviour: Behaviour, requests = 1): Promise<Outcome> {
  carrier.behaviour = behaviour;
  carrier.received.length = 0;
  const outcome = await sending.send(message());
  expect(carrier.received).toHaveLength(requests);
  expect(JSON.stringify(outcome)).not.toContain(RECIPIENT);
  return outcome;
}

describe.each(CARRIERS)('sending by $name', ({ create, accepted, senseless, refusals }) => {
  it('is accepted with the carrier’s id', async () => {
    const outcome = await outcomeOf(create(carrier.url), answers(200, accepted('id-1')));
    expect(outcome).toEqual({ kind: 'accepted', carrierMessageId: 'id-1' });
  });

  test.each(refusals)('comes to what the carrier means by %s', async (_, behaviour, outcome) => {
    expect(await outcomeOf(create(carrier.url), behaviour)).toEqual(outcome);
  });

  test.each(senseless)('is unknown after a success that names no message: %j', async (body) => {
    expect(await outcomeOf(create(carrier.url), answers(200, body))).toMatchObject({ kind: 'unknown' });
  });

  it('is unknown after a success without any content', async () => {
    expect(await outcomeOf(create(carrier.url), answers(204))).toEqual(unknown('an answer without an id'));
  });

  test.each([
    [502, '<html>bad gateway</html>'],
    [502, ''],
    [504, '<html>gateway timeout</html>'],
    [504, ''],
    [500, ''],
  ])('is unknown when a gateway in between fails with %i %j', async (status, body) => {
    expect(await outcomeOf(create(carrier.url), answers(status, body))).toMatchObject({ kind: 'unknown' });
  });

  test.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
    const sending = create(carrier.url);
    const elsewhere: Behaviour = (response, request) =>
      request.url === '/elsewhere'
        ? response.end(accepted('id-elsewhere'))
        : response.writeHead(status, { location: `${carrier.url}/elsewhere` }).end();
    expect(await outcomeOf(sending, elsewhere)).toMatchObject({ kind: 'unknown' });
  });

  test.each<[string, Behaviour]>([
    ['no answer comes in time', staysSilent],
    ['an answer begins in time but does not end', neverEndsAfter(accepted('id-1').slice(0, 10))],
    ['an answer is there in full but does not end', neverEndsAfter(accepted('id-1'))],
    ['the connection is closed', hangsUp],
    ['the connection is reset', resets],
    ['an answer is cut', isCutAfter(accepted('id-1').slice(0, 10))],
  ])('is unknown when, after the request was written, %s', async (_, behaviour) => {
    expect(await outcomeOf(create(carrier.url), behaviour)).toMatchObject({ kind: 'unknown' });
  });

  it('is to be tried again when nobody listens, since nothing has left', async () => {
    const sending = create(await nobodyListening());
    expect(await outcomeOf(sending, staysSilent, 0)).toEqual(transient('ECONNREFUSED'));
  });

  it('works again after a connection was lost, one request for each message', async () => {
    const sending = create(carrier.url);
    for (const lost of [hangsUp, resets]) {
      expect(await outcomeOf(sending, lost)).toMatchObject({ kind: 'unknown' });
      expect(await outcomeOf(sending, answers(200, accepted('id-2')))).toMatchObject({ kind: 'accepted' });
    }
  });

  it('hands over many messages at a time, each once', async () => {
    const sending = create(carrier.url);
    carrier.behaviour = answers(200, accepted('id-1'));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => sending.send(message())));
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(carrier.received).toHaveLength(20);
  });
});

describe('a request to Twilio', () => {
  const [twilio] = CARRIERS;
  const send = async (change: Partial<OutgoingMessage> = {}) => {
    carrier.behaviour = answers(201, twilio!.accepted('SM1'));
    expect(await twilio!.create(carrier.url).send(message(change))).toEqual({
      kind: 'accepted',
      carrierMessageId: 'SM1',
    });
    return carrier.received.at(-1)!;
  };

  it('is what its documents ask for', async () => {
    const { method, path, headers, body } = await send();

    expect([method, path]).toEqual(['POST', `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`]);
    expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded(;|$)/);
    const [scheme, credentials = ''] = headers.authorization?.split(' ') ?? [];
    expect(scheme).toBe('Basic');
    expect(Buffer.from(credentials, 'base64').toString()).toBe(`${ACCOUNT_SID}:${TOKENS[0]}`);
    expect([...new URLSearchParams(body)]).toEqual([
      ['To', RECIPIENT],
      ['From', '+12025550100'],
      ['Body', message().body],
      ['StatusCallback', 'https://stopgate.example/webhooks/twilio?stopgate-message=spring%3A1'],
    ]);
  });

  it('has the receipt of a reply come back as a reply’s', async () => {
    const { body } = await send({ ref: REPLY_REF });
    const callback = new URL(new URLSearchParams(body).get('StatusCallback') ?? '');
    expect([...callback.searchParams]).toEqual([['stopgate-reply', REPLY_REF.messageId]]);
  });

  it('keeps any body letter by letter', async () => {
    const sending = twilio!.create(carrier.url);
    carrier.behaviour = answers(201, twilio!.accepted('SM1'));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), async (body) => {
        await sending.send(message({ body }));
        expect(new URLSearchParams(carrier.received.at(-1)?.body).get('Body')).toBe(body);
      }),
      { numRuns: 50 },
    );
  });

  test.each<[string, () => Promise<unknown>]>([
    ['can’t be had', () => Promise.reject(new Error('no such secret'))],
    ['is none', async () => ({ token: 'x' })],
    ['has no token', async () => ({ accountSid: ACCOUNT_SID, authTokens: [] })],
  ])('is not made, and is made later, while the secret %s', async (_, secret) => {
    const outcome = await twilioAt(carrier.url, secret).send(message());
    expect(outcome).toEqual(transient('no secret'));
    expect(carrier.received).toEqual([]);
  });

  it('may be prepared by fetching the secret, and is not spoilt when that fails', async () => {
    let asked = 0;
    const secret = async () => {
      asked += 1;
      if (asked === 1) throw new Error('not now');
      return { accountSid: ACCOUNT_SID, authTokens: TOKENS };
    };
    const sending = twilioAt(carrier.url, secret);

    await sending.prepare?.();
    expect(asked).toBe(1);

    expect(await outcomeOf(sending, answers(201, twilio!.accepted('SM1')))).toMatchObject({ kind: 'accepted' });
  });

  it('does not read an answer without end to its end', async () => {
    let written = 0;
    const ended = new Promise<void>((resolve) => {
      carrier.behaviour = async (response) => {
        response.once('close', resolve);
        response.writeHead(200);
        const piece = Buffer.alloc(16 * 1_024, 'x');
        while (!response.destroyed && written < 256 * 1_024 * 1_024) {
          written += piece.length;
          if (!response.write(piece)) await Promise.race([once(response, 'drain'), ended]);
        }
      };
    });

    expect(await twilio!.create(carrier.url).send(message())).toEqual(unknown('an answer without an id'));

    await ended;
    // What both ends' buffers hold, and no more.
    expect(written).toBeLessThan(32 * 1_024 * 1_024);
  });
});

describe('a request to AWS End User Messaging', () => {
  const send = async (change: Partial<OutgoingMessage> = {}, configurationSet?: string) => {
    carrier.behaviour = answers(200, '{"MessageId":"id-1"}');
    const client = createSms(awsAt(carrier.url));
    await sendingThroughAws({ client, configurationSet }).send(message(change));
    return carrier.received.at(-1)!;
  };

  it('is what its documents ask for', async () => {
    const { method, path, headers, body } = await send({}, 'stopgate');

    expect([method, path]).toEqual(['POST', '/']);
    expect(headers['content-type']).toBe('application/x-amz-json-1.0');
    expect(headers['x-amz-target']).toBe('PinpointSMSVoiceV2.SendTextMessage');
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/sms-voice\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
    );
    expect(JSON.parse(body)).toEqual({
      DestinationPhoneNumber: RECIPIENT,
      OriginationIdentity: '+12025550100',
      MessageBody: message().body,
      MessageType: 'PROMOTIONAL',
      ConfigurationSetName: 'stopgate',
      Context: { 'stopgate-message': 'spring:1' },
    });
  });

  it('names no configuration set where there is none, and tells a reply from a message', async () => {
    const { body } = await send({ ref: REPLY_REF, category: 'transactional' });

    expect(JSON.parse(body)).toEqual({
      DestinationPhoneNumber: RECIPIENT,
      OriginationIdentity: '+12025550100',
      MessageBody: message().body,
      MessageType: 'TRANSACTIONAL',
      Context: { 'stopgate-reply': REPLY_REF.messageId },
    });
  });
});

describe('a request to Amazon SNS', () => {
  const send = async (change: Partial<OutgoingMessage> = {}) => {
    carrier.behaviour = answers(200, CARRIERS[2]!.accepted('id-1'));
    await sendingThroughSns({ client: createSns(awsAt(carrier.url)) }).send(message(change));
    return carrier.received.at(-1)!;
  };
  const attributesIn = (body: string): Record<string, string> => {
    const fields = new URLSearchParams(body);
    return Object.fromEntries(
      [1, 2, 3].flatMap((index) => {
        const entry = `MessageAttributes.entry.${index}`;
        const [name, type, value] = ['Name', 'Value.DataType', 'Value.StringValue'].map((part) =>
          fields.get(`${entry}.${part}`),
        );
        return name ? [[name, `${type} ${value}`]] : [];
      }),
    );
  };

  it('is what its documents ask for', async () => {
    const { method, path, headers, body } = await send();

    expect([method, path]).toEqual(['POST', '/']);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/sns\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
    );
    const fields = new URLSearchParams(body);
    expect(['Action', 'Version', 'PhoneNumber', 'Message'].map((name) => fields.get(name))).toEqual([
      'Publish',
      '2010-03-31',
      RECIPIENT,
      message().body,
    ]);
    expect(fields.has('TopicArn')).toBe(false);
  });

  test.each<[string, Partial<OutgoingMessage>, Record<string, string>]>([
    [
      'a promotional message from a number',
      {},
      { 'AWS.SNS.SMS.SMSType': 'String Promotional', 'AWS.MM.SMS.OriginationNumber': 'String +12025550100' },
    ],
    [
      'a transactional message from a short code',
      { category: 'transactional', from: '12345' },
      { 'AWS.SNS.SMS.SMSType': 'String Transactional', 'AWS.MM.SMS.OriginationNumber': 'String 12345' },
    ],
    [
      'a message from a sender ID',
      { from: 'Shop24' },
      { 'AWS.SNS.SMS.SMSType': 'String Promotional', 'AWS.SNS.SMS.SenderID': 'String Shop24' },
    ],
  ])('says what %s is and whom it is from', async (_, change, attributes) => {
    expect(attributesIn((await send(change)).body)).toEqual(attributes);
  });
});

// A second attempt of the SDK's own could be a second text.
describe.each([
  ['AWS End User Messaging', createSms, sendingThroughAws],
  ['Amazon SNS', createSns, sendingThroughSns],
] as const)('the SDK’s client for %s', (_, createClient, sendingThrough) => {
  const sendingWith = (requestTimeout?: number): CarrierSending => {
    const client = createClient(awsAt(carrier.url));
    // The client's own limit, made short enough to wait for.
    const handler = client.config.requestHandler as unknown as {
      updateHttpClientConfig(key: 'requestTimeout', value: number): void;
    };
    if (requestTimeout) handler.updateHttpClientConfig('requestTimeout', requestTimeout);
    return sendingThrough({ client } as never);
  };

  test.each([429, 500, 502, 503, 504])('makes one request and no more when it is answered %i', async (status) => {
    await outcomeOf(sendingWith(), answers(status, '', { 'retry-after': '0', 'x-amz-retry-after': '0' }));
  });

  test.each(['Throttling', 'ThrottlingException', 'ThrottledException', 'RequestTimeout', 'RequestTimeTooSkewed'])(
    'makes one request and no more when it is told %s',
    async (name) => {
      const body = `<ErrorResponse><Error><Code>${name}</Code><Message>no</Message></Error></ErrorResponse>`;
      const date = new Date(Date.now() + 3_600_000).toUTCString();
      await outcomeOf(
        sendingWith(),
        sendingThrough === sendingThroughAws ? awsAnswers(400, name) : answers(400, body, { date }),
      );
    },
  );

  it('makes one request and no more when its own time is up', async () => {
    expect(await outcomeOf(sendingWith(TIMEOUT_MS), staysSilent)).toEqual(unknown('ETIMEDOUT'));
  });

  it('heeds no environment that asks for more attempts', async () => {
    const before = process.env.AWS_MAX_ATTEMPTS;
    process.env.AWS_MAX_ATTEMPTS = '5';
    try {
      await outcomeOf(sendingWith(), answers(503));
    } finally {
      if (before === undefined) delete process.env.AWS_MAX_ATTEMPTS;
      else process.env.AWS_MAX_ATTEMPTS = before;
    }
  });
});

describe('the carriers that messages can leave by', () => {
  it('are known by their names, and no other name leads to one', async () => {
    const aws = awsAt('http://127.0.0.1:9');
    const sendingBy = createSendings({
      rest: (carrier) => ({ carrier, publicUrl: '', secret: async () => ({}), timeoutMs: 1, clock: () => NOW }),
      aws: { client: createSms(aws) },
      sns: { client: createSns(aws) },
    });
    for (const name of CARRIER_NAMES) expect(await sendingBy(name)).toBeDefined();
    for (const name of ['', 'Twilio', 'constructor', '__proto__', 'toString']) {
      expect(await sendingBy(name)).toBeUndefined();
    }
  });
});
