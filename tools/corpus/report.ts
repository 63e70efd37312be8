/** Writes down how well the classifier did, for people. */
import type { Policy } from '../../shared/consent/classify.ts';
import { PEER_RULES } from '../../test/corpus/peer-rules.ts';
import { visible } from '../visible.ts';
import { FORMS, type Row } from './read-corpus.ts';
import {
  GOALS,
  type Goal,
  type Heard,
  isAsWanted,
  measure,
  OUTCOMES,
  outcomeOf,
  POLICIES,
  type Share,
  shareOf,
  WANTED,
} from './score.ts';

/** More would scroll everything else away. */
const MOST_MISSES = 200;
const LONGEST_TEXT = 120;

const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
const rate = ({ count, of }: Share) => (of === 0 ? '–' : `${count}/${of} ${percent(count / of).padStart(7)}`);

/** Lines up columns; the first to the left, the others to the right. */
function table(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const all = [header, ...lines];
  const widths = header.map((_, column) => Math.max(...all.map((line) => (line[column] as string).length)));
  const cell = (text: string, column: number) => {
    const width = widths[column] as number;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  return all.map((line) => `  ${line.map(cell).join('   ')}`.trimEnd()).join('\n');
}

function byForm(policy: Policy, heard: readonly Heard[]): string {
  const lines = FORMS.map((form) => {
    const rows = heard.filter(({ row }) => row.form === form);
    const counts = OUTCOMES.map((outcome) => String(shareOf(rows, (one) => outcomeOf(one, policy) === outcome).count));
    const wanted = WANTED[policy][form].join(' or ');
    return [form, String(rows.length), ...counts, wanted, rate(shareOf(rows, (one) => isAsWanted(one, policy)))];
  });
  return table(['form', 'rows', ...OUTCOMES, 'wanted', 'as wanted'], lines);
}

function byLanguage(policy: Policy, heard: readonly Heard[]): string {
  const languages = Object.entries(Object.groupBy(heard, ({ row }) => row.language)) as [string, Heard[]][];
  const lines = languages.map(([language, rows]) => {
    const cells = FORMS.map((form) =>
      rate(
        shareOf(
          rows.filter(({ row }) => row.form === form),
          (one) => isAsWanted(one, policy),
        ),
      ),
    );
    return [language, String(rows.length), ...cells];
  });
  return table(['language', 'rows', ...FORMS], lines);
}

function goalLine(goal: Goal, heard: readonly Heard[]): string {
  const share = measure(goal, heard);
  const { says, atLeast, atMost } = goal;
  const limit = atLeast === undefined ? `at most ${percent(atMost as number)}` : `at least ${percent(atLeast)}`;
  return `  ${share.met ? 'met   ' : 'MISSED'}  ${says}: ${rate(share)}, goal ${limit}`;
}

function shortened(text: string): string {
  const whole = visible(text);
  return whole.length > LONGEST_TEXT ? `${whole.slice(0, LONGEST_TEXT)}…` : whole;
}

function missLine({ row, verdicts }: Heard, policy: Policy): string {
  const { verdict, intent, rule } = verdicts[policy];
  const wanted = WANTED[policy][row.form];
  const expected = wanted.includes('act') ? `act ${row.intent}` : wanted.join(' or ');
  const got = intent === 'none' ? verdict : `${verdict} ${intent}`;
  return `  ${row.form}, ${row.locale}: “${shortened(row.text)}”\n    expected ${expected}, got ${got} (${rule})`;
}

function misses(policy: Policy, heard: readonly Heard[]): string {
  const missed = heard.filter((one) => !isAsWanted(one, policy));
  if (missed.length === 0) return 'Every row came out as wanted.';
  // The worst first.
  const worst = (one: Heard) => (outcomeOf(one, policy) === 'wrong act' ? 0 : 1);
  const lines = missed.toSorted((one, other) => worst(one) - worst(other)).map((one) => missLine(one, policy));
  const more = lines.length > MOST_MISSES ? [`  … and ${lines.length - MOST_MISSES} more`] : [];
  return [`Rows that miss: ${missed.length}`, ...lines.slice(0, MOST_MISSES), ...more].join('\n');
}

function policyReport(policy: Policy, heard: readonly Heard[]): string {
  const goals = GOALS.filter((goal) => goal.policy === policy).map((goal) => goalLine(goal, heard));
  return [
    `Policy ${policy}`,
    byForm(policy, heard),
    'As wanted, by language',
    byLanguage(policy, heard),
    ['Goals', ...goals].join('\n'),
    misses(policy, heard),
  ].join('\n\n');
}

interface Contender {
  readonly name: string;
  readonly how: string;
  optsOut(heard: Heard): boolean;
}

const CONTENDERS: readonly Contender[] = [
  ...POLICIES.map((policy) => ({
    name: `Stopgate, ${policy}`,
    how: policy === 'keyword' ? 'one keyword' : 'and clear wishes',
    optsOut: ({ verdicts }: Heard) => verdicts[policy].verdict === 'act' && verdicts[policy].intent === 'opt-out',
  })),
  ...PEER_RULES.map(({ name, how, optsOut }) => ({ name, how, optsOut: ({ row }: Heard) => optsOut(row.text) })),
];

const asksOut = ({ form, intent }: Row) => intent === 'opt-out' && (form === 'keyword' || form === 'request');

function comparison(heard: readonly Heard[]): string {
  const groups: readonly ((row: Row) => boolean)[] = [
    asksOut,
    (row) => asksOut(row) && row.language === 'en',
    (row) => asksOut(row) && row.form === 'keyword',
    (row) => asksOut(row) && row.form === 'request',
    ({ form }) => form === 'ordinary',
    ({ form }) => form === 'unclear',
    ({ form, intent }) => (form === 'keyword' || form === 'request') && intent !== 'opt-out',
  ];
  const lines = CONTENDERS.map(({ name, how, optsOut }) => [
    name,
    how,
    ...groups.map((isIn) =>
      rate(
        shareOf(
          heard.filter(({ row }) => isIn(row)),
          optsOut,
        ),
      ),
    ),
  ]);
  const header = [
    'rule',
    'compares',
    'opt-outs heard',
    'in English',
    'keyword',
    'request',
    'ordinary',
    'unclear',
    'START, HELP',
  ];
  return [
    'Beside the rules of other open-source systems, on the same rows: opt-outs that are heard (more is better), and',
    'opt-outs that nobody asked for (fewer is better). What Stopgate does not act on, it can put up for review; these do not.',
    '',
    table(header, lines),
  ].join('\n');
}

/** The whole report. */
export function reportOn(heard: readonly Heard[]): string {
  const languages = new Set(heard.map(({ row }) => row.language)).size;
  const title = `${heard.length} rows, ${languages} language${languages === 1 ? '' : 's'}`;
  return `${[title, ...POLICIES.map((policy) => policyReport(policy, heard)), comparison(heard)].join('\n\n')}\n`;
}
