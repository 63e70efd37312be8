import { describe, expect, test } from '@jest/globals';
import { type Activity, addGap, applyToActivity, filterOf } from '../../../console/page/state/activity.ts';
import type { LiveEvent } from '../../../local/live-feed.ts';
import { ANA, at, consent, heard, outcome, queued, refusal } from './events.ts';

const listed = (...events: LiveEvent[]): Activity =>
  events.reduce<Activity>((rows, event, index) => applyToActivity(rows, `key ${index}`, event), []);
const madeUp = { to: '+15550100000', campaignId: 'spring' };

describe('the live list', () => {
  test('has the newest first', () => {
    expect(listed(heard('STOP'), consent(), refusal('one')).map(({ kind }) => kind)).toEqual([
      'outcome',
      'consent',
      'heard',
    ]);
  });

  test('counts messages to made-up numbers on one line', () => {
    const rows = listed(...Array.from({ length: 5_000 }, (_, index) => outcome(`m${index}`, madeUp)));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ kind: 'outcome', count: 5_000, key: 'key 0' });
  });

  test('tells campaigns, statuses and reasons apart', () => {
    const rows = listed(
      outcome('one', madeUp),
      refusal('two', madeUp),
      outcome('three', { ...madeUp, campaignId: 'summer' }),
      outcome('four', madeUp),
    );
    expect(rows.map((row) => (row.kind === 'outcome' ? row.count : 0))).toEqual([1, 1, 2]);
  });

  test('shows each message to a handset, and what a receipt says of it on the same line', () => {
    const rows = listed(outcome('one'), outcome('two'), outcome('one', { status: 'Delivered' }));
    expect(rows).toHaveLength(2);
    expect(rows.map((row) => row.kind === 'outcome' && row.event.status)).toEqual(['Sent', 'Delivered']);
  });

  test('counts changes of consent of made-up numbers on one line, and shows each of a handset', () => {
    const other = { recipient: '+15550100000' };
    expect(listed(consent(other), consent(), consent(other), consent({ ...other, change: 'opt-in' }))).toMatchObject([
      { event: { change: 'opt-in' }, count: 1 },
      { event: { recipient: ANA }, count: 1 },
      { event: other, count: 2 },
    ]);
  });

  test('leaves out a message on its way', () => {
    expect(listed(outcome('one', { status: 'Sending' }))).toEqual([]);
  });

  test('counts a campaign that is queued in parts, and dead letters, on one line each', () => {
    const dead: LiveEvent = { type: 'dead-letter', at: at(3), queue: 'outbound' };
    expect(listed(queued('spring', 500), queued('spring', 500), dead, dead)).toMatchObject([
      { kind: 'dead-letter', count: 2 },
      { kind: 'queued', count: 1_000 },
    ]);
  });

  test('stays short, however much happens', () => {
    const rows = listed(...Array.from({ length: 1_000 }, (_, index) => heard(`STOP ${index}`)));
    expect(rows).toHaveLength(200);
    expect(rows[0]).toMatchObject({ event: { text: 'STOP 999' } });
  });

  test('can be looked at by kind', () => {
    const rows = addGap(
      listed(
        heard('STOP'),
        consent(),
        outcome('one'),
        refusal('two'),
        outcome('three', { status: 'Failed', reason: 'InvalidDestination' }),
        outcome('four', { status: 'Unknown' }),
        queued('spring', 1),
      ),
      7,
      at(9),
    );
    expect(rows.map(filterOf)).toEqual(['trouble', 'sent', 'trouble', 'trouble', 'refused', 'sent', 'heard', 'heard']);
  });
});
