import type { Outcome } from '../../../shared/messages/outcome.ts';
import { CircuitBreaker } from '../../../shared/sending/circuit-breaker.ts';

const FAILED = { kind: 'later', because: 'transient', detail: '503' } as const;
const NO_ANSWER: Outcome = { kind: 'unknown', detail: 'ETIMEDOUT' };
const ACCEPTED: Outcome = { kind: 'accepted', carrierMessageId: 'id-1' };
const THROTTLED = { kind: 'later', because: 'throttled', detail: '429' } as const;
const REFUSED: Outcome = { kind: 'rejected', because: 'blocked', detail: '30007' };

let now: number;
let opened: string[];
let breaker: CircuitBreaker;

const times = (count: number, outcome: Outcome) => Array.from({ length: count }, () => outcome);
const hears = (...outcomes: Outcome[]) => {
  for (const outcome of outcomes) breaker.heard('twilio', outcome);
};

beforeEach(() => {
  now = 1_000_000;
  opened = [];
  breaker = new CircuitBreaker(
    () => now,
    (carrier) => opened.push(carrier),
  );
});

describe('a carrier', () => {
  test('may be called until it has failed ten times in a row', () => {
    hears(...times(5, FAILED), ...times(4, NO_ANSWER));
    expect(breaker.ask('twilio')).toBe(0);

    hears(FAILED);

    expect(breaker.ask('twilio')).toBe(5_000);
    expect(breaker.ask('telnyx')).toBe(0);
    expect(opened).toEqual(['twilio']);
  });

  test.each([ACCEPTED, THROTTLED, REFUSED])('that answers in between is well: %j', (answer) => {
    hears(...times(9, FAILED), answer, ...times(9, FAILED));
    expect(breaker.ask('twilio')).toBe(0);
  });

  test('is tried by one message after a pause, while the others wait for what comes of it', () => {
    hears(...times(10, FAILED));
    now += 4_999;
    expect(breaker.ask('twilio')).toBe(1);
    now += 1;
    expect(breaker.ask('twilio')).toBe(0);
    expect(breaker.ask('twilio')).toBe(5_000);

    hears(ACCEPTED);

    expect(breaker.ask('twilio')).toBe(0);
    expect(breaker.ask('twilio')).toBe(0);
  });

  test('is left alone twice as long after each trial that fails, and five minutes at most', () => {
    hears(...times(10, FAILED));
    const pauses = Array.from({ length: 7 }, () => {
      now += breaker.ask('twilio');
      expect(breaker.ask('twilio')).toBe(0);
      hears(NO_ANSWER);
      return breaker.ask('twilio');
    });
    expect(pauses).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  test('is not left alone longer by calls that were under way when it opened', () => {
    hears(...times(15, FAILED));
    expect(breaker.ask('twilio')).toBe(5_000);
    expect(opened).toEqual(['twilio']);
  });

  test('is left alone until it wants to be called again, which is no failure', () => {
    hears(...times(9, FAILED), { ...THROTTLED, retryAfterMs: 60_000 }, { ...THROTTLED, retryAfterMs: 1_000 });
    expect([breaker.leftAloneMs('twilio'), breaker.ask('twilio')]).toEqual([60_000, 60_000]);
    expect(breaker.ask('telnyx')).toBe(0);
    // Others were under way.
    hears(ACCEPTED);
    expect(breaker.ask('twilio')).toBe(60_000);

    now += 60_000;

    expect([breaker.ask('twilio'), breaker.ask('twilio')]).toEqual([0, 0]);
    hears(...times(9, FAILED));
    expect(breaker.ask('twilio')).toBe(0);
    expect(opened).toEqual([]);
  });

  test('is left alone until both its pause and its own time are over', () => {
    hears(...times(9, FAILED), { ...FAILED, retryAfterMs: 8_000 });
    expect(breaker.ask('twilio')).toBe(8_000);
    now += 8_000;
    expect(breaker.ask('twilio')).toBe(0);
    expect(breaker.ask('twilio')).toBe(5_000);
  });

  test('can be asked about without taking the trial', () => {
    hears(...times(10, FAILED));
    expect(breaker.leftAloneMs('twilio')).toBe(5_000);
    now += 5_000;
    expect(breaker.leftAloneMs('twilio')).toBe(0);
    expect(breaker.ask('twilio')).toBe(0);
    expect(breaker.leftAloneMs('twilio')).toBe(5_000);
  });

  test('is tried again when nothing was heard of a trial', () => {
    hears(...times(10, FAILED));
    now += 5_000;
    expect(breaker.ask('twilio')).toBe(0);
    now += 5_000;
    expect(breaker.ask('twilio')).toBe(0);
  });
});
