/** "Cek status usulan": the stage and date of an own case by its number or receipt, as far as this phone knows. Pure. */
import type { Question } from './types';
import type { QuestionView } from './view';

export interface CaseStatus {
  id: string;
  state: Question['state'];
  /** Since when it stands there; ISO 8601, UTC. */
  at: string;
}

const since = (body: Question): string =>
  body.closedAt ?? body.answeredAt ?? body.lastMessageAt ?? body.arrivedAt ?? body.writtenAt;

/** The own case with this running number or receipt; null: nothing is known of it. A merged one stands where its thread
 * goes on. */
export function caseStatus(own: readonly QuestionView[], typed: string): CaseStatus | null {
  const wanted = typed.trim().toUpperCase();
  if (!wanted) return null;
  // As the receipt is read aloud: O is 0, I and L are 1.
  const code = wanted.replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const found = own.find(({ body }) => body.number === wanted || body.receipt === code);
  const heir = found?.body.mergedInto && own.find(({ id }) => id === found.body.mergedInto);
  const view = heir || found;
  return view ? { id: view.id, state: view.body.state, at: since(view.body) } : null;
}
