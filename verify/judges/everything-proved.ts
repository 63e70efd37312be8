import { type Line, type MessageLine, only } from '../history.ts';
import type { Breach, Judge } from './judge.ts';

/** Promise 6. A blocked send names an event that is there and closes its scope, at the time that it says. */
export const everythingProved: Judge = {
  name: 'Everything can be proved',
  cases: 'messages that were refused',
  judge(lines) {
    const refused = only(lines, 'message').filter(({ reason }) => reason === 'OptedOut');
    return { judged: refused.length, breaches: refused.flatMap((message) => breachOf(message, lines)) };
  },
};

function breachOf(message: MessageLine, lines: readonly Line[]): Breach[] {
  const breach = (what: string): Breach[] => [{ about: message.messageId, what }];
  const { refusedBy, scopes, account } = message;
  if (!refusedBy) return breach('was refused by nothing');
  const event = only(lines, 'event').find((one) => one.account === account && one.eventId === refusedBy.eventId);
  if (!event) return breach('was refused by an event that is not there');
  if (event.intent !== 'opt-out' || event.verdict !== 'act')
    return breach('was refused by an event that is no opt-out');
  if (![scopes, event.scopes].every((some) => some.includes(refusedBy.scope)))
    return breach('was refused by an opt-out of another scope');
  if (refusedBy.since !== event.countsFrom) return breach('was refused since a time that its event does not have');
  return [];
}
