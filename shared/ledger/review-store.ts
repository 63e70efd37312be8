import type { ConsentEvent } from './event-store.ts';
import type { Table } from './table.ts';

/** Messages that read like a wish to be left alone, but are for a person to decide on. */
export class ReviewStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Puts an event up for review, once. */
  async request(event: ConsentEvent): Promise<void> {
    const { eventId, account, recipient, sender, text, intent, rule, heardAt } = event;
    await this.#table.putIfAbsent({
      recipient: partitionOf(account),
      // Oldest first: that one's deadline comes first.
      entry: `REVIEW#${heardAt}#${eventId}`,
      eventId,
      number: recipient,
      sender,
      text,
      intent,
      rule,
      heardAt,
    });
  }
}

const partitionOf = (account: string): string => `review#${account}`;
