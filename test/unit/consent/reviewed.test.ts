import fc from 'fast-check';
import {
  type Consent,
  type ConsentChange,
  merge,
  NO_CONSENT_RECORDED,
  refusalFor,
} from '../../../shared/consent/merge.ts';
import { type Reviewed, withReviewed } from '../../../shared/consent/reviewed.ts';

const SENDER = '+12025550100';
const NOON = '2026-11-23T12:00:00.000Z';
const ONE = '2026-11-23T13:00:00.000Z';
const TWO = '2026-11-23T14:00:00.000Z';

const heard = (...changes: ConsentChange[]): Consent => changes.reduce(merge, NO_CONSENT_RECORDED);
const stop = (at: string): ConsentChange => ({ kind: 'opt-out', scope: SENDER, at, eventId: `stop ${at}` });
const start = (at: string): ConsentChange => ({ kind: 'opt-in', at, eventId: `start ${at}` });
const decided = (at: string, ...scopes: string[]): Reviewed => ({ turn: 1, at, eventId: `review ${at}`, scopes });

const scope = fc.constantFrom(SENDER, 'group:shop', '*', '__proto__');
const at = fc.constantFrom(NOON, ONE, TWO);
const change: fc.Arbitrary<ConsentChange> = fc.oneof(
  fc.record({ kind: fc.constant('opt-out' as const), scope, at, eventId: fc.constantFrom('a', 'b') }),
  fc.record({ kind: fc.constant('opt-in' as const), at, eventId: fc.constantFrom('a', 'b') }),
);
const consent = fc.array(change, { maxLength: 6 }).map((changes) => heard(...changes));
const reviewed = fc.array(
  fc.record({
    turn: fc.integer({ min: 1, max: 4 }),
    at,
    eventId: fc.constantFrom('c', 'd'),
    scopes: fc.uniqueArray(scope),
    optsIn: fc.constantFrom(true, undefined),
  }),
  { maxLength: 5 },
);

test('an opt-in decided in a review opens what was closed before its message, and nothing that was closed after', () => {
  const reviewedStart = { ...decided(ONE), optsIn: true } as const;
  expect(refusalFor(withReviewed(heard(stop(NOON)), [reviewedStart]), [SENDER])).toBeUndefined();
  expect(refusalFor(withReviewed(heard(stop(ONE)), [reviewedStart]), [SENDER])).toBeDefined();
  expect(refusalFor(withReviewed(heard(stop(TWO)), [reviewedStart]), [SENDER])).toBeDefined();
});

describe('an opt-out decided in a review', () => {
  it('closes its scopes from when the message was heard', () => {
    const known = withReviewed(NO_CONSENT_RECORDED, [decided(ONE, SENDER)]);
    expect(refusalFor(known, [SENDER, '*'])).toEqual({ scope: SENDER, since: ONE, eventId: `review ${ONE}` });
    expect(refusalFor(known, ['+12025550101', '*'])).toBeUndefined();
  });

  it.each([
    ['a START before the message does not reopen', NOON, true],
    ['a START at the same time does not either', ONE, true],
    ['a START after it does, however late the decision is', TWO, false],
  ])('%s', (_, startedAt, isClosed) => {
    const known = withReviewed(heard(start(startedAt)), [decided(ONE, SENDER)]);
    expect(refusalFor(known, [SENDER]) !== undefined).toBe(isClosed);
  });

  it('leaves the later of two opt-outs as the reason', () => {
    const since = (...times: [string, string]) =>
      refusalFor(withReviewed(heard(stop(times[0])), [decided(times[1], SENDER)]), [SENDER])?.eventId;
    expect(since(NOON, ONE)).toBe(`review ${ONE}`);
    expect(since(ONE, NOON)).toBe(`stop ${ONE}`);
  });

  it('leaves what was heard as it is, so that taking it back restores that exactly', () => {
    fc.assert(
      fc.property(consent, reviewed, (known, list) => {
        const copy = structuredClone(known);
        withReviewed(known, list);
        expect(known).toEqual(copy);
        expect(
          withReviewed(
            known,
            list.map((one) => ({ ...one, scopes: [], optsIn: undefined })),
          ),
        ).toEqual(known);
      }),
    );
  });

  it('counts the same in any order, and among what was heard', () => {
    fc.assert(
      fc.property(
        consent,
        change,
        reviewed.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        (known, next, [list, shuffled]) => {
          expect(withReviewed(known, shuffled)).toEqual(withReviewed(known, list));
          expect(withReviewed(merge(known, next), list)).toEqual(merge(withReviewed(known, list), next));
        },
      ),
    );
  });

  it('never opens anything', () => {
    fc.assert(
      fc.property(consent, reviewed, scope, (known, list, one) => {
        const isClosed = refusalFor(known, [one]) !== undefined;
        const optOuts = list.map((decision) => ({ ...decision, optsIn: undefined }));
        expect(refusalFor(withReviewed(known, optOuts), [one]) !== undefined || !isClosed).toBe(true);
      }),
    );
  });
});
