/** The seventeen ranks of a PNS by their code, however a person spells them; the twin of the server's ladder. */
const RANK = /\b(IV|I{1,3})\s*\/\s*([a-e])\b/gi;
const ALONE = /^[A-Za-z ]*\(?(IV|I{1,3})\/[a-e]\)?$/;
const LADDER = ['i', 'ii', 'iii', 'iv'].flatMap((group) => [...'abcd', ...(group === 'iv' ? 'e' : '')].map((letter) => `${group}/${letter}`));

/** `iii/c` of a text that names one rank. */
export function rankCode(text: unknown): string | undefined {
  const codes = new Set([...String(text ?? '').matchAll(RANK)].map(([, group, letter]) => `${group}/${letter}`.toLowerCase()));
  const [code] = codes;
  return codes.size === 1 && LADDER.includes(code!) ? code : undefined;
}

/** The code above; none above the highest and for what is no rank. */
export function nextCode(rank: unknown): string | undefined {
  const at = LADDER.indexOf(rankCode(rank) ?? '');
  return at < 0 ? undefined : LADDER[at + 1];
}

/** Whether a text is nothing but a rank. */
export const isRank = (text: unknown): boolean => ALONE.test(String(text)) && Boolean(rankCode(text));
