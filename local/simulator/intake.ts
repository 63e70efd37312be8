import type { LiveFeed } from '../live-feed.ts';
import type { AcceptedLog } from './accepted-log.ts';
import type { Behaviours } from './behaviours.ts';
import type { SimulatedCarrier } from './carriers.ts';
import type { Pauses } from './pauses.ts';
import type { Receipt, Receipts } from './receipts.ts';
import type { WireAnswer } from './wire-answer.ts';

/** A send that is well formed in the carrier's own terms. */
export interface Submission {
  readonly carrier: SimulatedCarrier;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly carrierMessageId: string;
  /** What the carrier owes us afterwards, if it reports at all. */
  readonly receipt?: Receipt;
  /** The answers in the carrier's wire format. */
  answerAccepted(): WireAnswer;
  answerError(code: string): WireAnswer;
}

export type Intake = (submission: Submission) => Promise<WireAnswer>;

/** The one way into every simulated carrier: it behaves as it was told, and what it takes is logged before it answers. */
export function createIntake(parts: {
  readonly behaviours: Behaviours;
  readonly log: AcceptedLog;
  readonly receipts: Receipts;
  readonly live: LiveFeed;
  readonly pauses: Pauses;
  readonly clock: () => number;
}): Intake {
  const { behaviours, log, receipts, live, pauses, clock } = parts;
  return async (submission) => {
    const { carrier, from, to, body, carrierMessageId } = submission;
    const { delayMs, error, dropAnswer } = behaviours.of(carrier);
    if (error !== null) {
      const open = await pauses.wait(delayMs);
      return open ? submission.answerError(error) : 'drop';
    }
    const receivedAt = clock();
    log.add({ carrier, from, to, body, carrierMessageId, receivedAt });
    live.publish({
      type: 'accepted',
      at: new Date(receivedAt).toISOString(),
      carrier,
      from,
      to,
      body,
      carrierMessageId,
    });
    const open = await pauses.wait(delayMs);
    if (submission.receipt) receipts.owe(submission.receipt);
    return dropAnswer || !open ? 'drop' : submission.answerAccepted();
  };
}
