import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { startDynamoDb, startSqsAndSns } from '../local/engines.ts';
import { startEventSource, WAIT_SECONDS } from '../local/event-source.ts';
import { createContext } from '../local/invocation.ts';
import { provision } from '../local/provision.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import { createDynamoDb, createSns, createSqs } from '../shared/runtime/clients.ts';
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

/** Whether senders keep to their rates, all on one queue, with several functions at once. */
export const rates: Figure = {
  name: 'rates',
  about: `messages a second of three senders over ${MEASURED_SECONDS} s, with ${FUNCTIONS} functions at once`,
  async measure(progress): Promise<Row[]> {
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
    const accepted = new Map<string, number[]>(SENDERS.map(({ sender }) => [sender, []]));
    const carrier = await startCarrier((from) => accepted.get(from)?.push(performance.now()));
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
    const patient = createSqs(aws, WAIT_SECONDS * 1_000);
    const stops = Array.from({ length: FUNCTIONS }, () => {
      const outbound = createOutboundFunction({
        aws,
        tableName,
        carrier: 'twilio',
        carriersUrl: carrier.url,
        queueUrl: queues.outbound.url,
      });
      const invoke = (event: Parameters<typeof outbound>[0]) => outbound(event, createContext('outbound', 60));
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
    await Promise.all([...stops.map((stop) => stop()), carrier.close()]);
    sqs.destroy();
    patient.destroy();
    await Promise.all([dynamoDb.close(), others.close()]);
    return rows;
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

/** More than each sender may send meanwhile. */
async function queueAll(sqs: SQSClient, QueueUrl: string): Promise<void> {
  let number = 0;
  for (const { sender, messagesPerSecond } of SENDERS) {
    const count = Math.ceil((messagesPerSecond * (MEASURED_SECONDS + 20)) / BATCH) * BATCH;
    for (let done = 0; done < count; done += BATCH) {
      const Entries = Array.from({ length: BATCH }, (_, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify({ ...queuedMessage(number++), from: sender }),
      }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
  }
}

/** Takes everything, and tells from whom. */
async function startCarrier(accept: (from: string) => void): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      accept(new URLSearchParams(body).get('From') ?? '');
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"sid":"SM0","status":"queued"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
