/**
 * Hours in which promotional messages wait, in the recipient's local time: windows such as `21:00-08:00` or
 * `sun 00:00-12:00`, and the names of presets. A window that ends before it begins ends on the next day. Days are those on which it
 * begins: `mon tue wed thu fri sat sun`, with commas between.
 */
export type QuietHours = readonly string[];

export interface Window {
  /** 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight. */
  readonly from: number;
  /** Minutes after the midnight before `from`: more than a day's where the window ends on the next day. */
  readonly to: number;
}

/** Minutes. */
export const DAY = 24 * 60;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WINDOW = /^(?:([a-z,]+) )?([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

/**
 * Presets. Federal: no solicitation before 8 or after 21 at the recipient's place (47 CFR 64.1200(c)(1)). The states' windows
 * are narrower, and for the state only; they come from secondary sources, and each should be checked with counsel:
 * https://support.referrizer.com/en/category/text-campaigns/article/tcpa-quiet-hours-and-state-specific-rules-for-text-campaigns
 *
 * That page calls Rhode Island's "shorter" and gives no hours. They are those of R.I. Gen. Laws 5-61-2(2): Monday to Friday from
 * 9 to 18, Saturday from 10 to 17. The holidays, on which it allows no hour either, are not kept here: a window knows weekdays.
 */
const FEDERAL: QuietHours = ['21:00-08:00'];
const STATES: Readonly<Record<string, QuietHours>> = {
  TX: ['mon,tue,wed,thu,fri,sat 21:00-09:00', 'sun 00:00-12:00', 'sun 21:00-09:00'],
  FL: ['20:00-08:00'],
  MD: ['20:00-08:00'],
  MS: ['20:00-08:00'],
  NJ: ['20:00-08:00'],
  OK: ['20:00-08:00'],
  CT: ['20:00-09:00'],
  RI: ['mon,tue,wed,thu 18:00-09:00', 'fri 18:00-10:00', 'sat 17:00-24:00', 'sun 00:00-24:00', 'mon 00:00-09:00'],
};
const PRESETS: Readonly<Record<string, (state: string | undefined) => QuietHours>> = {
  'us-federal': () => FEDERAL,
  'us-states': (state) => [...FEDERAL, ...(STATES[state ?? ''] ?? [])],
};

/**
 * The windows of quiet hours, presets included.
 * @param state of the recipient, where it is in the United States
 * @throws where one can't be read: better no message than one at night
 */
export const windowsOf = (hours: QuietHours, state: string | undefined): readonly Window[] =>
  hours
    .flatMap((text) => PRESETS[text]?.(state) ?? [text])
    .map((text) => {
      const window = parseWindow(text);
      if (!window) throw new Error(`"${text}" is no window of quiet hours`);
      return window;
    });

/** What is wrong with quiet hours as somebody wrote them; nothing where they can be kept. */
export function problemWithQuietHours(hours: QuietHours): string | undefined {
  for (const text of hours) {
    if (Object.hasOwn(PRESETS, text)) continue;
    const window = parseWindow(text);
    if (!window) {
      return `"${text}" is neither a window like "21:00-08:00" or "sat,sun 20:00-10:00" nor one of ${Object.keys(PRESETS).join(', ')}`;
    }
  }
  return undefined;
}

function parseWindow(text: string): Window | undefined {
  const [, names, fromHour, fromMinute, toHour, toMinute] = WINDOW.exec(text) ?? [];
  const days = names === undefined ? DAYS.map((_, day) => day) : names.split(',').map((name) => DAYS.indexOf(name));
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  if (Number.isNaN(from) || to > DAY || from === to || days.includes(-1)) return undefined;
  return { days, from, to: to < from ? to + DAY : to };
}
