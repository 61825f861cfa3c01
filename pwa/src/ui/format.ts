/**
 * Dates, sizes and numbers as people here write them. Instants are ms since the epoch or ISO strings (UTC) and are shown
 * in the zone of the agency (WIB, WITA, WIT), which every time of day names.
 */
import { signal } from '@preact/signals';
import { zoneOffset } from '../forms/office_hours';

export type Moment = number | string;

/** Zone in which instants are shown: the agency's, set at sign-in. */
export const zone = signal('WIB');

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'Mei', 'Jun', 'Jul', 'Agu', 'Sep', 'Okt', 'Nov', 'Des'];
const LONG_MONTHS = [
  'Januari',
  'Februari',
  'Maret',
  'April',
  'Mei',
  'Juni',
  'Juli',
  'Agustus',
  'September',
  'Oktober',
  'November',
  'Desember',
];
const WEEKDAYS = ['Minggu', 'Senin', 'Selasa', 'Rabu', 'Kamis', 'Jumat', 'Sabtu'];

/** Milliseconds of a moment; NaN for what is no instant. */
export function millis(at: Moment): number {
  return typeof at === 'number' ? at : Date.parse(at);
}

function local(at: Moment): Date {
  const ms = millis(at);
  return new Date((Number.isFinite(ms) ? ms : 0) + zoneOffset(zone.value));
}

/** The local day (yyyy-mm-dd) of an instant in ms. */
export const dayOf = (at: number): string => new Date(at + zoneOffset(zone.value)).toISOString().slice(0, 10);

/** "21 Nov 2026" */
export function date(at: Moment): string {
  const d = local(at);
  return `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
}

/** "Sabtu, 21 November 2026" */
export function longDate(at: Moment): string {
  const d = local(at);
  return `${WEEKDAYS[d.getUTCDay()]}, ${d.getUTCDate()} ${LONG_MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
}

/** "Senin 23 Nov 2026, 10.00 WIB" */
export function promiseDate(at: Moment): string {
  return `${WEEKDAYS[local(at).getUTCDay()]} ${dateTime(at)}`;
}

/** "14.05" */
export function clock(at: Moment): string {
  const d = local(at);
  return `${String(d.getUTCHours()).padStart(2, '0')}.${String(d.getUTCMinutes()).padStart(2, '0')}`;
}

/** "14.05 WIB" */
export function time(at: Moment): string {
  return `${clock(at)} ${zone.value}`;
}

/** "21 Nov 2026, 14.05 WIB" */
export function dateTime(at: Moment): string {
  return `${date(at)}, ${time(at)}`;
}

/** Time alone on the same day as `now`, else with the date. */
export function when(at: Moment, now: number): string {
  return date(at) === date(now) ? time(at) : dateTime(at);
}

/** Hour of the day (0-23) in the agency's zone. */
export function hour(at: Moment): number {
  return local(at).getUTCHours();
}

/** "1.234" */
export function number(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '.');
}

/** "214 KB", "6,1 MB"; never less than 1 KB for something. */
export function size(bytes: number): string {
  if (bytes <= 0) return '0 KB';
  if (bytes < 1024 * 1024) return `${number(Math.max(1, Math.round(bytes / 1024)))} KB`;
  const mega = bytes / (1024 * 1024);
  if (mega < 10) return `${mega.toFixed(1).replace('.', ',')} MB`;
  return mega < 10_240 ? `${number(mega)} MB` : `${number(mega / 1024)} GB`;
}

/** `K7QM2P9D` as `K7QM-2P9D`; what is no receipt stays as it is. */
export function receipt(code: string): string {
  return /^[0-9A-Z]{8}$/.test(code) ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

/** `197203151998032901` as `19720315 199803 2 901`; what is no NIP stays as it is. */
export function nip(number: string): string {
  return number.replace(/^(\d{8})(\d{6})(\d)(\d{3})$/, '$1 $2 $3 $4');
}

/** Minutes as "25 mnt", "3 jam 10 mnt". */
export function minutes(total: number): string {
  const whole = Math.max(0, Math.round(total));
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  if (!hours) return `${rest} mnt`;
  return rest ? `${hours} jam ${rest} mnt` : `${hours} jam`;
}
