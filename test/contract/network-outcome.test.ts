import fc from 'fast-check';
import { outcomeOfNetworkError, retryAfterMs } from '../../shared/carriers/network-outcome.ts';

const TEXT = 'about +12025550170';
const withCode = (code: unknown, cause?: unknown) => Object.assign(new Error(TEXT, { cause }), { code });
const later = (detail: string) => ({ kind: 'later', because: 'transient', detail });
const unknown = (detail: string) => ({ kind: 'unknown', detail });

describe('a call that ended in an error', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
    'is made again when it never left: %s',
    (code) => {
      expect(outcomeOfNetworkError(withCode(code))).toEqual(later(code));
      expect(outcomeOfNetworkError(new TypeError('fetch failed', { cause: withCode(code) }))).toEqual(later(code));
      expect(outcomeOfNetworkError(new AggregateError([withCode('ETIMEDOUT'), withCode(code)], TEXT))).toEqual(
        later(code),
      );
    },
  );

  it('is made again when there were no credentials to sign it with', () => {
    const error = Object.assign(new Error(TEXT), { name: 'CredentialsProviderError' });
    expect(outcomeOfNetworkError(error)).toEqual(later('CredentialsProviderError'));
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])(
    'is unknown, and not made again, when it may have left: %s',
    (code) => {
      expect(outcomeOfNetworkError(withCode(code))).toEqual(unknown(code));
      expect(outcomeOfNetworkError(new TypeError('fetch failed', { cause: withCode(code) }))).toEqual(unknown(code));
    },
  );

  it('is known by its name where it has no code', () => {
    expect(outcomeOfNetworkError(AbortSignal.abort(new DOMException(TEXT, 'TimeoutError')).reason)).toEqual(
      unknown('TimeoutError'),
    );
    expect(outcomeOfNetworkError(withCode(7))).toEqual(unknown('Error'));
  });

  it('is unknown whatever was thrown, without a word of its text, and without an end where causes go round', () => {
    const round = withCode('EWHATEVER');
    round.cause = round;
    expect(outcomeOfNetworkError(round)).toEqual(unknown('EWHATEVER'));
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(outcomeOfNetworkError(new Error(TEXT, { cause: thrown }))).toEqual({
          kind: 'unknown',
          detail: expect.not.stringContaining('2025550170'),
        });
      }),
    );
    for (const thrown of [undefined, null, TEXT, 7, {}]) {
      expect(outcomeOfNetworkError(thrown)).toEqual(unknown('no answer'));
    }
  });
});

describe('Retry-After', () => {
  const NOW = Date.parse('2026-11-23T12:00:00.000Z');
  const DAY = 24 * 3_600_000;

  test.each<[string | null | undefined, number | undefined]>([
    ['1', 1_000],
    ['120', 120_000],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['86400', DAY],
    ['86401', DAY],
    ['99999999999999999999', DAY],
    ['Mon, 23 Nov 2099 12:00:00 GMT', DAY],
    ['0', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['Mon, 23 Nov 2026 12:00:00 GMT', undefined],
    ['Mon, 23 Nov 2020 12:00:00 GMT', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('of %j is %p milliseconds', (header, milliseconds) => {
    expect(retryAfterMs(header, NOW)).toEqual(milliseconds === undefined ? {} : { retryAfterMs: milliseconds });
  });

  it('is a positive number, a day at most, or nothing, whatever a carrier writes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9. :GMT]{0,12}$/)), (header) => {
        const { retryAfterMs: hint = 1 } = retryAfterMs(header, NOW);
        expect(hint).toBeGreaterThan(0);
        expect(hint).toBeLessThanOrEqual(DAY);
      }),
    );
  });
});
