import { queryUnits, readUnits, storedBytes, writeUnits } from '../../../bench/costs/units.ts';
import { LEDGER_TABLE } from '../../../shared/runtime/topology.ts';

const { failuresIndex } = LEDGER_TABLE;

/** An item of so many bytes: 1 for its name, the others for its value. */
const ofBytes = (bytes: number) => ({ a: { S: 'x'.repeat(bytes - 1) } });

const inIndex = (shard: string) => ({
  recipient: { S: 'r' },
  entry: { S: 'e' },
  [failuresIndex.partitionKey]: { S: shard },
  [failuresIndex.sortKey]: { S: 'f' },
});

describe('a strongly consistent read', () => {
  test.each([
    ['a missing item', undefined, 1],
    ['an item of 1 byte', ofBytes(1), 1],
    ['an item of 4 KB', ofBytes(4_096), 1],
    ['an item of 4 KB and a byte', ofBytes(4_097), 2],
  ])('of %s', (_, item, units) => {
    expect(readUnits(item)).toBe(units);
  });
});

describe('a strongly consistent query', () => {
  test.each([
    ['that finds nothing', [], 1],
    ['whose items are 4 KB together', [ofBytes(4_000), ofBytes(96)], 1],
    ['whose items are a byte more', [ofBytes(4_000), ofBytes(97)], 2],
  ])('%s', (_, items, units) => {
    expect(queryUnits(items)).toBe(units);
  });
});

describe('what is stored', () => {
  test.each([
    ['of nothing', undefined, 0],
    ['of an item', ofBytes(50), 150],
    ['of one that is in the index too', inIndex('s'), (37 + 100) * 2],
  ])('%s', (_, item, bytes) => {
    expect(storedBytes(item)).toBe(bytes);
  });
});

describe('a write', () => {
  test.each([
    ['that makes an item of 1 KB', undefined, ofBytes(1_024), 1],
    ['that makes an item of 1 KB and a byte', undefined, ofBytes(1_025), 2],
    ['that makes a large item small', ofBytes(3_000), ofBytes(10), 3],
    ['that failed, where nothing is', undefined, undefined, 1],
    ['that failed, where a large item is', ofBytes(2_000), ofBytes(2_000), 2],
    ['that enters the index', { recipient: { S: 'r' }, entry: { S: 'e' } }, inIndex('s'), 2],
    ['that leaves the index', inIndex('s'), { recipient: { S: 'r' }, entry: { S: 'e' } }, 2],
    ['that moves within the index', inIndex('s'), inIndex('t'), 3],
    ['that leaves the index as it is', inIndex('s'), { ...inIndex('s'), a: { S: 'x' } }, 1],
    ['with one of the keys of the index only', undefined, { [failuresIndex.partitionKey]: { S: 's' } }, 1],
  ])('%s', (_, before, after, units) => {
    expect(writeUnits(before, after)).toBe(units);
  });
});

describe('the size of a value', () => {
  /** Filled up to 1 KB, so that one byte more is one unit more. */
  const unitsWith = (value: object, bytes: number) =>
    [0, 1].map((more) => writeUnits(undefined, { v: value, ...ofBytes(1_024 - 1 - bytes + more) } as never));

  test.each([
    ['a text, in UTF-8', { S: 'é' }, 2],
    ['a number, two digits a byte', { N: '1767225690000' }, 8],
    ['a boolean', { BOOL: true }, 1],
    ['a map', { M: { ab: { S: 'c' } } }, 3 + 1 + 3],
    ['a list', { L: [{ S: 'abc' }, { NULL: true }] }, 3 + 2 + 4],
  ])('of %s', (_, value, bytes) => {
    expect(unitsWith(value, bytes)).toEqual([1, 2]);
  });

  test('of a kind that the ledger does not use is refused rather than guessed', () => {
    expect(() => readUnits({ v: { SS: ['a'] } })).toThrow('No rule for the size of SS');
  });
});
