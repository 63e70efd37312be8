import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE } from '../../shared/runtime/topology.ts';

/**
 * What DynamoDB bills on demand, by its published rules.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export type Attributes = Readonly<Record<string, AttributeValue>>;

const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;
/** What each stored item is billed beside itself, in the table and in an index (aws.amazon.com/dynamodb/pricing/on-demand). */
const STORED_WITH_EACH_BYTES = 100;

/** A strongly consistent read of one item. A missing one costs a unit too, and so does each item of a batch. */
export const readUnits = (item: Attributes | undefined): number =>
  Math.max(1, Math.ceil(sizeOf(item) / READ_UNIT_BYTES));

/** A strongly consistent query: what it finds is added up before it is rounded, and nothing found costs a unit too. */
export const queryUnits = (items: readonly Attributes[]): number =>
  Math.max(1, Math.ceil(items.reduce((bytes, item) => bytes + sizeOf(item), 0) / READ_UNIT_BYTES));

/** What an item and its index entry take up that is billed as storage. Bytes. */
export const storedBytes = (item: Attributes | undefined): number =>
  [item, indexEntryOf(item)].reduce(
    (bytes, stored) => bytes + (stored ? sizeOf(stored) + STORED_WITH_EACH_BYTES : 0),
    0,
  );

/**
 * One write: the larger of the item before and after. A condition that fails costs as much as the item that is there.
 */
export function writeUnits(before: Attributes | undefined, after: Attributes | undefined): number {
  const bytes = Math.max(sizeOf(before), sizeOf(after));
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES)) + indexUnits(before, after);
}

/** The failures index: entering it or leaving it is a write of its own, and moving within it is two. */
function indexUnits(before: Attributes | undefined, after: Attributes | undefined): number {
  const [was, is] = [indexEntryOf(before), indexEntryOf(after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return 0;
  return [was, is].reduce((units, entry) => units + Math.ceil(sizeOf(entry) / WRITE_UNIT_BYTES), 0);
}

/** What the index keeps of an item: the keys of both. Nothing where the item lacks one. */
function indexEntryOf(item: Attributes | undefined): Attributes | undefined {
  const { partitionKey, sortKey, failuresIndex } = LEDGER_TABLE;
  if (!item?.[failuresIndex.partitionKey] || !item[failuresIndex.sortKey]) return undefined;
  const names = [partitionKey, sortKey, failuresIndex.partitionKey, failuresIndex.sortKey];
  return Object.fromEntries(names.map((name) => [name, item[name] as AttributeValue]));
}

function sizeOf(item: Attributes | undefined): number {
  return Object.entries(item ?? {}).reduce(
    (bytes, [name, value]) => bytes + Buffer.byteLength(name) + sizeOfValue(value),
    0,
  );
}

function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^-?0*|\./g, '').length / 2) + 1;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + sizeOf(value.M);
  if (value.L !== undefined) return value.L.reduce((bytes, element) => bytes + 1 + sizeOfValue(element), 3);
  throw new Error(`No rule for the size of ${Object.keys(value)}`);
}
