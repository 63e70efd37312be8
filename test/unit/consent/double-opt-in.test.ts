import { classify } from '../../../shared/consent/classify.ts';
import { CONFIRM_WITHIN_MS, confirmsOptIn, isUnconfirmed, unconfirmed } from '../../../shared/consent/double-opt-in.ts';
import { merge, NO_CONSENT_RECORDED } from '../../../shared/consent/merge.ts';

const NOON = '2026-11-23T12:00:00.000Z';
const ONE = '2026-11-23T13:00:00.000Z';
const SCOPES = ['+12025550100', '*'];
const stop = (at: string, scope = '+12025550100') =>
  merge(NO_CONSENT_RECORDED, { kind: 'opt-out', scope, at, eventId: 'e' });

describe('double opt-in', () => {
  it('hears an opt-in that changes nothing until it is confirmed', () => {
    const heard = unconfirmed(classify('START'));
    expect(heard).toEqual({ verdict: 'leave', intent: 'opt-in', rule: 'unconfirmed:keyword:core', keyword: 'START' });
    expect(isUnconfirmed(heard)).toBe(true);
    expect(isUnconfirmed(classify('START'))).toBe(false);
  });

  it('is completed by a YES within a day, to the millisecond', () => {
    const at = (ms: number) => new Date(Date.parse(NOON) + ms).toISOString();
    expect(confirmsOptIn(NOON, at(CONFIRM_WITHIN_MS), NO_CONSENT_RECORDED, SCOPES)).toBe(true);
    expect(confirmsOptIn(NOON, at(0), NO_CONSENT_RECORDED, SCOPES)).toBe(true);
    expect(confirmsOptIn(NOON, at(-1), NO_CONSENT_RECORDED, SCOPES)).toBe(false);
    expect(confirmsOptIn(NOON, at(CONFIRM_WITHIN_MS + 1), NO_CONSENT_RECORDED, SCOPES)).toBe(false);
  });

  it('is not completed by a YES after another STOP', () => {
    expect(confirmsOptIn(ONE, ONE, stop(NOON), SCOPES)).toBe(true);
    expect(confirmsOptIn(NOON, ONE, stop(NOON), SCOPES)).toBe(false);
    expect(confirmsOptIn(NOON, ONE, stop(ONE, '*'), SCOPES)).toBe(false);
    expect(confirmsOptIn(NOON, ONE, stop(ONE, '+12025550199'), SCOPES)).toBe(true);
  });
});
