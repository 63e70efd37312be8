import { type AcceptedLine, type EventLine, isAcknowledged, type Line, only, type TextLine } from '../history.ts';
import type { Breach, Judge } from './judge.ts';

/** How long after an opt-out was acknowledged a message may still arrive that was in flight. Milliseconds. */
export const IN_FLIGHT_MS = 250;
/** For the way from the function to the carrier, and for two busy cores in between. Milliseconds. */
const WIRE_MARGIN_MS = 150;

/** How much older than promised something may look by the time it arrives, where this machine held it up. Milliseconds. */
export const allowedMs = (heldUpMs: number): number => IN_FLIGHT_MS + WIRE_MARGIN_MS + heldUpMs;

/**
 * Promise 1. A message that a carrier received later than an opt-out's acknowledgement and the allowance for what is in
 * flight must have had an opt-in in between. A text that was acknowledged from the retry queue, or that SNS took, counts from
 * when the table had a scope of the message closed by it.
 */
export const noMessageAfterStop: Judge = {
  name: 'No message after STOP',
  cases: 'messages that a carrier accepted',
  judge(lines) {
    const accepted = only(lines, 'accepted').filter(({ what }) => 'messageId' in what);
    const events = only(lines, 'event').filter(({ verdict }) => verdict === 'act');
    const breaches = accepted.flatMap((message) => breachOf(message, events, lines));
    return { judged: accepted.length, breaches };
  },
};

function breachOf(message: AcceptedLine, events: readonly EventLine[], lines: readonly Line[]): Breach[] {
  const seen = events.flatMap((event) => {
    const since = event.intent === 'opt-out' ? heededSince(event, message, lines) : undefined;
    return since !== undefined && since + allowedMs(message.heldUpMs) < message.at ? [{ event, since }] : [];
  });
  const [latest] = seen.sort((one, other) => (one.event.countsFrom < other.event.countsFrom ? 1 : -1));
  if (!latest) return [];
  const reopened = events.some(
    ({ intent, account, countsFrom, eventId }) =>
      intent === 'opt-in' &&
      account === message.account &&
      countsFrom > latest.event.countsFrom &&
      textsOf(eventId, lines).some(({ at }) => at <= message.at),
  );
  if (reopened) return [];
  const messageId = 'messageId' in message.what ? message.what.messageId : '';
  return [{ about: messageId, what: `accepted ${message.at - latest.since} ms after an opt-out had to be heeded` }];
}

const textsOf = (eventId: string, lines: readonly Line[]): TextLine[] =>
  only(lines, 'text').filter((text) => text.eventId === eventId && !text.forged);

/** From when on an opt-out has to be heeded by a message of those scopes; undefined where it does not close it. */
function heededSince(event: EventLine, message: AcceptedLine, lines: readonly Line[]): number | undefined {
  const { eventId } = event;
  const scopes = event.scopes.filter((scope) => message.scopes.includes(scope));
  if (event.account !== message.account || scopes.length === 0) return undefined;
  const acknowledged = textsOf(eventId, lines).filter(isAcknowledged);
  if (acknowledged.length === 0) return undefined;
  const deferred = only(lines, 'deferred').some((line) => line.eventId === eventId);
  const isWebhook = acknowledged.every(({ answer }) => answer !== 'published');
  const first = Math.min(...acknowledged.map(({ endedAt }) => endedAt));
  if (isWebhook && !deferred) return first;
  // Each scope is a write of its own.
  const stored = only(lines, 'stored').filter(
    ({ what, scope, ...line }) => what === 'consent' && line.eventId === eventId && scopes.includes(scope ?? ''),
  );
  return stored.length === 0 ? undefined : Math.max(first, Math.min(...stored.map(({ at }) => at)));
}
