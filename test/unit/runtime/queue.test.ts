import { createHash } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { createSqs } from '../../../shared/runtime/clients.ts';
import { Queue } from '../../../shared/runtime/queue.ts';
import { type LoopbackService, startLoopbackService } from './loopback-service.ts';

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/outbound-dead-letters';
const HOURS = 3_600_000;

let service: LoopbackService;
let client: ReturnType<typeof createSqs>;
let queue: Queue;

beforeAll(async () => {
  service = await startLoopbackService();
  service.answer = ({ body }) => ({
    status: 200,
    // The SDK compares this with what it has sent.
    body: { MessageId: '1', MD5OfMessageBody: createHash('md5').update(String(body.MessageBody)).digest('hex') },
  });
  const { url } = service;
  client = createSqs({
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    endpoints: { dynamodb: url, sqs: url, sns: url, sms: url },
  });
  queue = new Queue(client, QUEUE_URL);
});

beforeEach(() => {
  service.calls.length = 0;
});

afterAll(async () => {
  client.destroy();
  await service.close();
});

/** As Lambda is given it. */
const record = (change: Partial<SQSRecord> = {}): SQSRecord => ({
  messageId: 'id',
  receiptHandle: 'handle',
  body: 'anything',
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1',
    SenderId: 'somebody',
    ApproximateFirstReceiveTimestamp: '1',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn',
  awsRegion: 'us-east-1',
  ...change,
});
const stringAttribute = (stringValue: string, dataType = 'String') =>
  ({ stringValue, stringListValues: [], binaryListValues: [], dataType }) as SQSRecord['messageAttributes'][string];
const onlyCall = () => {
  expect(service.calls).toHaveLength(1);
  return service.calls[0]!;
};

describe('a message that is buried', () => {
  test.each([
    '{"messageId":"spring-1"',
    ' {"a":1}\r\n',
    'STOP 📣 Ärger \u0000\u2028',
    '<xml attr="&amp;"/>',
    '"'.repeat(10_000),
  ])('keeps its body letter by letter: %#', async (body) => {
    await queue.bury(record({ body }), 'not JSON');

    const { target, body: sent } = onlyCall();
    expect(target).toBe('AmazonSQS.SendMessage');
    expect(sent.QueueUrl).toBe(QUEUE_URL);
    expect(sent.MessageBody).toBe(body);
  });

  it('says why it is there', async () => {
    await queue.bury(record(), 'missing or wrong: to');

    expect(onlyCall().body.MessageAttributes).toEqual({
      'stopgate-why': { DataType: 'String', StringValue: 'missing or wrong: to' },
    });
  });

  it('keeps its attributes with their types, byte by byte', async () => {
    const bytes = Buffer.from([0, 1, 127, 128, 255]).toString('base64');
    const messageAttributes = {
      producer: stringAttribute('campaigns 📣'),
      priority: stringAttribute('7', 'Number'),
      trace: stringAttribute('a:b', 'String.trace'),
      picture: { binaryValue: bytes, stringListValues: [], binaryListValues: [], dataType: 'Binary.png' },
    } as unknown as SQSRecord['messageAttributes'];

    await queue.bury(record({ messageAttributes }), 'not JSON');

    expect(onlyCall().body.MessageAttributes).toEqual({
      'stopgate-why': { DataType: 'String', StringValue: 'not JSON' },
      producer: { DataType: 'String', StringValue: 'campaigns 📣' },
      priority: { DataType: 'Number', StringValue: '7' },
      trace: { DataType: 'String.trace', StringValue: 'a:b' },
      picture: { DataType: 'Binary.png', BinaryValue: bytes },
    });
  });

  it('has ten attributes at most, since SQS takes no more', async () => {
    const messageAttributes = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`attribute-${index}`, stringAttribute('x')]),
    );

    await queue.bury(record({ messageAttributes }), 'not JSON');

    const names = Object.keys(onlyCall().body.MessageAttributes);
    expect(names).toHaveLength(10);
    expect(names).toContain('stopgate-why');
  });

  it('is reported as not buried when the queue does not take it', async () => {
    const { answer } = service;
    service.answer = () => ({ status: 400, body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'none' } });

    await expect(queue.bury(record(), 'not JSON')).rejects.toThrow();

    service.answer = answer;
  });
});

describe('a message that is sent', () => {
  it('is JSON', async () => {
    await queue.send({ body: 'Ärger 📣' });
    expect(JSON.parse(onlyCall().body.MessageBody)).toEqual({ body: 'Ärger 📣' });
  });
});

describe('a message that is to come back', () => {
  test.each([
    ['at once', 0, 0],
    ['after a part of a second, of which SQS knows only whole ones', 1, 1],
    ['after a second and a bit', 1_001, 2],
    ['after twelve hours', 12 * HOURS, 12 * 3_600],
    ['after twelve hours, the most there is', 100 * HOURS, 12 * 3_600],
  ])('comes back %s', async (_, delayMs, seconds) => {
    await queue.comeBackAfter(record({ receiptHandle: 'the handle' }), delayMs);

    const { target, body } = onlyCall();
    expect(target).toBe('AmazonSQS.ChangeMessageVisibility');
    expect(body).toEqual({ QueueUrl: QUEUE_URL, ReceiptHandle: 'the handle', VisibilityTimeout: seconds });
  });
});
