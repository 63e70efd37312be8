import fc from 'fast-check';
import {
  ALL_SENDERS,
  type Consent,
  type ConsentChange,
  categoryClosedBy,
  instantOf,
  merge,
  NO_CONSENT_RECORDED,
  refusalFor,
  refusalToSend,
  scopesClosedBy,
  scopesKeptClosedBy,
  scopesOf,
  timeThatCounts,
} from '../../../shared/consent/merge.ts';

const SENDER = '+12025550100';
const OTHER = '+12025550101';
const NOON = '2026-11-23T12:00:00.000Z';
const ONE = '2026-11-23T13:00:00.000Z';
const TWO = '2026-11-23T14:00:00.000Z';

const stop = (at: string, scope = SENDER, eventId = `stop ${at}`): ConsentChange => ({
  kind: 'opt-out',
  scope,
  at,
  eventId,
});
const start = (at: string, eventId = `start ${at}`): ConsentChange => ({ kind: 'opt-in', at, eventId });
const heard = (...changes: ConsentChange[]): Consent => changes.reduce(merge, NO_CONSENT_RECORDED);

const scope = fc.constantFrom(SENDER, OTHER, 'group:shop', ALL_SENDERS, '__proto__', 'constructor', 'toString');
// Few times and few ids, so that ties are common.
const at = fc.constantFrom(NOON, ONE, TWO);
const eventId = fc.constantFrom('a', 'b', 'c');
const change: fc.Arbitrary<ConsentChange> = fc.oneof(
  fc.record({ kind: fc.constant('opt-out' as const), scope, at, eventId }),
  fc.record({ kind: fc.constant('opt-in' as const), at, eventId }),
);
const changes = fc.array(change, { maxLength: 12 });

describe('the merge', () => {
  it('ends in the same consent in any order and with any repetition', () => {
    const shuffledWithRepeats = changes.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc
          .tuple(fc.shuffledSubarray(list, { minLength: list.length }), fc.subarray(list))
          .chain(([shuffled, repeats]) =>
            fc.shuffledSubarray([...shuffled, ...repeats], { minLength: list.length + repeats.length }),
          ),
      ),
    );
    fc.assert(
      fc.property(shuffledWithRepeats, ([list, mixed]) => {
        expect(heard(...mixed)).toEqual(heard(...list));
      }),
      { numRuns: 500 },
    );
  });

  it('never lets a time shrink', () => {
    fc.assert(
      fc.property(changes, change, (list, one) => {
        const before = heard(...list);
        const now = merge(before, one);
        expect((now.optIn?.at ?? '') >= (before.optIn?.at ?? '')).toBe(true);
        for (const [name, optOut] of Object.entries(before.optOuts)) {
          expect(Object.getOwnPropertyDescriptor(now.optOuts, name)?.value.at >= optOut.at).toBe(true);
        }
      }),
    );
  });

  it('leaves the consent that it was given alone', () => {
    fc.assert(
      fc.property(changes, change, (list, one) => {
        const before = heard(...list);
        const copy = structuredClone(before);
        merge(before, one);
        expect(before).toEqual(copy);
      }),
    );
    expect(NO_CONSENT_RECORDED).toEqual({ optOuts: {} });
  });

  it('survives scopes that are named like parts of an object', () => {
    const consent = heard(stop(NOON, '__proto__'), stop(NOON, 'constructor'));
    expect(Object.keys(consent.optOuts)).toEqual(['__proto__', 'constructor']);
    expect(refusalFor(consent, ['__proto__'])).toEqual({ scope: '__proto__', since: NOON, eventId: `stop ${NOON}` });
    expect(refusalFor(consent, ['hasOwnProperty', 'toString'])).toBeUndefined();
    expect(refusalFor(NO_CONSENT_RECORDED, ['__proto__', 'constructor'])).toBeUndefined();
    expect({}).not.toHaveProperty('at');
  });

  it('keeps the event with the larger id at equal times', () => {
    const expected = { scope: SENDER, since: NOON, eventId: 'b' };
    expect(refusalFor(heard(stop(NOON, SENDER, 'a'), stop(NOON, SENDER, 'b')), [SENDER])).toEqual(expected);
    expect(refusalFor(heard(stop(NOON, SENDER, 'b'), stop(NOON, SENDER, 'a')), [SENDER])).toEqual(expected);
  });
});

describe('a refusal', () => {
  it('is not given when nothing was heard', () => {
    expect(refusalFor(NO_CONSENT_RECORDED, scopesOf({ sender: SENDER }))).toBeUndefined();
  });

  it('names the scope, since when, and the event', () => {
    expect(refusalFor(heard(stop(ONE)), scopesOf({ sender: SENDER }))).toEqual({
      scope: SENDER,
      since: ONE,
      eventId: `stop ${ONE}`,
    });
  });

  it('closes only what was opted out', () => {
    expect(refusalFor(heard(stop(ONE)), scopesOf({ sender: OTHER }))).toBeUndefined();
  });

  it('is the first in the order of the scopes', () => {
    const consent = heard(stop(NOON, ALL_SENDERS), stop(ONE, 'group:shop'));
    expect(refusalFor(consent, scopesOf({ sender: SENDER, group: 'shop' }))?.scope).toBe('group:shop');
    expect(refusalFor(consent, scopesOf({ sender: SENDER }))?.scope).toBe(ALL_SENDERS);
  });

  it('is given at a tie: a tie is an opt-out', () => {
    fc.assert(
      fc.property(scope, at, eventId, eventId, (name, time, one, other) => {
        for (const list of [
          [stop(time, name, one), start(time, other)],
          [start(time, other), stop(time, name, one)],
        ]) {
          expect(refusalFor(heard(...list), [name])).toBeDefined();
        }
      }),
    );
  });

  it('is not lifted by a late START', () => {
    expect(refusalFor(heard(stop(ONE), start(NOON)), [SENDER])?.since).toBe(ONE);
  });

  it('is lifted in all scopes by a later START', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const consent = heard(...list, start('2026-11-23T15:00:00.000Z'));
        expect(refusalFor(consent, Object.keys(consent.optOuts))).toBeUndefined();
      }),
    );
  });

  it('is what the latest opt-out and the latest opt-in say, and nothing else', () => {
    fc.assert(
      fc.property(changes, scope, (list, name) => {
        const latest = (kind: string) =>
          list
            .filter((one) => one.kind === kind && (!('scope' in one) || one.scope === name))
            .map((one) => one.at)
            .sort()
            .at(-1);
        const [optOut, optIn] = [latest('opt-out'), latest('opt-in')];
        const expected = optOut !== undefined && optOut >= (optIn ?? '');
        expect(refusalFor(heard(...list), [name]) !== undefined).toBe(expected);
      }),
    );
  });
});

describe('the scopes', () => {
  it.each([
    [{ sender: SENDER }, [SENDER, '*']],
    [{ sender: SENDER, group: undefined }, [SENDER, '*']],
    [{ sender: SENDER, group: 'shop' }, [SENDER, 'group:shop', '*']],
  ])('that may close %j are %j', (sender, expected) => {
    expect(scopesOf(sender)).toEqual(expected);
  });

  it.each([
    [{ sender: SENDER }, [SENDER]],
    [{ sender: SENDER, group: 'shop' }, [SENDER, 'group:shop']],
    [{ sender: SENDER, optOutScope: 'sender' as const }, [SENDER]],
    [{ sender: SENDER, optOutScope: undefined }, [SENDER]],
    [{ sender: SENDER, optOutScope: 'account' as const }, [SENDER, '*']],
    [{ sender: SENDER, group: 'shop', optOutScope: 'account' as const }, [SENDER, 'group:shop', '*']],
  ])('that an opt-out answered to %j closes are %j', (sender, expected) => {
    expect(scopesClosedBy(sender)).toEqual(expected);
  });
});

describe('the reach of an opt-out', () => {
  const categoryWords = { ADS: 'promotional', ORDERS: 'transactional' };

  it('is one category where the recipient says so, of the sender and its group, whatever the rules', () => {
    const rules = { optOutScope: 'account' as const, revokeAllFrom: NOON, categoryWords };
    expect(scopesClosedBy({ sender: SENDER, group: 'shop', ...rules }, { keyword: 'STOP ADS', at: ONE })).toEqual([
      `category:promotional:${SENDER}`,
      'category:promotional:group:shop',
    ]);
    expect(categoryClosedBy({ categoryWords }, { keyword: 'STOP ORDERS' })).toBe('transactional');
    expect(categoryClosedBy({ categoryWords }, { keyword: 'STOP' })).toBeUndefined();
    expect(categoryClosedBy({}, { keyword: 'STOP ADS' })).toBeUndefined();
    expect(scopesClosedBy({ sender: SENDER }, { keyword: 'STOP ADS' })).toEqual([SENDER]);
  });

  it('of START STOP ADS is that category of all senders, which the opt-in at the same time does not open', () => {
    const kept = scopesKeptClosedBy({ categoryWords }, { keyword: 'START STOP ADS' });
    expect(kept).toEqual(['category:promotional:*']);
    expect(scopesKeptClosedBy({ categoryWords }, { keyword: 'START' })).toEqual([]);
    expect(scopesKeptClosedBy({ categoryWords }, { keyword: 'STOP ADS' })).toEqual([]);
    expect(categoryClosedBy({ categoryWords }, { keyword: 'START STOP ADS' })).toBeUndefined();
    const known = heard(stop(NOON, '*'), ...kept.map((scope) => stop(ONE, scope)), start(ONE));
    for (const sender of [{ sender: SENDER }, { sender: OTHER, group: 'shop' }]) {
      expect(refusalFor(known, scopesOf(sender, 'promotional'))?.scope).toBe('category:promotional:*');
      expect(refusalFor(known, scopesOf(sender, 'transactional'))).toBeUndefined();
    }
  });

  it('closes nothing of another category, and comes back with an opt-in', () => {
    const ads = heard(
      ...scopesClosedBy({ sender: SENDER, categoryWords }, { keyword: 'STOP ADS' }).map((scope) => stop(NOON, scope)),
    );
    expect(refusalFor(ads, scopesOf({ sender: SENDER }, 'promotional'))?.scope).toBe(`category:promotional:${SENDER}`);
    expect(refusalFor(ads, scopesOf({ sender: SENDER }, 'transactional'))).toBeUndefined();
    expect(refusalFor(ads, scopesOf({ sender: OTHER }, 'promotional'))).toBeUndefined();
    expect(refusalFor(merge(ads, start(ONE)), scopesOf({ sender: SENDER }, 'promotional'))).toBeUndefined();
  });

  it.each(['STOPALL', 'STOP ALL'])('of %s is the account where the sender says so', (keyword) => {
    expect(scopesClosedBy({ sender: SENDER, stopAllScope: 'account' }, { keyword })).toEqual([SENDER, '*']);
    expect(scopesClosedBy({ sender: SENDER, stopAllScope: 'account' }, { keyword: 'STOP' })).toEqual([SENDER]);
    expect(scopesClosedBy({ sender: SENDER, stopAllScope: 'sender' }, { keyword })).toEqual([SENDER]);
    expect(scopesClosedBy({ sender: SENDER }, { keyword })).toEqual([SENDER]);
  });

  it('is the account from the day of revoke-all on, to the millisecond', () => {
    const sender = { sender: SENDER, revokeAllFrom: '2027-01-31T00:00:00.000Z' };
    expect(scopesClosedBy(sender, { at: '2027-01-30T23:59:59.999Z' })).toEqual([SENDER]);
    expect(scopesClosedBy(sender, { at: '2027-01-31T00:00:00.000Z' })).toEqual([SENDER, '*']);
    expect(scopesClosedBy(sender)).toEqual([SENDER]);
  });
});

describe('a send', () => {
  const sender = { sender: SENDER, requireOptIn: true };

  it('is refused without a recorded opt-in where the sender requires one', () => {
    expect(refusalToSend(heard(), sender, NOON)).toEqual({ scope: 'opt-in-required', since: NOON, eventId: 'none' });
    expect(refusalToSend(heard(start(NOON)), sender, ONE)).toBeUndefined();
    expect(refusalToSend(heard(), { sender: SENDER }, NOON)).toBeUndefined();
  });

  it('is refused by an opt-out rather than by the lack of an opt-in', () => {
    expect(refusalToSend(heard(stop(NOON)), sender, ONE)?.scope).toBe(SENDER);
    expect(refusalToSend(heard(start(NOON), stop(ONE)), sender, TWO)?.scope).toBe(SENDER);
  });

  it('is refused by the category that it belongs to', () => {
    const ads = heard(start('2026-11-23T11:00:00.000Z'), stop(NOON, `category:promotional:${SENDER}`));
    expect(refusalToSend(ads, sender, ONE, 'promotional')?.since).toBe(NOON);
    expect(refusalToSend(ads, sender, ONE, 'transactional')).toBeUndefined();
  });
});

describe('the time that counts', () => {
  it('of an opt-out is when it was heard', () => {
    expect(timeThatCounts('opt-out', ONE, NOON)).toBe(ONE);
    expect(timeThatCounts('opt-out', ONE, TWO)).toBe(ONE);
    expect(timeThatCounts('opt-out', ONE)).toBe(ONE);
  });

  it('of an opt-in is when it was sent', () => {
    expect(timeThatCounts('opt-in', ONE, NOON)).toBe(NOON);
    expect(timeThatCounts('opt-in', ONE, '2026-11-23T14:00:00.1239+02:00')).toBe('2026-11-23T12:00:00.123Z');
  });

  it('of an opt-in is never later than it was heard', () => {
    expect(timeThatCounts('opt-in', ONE, TWO)).toBe(ONE);
  });

  it.each([
    undefined,
    '',
    'yesterday',
    '1700000000',
    '2026-13-01T00:00:00.000Z',
    '2026-11-23',
    '2026-11-23T12:00:00',
    '9999-12-31T23:59:59-14:00',
    '0000-01-01T00:00:00+14:00',
  ])('of an opt-in is when it was heard if the carrier says %j', (sentAt) => {
    expect(timeThatCounts('opt-in', ONE, sentAt)).toBe(ONE);
  });

  it('comes in the one spelling that sorts by time', () => {
    expect(instantOf('2026-11-23T12:00:00z')).toBe(NOON);
    expect(instantOf('2026-11-23T07:00:00.000-05:00')).toBe(NOON);
    fc.assert(fc.property(fc.string(), (text) => timeThatCounts('opt-in', ONE, text) <= ONE));
  });

  it('lets no fast carrier clock hide a STOP', () => {
    const optIn = start(timeThatCounts('opt-in', NOON, '2027-01-01T00:00:00.000Z'));
    const optOut = stop(timeThatCounts('opt-out', ONE, '2020-01-01T00:00:00.000Z'));
    expect(refusalFor(heard(optIn, optOut), [SENDER])).toBeDefined();
  });
});
