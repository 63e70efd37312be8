import type { Line } from '../history.ts';

/** A promise that was not kept. */
export interface Breach {
  /** What it is about: a message, an event. With the promise, it says which breach this is. */
  readonly about: string;
  readonly what: string;
}

export interface Verdict {
  /** How many cases there were that could have shown a breach. */
  readonly judged: number;
  readonly breaches: readonly Breach[];
}

/** Judges one promise by all that is known of one recipient. */
export interface Judge {
  readonly name: string;
  /** What one case is. */
  readonly cases: string;
  judge(lines: readonly Line[]): Verdict;
}
