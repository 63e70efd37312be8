import fc from 'fast-check';
import { quietUntil } from '../../../shared/messages/quiet-hours.ts';
import { problemWithQuietHours } from '../../../shared/messages/quiet-windows.ts';
import { regionsOf } from '../../../shared/messages/regions.ts';

const NEW_YORK = '+12125550100';
const DALLAS = '+12145550100';
const MIAMI = '+13055550100';
const HARTFORD = '+12035550100';
const TOLL_FREE = '+18005550100';
/** Ghana has the clock of UTC all year. */
const ACCRA = '+233241234567';
const BERLIN = '+4915112345678';

const until = (hours: readonly string[], recipient: string, now: string): string | undefined => {
  const end = quietUntil(hours, recipient, Date.parse(now));
  return end === undefined || end === Number.POSITIVE_INFINITY ? end?.toString() : new Date(end).toISOString();
};

describe('a window', () => {
  test.each([
    ['just before it', '2026-11-24T01:59:59.999Z', undefined],
    ['as it begins', '2026-11-24T02:00:00.000Z', '2026-11-24T13:00:00.000Z'],
    ['before midnight', '2026-11-24T04:59:00.000Z', '2026-11-24T13:00:00.000Z'],
    ['after midnight', '2026-11-24T05:00:00.000Z', '2026-11-24T13:00:00.000Z'],
    ['in its last moment', '2026-11-24T12:59:59.999Z', '2026-11-24T13:00:00.000Z'],
    ['as it ends', '2026-11-24T13:00:00.000Z', undefined],
  ])('over midnight is the recipient’s own: %s', (_, now, end) => {
    expect(until(['21:00-08:00'], NEW_YORK, now)).toBe(end);
  });

  test('within a day ends on that day', () => {
    expect(until(['12:00-14:30'], BERLIN, '2026-11-24T11:00:00.000Z')).toBe('2026-11-24T13:30:00.000Z');
    expect(until(['12:00-14:30'], BERLIN, '2026-11-24T13:30:00.000Z')).toBeUndefined();
  });

  test('of some weekdays begins on those, and may end on another', () => {
    const hours = ['sat,sun 20:00-10:00'];
    // Saturday 21:00, Sunday 09:00, Monday 09:00 and Tuesday 09:00 in Berlin.
    expect(until(hours, BERLIN, '2026-11-21T20:00:00.000Z')).toBe('2026-11-22T09:00:00.000Z');
    expect(until(hours, BERLIN, '2026-11-22T08:00:00.000Z')).toBe('2026-11-22T09:00:00.000Z');
    expect(until(hours, BERLIN, '2026-11-23T08:00:00.000Z')).toBe('2026-11-23T09:00:00.000Z');
    expect(until(hours, BERLIN, '2026-11-24T08:00:00.000Z')).toBeUndefined();
    expect(until(['sun 00:00-24:00'], BERLIN, '2026-11-22T12:00:00.000Z')).toBe('2026-11-22T23:00:00.000Z');
  });

  test('after another goes on where that ends', () => {
    const hours = ['21:00-08:00', 'sun 08:00-12:00'];
    expect(until(hours, BERLIN, '2026-11-22T03:00:00.000Z')).toBe('2026-11-22T11:00:00.000Z');
  });

  test('in whose night the clocks are changed ends when the clock on the wall says so', () => {
    // Berlin puts its clocks forward on 29 March 2026 at 2, and back on 25 October at 3.
    expect(until(['21:00-08:00'], BERLIN, '2026-03-28T22:00:00.000Z')).toBe('2026-03-29T06:00:00.000Z');
    expect(until(['21:00-08:00'], BERLIN, '2026-10-24T22:00:00.000Z')).toBe('2026-10-25T07:00:00.000Z');
  });

  test('is right however many moments were asked for before', () => {
    const days = 85;
    const quarters = Array.from(
      { length: days * 96 },
      (_, i) => Date.parse('2026-01-01T00:00:00.000Z') + i * 15 * 60_000,
    );
    const quiet = quarters.filter((now) => quietUntil(['21:00-08:00'], ACCRA, now) !== undefined);
    // 11 hours of each.
    expect(quiet).toHaveLength(days * 44);
    expect(until(['21:00-08:00'], NEW_YORK, '2026-01-01T02:00:00.000Z')).toBe('2026-01-01T13:00:00.000Z');
  });

  test('together with others that leave no gap never ends', () => {
    expect(until(['08:00-21:00', '21:00-08:00'], NEW_YORK, '2026-11-24T12:00:00.000Z')).toBe('Infinity');
  });
});

describe('presets', () => {
  test.each([
    ['us-federal', DALLAS, '2026-11-24T15:00:00.000Z'],
    // Texas on a Tuesday: from 9, in its western zone too.
    ['us-states', DALLAS, '2026-11-24T16:00:00.000Z'],
    ['us-states', NEW_YORK, '2026-11-24T13:00:00.000Z'],
    ['us-states', HARTFORD, '2026-11-24T14:00:00.000Z'],
  ])('%s lets %s be texted from %s', (preset, recipient, end) => {
    expect(until([preset], recipient, '2026-11-24T06:00:00.000Z')).toBe(end);
  });

  /** By the clock on the recipient's wall: 13 to 19 July 2026 is a Monday to a Sunday. */
  const STATES: readonly [state: string, recipient: string, ...open: string[]][] = [
    ['New York, as all others', NEW_YORK, ...daily('08:00-21:00')],
    ['Connecticut', HARTFORD, ...daily('09:00-20:00')],
    ['Maryland', '+14105550100', ...daily('08:00-20:00')],
    ['New Jersey', '+12015550100', ...daily('08:00-20:00')],
    ['Oklahoma', '+14055550100', ...daily('08:00-20:00', 1)],
    ['Mississippi', '+16015550100', ...daily('08:00-20:00', 1)],
    // In two zones: from when it is day in the western one until it is night in the eastern one.
    ['Florida', MIAMI, ...daily('09:00-20:00')],
    ['Texas', DALLAS, ...daily('10:00-21:00', 1).slice(0, 6), '19T18:00/20T02:00'],
    ['Rhode Island', '+14015550100', ...daily('09:00-18:00').slice(0, 5), '18T14:00/18T21:00'],
  ];

  test.each(STATES)('of the states let %s be texted in its own hours', (_, recipient, ...open) => {
    expect(openHours(['us-states'], recipient)).toEqual(open);
  });

  test('of the states are nobody else’s', () => {
    for (const recipient of [NEW_YORK, HARTFORD, '+14015550100', BERLIN, '+16045550100'])
      expect(openHours(['us-federal'], recipient)).toHaveLength(7);
    expect(openHours(['us-states'], BERLIN)).toEqual(openHours(['us-federal'], BERLIN));
  });
});

/** Hours of each day from Monday to Sunday in New York, or so many hours west of it, as `openHours` gives them. */
function daily(hours: string, west = 0): string[] {
  const [from = 0, to = 0] = hours.split('-').map((time) => Number(time.slice(0, 2)) + 4 + west);
  const at = (day: number, hour: number) => new Date(Date.UTC(2026, 6, day, hour)).toISOString().slice(8, 16);
  return [13, 14, 15, 16, 17, 18, 19].map((day) => `${at(day, from)}/${at(day, to)}`);
}

/** The times of the week of 13 July 2026 (from 03:30 in New York) in which it is not quiet, to the half hour, in UTC. */
function openHours(hours: readonly string[], recipient: string): string[] {
  const open: string[] = [];
  const begin = Date.parse('2026-07-13T07:30:00.000Z');
  let since: string | undefined;
  for (let now = begin; now < begin + 7 * 24 * 3_600_000; now += 30 * 60_000) {
    const at = new Date(now).toISOString().slice(8, 16);
    const isOpen = quietUntil(hours, recipient, now) === undefined;
    if (isOpen) since ??= at;
    else if (since !== undefined) {
      open.push(`${since}/${at}`);
      since = undefined;
    }
  }
  return open;
}

describe('a number', () => {
  test('that could be in several zones is left alone as long as it is quiet in any of them', () => {
    // Florida: 21:00 in Miami, 08:00 in Pensacola.
    expect(until(['21:00-08:00'], MIAMI, '2026-11-24T02:00:00.000Z')).toBe('2026-11-24T14:00:00.000Z');
    // Toll-free: from 21:00 in Newfoundland to 08:00 in Samoa.
    expect(until(['21:00-08:00'], TOLL_FREE, '2026-11-24T00:30:00.000Z')).toBe('2026-11-24T19:00:00.000Z');
  });

  test.each([TOLL_FREE, '+15005550100', '+18515550100'])(
    'of no state is left alone as long as it is quiet in any of them, by that one’s hours: %s',
    (recipient) => {
      // Tuesday at 18:00 in Rhode Island, until Wednesday at 08:00 in the westernmost zone.
      expect(until(['us-states'], recipient, '2026-11-24T22:59:59.999Z')).toBeUndefined();
      expect(until(['us-states'], recipient, '2026-11-24T23:00:00.000Z')).toBe('2026-11-25T19:00:00.000Z');
      // Saturday at 17:00 in Rhode Island, where Sunday is quiet.
      expect(until(['us-states'], recipient, '2026-11-28T22:00:00.000Z')).toBe('2026-11-30T19:00:00.000Z');
      // In summer, too, there is an hour for it.
      expect(openHours(['us-states'], recipient)).toHaveLength(6);
      expect(openHours(['us-federal'], recipient)).toHaveLength(7);
    },
  );

  test('of no country is left alone as long as it is quiet anywhere: for nights, always', () => {
    for (const recipient of ['+99912345678', '+881612345678', '+88212345678']) {
      expect(until(['21:00-08:00'], recipient, '2026-11-24T12:00:00.000Z')).toBe('Infinity');
      expect(until(['us-federal'], recipient, '2026-11-24T12:00:00.000Z')).toBe('Infinity');
      expect(until(['12:00-13:00'], recipient, '2026-11-24T12:00:00.000Z')).toBe('Infinity');
    }
    // 26 hours after Sunday began in the first of all zones.
    expect(until(['sun 00:00-01:00'], '+99912345678', '2026-11-22T08:00:00.000Z')).toBe('2026-11-22T12:00:00.000Z');
  });

  test('is in zones that there are, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 999_999_999_999 }), (digits) => {
        const regions = regionsOf(`+${digits}`);
        expect(regions.length).toBeGreaterThan(0);
        for (const timeZone of regions.flatMap(({ zones }) => zones))
          expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  test('is texted only where it is day in all zones in which it could be', () => {
    const anywhere = fc.integer({ min: 1_000_000, max: 999_999_999_999 });
    const northAmerica = fc.integer({ min: 12_000_000_000, max: 19_999_999_999 });
    const moment = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-01-01') });
    fc.assert(
      fc.property(fc.oneof(anywhere, northAmerica), moment, (digits, now) => {
        const hours = regionsOf(`+${digits}`)
          .flatMap(({ zones }) => zones)
          .map((timeZone) => new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit' }).format(now))
          .map(Number);
        const isDay = hours.every((hour) => hour >= 8 && hour < 21);
        expect(quietUntil(['21:00-08:00'], `+${digits}`, now) === undefined).toBe(isDay);
      }),
      { numRuns: 500 },
    );
  });

  test('has quiet hours that end when they are over, and not before', () => {
    const hours = fc.constantFrom(['21:00-08:00'], ['us-states'], ['12:00-13:00', 'sun 00:00-24:00'], ['20:15-07:45']);
    const number = fc.constantFrom(NEW_YORK, DALLAS, MIAMI, BERLIN, TOLL_FREE, '+61412345678', '+79161234567');
    const moment = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-01-01') });
    fc.assert(
      fc.property(hours, number, moment, (quiet, recipient, now) => {
        const end = quietUntil(quiet, recipient, now);
        if (end === undefined) return;
        expect(end).toBeGreaterThan(now);
        expect(quietUntil(quiet, recipient, end)).toBeUndefined();
        expect(quietUntil(quiet, recipient, end - 1)).toBe(end);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('quiet hours as somebody writes them', () => {
  test.each([['21:00-08:00'], ['us-federal'], ['us-states', 'sun 00:00-24:00'], ['mon,tue 09:15-10:00']])(
    'can be kept: %s',
    (...hours) => {
      expect(problemWithQuietHours(hours)).toBeUndefined();
    },
  );

  test('are never taken for none where nobody checked them', () => {
    expect(() => quietUntil(['9-5'], NEW_YORK, 0)).toThrow('"9-5" is no window of quiet hours');
  });

  test.each(['9-5', '25:00-08:00', '21:00-24:30', '21:00-21:00', 'someday 21:00-08:00', 'sun', '', 'constructor'])(
    'are refused with what they could be: %j',
    (text) => {
      expect(problemWithQuietHours(['21:00-08:00', text])).toBe(
        `"${text}" is neither a window like "21:00-08:00" or "sat,sun 20:00-10:00" nor one of us-federal, us-states`,
      );
    },
  );
});
