import type { AcceptedLine, EventLine, Line, MessageLine, TextLine } from '../../../verify/history.ts';
import { everyMessageEnds } from '../../../verify/judges/every-message-ends.ts';
import { everythingProved } from '../../../verify/judges/everything-proved.ts';
import { freshConsent } from '../../../verify/judges/fresh-consent.ts';
import type { Judge } from '../../../verify/judges/judge.ts';
import { noMessageAfterStop } from '../../../verify/judges/no-message-after-stop.ts';
import { noMessageTwice } from '../../../verify/judges/no-message-twice.ts';
import { noStopLost } from '../../../verify/judges/no-stop-lost.ts';
import { nothingForged } from '../../../verify/judges/nothing-forged.ts';
import { orderDoesNotMatter } from '../../../verify/judges/order-does-not-matter.ts';
import { repliesAtMostOnce } from '../../../verify/judges/replies-at-most-once.ts';

const T = Date.parse('2026-01-02T03:04:05.000Z');
const instant = (afterMs: number) => new Date(T + afterMs).toISOString();
const at = { account: 'acme', sender: '+12025550100' };
const STOP = 'twilio#stop';
const START = 'twilio#start';

const text = (eventId: string, afterMs: number, more: Partial<TextLine> = {}): TextLine => ({
  kind: 'text',
  ...at,
  at: T + afterMs,
  endedAt: T + afterMs + 10,
  eventId,
  intent: eventId === START ? 'opt-in' : 'opt-out',
  answer: 200,
  ...more,
});
const event = (eventId: string, afterMs: number, more: Partial<EventLine> = {}): EventLine => ({
  kind: 'event',
  ...at,
  eventId,
  scopes: [at.sender],
  intent: eventId === START ? 'opt-in' : 'opt-out',
  verdict: 'act',
  heardAt: instant(afterMs),
  countsFrom: instant(afterMs),
  ...more,
});
const accepted = (afterMs: number, more: Partial<AcceptedLine> = {}): AcceptedLine => ({
  kind: 'accepted',
  ...at,
  at: T + afterMs,
  scopes: [at.sender],
  carrier: 'twilio',
  carrierMessageId: 'SM1',
  heldUpMs: 0,
  what: { messageId: 'm1' },
  ...more,
});
const record = (status: string, more: Partial<MessageLine> = {}): MessageLine => ({
  kind: 'message',
  ...at,
  messageId: 'm1',
  isReply: false,
  scopes: [at.sender],
  status,
  updatedAt: instant(0),
  ...more,
});
const queued = { kind: 'queued', at: T, ...at, messageId: 'm1' } as const;
const closed = (afterMs: number, eventId = STOP) =>
  ({ kind: 'consent', account: 'acme', optOuts: { [at.sender]: { at: instant(afterMs), eventId } } }) as const;
const stopped = [text(STOP, 0), event(STOP, 5)];
const refusedBy = { scope: at.sender, since: instant(5), eventId: STOP };
const reply = { what: { reply: 'opt-out' } } as const;
const replied = record('Sent', { messageId: STOP, isReply: true });
const stored = { kind: 'stored', at: T + 5, what: 'event', eventId: STOP } as const;

type Case = readonly [judge: Judge, what: string, lines: Line[]];
const named = (cases: readonly Case[]) =>
  cases.map(([judge, what, lines]) => ({ promise: judge.name, what, judge, lines }));

const KEPT: readonly Case[] = [
  [noMessageAfterStop, 'a message in flight', [...stopped, accepted(400)]],
  [noMessageAfterStop, 'one that this machine held up', [...stopped, accepted(900, { heldUpMs: 600 })]],
  [noMessageAfterStop, 'one after a START', [...stopped, text(START, 500), event(START, 505), accepted(900)]],
  [
    noMessageAfterStop,
    'one of another sender',
    [...stopped, accepted(900, { sender: '+12025550101', scopes: ['+12025550101'] })],
  ],
  [
    noMessageAfterStop,
    'a STOP that nobody acknowledged',
    [text(STOP, 0, { answer: 500 }), event(STOP, 5), accepted(900)],
  ],
  [
    noMessageAfterStop,
    'a STOP that waited on the queue until now',
    [
      ...stopped,
      { kind: 'deferred', at: T + 6, eventId: STOP },
      { ...stored, at: T + 800, what: 'consent', scope: at.sender },
      accepted(900),
    ],
  ],
  [
    noMessageAfterStop,
    'a STOP from the queue that has closed its sender, and its group not yet',
    [
      text(STOP, 0),
      event(STOP, 5, { scopes: [at.sender, 'group:shop'] }),
      { kind: 'deferred', at: T + 6, eventId: STOP },
      { ...stored, what: 'consent', scope: at.sender },
      { ...stored, at: T + 2_000, what: 'consent', scope: 'group:shop' },
      accepted(900, { sender: '+12025550101', scopes: ['+12025550101', 'group:shop'] }),
    ],
  ],
  [noMessageTwice, 'one message', [queued, queued, accepted(0)]],
  [everyMessageEnds, 'a message without an answer', [queued, record('Unknown')]],
  [noStopLost, 'a STOP that is there', [...stopped, closed(5)]],
  [orderDoesNotMatter, 'the latest of two', [...stopped, text('a', 20), event('a', 25), closed(25, 'a')]],
  [nothingForged, 'a refusal', [text(STOP, 0, { forged: true, answer: 403 })]],
  [everythingProved, 'a refusal with its event', [...stopped, record('Failed', { reason: 'OptedOut', refusedBy })]],
  [repliesAtMostOnce, 'one reply', [event(STOP, 5), stored, replied, accepted(50, reply)]],
  [freshConsent, 'a fresh read', [{ kind: 'left', at: T + 90, messageId: 'm1', heldUpMs: 0, consentAskedAt: T }]],
];

const BROKEN: readonly Case[] = [
  [noMessageAfterStop, 'a message long after', [...stopped, accepted(900)]],
  [
    noMessageAfterStop,
    'a START of the same millisecond',
    [...stopped, text(START, 100), event(START, 105, { countsFrom: instant(5) }), accepted(900)],
  ],
  [
    noMessageAfterStop,
    'a message of the same group',
    [
      text(STOP, 0),
      event(STOP, 5, { scopes: [at.sender, 'group:shop'] }),
      accepted(900, { sender: '+12025550101', scopes: ['+12025550101', 'group:shop'] }),
    ],
  ],
  [
    noStopLost,
    'a STOP that closed the sender and not its group',
    [text(STOP, 0), event(STOP, 5, { scopes: [at.sender, 'group:shop'] }), closed(5)],
  ],
  [
    noMessageAfterStop,
    'a message after a STOP from the queue had closed its group',
    [
      text(STOP, 0),
      event(STOP, 5, { scopes: [at.sender, 'group:shop'] }),
      { kind: 'deferred', at: T + 6, eventId: STOP },
      { ...stored, at: T + 300, what: 'consent', scope: 'group:shop' },
      accepted(900, { sender: '+12025550101', scopes: ['+12025550101', 'group:shop'] }),
    ],
  ],
  [noMessageTwice, 'a message twice', [queued, accepted(0), accepted(1, { carrierMessageId: 'SM2' })]],
  [everyMessageEnds, 'a message that nobody ends', [queued, record('Sending')]],
  [everyMessageEnds, 'a message that nobody knows', [queued]],
  [everyMessageEnds, 'a failure that was sent', [queued, record('Failed'), accepted(0)]],
  [everyMessageEnds, 'a success that was not', [queued, record('Sent', { carrierMessageId: 'SM1' })]],
  [everyMessageEnds, 'an id that was made up', [queued, record('Sent', { carrierMessageId: 'SM9' }), accepted(0)]],
  [noStopLost, 'a STOP that is not there', [text(STOP, 0)]],
  [noStopLost, 'a STOP that consent does not know', stopped],
  [noStopLost, 'a STOP that was taken for another', [text(STOP, 0), event(STOP, 5, { intent: 'help' })]],
  [noStopLost, 'a STOP with the time of its repetition', [text(STOP, 0), event(STOP, 500), closed(500)]],
  [orderDoesNotMatter, 'the earlier of two', [...stopped, text('a', 20), event('a', 25), closed(5)]],
  [orderDoesNotMatter, 'a time without an event', [...stopped, closed(7)]],
  [orderDoesNotMatter, 'an opt-out that counts from another time', [event(STOP, 5, { countsFrom: instant(1) })]],
  [nothingForged, 'an answer', [text(STOP, 0, { forged: true, answer: 200 })]],
  [nothingForged, 'a trace', [text(STOP, 0, { forged: true, answer: 403 }), event(STOP, 5)]],
  [everythingProved, 'no proof', [record('Failed', { reason: 'OptedOut' })]],
  [everythingProved, 'a proof that is not there', [record('Failed', { reason: 'OptedOut', refusedBy })]],
  [
    everythingProved,
    'the proof of another scope',
    [
      event(STOP, 5, { sender: '+12025550101', scopes: ['+12025550101'] }),
      record('Failed', { reason: 'OptedOut', refusedBy }),
    ],
  ],
  [everythingProved, 'a proof of another time', [event(STOP, 9), record('Failed', { reason: 'OptedOut', refusedBy })]],
  [
    everythingProved,
    'an opt-in as proof',
    [event(STOP, 5, { intent: 'opt-in' }), record('Failed', { reason: 'OptedOut', refusedBy })],
  ],
  [repliesAtMostOnce, 'two replies', [event(STOP, 5), stored, replied, accepted(50, reply), accepted(60, reply)]],
  [repliesAtMostOnce, 'a reply before the store', [event(STOP, 5), stored, replied, accepted(1, reply)]],
  [repliesAtMostOnce, 'a reply to nothing', [accepted(50, reply)]],
  [freshConsent, 'an old read', [{ kind: 'left', at: T + 900, messageId: 'm1', heldUpMs: 0, consentAskedAt: T }]],
  [freshConsent, 'no read', [{ kind: 'left', at: T, messageId: 'm1', heldUpMs: 0 }]],
];

test.each(named(KEPT))('$promise, kept: $what', ({ judge, lines }) => {
  const { judged, breaches } = judge.judge(lines);

  expect(breaches).toEqual([]);
  expect(judged).toBeGreaterThan(0);
});

test.each(named(BROKEN))('$promise, broken: $what', ({ judge, lines }) => {
  expect(judge.judge(lines).breaches).not.toEqual([]);
});
