/** The draft of a case's marks, shared by its documents and its decision. */
import { useRef } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import type { BegunMarks } from './begun';

export interface BegunDraft {
  /** Null until the draft of last time was looked up. */
  all: BegunMarks | null;
  /** Changes what is there at that moment: another document's mark may have ended meanwhile. */
  change: (next: (all: BegunMarks) => BegunMarks) => void;
}

export function useBegun(application: string): BegunDraft {
  const draft = useDraft<BegunMarks>(`usul:tanda:${application}`, {}, (all) => !Object.keys(all).length);
  const latest = useRef<BegunMarks>({});
  latest.current = draft.value ?? latest.current;
  return {
    all: draft.value,
    change(next) {
      latest.current = next(latest.current);
      draft.set(latest.current);
    },
  };
}
