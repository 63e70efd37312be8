import { bench, EXIT } from '../../../bench/bench.ts';
import type { Extent, Figure, Row } from '../../../bench/figure.ts';
import { exactly } from '../../../bench/harness.ts';

const rowOf = (value: number): Row => ({
  name: 'a message',
  unit: 'ms',
  value: exactly(value),
  limit: { of: 'value', atMost: 5 },
});

const figureOf = (name: string, measure: Figure['measure']): Figure => ({ name, about: `how ${name}`, measure });

const FAST = figureOf('fast', async () => [rowOf(5)]);
const SLOW = figureOf('slow', async () => [rowOf(6), { name: 'to compare with', unit: 'ms', value: exactly(9) }]);
const BROKEN = figureOf('broken', async () => {
  throw new Error('The engine is gone');
});

async function run(args: string[], figures: Figure[]) {
  const printed: string[] = [];
  const said: string[] = [];
  const kept: string[] = [];
  const exit = await bench(args, figures, {
    print: (text) => printed.push(text),
    say: (text) => said.push(text),
    keep: (json) => kept.push(json),
    progressOf: () => () => {},
  });
  return { exit, printed: printed.join('\n'), said: said.join('\n'), kept };
}

describe('a bench', () => {
  test('whose limits are all reached exits with 0, and has nothing to say', async () => {
    const { exit, printed, said, kept } = await run([], [FAST]);
    expect(exit).toBe(EXIT.reached);
    expect(printed).toContain('fast: how fast');
    expect(said).toBe('');
    expect(JSON.parse(kept[0] as string)).toMatchObject({ results: [{ rows: [{ reached: true }] }] });
  });

  test('that missed a limit exits with 1 and says which, after the whole table', async () => {
    const { exit, printed, said } = await run([], [SLOW, FAST]);
    expect(exit).toBe(EXIT.notReached);
    expect(printed).toContain('fast: how fast');
    expect(said.trim().split('\n')).toEqual(['NOT REACHED:', '  slow: a message: 6 ms, must be ≤ 5 ms']);
  });

  test('says the ratio where that is what was missed', async () => {
    const ratio = { to: 'theirs', value: exactly(2) };
    const row: Row = { ...rowOf(1), ratio, limit: { of: 'ratio', atLeast: 4 } };
    const { said } = await run([], [figureOf('throughput', async () => [row])]);
    expect(said).toContain('throughput: a message: 2 × theirs (2 … 2), must be ratio ≥ 4');
  });

  test('that could not measure something exits with 2, says why, and shows the rest', async () => {
    const { exit, printed, said, kept } = await run([], [BROKEN, SLOW]);
    expect(exit).toBe(EXIT.notMeasured);
    expect(said).toContain('NOT MEASURED:\n  broken: The engine is gone');
    expect(said).toContain('NOT REACHED:\n  slow: a message');
    expect(printed).toContain('slow: how slow');
    expect(kept).toHaveLength(1);
  });

  test('measures only what was asked for', async () => {
    const { exit, printed } = await run(['--only', 'fast'], [FAST, SLOW, BROKEN]);
    expect(exit).toBe(EXIT.reached);
    expect(printed).not.toContain('slow');
  });

  test('prints JSON alone, when asked', async () => {
    const { exit, printed } = await run(['--json'], [SLOW]);
    expect(exit).toBe(EXIT.notReached);
    expect(JSON.parse(printed)).toMatchObject({ results: [{ rows: [{ reached: false }, {}] }] });
  });

  test('says in its help what it exits with', async () => {
    const { exit, printed } = await run(['--help'], [FAST, BROKEN]);
    expect(exit).toBe(EXIT.reached);
    expect(printed).toContain('Exits with 0');
    expect(printed).toContain('--messages N');
  });
});

describe('the options of a bench', () => {
  test.each([
    [[], 20_000],
    [['--messages', '1000'], 1_000],
    [['--messages', '1000000'], 1_000_000],
  ])('%j: so many messages', async (args, messages) => {
    let given: Extent | undefined;
    const figure = figureOf('load', async (_, extent) => {
      given = extent;
      return [];
    });
    await run(args, [figure]);
    expect(given).toEqual({ messages });
  });

  test.each([
    [['--messages', '900']],
    [['--messages', '1050']],
    [['--messages', '1000100']],
    [['--messages', '1e5']],
    [['--messages', 'many']],
    [['--only', 'nothing']],
    [['--no-such-option']],
  ])('%j are refused', async (args) => {
    const { exit, said, printed } = await run(args, [FAST]);
    expect(exit).toBe(EXIT.notMeasured);
    expect(said).not.toBe('');
    expect(printed).toBe('');
  });
});
