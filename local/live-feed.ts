/**
 * What happens in the local run, as it happens: the page at `/` and `GET /simulator/live` show it. Only memory, and only
 * the latest; what has to last is in the ledger.
 */
import type { FailureReason, Status } from '../shared/messages/status.ts';
import { isMadeUpRecipient } from './simulator/made-up-recipients.ts';

/** All times are ISO 8601 UTC with milliseconds. */
export type LiveEvent =
  /** A carrier told us what a recipient texted, and this is how it was judged. */
  | {
      readonly type: 'heard';
      readonly at: string;
      readonly account: string;
      readonly recipient: string;
      readonly sender: string;
      readonly carrier: string;
      readonly text: string;
      readonly verdict: 'act' | 'review' | 'leave';
      readonly intent: 'opt-out' | 'opt-in' | 'help' | 'none';
      readonly rule: string;
      readonly eventId: string;
    }
  /** The ledger holds a change of consent. */
  | {
      readonly type: 'consent';
      readonly at: string;
      readonly account: string;
      readonly recipient: string;
      readonly change: 'opt-out' | 'opt-in';
      readonly scope?: string;
      readonly eventId: string;
    }
  /** A message or a reply of ours took a new status. */
  | {
      readonly type: 'outcome';
      readonly at: string;
      readonly account: string;
      readonly messageId: string;
      readonly kind: 'message' | 'reply';
      readonly from: string;
      readonly to: string;
      readonly status: Status;
      readonly reason?: FailureReason;
      readonly refusedBy?: { readonly scope: string; readonly since: string; readonly eventId: string };
      readonly campaignId?: string;
      readonly carrier?: string;
    }
  /** The simulated carrier took a message: this is what shows up on a handset. */
  | {
      readonly type: 'accepted';
      readonly at: string;
      readonly carrier: string;
      readonly from: string;
      readonly to: string;
      readonly body: string;
      readonly carrierMessageId: string;
    }
  /** A handset sent a text, which its carrier has yet to hand to us. */
  | {
      readonly type: 'texted';
      readonly at: string;
      readonly carrier: string;
      readonly from: string;
      readonly to: string;
      readonly body: string;
      readonly carrierMessageId: string;
    }
  /** The simulator, as a producer, put messages on the outbound queue. */
  | {
      readonly type: 'queued';
      readonly at: string;
      readonly campaignId: string;
      readonly from: string;
      readonly count: number;
    }
  | { readonly type: 'dead-letter'; readonly at: string; readonly queue: string };

/** An event with its place in the feed; ids grow by one. */
export type LiveEntry = LiveEvent & { readonly id: number };

export interface LiveFeed {
  publish(event: LiveEvent): void;
  /** The latest events, oldest first. */
  recent(): LiveEntry[];
  /** @returns the function that ends the subscription */
  subscribe(listener: (entry: LiveEntry) => void): () => void;
}

/** How many events of each ring are kept. */
const KEPT = 500;

/** A large campaign must not wash out what people wrote, nor what became of messages to those who are somebody. */
function ringOf(event: LiveEvent): 'talk' | 'messages' | 'made-up recipients' {
  switch (event.type) {
    case 'outcome':
    case 'accepted':
      return isMadeUpRecipient(event.to) ? 'made-up recipients' : 'messages';
    case 'heard':
    case 'consent':
      return isMadeUpRecipient(event.recipient) ? 'made-up recipients' : 'talk';
    default:
      return 'talk';
  }
}

/**
 * A feed in memory.
 * @example
 * const live = createLiveFeed();
 * const stop = live.subscribe((entry) => show(entry));
 * live.publish({ type: 'dead-letter', at: new Date().toISOString(), queue: 'outbound' });
 */
export function createLiveFeed(): LiveFeed {
  const rings: Readonly<Record<ReturnType<typeof ringOf>, LiveEntry[]>> = {
    talk: [],
    messages: [],
    'made-up recipients': [],
  };
  const listeners = new Set<(entry: LiveEntry) => void>();
  let lastId = 0;

  return {
    publish(event) {
      lastId += 1;
      const entry: LiveEntry = { ...event, id: lastId };
      const ring = rings[ringOf(event)];
      ring.push(entry);
      // Trimmed in blocks, so that a publish costs next to nothing at any rate.
      if (ring.length >= 2 * KEPT) ring.splice(0, ring.length - KEPT);
      for (const listener of [...listeners]) {
        try {
          listener(entry);
        } catch (error) {
          // Whoever watches must never stop the pipeline that publishes.
          console.error('A listener of the live feed failed', error);
        }
      }
    },
    recent: () =>
      Object.values(rings)
        .flatMap((ring) => ring.slice(-KEPT))
        .sort((one, other) => one.id - other.id),
    subscribe(listener) {
      // Wrapped, so that the same function can subscribe twice and end one of the two.
      const own = (entry: LiveEntry): void => listener(entry);
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}
