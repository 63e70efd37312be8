import type { Row } from './figure.ts';
import { exactly } from './harness.ts';

/**
 * The oldest that a consent read may be when the carrier's request leaves: what the promise "no message after STOP" allows.
 * Milliseconds.
 */
const MOST_MS = 250;

/** How often each age occurred, by whole milliseconds: what one process hands to another. */
export type AgeCounts = readonly (readonly [milliseconds: number, times: number])[];

/**
 * How old consent was for each message that left. Ages are whole milliseconds, so counting how often each occurred loses
 * nothing, and takes no more memory for a million messages than for a thousand.
 */
export class ConsentAges {
  readonly #times = new Map<number, number>();

  /** @param milliseconds from the beginning of the read until the message was handed to its carrier */
  add(milliseconds: number, times = 1): void {
    const whole = Math.ceil(milliseconds);
    this.#times.set(whole, (this.#times.get(whole) ?? 0) + times);
  }

  addAll(counts: AgeCounts): void {
    for (const [milliseconds, times] of counts) this.add(milliseconds, times);
  }

  get counts(): AgeCounts {
    return [...this.#times];
  }

  /** How many messages left. */
  get count(): number {
    return [...this.#times.values()].reduce((sum, times) => sum + times, 0);
  }

  /**
   * The age that a share of all messages did not exceed.
   * @param share above 0, at most 1, which is the oldest
   * @throws where no message left
   */
  quantile(share: number): number {
    let left = Math.ceil(this.count * share);
    for (const [milliseconds, times] of [...this.#times].sort(([one], [other]) => one - other)) {
      left -= times;
      if (left <= 0) return milliseconds;
    }
    throw new Error('No message left, so no consent read has an age');
  }

  /**
   * @param sends how many messages the carrier got: each must have an age. One whose request was lost on its way has an age too
   * @throws where ages are missing
   */
  rows(sends: number, of = ''): Row[] {
    if (this.count < sends)
      throw new Error(`${sends} messages left, but ${this.count} have an age of their consent read`);
    const row = (name: string, share: number): Row => ({
      name: `age of the consent read${of}: ${name}`,
      unit: 'ms',
      value: exactly(this.quantile(share)),
      limit: { of: 'value', atMost: MOST_MS },
    });
    return [row('p99', 0.99), row('max', 1)];
  }
}
