/**
 * Working time of an office calendar, the browser's twin of the server's calendar rules.
 *
 * A calendar has a zone (WIB +07, WITA +08, WIT +09; no daylight saving), weekly half-open local intervals, closed dates
 * (holidays), dated periods with their own week (special) and explicit single days. Precedence: days, holidays, special,
 * week. Instants are milliseconds since the epoch (UTC); working time is counted in whole milliseconds inside intervals.
 */

export type Interval = readonly [from: string, to: string];
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export type Week = Partial<Record<Weekday, readonly Interval[]>>;
export type Zone = 'WIB' | 'WITA' | 'WIT';

export interface Calendar {
  zone: Zone;
  week: Week;
  holidays?: readonly string[];
  special?: readonly { from: string; to: string; week: Week }[];
  days?: Readonly<Record<string, readonly Interval[]>>;
}

/** Thrown by `workingTime` when the end lies before the start. */
export class EndBeforeStart extends Error {
  readonly code = 'END_BEFORE_START';
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEKDAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** A calendar without any opening must not loop for ever: two years is longer than any real closure. */
const HORIZON_DAYS = 731;

/** Offset of a zone from UTC in milliseconds; an unknown zone counts as WIB. */
export function zoneOffset(zone: string): number {
  return (zone === 'WIT' ? 9 : zone === 'WITA' ? 8 : 7) * HOUR;
}

/** Start of the local day (as an instant) in which `at` lies. */
function dayStart(calendar: Calendar, at: number): number {
  const offset = zoneOffset(calendar.zone);
  return Math.floor((at + offset) / DAY) * DAY - offset;
}

function minutesOf(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Opening intervals of the local day that starts at instant `start`, as instants, in order. */
function openings(calendar: Calendar, start: number): [number, number][] {
  const local = new Date(start + zoneOffset(calendar.zone));
  const date = local.toISOString().slice(0, 10);
  const weekday = WEEKDAYS[local.getUTCDay()] as Weekday;
  const special = calendar.special?.find((period) => period.from <= date && date <= period.to);
  const intervals =
    calendar.days?.[date] ??
    (calendar.holidays?.includes(date) ? [] : ((special?.week ?? calendar.week)[weekday] ?? []));
  return intervals.map(([from, to]) => [start + minutesOf(from) * 60_000, start + minutesOf(to) * 60_000]);
}

/** Whether the office is open at `at`: the opening instant is open, the closing instant closed. */
export function isOpen(calendar: Calendar, at: number): boolean {
  return openings(calendar, dayStart(calendar, at)).some(([from, to]) => from <= at && at < to);
}

/** End of the opening interval in which `at` lies; null while closed. */
export function closesAt(calendar: Calendar, at: number): number | null {
  const found = openings(calendar, dayStart(calendar, at)).find(([from, to]) => from <= at && at < to);
  return found ? found[1] : null;
}

/** Milliseconds of `from`..`to` that lie inside opening intervals. Throws `EndBeforeStart` when reversed. */
export function workingTime(calendar: Calendar, from: number, to: number): number {
  if (to < from) throw new EndBeforeStart('the end lies before the start');
  let total = 0;
  for (let day = dayStart(calendar, from); day < to; day += DAY) {
    for (const [opens, closes] of openings(calendar, day)) {
      total += Math.max(0, Math.min(to, closes) - Math.max(from, opens));
    }
  }
  return total;
}

/** `at` itself if open, else the next opening; null if there is none within two years. */
export function nextOpen(calendar: Calendar, at: number): number | null {
  const first = dayStart(calendar, at);
  for (let day = 0; day < HORIZON_DAYS; day += 1) {
    for (const [opens, closes] of openings(calendar, first + day * DAY)) {
      if (at < closes) return Math.max(at, opens);
    }
  }
  return null;
}

/** Earliest instant at which `minutes` of working time have passed since `from`; null if none within two years. */
export function due(calendar: Calendar, from: number, minutes: number): number | null {
  let left = minutes * 60_000;
  const first = dayStart(calendar, from);
  for (let day = 0; day < HORIZON_DAYS; day += 1) {
    for (const [opens, closes] of openings(calendar, first + day * DAY)) {
      const start = Math.max(from, opens);
      if (start >= closes) continue;
      if (left <= closes - start) return start + left;
      left -= closes - start;
    }
  }
  return null;
}
