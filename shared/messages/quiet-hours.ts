import { DAY, type QuietHours, type Window, windowsOf } from './quiet-windows.ts';
import { regionsOf } from './regions.ts';

/** Days. Two weeks have every weekday twice: hours that leave no gap in them never will. */
export const LONGEST_QUIET_DAYS = 14;
const LOOKED_AHEAD_MS = LONGEST_QUIET_DAYS * DAY * 60_000;

/**
 * When a recipient's quiet hours are over.
 *
 * Where the number could be in several time zones it is quiet as long as it is in any of them; where it could be in several
 * states, as long as it is in any of those, by its own windows and its own clocks.
 * @param recipient in E.164
 * @param now milliseconds since the epoch
 * @returns milliseconds since the epoch; undefined where it is not quiet now; infinity where it always is
 */
export function quietUntil(hours: QuietHours, recipient: string, now: number): number | undefined {
  const places = regionsOf(recipient).map(({ zones, state }) => ({ zones, windows: windowsOf(hours, state) }));
  let at = now;
  for (;;) {
    const ends = places.flatMap(({ zones, windows }) =>
      zones.flatMap((zone) => windows.map((window) => endOf(window, at, zone))),
    );
    const latest = Math.max(...ends, at);
    if (latest === at) return at === now ? undefined : at;
    if (latest - now > LOOKED_AHEAD_MS) return Number.POSITIVE_INFINITY;
    at = latest;
  }
}

/** When a window is over in which a moment lies; the moment itself where it lies in none. */
function endOf({ days, from, to }: Window, at: number, zone: string): number {
  const { weekday, minute } = localTime(at, zone);
  // The window of this day, or the one that began yesterday.
  for (const [began, elapsed] of [
    [weekday, minute],
    [(weekday + 6) % 7, minute + DAY],
  ] as const) {
    if (!days.includes(began) || elapsed < from || elapsed >= to) continue;
    const end = startOfMinute(at) + (to - elapsed) * 60_000;
    // The clock may be put back or forward in the night.
    const shift = offsetMinutes(at, zone) - offsetMinutes(end, zone);
    return end + shift * 60_000;
  }
  return at;
}

const startOfMinute = (at: number): number => Math.floor(at / 60_000) * 60_000;

interface LocalTime {
  readonly weekday: number;
  readonly minute: number;
}

function localTime(at: number, zone: string): LocalTime {
  const local = new Date(at + offsetMinutes(at, zone) * 60_000);
  return { weekday: local.getUTCDay(), minute: local.getUTCHours() * 60 + local.getUTCMinutes() };
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Clocks are changed at a quarter of an hour, everywhere. Milliseconds. */
const QUARTER_MS = 15 * 60_000;
/** Enough for a number that may be anywhere: all zones, over two weeks. */
const MOST_OFFSETS = 8_000;

/** Minutes by which a zone's clock is ahead of UTC at a moment. */
function offsetMinutes(at: number, zone: string): number {
  const quarter = Math.floor(at / QUARTER_MS);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= MOST_OFFSETS) offsets.clear();
  const offset = readOffset(quarter * QUARTER_MS, zone);
  offsets.set(key, offset);
  return offset;
}

function readOffset(at: number, zone: string): number {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, format);
  const text = format.format(at);
  // "+05:30", "-08:00"; for UTC itself "+00:00", or nothing where it is written as plain "GMT".
  const offset = text.slice(text.indexOf('GMT') + 'GMT'.length);
  return Number(offset.slice(0, 3)) * 60 + Number(offset.slice(0, 1) + offset.slice(4));
}
