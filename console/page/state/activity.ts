import type { LiveEvent } from '../../../local/live-feed.ts';
import { handsetOf } from '../cast.ts';

type Heard = Extract<LiveEvent, { type: 'heard' }>;
type ConsentChange = Extract<LiveEvent, { type: 'consent' }>;
type Outcome = Extract<LiveEvent, { type: 'outcome' }>;

/** A line of the live list. `count` is how many alike stand behind it. */
export type Row =
  | { readonly kind: 'heard'; readonly key: string; readonly at: string; readonly event: Heard }
  | {
      readonly kind: 'consent';
      readonly key: string;
      readonly at: string;
      readonly event: ConsentChange;
      readonly count: number;
    }
  | {
      readonly kind: 'outcome';
      readonly key: string;
      readonly at: string;
      readonly event: Outcome;
      readonly count: number;
    }
  | {
      readonly kind: 'queued';
      readonly key: string;
      readonly at: string;
      readonly campaignId: string;
      readonly from: string;
      readonly count: number;
    }
  | {
      readonly kind: 'dead-letter';
      readonly key: string;
      readonly at: string;
      readonly queue: string;
      readonly count: number;
    }
  | { readonly kind: 'gap'; readonly key: string; readonly at: string; readonly count: number };

export const FILTERS = ['all', 'heard', 'refused', 'sent', 'trouble'] as const;
export type Filter = (typeof FILTERS)[number];

/** Which filter shows a row, beside `all`. */
export function filterOf(row: Row): Exclude<Filter, 'all'> {
  switch (row.kind) {
    case 'heard':
    case 'consent':
      return 'heard';
    case 'queued':
      return 'sent';
    case 'dead-letter':
    case 'gap':
      return 'trouble';
    case 'outcome':
      if (row.event.status === 'Failed') return row.event.reason === 'OptedOut' ? 'refused' : 'trouble';
      return row.event.status === 'Unknown' || row.event.status === 'Undelivered' ? 'trouble' : 'sent';
  }
}

/** Newest first. */
export type Activity = readonly Row[];

const ROWS_KEPT = 200;
/** A line of many alike goes on being counted while it is among the newest; then a new one starts. */
const ROWS_COUNTED_ON = 6;

/** One message to a made-up number is like the next; each to a handset is of interest. */
const isBulk = (event: Outcome): boolean => event.kind === 'message' && !handsetOf(event.to);

const alike = (one: Outcome, other: Outcome): boolean =>
  one.status === other.status &&
  one.reason === other.reason &&
  one.campaignId === other.campaignId &&
  one.from === other.from;

function countOn(rows: Activity, matches: (row: Row) => boolean, next: (row: Row) => Row): Activity | undefined {
  const index = rows.slice(0, ROWS_COUNTED_ON).findIndex(matches);
  const row = rows[index];
  return row ? rows.with(index, next(row)) : undefined;
}

const add = (rows: Activity, row: Row): Activity => [row, ...rows].slice(0, ROWS_KEPT);

function addOutcome(rows: Activity, key: string, event: Outcome): Activity {
  // What a message waits for is of no interest until it ends; the counters show how many wait.
  if (event.status === 'Sending') return rows;
  const { at } = event;
  if (isBulk(event)) {
    const counted = countOn(
      rows,
      (row) => row.kind === 'outcome' && isBulk(row.event) && alike(row.event, event),
      (row) => (row.kind === 'outcome' ? { ...row, at, event, count: row.count + 1 } : row),
    );
    return counted ?? add(rows, { kind: 'outcome', key, at, event, count: 1 });
  }
  // A receipt, or one more attempt, tells on the line that is already there.
  const earlier = rows.findIndex(
    (row) =>
      row.kind === 'outcome' &&
      row.event.messageId === event.messageId &&
      row.event.to === event.to &&
      (row.event.status === 'Sent' || row.event.status === event.status),
  );
  const row = rows[earlier];
  if (row?.kind === 'outcome') return rows.with(earlier, { ...row, event });
  return add(rows, { kind: 'outcome', key, at, event, count: 1 });
}

function addConsent(rows: Activity, key: string, event: ConsentChange): Activity {
  const { at, recipient, change, scope, account } = event;
  const counted =
    !handsetOf(recipient) &&
    countOn(
      rows,
      (row) =>
        row.kind === 'consent' &&
        !handsetOf(row.event.recipient) &&
        row.event.change === change &&
        row.event.scope === scope &&
        row.event.account === account,
      (row) => (row.kind === 'consent' ? { ...row, at, event, count: row.count + 1 } : row),
    );
  return counted || add(rows, { kind: 'consent', key, at, event, count: 1 });
}

/** What an event adds to the live list. */
export function applyToActivity(rows: Activity, key: string, event: LiveEvent): Activity {
  const { at } = event;
  switch (event.type) {
    case 'heard':
      return add(rows, { kind: 'heard', key, at, event });
    case 'consent':
      return addConsent(rows, key, event);
    case 'outcome':
      return addOutcome(rows, key, event);
    case 'queued': {
      const { campaignId, from, count } = event;
      const counted = countOn(
        rows,
        (row) => row.kind === 'queued' && row.campaignId === campaignId,
        (row) => (row.kind === 'queued' ? { ...row, count: row.count + count } : row),
      );
      return counted ?? add(rows, { kind: 'queued', key, at, campaignId, from, count });
    }
    case 'dead-letter': {
      const counted = countOn(
        rows,
        (row) => row.kind === 'dead-letter' && row.queue === event.queue,
        (row) => (row.kind === 'dead-letter' ? { ...row, at, count: row.count + 1 } : row),
      );
      return counted ?? add(rows, { kind: 'dead-letter', key, at, queue: event.queue, count: 1 });
    }
    case 'accepted':
    case 'texted':
      return rows;
  }
}

export const addGap = (rows: Activity, missed: number, at: string): Activity =>
  add(rows, { kind: 'gap', key: `gap ${at}`, at, count: missed });
