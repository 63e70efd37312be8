import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { createWaitingHandler } from '../../functions/waiting/handler.ts';
import { wireWaiting } from '../../functions/waiting/wire.ts';
import { startDynamoDb } from '../../local/engines.ts';
import { createContext } from '../../local/invocation.ts';
import { LEDGER_TABLE_NAME, queueNameOf } from '../../local/provision.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { recipientKey, Table } from '../../shared/ledger/table.ts';
import { type AwsSettings, createDynamoDb } from '../../shared/runtime/clients.ts';
import { lambdaSurroundings } from '../../shared/runtime/surroundings.ts';
import { type Accepted, eventually, newMessageId, newRecipient, RunningStopgate } from './running-stopgate.ts';

const SENDER = '+12025550100';
const OUTBOUND = queueNameOf('outbound');
const INBOUND = queueNameOf('inbound');
/** In the middle of things: some texts and messages are acknowledged, others are under way. */
const KILL_AFTER = 60;
const MINUTE = 60_000;
const UNTIL_SETTLED_MS = 60_000;

let folder: string;
let stopgate: RunningStopgate | undefined;

beforeEach(async () => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  folder = await mkdtemp(join(tmpdir(), 'stopgate-killed-'));
});

afterEach(async () => {
  await stopgate?.stop();
  await rm(folder, { recursive: true, force: true });
});

const start = async () => {
  stopgate = await RunningStopgate.start({ STOPGATE_DATA_DIR: folder });
  return stopgate;
};

const kill = async (run: RunningStopgate) => {
  await run.stop('SIGKILL');
  stopgate = undefined;
};

interface QueuedMessage {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

const newMessage = (more: Partial<QueuedMessage> = {}): QueuedMessage => ({
  messageId: newMessageId(),
  from: SENDER,
  to: newRecipient(),
  body: 'Sale ends tonight',
  ...more,
});

const idsOf = (messages: readonly { readonly messageId: string }[]) => messages.map(({ messageId }) => messageId);

const ledgerSettings = {
  STOPGATE_TABLE_NAME: LEDGER_TABLE_NAME,
  STOPGATE_DEFAULT_ACCOUNT: 'acme',
  STOPGATE_DEFAULT_CARRIER: 'twilio',
} as const;

const awsAt = (dynamodb: string, sqs = dynamodb): AwsSettings => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  endpoints: { dynamodb, sqs, sns: sqs, sms: sqs },
});

/** Works on the table in the folder while no run has it. */
async function onDisk<T>(work: (aws: AwsSettings) => Promise<T>): Promise<T> {
  const engine = await startDynamoDb(0, folder);
  try {
    return await work(awsAt(engine.url));
  } finally {
    await engine.close();
  }
}

/** The statuses of those of the messages that the ledger in the folder knows while no run has it, by their ids. */
const inLedger = (messages: readonly QueuedMessage[]) =>
  onDisk(async (aws) => {
    const ledger = createLedger(ledgerSettings, { aws, clock: Date.now });
    const found = await Promise.all(
      messages.map(({ to, messageId }) => ledger.messages.find({ kind: 'message', account: 'acme', to, messageId })),
    );
    return new Map(found.flatMap((message) => (message ? [[message.messageId, message.status]] : [])));
  });

/** A claim that was cut off runs out after 90 seconds, which this test does not want to spend. */
const letClaimsRunOut = (messages: readonly QueuedMessage[]) =>
  onDisk(async (aws) => {
    const table = new Table(createDynamoDb(aws), LEDGER_TABLE_NAME);
    for (const { to, messageId } of messages)
      await table.update(
        { recipient: recipientKey('acme', to), entry: `MESSAGE#${messageId}` },
        { expression: 'SET claimUntil = :past', condition: 'attribute_exists(claimUntil)', values: { ':past': 1 } },
      );
  });

/** The bodies on a queue in the folder while no run has it, hidden ones included. */
function onQueue(name: string): string[] {
  const database = new DatabaseSync(join(folder, 'sqs', 'fauxqs.db'));
  const rows = database.prepare('SELECT body FROM sqs_messages WHERE queue_name = ?').all(name);
  database.close();
  return rows.map(({ body }) => String(body));
}

/** What a killed run had received comes back after three minutes, which this test does not want to spend. */
function letHiddenMessagesComeBack(): void {
  const database = new DatabaseSync(join(folder, 'sqs', 'fauxqs.db'));
  database.exec('UPDATE sqs_messages SET visibility_deadline = 1 WHERE receipt_handle IS NOT NULL');
  database.close();
}

const acceptedBy = async ({ ready }: RunningStopgate): Promise<Accepted[]> =>
  (await (await fetch(`${ready.http}/simulator/messages`)).json()) as Accepted[];

test('a local run that is killed has, when it starts again, all that it had acknowledged, and sends nothing twice', async () => {
  const killed = await start();
  const stopped: { recipient: string; eventId: string }[] = [];
  const queued: QueuedMessage[] = [];
  const acknowledged = () => stopped.length + queued.length;
  const client = async () => {
    while (acknowledged() < KILL_AFTER) {
      const recipient = newRecipient();
      const { status, eventId } = await killed.text(recipient, SENDER, 'STOP');
      if (status === 200) stopped.push({ recipient, eventId });
      const message = newMessage();
      await killed.enqueue(message);
      queued.push(message);
    }
  };
  // Whoever was cut off was not told that anything was stored.
  const clients = Promise.allSettled(Array.from({ length: 6 }, client));
  await eventually(async () => (acknowledged() >= KILL_AFTER ? true : undefined), 'texts to be acknowledged', 30_000);
  await kill(killed);
  await clients;

  // Each by its id: one that is lost is not made up for by another that is there twice.
  const known = await inLedger(queued);
  const waiting = onQueue(OUTBOUND).map((body) => (JSON.parse(body) as QueuedMessage).messageId);
  expect(idsOf(queued).filter((id) => !known.has(id) && !waiting.includes(id))).toEqual([]);
  // A carrier is called after the claim is stored. Who is back in the queue was certainly not sent.
  const mayBeSent = queued.filter(({ messageId }) => (known.get(messageId) ?? 'Queued') !== 'Queued');

  letHiddenMessagesComeBack();
  await letClaimsRunOut(mayBeSent);
  const again = await start();

  for (const { recipient, eventId } of stopped) {
    const { senders } = await again.recipient(recipient);
    expect(senders.find(({ sender }) => sender === SENDER)).toMatchObject({ consent: 'opted-out', eventId });
  }
  const unsettled = new Map(queued.map((message) => [message.messageId, message]));
  const end = Date.now() + UNTIL_SETTLED_MS;
  while (unsettled.size > 0 && Date.now() < end) {
    for (const { messageId, to } of unsettled.values()) {
      const status = (await again.message(messageId, to))?.status ?? 'not begun';
      if (['Sent', 'Delivered', 'Undelivered', 'Unknown'].includes(status)) unsettled.delete(messageId);
    }
    await sleep(500);
  }
  expect([...unsettled.keys()]).toEqual([]);
  const sentAgain = (await acceptedBy(again)).map(({ to }) => to);
  expect(sentAgain.filter((to) => mayBeSent.some((message) => message.to === to))).toEqual([]);
  expect(sentAgain).toHaveLength(new Set(sentAgain).size);
  // All others were sent by this one.
  const others = queued.filter((message) => !mayBeSent.includes(message)).map(({ to }) => to);
  expect(sentAgain).toEqual(expect.arrayContaining(others));
}, 120_000);

test('a STOP that was acknowledged while the table could not be written is applied by the next run', async () => {
  const killed = await start();
  const { dynamodb, tableName } = killed.ready;
  await createDynamoDb(awsAt(dynamodb)).send(new DeleteTableCommand({ TableName: tableName }));
  const recipient = newRecipient();

  const { status, eventId } = await killed.text(recipient, SENDER, 'STOP');

  expect(status).toBe(200);
  const acknowledgedAt = new Date().toISOString();
  await kill(killed);
  expect(onQueue(INBOUND)).toHaveLength(1);

  letHiddenMessagesComeBack();
  const again = await start();
  const consent = async () => (await again.recipient(recipient)).senders.find(({ sender }) => sender === SENDER);
  const optedOut = await eventually(
    async () => ((await consent())?.consent === 'opted-out' ? consent() : undefined),
    'the STOP to be applied',
  );
  expect(optedOut).toMatchObject({ eventId });
  // It counts from when it was heard, and not from when it could be stored.
  expect(String(optedOut?.since) <= acknowledgedAt).toBe(true);
  const message = newMessage({ to: recipient });
  await again.enqueue(message);
  expect(await again.settled(message.messageId, recipient)).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
}, 120_000);

test('a message that waits for quiet hours to end waits on in the next run, and is sent once', async () => {
  const killed = await start();
  const quiet = '+12025550199';
  const register = ({ ready }: RunningStopgate, more: object) => {
    const { senders } = createLedger(ledgerSettings, { aws: awsAt(ready.dynamodb), clock: Date.now });
    return senders.register({ sender: quiet, account: 'acme', carrier: 'twilio', ...more });
  };
  // A number of Ghana, where the clock is that of UTC, in the middle of two hours that are quiet.
  const at = (milliseconds: number) => new Date(milliseconds).toISOString().slice(11, 16);
  await register(killed, { quietHours: [`${at(Date.now() - 60 * MINUTE)}-${at(Date.now() + 60 * MINUTE)}`] });
  const message = newMessage({ from: quiet, to: `+23324${String(Date.now()).slice(-7)}` });
  await killed.enqueue(message);
  await eventually(async () => ((await killed.depthOf(OUTBOUND)) === 0 ? true : undefined), 'the message to be put by');
  expect(await killed.message(message.messageId, message.to)).toBeUndefined();
  await kill(killed);
  expect(onQueue(OUTBOUND)).toEqual([]);

  const again = await start();
  const accepted = async () => (await again.acceptedFor(message.to)).length;
  const { dynamodb, sqs, outboundQueueUrl } = again.ready;
  const letGo = (aheadMs: number) =>
    createWaitingHandler(
      wireWaiting(
        { ...ledgerSettings, STOPGATE_OUTBOUND_QUEUE_URL: outboundQueueUrl },
        { ...lambdaSurroundings('waiting'), aws: awsAt(dynamodb, sqs), clock: () => Date.now() + aheadMs },
      ),
    )({}, createContext('waiting', 300));
  await letGo(30 * MINUTE);
  expect(await again.depthOf(OUTBOUND)).toBe(0);

  // The function's clock can be moved, that of the run can't: for it the hours end by what is registered.
  await register(again, {});
  await letGo(65 * MINUTE);
  expect(await again.settled(message.messageId, message.to)).toMatchObject({ status: 'Sent' });
  await letGo(65 * MINUTE);
  expect(await accepted()).toBe(1);
}, 120_000);
