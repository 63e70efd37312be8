import { randomUUID } from 'node:crypto';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { serve } from '@hono/node-server';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Hono } from 'hono';
import { createConsole } from '../console/serve.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import { registerSender } from '../shared/ledger/register-sender.ts';
import { type AwsSettings, createDynamoDb, createSns, createSqs } from '../shared/runtime/clients.ts';
import { EVENT_SOURCES, FUNCTIONS, type FunctionName, SCHEDULES } from '../shared/runtime/topology.ts';
import { takeDataFolder } from './data-folder.ts';
import { DEFAULT_ACCOUNT, DEMO_SENDERS } from './demo-senders.ts';
import { type Engine, startDynamoDb, startSqsAndSns } from './engines.ts';
import { startEventSource, WAIT_SECONDS } from './event-source.ts';
import { createFunctions, type Functions } from './functions.ts';
import { createGateway } from './gateway.ts';
import { createContext } from './invocation.ts';
import { createLiveFeed } from './live-feed.ts';
import { provision } from './provision.ts';
import { startSchedule } from './schedule.ts';
import type { LocalSettings } from './settings.ts';
import { loadRestCast, type RestCast, secretsOf } from './simulator/carriers.ts';
import { createSimulator, type Simulator } from './simulator/index.ts';

/** What a program needs to know of a local run: the line that `npm start` prints. */
export interface Ready {
  readonly ready: true;
  readonly http: string;
  readonly dynamodb: string;
  readonly sqs: string;
  readonly outboundQueueUrl: string;
  readonly tableName: string;
  /** What Stopgate keeps as each carrier's secret: it takes that to call a webhook as the carrier. */
  readonly secrets: Readonly<Record<string, object>>;
}

export interface LocalRun {
  readonly ready: Ready;
  /** The keys of the simulated carriers. */
  readonly carriers: RestCast;
  /** What the replies of the registered senders lack. */
  readonly warnings: readonly string[];
  /** Stops taking work, finishes what is in hand, and closes everything. */
  stop(): Promise<void>;
}

/** Batches that are worked on at once for each queue: enough to keep two cores busy. */
const MAX_CONCURRENCY = 4;
const DEFAULTS = { STOPGATE_DEFAULT_ACCOUNT: DEFAULT_ACCOUNT, STOPGATE_DEFAULT_CARRIER: 'twilio' } as const;

/**
 * Boots the whole pipeline on loopback: embedded AWS services, the functions, the simulated carrier and the page.
 * @param environment where the simulated carriers' keys may be set
 */
export async function startLocalRun(settings: LocalSettings, environment = process.env): Promise<LocalRun> {
  const opened: Close[] = [];
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await boot(settings, environment, opened, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

type Close = () => Promise<unknown> | unknown;

async function boot(
  settings: LocalSettings,
  environment: NodeJS.ProcessEnv,
  opened: Close[],
  stop: () => Promise<void>,
): Promise<LocalRun> {
  const dataDir = settings.STOPGATE_DATA_DIR;
  if (dataDir) opened.push(takeDataFolder(dataDir));
  // The addresses come first, because with port 0 nobody knows them before; what answers there comes after.
  let app = new Hono().all('*', (context) => context.text('Stopgate is starting', 503));
  let simulator: Simulator | undefined;
  const [http, dynamodb, sqsUrl] = await Promise.all([
    listen((request) => app.fetch(request), settings.PORT, opened),
    startDynamoDb(settings.STOPGATE_DYNAMODB_PORT, dataDir).then((engine) => keep(engine, opened)),
    startSqsAndSns(settings.STOPGATE_SQS_PORT, () => simulator, dataDir).then((engine) => keep(engine, opened)),
  ]);

  const aws: AwsSettings = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoints: { dynamodb, sqs: sqsUrl, sns: sqsUrl, sms: sqsUrl },
  };
  const sqs = createSqs(aws);
  const sns = createSns(aws);
  const provisioned = await provision(createDynamoDb(aws), sqs, sns);
  const { queues, topics, tableName } = provisioned;
  const ledgerSettings = { STOPGATE_TABLE_NAME: tableName, ...DEFAULTS };
  const { senders } = createLedger(ledgerSettings, { aws, clock: Date.now });
  const registered = await Promise.all(DEMO_SENDERS.map((sender) => registerSender(sender, senders)));

  const live = createLiveFeed();
  const rest = await loadRestCast({ publicUrl: () => http, environment });
  simulator = createSimulator({
    rest,
    live,
    carrierOf: async (sender) => (await senders.findRegistered(sender))?.carrier,
    publishSmsEvent: (event) => publish(sns, topics['sms-events'], event),
    publishTwoWay: (text, how) =>
      how?.sentAt || how?.delayMs
        ? publishLate(sqs, queues.inbound.url, topics['two-way'], text, how)
        : publish(sns, topics['two-way'], text),
    enqueue: (messages) => enqueue(sqs, queues.outbound.url, messages),
  });
  opened.push(() => simulator?.close());

  const functions = createFunctions({ settings, aws, provisioned, publicUrl: http, rest, live });
  const gateway = createGateway({
    token: settings.STOPGATE_API_TOKEN,
    invoke: ({ function: name }, event) => callHttp(functions, name, event),
  });
  app = new Hono()
    .route('/simulator', simulator.routes)
    .route('/', gateway)
    .route('/', createConsole({ token: settings.STOPGATE_API_TOKEN }));

  const patientSqs = createSqs(aws, WAIT_SECONDS * 1_000);
  for (const source of EVENT_SOURCES) {
    const invoke = (event: SQSEvent) => callQueue(functions, source.function, event);
    const concurrency = Math.min(source.maxConcurrency, MAX_CONCURRENCY);
    const { batchSize } = source;
    opened.push(startEventSource({ sqs: patientSqs, queue: queues[source.queue], batchSize, concurrency, invoke }));
  }
  for (const { function: name, everyMinutes } of SCHEDULES) {
    const invoke = () => functions[name]({}, createContext(name, FUNCTIONS[name].timeout));
    opened.push(startSchedule({ everyMinutes, invoke }));
  }
  const outboundQueueUrl = queues.outbound.url;
  return {
    ready: { ready: true, http, dynamodb, sqs: sqsUrl, outboundQueueUrl, tableName, secrets: secretsOf(rest) },
    carriers: rest,
    warnings: registered.flatMap(({ warnings }) => warnings),
    stop,
  };
}

function keep(engine: Engine, opened: Close[]): string {
  opened.push(() => engine.close());
  return engine.url;
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
  opened: Close[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1' }, (address) => {
      opened.push(
        () =>
          new Promise((closed) => {
            server.close(closed);
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      );
      resolve(`http://127.0.0.1:${address.port}`);
    });
    server.once('error', reject);
  });
}

function callHttp({ inbound, api }: Functions, name: FunctionName, event: APIGatewayProxyEventV2) {
  const context = createContext(name, FUNCTIONS[name].timeout);
  const answer = name === 'inbound' ? inbound(event, context) : api(event, context);
  return answer as Promise<APIGatewayProxyStructuredResultV2>;
}

function callQueue(functions: Functions, name: FunctionName, event: SQSEvent) {
  const context = createContext(name, FUNCTIONS[name].timeout);
  if (name === 'inbound') return functions.inbound(event, context) as Promise<SQSBatchResponse>;
  return name === 'outbound' ? functions.outbound(event, context) : functions.replies(event, context);
}

async function publish(sns: SNSClient, TopicArn: string, message: object): Promise<void> {
  await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
}

/** As SNS delivers what it got at an earlier time: the embedded engine can't hold a notification back. */
async function publishLate(
  sqs: SQSClient,
  QueueUrl: string,
  TopicArn: string,
  message: object,
  { sentAt = new Date().toISOString(), delayMs = 0 }: { sentAt?: string; delayMs?: number },
): Promise<void> {
  const notification = {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn,
    Message: JSON.stringify(message),
    Timestamp: sentAt,
  };
  const MessageBody = JSON.stringify(notification);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds: Math.ceil(delayMs / 1_000) }));
}

async function enqueue(sqs: SQSClient, QueueUrl: string, messages: readonly object[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 10) {
    const batch = messages.slice(start, start + 10);
    const Entries = batch.map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`${Failed.length} messages could not be queued`);
  }
}
