import type { ConsentEvent } from './event-store.ts';
import { recipientKey, type Table } from './table.ts';

/** Help replies to one recipient by one sender in one UTC day, when the sender does not say. */
export const DEFAULT_HELP_REPLIES_PER_DAY = 5;

/** Seconds for which a day's count is kept: the day, and a margin for what comes late. */
const KEPT_SECONDS = 3 * 86_400;

/** Counts the answers to HELP, so that two machines that answer each other stop. */
export class HelpReplies {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * Whether a call for help may still be answered today; if so, it is counted. The same event is counted once.
   *
   * @param perDay the most answers to this recipient by this sender in one UTC day
   */
  async mayAnswer(
    { account, recipient, sender, eventId, heardAt }: ConsentEvent,
    perDay = DEFAULT_HELP_REPLIES_PER_DAY,
  ): Promise<boolean> {
    return this.#table.update(
      { recipient: recipientKey(account, recipient), entry: `HELP#${heardAt.slice(0, 10)}#${sender}` },
      {
        expression: 'ADD answered :event SET removeAfter = :removeAfter',
        condition: 'attribute_not_exists(answered) OR contains(answered, :eventId) OR size(answered) < :perDay',
        values: {
          ':event': new Set([eventId]),
          ':eventId': eventId,
          ':perDay': perDay,
          ':removeAfter': Math.ceil(Date.parse(heardAt) / 1_000) + KEPT_SECONDS,
        },
      },
    );
  }
}
