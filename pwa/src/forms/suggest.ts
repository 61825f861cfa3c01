/**
 * Suggestion of kind and category for a question, the browser's twin of the server's filter: fold case, turn punctuation
 * except hyphens into spaces, count each keyword once where it occurs as whole words; most keywords wins, a tie goes to
 * the earlier row.
 */

export interface Keyworded {
  code: string;
  label: string;
  keywords?: readonly string[];
}

/** Lower-case words separated and surrounded by single spaces; hyphens stay inside words. */
export function fold(text: string): string {
  return ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}-]+/gu, ' ')
    .trim()} `;
}

/** The row of `rows` with most keywords in `text`; null when no keyword occurs. */
export function suggest<Row extends Keyworded>(text: string, rows: readonly Row[]): Row | null {
  const folded = fold(text);
  let best: Row | null = null;
  let most = 0;
  for (const row of rows) {
    const hits = new Set(
      (row.keywords ?? []).map(fold).filter((keyword) => keyword.trim() && folded.includes(keyword)),
    );
    if (hits.size > most) {
      best = row;
      most = hits.size;
    }
  }
  return best;
}
