import { createHash } from 'node:crypto';
import type { Table } from './table.ts';

/** A queue message that waits for its time. */
export interface Waiting {
  /** As the producer wrote it. */
  readonly body: string;
}

/** Messages of one minute lie in as many partitions, so that a campaign's million can be written by a thousand a second each. */
export const WAITING_SHARDS = 8;

const MINUTE_MS = 60_000;
/**
 * A message is put into a minute that begins this much later at the earliest: longer than whoever puts it may run, so that
 * nobody puts one into a minute that has been let go. Milliseconds.
 */
const MARGIN_MS = 2 * MINUTE_MS;
/** How much later than asked a message may be let go, when all is well: whoever has a turn comes back before it. Milliseconds. */
export const MOST_LATE_MS = MARGIN_MS + 2 * MINUTE_MS;
/** How long a message is kept after its time, should whoever lets it go be down. Seconds. */
const KEPT_SECONDS = 14 * 86_400;
/** The first call ever may come some time after the first message was put. Milliseconds. */
const FIRST_LOOK_BACK_MS = 60 * MINUTE_MS;
/** Messages let go at a time. */
const PAGE = 500;

/**
 * Where messages wait that can't leave for a while: quiet hours, a far turn, a spent quota. SQS hides 120,000 messages of a
 * queue and no more, after which it hands out none at all; a table has no such limit, and waiting there costs one write.
 *
 * ```
 *   outbound ── keep until 08:00 ──► waiting#08:02#0…7 ── every minute ──► outbound queue
 * ```
 *
 * Letting go twice sends nothing twice: a message's id is claimed as ever.
 */
export class WaitingRoom {
  readonly #table: Table;
  readonly #clock: () => number;

  constructor(table: Table, clock: () => number) {
    this.#table = table;
    this.#clock = clock;
  }

  /**
   * Keeps a message until its time, or up to `MOST_LATE_MS` longer.
   * @param id of this message among those that wait: the same one is kept once
   * @param until milliseconds since the epoch
   */
  async keep(id: string, body: string, until: number): Promise<void> {
    const minute = minuteOf(Math.max(until, this.#clock() + MARGIN_MS) + MINUTE_MS - 1);
    const shard = createHash('sha256').update(id).digest().readUInt32BE(0) % WAITING_SHARDS;
    await this.#table.put({
      recipient: partition(minute, shard),
      entry: `MESSAGE#${id}`,
      body,
      removeAfter: Math.ceil(Date.parse(minute) / 1_000) + KEPT_SECONDS,
    });
  }

  /**
   * Lets the messages of one shard go whose time has come, page by page, in the order of their times. Where this is cut off,
   * the next call goes on with the page that was not finished.
   *
   * @param letGo puts a page of messages where they came from; what it throws ends the run
   * @param hasTime whether there is time for another page
   * @returns how many were let go
   */
  async letGo(
    shard: number,
    letGo: (messages: readonly Waiting[]) => Promise<void>,
    hasTime: () => boolean,
  ): Promise<number> {
    const progress = { recipient: 'waiting', entry: `SHARD#${shard}` };
    const stored = await this.#table.get(progress);
    const now = minuteOf(this.#clock());
    // Never later than now: a clock that was fast for a while must not have us pass over those who were put meanwhile.
    const goesOn = stored !== undefined && String(stored.minute) <= minuteOf(this.#clock() + MINUTE_MS);
    const first = stored === undefined ? minuteOf(this.#clock() - FIRST_LOOK_BACK_MS) : now;
    let minute = goesOn ? String(stored.minute) : first;
    let after = goesOn && stored.after !== undefined ? String(stored.after) : undefined;
    let count = 0;
    while (minute <= now && hasTime()) {
      const page = await this.#table.page(partition(minute, shard), after, PAGE);
      if (page.length > 0) await letGo(page.map(({ body }) => ({ body: String(body) })));
      count += page.length;
      after = page.length === PAGE ? String(page.at(-1)?.entry) : undefined;
      if (after === undefined) minute = minuteOf(Date.parse(minute) + MINUTE_MS);
      // Minutes in which nobody waited are not worth a write each.
      if (page.length > 0 || minute > now) await this.#table.put({ ...progress, minute, after });
    }
    return count;
  }
}

const partition = (minute: string, shard: number): string => `waiting#${minute}#${shard}`;

/** The minute in which a moment lies, as an ISO 8601 time. */
const minuteOf = (milliseconds: number): string =>
  new Date(Math.floor(milliseconds / MINUTE_MS) * MINUTE_MS).toISOString();
