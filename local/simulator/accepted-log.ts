/** A message that a carrier took from us (contract, section 9). */
export interface AcceptedMessage {
  readonly carrier: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly carrierMessageId: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface AcceptedLog {
  add(message: AcceptedMessage): void;
  /** In the order accepted: those received at or after `since`, to `recipient` where one is given. */
  list(since?: number, recipient?: string): Iterable<AcceptedMessage>;
  /** The latest message from `sender` to `recipient`. */
  latest(sender: string, recipient: string): AcceptedMessage | undefined;
}

const CAPACITY = 200_000;
const MAX_SHARED_TEXTS = 1_000;

/** Keeps the latest messages. A campaign has one text for all, which is kept once. */
export function createAcceptedLog(capacity = CAPACITY): AcceptedLog {
  const ring: AcceptedMessage[] = [];
  /** Where the oldest message stands once the ring is full. */
  let start = 0;
  const texts = new Map<string, string>();

  const share = (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    if (texts.size >= MAX_SHARED_TEXTS) texts.clear();
    texts.set(text, text);
    return text;
  };
  const at = (index: number): AcceptedMessage | undefined => ring[(start + index) % ring.length];

  return {
    add(message) {
      const compact = { ...message, from: share(message.from), body: share(message.body) };
      if (ring.length < capacity) {
        ring.push(compact);
      } else {
        ring[start] = compact;
        start = (start + 1) % capacity;
      }
    },
    *list(since = Number.NEGATIVE_INFINITY, recipient) {
      // A copy of the order: the ring may turn while a reader that takes its time goes through it.
      const snapshot = [...ring.slice(start), ...ring.slice(0, start)];
      for (const message of snapshot) {
        if (message.receivedAt >= since && (recipient === undefined || message.to === recipient)) yield message;
      }
    },
    latest(sender, recipient) {
      for (let index = ring.length - 1; index >= 0; index -= 1) {
        const message = at(index);
        if (message?.from === sender && message.to === recipient) return message;
      }
      return undefined;
    },
  };
}
