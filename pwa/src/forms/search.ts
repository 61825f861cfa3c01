/**
 * Full-text search in the answers held on the phone, over an index that is kept in memory.
 *
 * A word fits a word of an answer exactly (3), as its beginning or by its root (2), or with a typo (1): one letter, two in
 * long words. The question weighs more than the text, a rare word more than a common one. Every word of the answers is
 * compared once for a search, not once for each answer, and what cannot be near is told by its letters alone.
 */
import type { RecordView } from '../sync';
import type { Article } from './bundle';
import { root } from './roots';

/** Words that say nothing about the topic. */
const EMPTY_WORDS = new Set(
  (
    'apa apakah bagaimana kapan siapa dimana di ke dari dan atau yang untuk saya kami anda ini itu mau ingin bisa boleh ' +
    'sudah belum akan pada dengan ada tidak cara kenapa mengapa berapa harus kalau jika agar oleh jadi'
  ).split(' '),
);

/** What stands between words. Letters of the Latin alphabets are named: asking for every alphabet there is costs a slow
 * phone more. */
const BETWEEN = /[^a-z0-9\u00df-\u024f]+/;

const EXACT = 3;
const ALIKE = 2;
const TYPO = 1;
const TITLE_WEIGHT = 3;
/** A question that says little besides what was asked is the nearer one; one word more or less weighs a tenth. */
const TITLE_PAD = 8;
/** Answers far behind the best one only distract. */
const NEAR_BEST = 0.45;
/** A search of more words than this says what it wants with the first ones: the phone's time is not a stranger's to spend. */
const MOST_WORDS = 40;

export function words(text: string): string[] {
  const found = new Set(text.toLowerCase().split(BETWEEN));
  return [...found].filter((word) => word.length > 1 && !EMPTY_WORDS.has(word));
}

/** Whether two words differ by at most `most` letters added, missing, changed or swapped side by side. */
export function near(one: string, other: string, most: number): boolean {
  if (Math.abs(one.length - other.length) > most) return false;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    // A swap looks back two rows: one more than the least may still come down.
    if (least > most + 1) return false;
    before = row;
    row = next;
  }
  return (row[other.length] ?? most + 1) <= most;
}

/** One bit for each letter that occurs: words that differ in more bits than two edits explain are not near. */
function letters(word: string): number {
  let bits = 0;
  for (let i = 0; i < word.length; i += 1) bits |= 1 << (word.charCodeAt(i) & 31);
  return bits;
}

function bitsSet(value: number): number {
  let count = 0;
  for (let rest = value; rest; rest &= rest - 1) count += 1;
  return count;
}

interface Term {
  word: string;
  /** Looked for when a word may share it. */
  root?: string;
  letters: number;
  /** Twice the place of an answer, plus one where the word stands in its question. */
  places: number[];
  /** In how many answers. */
  spread: number;
}

export interface Index {
  articles: Article[];
  /** Telling words in the question of each answer. */
  titles: number[];
  terms: Term[];
}

type Known = { title: string[]; text: string[] };

/** Words of answers that were read before: after a pull only what is new is read. */
let read = new Map<string, Known>();

const keyOf = ({ id, version }: RecordView<Article>): string => `${id}:${version}`;

const wordsOf = ({ body }: RecordView<Article>): Known => ({
  title: words(body.question),
  text: words([body.answer, ...(body.steps ?? [])].join(' ')),
});

const AT_ONCE = 25;

/** Reads the answers a few at a time, so that the first search finds them read and no key waits meanwhile. */
export async function readAhead(held: readonly RecordView<Article>[]): Promise<void> {
  for (let from = 0; from < held.length; from += AT_ONCE) {
    for (const view of held.slice(from, from + AT_ONCE)) if (!read.has(keyOf(view))) read.set(keyOf(view), wordsOf(view));
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** The index of these answers. */
export function buildIndex(held: readonly RecordView<Article>[]): Index {
  const terms = new Map<string, Term>();
  const fresh = new Map<string, Known>();
  const put = (word: string, place: number): void => {
    let term = terms.get(word);
    if (!term) terms.set(word, (term = { word, letters: letters(word), places: [], spread: 0 }));
    if (term.places.at(-1) !== place - 1 || !(place & 1)) term.spread += 1;
    term.places.push(place);
  };
  held.forEach((view, at) => {
    const key = keyOf(view);
    const known = read.get(key) ?? wordsOf(view);
    fresh.set(key, known);
    for (const word of known.text) put(word, at * 2);
    for (const word of known.title) put(word, at * 2 + 1);
  });
  read = fresh;
  return {
    articles: held.map(({ body }) => body),
    titles: [...fresh.values()].map(({ title }) => title.length),
    terms: [...terms.values()],
  };
}

let latest: { of: readonly RecordView<Article>[]; index: Index } | null = null;

interface Wanted {
  word: string;
  letters: number;
  root: string;
  /** Letters of the root that every word of this root has: how it begins may hide behind a prefix. */
  rootLetters: number;
}

function wantedOf(word: string): Wanted {
  const itsRoot = root(word);
  return { word, letters: letters(word), root: itsRoot, rootLetters: letters(itsRoot.slice(1)) };
}

/** How well a word fits a word of the answers. */
function fit({ word, letters: bits, root: itsRoot, rootLetters }: Wanted, term: Term): number {
  const other = term.word;
  if (other === word) return EXACT;
  if (word.length > 2 && other.startsWith(word)) return ALIKE;
  if (word.length < 4) return 0;
  if (!(rootLetters & ~term.letters) && (term.root ??= root(other)) === itsRoot) return ALIKE;
  const most = word.length > 7 ? 2 : 1;
  if (Math.abs(word.length - other.length) > most || bitsSet(bits ^ term.letters) > most * 2) return 0;
  return near(word, other, most) ? TYPO : 0;
}

/** The answers of an index that fit, best first. An empty query gives none. */
export function searchIndex(query: string, { articles, titles, terms }: Index): Article[] {
  const wanted = words(query).slice(0, MOST_WORDS);
  if (!wanted.length) return [];
  const scores = new Float64Array(articles.length);
  const rank = new Float64Array(articles.length);
  const best = new Uint8Array(articles.length * 2);
  for (const word of wanted) {
    best.fill(0);
    const asked = wantedOf(word);
    let spread = 0;
    for (const term of terms) {
      const found = fit(asked, term);
      if (!found) continue;
      if (found > TYPO) spread += term.spread;
      for (const place of term.places) if (found > (best[place] ?? 0)) best[place] = found;
    }
    const rare = 1 + Math.log1p(articles.length / (1 + spread));
    for (let at = 0; at < articles.length; at += 1) {
      const score = (best[at * 2] ?? 0) + TITLE_WEIGHT * (best[at * 2 + 1] ?? 0);
      scores[at] = (scores[at] ?? 0) + score;
      rank[at] = (rank[at] ?? 0) + score * rare;
    }
  }
  // One weak hit in the running text is noise when several words were asked.
  const least = Math.max(wanted.length > 2 ? 6 : 2, Math.max(0, ...scores) * NEAR_BEST);
  return articles
    .map((article, at) => ({ article, score: scores[at] ?? 0, rank: (rank[at] ?? 0) / (TITLE_PAD + (titles[at] ?? 0)) }))
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.rank - a.rank)
    .map(({ article }) => article);
}

/** The answers that fit, best first. The index is built with the first search and kept until the answers change. */
export function searchArticles(query: string, held: readonly RecordView<Article>[]): Article[] {
  if (latest?.of !== held) latest = { of: held, index: buildIndex(held) };
  return searchIndex(query, latest.index);
}
