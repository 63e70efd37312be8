import type { LiveEvent } from '../../../local/live-feed.ts';
import { handsetOf } from '../cast.ts';

/** The three steps that show what this is about, and which of them have been done. */
export interface Guide {
  readonly sent: boolean;
  readonly stopped: boolean;
  readonly refused: boolean;
}

export const nothingDone: Guide = { sent: false, stopped: false, refused: false };

export function applyToGuide(guide: Guide, event: LiveEvent): Guide {
  if (event.type === 'heard' && event.intent === 'opt-out' && event.verdict === 'act' && handsetOf(event.recipient)) {
    return guide.stopped ? guide : { ...guide, stopped: true };
  }
  if (event.type !== 'outcome' || event.kind !== 'message' || !handsetOf(event.to)) return guide;
  if (event.status === 'Sent' && !guide.sent) return { ...guide, sent: true };
  // Only what was refused after somebody opted out here shows the point.
  if (event.status === 'Failed' && event.reason === 'OptedOut' && guide.stopped && !guide.refused)
    return { ...guide, refused: true };
  return guide;
}
