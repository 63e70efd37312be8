import type { Key, Table } from './table.ts';

/** How often a change is tried when others make theirs at the same moment. */
const MAX_TRIES = 20;
/** How far ahead leave is given at most: whoever gets it waits for it in the function. Milliseconds. */
export const LEAVE_AHEAD_MS = 200;
/** What may be made up for at most: SQS hides in whole seconds, so messages come back in bunches of a second. Milliseconds. */
const MOST_CREDIT_MS = 1_200;
/** What lapses so soon is not kept for those who wait: they are stuck in a long queue. Milliseconds. */
const LAPSES_SOON_MS = 200;
/** In any 30 s, this much more than the rate allows is still within 5 % of it. Milliseconds. */
const FIVE_PERCENT_MS = 1_500;

/** How many messages of a batch ask. */
export interface Asking {
  /** They have had a turn, and it has come. */
  readonly returned: number;
  /** They have had none yet. */
  readonly fresh: number;
}

/** One time for each message that asked, those that returned before the fresh ones. Milliseconds since the epoch. */
export interface Answer {
  /** When the first of them may leave: within `LEAVE_AHEAD_MS`, or already. */
  readonly leaves: readonly number[];
  /** When the others may come back and ask again, each in its turn. */
  readonly turns: readonly number[];
}

/**
 * Keeps a sender to its messages per second over any number of functions at once. Two times on one item do it, and each
 * batch moves them on, whoever runs it: `nextLeave`, by which messages really leave; and `nextTurn`, at which the queue of
 * those ends that have to come back.
 *
 * ```
 *        1.2 s at most      now  0.2 s
 *   ──┬───┬───┬───┬───┬───┬──●──┬────┤──┬───┬───┬───┬───┬───► time
 *     └ nextLeave                     └ turns         └ nextTurn
 *     these may leave,                these come back then
 *     each at its own time            and ask again
 * ```
 *
 * A turn is no leave: when nobody has worked for a while, all turns are late at once, and only as many messages leave as the
 * credit allows. What was not used before that is lost.
 */
export class SenderPace {
  readonly #table: Table;
  readonly #clock: () => number;

  constructor(table: Table, clock: () => number) {
    this.#table = table;
    this.#clock = clock;
  }

  /**
   * Asks for messages of one sender. While others wait for a turn, fresh ones get only what those have not come for
   * and what would lapse. It takes a read, a write where any may leave, and a write where any has to come back.
   *
   * @param messagesPerSecond more than 0
   * @throws where the ledger can't be read or written, and where too many functions ask at once
   */
  async ask(sender: string, messagesPerSecond: number, { returned, fresh }: Asking): Promise<Answer> {
    const key = { recipient: `sender#${sender}`, entry: 'PACE' };
    const spacing = 1_000 / messagesPerSecond;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const item = await this.#table.get(key);
      const now = this.#clock();
      const nextLeave = Number(item?.nextLeave ?? 0);
      const earliest = earliestLeave(now, spacing);
      const leavesUntil = (moment: number) => countUntil(moment, Math.max(nextLeave, earliest), spacing);
      const free = leavesUntil(now + LEAVE_AHEAD_MS);
      const somebodyWaits = Number(item?.nextTurn ?? 0) > now;
      const freeForFresh = somebodyWaits ? leavesUntil(earliest + LAPSES_SOON_MS) : free;
      const count = Math.max(Math.min(returned, free), Math.min(returned + fresh, freeForFresh));
      const first = await this.#takeLeaves(key, nextLeave, now, count, spacing);
      if (first === undefined) continue;
      const afterThem = first + count * spacing;
      const left = returned + fresh - count;
      return { leaves: inARow(first, count, spacing), turns: await this.#takeTurns(key, afterThem, left, spacing) };
    }
    throw new Error('Nobody can say when a sender may send: too many functions at once');
  }

  /** @returns the first of them; undefined where others have taken too many of them meanwhile */
  async #takeLeaves(
    key: Key,
    nextLeave: number,
    now: number,
    count: number,
    spacing: number,
  ): Promise<number | undefined> {
    const earliest = earliestLeave(now, spacing);
    if (count === 0) return Math.max(nextLeave, earliest);
    const length = count * spacing;
    if (nextLeave <= earliest) {
      const began = await this.#table.update(key, {
        expression: 'SET nextLeave = :next',
        condition: 'attribute_not_exists(nextLeave) OR nextLeave <= :earliest',
        values: { ':next': earliest + length, ':earliest': earliest },
      });
      return began ? earliest : undefined;
    }
    // Others may take some at the same moment, as long as the last of these is near enough.
    const moved = await this.#table.updateAndGet(key, {
      expression: 'SET nextLeave = nextLeave + :length',
      condition: 'nextLeave > :earliest AND nextLeave <= :latest',
      values: { ':length': length, ':earliest': earliest, ':latest': now + LEAVE_AHEAD_MS - (length - spacing) },
    });
    return moved && Number(moved.nextLeave) - length;
  }

  /** Turns at the end of the queue, which begins at `earliest` where nobody waits. */
  async #takeTurns(key: Key, earliest: number, count: number, spacing: number): Promise<number[]> {
    if (count === 0) return [];
    const length = count * spacing;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const queued = await this.#table.updateAndGet(key, {
        expression: 'SET nextTurn = nextTurn + :length',
        condition: 'nextTurn > :earliest',
        values: { ':length': length, ':earliest': earliest },
      });
      if (queued) return inARow(Number(queued.nextTurn) - length, count, spacing);
      const began = await this.#table.update(key, {
        expression: 'SET nextTurn = :next',
        condition: 'attribute_not_exists(nextTurn) OR nextTurn <= :earliest',
        values: { ':next': earliest + length, ':earliest': earliest },
      });
      if (began) return inARow(earliest, count, spacing);
    }
    throw new Error('No turn could be had for a sender: too many functions at once');
  }
}

const inARow = (first: number, count: number, spacing: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index * spacing);

/**
 * The earliest leave that is still given. Seldom senders have a short credit, or two of theirs would leave at once; those in
 * between have one by which 30 s stay within 5 %.
 */
const earliestLeave = (now: number, spacing: number): number =>
  now - Math.min(MOST_CREDIT_MS, Math.max(FIVE_PERCENT_MS - spacing, spacing - LEAVE_AHEAD_MS));

/** How many times there are from the first to a moment. */
const countUntil = (moment: number, first: number, spacing: number): number =>
  Math.max(0, Math.floor((moment - first) / spacing) + 1);
