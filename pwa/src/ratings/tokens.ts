/**
 * Tokens of codes: the twin of `backend/ratings/rules/codes.py`. What a person types or a camera reads is checked here
 * first, so that a slip of the finger is told at once.
 */

export const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_SYMBOLS = 10;
const LOOK_ALIKES: Record<string, string> = { O: '0', I: '1', L: '1' };
const SEPARATORS = /[\s\u00a0\u2010-\u2014\u2212-]/g;
const LONGEST = 33;

/** `value` times x in GF(32), reduced by x^5 + x^2 + 1. */
const timesX = (value: number): number => ((value << 1) ^ (value & 16 ? 0b100101 : 0)) & 31;

/** The check symbol of the random symbols. */
export function checkSymbol(symbols: string): string {
  let total = 0;
  for (const symbol of symbols) total = timesX(total ^ ALPHABET.indexOf(symbol));
  return ALPHABET[total] ?? '';
}

/** The token that a person spells, or null if it cannot be one. */
export function readToken(typed: string): string | null {
  if (typed.length > LONGEST) return null;
  const letters = typed.replace(SEPARATORS, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const token = letters.replace(/[OIL]/g, (letter) => LOOK_ALIKES[letter] ?? letter);
  if (token.length !== RANDOM_SYMBOLS + 1 || [...token].some((symbol) => !ALPHABET.includes(symbol))) return null;
  return checkSymbol(token.slice(0, RANDOM_SYMBOLS)) === token[RANDOM_SYMBOLS] ? token : null;
}

/** `K7QM2P9D4XV` as `K7QM-2P9D-4XV`. */
export const showToken = (token: string): string => `${token.slice(0, 4)}-${token.slice(4, 8)}-${token.slice(8)}`;

/** The page of a code. */
export const formPath = (token: string, query: Record<string, string> = {}): string => {
  const text = new URLSearchParams(query).toString();
  return `/n/${token}${text && `?${text}`}`;
};

/**
 * Where a scanned text leads: a page of this server that a rating code opens, or null. Other addresses are never opened:
 * anybody can stick a code of their own over ours.
 */
export function scanned(text: string, origin: string): string | null {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    const token = readToken(text);
    return token && formPath(token);
  }
  if (url.origin !== origin) return null;
  const [, room = '', code = '', more] = url.pathname.split('/');
  if ((room !== 'n' && room !== 'survei') || more !== undefined) return null;
  const token = readToken(code);
  return token && `/${room}/${token}${url.search}`;
}
