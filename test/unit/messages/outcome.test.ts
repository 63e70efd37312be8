import fc from 'fast-check';
import {
  backOffMs,
  DEFAULT_RETRY_POLICY,
  decide,
  type Outcome,
  type Rejection,
  type RetryPolicy,
} from '../../../shared/messages/outcome.ts';

const POLICY: RetryPolicy = { maxAttempts: 3, baseDelayMs: 1_000, maxDelayMs: 60_000 };
const MINUTES = 60_000;
const later = (change: { retryAfterMs?: number } = {}): Outcome => ({
  kind: 'later',
  because: 'throttled',
  detail: '20429',
  ...change,
});
const rejected = (because: Rejection): Outcome => ({ kind: 'rejected', because, detail: '21610' });

const policy = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 50 }),
  baseDelayMs: fc.integer({ min: 1, max: 60_000 }),
  maxDelayMs: fc.integer({ min: 1, max: 12 * 60 * MINUTES }),
});
/** `Math.random`'s range: 0 included, 1 not. */
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constant('accepted' as const), carrierMessageId: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant('unknown' as const), detail: fc.string() }),
  fc.record({
    kind: fc.constant('rejected' as const),
    because: fc.constantFrom<Rejection>(
      'opted-out',
      'blocked',
      'invalid-destination',
      'bad-content',
      'misconfigured',
      'over-quota',
    ),
    detail: fc.string(),
  }),
  fc.record(
    {
      kind: fc.constant('later' as const),
      because: fc.constantFrom('throttled' as const, 'transient' as const),
      detail: fc.string(),
      retryAfterMs: fc.nat(),
    },
    { requiredKeys: ['kind', 'because', 'detail'] },
  ),
);

describe('what is done after an outcome', () => {
  it('ends as sent, with the carrier’s id, when the carrier has accepted', () => {
    expect(decide({ kind: 'accepted', carrierMessageId: 'SM1' }, 1, POLICY, 0)).toEqual({
      kind: 'done',
      status: 'Sent',
      carrierMessageId: 'SM1',
    });
  });

  it('ends as unknown, and is not tried again, when the answer never came', () => {
    expect(decide({ kind: 'unknown', detail: 'ECONNRESET' }, 1, POLICY, 0)).toEqual({
      kind: 'done',
      status: 'Unknown',
      detail: 'ECONNRESET',
    });
  });

  test.each<[Rejection, string]>([
    ['opted-out', 'OptedOut'],
    ['blocked', 'CarrierBlocked'],
    ['invalid-destination', 'InvalidDestination'],
    ['bad-content', 'InvalidMessage'],
    ['misconfigured', 'CarrierRejected'],
  ])('fails for good when the carrier has refused: %s is %s', (because, reason) => {
    expect(decide(rejected(because), 1, POLICY, 0)).toEqual({
      kind: 'done',
      status: 'Failed',
      reason,
      detail: '21610',
    });
  });

  it('keeps how far the carrier’s own opt-out goes, where the carrier says so', () => {
    const toTheAccount: Outcome = { kind: 'rejected', because: 'opted-out', detail: '21610', reach: 'account' };
    expect(decide(toTheAccount, 1, POLICY, 0)).toMatchObject({ reason: 'OptedOut', reach: 'account' });
    expect(decide(rejected('opted-out'), 1, POLICY, 0)).not.toHaveProperty('reach');
  });

  it('waits a quarter of an hour when a quota is spent', () => {
    const decision = decide(rejected('over-quota'), 1, DEFAULT_RETRY_POLICY, 0);
    expect(decision).toEqual({ kind: 'again', delayMs: 15 * MINUTES, detail: '21610' });
  });

  it('waits no longer than the policy allows for a spent quota either', () => {
    expect(decide(rejected('over-quota'), 1, POLICY, 0)).toMatchObject({ kind: 'again', delayMs: POLICY.maxDelayMs });
  });

  test.each<[string, Outcome]>([
    ['later', later()],
    ['over quota', rejected('over-quota')],
  ])('fails when the last attempt ends so: %s', (_, last) => {
    expect(decide(last, POLICY.maxAttempts - 1, POLICY, 0)).toMatchObject({ kind: 'again' });
    for (const attempt of [POLICY.maxAttempts, POLICY.maxAttempts + 1]) {
      expect(decide(last, attempt, POLICY, 0)).toEqual({
        kind: 'done',
        status: 'Failed',
        reason: 'RetriesExhausted',
        detail: last.kind === 'later' ? '20429' : '21610',
      });
    }
  });

  it('heeds a carrier’s hint that is longer than its own wait', () => {
    expect(decide(later({ retryAfterMs: 30_000 }), 1, POLICY, 0)).toMatchObject({ kind: 'again', delayMs: 30_000 });
  });

  it('waits its own time where the hint is shorter, so that no carrier can hurry it', () => {
    expect(decide(later({ retryAfterMs: 1 }), 2, POLICY, 0)).toMatchObject({ kind: 'again', delayMs: 1_000 });
  });

  it('shortens no hint', () => {
    const hint = later({ retryAfterMs: 24 * 60 * MINUTES });
    expect(decide(hint, 1, POLICY, 0)).toMatchObject({ kind: 'again', delayMs: 24 * 60 * MINUTES });
  });

  it('is done or tried again, ends within the attempts allowed, and waits within bounds, whatever came', () => {
    fc.assert(
      fc.property(outcome, fc.integer({ min: 1, max: 60 }), policy, random, (came, attempt, allowed, chance) => {
        const decision = decide(came, attempt, allowed, chance);
        if (decision.kind === 'done') {
          if (came.kind === 'accepted') expect(decision.status).toBe('Sent');
          else expect(decision.status).toBe(came.kind === 'unknown' ? 'Unknown' : 'Failed');
          return;
        }
        expect(attempt).toBeLessThan(allowed.maxAttempts);
        expect(decision.delayMs).toBeGreaterThanOrEqual(0);
        const hint = came.kind === 'later' ? (came.retryAfterMs ?? 0) : 0;
        expect(decision.delayMs).toBeGreaterThanOrEqual(hint);
        expect(decision.delayMs).toBeLessThanOrEqual(Math.max(hint, allowed.maxDelayMs));
        if (came.kind === 'later') {
          const hint = Math.min(came.retryAfterMs ?? 0, allowed.maxDelayMs);
          expect(decision.delayMs).toBeGreaterThanOrEqual(hint);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the back-off', () => {
  it('doubles from the first wait to the longest', () => {
    const longest = [1, 2, 3, 7, 8].map((attempt) => backOffMs(attempt, POLICY, 1));
    expect(longest).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  });

  it('is half fixed and half random', () => {
    expect([0, 0.5, 1].map((chance) => backOffMs(3, POLICY, chance))).toEqual([2_000, 3_000, 4_000]);
  });

  it('lies between half of the ceiling and the ceiling for any policy, attempt and chance', () => {
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 10_000 }), random, (allowed, attempt, chance) => {
        const ceiling = Math.min(allowed.baseDelayMs * 2 ** (attempt - 1), allowed.maxDelayMs);
        const wait = backOffMs(attempt, allowed, chance);
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
        expect(wait).toBeLessThanOrEqual(ceiling);
      }),
    );
  });

  it('keeps a default policy within what SQS can hide', () => {
    expect(DEFAULT_RETRY_POLICY.maxDelayMs).toBeLessThanOrEqual(12 * 60 * MINUTES);
    expect(DEFAULT_RETRY_POLICY.maxAttempts).toBeGreaterThan(1);
  });
});
