import type { Progress, Spread } from './figure.ts';

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  if (low === undefined || high === undefined) throw new Error('Nothing was measured');
  return { median: (low + high) / 2, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** A value that is the same each time. */
export const exactly = (value: number): Spread => ({ median: value, min: value, max: value });

/**
 * Measures contenders in turn, A B C A B C, so that whatever else the machine does meets all of them alike. The first
 * round only warms up.
 * @returns what each measured, round by round
 */
export async function interleave<Name extends string>(
  contenders: Readonly<Record<Name, () => Promise<number> | number>>,
  rounds: number,
  progress: Progress,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(contenders) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      progress(round === 0 ? `${name}: warming up` : `${name}: round ${round} of ${rounds}`);
      const value = await contenders[name]();
      if (round > 0) measured[name].push(value);
    }
  }
  return measured;
}

/** How many times `base` the values are, round by round: neighbours in time are compared. */
export const ratioOf = (values: readonly number[], base: readonly number[]): Spread =>
  spreadOf(values.map((value, round) => value / (base[round] as number)));
