/** Where a message stands (contract, section 3). */
export type Status = 'Queued' | 'Sending' | 'Sent' | 'Delivered' | 'Undelivered' | 'Failed' | 'Unknown';

/** Why a message is `Failed` (contract, section 3). */
export type FailureReason =
  | 'OptedOut'
  | 'InvalidMessage'
  | 'InvalidDestination'
  | 'Expired'
  | 'SenderNotAllowed'
  | 'CarrierRejected'
  | 'CarrierBlocked'
  | 'RetriesExhausted';

/**
 * For each status, the statuses that a message may have just before. A status never goes backwards, because no path
 * through this table returns to where it was, but for `Queued` and `Sending`, between which each attempt goes once.
 * `Failed`, `Delivered` and `Undelivered` are final: they stand before nothing.
 */
const MAY_FOLLOW: Readonly<Record<Status, readonly Status[]>> = {
  Queued: ['Sending'],
  Sending: ['Queued'],
  Failed: ['Sending', 'Queued'],
  Unknown: ['Sending'],
  // A receipt proves that the carrier has the message, even where we took its answer for a failure and wait to try again.
  Sent: ['Sending', 'Unknown', 'Queued'],
  Delivered: ['Sending', 'Unknown', 'Queued', 'Sent'],
  Undelivered: ['Sending', 'Unknown', 'Queued', 'Sent'],
};

/** The statuses from which a message may become `next`. */
export const statusesBefore = (next: Status): readonly Status[] => MAY_FOLLOW[next];

export const mayBecome = (current: Status, next: Status): boolean => MAY_FOLLOW[next].includes(current);

/** Whether nothing more can happen to a message with this status. */
export const isFinal = (status: Status): boolean =>
  (Object.keys(MAY_FOLLOW) as Status[]).every((next) => !mayBecome(status, next));
