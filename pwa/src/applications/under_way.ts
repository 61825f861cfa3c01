import { isWaiting } from '../outbox/state';
import type { CaseView } from './types';

/** Whether something that waits here carries one of these acts. */
export const isUnderWay = (view: CaseView, ...kinds: string[]): boolean => view.pending.some((item) => kinds.includes(item.kind) && isWaiting(item));
