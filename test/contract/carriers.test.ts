import './one-realm.ts';
import { once } from 'node:events';
import { sendingThroughAws } from '../../shared/carriers/aws/send.ts';
import type { CarrierSending, OutgoingMessage } from '../../shared/carriers/carrier.ts';
import { CARRIER_NAMES } from '../../shared/carriers/registry.ts';
import { sendingByRest } from '../../shared/carriers/rest.ts';
import { createSendings } from '../../shared/carriers/sendings.ts';
import { sendingThroughSns } from '../../shared/carriers/sns/send.ts';
import { api as twilioApi } from '../../shared/carriers/twilio/api.ts';
import type { Outcome, Rejection } from '../../shared/messages/outcome.ts';
import { type AwsSettings, createSms, createSns } from '../../shared/runtime/clients.ts';
import { NOW, PUBLIC_URL, RECIPIENT } from './carrier-cases.ts';
import {
  answers,
  type Behaviour,
  type LoopbackCarrier,
  startLoopbackCarrier,
  staysSilent,
} from './loopback-carrier.ts';
import { type Refusal, rejected, throttled, transient, unknown } from './outcomes.ts';
import { describeSending, message, type SendingCases, TIMEOUT_MS } from './sending-suite.ts';

const TOKENS = ['first token', 'second token'];
const ACCOUNT_SID = `AC${'0'.repeat(32)}`;
const TWILIO_SECRET = { accountSid: ACCOUNT_SID, authTokens: TOKENS };
const REPLY_REF = { kind: 'reply', account: 'acme', to: RECIPIENT, messageId: 'EVENT#twilio#SM1' } as const;

// Every error that the carrier documents for a send, in its own wire format, with a number in its text.
const TEXT = `about ${RECIPIENT}`;
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
    publicUrl: PUBLIC_URL,
    secret,
    timeoutMs: TIMEOUT_MS,
    clock: () => NOW,
  });

const CARRIERS: readonly (SendingCases & { readonly name: string })[] = [
  {
    name: 'aws',
    create: (url) => sendingThroughAws({ client: createSms(awsAt(url)), timeoutMs: TIMEOUT_MS }),
    accepted: (MessageId) => ({ status: 200, body: JSON.stringify({ MessageId }) }),
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
    accepted: (id) => ({
      status: 200,
      body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>`,
    }),
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

for (const { name, ...cases } of CARRIERS) describeSending(name, cases);

let carrier: LoopbackCarrier;

/** What came of a message, and that it was handed over once. */
async function outcomeOf(sending: CarrierSending, behaviour: Behaviour): Promise<Outcome> {
  carrier.behaviour = behaviour;
  carrier.received.length = 0;
  const outcome = await sending.send(message());
  expect(carrier.received).toHaveLength(1);
  return outcome;
}

beforeEach(async () => {
  carrier = await startLoopbackCarrier();
});

afterEach(() => carrier.close());

describe('a request to Twilio', () => {
  const CREATED = answers(201, '{"sid":"SM1"}');
  const send = async (change: Partial<OutgoingMessage> = {}) => {
    carrier.behaviour = CREATED;
    const sending = twilioAt(carrier.url, async () => TWILIO_SECRET);
    expect(await sending.send(message(change))).toEqual({ kind: 'accepted', carrierMessageId: 'SM1' });
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

  it('may be prepared by fetching the secret, and is not spoilt when that fails', async () => {
    let asked = 0;
    const secret = async () => {
      asked += 1;
      if (asked !== 2) throw new Error('not now');
      return TWILIO_SECRET;
    };
    const sending = twilioAt(carrier.url, secret);
    carrier.behaviour = CREATED;

    await sending.prepare?.();
    expect(await sending.send(message())).toEqual(transient('no secret'));
    // A second time it can be had; a third time not, but then there is the one from before.
    for (const times of [2, 3]) {
      await sending.prepare?.();
      expect(await sending.send(message())).toMatchObject({ kind: 'accepted' });
      expect(asked).toBe(times);
    }
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

    expect(await twilioAt(carrier.url, async () => TWILIO_SECRET).send(message())).toEqual(
      unknown('an answer without an id'),
    );

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
    carrier.behaviour = answers(200, CARRIERS[1]!.accepted('id-1').body);
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
