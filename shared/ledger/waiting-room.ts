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
  readonly #pageSize: number;

  /** @param pageSize messages let go at a time */
  constructor(table: Table, clock: () => number, pageSize = 500) {
    this.#table = table;
    this.#clock = clock;
    this.#pageSize = pageSize;
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
   * the next call goes on with the page that was not finished. Where another call has finished that page meanwhile, it goes on
   * and this one ends: of two calls at once, only the page that both have in hand is let go twice.
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
    const now = minuteOf(this.#clock());
    let { step, minute, after } = await this.#progress(shard, now);
    let count = 0;
    while (minute <= now && hasTime()) {
      const page = await this.#table.page(partition(minute, shard), after, this.#pageSize);
      if (page.length > 0) await letGo(page.map(({ body }) => ({ body: String(body) })));
      after = page.length === this.#pageSize ? String(page.at(-1)?.entry) : undefined;
      if (after === undefined) minute = minuteOf(Date.parse(minute) + MINUTE_MS);
      // Minutes in which nobody waited are not worth a write each.
      if (page.length === 0 && minute <= now) continue;
      if (!(await this.#reached(shard, { step, minute, after }))) break;
      step += 1;
      count += page.length;
    }
    return count;
  }

  /** How far the calls before have come with a shard. */
  async #progress(shard: number, now: string): Promise<Progress> {
    const stored = await this.#table.get(progressOf(shard));
    const step = Number(stored?.step ?? 0);
    if (stored === undefined) return { step, minute: minuteOf(this.#clock() - FIRST_LOOK_BACK_MS), after: undefined };
    const minute = String(stored.minute);
    // Never later than now: a clock that was fast for a while must not have us pass over those who were put meanwhile.
    if (minute > minuteOf(this.#clock() + MINUTE_MS)) return { step, minute: now, after: undefined };
    return { step, minute, after: stored.after === undefined ? undefined : String(stored.after) };
  }

  /** @returns whether nobody else has come any further since this was read */
  #reached(shard: number, { step, minute, after }: Progress): Promise<boolean> {
    return this.#table.update(progressOf(shard), {
      expression: `SET step = :next, #minute = :minute${after === undefined ? ' REMOVE #after' : ', #after = :after'}`,
      condition: step === 0 ? 'attribute_not_exists(step)' : 'step = :step',
      names: { '#minute': 'minute', '#after': 'after' },
      values: { ':next': step + 1, ':minute': minute, ':after': after, ...(step > 0 && { ':step': step }) },
    });
  }
}

/** With which page of a shard to go on. */
interface Progress {
  /** How often somebody has come further. */
  readonly step: number;
  readonly minute: string;
  /** The last one of that minute that was let go. */
  readonly after: string | undefined;
}

const progressOf = (shard: number) => ({ recipient: 'waiting', entry: `SHARD#${shard}` });

const partition = (minute: string, shard: number): string => `waiting#${minute}#${shard}`;

/** The minute in which a moment lies, as an ISO 8601 time. */
const minuteOf = (milliseconds: number): string =>
  new Date(Math.floor(milliseconds / MINUTE_MS) * MINUTE_MS).toISOString();
