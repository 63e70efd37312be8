import type { Line } from './history.ts';
import type { Breach, Judge } from './judges/judge.ts';

/** The fewest lines of a history that still show a breach: each of them is needed. */
export function shrink(lines: readonly Line[], judge: Judge, { about, what }: Breach): readonly Line[] {
  const shows = (some: readonly Line[]) =>
    judge.judge(some).breaches.some((breach) => breach.about === about && breach.what === what);
  let needed = lines;
  for (let size = Math.ceil(needed.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < needed.length; ) {
      const without = [...needed.slice(0, start), ...needed.slice(start + size)];
      if (shows(without)) needed = without;
      else start += size;
    }
  }
  return needed;
}
