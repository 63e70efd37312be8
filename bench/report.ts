import { isReached, type Limit, type Row, type Spread } from './figure.ts';

/** What one figure gave. */
export interface Result {
  readonly figure: string;
  readonly rows: readonly Row[];
}

const HEADER = ['', 'measured', 'min … max', 'ratio', 'must reach', ''];

/** The table for people. */
export function toTable(results: readonly Result[]): string {
  const lines = results.flatMap(({ figure, rows }) => [[figure], ...rows.map(toCells)]);
  const table = [HEADER, ...lines];
  const widths = HEADER.map((_, column) =>
    Math.max(...table.map((cells) => (cells.length === 1 ? 0 : [...(cells[column] ?? '')].length))),
  );
  return table
    .map((cells) => {
      if (cells.length === 1) return `\n${cells[0]}`;
      return cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd();
    })
    .join('\n');
}

function toCells(row: Row): string[] {
  const { name, unit, value, ratio, limit } = row;
  const shown = isConstant(value) ? '' : `${toText(value.min)} … ${toText(value.max)}`;
  const reached = isReached(row);
  return [
    `  ${name}`,
    `${toText(value.median)} ${unit}`.trim(),
    shown,
    ratio
      ? `${toText(ratio.value.median)} × ${ratio.to} (${toText(ratio.value.min)} … ${toText(ratio.value.max)})`
      : '',
    limit ? toLimit(limit, unit) : '',
    reached === undefined ? '' : reached ? 'reached' : 'NOT REACHED',
  ];
}

function toLimit(limit: Limit, unit: string): string {
  const of = limit.of === 'ratio' ? 'ratio ' : '';
  const what = limit.of === 'ratio' || !unit ? '' : ` ${unit}`;
  return 'atMost' in limit ? `${of}≤ ${limit.atMost}${what}` : `${of}≥ ${limit.atLeast}${what}`;
}

const isConstant = ({ min, max }: Spread): boolean => min === max;

/** Three digits that count, and never an exponent. */
const toText = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

/** What did not reach its limit, one line for each row: which figure, which row, what was measured and what it had to be. */
export function toFailures(results: readonly Result[]): string[] {
  return results.flatMap(({ figure, rows }) =>
    rows
      .filter((row) => isReached(row) === false)
      .map((row) => {
        const [name, value, , ratio, limit] = toCells(row).map((cell) => cell.trim());
        return `${figure.split(':')[0]}: ${name}: ${row.limit?.of === 'ratio' ? ratio : value}, must be ${limit}`;
      }),
  );
}

/** The same as the table for programs. */
export function toJson(results: readonly Result[]): object {
  return {
    measuredAt: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    results: results.map(({ figure, rows }) => ({
      figure,
      rows: rows.map((row) => ({ ...row, reached: isReached(row) })),
    })),
  };
}
