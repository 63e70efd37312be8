import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { startDynamoDb, startSqsAndSns } from '../local/engines.ts';
import { startEventSource, WAIT_SECONDS } from '../local/event-source.ts';
import { createContext } from '../local/invocation.ts';
import { provision } from '../local/provision.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import { createDynamoDb, createSns, createSqs } from '../shared/runtime/clients.ts';
import { ConsentAges } from './consent-ages.ts';
import { startCountingCarrier } from './counting-carrier.ts';
import type { Figure, Row } from './figure.ts';
import { exactly } from './harness.ts';
import { ACCOUNT, awsAt, createOutboundFunction } from './outbound-function.ts';
import { BATCH, queuedMessage } from './queued-messages.ts';

const SENDERS = [
  { sender: '+12025550141', messagesPerSecond: 1 },
  { sender: '+12025550142', messagesPerSecond: 3 },
  { sender: '+12025550143', messagesPerSecond: 50 },
];
/** Functions at once, each with a memory of its own. */
const FUNCTIONS = 4;
const MEASURED_SECONDS = 30;
/** The first seconds are left out, in which the queue fills. */
const LEFT_OUT_SECONDS = 5;
/**
 * A message is received once to reserve its turn, once when it has come, and some times more where a function was late: far below
 * the receives after which the queue gives it up (`QUEUES.outbound.maxReceiveCount`).
 */
const MOST_RECEIVES = 10;

/** Whether senders keep to their rates, all on one queue, with several functions at once. */
export const rates: Figure = {
  name: 'rates',
  about: `messages a second of three senders over ${MEASURED_SECONDS} s, with ${FUNCTIONS} functions at once`,
  async measure(progress): Promise<Row[]> {
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
    const accepted = new Map<string, number[]>(SENDERS.map(({ sender }) => [sender, []]));
    const carrier = await startCountingCarrier((from) => accepted.get(from)?.push(performance.now()));
    const [dynamoDb, others] = await Promise.all([startDynamoDb(0), startSqsAndSns(0, () => undefined)]);
    const aws = awsAt(dynamoDb.url, others.url);
    const sqs = createSqs(aws);
    const { queues, tableName } = await provision(createDynamoDb(aws), sqs, createSns(aws));
    const settings = {
      STOPGATE_TABLE_NAME: tableName,
      STOPGATE_DEFAULT_ACCOUNT: ACCOUNT,
      STOPGATE_DEFAULT_CARRIER: 'twilio',
    };
    const { senders } = createLedger(settings, { aws, clock: Date.now });
    for (const one of SENDERS) await senders.register({ ...one, account: ACCOUNT, carrier: 'twilio' });
    await queueAll(sqs, queues.outbound.url);
    const ages = new ConsentAges();
    let mostReceives = 0;
    const patient = createSqs(aws, WAIT_SECONDS * 1_000);
    const stops = Array.from({ length: FUNCTIONS }, () => {
      const outbound = createOutboundFunction({
        aws,
        tableName,
        carrier: 'twilio',
        carriersUrl: carrier.url,
        queueUrl: queues.outbound.url,
        deadLettersUrl: queues.outbound.deadLettersUrl,
        ages,
      });
      const invoke = (event: SQSEvent) => {
        for (const { attributes } of event.Records)
          mostReceives = Math.max(mostReceives, Number(attributes.ApproximateReceiveCount));
        return outbound(event, createContext('outbound', 60));
      };
      return startEventSource({ sqs: patient, queue: queues.outbound, batchSize: BATCH, concurrency: 2, invoke });
    });
    const from = performance.now() + LEFT_OUT_SECONDS * 1_000;
    const to = from + MEASURED_SECONDS * 1_000;
    for (let left = to - performance.now(); left > 0; left = to - performance.now()) {
      progress(`${Math.ceil(left / 1_000)} s to go`);
      await sleep(Math.min(1_000, left));
    }
    const rows = SENDERS.flatMap(({ sender, messagesPerSecond }) => {
      const count = (accepted.get(sender) ?? []).filter((at) => at >= from && at < to).length;
      return rowsOf(messagesPerSecond, count / MEASURED_SECONDS);
    });
    // What is in hand reaches its carrier first, so that each message that left is counted on both sides.
    await Promise.all(stops.map((stop) => stop()));
    const sent = [...accepted.values()].reduce((sum, times) => sum + times.length, 0);
    const deadLetters = await depthOf(sqs, queues.outbound.deadLettersUrl);
    carrier.close();
    sqs.destroy();
    patient.destroy();
    await Promise.all([dynamoDb.close(), others.close()]);
    return [
      ...rows,
      countRow('dead letters', deadLetters, 0),
      countRow('receives of one message, the most', mostReceives, MOST_RECEIVES),
      ...ages.rows(sent),
    ];
  },
};

const rowsOf = (wanted: number, measured: number): Row[] => [
  { name: `${wanted} a second`, unit: 'messages/s', value: exactly(measured) },
  {
    name: `${wanted} a second: away from it`,
    unit: '%',
    value: exactly((Math.abs(measured - wanted) / wanted) * 100),
    limit: { of: 'value', atMost: 5 },
  },
];

const countRow = (name: string, count: number, atMost: number): Row => ({
  name,
  unit: '',
  value: exactly(count),
  limit: { of: 'value', atMost },
});

/** Messages on a queue, those in hand included. */
async function depthOf(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
}

/** More than each sender may send meanwhile, mixed as if its producers had queued at the same time. */
async function queueAll(sqs: SQSClient, QueueUrl: string): Promise<void> {
  const places = SENDERS.flatMap(({ sender, messagesPerSecond }) => {
    const count = messagesPerSecond * (MEASURED_SECONDS + 20);
    return Array.from({ length: count }, (_, index) => ({ sender, at: (index + 0.5) / count }));
  }).sort((one, other) => one.at - other.at);
  const messages = places.map(({ sender }, index) => ({ ...queuedMessage(index), from: sender }));
  for (let done = 0; done < messages.length; done += BATCH) {
    const Entries = messages
      .slice(done, done + BATCH)
      .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}
