/** Periods of reports: months (2026-11) and quarters (2026-Q4), the latest first. */
import type { Option } from '../ui/fields';

const MONTHS = [
  'Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni',
  'Juli', 'Agustus', 'September', 'Oktober', 'November', 'Desember',
];
const ROMAN = ['I', 'II', 'III', 'IV'];

/** The last 13 months up to a local date (yyyy-mm-dd), its own first. */
export function months(today: string): Option[] {
  const [year = 0, month = 1] = today.split('-').map(Number);
  return Array.from({ length: 13 }, (_, back) => {
    const at = year * 12 + month - 1 - back;
    const [y, m] = [Math.floor(at / 12), at % 12];
    return { value: `${y}-${String(m + 1).padStart(2, '0')}`, label: `${MONTHS[m]} ${y}` };
  });
}

/** The last 6 quarters up to a local date, its own first. */
export function quarters(today: string): Option[] {
  const [year = 0, month = 1] = today.split('-').map(Number);
  return Array.from({ length: 6 }, (_, back) => {
    const at = year * 4 + Math.floor((month - 1) / 3) - back;
    const [y, q] = [Math.floor(at / 4), at % 4];
    return { value: `${y}-Q${q + 1}`, label: `Triwulan ${ROMAN[q]} ${y}` };
  });
}

/** A printed figure as Indonesian writes it. */
export const comma = (text: string): string => text.replace('.', ',');
