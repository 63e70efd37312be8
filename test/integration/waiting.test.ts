import { createWaitingHandler } from '../../functions/waiting/handler.ts';
import { createContext } from '../../local/invocation.ts';
import { WAITING_SHARDS } from '../../shared/ledger/waiting-room.ts';
import { EmbeddedPipeline } from './embedded-pipeline.ts';

const MINUTE = 60_000;
/** New York is five hours behind UTC on these days. */
const WINTER = Date.parse('2027-02-03T15:00:00.000Z');
const inNewYork = (milliseconds: number) => new Date(milliseconds - 300 * MINUTE).toISOString().slice(11, 16);

let pipeline: EmbeddedPipeline;
/** A sender whose recipients have half an hour of quiet left. */
let quiet: string;
let senders = 0;

beforeAll(async () => {
  pipeline = await EmbeddedPipeline.start();
  pipeline.aheadMs = WINTER - Date.now();
});

beforeEach(async () => {
  const now = pipeline.clock();
  quiet = `+120255501${30 + senders++}`;
  const quietHours = [`${inNewYork(now - 60 * MINUTE)}-${inNewYork(now + 30 * MINUTE)}`];
  await pipeline.ledger.senders.register({ sender: quiet, account: 'acme', carrier: 'twilio', quietHours });
  pipeline.sent.length = 0;
});

afterAll(() => pipeline?.stop());

let numbers = 0;
const newRecipient = () => `+1202555${String(3_000 + numbers++)}`;

const letGo = () => createWaitingHandler(pipeline.waitingPorts())({}, createContext('waiting', 300));

/** The outbound function works off what is on its queue. */
async function workOff() {
  for (;;) {
    const records = await pipeline.drain(pipeline.queues.outbound.url);
    if (records.length === 0) return;
    await pipeline.outbound(records);
    await pipeline.forget(records);
  }
}

async function queue(message: object) {
  const to = newRecipient();
  const messageId = crypto.randomUUID();
  const record = await pipeline.enqueued({ messageId, from: quiet, to, body: 'Sale', ...message });
  const back = await pipeline.outbound([record]);
  if (back.length === 0) await pipeline.forget([record]);
  return {
    to,
    messageId,
    back,
    found: () => pipeline.ledger.messages.find({ kind: 'message', account: 'acme', to, messageId }),
  };
}

test('a promotional message waits until it is no longer quiet, off the queue, and then leaves', async () => {
  const message = await queue({});
  expect(message.back).toEqual([]);
  expect(pipeline.sent).toEqual([]);

  pipeline.aheadMs += 20 * MINUTE;
  await letGo();
  await workOff();
  expect(pipeline.sent).toEqual([]);

  pipeline.aheadMs += 11 * MINUTE;
  await letGo();
  await workOff();
  expect(pipeline.sent).toHaveLength(1);
  expect(await message.found()).toMatchObject({ status: 'Sent', attempt: 1 });
});

test('a transactional message does not wait', async () => {
  const message = await queue({ category: 'transactional' });
  expect(await message.found()).toMatchObject({ status: 'Sent' });
});

test('a STOP that comes while a message waits keeps it from leaving', async () => {
  const message = await queue({});
  await pipeline.webhook({ MessageSid: 'SM-quiet', From: message.to, To: quiet, Body: 'STOP' });

  pipeline.aheadMs += 31 * MINUTE;
  await letGo();
  await workOff();

  expect(pipeline.sent).toEqual([]);
  expect(await message.found()).toMatchObject({ status: 'Failed', reason: 'OptedOut' });
});

test('what is let go twice, because a call was cut off, is sent once', async () => {
  const messages: Awaited<ReturnType<typeof queue>>[] = [];
  for (let count = 0; count < 25; count += 1) messages.push(await queue({}));
  const { outboundQueue, ...ports } = pipeline.waitingPorts();
  let batches = 0;
  const cutOff = {
    sendBodies: async (bodies: readonly string[]) => {
      batches += 1;
      if (batches % 2 === 0) throw new Error('cut off');
      await outboundQueue.sendBodies(bodies);
    },
  };

  pipeline.aheadMs += 31 * MINUTE;
  const act = createWaitingHandler({ ...ports, outboundQueue: cutOff })({}, createContext('waiting', 300));
  await expect(act).rejects.toThrow(/of 8 shards could not be let go/);
  await letGo();
  await letGo();
  await workOff();

  expect(pipeline.sent.map(({ To }) => To).sort()).toEqual(messages.map(({ to }) => to).sort());
});

test('nothing is lost between a message that is put and a minute that is let go', async () => {
  const { waitingRoom } = pipeline.ledger;
  const released: string[] = [];
  const takeAll = async () => {
    for (let shard = 0; shard < WAITING_SHARDS; shard += 1) {
      await waitingRoom.letGo(
        shard,
        async (page) => void released.push(...page.map(({ body }) => body)),
        () => true,
      );
    }
  };
  await takeAll();
  const put: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    // Until now, and until some minutes from now: even what is due at once is put where nobody has been yet.
    const body = `body-${step}`;
    await waitingRoom.keep(`id-${step}`, body, pipeline.clock() + (step % 4) * 50_000);
    put.push(body);
    pipeline.aheadMs += 13_000;
    await takeAll();
  }
  pipeline.aheadMs += 10 * MINUTE;
  await takeAll();

  expect(released.filter((body) => body.startsWith('body-')).sort()).toEqual(put.sort());
});

test('hours that leave no gap fail the message and do not keep it for ever', async () => {
  const sender = '+12025550129';
  const quietHours = ['00:00-12:00', '12:00-24:00'];
  await pipeline.ledger.senders.register({ sender, account: 'acme', carrier: 'twilio', quietHours });

  const message = await queue({ from: sender });

  expect(await message.found()).toMatchObject({ status: 'Failed', reason: 'SenderNotAllowed' });
});

test('a sender with hours that are none is not registered', async () => {
  const act = pipeline.ledger.senders.register({
    sender: quiet,
    account: 'acme',
    carrier: 'twilio',
    quietHours: ['night'],
  });
  await expect(act).rejects.toThrow(/quietHours: "night" is neither a window/);
});
