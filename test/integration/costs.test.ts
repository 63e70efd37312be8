import { type Cost, MeteredPipeline } from '../../bench/costs/metered-pipeline.ts';

/** What a message costs in AWS, in batches of ten, counted on the wire between the function and the embedded engines. */
let pipeline: MeteredPipeline;

beforeAll(async () => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  pipeline = await MeteredPipeline.start();
});

afterAll(() => pipeline.close());

const statuses = () => pipeline.statusesOf(pipeline.lastBatch);
const all = (status: string) => Array.from({ length: 10 }, () => status);

describe('a message that is sent', () => {
  let cost: Cost;

  beforeAll(async () => {
    cost = await pipeline.send('spring');
  });

  test('really is', async () => {
    expect(await statuses()).toEqual(all('Sent'));
  });

  test('takes a claim, a tenth of a read, a record and a tenth of a count', () => {
    expect(cost.callsOfBatch).toEqual({ PutItem: 10, BatchGetItem: 1, UpdateItem: 11 });
    expect(cost.calls).toBeLessThanOrEqual(2.2);
  });

  test('takes one read unit and 2.1 write units', () => {
    expect(cost.readUnits).toBe(1);
    expect(cost.writeUnits).toBeCloseTo(2.1);
  });
});

describe('a message that is refused', () => {
  let cost: Cost;

  beforeAll(async () => {
    cost = await pipeline.refuse();
  });

  test('really is', async () => {
    expect(await statuses()).toEqual(all('OptedOut'));
  });

  test('takes a claim, a tenth of a read and a record', () => {
    expect(cost.callsOfBatch).toEqual({ PutItem: 10, BatchGetItem: 1, UpdateItem: 10 });
  });

  test('takes one read unit and two write units', () => {
    expect(cost).toMatchObject({ readUnits: 1, writeUnits: 2 });
  });
});

describe('a message of a campaign that is refused', () => {
  let cost: Cost;

  beforeAll(async () => {
    cost = await pipeline.refuse('spring');
  });

  test('really is', async () => {
    expect(await statuses()).toEqual(all('OptedOut'));
  });

  test('takes one write unit more, for the failures index', () => {
    expect(cost).toMatchObject({ calls: 2.1, readUnits: 1, writeUnits: 3 });
  });
});

/** Leave is asked for in one write or two, by whether others wait: limits, therefore, and no exact numbers. */
describe('a message of a sender with a rate', () => {
  test('whose turn is near takes a tenth of a read and of a write or two more', async () => {
    const { calls, writeUnits, receives } = await pipeline.sendRated('function', 'spring');
    expect(await statuses()).toEqual(all('Sent'));
    expect(receives).toBe(1);
    expect(calls).toBeLessThanOrEqual(2.4);
    expect(writeUnits).toBeLessThanOrEqual(2.3);
  });

  test('whose turn is waited for on the queue is written twice more, and comes off the queue twice', async () => {
    const { calls, readUnits, writeUnits, receives, deletes } = await pipeline.sendRated('queue', 'spring');
    expect(await statuses()).toEqual(all('Sent'));
    expect([receives, deletes]).toEqual([2, 1]);
    expect(calls).toBeLessThanOrEqual(6.6);
    expect(readUnits).toBeLessThanOrEqual(2.3);
    expect(writeUnits).toBeLessThanOrEqual(4.3);
  });

  test('whose turn is far is kept in the ledger meanwhile, and comes off the queue three times at most', async () => {
    const { calls, readUnits, writeUnits, receives, deletes } = await pipeline.sendRated('waiting room', 'spring');
    expect(await statuses()).toEqual(all('Sent'));
    expect(deletes).toBe(2);
    expect(receives).toBeLessThanOrEqual(3);
    expect(calls).toBeLessThanOrEqual(11.8);
    expect(readUnits).toBeLessThanOrEqual(3.3);
    expect(writeUnits).toBeLessThanOrEqual(8.3);
  }, 120_000);
});
