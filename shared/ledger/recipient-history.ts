import { type ConsentEvent, isEvent, toEvent } from './event-store.ts';
import { type MessageRecord, messageKindOf, toMessageRecord } from './message-store.ts';
import { recipientKey, type Table } from './table.ts';

export type TimelineEntry =
  | ({ readonly type: 'event'; readonly at: string } & ConsentEvent)
  | ({ readonly type: 'message' | 'reply'; readonly at: string } & Omit<MessageRecord, 'kind'>);

/** The most entries of each type that are read for one timeline. */
const MAX_ENTRIES = 1_000;

/** All that is known of one recipient: one partition, in order of time, newest first. */
export class RecipientHistory {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async timeline(account: string, recipient: string): Promise<TimelineEntry[]> {
    const entries: TimelineEntry[] = [];
    const partition = recipientKey(account, recipient);
    for (const prefix of ['EVENT#', 'MESSAGE#', 'REPLY#']) {
      for await (const item of this.#table.partition(partition, prefix, MAX_ENTRIES)) {
        const entry = toEntry(item);
        if (entry) entries.push(entry);
      }
    }
    return entries.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  }
}

function toEntry(item: Record<string, unknown>): TimelineEntry | undefined {
  if (isEvent(item)) {
    const event = toEvent(item);
    return { type: 'event', at: event.heardAt, ...event };
  }
  if (!messageKindOf(item)) return undefined;
  const { kind, ...message } = toMessageRecord(item);
  return { type: kind, at: message.createdAt, ...message };
}
