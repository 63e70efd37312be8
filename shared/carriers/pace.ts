import { setTimeout as sleep } from 'node:timers/promises';

/** Turns for calls that a carrier takes so many times a second. */
export function paced(perSecond: number): () => Promise<void> {
  let next = 0;
  return async () => {
    const now = performance.now();
    const turn = Math.max(now, next);
    next = turn + 1_000 / perSecond;
    if (turn > now) await sleep(turn - now);
  };
}
