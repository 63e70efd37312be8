import { everyMessageEnds } from './every-message-ends.ts';
import { everythingProved } from './everything-proved.ts';
import { freshConsent } from './fresh-consent.ts';
import type { Judge } from './judge.ts';
import { noMessageAfterStop } from './no-message-after-stop.ts';
import { noMessageTwice } from './no-message-twice.ts';
import { noStopLost } from './no-stop-lost.ts';
import { nothingForged } from './nothing-forged.ts';
import { orderDoesNotMatter } from './order-does-not-matter.ts';
import { repliesAtMostOnce } from './replies-at-most-once.ts';

export const JUDGES: readonly Judge[] = [
  noMessageAfterStop,
  freshConsent,
  noMessageTwice,
  everyMessageEnds,
  noStopLost,
  orderDoesNotMatter,
  nothingForged,
  everythingProved,
  repliesAtMostOnce,
];
