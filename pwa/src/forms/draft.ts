/** Drafts: what is typed outlives the screen, a reload and the night. */
import { useEffect, useState } from 'preact/hooks';
import { draftCell, type Change } from './draft_cell';

export interface DraftField<Value> {
  /** Null until the draft of last time was looked up. */
  value: Value | null;
  /** Takes a value, or a function of what is typed by then: for what ends after the next key. */
  set: (next: Change<Value>) => void;
  /** Instant (ms) of the last saving, 0 before. */
  savedAt: number;
  /** Deletes the draft and starts over from `empty`. */
  clear: () => Promise<void>;
  /** Runs what makes the draft an item, which deletes it. What was typed last must not be kept beside that, or a draft of
   * what was sent would stay behind. False: it is a draft still. */
  become: (work: () => Promise<boolean>) => Promise<boolean>;
}

export function useDraft<Value>(key: string, empty: Value, isEmpty: (value: Value) => boolean): DraftField<Value> {
  const [, draw] = useState({});
  const [cell] = useState(() => draftCell<Value>(() => draw({})));
  Object.assign(cell, { empty, isEmpty });
  useEffect(() => cell.open(key), [key]);
  return { ...cell };
}
