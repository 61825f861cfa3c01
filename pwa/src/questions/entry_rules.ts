/** What an entry by hand must hold. Pure, tested. */
import { zoneOffset } from '../forms/office_hours';
import { pintu as s } from '../strings/id_pintu';
import { MAX_TEXT } from './types';

export interface Entry {
  channel: string;
  name: string;
  address: string;
  identifier: string;
  at: string;
  text: string;
  category: string;
  answer: string;
  callBack: boolean;
}

export const EMPTY: Entry = {
  channel: '', name: '', address: '', identifier: '', at: '', text: '', category: '', answer: '', callBack: false,
};
export const TYPED = ['whatsapp', 'instagram', 'facebook', 'email'] as const;
export const isEmpty = ({ text, name, address, identifier, answer }: Entry): boolean =>
  !(text + name + address + identifier + answer).trim();

/** A local date and time of the agency's zone as an instant. */
export function instantOf(local: string, zone: string): string | null {
  const at = Date.parse(`${local}:00Z`) - zoneOffset(zone);
  return local && !Number.isNaN(at) ? new Date(at).toISOString() : null;
}

export type Faults = Partial<Record<'teks' | 'akun' | 'jawaban' | 'waktu', string | undefined>>;

/** What is wrong with an entry, by field; an empty object if nothing is. */
export function faultsOf(entry: Entry, at: string | null, clock: number): Faults {
  const call = entry.channel === 'telepon';
  const typed = (TYPED as readonly string[]).includes(entry.channel);
  const found: Faults = {};
  if (!entry.text.trim()) found.teks = s.isiTeks;
  else if (entry.text.length > MAX_TEXT) found.teks = s.isiPanjang;
  if (call && entry.callBack && !entry.address.trim()) found.akun = s.isiNomor;
  if (typed && !entry.address.trim() && !entry.name.trim()) found.akun = s.isiAkun;
  if (call && !entry.callBack && !entry.answer.trim()) found.jawaban = s.isiJawaban;
  else if (call && entry.answer.length > MAX_TEXT) found.jawaban = s.isiPanjang;
  if (at && Date.parse(at) > clock + 60_000) found.waktu = s.isiWaktu;
  return found;
}
