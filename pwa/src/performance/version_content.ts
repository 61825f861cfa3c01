/** A kept version of a plan, read carefully: what an older app or server wrote may lack parts. Pure, tested. */
import { rowText } from './words';

export interface OldResult {
  id: string;
  text: string;
  rows: string[];
}

type Loose = Record<string, unknown>;
const list = (value: unknown): Loose[] => (Array.isArray(value) ? value.filter((one): one is Loose => typeof one === 'object' && one !== null) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The RHK of a version with their rows in words. */
export function contentOf(content: Loose): OldResult[] {
  return list(content.results).map((result) => ({
    id: text(result.id),
    text: text(result.text),
    rows: list(result.rows).map(
      (row) =>
        text(row.narrative) ||
        rowText({ aspect: text(row.aspect), indicator: text(row.indicator), target: text(row.target), unit: text(row.unit) }),
    ),
  }));
}
