/**
 * Search in the answers held on the phone. Forgives typos: a word fits when it begins alike, lies inside, or differs by
 * one letter (two in long words). Words in the question weigh more than words in the text.
 */
import type { RecordView } from '../sync';
import type { Article } from './bundle';
import { fold } from './suggest';

/** Words that say nothing about the topic. */
const EMPTY_WORDS = new Set(
  (
    'apa apakah bagaimana kapan siapa dimana di ke dari dan atau yang untuk saya kami anda ini itu mau ingin bisa boleh ' +
    'sudah belum akan pada dengan ada tidak cara kenapa mengapa berapa harus kalau jika agar oleh jadi'
  ).split(' '),
);

export function words(text: string): string[] {
  return [...new Set(fold(text).trim().split(/[ -]+/))].filter((word) => word.length > 1 && !EMPTY_WORDS.has(word));
}

/** Whether two words differ by at most `most` letters added, missing, changed or swapped side by side. */
export function near(one: string, other: string, most: number): boolean {
  if (Math.abs(one.length - other.length) > most) return false;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return (row[other.length] ?? most + 1) <= most;
}

function fit(word: string, among: readonly string[]): number {
  let best = 0;
  for (const other of among) {
    if (other === word) return 3;
    if (word.length > 2 && other.startsWith(word)) best = Math.max(best, 2);
    else if (word.length > 3 && near(word, other, word.length > 7 ? 2 : 1)) best = Math.max(best, 1);
  }
  return best;
}

const TITLE_WEIGHT = 3;
/** Answers far behind the best one only distract. */
const NEAR_BEST = 0.45;

/** The answers that fit, best first. An empty query gives none. */
export function searchArticles(query: string, held: readonly RecordView<Article>[]): Article[] {
  const wanted = words(query);
  if (!wanted.length) return [];
  const scored = held.map(({ body }) => {
    const title = words(body.question);
    const text = words([body.answer, ...(body.steps ?? [])].join(' '));
    const score = wanted.reduce((sum, word) => sum + TITLE_WEIGHT * fit(word, title) + fit(word, text), 0);
    return { body, score };
  });
  // One weak hit in the running text is noise when several words were asked.
  const least = wanted.length > 2 ? 6 : 2;
  const best = Math.max(...scored.map(({ score }) => score), 0);
  return scored
    .filter(({ score }) => score >= Math.max(least, best * NEAR_BEST))
    .sort((a, b) => b.score - a.score)
    .map(({ body }) => body);
}
