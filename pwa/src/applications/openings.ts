/** What a case that lies with its applicant opens of itself without signal: the places at which something is missing or wrong.
 * The server opens the same and what a broken rule asks about besides (`backend/applications/rules/readiness.py`). */
import { isWaiting } from '../outbox/state';
import type { OutboxItem, RecordView } from '../sync';
import type { Fault } from './fault';
import type { Readiness } from './readiness';

/** Fields and items at whose place a word or a file mends a fault. */
export const lacking = (faults: readonly Fault[]): string[] => faults.filter(curable).map(targetOf);
const curable = ({ code }: Fault): boolean => code !== 'RULE_NOT_MET' && code !== 'UNKNOWN';
export const targetOf = ({ path }: Fault): string => path.split(/[.[]/)[1] ?? '';

/** A correction is judged by what was asked for alone: the rest was verified and stays locked. */
export function within(ready: Readiness, targets: readonly string[]): Readiness {
  const faults = ready.faults.filter((one) => curable(one) && targets.includes(targetOf(one)));
  return { ...ready, faults, missing: 0, ready: !faults.length, prediction: '', label: faults.length ? `${faults.length} hal belum beres` : 'siap' };
}

/** Own work that the server's record does not show yet. */
export const isOnItsWay = (item: OutboxItem): boolean => isWaiting(item) || item.state === 'accepted';

/** Whether this person changed a field of a group and the server has not said so yet: it was open then, and stays so. */
export const changedHere = (key: string, { pending }: Pick<RecordView, 'pending'>): boolean =>
  pending.some((item) => {
    const [now, before] = [item.args, item.base].map((one) => (one?.values as Record<string, unknown> | undefined)?.[key]);
    return isOnItsWay(item) && (now || before) && now !== before;
  });
