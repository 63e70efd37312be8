import type { Intent } from '../consent/classify.ts';
import type { Instant } from '../consent/merge.ts';
import type { MessageRef } from '../messages/message-ref.ts';
import type { Category } from '../messages/outbound-message.ts';
import type { Outcome, Rejection } from '../messages/outcome.ts';
import type { ReceiptState } from '../messages/receipt.ts';
import type { Ref } from './ref.ts';

/** A webhook call just as it came in. */
export interface WebhookRequest {
  readonly method: string;
  /** The exact URL that the carrier called, as it is configured there: signatures cover it. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Buffer;
}

/** A recipient texted one of our senders. */
export interface InboundMessage {
  readonly kind: 'message';
  readonly carrier: string;
  readonly carrierMessageId: string;
  readonly recipient: string;
  readonly sender: string;
  readonly text: string;
  /** When the carrier says that it was sent. Not every carrier says so. */
  readonly sentAt?: Instant | undefined;
  /** What the carrier itself took the message for, where it handles keywords; then it has also answered it. */
  readonly carrierIntent?: Exclude<Intent, 'none'> | undefined;
  /** Where the text is one part of a long message, which its carrier hands on part by part. */
  readonly part?: MessagePart | undefined;
}

/** Which part of which long message. */
export interface MessagePart {
  /** What all parts of one message share. */
  readonly ref: string;
  /** From 1 to `total`. */
  readonly number: number;
  readonly total: number;
}

/** A carrier reports on a message that it has. */
export interface Receipt {
  readonly kind: 'receipt';
  readonly carrier: string;
  readonly carrierMessageId: string;
  readonly recipient: string;
  readonly sender: string;
  readonly ref: Ref;
  readonly state: ReceiptState;
  /** The carrier's own code for why it was not delivered. */
  readonly detail?: string | undefined;
  readonly because?: Rejection | undefined;
  /** How far the carrier's opt-out goes, where it refused for one that is wider than the sender. */
  readonly reach?: 'account' | undefined;
}

export type CarrierEvent = InboundMessage | Receipt;

/** A webhook body that is not what the carrier's documents say. Its message names fields, never values. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

export interface WebhookAnswer {
  readonly contentType: string;
  readonly body: string;
}

/**
 * Who made a request: the carrier; somebody else, or nobody knows; the carrier, but too long ago; or the carrier by a
 * fault of its own, so that it has to come again.
 */
export type Verdict = 'genuine' | 'forged' | 'stale' | 'again';

/** How a carrier calls us. */
export interface CarrierWebhook {
  readonly methods: readonly string[];
  /**
   * Whether the carrier, and nobody else, made this request. Without I/O and in constant time.
   * @param secret the carrier's secret as it is stored; several keys may be valid at once, for rotation
   * @param now milliseconds since the epoch
   * @throws where the secret is not what this carrier needs
   */
  verify(request: WebhookRequest, secret: unknown, now: number): Verdict;
  /**
   * What a signature was made for, where it does not cover the body: a second request with the same one has to say
   * the same, or it is somebody's who has seen the first.
   */
  nonceOf?(request: WebhookRequest): string | undefined;
  /**
   * What a genuine request says: none, one or several events.
   * @throws UnreadableEvent where it can't be read
   */
  parse(request: WebhookRequest): readonly CarrierEvent[];
  /** The body of a 200 that the carrier expects. It never holds a reply: replies travel on their own queue. */
  readonly answer: WebhookAnswer;
  /** The most that one call may hold, for carriers that bring many events at once. Bytes. */
  readonly maxBodyBytes?: number;
  /** `WWW-Authenticate`, for carriers that send their credentials only when they are asked to (RFC 7235). */
  readonly challenge?: string;
}

/** A message as a carrier is given it. */
export interface OutgoingMessage {
  readonly ref: MessageRef;
  readonly from: string;
  readonly body: string;
  readonly category: Category;
}

/** How we hand a message to a carrier. Never throws: whatever happens is an outcome. */
export interface CarrierSending {
  /**
   * Fetches what the next sends need, so that none of them waits for it with a consent read in its hand: they take what this
   * has fetched, and fetch nothing themselves. To be called for each batch, or a rotated secret is never noticed. Never throws.
   */
  prepare?(): Promise<void>;
  send(message: OutgoingMessage): Promise<Outcome>;
}
