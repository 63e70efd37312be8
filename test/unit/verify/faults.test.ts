import { Faults } from '../../../verify/faults.ts';
import { STEPS, type WireCall } from '../../../verify/wire-call.ts';

const call = (step: WireCall['step'], identity = step): WireCall => ({ to: 'table', step, identity });

test('a kill waits until somebody comes to its step, and hits one call', () => {
  const faults = new Faults('1');
  for (let number = 0; number < 2 * STEPS.length; number += 1) faults.armKill(number);
  const due = faults.counts.killsNotMet.length;

  expect(due).toBe(2 * STEPS.length);
  expect([1, 2].map(() => faults.next(call('claim')).kind).sort()).toEqual(['kill', 'kill after']);
  expect(faults.next(call('claim')).kind).not.toMatch(/kill/);
  expect(faults.counts.kills).toEqual({ 'before claim': 1, 'after claim': 1 });
  expect(faults.counts.killsNotMet).toHaveLength(due - 2);
});

test('nothing fails any more once all is healed, and the kills that nobody met are told', () => {
  const faults = new Faults('1');
  faults.armKill(0);
  faults.down.add('table');
  expect(faults.next(call('other'))).toEqual({ kind: 'reset' });
  faults.heal();

  for (const step of STEPS) expect(faults.next(call(step))).toEqual({ kind: 'none' });
  expect(faults.counts.killsNotMet).toHaveLength(1);
});

test('what meets which fault is fixed by the seed and the call, and ends after a few repetitions', () => {
  const kindsOf = (seed: string) => {
    const faults = new Faults(seed);
    return Array.from({ length: 2_000 }, (_, index) => faults.next(call('record', `call ${index}` as never)).kind);
  };

  expect(kindsOf('7')).toEqual(kindsOf('7'));
  expect(kindsOf('7')).not.toEqual(kindsOf('8'));
  const failing = kindsOf('7').findIndex((kind) => kind !== 'none');
  const faults = new Faults('7');
  const again = Array.from({ length: 5 }, () => faults.next(call('record', `call ${failing}` as never)).kind);
  expect(again[0]).not.toBe('none');
  expect(again.at(-1)).toBe('none');
});
