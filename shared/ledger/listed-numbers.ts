import type { Instant } from '../consent/merge.ts';
import type { Item, Table } from './table.ts';

/** Which list of which carrier. */
export interface ListName {
  readonly carrier: string;
  readonly list: string;
}

/** What we know of a number's stay on a carrier's list that the list itself doesn't say. */
export interface ListedState {
  /** When we first saw it there, where the list says no time. */
  readonly since?: Instant;
  /** The list's own time of the row, where we put the number there. */
  readonly putAt?: Instant;
  /** When we last took it off. */
  readonly takenOffAt?: Instant;
  /** Until when, at the latest, the carrier does not let us take it off. */
  readonly until?: Instant;
}

/** How often AWS lets a number be taken off one of its lists, by both of its APIs. Milliseconds. */
const ONCE_IN_MS = 30 * 86_400_000;

/** When AWS lets a number be taken off a list again, counted from the last time, or at the latest from when it refused. */
export const mayBeTakenOffAgainAt = (from: Instant): Instant => new Date(Date.parse(from) + ONCE_IN_MS).toISOString();

/** How far the reading of the carriers' lists has come, and what is known of single numbers on them. */
export class ListedNumbers {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** With which page to go on, where the last reading of this list was cut off. */
  async nextPage(of: ListName): Promise<string | undefined> {
    const next = (await this.#table.get(progressOf(of)))?.next;
    return typeof next === 'string' ? next : undefined;
  }

  /** @param next nothing, once the list was read to its end */
  async keepNextPage(of: ListName, next: string | undefined): Promise<void> {
    await this.#table.put({ ...progressOf(of), next });
  }

  async get(of: ListName, recipient: string): Promise<ListedState> {
    return toState((await this.#table.get(keyOf(of, recipient))) ?? {});
  }

  /**
   * Since when a number is on a list that says no time: since we first saw it there after we last took it off.
   * @returns the same time, however often and by however many this is asked
   */
  async firstSeen(of: ListName, recipient: string, now: Instant): Promise<Instant> {
    const seen = await this.#table.updateAndGet(keyOf(of, recipient), {
      expression: 'SET since = :now',
      condition: 'attribute_not_exists(since) OR since <= takenOffAt',
      values: { ':now': now },
    });
    return toState(seen ?? (await this.#table.get(keyOf(of, recipient))) ?? {}).since ?? now;
  }

  /** Remembers that we put the number on the list. */
  async put(of: ListName, recipient: string, putAt: Instant): Promise<void> {
    await this.#table.update(keyOf(of, recipient), { expression: 'SET putAt = :at', values: { ':at': putAt } });
  }

  /** Whether we put the number on the list, and have not taken it off since. */
  async isPut(of: ListName, recipient: string): Promise<boolean> {
    const { putAt, takenOffAt } = await this.get(of, recipient);
    return putAt !== undefined && (takenOffAt === undefined || takenOffAt < putAt);
  }

  async takenOff(of: ListName, recipient: string, now: Instant): Promise<void> {
    await this.#table.update(keyOf(of, recipient), {
      expression: 'SET takenOffAt = :now REMOVE #until',
      names: { '#until': 'until' },
      values: { ':now': now },
    });
  }

  /**
   * Remembers that the carrier does not let us take the number off.
   * @returns until when, at the latest: 30 days after we last did, or else after it first refused
   */
  async refused(of: ListName, recipient: string, now: Instant): Promise<Instant> {
    const { takenOffAt, until } = await this.get(of, recipient);
    if (until !== undefined && until > now) return until;
    const afterLast = takenOffAt === undefined ? now : mayBeTakenOffAgainAt(takenOffAt);
    const latest = afterLast > now ? afterLast : mayBeTakenOffAgainAt(now);
    await this.#table.update(keyOf(of, recipient), {
      expression: 'SET #until = :until',
      names: { '#until': 'until' },
      values: { ':until': latest },
    });
    return latest;
  }
}

const progressOf = ({ carrier, list }: ListName) => ({ recipient: 'opt-out-lists', entry: `LIST#${carrier}#${list}` });

const keyOf = ({ carrier, list }: ListName, recipient: string) => ({
  recipient: `opt-out-list#${carrier}#${list}#${recipient}`,
  entry: 'LISTED',
});

const toState = (item: Item): ListedState =>
  Object.fromEntries(
    ['since', 'putAt', 'takenOffAt', 'until'].flatMap((name) =>
      typeof item[name] === 'string' ? [[name, item[name]]] : [],
    ),
  );
