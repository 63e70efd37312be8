import { isAcknowledged, type Line, only, type TextLine } from '../history.ts';
import type { Breach, Judge } from './judge.ts';

/** Promise 3. Whatever was acknowledged is in the table in the end: its event as it was heard, and what it does to consent. */
export const noStopLost: Judge = {
  name: 'No STOP lost',
  cases: 'opt-outs that were acknowledged',
  judge(lines) {
    const acknowledged = new Map<string, TextLine>();
    for (const text of only(lines, 'text').filter(isAcknowledged)) {
      const known = acknowledged.get(text.eventId);
      if (!known || text.endedAt < known.endedAt) acknowledged.set(text.eventId, text);
    }
    const breaches = [...acknowledged.values()].flatMap((text) => breachOf(text, lines));
    return { judged: [...acknowledged.values()].filter(({ intent }) => intent === 'opt-out').length, breaches };
  },
};

function breachOf(text: TextLine, lines: readonly Line[]): Breach[] {
  const breach = (what: string): Breach[] => [{ about: text.eventId, what }];
  const event = only(lines, 'event').find(({ eventId }) => eventId === text.eventId);
  if (!event) return breach('was acknowledged, and the table has no such event');
  if (text.intent !== 'none' && (event.intent !== text.intent || event.verdict !== 'act')) {
    return breach(`was heard as ${event.intent} (${event.verdict}) and is ${text.intent}`);
  }
  // A text that waits on the retry queue may be overtaken by a second delivery of itself, whose time then stands.
  const waited = only(lines, 'deferred').some(({ eventId }) => eventId === text.eventId);
  if (Date.parse(event.heardAt) > text.endedAt && text.answer !== 'published' && !waited) {
    return breach('has a later time than its first acknowledgement');
  }
  if (text.intent !== 'opt-out' && text.intent !== 'opt-in') return [];
  const consent = only(lines, 'consent').find(({ account }) => account === text.account);
  const known = text.intent === 'opt-out' ? event.scopes.map((scope) => consent?.optOuts[scope]) : [consent?.optIn];
  const isKnown = known.every((proof) => proof !== undefined && proof.at >= event.countsFrom);
  return isKnown ? [] : breach('was acknowledged, and consent knows nothing of it');
}
