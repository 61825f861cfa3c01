/** What a note in the making says, and what is wrong with it. Pure. */
import type { Article } from '../forms/bundle';
import { p } from '../strings/id_pusat';
import type { Fields } from '../sync';
import { TOGETHER } from './kinds';
import { CONTACTS, personalIn, type Personal } from './personal';
import type { ArticleDraft } from './types';

export const QUESTION_MOST = 200;
export const TEXT_MOST = 4000;
export const BASIS_MOST = 500;
const LEAST = 10;

export interface Note {
  question: string;
  answer: string;
  steps: string;
  basis: string;
  validFrom: string;
  category: string;
  areas: string[];
}

export const EMPTY: Note = { question: '', answer: '', steps: '', basis: '', validFrom: '', category: '', areas: [] };

export const noteOf = (draft: ArticleDraft): Note => ({
  question: draft.question ?? '',
  answer: draft.answer ?? '',
  steps: draft.steps ?? '',
  basis: draft.basis ?? '',
  validFrom: draft.validFrom ?? '',
  category: draft.category ?? '',
  areas: draft.areas ?? [],
});

/** A note in force as its next version begins. */
export const noteOfArticle = (article: Article): Note => ({
  question: article.question,
  answer: article.answer,
  steps: (article.steps ?? []).join('\n'),
  basis: article.basis ?? '',
  validFrom: article.validFrom ?? '',
  category: article.category ?? '',
  areas: article.areas ?? [],
});

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The fields that were changed; what holds together travels together. */
export function changed(from: Note, to: Note): Fields {
  const names = (Object.keys(to) as (keyof Note)[]).filter((name) => !same(from[name], to[name]));
  const together: readonly (keyof Note)[] = TOGETHER;
  const all = names.some((name) => together.includes(name)) ? [...new Set([...names, ...together])] : names;
  return Object.fromEntries(all.map((name) => [name, to[name]]));
}

/** The same fields of another note. */
export const pick = (from: Note, args: Fields): Fields =>
  Object.fromEntries(Object.entries(from).filter(([name]) => name in args));

const outside = (text: string, most: number, least = 0): boolean => text.trim().length < least || text.length > most;

/** What a draft may not be, saved or published; `whole`: it is to be approved. */
export function faults(note: Note, whole: boolean): Record<string, string | undefined> {
  const least = whole ? LEAST : 0;
  return {
    'tulis-question': outside(note.question, QUESTION_MOST, least) ? p.salah.question : undefined,
    'tulis-answer': outside(note.answer, TEXT_MOST, least) ? p.salah.answer : undefined,
    'tulis-steps': outside(note.steps, TEXT_MOST) ? p.salah.steps : undefined,
    'tulis-basis': outside(note.basis, BASIS_MOST, whole ? 1 : 0) ? p.salah.basis : undefined,
    'tulis-validFrom': whole && !note.validFrom ? p.salah.validFrom : undefined,
  };
}

/** What of a person stands in the note: what may never be published, and contacts that may be an office's own. */
export function personal(note: Note, names: readonly string[]): { never: Personal[]; contacts: Personal[] } {
  const found = personalIn([note.question, note.answer, note.steps, note.basis].join(' \n '), names);
  return { never: found.filter((one) => !CONTACTS.includes(one)), contacts: found.filter((one) => CONTACTS.includes(one)) };
}
