/**
 * The root of an Indonesian word, roughly: `mengajukan`, `pengajuan` and `diajukan` meet in one. It only has to be the
 * same for words that belong together; it need not be a word. Meeting too often costs a search an answer too many.
 */

const SHORTEST = 3;
const PARTICLES = /(?:lah|kah|pun|nya)$/;
const SUFFIXES = /(?:kan|an|(?<![aeiou])i)$/;
/** A nasal prefix swallows the first letter of the root (`memakai` of `pakai`); where it did, a vowel follows. */
const NASAL: readonly [RegExp, string][] = [
  [/^[mp]eny(?=[aeiou])/, 's'],
  [/^[mp]em(?=[aeiou])/, 'p'],
  [/^[mp]en(?=[aeiou])/, 't'],
  [/^[mp]eng(?=[aeioughk])/, ''],
  [/^[mp]em(?=[bfp])/, ''],
  [/^[mp]en(?=[cdjszt])/, ''],
  [/^(?:me(?=[lrwyn])|pe(?=[lwyn]))/, ''],
];
/** Whether `meng-` hid a `k`, `men-` a `t` and `mem-` a `p` cannot be told: such beginnings count as one. */
const FIRST: readonly [RegExp, string][] = [
  [/^k(?=[aeiou])/, ''],
  [/^n(?=[aeiou])/, 't'],
  [/^m(?=[aeiou])/, 'p'],
];
const PREFIX = /^(?:di|ber|bel|ter|per|se|ke)/;

const stripped = (word: string, pattern: RegExp, by = ''): string => {
  const rest = word.replace(pattern, by);
  return rest.length >= SHORTEST ? rest : word;
};

export function root(word: string): string {
  if (word.length < 5) return word;
  let rest = stripped(stripped(word, PARTICLES), SUFFIXES);
  const nasal = /^[mp]e/.test(rest) && NASAL.find(([pattern]) => pattern.test(rest));
  rest = nasal ? stripped(rest, nasal[0], nasal[1]) : stripped(rest, PREFIX);
  // `diperpanjang` and `pemberhentian` carry two.
  if (rest.length > 6) rest = stripped(rest, PREFIX);
  return FIRST.reduce((now, [pattern, by]) => now.replace(pattern, by), rest);
}
