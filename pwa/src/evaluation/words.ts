/** Figures of the server as people read them: a mean in minutes, a share with its n, a day. */
import { dasbor } from '../strings/id_dasbor';
import { zoneOffset } from '../forms/office_hours';
import { date, minutes, number, zone } from '../ui/format';
import { comma } from '../ui/periods';

/** "2 jam 10 mnt"; "belum ada data" where nothing was measured. */
export const lapse = (mean: string | null): string => (mean === null ? dasbor.kosong : minutes(Number(mean)));

/** "66,7% (n = 3)"; "belum ada data" without any. */
export const share = (percent: string | null, n: number): string =>
  percent === null ? dasbor.kosong : `${comma(percent)}% (${dasbor.n(number(n))})`;

/** A local date (yyyy-mm-dd) as "21 Nov 2026". Noon: no zone moves it to another day. */
export const day = (iso: string): string => date(`${iso}T05:00:00Z`);

/** The same without its year, for the axis of a chart. */
export const shortDay = (iso: string): string => day(iso).split(' ').slice(0, 2).join(' ');

/** The local date of an instant as yyyy-mm-dd, by the agency's wall clock. */
export const isoDay = (at: number): string => new Date(at + zoneOffset(zone.value)).toISOString().slice(0, 10);

/** A month (yyyy-mm) as "Nov 2026". */
export const month = (iso: string): string => day(`${iso}-01`).split(' ').slice(1).join(' ');

/** "Rp110.000" */
export const rupiah = (value: number): string => `Rp${number(value)}`;
