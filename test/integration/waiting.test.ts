import { createWaitingHandler } from '../../functions/waiting/handler.ts';
import { createContext } from '../../local/invocation.ts';
import { WAITING_SHARDS, type WaitingRoom } from '../../shared/ledger/waiting-room.ts';
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

describe('Runs that overlap', () => {
  const PAGE = 20;
  const MESSAGES = 1_000;
  /** In pages that are small enough for each shard to have several. */
  let room: WaitingRoom;
  let waiting: string[];

  beforeEach(async () => {
    room = pipeline.waitingRoom(PAGE);
    // Whoever has never run looks back an hour; from then on each goes on where the last one ended.
    await run();
    waiting = Array.from({ length: MESSAGES }, () => `body-${crypto.randomUUID()}`);
    for (let start = 0; start < MESSAGES; start += 50)
      await Promise.all(waiting.slice(start, start + 50).map((body) => room.keep(body, body, pipeline.clock())));
    pipeline.aheadMs += 5 * MINUTE;
  });

  /** One call of the function. What it puts on the queue, if it may, is in `put`. */
  async function run({ before = async () => {}, after = async () => {} } = {}): Promise<string[]> {
    const put: string[] = [];
    const { outboundQueue, ...ports } = pipeline.waitingPorts();
    const recording = {
      sendBodies: async (bodies: readonly string[]) => {
        await before();
        await outboundQueue.sendBodies(bodies);
        put.push(...bodies);
        await after();
      },
    };
    const handler = createWaitingHandler({ ...ports, waitingRoom: room, outboundQueue: recording });
    await handler({}, createContext('waiting', 300)).catch(() => undefined);
    return put;
  }

  const twice = (put: readonly string[]) => put.length - new Set(put).size;

  afterEach(async () => {
    for (;;) {
      const records = await pipeline.drain(pipeline.queues.outbound.url);
      if (records.length === 0) return;
      await pipeline.forget(records);
    }
  });

  test('put every message back, and only the pages twice that both had in hand', async () => {
    const put = await Promise.all([run(), run()]);

    expect([...new Set(put.flat())].sort()).toEqual([...waiting].sort());
    expect(twice(put.flat())).toBeLessThanOrEqual(WAITING_SHARDS * PAGE);
    expect(await run()).toEqual([]);
  });

  test('put little twice when one begins while another is in the middle', async () => {
    let later: Promise<string[]> | undefined;
    let batches = 0;
    const first = await run({
      after: async () => {
        batches += 1;
        if (batches === MESSAGES / 10 / 2) later = run();
      },
    });
    const put = [...first, ...((await later) ?? [])];

    expect([...new Set(put)].sort()).toEqual([...waiting].sort());
    expect(twice(put)).toBeLessThanOrEqual(WAITING_SHARDS * PAGE);
    expect(await run()).toEqual([]);
  });

  test('end where somebody else has come further meanwhile, and take nothing of that back', async () => {
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = run({ before: () => held });
    const fast = await run();
    goOn();

    expect(fast.sort()).toEqual([...waiting].sort());
    expect((await slow).length).toBeLessThanOrEqual(WAITING_SHARDS * PAGE);
    expect(await run()).toEqual([]);
  });

  test('that are killed are gone on with by the next one, from the page that was not written down', async () => {
    const put: string[] = [];
    for (const when of ['before', 'after', 'after'] as const) {
      let batches = 0;
      const killed = async () => {
        batches += 1;
        // Pages are on the queue whole by then, and not written down.
        if (batches > 28) throw new Error('killed');
      };
      put.push(...(await run({ [when]: killed })));
      expect(new Set(put).size).toBeLessThan(MESSAGES);
    }
    put.push(...(await run()));

    expect([...new Set(put)].sort()).toEqual([...waiting].sort());
    expect(twice(put)).toBeLessThanOrEqual(3 * WAITING_SHARDS * PAGE);
    expect(await run()).toEqual([]);
  });
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
