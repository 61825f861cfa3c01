/** A list that the server gives page by page. What is shown always belongs to the question that was asked last: a newer
 * question drops the rows of the one before, and the next page is asked with the question of the rows it follows. */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface Answer<Row> {
  rows: Row[];
  /** Where the next page begins; empty: there is none. */
  cursor: string;
}

export interface Shown<Row> {
  /** Null until the question was answered. */
  rows: Row[] | null;
  cursor: string;
  fault: string;
  busy: boolean;
}

export interface Pages<Question, Row> {
  shown: ReadonlySignal<Shown<Row>>;
  /** Asks; the same question once more keeps its rows until it is answered. */
  ask: (question: Question) => Promise<void>;
  next: () => Promise<void>;
  /** What failed, once more. */
  again: () => Promise<void>;
}

/** `said`: the sentence for the person about a failure. */
export function pagesOf<Question, Row>(fetch: (question: Question, after: string) => Promise<Answer<Row>>, said: (thrown: unknown) => string): Pages<Question, Row> {
  const nothing: Shown<Row> = { rows: null, cursor: '', fault: '', busy: false };
  const shown = signal<Shown<Row>>(nothing);
  let asked: { question: Question; after: string } | null = null;
  let turn = 0;

  async function load(question: Question, after: string): Promise<void> {
    // The newest question is answered; the answer to an older one is not shown.
    const mine = ++turn;
    const same = JSON.stringify(asked?.question) === JSON.stringify(question);
    asked = { question, after };
    shown.value = { ...(same ? shown.value : nothing), fault: '', busy: true };
    try {
      const found = await fetch(question, after);
      if (mine === turn) shown.value = { ...found, rows: after ? [...(shown.value.rows ?? []), ...found.rows] : found.rows, fault: '', busy: false };
    } catch (thrown) {
      if (mine === turn) shown.value = { ...shown.value, busy: false, fault: said(thrown) };
    }
  }
  return {
    shown,
    ask: (question) => load(question, ''),
    next: async () => {
      const { cursor } = shown.value;
      if (asked && cursor) await load(asked.question, cursor);
    },
    again: async () => {
      if (asked) await load(asked.question, asked.after);
    },
  };
}
