import type { Intent, Verdict } from '../consent/classify.ts';
import type { Instant } from '../consent/merge.ts';
import { type Item, recipientKey, type Table } from './table.ts';

/**
 * Something heard, kept as evidence: who, when, by which words, through which carrier message, under which rule.
 * It never expires and never changes.
 */
export interface ConsentEvent {
  /** `{carrier}#{carrierMessageId}`: the same message heard again is the same event. */
  readonly eventId: string;
  readonly account: string;
  readonly recipient: string;
  readonly sender: string;
  readonly carrier: string;
  readonly carrierMessageId: string;
  /**
   * `message`: the recipient texted us. `refusal`: the carrier answered a send with "opted out". `review`: somebody decided
   * on a message that was put up for review, or undid that. `carrier-list`: the recipient was found on a carrier's own
   * opt-out list.
   */
  readonly source: 'message' | 'refusal' | 'review' | 'carrier-list';
  /** The words heard, as they came. Only of a message. */
  readonly text?: string | undefined;
  readonly verdict: Verdict;
  readonly intent: Intent;
  readonly rule: string;
  readonly keyword?: string | undefined;
  /** Of a review: the event that was decided on. */
  readonly about?: string | undefined;
  /** Of a review: who decided. */
  readonly by?: string | undefined;
  /** Of a review: why, in their own words. */
  readonly note?: string | undefined;
  /** Of a carrier's list: its name. */
  readonly list?: string | undefined;
  /** Of a carrier's list: since when the recipient is on it, where the carrier says so. */
  readonly listedAt?: Instant | undefined;
  /** Of a carrier's list: whether the recipient asked for it, and not somebody else, where the carrier says so. */
  readonly byRecipient?: boolean | undefined;
  /** When we first heard it; of a review, when it was decided. */
  readonly heardAt: Instant;
  /** The time that counts for consent (see `timeThatCounts`). */
  readonly countsFrom: Instant;
}

const PREFIX = 'EVENT#';

export const eventIdOf = (carrier: string, carrierMessageId: string): string => `${carrier}#${carrierMessageId}`;

export class EventStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * Keeps what was heard, unless it was heard before.
   * @returns the event as it was first heard: a carrier's retry hours later brings no new time and no new verdict
   */
  async keep(event: ConsentEvent): Promise<{ readonly event: ConsentEvent; readonly isNew: boolean }> {
    const key = { recipient: recipientKey(event.account, event.recipient), entry: `${PREFIX}${event.eventId}` };
    // `to` would be ambiguous in a partition where both sides appear, so the number itself has a name of its own.
    const { recipient: number, ...rest } = event;
    if (await this.#table.putIfAbsent({ ...rest, number, ...key })) return { event, isNew: true };
    const first = await this.#table.get(key);
    if (!first) throw new Error('An event that was there a moment ago is gone from the ledger');
    return { event: toEvent(first), isNew: false };
  }
}

export const isEvent = (item: Item): boolean => String(item.entry).startsWith(PREFIX);

export function toEvent(item: Item): ConsentEvent {
  const { number, entry: _entry, recipient: _partition, ...rest } = item;
  return { ...rest, recipient: number } as unknown as ConsentEvent;
}
