import fc from 'fast-check';
import { addBusinessDays, dayOf, federalHolidays, isBusinessDay } from '../../../shared/consent/business-days.ts';

const HOUR_MS = 3_600_000;
const instant = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const businessInstant = instant.filter((one) => isBusinessDay(dayOf(one)));
const days = fc.integer({ min: 1, max: 30 });

/** New York's clocks at an instant, to the second, told by another part of `Intl` than the code under test asks. */
const clockOf = (one: string): string =>
  new Date(one).toLocaleTimeString('en-GB', { timeZone: 'America/New_York', hour12: false });

/** The lists of the Office of Personnel Management, which show the days on which holidays are observed. */
describe('the federal holidays', () => {
  it.each([
    [2020, ['01-01', '01-20', '02-17', '05-25', '07-03', '09-07', '10-12', '11-11', '11-26', '12-25']],
    [2021, ['01-01', '01-18', '02-15', '05-31', '06-18', '07-05', '09-06', '10-11', '11-11', '11-25', '12-24']],
    [2023, ['01-02', '01-16', '02-20', '05-29', '06-19', '07-04', '09-04', '10-09', '11-10', '11-23', '12-25']],
    [2026, ['01-01', '01-19', '02-16', '05-25', '06-19', '07-03', '09-07', '10-12', '11-11', '11-26', '12-25']],
    [2027, ['01-01', '01-18', '02-15', '05-31', '06-18', '07-05', '09-06', '10-11', '11-11', '11-25', '12-24']],
  ])('of %i', (year, expected) => {
    expect(federalHolidays(year)).toEqual(expected.map((day) => `${year}-${day}`));
  });

  it.each([
    [2022, '2021-12-31'],
    [2028, '2027-12-31'],
  ])('of %i begin in the year before when New Year’s Day is a Saturday', (year, newYearsDay) => {
    expect(federalHolidays(year)[0]).toBe(newYearsDay);
    expect(isBusinessDay(newYearsDay)).toBe(false);
  });

  it('are eleven, in order, and never on a weekend', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2021, max: 2200 }), (year) => {
        const holidays = federalHolidays(year);
        expect(new Set(holidays).size).toBe(11);
        expect([...holidays].sort()).toEqual(holidays);
        for (const day of holidays) expect([1, 2, 3, 4, 5]).toContain(new Date(day).getUTCDay());
      }),
    );
  });
});

describe('a business day', () => {
  it.each([
    ['2026-11-23', true, 'a Monday'],
    ['2026-11-26', false, 'Thanksgiving'],
    ['2026-11-27', true, 'the Friday after it'],
    ['2026-11-28', false, 'a Saturday'],
    ['2026-11-29', false, 'a Sunday'],
    ['2026-07-03', false, 'Independence Day, observed on the Friday'],
    ['2026-07-06', true, 'the Monday after it'],
    ['2020-06-19', true, 'Juneteenth before it was a holiday'],
    ['2025-01-20', false, 'the third Monday of January'],
    ['2021-01-20', true, 'Inauguration Day, a holiday around Washington only'],
  ])('%s: %s, %s', (day, expected) => {
    expect(isBusinessDay(day)).toBe(expected);
  });

  it('is told by the calendar of New York', () => {
    expect(dayOf('2026-11-23T04:59:59.999Z')).toBe('2026-11-22');
    expect(dayOf('2026-11-23T05:00:00.000Z')).toBe('2026-11-23');
    expect(dayOf('2026-07-06T03:59:59.999Z')).toBe('2026-07-05');
    expect(dayOf('2026-07-06T04:00:00.000Z')).toBe('2026-07-06');
  });
});

describe('so many business days later', () => {
  it.each([
    ['ten over Thanksgiving', '2026-11-23T15:00:00.000Z', 10, '2026-12-08T15:00:00.000Z'],
    ['ten with no holiday: two weeks', '2026-08-03T15:00:00.000Z', 10, '2026-08-17T15:00:00.000Z'],
    ['ten over Christmas and New Year', '2026-12-21T15:00:00.123Z', 10, '2027-01-06T15:00:00.123Z'],
    ['ten from a Saturday: Monday is the first', '2026-08-01T15:00:00.000Z', 10, '2026-08-14T15:00:00.000Z'],
    ['ten from a Sunday evening, which is Monday in UTC', '2026-08-03T01:00:00.000Z', 10, '2026-08-15T01:00:00.000Z'],
    ['ten over the end of summer time', '2026-10-26T13:30:00.000Z', 10, '2026-11-09T14:30:00.000Z'],
    ['ten over its beginning', '2026-03-02T14:30:00.000Z', 10, '2026-03-16T13:30:00.000Z'],
    ['one from the night of a change', '2026-11-01T06:30:00.000Z', 1, '2026-11-02T06:30:00.000Z'],
    ['two earlier, over a weekend', '2026-12-08T15:00:00.000Z', -2, '2026-12-04T15:00:00.000Z'],
    ['two earlier, from a Sunday', '2026-11-29T15:00:00.000Z', -2, '2026-11-25T15:00:00.000Z'],
    ['none', '2026-11-29T15:00:00.000Z', 0, '2026-11-29T15:00:00.000Z'],
  ])('%s', (_, from, count, expected) => {
    expect(addBusinessDays(from, count)).toBe(expected);
  });

  it('ends on a business day, at the same time of day', () => {
    fc.assert(
      fc.property(instant, days, fc.boolean(), (from, count, back) => {
        const to = addBusinessDays(from, back ? -count : count);
        expect(isBusinessDay(dayOf(to))).toBe(true);
        expect(clockOf(to)).toBe(clockOf(from));
        expect(to.slice(-4)).toBe(from.slice(-4));
        expect(to > from).toBe(!back);
      }),
    );
  });

  it('has as many business days on the way', () => {
    fc.assert(
      fc.property(instant, days, (from, count) => {
        const last = dayOf(addBusinessDays(from, count));
        let counted = 0;
        // By noons of UTC, which are on the same day in New York.
        for (let noon = Date.parse(dayOf(from)) + 36 * HOUR_MS; ; noon += 24 * HOUR_MS) {
          const day = new Date(noon).toISOString().slice(0, 10);
          if (isBusinessDay(day)) counted += 1;
          if (day === last) break;
        }
        expect(counted).toBe(count);
      }),
    );
  });

  it('comes back from a business day by as many earlier', () => {
    fc.assert(
      fc.property(businessInstant, days, (from, count) => {
        expect(addBusinessDays(addBusinessDays(from, count), -count)).toBe(from);
      }),
    );
  });

  it('keeps the order of time', () => {
    fc.assert(
      fc.property(businessInstant, businessInstant, days, (one, other, count) => {
        const [earlier, later] = [one, other].sort() as [string, string];
        expect(addBusinessDays(earlier, count) <= addBusinessDays(later, count)).toBe(true);
      }),
    );
  });

  it('of what is no time is an error', () => {
    expect(() => addBusinessDays('soon', 10)).toThrow(RangeError);
  });
});
