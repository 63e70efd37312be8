/**
 * What may become of a message, by the contract (section 3) and the design (sections 2, 5 and 6).
 */

/** Where a message stands. A failed one stands with its reason. */
export type Stand =
  | 'unknown to us'
  | 'Queued'
  | 'Sending'
  | 'Sent'
  | 'Delivered'
  | 'Undelivered'
  | 'Unknown'
  | `Failed ${string}`;

/** What a carrier does with a message that it is asked to take. */
export type CarrierAnswer =
  | 'takes it'
  | 'takes it, and its answer is lost'
  | 'knows of an opt-out'
  | 'blocks it'
  | 'is busy'
  | 'has no quota left';

export interface ModelMessage {
  stand: Stand;
  /** Since when it has been `Sending`. */
  claimedAt: number;
  /** How often it was claimed, at the least and at the most. */
  attempts: { atLeast: number; atMost: number };
  /** Whether the carrier has it, or may have it: then it is never handed over again. */
  taken: boolean;
}

export const newMessage = (): ModelMessage => ({
  stand: 'unknown to us',
  claimedAt: 0,
  attempts: { atLeast: 0, atMost: 0 },
  taken: false,
});

/** A function that sends runs for a minute at most: until then, a message that it claimed is left to it. */
const RUNS_MS = 60_000;
/** A queue hides a message that was received for three minutes: what a dead function claimed is then given up. */
const HIDES_MS = 180_000;

export interface Delivery {
  readonly now: number;
  readonly consent: 'open' | 'closed' | 'either';
  readonly answer: CarrierAnswer;
  readonly expired: boolean;
  readonly maxAttempts: number;
  /** Whether something broke on the way, so that any prefix of the work may be all that was done. */
  readonly broken: boolean;
}

const isWaiting = ({ stand }: ModelMessage): boolean => stand === 'unknown to us' || stand === 'Queued';

/** Whether the carrier may be asked to take a message now. */
export const mayBeHanded = (message: ModelMessage, { consent, expired }: Delivery): boolean =>
  isWaiting(message) && !message.taken && !expired && consent !== 'closed';

/** Where a message may stand after its queue delivered it, for the first time or again. */
export function afterDelivery(message: ModelMessage, delivery: Delivery): Set<Stand> {
  const { stand, claimedAt } = message;
  const { now, broken, expired, consent } = delivery;
  const stands = new Set<Stand>(broken ? [stand] : []);
  if (stand === 'Sending') {
    if (now - claimedAt < HIDES_MS) stands.add('Sending');
    if (now - claimedAt >= RUNS_MS) stands.add('Unknown');
  } else if (!isWaiting(message)) {
    stands.add(stand);
  } else if (expired) {
    stands.add('Failed Expired');
  } else {
    if (consent !== 'open') stands.add('Failed OptedOut');
    if (consent !== 'closed') for (const one of afterAnswer(message, delivery)) stands.add(one);
    if (broken) stands.add('Sending').add('Queued');
  }
  return stands;
}

function afterAnswer({ attempts }: ModelMessage, { answer, maxAttempts }: Delivery): Stand[] {
  if (answer === 'takes it') return ['Sent'];
  if (answer === 'takes it, and its answer is lost') return ['Unknown'];
  if (answer === 'knows of an opt-out') return ['Failed OptedOut'];
  if (answer === 'blocks it') return ['Failed CarrierBlocked'];
  return [
    ...(attempts.atLeast + 1 < maxAttempts ? (['Queued'] as const) : []),
    ...(attempts.atMost + 1 >= maxAttempts ? (['Failed RetriesExhausted'] as const) : []),
  ];
}

/** Notes what was seen to come of a delivery. */
export function noteDelivery(message: ModelMessage, delivery: Delivery, stand: Stand, wasHanded: boolean): void {
  const { attempts } = message;
  if (isWaiting(message)) {
    attempts.atMost += 1;
    if (wasHanded) attempts.atLeast += 1;
  }
  if (stand === 'Sending' && message.stand !== 'Sending') message.claimedAt = delivery.now;
  if (wasHanded && delivery.answer.startsWith('takes it')) message.taken = true;
  message.stand = stand;
}

export type ReceiptSays = 'accepted' | 'delivered' | 'undelivered';

/** Where a message stands after a receipt: it moves on, and never back. */
export function afterReceipt({ stand }: ModelMessage, says: ReceiptSays): Stand {
  const isOpen = ['Queued', 'Sending', 'Sent', 'Unknown'].includes(stand);
  if (!isOpen) return stand;
  return says === 'delivered' ? 'Delivered' : says === 'undelivered' ? 'Undelivered' : 'Sent';
}
