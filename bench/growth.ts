import { EVENT_SOURCES, FUNCTIONS } from '../shared/runtime/topology.ts';
import { type Cost, MeteredPipeline } from './costs/metered-pipeline.ts';
import type { Figure, Progress, Row } from './figure.ts';
import {
  type Bill,
  billOf,
  byCarrier,
  type Held,
  type Journey,
  mostASecondOfOneSender,
  mostRatedASecond,
  queuedAtOnce,
  type RatedJourneys,
  slowestOf,
  withDefaultQuotas,
  withFunctions,
} from './growth/arithmetic.ts';
import { CARRIERS } from './growth/limits.ts';
import { exactly } from './harness.ts';
import { BATCH } from './queued-messages.ts';

const CAMPAIGNS = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
const SHORT_CODE = { name: 'short code', messagesASecond: 100 };

/**
 * Seconds that a batch of ten keeps a function: four rounds of calls within a region, and one to a carrier far away.
 * Assumed, as nothing here can measure it.
 */
const BATCH_SECONDS = 0.25;
const FUNCTION_GIGABYTES = FUNCTIONS.outbound.memory / 1_024;
/** As many as the event source lets run. */
const FUNCTIONS_AT_ONCE = EVENT_SOURCES.find((source) => source.function === 'outbound')?.maxConcurrency ?? 1;
/** Bytes of the lines START, END and REPORT that Lambda itself writes for each run, in their usual lengths. */
const PLATFORM_LOG_BYTES = 350;

/** How AWS time, calls and cost grow with a campaign. Worked out from what messages were counted to take, list prices and limits. */
export const growth: Figure = {
  name: 'growth',
  about:
    'AWS calls, cost and time of whole campaigns, from counted calls, list prices and limits; the carrier’s bill not included',
  async measure(progress): Promise<Row[]> {
    const { unrated, rated } = await countJourneys(progress);
    return [
      ...CAMPAIGNS.flatMap((messages) => rowsOf(messages, unrated, rated)),
      {
        name: 'most a second of all senders with a rate (SQS in flight)',
        unit: '',
        value: exactly(mostRatedASecond()),
      },
      {
        name: 'most a second of one sender (writes of a partition)',
        unit: '',
        value: exactly(mostASecondOfOneSender()),
      },
    ];
  },
};

function rowsOf(messages: number, unrated: Journey, rated: RatedJourneys): Row[] {
  const column = sizeOf(messages);
  const bill = (journey: Journey): Bill => billOf(journey, messages, BATCH_SECONDS, FUNCTION_GIGABYTES);
  const plain = bill(unrated);
  const late = queuedAtOnce(rated, messages, SHORT_CODE.messagesASecond);
  const cell = (name: string, unit: string, value: number): Row => ({ name, unit, column, value: exactly(value) });
  const time = (name: string, { seconds }: Held): Row => cell(name, 's', seconds);
  const held = (name: string, { seconds, by }: Held): Row => ({ ...cell(name, 's', seconds), note: by });
  const asDeployed = withFunctions(messages, FUNCTIONS_AT_ONCE, BATCH_SECONDS);
  return [
    cell('AWS calls, no rate', '', messages * unrated.calls),
    cell('AWS calls, rate, all queued at once', '', messages * late.calls),
    cell('cost, no rate: DynamoDB', 'USD', plain.dynamoDb),
    cell('cost, no rate: SQS', 'USD', plain.sqs),
    cell('cost, no rate: Lambda', 'USD', plain.lambda),
    cell('cost, no rate: logs', 'USD', plain.logs),
    cell('cost, no rate: all', 'USD', plain.total),
    cell('cost, rate, queued as it leaves: all', 'USD', bill(rated.near).total),
    cell('cost, rate, all queued at once: all', 'USD', bill(late).total),
    cell('table, for each month kept', 'USD', plain.storageAMonth),
    time(`time, AWS as deployed (${asDeployed.by})`, asDeployed),
    held('time, AWS at default quotas', withDefaultQuotas(messages, unrated.writeUnits, BATCH_SECONDS)),
    ...CARRIERS.map((carrier) => time(`time, ${carrier.name}`, byCarrier(messages, carrier))),
    held('time and what binds, short code', slowestOf([asDeployed, byCarrier(messages, SHORT_CODE)])),
  ];
}

/** As it heads a column. */
const sizeOf = (messages: number): string =>
  messages >= 1_000_000 ? `${messages / 1_000_000} million` : `${messages / 1_000} thousand`;

/** What messages take by the meter on the wire, and by what the functions print. */
async function countJourneys(progress: Progress): Promise<{ unrated: Journey; rated: RatedJourneys }> {
  progress('counting what a message logs');
  const loggedARun = (await bytesLoggedByBatch()) + PLATFORM_LOG_BYTES;
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  const journeyOf = ({ calls, readUnits, writeUnits, storedBytes, receives, deletes, sqsCalls }: Cost): Journey => {
    // Queued, received and deleted in tens; what the functions ask of queues themselves has been counted.
    const byBatch = (1 + receives + deletes) / BATCH;
    return {
      calls: calls + byBatch,
      readUnits,
      writeUnits,
      storedBytes,
      sqsRequests: byBatch + sqsCalls,
      functionRuns: receives / BATCH,
      loggedBytes: (receives / BATCH) * loggedARun,
    };
  };
  const pipeline = await MeteredPipeline.start();
  try {
    progress('counting the calls of a message');
    const unrated = journeyOf(await pipeline.send('growth'));
    progress('counting the calls of messages that wait for their turn');
    const near = journeyOf(await pipeline.sendRated('function', 'growth'));
    const onQueue = journeyOf(await pipeline.sendRated('queue', 'growth'));
    const inWaitingRoom = journeyOf(await pipeline.sendRated('waiting room', 'growth'));
    return { unrated, rated: { near, onQueue, inWaitingRoom } };
  } finally {
    await pipeline.close();
  }
}

/** What the outbound function prints for a batch that is sent, metrics included, at the level that is deployed. */
async function bytesLoggedByBatch(): Promise<number> {
  process.env.POWERTOOLS_LOG_LEVEL = 'INFO';
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
  process.env.POWERTOOLS_METRICS_NAMESPACE = 'Stopgate';
  const write = process.stdout.write;
  let bytes = 0;
  process.stdout.write = (text: string | Uint8Array) => {
    bytes += Buffer.byteLength(text);
    return true;
  };
  try {
    const pipeline = await MeteredPipeline.start();
    const before = bytes;
    await pipeline.send('growth');
    const logged = bytes - before;
    await pipeline.close();
    return logged;
  } finally {
    process.stdout.write = write;
  }
}
