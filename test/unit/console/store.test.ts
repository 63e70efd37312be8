import { beforeEach, describe, expect, test } from '@jest/globals';
import { applyToGuide, nothingDone } from '../../../console/page/state/guide.ts';
import { type FlowCounts, Store } from '../../../console/page/state/store.ts';
import type { CarrierState, RememberedBubble, Totals } from '../../../console/page/wire.ts';
import type { ShownCarrier } from '../../../local/simulator/carrier-board.ts';
import type { Bubble } from '../../../local/simulator/handsets.ts';
import type { Totals as CountedTotals } from '../../../local/simulator/totals.ts';
import { ACME, ANA, accepted, consent, heard, outcome, refusal } from './events.ts';

let frames: (() => void)[];
let store: Store;
beforeEach(() => {
  frames = [];
  store = new Store({ schedule: (callback) => frames.push(callback), now: () => Date.UTC(2026, 0, 2) });
});
const frame = (): void => {
  for (const callback of frames.splice(0)) callback();
};

describe('the store', () => {
  test('draws at most once per frame, however many events come', () => {
    let drawn = 0;
    store.subscribe(() => {
      drawn += 1;
    });
    for (let index = 0; index < 1_000; index += 1)
      store.take(`${index}`, outcome(`m${index}`, { to: '+15550100000' }), true);
    expect(drawn).toBe(0);
    expect(frames).toHaveLength(1);
    frame();
    expect(drawn).toBe(1);
    expect(store.state.activity).toMatchObject([{ count: 1_000 }]);
  });

  test('does not gather for ever while no frame comes', () => {
    for (let index = 0; index < 2_000; index += 1)
      store.take(`${index}`, outcome(`m${index}`, { to: '+15550100000' }), true);
    expect(store.state.activity).toMatchObject([{ count: 2_000 }]);
  });

  test('keeps the identity of what did not change', () => {
    const before = store.state;
    store.take('1', outcome('one', { to: '+15550100000' }), true);
    frame();
    expect(store.state.activity).not.toBe(before.activity);
    expect(store.state.threads).toBe(before.threads);
    expect(store.state.guide).toBe(before.guide);
  });

  test('tells the picture how many messages went which way, of what happens now', () => {
    const seen: FlowCounts[] = [];
    store.subscribeToFlow((counts) => seen.push(counts));
    store.take('1', outcome('earlier'), false);
    frame();
    expect(seen).toEqual([]);
    store.take('2', outcome('one'), true);
    store.take('3', refusal('two'), true);
    store.take('4', outcome('three', { status: 'Failed', reason: 'Expired' }), true);
    store.take('5', heard('STOP'), true);
    store.take('6', outcome('reply', { kind: 'reply' }), true);
    frame();
    expect(seen).toEqual([{ sent: 1, refused: 1, failed: 1, unknown: 0, delivered: 0, heard: 1 }]);
  });

  test('asks for consent again once when it changed, and says so', () => {
    const asked: string[] = [];
    store.onConsentTouched = (recipient, account) => asked.push(`${recipient} ${account}`);
    store.take('1', consent(), true);
    store.take('2', consent(), true);
    store.take('3', consent({ recipient: '+15550100000' }), true);
    frame();
    expect(asked).toEqual([`${ANA} acme`]);
    expect(store.state.announcement).toBe('Ana has opted out of Acme 0100.');
  });

  test('keeps the consent of one account when another is read', () => {
    store.setConsent(ANA, [{ sender: ACME, consent: 'opted-out' }]);
    store.setConsent(ANA, [{ sender: '+12025550150', consent: 'opted-in' }]);
    expect(store.state.consent[ANA]).toMatchObject({
      [ACME]: { consent: 'opted-out' },
      '+12025550150': { consent: 'opted-in' },
    });
  });

  test('shows a typed text at once, and that it was lost', () => {
    const key = store.type(ANA, ACME, 'STOP');
    expect(store.state.threads[ANA]?.[ACME]).toMatchObject([{ state: 'sending', body: 'STOP' }]);
    store.take('1', accepted('SM1'), true);
    store.lose(ANA, ACME, key);
    expect(store.state.threads[ANA]?.[ACME]).toMatchObject([{ state: 'lost' }, { body: 'Sale' }]);
  });
});

describe('the guide', () => {
  test('notices each step, and a refusal only after an opt-out seen', () => {
    expect(applyToGuide(nothingDone, refusal('one'))).toBe(nothingDone);
    const done = [outcome('one'), heard('STOP'), refusal('two')].reduce(applyToGuide, nothingDone);
    expect(done).toEqual({ sent: true, stopped: true, refused: true });
  });

  test('takes no notice of made-up numbers, replies, opt-ins and what is unsure', () => {
    const others = [
      outcome('one', { to: '+15550100000' }),
      outcome('two', { kind: 'reply' }),
      heard('START', { intent: 'opt-in' }),
      heard('STOP PLEASE', { verdict: 'review' }),
      heard('STOP', { recipient: '+15550100000' }),
    ];
    expect(others.reduce(applyToGuide, nothingDone)).toBe(nothingDone);
  });
});

test('what the page believes of the wire is what the simulator says', () => {
  // Held together by the compiler: each takes the one for the other.
  const totals = (said: CountedTotals & { carriers: readonly ShownCarrier[] }): Totals => said;
  const carrier = (said: ShownCarrier): CarrierState => said;
  const bubble = (said: Bubble): RememberedBubble => said;
  expect([totals, carrier, bubble].every((check) => check.length === 1)).toBe(true);
});
