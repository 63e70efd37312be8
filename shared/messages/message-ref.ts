/** `message`: what a producer queued. `reply`: our answer to a keyword; its id is the event's. */
export type MessageKind = 'message' | 'reply';

/** Which message: ids are the producer's, so they are unique only for one kind, account and recipient. */
export interface MessageRef {
  readonly kind: MessageKind;
  readonly account: string;
  readonly to: string;
  readonly messageId: string;
}
