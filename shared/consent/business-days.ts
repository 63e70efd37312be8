/**
 * Business days of the United States: every day but Saturdays, Sundays and federal holidays, as the calendar stands in
 * New York, whose time the FCC's own seat keeps.
 */
import type { Instant } from './merge.ts';

/** A day of the calendar, as `2026-11-23`. */
export type Day = string;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SATURDAY = 6;
const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;

/**
 * The days on which federal offices are closed for a holiday of this year, in order: 5 U.S.C. 6103(a). One that falls on a
 * Saturday is kept on the Friday before (6103(b)), one that falls on a Sunday on the Monday after (Executive Order 11582,
 * section 3): so New Year's Day may be kept in the year before. Juneteenth is one since 2021. Inauguration Day is not
 * counted: it is a holiday around Washington only.
 *
 * @param year from 1986; the rules of the years before were others
 */
export function federalHolidays(year: number): Day[] {
  return [
    observed(date(year, 1, 1)),
    nth(3, MONDAY, year, 1), // Birthday of Martin Luther King, Jr.
    nth(3, MONDAY, year, 2), // Washington's Birthday
    lastMondayOfMay(year), // Memorial Day
    ...(year >= 2021 ? [observed(date(year, 6, 19))] : []), // Juneteenth
    observed(date(year, 7, 4)), // Independence Day
    nth(1, MONDAY, year, 9), // Labor Day
    nth(2, MONDAY, year, 10), // Columbus Day
    observed(date(year, 11, 11)), // Veterans Day
    nth(4, THURSDAY, year, 11), // Thanksgiving Day
    observed(date(year, 12, 25)), // Christmas Day
  ].map(toDay);
}

/** Whether a day is neither of a weekend nor a federal holiday. */
export function isBusinessDay(day: Day): boolean {
  const milliseconds = Date.parse(day);
  const weekday = weekdayOf(milliseconds);
  if (weekday === SATURDAY || weekday === SUNDAY) return false;
  const year = Number(day.slice(0, 4));
  return !federalHolidays(year).includes(day) && !federalHolidays(year + 1).includes(day);
}

/** The day that it is in New York at this instant. */
export const dayOf = (instant: Instant): Day => toDay(inNewYork(Date.parse(instant)));

/**
 * The same time of day, on New York's clocks, so many business days later. The day of the instant itself does not count:
 * from a Monday or from the weekend before it, one business day later is the Tuesday or that Monday.
 *
 * @param days a whole number; below 0, so many business days earlier
 * @throws RangeError when `instant` is no time
 */
export function addBusinessDays(instant: Instant, days: number): Instant {
  const local = inNewYork(Date.parse(instant));
  const timeOfDay = local - Date.parse(toDay(local));
  const step = Math.sign(days) * DAY_MS;
  let midnight = local - timeOfDay;
  for (let left = Math.abs(days); left > 0; ) {
    midnight += step;
    if (isBusinessDay(toDay(midnight))) left -= 1;
  }
  if (days === 0) return instant;
  // Clocks change on Sundays, at night: by noon, and all through a business day, the difference to UTC is the same.
  const noon = midnight + 17 * HOUR_MS;
  return new Date(midnight + timeOfDay - (inNewYork(noon) - noon)).toISOString();
}

const OFFSET = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' });

/** What New York's clocks show, written as if they showed UTC. They are behind UTC all year. */
function inNewYork(milliseconds: number): number {
  const [, hours, minutes] = /GMT-(\d\d):(\d\d)/.exec(OFFSET.format(milliseconds)) as RegExpExecArray;
  return milliseconds - (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const date = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day);
const toDay = (milliseconds: number): Day => new Date(milliseconds).toISOString().slice(0, 10);
const weekdayOf = (milliseconds: number): number => new Date(milliseconds).getUTCDay();

function observed(milliseconds: number): number {
  const weekday = weekdayOf(milliseconds);
  if (weekday === SATURDAY) return milliseconds - DAY_MS;
  return weekday === SUNDAY ? milliseconds + DAY_MS : milliseconds;
}

/** The nth such weekday of a month. */
function nth(count: number, weekday: number, year: number, month: number): number {
  const first = date(year, month, 1);
  const untilWeekday = (weekday - weekdayOf(first) + 7) % 7;
  return first + (untilWeekday + (count - 1) * 7) * DAY_MS;
}

const lastMondayOfMay = (year: number): number => nth(1, MONDAY, year, 6) - 7 * DAY_MS;
