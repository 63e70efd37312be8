import { CONFIRM_WITHIN_MS } from '../consent/double-opt-in.ts';
import type { Instant } from '../consent/merge.ts';
import type { ConsentEvent } from './event-store.ts';
import { recipientKey, type Table } from './table.ts';

/** Opt-ins that wait for the YES of their recipient. */
export class OptInRequests {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Remembers that a recipient is asked; of several times the latest counts. */
  async ask({ account, recipient, sender, heardAt, eventId }: ConsentEvent): Promise<void> {
    await this.#table.update(
      { recipient: recipientKey(account, recipient), entry: entryOf(sender) },
      {
        expression: 'SET askedAt = :askedAt, eventId = :eventId, removeAfter = :removeAfter',
        condition: 'attribute_not_exists(askedAt) OR askedAt < :askedAt',
        values: {
          ':askedAt': heardAt,
          ':eventId': eventId,
          ':removeAfter': Math.ceil((Date.parse(heardAt) + CONFIRM_WITHIN_MS) / 1_000),
        },
      },
    );
  }

  /** When a recipient was last asked, which may be longer ago than an answer counts. */
  async askedAt(of: { account: string; recipient: string; sender: string }): Promise<Instant | undefined> {
    const item = await this.#table.get({
      recipient: recipientKey(of.account, of.recipient),
      entry: entryOf(of.sender),
    });
    return typeof item?.askedAt === 'string' ? item.askedAt : undefined;
  }
}

const entryOf = (sender: string): string => `OPT-IN-REQUEST#${sender}`;
