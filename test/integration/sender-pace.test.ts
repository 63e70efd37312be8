import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { jest } from '@jest/globals';
import { type Engine, startDynamoDb } from '../../local/engines.ts';
import { createLedgerTable } from '../../local/provision.ts';
import { SenderPace } from '../../shared/ledger/sender-pace.ts';
import { Table } from '../../shared/ledger/table.ts';
import { createDynamoDb } from '../../shared/runtime/clients.ts';

// Many calls of an embedded table, on a machine that may have much else to do.
jest.setTimeout(300_000);

const START = Date.parse('2026-11-23T12:00:00.000Z');
const BATCH = 10;
const STEP_MS = 50;
/** The most that may be made up for, in any stretch of time. Seconds. */
const MADE_UP_SECONDS = 1.5;

let engine: Engine;
let client: DynamoDBClient;
let pace: SenderPace;
let now: number;
let calls: string[];
let sender: string;
let senders = 0;

beforeAll(async () => {
  engine = await startDynamoDb(0);
  client = createDynamoDb({
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    endpoints: { dynamodb: engine.url, sqs: '', sns: '', sms: '' },
  });
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (given) => {
        calls.push(commandName);
        return next(given);
      },
    { step: 'initialize' },
  );
  calls = [];
  pace = new SenderPace(new Table(client, await createLedgerTable(client)), () => now);
});

beforeEach(() => {
  now = START;
  sender = `+1202556${String(1_000 + senders++)}`;
  calls = [];
});

afterAll(async () => {
  client.destroy();
  await engine.close();
});

interface Queued {
  visibleAt: number;
  turn?: number;
  receives: number;
}

/**
 * Functions work off a queue that hides in whole seconds, as SQS does.
 * @returns when messages left, in seconds since the start, and how often the messages were received
 */
async function workOff(
  rate: number,
  messages: number,
  seconds: number,
  { functions = 4, isDown = (_second: number): boolean => false } = {},
) {
  const queue: Queued[] = Array.from({ length: messages }, () => ({ visibleAt: START, receives: 0 }));
  const left: number[] = [];
  const receives: number[] = [];
  const receive = () => {
    const batch = queue.filter(({ visibleAt }) => visibleAt <= now).slice(0, BATCH);
    for (const message of batch) Object.assign(message, { receives: message.receives + 1, visibleAt: Infinity });
    return batch;
  };
  const work = async (batch: Queued[]) => {
    const returned = batch.filter(({ turn }) => turn !== undefined);
    const fresh = batch.filter(({ turn }) => turn === undefined);
    const { leaves, turns } = await pace.ask(sender, rate, { returned: returned.length, fresh: fresh.length });
    [...returned, ...fresh].forEach((message, index) => {
      receives[queue.indexOf(message)] = message.receives;
      const leave = leaves[index];
      const turn = turns[index - leaves.length] ?? 0;
      if (leave !== undefined) left.push((Math.max(leave, now) - START) / 1_000);
      else Object.assign(message, { turn, visibleAt: now + Math.ceil((turn - now) / 1_000) * 1_000 });
    });
  };
  for (; now < START + seconds * 1_000; now += STEP_MS) {
    if (isDown((now - START) / 1_000)) continue;
    const batches = Array.from({ length: functions }, receive).filter(({ length }) => length > 0);
    await Promise.all(batches.map(work));
  }
  return { left: left.sort((a, b) => a - b), receives };
}

/** How many of these times are at most so many seconds after each of them, at the most. */
const mostWithin = (seconds: number, times: readonly number[]): number =>
  Math.max(...times.map((from, index) => times.slice(index).filter((time) => time < from + seconds).length));

describe('a sender with a rate', () => {
  test.each([1, 3, 50])('keeps to %p a second within 5 %% over any 30 s', async (rate) => {
    const { left, receives } = await workOff(rate, rate * 60, 50);

    expect(mostWithin(30, left)).toBeLessThanOrEqual(rate * 30 * 1.05);
    for (let from = 2; from <= 20; from += 1) {
      const count = left.filter((time) => time >= from && time < from + 30).length;
      expect(count).toBeGreaterThanOrEqual(rate * 30 * 0.95);
    }
    expect(Math.max(...receives)).toBeLessThanOrEqual(4);
  });

  test.each([1, 3, 50])('makes up for no time in which nobody worked: %p a second', async (rate) => {
    const isDown = (second: number) => second >= 10 && second < 20;
    const { left, receives } = await workOff(rate, rate * 50, 45, { functions: 10, isDown });

    for (const seconds of [0.1, 1, 5, 30]) {
      expect(mostWithin(seconds, left)).toBeLessThanOrEqual(Math.max(1, rate * (seconds + MADE_UP_SECONDS)));
    }
    expect(left.filter((time) => time >= 21 && time < 41).length).toBeGreaterThanOrEqual(rate * 20 * 0.95);
    // All were late at once. Each has asked in vain a few times at the most, far from what makes a dead letter.
    expect(Math.max(...receives)).toBeLessThanOrEqual(5);
  });

  test('has one message leave at once, and one in ten seconds, where that is its rate', async () => {
    const { left } = await workOff(0.1, 20, 100);

    expect(left.length).toBeGreaterThanOrEqual(9);
    expect(mostWithin(8.5, left)).toBe(1);
    expect(mostWithin(50, left)).toBeLessThanOrEqual(6);
  });

  test('keeps to its rate while other messages keep coming, and nobody waits for ever', async () => {
    const first = await pace.ask(sender, 10, { returned: 0, fresh: 100 });
    const held = first.turns.length;
    let back = 0;
    let left = 0;
    for (let second = 0; second < 30; second += 1) {
      now += 1_000;
      const [fresh, returned] = [
        await pace.ask(sender, 10, { returned: 0, fresh: 5 }),
        await pace.ask(sender, 10, { returned: Math.min(10, held - back), fresh: 0 }),
      ];
      back += returned.leaves.length;
      left += fresh.leaves.length + returned.leaves.length;
    }
    expect(back).toBe(held);
    expect(left).toBeLessThanOrEqual(10 * (30 + MADE_UP_SECONDS));
  });
});

describe('many functions that ask at the same moment', () => {
  test('get leaves and turns that nobody else has, and no more than one does', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => pace.ask(sender, 50, { returned: 5, fresh: 5 })),
    );

    const leaves = answers.flatMap((answer) => answer.leaves).sort((a, b) => a - b);
    const turns = answers.flatMap((answer) => answer.turns).sort((a, b) => a - b);
    // 1.2 s of credit and 0.2 s ahead, at one in 20 ms.
    expect(leaves).toHaveLength(71);
    expect(leaves.at(-1)).toBe(now + 200);
    for (const times of [leaves, turns]) {
      times.slice(1).forEach((time, index) => {
        expect(time - (times[index] ?? 0)).toBe(20);
      });
    }
    expect(turns).toHaveLength(120 - 71);
  });
});

describe('who may leave', () => {
  const all = { returned: 0, fresh: 100 };

  test('is first who has had a turn', async () => {
    await pace.ask(sender, 10, { returned: 0, fresh: 14 });

    expect(await pace.ask(sender, 10, { returned: 1, fresh: 1 })).toEqual({ leaves: [now + 200], turns: [now + 300] });
  });

  test('is nobody fresh while others wait for their turn', async () => {
    await pace.ask(sender, 10, all);
    now += 500;

    const { leaves, turns } = await pace.ask(sender, 10, { returned: 0, fresh: 2 });

    expect(leaves).toEqual([]);
    expect(turns).toEqual([START + 300 + 85 * 100, START + 300 + 86 * 100]);
  });

  test('is somebody fresh when those who wait have not come, so that no leave is lost', async () => {
    await pace.ask(sender, 10, all);
    now += 1_500;

    expect(await pace.ask(sender, 10, { returned: 0, fresh: 10 })).toMatchObject({
      leaves: [now - 1_200, now - 1_100, now - 1_000],
    });
  });

  test('is not who has come back in vain: it has a new turn behind all others', async () => {
    await pace.ask(sender, 10, all);

    expect(await pace.ask(sender, 10, { returned: 1, fresh: 0 })).toEqual({
      leaves: [],
      turns: [START + 300 + 85 * 100],
    });
  });

  test('is not who comes back in vain when nobody waits: its turn is when the next may leave', async () => {
    await pace.ask(sender, 0.1, { returned: 0, fresh: 1 });

    const answer = await pace.ask(sender, 0.1, { returned: 1, fresh: 0 });
    expect(answer).toEqual({ leaves: [], turns: [now - 1_200 + 10_000] });
  });
});

describe('what it takes to ask', () => {
  const asked = async (asking: Parameters<SenderPace['ask']>[2]) => {
    calls = [];
    await pace.ask(sender, 10, asking);
    return calls;
  };
  const [READ, WRITE] = ['GetItemCommand', 'UpdateItemCommand'];

  test('is one read, and one write for all that leave, whether or not others have left just before', async () => {
    expect(await asked({ returned: 0, fresh: 5 })).toEqual([READ, WRITE]);
    expect(await asked({ returned: 3, fresh: 2 })).toEqual([READ, WRITE]);
  });

  test('is one write more for all that get a turn', async () => {
    await asked({ returned: 0, fresh: 15 });
    await asked({ returned: 0, fresh: 1 });
    expect(await asked({ returned: 0, fresh: 10 })).toEqual([READ, WRITE]);
    now += 300;
    expect(await asked({ returned: 5, fresh: 5 })).toEqual([READ, WRITE, WRITE]);
  });
});
