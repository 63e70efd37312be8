import type { Instant } from '../consent/merge.ts';
import type { Table } from './table.ts';

const DAY_MS = 86_400_000;
/** How long a note is kept, and so how long whoever works on them may be down. */
const KEPT_DAYS = 30;
/** Notes come in late by as much as a function may run, and clocks differ. What was seen is seen again. Milliseconds. */
const OVERLAP_MS = 15 * 60_000;
const PAGE = 100;
const PROGRESS = { recipient: 'consent-changes', entry: 'PROGRESS' };

/**
 * Whose consent has changed: a note for each, in the order of time, so that a carrier's list can follow without anybody
 * searching the ledger. A note says who and not what: whoever works on it reads consent as it is then.
 *
 * One partition a day takes a thousand notes a second; there are as many opt-outs and opt-ins as people text, not as are sent.
 */
export class ConsentChanges {
  readonly #table: Table;
  readonly #clock: () => number;

  constructor(table: Table, clock: () => number) {
    this.#table = table;
    this.#clock = clock;
  }

  async note({ account, recipient }: { readonly account: string; readonly recipient: string }): Promise<void> {
    await this.#keep(account, recipient, new Date(this.#clock()).toISOString());
  }

  /** Has a number come up again at a later time, by which what can't be done now may be. The same one and time is kept once. */
  async bringUpAgain(number: string, at: Instant): Promise<void> {
    await this.#keep('again', number, at);
  }

  async #keep(why: string, number: string, at: Instant): Promise<void> {
    await this.#table.put({
      recipient: partitionOf(at),
      entry: `CHANGE#${at}#${why}#${number}`,
      number,
      removeAfter: Math.ceil((Date.parse(at) + KEPT_DAYS * DAY_MS) / 1_000),
    });
  }

  /**
   * Goes through the numbers of recipients whose consent has changed, or which come up again by now, page by page, from where
   * the last call came to. Where this is cut off, the next call goes on with the page that was not finished.
   *
   * @param work what it throws ends the run
   * @returns whether all were worked on
   */
  async workOff(work: (numbers: readonly string[]) => Promise<void>, hasTime: () => boolean): Promise<boolean> {
    const now = this.#clock();
    const upToNow = new Date(now).toISOString();
    const upTo = (await this.#table.get(PROGRESS))?.upTo;
    const oldest = now - KEPT_DAYS * DAY_MS;
    const known = typeof upTo === 'string' ? Math.max(Date.parse(upTo), oldest) : oldest;
    const first = new Date(Math.min(known, now - OVERLAP_MS)).toISOString();
    for (let day = Date.parse(first.slice(0, 10)); day <= now; day += DAY_MS) {
      let after: string | undefined = `CHANGE#${first}`;
      while (after !== undefined) {
        if (!hasTime()) return false;
        const page = await this.#table.page(partitionOf(new Date(day).toISOString()), after, PAGE);
        // What comes up later today is for a later call; before it, others may still be noted.
        const due = page.filter(({ entry }) => timeIn(String(entry)) <= upToNow);
        if (due.length > 0) await work([...new Set(due.map(({ number }) => String(number)))]);
        const last = due.at(-1)?.entry;
        if (last !== undefined) await this.#reached(timeIn(String(last)));
        after = due.length === PAGE ? String(last) : undefined;
      }
    }
    await this.#reached(upToNow);
    return true;
  }

  async #reached(upTo: Instant): Promise<void> {
    await this.#table.put({ ...PROGRESS, upTo });
  }
}

const partitionOf = (at: Instant): string => `consent-changes#${at.slice(0, 10)}`;

const timeIn = (entry: string): Instant => entry.split('#')[1] ?? '';
