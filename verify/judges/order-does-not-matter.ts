import { type ConsentLine, type EventLine, isAcknowledged, type Line, only } from '../history.ts';
import type { Breach, Judge } from './judge.ts';

interface Proof {
  readonly at: string;
  readonly eventId: string;
}

/**
 * Promise 4. Each time in the final consent is the largest of the acknowledged events, however they came; or of an event
 * which the table has though nobody was told so. Each event has the time that the rules give it.
 */
export const orderDoesNotMatter: Judge = {
  name: 'Order does not matter',
  cases: 'times in the final consent, and events',
  judge(lines) {
    const consents = only(lines, 'consent');
    const events = only(lines, 'event');
    const breaches = consents.flatMap((consent) => [
      ...Object.entries(consent.optOuts).flatMap(([scope, known]) => {
        const closes = (event: EventLine) => event.intent === 'opt-out' && event.scopes.includes(scope);
        return breachOf(scope, known, consent, closes, lines);
      }),
      ...(consent.optIn
        ? breachOf('the opt-in', consent.optIn, consent, ({ intent }) => intent === 'opt-in', lines)
        : []),
    ]);
    const times = consents.map(({ optIn, optOuts }) => Object.keys(optOuts).length + (optIn ? 1 : 0));
    return {
      judged: events.length + times.reduce((sum, count) => sum + count, 0),
      breaches: [...breaches, ...events.flatMap((event) => wrongTime(event, lines))],
    };
  },
};

const isLater = (one: Proof, other: Proof): boolean =>
  one.at > other.at || (one.at === other.at && one.eventId > other.eventId);

function breachOf(
  about: string,
  known: Proof,
  { account }: ConsentLine,
  changes: (event: EventLine) => boolean,
  lines: readonly Line[],
): Breach[] {
  const events = only(lines, 'event').filter(
    (event) => event.account === account && event.verdict === 'act' && changes(event),
  );
  const proof = events.find(({ eventId }) => eventId === known.eventId);
  if (!proof || proof.countsFrom !== known.at) return [{ about, what: 'has a time that no event of its own proves' }];
  const acknowledged = new Set(only(lines, 'text').flatMap((text) => (isAcknowledged(text) ? [text.eventId] : [])));
  const missed = events.find(
    ({ countsFrom, eventId }) => acknowledged.has(eventId) && isLater({ at: countsFrom, eventId }, known),
  );
  return missed ? [{ about, what: `has an earlier time than the acknowledged ${missed.eventId}` }] : [];
}

/** An opt-out counts from when it was heard; an opt-in from when it was sent, but not from later than it was heard. */
function wrongTime({ eventId, intent, heardAt, countsFrom }: EventLine, lines: readonly Line[]): Breach[] {
  const sentAt = only(lines, 'text').find((text) => text.eventId === eventId && !text.forged)?.sentAt;
  const expected = intent === 'opt-in' && sentAt !== undefined && sentAt < heardAt ? sentAt : heardAt;
  // SNS stamps what it publishes itself a moment after we asked.
  const isStampedBySns = intent === 'opt-in' && sentAt === undefined && countsFrom <= heardAt;
  return countsFrom === expected || isStampedBySns ? [] : [{ about: eventId, what: `counts from ${countsFrom}` }];
}
