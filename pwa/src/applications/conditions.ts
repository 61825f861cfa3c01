/** Conditions on fields and subject facts, with three answers; the twin of the server's, by the same vectors. What is not
 * known makes nothing true and nothing false. */
import type { Condition, Facts, Values } from './definition';
import { isRank, rankCode } from './ranks';

export const UNKNOWN = 'belum diketahui';
export type Truth = 'ya' | 'tidak' | typeof UNKNOWN;

export const SUBJECT = 'subject.';
// Signs that take no ink; their escapes stand for Unicode properties, so nothing invisible is in this source.
const NO_INK = /[\p{Cf}\p{DI}\u2800]/gu;
const FLIPPED: Record<Truth, Truth> = { ya: 'tidak', tidak: 'ya', [UNKNOWN]: UNKNOWN };

/** The text in its compatible spelling without signs that take no ink. */
export const visible = (text: string): string => text.normalize('NFKC').replace(NO_INK, '');

/** Whether a field counts as not filled in; signs that nobody sees fill nothing. */
export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (typeof value === 'string' && !visible(value).trim()) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** Answers a sound condition; none at all is yes. */
export function judge(condition: Condition | null | undefined, values: Values, facts: Facts): Truth {
  const [operator, operand] = Object.entries(condition ?? {})[0] ?? [];
  if (operator === undefined) return 'ya';
  if (operator === 'all' || operator === 'any') {
    const decisive: Truth = operator === 'all' ? 'tidak' : 'ya';
    const parts = (operand as Condition[]).map((part) => judge(part, values, facts));
    if (parts.includes(decisive)) return decisive;
    return parts.includes(UNKNOWN) ? UNKNOWN : FLIPPED[decisive];
  }
  if (operator === 'not') return FLIPPED[judge(operand as Condition, values, facts)];
  if (operator === 'exists') return exists(operand as string, values, facts);
  const [name, wanted] = operand as [string, unknown];
  return compare(operator, valueOf(name, values, facts), wanted);
}

/** Every name that a condition mentions. */
export function names(condition: Condition | null | undefined): Set<string> {
  const [operator, operand] = Object.entries(condition ?? {})[0] ?? [];
  if (operator === undefined) return new Set();
  if (operator === 'all' || operator === 'any') return new Set((operand as Condition[]).flatMap((part) => [...names(part)]));
  if (operator === 'not') return names(operand as Condition);
  return new Set([operator === 'exists' ? (operand as string) : (operand as [string])[0]]);
}

/** The names without value that a condition waits for, facts with their `subject.`. */
export const waitsFor = (condition: Condition | null | undefined, values: Values, facts: Facts): string[] =>
  [...names(condition)]
    .sort()
    .filter((name) => isEmpty(valueOf(name, values, facts)));

const bare = (name: string): string => (name.startsWith(SUBJECT) ? name.slice(SUBJECT.length) : name);
const valueOf = (name: string, values: Values, facts: Facts): unknown => (name.startsWith(SUBJECT) ? facts[bare(name)] : values[name]);

function exists(name: string, values: Values, facts: Facts): Truth {
  if (name.startsWith(SUBJECT) && !(bare(name) in facts)) return UNKNOWN;
  return isEmpty(valueOf(name, values, facts)) ? 'tidak' : 'ya';
}

function compare(operator: string, value: unknown, wanted: unknown): Truth {
  if (operator === 'in') {
    const answers = (wanted as unknown[]).map((one) => compare('eq', value, one));
    return answers.includes('ya') ? 'ya' : answers.includes(UNKNOWN) ? UNKNOWN : 'tidak';
  }
  // "1" and 1, or true and 1, cannot be compared.
  if (isEmpty(value) || typeof value !== typeof wanted || typeof value === 'object') return UNKNOWN;
  // Where a condition names a rank, the other side is read as one, whatever its spelling.
  const [mine, theirs] = isRank(plain(wanted)) ? [rankCode(value) ?? plain(value), rankCode(wanted)!] : [plain(value), plain(wanted)];
  const holds = operator === 'eq' ? mine === theirs : operator === 'ne' ? mine !== theirs : operator === 'gte' ? mine >= theirs : mine <= theirs;
  return holds ? 'ya' : 'tidak';
}

/** Texts and dates are compared as they are written (ISO), without outer spaces. */
const plain = (value: unknown): string | number | boolean => (typeof value === 'string' ? value.trim() : (value as number | boolean));
