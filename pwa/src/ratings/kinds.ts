/** Mutation kinds of the ratings that a person's app can make. */
import type { MutationSpec } from '../sync';
import type { ShiftBody } from './kiosk_kinds';

export const ratingKinds: Record<string, MutationSpec> = {
  'shift.enter': {
    record: 'shift',
    rule: 'append',
    overlays: [{ record: 'shift', apply: (_body: ShiftBody | null, item) => ({ name: '', source: 'KOR', ...item.args }) }],
  },
  'shift.cancel': { record: 'shift', rule: 'command', overlays: [{ record: 'shift', apply: () => null }] },
};
