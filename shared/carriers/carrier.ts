import type { Intent } from '../consent/classify.ts';
import type { Instant } from '../consent/merge.ts';
import type { MessageRef } from '../messages/message-ref.ts';
import type { Category } from '../messages/outbound-message.ts';
import type { Outcome, Rejection } from '../messages/outcome.ts';
import type { ReceiptState } from '../messages/receipt.ts';

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
}

/** A carrier reports on a message that it has. */
export interface Receipt {
  readonly kind: 'receipt';
  readonly carrier: string;
  readonly carrierMessageId: string;
  readonly recipient: string;
  readonly sender: string;
  /** Which message of ours; the account is the sender's. */
  readonly ref: Pick<MessageRef, 'kind' | 'messageId'>;
  readonly state: ReceiptState;
  /** The carrier's own code for why it was not delivered. */
  readonly detail?: string | undefined;
  readonly because?: Rejection | undefined;
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

/** How a carrier calls us. */
export interface CarrierWebhook {
  readonly methods: readonly string[];
  /**
   * Whether the carrier, and nobody else, made this request.
   * @param secret the carrier's secret as it is stored; several keys may be valid at once, for rotation
   */
  verify(request: WebhookRequest, secret: unknown): boolean;
  /**
   * What a genuine request says: none, one or several events.
   * @throws UnreadableEvent where it can't be read
   */
  parse(request: WebhookRequest): readonly CarrierEvent[];
  /** The body of a 200 that the carrier expects. It never holds a reply: replies travel on their own queue. */
  readonly answer: WebhookAnswer;
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
  /** Fetches what a send needs, so that no send waits for it with a consent read in its hand. Never throws. */
  prepare?(): Promise<void>;
  send(message: OutgoingMessage): Promise<Outcome>;
}
