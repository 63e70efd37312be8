import { isReached, type Row } from '../../../bench/figure.ts';
import { exactly, interleave, ratioOf, spreadOf } from '../../../bench/harness.ts';
import { toJson, toTable } from '../../../bench/report.ts';

const row: Row = { name: 'ours', unit: 'ms', value: { median: 2, min: 1, max: 1_234.5 } };

describe('the spread of measurements', () => {
  test('has the middle one, the smallest and the largest', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
  });

  test('has the mean of the two in the middle, where there are two', () => {
    expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5);
  });

  test('of nothing is a mistake', () => {
    expect(() => spreadOf([])).toThrow('Nothing was measured');
  });
});

test('contenders take turns, and their first turn does not count', async () => {
  const turns: string[] = [];
  const turn = (name: string) => () => turns.push(name);
  const measured = await interleave({ a: turn('a'), b: turn('b') }, 2, () => {});
  expect(turns).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  expect(measured).toEqual({ a: [3, 5], b: [4, 6] });
});

test('a ratio compares neighbours in time, so that a slow moment of the machine falls out', () => {
  expect(ratioOf([2, 20, 4], [1, 10, 2])).toEqual(exactly(2));
});

describe('a limit', () => {
  const ratio = { to: 'theirs', value: exactly(4) };
  test.each([
    [{ ...row }, undefined],
    [{ ...row, limit: { of: 'value', atMost: 2 } }, true],
    [{ ...row, limit: { of: 'value', atMost: 1.9 } }, false],
    [{ ...row, ratio, limit: { of: 'ratio', atLeast: 4 } }, true],
    [{ ...row, ratio, limit: { of: 'ratio', atLeast: 4.1 } }, false],
    [{ ...row, limit: { of: 'ratio', atLeast: 1 } }, false],
  ] as [Row, boolean | undefined][])('%j: %s', (limited, reached) => {
    expect(isReached(limited)).toBe(reached);
  });
});

describe('the report', () => {
  const rows: Row[] = [
    { ...row, ratio: { to: 'theirs', value: exactly(0.5) }, limit: { of: 'value', atMost: 1 } },
    { name: 'theirs', unit: 'ms', value: exactly(4) },
  ];

  test('for people has a line for each row, and says what was not reached', () => {
    const lines = toTable([{ figure: 'speed: how fast', rows }]).split('\n');
    expect(lines[2]).toBe('speed: how fast');
    expect(lines[3]?.split(/\s{2,}/)).toEqual([
      '',
      'ours',
      '2 ms',
      '1 … 1,235',
      '0.5 × theirs (0.5 … 0.5)',
      '≤ 1 ms',
      'NOT REACHED',
    ]);
    expect(lines[4]?.split(/\s{2,}/)).toEqual(['', 'theirs', '4 ms']);
  });

  test('for people lays rows out in columns, each value as short as it can be', () => {
    const cell = (name: string, unit: string, column: string, value: number, note?: string): Row => ({
      name,
      unit,
      column,
      value: exactly(value),
      ...(note && { note }),
    });
    const cells = [
      cell('calls', '', 'small', 25_300),
      cell('cost', 'USD', 'small', 0.0178),
      cell('time', 's', 'small', 75, 'the carrier'),
      cell('calls', '', 'large', 253_000_000),
      cell('cost', 'USD', 'large', 1_778),
      cell('time', 's', 'large', 2 * 86_400),
    ];
    const [, , title, ...lines] = toTable([{ figure: 'growth: how much', rows: [...cells, row] }]).split('\n');
    expect(title).toBe('growth: how much');
    expect(lines.map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ['small', 'large'],
      ['calls', '25.3K', '253M'],
      ['cost', '$0.02', '$1,778'],
      ['time', '75 s (the carrier)', '2 days'],
      ['ours', '2 ms', '1 … 1,235'],
    ]);
  });

  test('for programs has the same, and where it was measured', () => {
    expect(toJson([{ figure: 'speed: how fast', rows }])).toMatchObject({
      node: process.version,
      results: [{ figure: 'speed: how fast', rows: [{ ...rows[0], reached: false }, rows[1]] }],
    });
  });
});
