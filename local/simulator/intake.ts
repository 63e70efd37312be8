import type { Submission, WireAnswer } from '../../shared/carriers/simulated-carrier.ts';
import type { LiveFeed } from '../live-feed.ts';
import type { AcceptedLog } from './accepted-log.ts';
import type { Behaviours } from './behaviours.ts';
import type { Pauses } from './pauses.ts';
import type { Receipts } from './receipts.ts';

export type Intake = (carrier: string, submission: Submission) => Promise<WireAnswer>;

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
  return async (carrier, submission) => {
    const { from, to, body, carrierMessageId } = submission;
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
    const { receipt } = submission;
    if (receipt !== undefined) receipts.owe({ carrier, from, to, carrierMessageId, receipt });
    return dropAnswer || !open ? 'drop' : submission.answerAccepted();
  };
}
