import type { Verdict } from './carrier.ts';

/** How far a carrier's clock may be ahead of ours. Seconds. */
const MAX_AHEAD = 5 * 60;

/**
 * What the time says of a request whose signature covers it, and is the carrier's.
 * @param time seconds since the epoch, as they were signed
 * @param toleranceSeconds how old a request may be
 * @param now milliseconds since the epoch
 */
export function verdictOnTime(time: string, toleranceSeconds: number, now: number): Verdict {
  if (!/^\d{1,11}$/.test(time)) return 'forged';
  const age = now / 1_000 - Number(time);
  return age > toleranceSeconds || age < -MAX_AHEAD ? 'stale' : 'genuine';
}
