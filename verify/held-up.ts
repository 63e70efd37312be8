import { readFileSync } from 'node:fs';

/** How often this process looks at the clock. Milliseconds. */
const EVERY_MS = 10;
/** Around a moment: what was held up then may have begun to be so a while before. Milliseconds. */
const BEFORE_MS = 1_000;
const AFTER_MS = 300;
/** Less than this is no stall. Milliseconds. */
const NOTHING_MS = 20;

/**
 * For how long a process was ready to run and got no processor, since it began: its first thread, which does all its work.
 * Milliseconds; 0 where the system does not say so, as only Linux does.
 */
export function waitedForProcessor(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * When this process, by whose clock all is judged, was too busy to look at it: what arrived then was written down late,
 * which is no fault of the pipeline.
 */
export class Stalls {
  readonly #stalls: { readonly at: number; readonly ms: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #last = Date.now();
  longestMs = 0;

  constructor() {
    this.#timer = setInterval(() => {
      const now = Date.now();
      const ms = now - this.#last - EVERY_MS;
      this.#last = now;
      if (ms < NOTHING_MS) return;
      this.#stalls.push({ at: now, ms });
      this.longestMs = Math.max(this.longestMs, ms);
    }, EVERY_MS);
  }

  /** The longest stall around a moment. Milliseconds. */
  around(at: number): number {
    let longest = 0;
    for (let index = this.#stalls.length - 1; index >= 0; index -= 1) {
      const stall = this.#stalls[index];
      if (!stall || stall.at < at - BEFORE_MS) break;
      if (stall.at <= at + AFTER_MS) longest = Math.max(longest, stall.ms);
    }
    return longest;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
