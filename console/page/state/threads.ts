import type { LiveEvent } from '../../../local/live-feed.ts';
import { HANDSETS, handsetOf } from '../cast.ts';
import type { RememberedBubble } from '../wire.ts';
import { nameScope, showTime } from '../words.ts';

/** What stands in a conversation between a handset and a sender. */
export type ThreadItem =
  | {
      readonly kind: 'bubble';
      readonly key: string;
      readonly at: string;
      readonly direction: 'received' | 'sent';
      readonly body: string;
      /** `sending`: on its way to the pipeline; `lost`: the pipeline did not take it. */
      readonly state: 'sending' | 'there' | 'lost';
    }
  /** Something that a real handset never shows: what happened out of its sight. */
  | {
      readonly kind: 'note';
      readonly key: string;
      readonly at: string;
      readonly tone: 'heard' | 'refused' | 'trouble';
      readonly text: string;
      readonly count: number;
    };

/** By recipient, then by sender. */
export type Threads = Readonly<Record<string, Readonly<Record<string, readonly ThreadItem[]>>>>;

const ITEMS_KEPT = 80;

export const noThreads: Threads = Object.fromEntries(HANDSETS.map(({ number }) => [number, {}]));

export const threadOf = (threads: Threads, recipient: string, sender: string): readonly ThreadItem[] =>
  threads[recipient]?.[sender] ?? [];

function change(
  threads: Threads,
  recipient: string,
  sender: string,
  edit: (items: readonly ThreadItem[]) => readonly ThreadItem[],
): Threads {
  const before = threadOf(threads, recipient, sender);
  const after = edit(before);
  if (after === before) return threads;
  return { ...threads, [recipient]: { ...threads[recipient], [sender]: after.slice(-ITEMS_KEPT) } };
}

const hasKey = (items: readonly ThreadItem[], key: string): boolean => items.some((item) => item.key === key);

function note(
  items: readonly ThreadItem[],
  added: { key: string; at: string; tone: 'heard' | 'refused' | 'trouble'; text: string },
): readonly ThreadItem[] {
  const last = items.at(-1);
  // The same thing over and over is said once, with how often.
  if (last?.kind === 'note' && last.text === added.text && last.tone === added.tone) {
    if (last.key === added.key) return items;
    return [...items.slice(0, -1), { ...last, key: added.key, at: added.at, count: last.count + 1 }];
  }
  return hasKey(items, added.key) ? items : [...items, { kind: 'note', count: 1, ...added }];
}

const JUDGED = {
  'opt-out': 'Heard: opt out',
  'opt-in': 'Heard: opt in',
  help: 'Heard: help',
  none: 'Heard: no wish',
} as const;

const judged = (event: Extract<LiveEvent, { type: 'heard' }>): string => {
  if (event.verdict === 'review') return 'Heard, unsure: put up for review';
  if (event.verdict === 'leave') return 'Heard: nothing to do';
  return JUDGED[event.intent];
};

/** What an event changes in the conversations of the handsets. */
export function applyToThreads(threads: Threads, event: LiveEvent): Threads {
  switch (event.type) {
    case 'accepted': {
      if (!handsetOf(event.to)) return threads;
      const { carrierMessageId: key, at, body } = event;
      return change(threads, event.to, event.from, (items) =>
        hasKey(items, key)
          ? items
          : [...items, { kind: 'bubble', key, at, direction: 'received', body, state: 'there' }],
      );
    }
    case 'texted': {
      if (!handsetOf(event.from)) return threads;
      const { carrierMessageId: key, at, body } = event;
      return change(threads, event.from, event.to, (items) => {
        if (hasKey(items, key)) return items;
        const own = items.findIndex((item) => item.kind === 'bubble' && item.state === 'sending' && item.body === body);
        const bubble: ThreadItem = { kind: 'bubble', key, at, direction: 'sent', body, state: 'there' };
        return own < 0 ? [...items, bubble] : items.with(own, bubble);
      });
    }
    case 'heard':
      if (!handsetOf(event.recipient)) return threads;
      return change(threads, event.recipient, event.sender, (items) =>
        note(items, { key: `heard ${event.eventId}`, at: event.at, tone: 'heard', text: judged(event) }),
      );
    case 'outcome': {
      if (event.kind !== 'message' || !handsetOf(event.to)) return threads;
      const key = `${event.status} ${event.messageId}`;
      if (event.status === 'Failed') {
        const { refusedBy } = event;
        const why = refusedBy ? `${nameScope(refusedBy.scope)} closed since ${showTime(refusedBy.since)}` : '';
        const refused = event.reason === 'OptedOut';
        const text = refused ? `Held back${why && `: ${why}`}` : `Not sent: ${event.reason ?? 'failed'}`;
        return change(threads, event.to, event.from, (items) =>
          note(items, { key, at: event.at, tone: refused ? 'refused' : 'trouble', text }),
        );
      }
      if (event.status === 'Unknown') {
        return change(threads, event.to, event.from, (items) =>
          note(items, { key, at: event.at, tone: 'trouble', text: 'Taken, but we never heard so: unknown' }),
        );
      }
      return settle(threads, event);
    }
    default:
      return threads;
  }
}

/** A receipt answers what was unknown. */
function settle(threads: Threads, event: Extract<LiveEvent, { type: 'outcome' }>): Threads {
  return change(threads, event.to, event.from, (items) => {
    const index = items.findIndex((item) => item.key === `Unknown ${event.messageId}`);
    const item = items[index];
    if (item?.kind !== 'note') return items;
    return items.with(index, { ...item, tone: 'heard', text: `A receipt settled it: ${event.status.toLowerCase()}` });
  });
}

/** A text that was just typed, shown before the pipeline says anything. */
export const addTyped = (
  threads: Threads,
  recipient: string,
  sender: string,
  typed: { key: string; at: string; body: string },
): Threads =>
  change(threads, recipient, sender, (items) => [
    ...items,
    { kind: 'bubble', direction: 'sent', state: 'sending', ...typed },
  ]);

/** The pipeline did not take a text, either before or after its carrier had it. */
export const loseTyped = (
  threads: Threads,
  recipient: string,
  sender: string,
  key: string,
  carrierMessageId?: string,
): Threads =>
  change(threads, recipient, sender, (items) => {
    const index = items.findIndex(
      (item) => item.kind === 'bubble' && (item.key === key || item.key === carrierMessageId),
    );
    const item = items[index];
    return item?.kind === 'bubble' ? items.with(index, { ...item, state: 'lost' }) : items;
  });

/** Puts what the simulator remembers of a handset's conversations in front of what has been seen since. */
export function remember(threads: Threads, recipient: string, bubbles: readonly RememberedBubble[]): Threads {
  let next = threads;
  for (const { sender, carrierMessageId: key, at, direction, body } of bubbles) {
    next = change(next, recipient, sender, (items) => {
      if (hasKey(items, key)) return items;
      const bubble: ThreadItem = { kind: 'bubble', key, at, direction, body, state: 'there' };
      const later = items.findIndex((item) => item.at > at);
      return later < 0 ? [...items, bubble] : items.toSpliced(later, 0, bubble);
    });
  }
  return next;
}
