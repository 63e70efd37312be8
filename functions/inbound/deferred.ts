import * as z from 'zod/mini';
import { parseSmsEvent, parseTwoWayMessage } from '../../shared/carriers/aws/notifications.ts';
import { type CarrierEvent, UnreadableEvent } from '../../shared/carriers/carrier.ts';
import type { Instant } from '../../shared/consent/merge.ts';
import type { Nonce } from '../../shared/ledger/used-nonces.ts';

/** What somebody said, and when we first heard it. */
export interface Heard {
  readonly event: CarrierEvent;
  readonly heardAt: Instant;
  /** What the request's signature was made for, where that is not its body. */
  readonly nonce?: Nonce | undefined;
  /** Of a part of a long message: it has waited for the others, and what is there is to be heard now. */
  readonly isLastCall?: boolean | undefined;
}

export interface TopicArns {
  readonly twoWay: string;
  readonly smsEvents: string;
}

/** An SNS notification as SQS delivers it. */
const notification = z.object({
  Type: z.literal('Notification'),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
});

/** A webhook's event that waits here: until it can be stored, or, as a part of a long message, for the other parts. */
const deferred = z.object({
  heardAt: z.iso.datetime(),
  isLastCall: z.optional(z.boolean()),
  nonce: z.optional(z.object({ carrier: z.string(), value: z.string(), body: z.string() })),
  event: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('message'),
      carrier: z.string(),
      carrierMessageId: z.string(),
      recipient: z.string(),
      sender: z.string(),
      text: z.string(),
      sentAt: z.optional(z.string()),
      carrierIntent: z.optional(z.enum(['opt-out', 'opt-in', 'help'])),
      part: z.optional(z.object({ ref: z.string(), number: z.number(), total: z.number() })),
    }),
    z.object({
      kind: z.literal('receipt'),
      carrier: z.string(),
      carrierMessageId: z.string(),
      recipient: z.string(),
      sender: z.string(),
      ref: z.object({ kind: z.enum(['message', 'reply']), messageId: z.string() }),
      state: z.enum(['accepted', 'delivered', 'undelivered']),
      detail: z.optional(z.string()),
      because: z.optional(
        z.enum(['opted-out', 'blocked', 'invalid-destination', 'bad-content', 'misconfigured', 'over-quota']),
      ),
      reach: z.optional(z.literal('account')),
    }),
  ]),
});

/**
 * Reads a message of the inbound queue: an SNS notification of AWS End User Messaging, or a webhook's event that waits.
 * Only our topics and this function may write to the queue.
 *
 * @returns what was heard, or nothing where a notification is about nothing of ours
 * @throws UnreadableEvent
 */
export function readQueued(text: string, topics: TopicArns, receivedAt: Instant): Heard | undefined {
  const json = parseJson(text);
  const waiting = deferred.safeParse(json);
  if (waiting.success) return waiting.data;
  const published = notification.safeParse(json);
  if (!published.success) throw new UnreadableEvent('neither a notification nor a deferred event');
  const { TopicArn, Message, Timestamp } = published.data;
  const event = readNotification(TopicArn, Message, Timestamp, topics);
  return event && { event, heardAt: receivedAt };
}

function readNotification(topic: string, message: string, publishedAt: string, topics: TopicArns) {
  if (topic === topics.twoWay) return parseTwoWayMessage(message, publishedAt);
  if (topic === topics.smsEvents) return parseSmsEvent(message);
  throw new UnreadableEvent('a notification of a topic that is not ours');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableEvent('not JSON');
  }
}
