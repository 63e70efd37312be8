import { isReached, type Limit, type Row, type Spread } from './figure.ts';

/** What one figure gave. */
export interface Result {
  readonly figure: string;
  readonly rows: readonly Row[];
}

const HEADER = ['', 'measured', 'min … max', 'ratio', 'must reach', ''];

/** The table for people. */
export function toTable(results: readonly Result[]): string {
  const inLines = (rows: readonly Row[]) => rows.filter(({ column }) => column === undefined).map(toCells);
  const widths = widthsOf([HEADER, ...results.flatMap(({ rows }) => inLines(rows))]);
  const blocks = results.map(({ figure, rows }) => {
    const grid = toGrid(rows.filter(({ column }) => column !== undefined));
    const gridWidths = widthsOf(grid);
    return [
      `\n${figure}`,
      ...grid.map((cells) => toLine(cells, gridWidths)),
      ...inLines(rows).map((cells) => toLine(cells, widths)),
    ].join('\n');
  });
  return [toLine(HEADER, widths), ...blocks].join('\n');
}

const widthsOf = (lines: readonly (readonly string[])[]): number[] =>
  (lines[0] ?? []).map((_, column) => Math.max(...lines.map((cells) => [...(cells[column] ?? '')].length)));

const toLine = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();

/** Rows that stand in columns: a line for each name, a cell for each column. */
function toGrid(rows: readonly Row[]): string[][] {
  if (rows.length === 0) return [];
  const columns = [...new Set(rows.map(({ column }) => column ?? ''))];
  const names = [...new Set(rows.map(({ name }) => name))];
  const cellOf = (name: string, column: string) => {
    const row = rows.find((one) => one.name === name && one.column === column);
    return row ? toShort(row) : '';
  };
  return [['', ...columns], ...names.map((name) => [`  ${name}`, ...columns.map((column) => cellOf(name, column))])];
}

/** A value as short as it can be understood: 2.5M, $0.02, 2.8 h. */
function toShort({ unit, value: { median }, note }: Row): string {
  const text =
    unit === 's' ? toDuration(median) : unit === 'USD' ? `$${toMoney(median)}` : `${toCount(median)} ${unit}`;
  return note ? `${text.trim()} (${note})` : text.trim();
}

const toCount = (value: number): string =>
  Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 }).format(value);

const toMoney = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value >= 0.1 ? value.toFixed(2) : value.toPrecision(1);

const DURATIONS = [
  ['s', 1],
  ['min', 60],
  ['h', 3_600],
  ['days', 86_400],
  ['years', 365.25 * 86_400],
] as const;

/** In the largest unit of which there are two at least. */
function toDuration(seconds: number): string {
  const [unit, length] = DURATIONS.findLast((one) => seconds >= 2 * one[1]) ?? DURATIONS[0];
  return `${toText(seconds / length)} ${unit}`;
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
