/** Compares what the classifier makes of labelled replies with what people made of them. */
import { type Classification, classify, type Policy } from '../../shared/consent/classify.ts';
import { FORMS, type Form, type Row } from './read-corpus.ts';

export const POLICIES = ['keyword', 'any-reasonable-means'] as const satisfies readonly Policy[];

/** What became of a reply; `wrong act` is an act that nobody asked for, or not the one that was asked for. */
export const OUTCOMES = ['act', 'wrong act', 'review', 'leave'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What has to become of a reply. */
export const WANTED: Readonly<Record<Policy, Readonly<Record<Form, readonly Outcome[]>>>> = {
  keyword: { keyword: ['act'], request: ['review'], unclear: ['review', 'leave'], ordinary: ['leave'] },
  'any-reasonable-means': { keyword: ['act'], request: ['act'], unclear: ['review'], ordinary: ['leave'] },
};

/** How often something may or must happen. */
export interface Goal {
  readonly policy: Policy;
  readonly says: string;
  /** Rows of these forms are counted … */
  readonly forms: readonly Form[];
  /** … that came to any of these. */
  readonly outcomes: readonly Outcome[];
  /** Part of the rows, from 0 to 1. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

const ACTS: readonly Outcome[] = ['act', 'wrong act'];

/** An act on what is no wish is the worst error; a keyword that is not acted on is the next worst. */
export const GOALS: readonly Goal[] = [
  { policy: 'keyword', says: 'keywords acted on rightly', forms: ['keyword'], outcomes: ['act'], atLeast: 1 },
  { policy: 'keyword', says: 'wrong acts', forms: FORMS, outcomes: ['wrong act'], atMost: 0 },
  { policy: 'keyword', says: 'requests put up for review', forms: ['request'], outcomes: ['review'], atLeast: 0.95 },
  { policy: 'keyword', says: 'ordinary put up for review', forms: ['ordinary'], outcomes: ['review'], atMost: 0.03 },
  {
    policy: 'any-reasonable-means',
    says: 'requests acted on rightly',
    forms: ['request'],
    outcomes: ['act'],
    atLeast: 0.95,
  },
  { policy: 'any-reasonable-means', says: 'ordinary acted on', forms: ['ordinary'], outcomes: ACTS, atMost: 0 },
  { policy: 'any-reasonable-means', says: 'unclear acted on', forms: ['unclear'], outcomes: ACTS, atMost: 0 },
  {
    policy: 'any-reasonable-means',
    says: 'unclear put up for review',
    forms: ['unclear'],
    outcomes: ['review'],
    atLeast: 0.8,
  },
];

/** What the classifier says under each policy. */
export type Verdicts = Readonly<Record<Policy, Classification>>;

/** Hears one reply: its own language is switched on, and its recipient is opted out, so that YES means something. */
export function verdictsOf({ text, locale }: Row): Verdicts {
  const options = { keywordPacks: [locale], optedOut: true };
  return {
    keyword: classify(text, { ...options, policy: 'keyword' }),
    'any-reasonable-means': classify(text, { ...options, policy: 'any-reasonable-means' }),
  };
}

/** A row, and what the classifier made of it. */
export interface Heard {
  readonly row: Row;
  readonly verdicts: Verdicts;
}

export function outcomeOf({ row, verdicts }: Heard, policy: Policy): Outcome {
  const { verdict, intent } = verdicts[policy];
  if (verdict !== 'act') return verdict;
  const mayAct = WANTED[policy][row.form].includes('act');
  return mayAct && intent === row.intent ? 'act' : 'wrong act';
}

/** Whether a row came out under a policy as people wanted it. */
export function isAsWanted(heard: Heard, policy: Policy): boolean {
  return WANTED[policy][heard.row.form].includes(outcomeOf(heard, policy));
}

/** A part of some rows. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export function shareOf<Thing>(things: readonly Thing[], is: (thing: Thing) => boolean): Share {
  return { count: things.filter(is).length, of: things.length };
}

/** How a goal was met. Without rows to judge by, it was. */
export function measure(goal: Goal, heard: readonly Heard[]): Share & { readonly met: boolean } {
  const { policy, forms, outcomes, atLeast = 0, atMost = 1 } = goal;
  const judged = heard.filter(({ row }) => forms.includes(row.form));
  const share = shareOf(judged, (one) => outcomes.includes(outcomeOf(one, policy)));
  // A grain of grace, so that 95 % of 20 rows is 19 whatever the last binary digit says.
  const met = share.count >= atLeast * share.of - 1e-9 && share.count <= atMost * share.of + 1e-9;
  return { ...share, met };
}
