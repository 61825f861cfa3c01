/** Whether one value that is not empty fits its field: what the screen says at once. The server judges again. */
import { u } from '../strings/id_usul';
import type { Field, Values } from './definition';
import { nextCode, rankCode } from './ranks';

const USUAL_MOST = 1000;

function checkFault(check: string, { label }: Field, value: string, values: Values): string | undefined {
  const [name, ...others] = check.split(':');
  const [current, reason] = others.map((key) => values[key]);
  switch (name) {
    case 'digits':
      return /^\d+$/.test(value.trim()) ? undefined : `${label} hanya angka.`;
    case 'first_of_month':
      return value.endsWith('-01') ? undefined : `${label} harus tanggal 1.`;
    case 'rank':
      return rankCode(value) ? undefined : u.form.rank(label);
    case 'next_rank': {
      const code = rankCode(value);
      const follows = String(reason ?? '').trim() || (code && nextCode(current) === code);
      return !code || follows ? undefined : `${label} bukan satu tingkat di atas golongan sekarang. Tulis alasannya bila memang begitu.`;
    }
    default:
      return undefined;
  }
}

export function fieldFault(one: Field, value: unknown, values: Values): string | undefined {
  const { type, label, min, max, options = [], validators = [] } = one;
  if (type === 'choice') return options.some((option) => option.value === value) ? undefined : `Pilih ${label} dari daftar.`;
  if (type === 'number') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return `${label} harus berupa angka.`;
    if (min !== undefined && value < min) return `${label} sedikitnya ${min}.`;
    if (max !== undefined && value > max) return `${label} paling banyak ${max}.`;
    return validators.includes('whole') && !Number.isInteger(value) ? `${label} harus bilangan bulat.` : undefined;
  }
  if (type === 'rows') {
    const { length } = Array.isArray(value) ? value : [];
    if (length > (max ?? 100)) return `${label} paling banyak ${max ?? 100} baris. Anda menulis ${length}.`;
    return min !== undefined && length < min ? `${label} sedikitnya ${min} baris.` : undefined;
  }
  if (type === 'image' || type === 'employee') return undefined;
  const text = String(value);
  const { length } = [...text];
  if (type === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${label} ditulis seperti 2026-11-22.`;
  if (type === 'text' && length > (max ?? USUAL_MOST)) return u.form.panjang(label, max ?? USUAL_MOST, length);
  return validators.map((check) => checkFault(check, one, text, values)).find(Boolean);
}
