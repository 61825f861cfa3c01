/**
 * What of a conversation must not stay in a note: the twin of the server's rules, so that a note made without signal is
 * clean too. Both read `tests/vectors/personal_data.json`.
 */

export type Personal = 'nip' | 'nik' | 'kode' | 'nama' | 'telepon' | 'email' | 'nomor' | 'tanda';

/** Contacts may be an office's own: a person has to say so. */
export const CONTACTS: readonly Personal[] = ['telepon', 'email', 'nomor'];

// In this order: a NIP is also a long number.
const SHAPES: readonly [Personal, string, RegExp][] = [
  ['email', '[email]', /[\p{L}\p{N}_.+-]+@[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu],
  ['kode', '[kode]', /(?<![\p{L}\p{N}_])[A-Z]{2,6}-[0-9]{5}(?![\p{L}\p{N}_])/gu],
  ['nip', '[NIP]', /(?<![0-9])[0-9](?:[ .-]?[0-9]){17}(?![0-9])/g],
  ['nik', '[NIK]', /(?<![0-9])[0-9](?:[ .-]?[0-9]){15}(?![0-9])/g],
  ['telepon', '[nomor]', /(?<![0-9])(?:\+?62|0)[ .-]?8[0-9](?:[ .-]?[0-9]){6,11}(?![0-9])/g],
  [
    'nomor',
    '[nomor]',
    /(?<![0-9])[0-9](?:[ .-]?[0-9]){9,}(?![0-9])|(?<![0-9])20[0-9]{2}-[0-9]{5,9}[A-Z]{0,4}(?![\p{L}\p{N}_])/gu,
  ],
];
const MARKER = /\[(?:nama|NIP|NIK|kode|nomor|email)\]/;
const START = '(?<![\\p{L}\\p{N}_])';
const CALLED = '(?:Bapak|Ibu|Pak|Bu|Saudara|Saudari|Sdr\\.?|Sdri\\.?)';
const HONOURED = new RegExp(`${START}${CALLED}(?:/${CALLED})?(?: [A-Z][a-z'-]+){1,4}(?![\\p{L}\\p{N}_])`, 'gu');
/** A name with how its bearer is called and what stands before and behind it. */
const WHOLE_NAME = new RegExp(
  `(?:${START}${CALLED}(?:/${CALLED})? )?(?:${START}(?:Drs|Dra|Drg|Drh|Dr|dr|drg|drh|Ir|Prof|Hj|H|Ns|Apt)\\.? )*` +
    '\\[nama\\](?: \\[nama\\])*(?:, ?[A-Z][a-z]{0,3}\\.(?:[A-Z][a-z]{0,4}\\.?)+)*',
  'gu',
);

/** The words of a name that name somebody: no titles, no initials. */
function nameParts(name: string): string[] {
  const bare = name.split(',')[0] ?? '';
  return bare.trim().split(/\s+/).filter((part) => part.length > 2 && !part.includes('.'));
}

const whole = (words: string, flags: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}_])`, flags);

/** The text with everything personal replaced by a mark, for its author to write anew. */
export function scrub(text: string, names: readonly string[]): string {
  const parts = [...new Set(names.flatMap(nameParts))].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const numbers = SHAPES.reduce((now, [, mark, shape]) => now.replace(shape, mark), text);
  const named = parts.reduce((now, part) => now.replace(whole(part, 'gu'), '[nama]'), numbers);
  return named.replace(WHOLE_NAME, '[nama]').replace(HONOURED, '[nama]').replace(WHOLE_NAME, '[nama]');
}

/** What of a person stands in the text; of `names` only what is said in full. */
export function personalIn(text: string, names: readonly string[]): Personal[] {
  const found = new Set<Personal>();
  if (MARKER.test(text)) found.add('tanda');
  for (const name of names) {
    const parts = nameParts(name);
    if (parts.length > 1 && whole(parts.join(' '), 'iu').test(text)) found.add('nama');
  }
  let rest = text;
  for (const [kind, mark, shape] of SHAPES) {
    const without = rest.replace(shape, mark);
    if (without !== rest) found.add(kind);
    rest = without;
  }
  return [...found].sort();
}
