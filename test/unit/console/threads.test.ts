import { describe, expect, test } from '@jest/globals';
import {
  addTyped,
  applyToThreads,
  loseTyped,
  noThreads,
  remember,
  type ThreadItem,
  type Threads,
  threadOf,
} from '../../../console/page/state/threads.ts';
import type { LiveEvent } from '../../../local/live-feed.ts';
import { ACME, ANA, accepted, at, heard, outcome, refusal, texted } from './events.ts';

const shown = (threads: Threads, ...events: LiveEvent[]): readonly ThreadItem[] =>
  threadOf(events.reduce(applyToThreads, threads), ANA, ACME);

describe('a conversation on a handset', () => {
  test('shows what came in, once', () => {
    expect(shown(noThreads, accepted('SM1'), accepted('SM1'))).toMatchObject([
      { kind: 'bubble', direction: 'received', body: 'Sale' },
    ]);
  });

  test('shows what was typed at once, and the same bubble when the network has it', () => {
    const typed = addTyped(noThreads, ANA, ACME, { key: 'typed', at: at(1), body: 'STOP' });
    expect(threadOf(typed, ANA, ACME)).toMatchObject([{ state: 'sending' }]);
    expect(shown(typed, texted('SM2', 'STOP'), heard('STOP'))).toMatchObject([
      { kind: 'bubble', key: 'SM2', direction: 'sent', state: 'there' },
      { kind: 'note', tone: 'heard', text: 'Heard: opt out' },
    ]);
  });

  test('says of a text that the pipeline did not take it, before and after the network had it', () => {
    const typed = addTyped(noThreads, ANA, ACME, { key: 'typed', at: at(1), body: 'STOP' });
    expect(threadOf(loseTyped(typed, ANA, ACME, 'typed'), ANA, ACME)).toMatchObject([{ state: 'lost' }]);
    const there = [texted('SM2', 'STOP')].reduce(applyToThreads, typed);
    expect(threadOf(loseTyped(there, ANA, ACME, 'typed', 'SM2'), ANA, ACME)).toMatchObject([
      { key: 'SM2', state: 'lost' },
    ]);
    expect(loseTyped(there, ANA, ACME, 'another')).toBe(there);
  });

  test('notes what was held back, and counts it', () => {
    expect(shown(noThreads, refusal('one'), refusal('two'), refusal('two'))).toMatchObject([
      {
        kind: 'note',
        tone: 'refused',
        count: 2,
        text: expect.stringMatching(/^Held back: Acme 0100 closed since \d\d:04:00$/),
      },
    ]);
  });

  test('notes what is unknown, until a receipt settles it', () => {
    expect(shown(noThreads, outcome('one', { status: 'Unknown' }))).toMatchObject([{ tone: 'trouble' }]);
    expect(
      shown(noThreads, outcome('one', { status: 'Unknown' }), outcome('one', { status: 'Delivered' })),
    ).toMatchObject([{ tone: 'heard', text: 'A receipt settled it: delivered' }]);
  });

  test.each([
    ['act', 'help', 'Heard: help'],
    ['review', 'opt-out', 'Heard, unsure: put up for review'],
    ['leave', 'none', 'Heard: nothing to do'],
  ] as const)('says how a text was judged: %s, %s', (verdict, intent, text) => {
    expect(shown(noThreads, heard('words', { verdict, intent }))).toMatchObject([{ text }]);
  });

  test('is nobody else’s business, and no replies are noted', () => {
    const stranger = { to: '+15550100000' };
    expect([accepted('SM1', stranger), refusal('one', stranger)].reduce(applyToThreads, noThreads)).toBe(noThreads);
    expect(shown(noThreads, outcome('one', { kind: 'reply', status: 'Failed' }))).toEqual([]);
  });

  test('has what was before the page was opened in its place, without doubles', () => {
    const bubble = { sender: ACME, carrier: 'twilio', direction: 'received' } as const;
    const threads = remember([accepted('SM2', { at: at(5) })].reduce(applyToThreads, noThreads), ANA, [
      { ...bubble, body: 'first', at: at(1), carrierMessageId: 'SM1' },
      { ...bubble, body: 'Sale', at: at(5), carrierMessageId: 'SM2' },
    ]);
    expect(threadOf(threads, ANA, ACME).map(({ key }) => key)).toEqual(['SM1', 'SM2']);
  });

  test('stays short', () => {
    const items = shown(noThreads, ...Array.from({ length: 500 }, (_, index) => accepted(`SM${index}`)));
    expect(items).toHaveLength(80);
    expect(items.at(-1)).toMatchObject({ key: 'SM499' });
  });
});
