import { mayBecome, type Status } from './status.ts';

/** What a carrier's receipt says of a message that it has. */
export type ReceiptState = 'accepted' | 'delivered' | 'undelivered';

const STATUS_OF: Readonly<Record<ReceiptState, Status>> = {
  accepted: 'Sent',
  delivered: 'Delivered',
  // A carrier's "failed" is `Undelivered` here: a receipt exists, so the carrier had accepted the message.
  undelivered: 'Undelivered',
};

/** The status that a receipt leads to, where the message may still take it. */
export const statusAfterReceipt = (state: ReceiptState): Status => STATUS_OF[state];

/** A message's status after a receipt, in whatever order and however often receipts arrive. */
export function applyReceipt(current: Status, state: ReceiptState): Status {
  const next = STATUS_OF[state];
  return mayBecome(current, next) ? next : current;
}
