/** Where an evaluation stands, from what the phone holds and what waits on it. The server judges it again. Pure, tested. */
import type { RecordView } from '../sync';
import { VALUES, type Evaluation, type EvaluationStep, type Feedback, type Predicate, type Rating } from './types';

export const RATINGS: readonly Rating[] = ['di_atas', 'sesuai', 'di_bawah'];

/** Rating of results, then of behaviour, to the predicate: the server's table, shown before its answer comes. */
export const MATRIX: Record<Rating, Record<Rating, Predicate>> = {
  di_atas: { di_bawah: 'kurang', sesuai: 'baik', di_atas: 'sangat_baik' },
  sesuai: { di_bawah: 'kurang', sesuai: 'baik', di_atas: 'baik' },
  di_bawah: { di_bawah: 'sangat_kurang', sesuai: 'butuh_perbaikan', di_atas: 'butuh_perbaikan' },
};

/** The predicate of two ratings; null while one is missing. */
export const predicateOf = (result: Rating | null | undefined, behaviour: Rating | null | undefined): Predicate | null =>
  result && behaviour ? MATRIX[result][behaviour] : null;

/** The feedback that counts, by RHK id or code of a value: the last one. */
export function latest(all: readonly RecordView<Feedback>[], evaluation: string): Map<string, RecordView<Feedback>> {
  const found = new Map<string, RecordView<Feedback>>();
  for (const view of [...all].filter(({ body }) => body.evaluation === evaluation).sort((a, b) => a.body.at.localeCompare(b.body.at)))
    found.set(view.body.rhk ?? view.body.value ?? '', view);
  return found;
}

/** What the evaluation waits for, own waiting work included. */
export function stepOf(body: Evaluation, results: readonly string[], feedback: ReadonlySet<string>): EvaluationStep {
  if (body.step === 'final') return 'final';
  if (body.missing.length) return 'terkunci';
  if (results.some((id) => !feedback.has(id))) return 'umpan_hasil';
  if (!body.ratingResult) return 'rating_hasil';
  if (VALUES.some((value) => !feedback.has(value))) return 'umpan_perilaku';
  return body.ratingBehaviour ? 'tetapkan' : 'rating_perilaku';
}

const ORDER: EvaluationStep[] = ['terkunci', 'umpan_hasil', 'rating_hasil', 'umpan_perilaku', 'rating_perilaku', 'tetapkan', 'final'];
/** Number of the step from 1; 0 while locked. */
export const placeOf = (step: EvaluationStep): number => ORDER.indexOf(step);

/** "RHK 2, RHK 4 dan RHK 5" */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} dan ${names.at(-1)}`;
