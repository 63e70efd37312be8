import { jest } from '@jest/globals';
import fc from 'fast-check';
import { type Engine, startDynamoDb } from '../../local/engines.ts';
import { createDynamoDb } from '../../shared/runtime/clients.ts';
import { engineWithoutWire } from './engine-without-wire.ts';
import { FAULTS } from './fault.ts';
import { GatedPipeline } from './gated-pipeline.ts';
import { hearingCommands } from './hearing-commands.ts';
import { Model, SENDERS, START, seen } from './history.ts';
import { sendingCommands } from './sending-commands.ts';
import { settle } from './settle.ts';

/**
 * Histories of two recipients, made up at random: texts, sends, replies, receipts and faults in any order, each compared with a
 * model of what the contract promises. They share a table, in which each has recipients of its own.
 */
const commands = fc.commands([...hearingCommands, ...sendingCommands], { maxCommands: 14, size: 'max' });
const HISTORIES = { withoutWire: 2_000, overTheWire: 150 };

const senders = SENDERS.map((sender) => ({ ...sender, carrier: 'twilio' }));
// Half a minute of work, on a machine that may have much else to do.
jest.setTimeout(600_000);

let histories = 0;

beforeAll(() => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
});

test('any history ends as the model says', async () => {
  const pipeline = await GatedPipeline.on(engineWithoutWire(), senders);
  await live(pipeline, HISTORIES.withoutWire);
});

test('so it does over the wire', async () => {
  const engine: Engine = await startDynamoDb(0);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const endpoints = { dynamodb: engine.url, sqs: '', sns: '', sms: '' };
  const client = createDynamoDb({ region: 'us-east-1', credentials, endpoints });
  try {
    await live(await GatedPipeline.on(client, senders), HISTORIES.overTheWire);
  } finally {
    client.destroy();
    await engine.close();
  }
});

async function live(real: GatedPipeline, numRuns: number): Promise<void> {
  const history = fc.asyncProperty(commands, async (given) => {
    histories += 1;
    const model = new Model([1, 2].map((one) => `+1555${String(histories * 2 + one).padStart(7, '0')}`));
    real.now = START;
    real.replies.length = 0;
    await fc.asyncModelRun(() => ({ model, real }), given);
    await settle(model, real);
  });
  await fc.assert(history, { numRuns });
}

/** A test that stopped looking at what is hard would go on passing. */
test('the histories go through what is hard', () => {
  expect(HARD.filter((what) => !seen.has(what))).toEqual([]);
});

const HARD = [
  'Failed OptedOut',
  'Failed Expired',
  'Failed RetriesExhausted',
  'Failed CarrierBlocked',
  'Unknown',
  'Queued',
  'Sending',
  'a text waits on the inbound queue',
  'heard again',
  'a YES opts in',
  'a late START does not reopen',
  'receipt settles Queued',
  'receipt settles Sending',
  'receipt settles Unknown',
  'reply Sent',
  'reply Failed Expired',
  ...['hearing', 'sending'].flatMap((work) => FAULTS.map((how) => `${work} breaks: a call ${how}`)),
];
