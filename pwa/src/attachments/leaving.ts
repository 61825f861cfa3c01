/** Files that are on their way or refused: those of drafts and of refused work only lie here. */
import { computed } from '@preact/signals';
import { drafts, outbox } from '../identity/session';
import { moving, type Moving } from './moving';
import { wantedFiles } from './wanted';

export const leaving = computed((): [string, Moving][] => {
  const wanted = wantedFiles(outbox.value ?? [], []);
  const begun = JSON.stringify(drafts.value);
  return [...moving.value].filter(([id]) => wanted.get(id)?.state !== 'disimpan' && (wanted.has(id) || !begun.includes(id)));
});
