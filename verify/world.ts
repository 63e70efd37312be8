import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { serve } from '@hono/node-server';
import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { build } from 'esbuild';
import { startEventSource, WAIT_SECONDS } from '../local/event-source.ts';
import { createGateway } from '../local/gateway.ts';
import { type Provisioned, provision } from '../local/provision.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import { createDynamoDb, createSns, createSqs } from '../shared/runtime/clients.ts';
import { EVENT_SOURCES, type QueueName } from '../shared/runtime/topology.ts';
import { carrierEnvironment, changeCarrier, DEFAULT_ACCOUNT, SENDERS, startCarriers } from './carriers.ts';
import type { Outside } from './door.ts';
import { Faults } from './faults.ts';
import { FunctionPool, type HostedFunction } from './function-pool.ts';
import { Stalls } from './held-up.ts';
import { History } from './history.ts';
import { shareOf } from './random.ts';
import { StaleReads } from './stale-reads.ts';

export interface WorldOptions {
  readonly seed: string;
  readonly saboteur?: string | undefined;
  readonly comeBackSeconds: number;
}

/** The local run's parts, with the functions in processes of their own and doors between them and everything else. */
export interface World {
  readonly publicUrl: string;
  readonly provisioned: Provisioned;
  readonly history: History;
  readonly outside: Outside;
  readonly pools: Readonly<Record<HostedFunction, FunctionPool>>;
  /** Straight to the engines, past every fault. */
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  /** Messages on a queue that a function could have now; with `hidden`, also those that come back later. */
  depthOf(queue: QueueName, hidden?: 'hidden'): Promise<number>;
  close(): Promise<void>;
}

/** Enough to keep two cores busy while some of them wait. */
const PROCESSES: Readonly<Record<HostedFunction, number>> = { outbound: 5, inbound: 3, replies: 1 };
/** Short, so that whatever a killed function held comes back while the run lasts. Seconds. */
const VISIBILITY_SECONDS = 3;
/** So many kills that the real number of receives would end in dead letters. */
const MANY_RECEIVES = 1_000;
/** Of batches: handed to two functions at once, and handed out again although it was done. */
const SHARE_TWICE = 0.03;
const SHARE_AGAIN = 0.03;

export async function openWorld(options: WorldOptions): Promise<World> {
  const opened: (() => Promise<unknown> | unknown)[] = [];
  const close = async () => {
    for (const one of opened.splice(0).reverse()) await one();
  };
  try {
    return await open(options, opened, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  { seed, saboteur, comeBackSeconds }: WorldOptions,
  opened: (() => Promise<unknown> | unknown)[],
  close: () => Promise<void>,
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'stopgate-verify-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  const [engines, file] = await Promise.all([startEngines(opened), bundleFunctionProcess(folder)]);
  const aws = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'verify', secretAccessKey: 'verify' },
    endpoints: { dynamodb: engines.dynamodb, sqs: engines.sqs, sns: engines.sqs, sms: engines.sqs },
  };
  const [dynamoDb, sqs, sns] = [createDynamoDb(aws), createSqs(aws), createSns(aws)];
  const provisioned = await provision(dynamoDb, sqs, sns);
  await Promise.all(
    Object.values(provisioned.queues).map(({ url, deadLettersUrl }) => hurry(sqs, url, deadLettersUrl)),
  );
  const ledgerSettings = {
    STOPGATE_TABLE_NAME: provisioned.tableName,
    STOPGATE_DEFAULT_ACCOUNT: DEFAULT_ACCOUNT,
    STOPGATE_DEFAULT_CARRIER: 'twilio',
  };
  const { senders } = createLedger(ledgerSettings, { aws, clock: Date.now });
  for (const sender of SENDERS) await senders.register(sender);

  const pools = {} as Record<HostedFunction, FunctionPool>;
  const gateway = createGateway({
    token: 'verify',
    invoke: async (_route, event) =>
      // As API Gateway answers for a function that gave no result.
      (await pools.inbound.invoke(event).catch(() => undefined)) as APIGatewayProxyStructuredResultV2 | undefined,
  });
  const publicUrl = await listen(gateway.fetch, opened);
  const history = new History();
  const carriers = await startCarriers({
    publicUrl,
    publishSmsEvent: async (event) => {
      const { messageId } = event as { messageId: string };
      if (shareOf(`receipt ${messageId}`) > 0.08) return;
      const message = { TopicArn: provisioned.topics['sms-events'], Message: JSON.stringify(event) };
      await sns.send(new PublishCommand(message));
    },
  });
  opened.push(() => carriers.close());
  await changeCarrier(carriers, 'twilio', { receipts: true });
  await changeCarrier(carriers, 'aws', { receipts: true });
  const outside: Outside = {
    dynamodb: engines.dynamodb,
    sqs: engines.sqs,
    carriers,
    faults: new Faults(seed),
    staleReads: new StaleReads(),
    history,
    stalls: watchStalls(opened),
    comeBackSeconds,
    underWay: new Set(),
    seed,
  };
  const environmentFor = (name: HostedFunction) => (door: string) => ({
    // One for each: what is kept is what the first process of many events has compiled.
    NODE_COMPILE_CACHE: join(folder, name),
    ...environmentOf(provisioned, publicUrl),
    ...carrierEnvironment(door),
    ...(saboteur && { VERIFY_SABOTEUR: saboteur }),
  });
  for (const name of Object.keys(PROCESSES) as HostedFunction[]) {
    const environment = environmentFor(name);
    pools[name] = new FunctionPool({ function: name, size: PROCESSES[name], file, outside, environment });
    opened.push(() => pools[name].stop());
  }
  await Promise.all(Object.values(pools).map((pool) => pool.start()));
  for (const { function: name, queue, batchSize } of EVENT_SOURCES) {
    const pool = pools[name as HostedFunction];
    opened.push(
      startEventSource({
        sqs: createSqs(aws, WAIT_SECONDS * 1_000),
        queue: provisioned.queues[queue],
        batchSize,
        // The inbound function's processes are there for webhooks as well.
        concurrency: name === 'outbound' ? PROCESSES.outbound : 1,
        invoke: (event) => invokeBatch(pool, event, outside),
      }),
    );
  }
  return { publicUrl, provisioned, history, outside, pools, dynamoDb, sqs, sns, depthOf, close };

  async function depthOf(queue: QueueName, hidden?: 'hidden'): Promise<number> {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: provisioned.queues[queue].url, AttributeNames: ['All'] }),
    );
    const visible = Number(Attributes.ApproximateNumberOfMessages);
    if (!hidden) return visible;
    return (
      visible +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
      Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0)
    );
  }
}

/** As SQS and Lambda do: at least once, now and then to two at a time, and all of it again where the function gave no result. */
async function invokeBatch(pool: FunctionPool, event: SQSEvent, { seed, faults }: Outside): Promise<SQSBatchResponse> {
  const all = { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  const share = faults.isHealed ? 1 : shareOf(`${seed} batch ${event.Records.map(({ body }) => body).join()}`);
  try {
    const twice = share < SHARE_TWICE ? pool.invoke(event).catch(() => undefined) : undefined;
    const result = (await pool.invoke(event)) as SQSBatchResponse;
    await twice;
    return share >= SHARE_TWICE && share < SHARE_TWICE + SHARE_AGAIN ? all : result;
  } catch {
    return all;
  }
}

function watchStalls(opened: (() => unknown)[]): Stalls {
  const stalls = new Stalls();
  opened.push(() => stalls.stop());
  return stalls;
}

async function startEngines(opened: (() => unknown)[]): Promise<{ dynamodb: string; sqs: string }> {
  const thread = new Worker(new URL('./engines-thread.ts', import.meta.url));
  opened.push(() => thread.terminate());
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}

/** One file starts four times as fast as the sources, and functions are killed all the time. */
async function bundleFunctionProcess(folder: string): Promise<string> {
  const outfile = join(folder, 'function-process.cjs');
  await build({
    entryPoints: [new URL('./function-process.ts', import.meta.url).pathname],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    logLevel: 'error',
    logOverride: { 'empty-import-meta': 'silent' },
  });
  return outfile;
}

async function hurry(sqs: SQSClient, QueueUrl: string, deadLettersUrl: string): Promise<void> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLettersUrl, AttributeNames: ['QueueArn'] }),
  );
  const redrive = { deadLetterTargetArn: Attributes.QueueArn, maxReceiveCount: MANY_RECEIVES };
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl,
      Attributes: { VisibilityTimeout: String(VISIBILITY_SECONDS), RedrivePolicy: JSON.stringify(redrive) },
    }),
  );
}

const environmentOf = ({ tableName, queues, topics }: Provisioned, publicUrl: string) => ({
  STOPGATE_TABLE_NAME: tableName,
  STOPGATE_DEFAULT_ACCOUNT: DEFAULT_ACCOUNT,
  STOPGATE_PUBLIC_URL: publicUrl,
  STOPGATE_RETRY_BASE_MS: '200',
  STOPGATE_INBOUND_QUEUE_URL: queues.inbound.url,
  STOPGATE_INBOUND_DEAD_LETTERS_QUEUE_URL: queues.inbound.deadLettersUrl,
  STOPGATE_REPLIES_QUEUE_URL: queues.replies.url,
  STOPGATE_REPLIES_DEAD_LETTERS_QUEUE_URL: queues.replies.deadLettersUrl,
  STOPGATE_OUTBOUND_QUEUE_URL: queues.outbound.url,
  STOPGATE_OUTBOUND_DEAD_LETTERS_QUEUE_URL: queues.outbound.deadLettersUrl,
  STOPGATE_TWO_WAY_TOPIC_ARN: topics['two-way'],
  STOPGATE_SMS_EVENTS_TOPIC_ARN: topics['sms-events'],
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
});

function listen(fetch: (request: Request) => Response | Promise<Response>, opened: (() => unknown)[]): Promise<string> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      opened.push(() => {
        server.close();
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}
