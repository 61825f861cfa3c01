/** Drafts: kept on the phone one second after the last key, and at once when the page is left. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { client, me } from '../identity/session';
import { rescue, rescued } from './rescue';

const SAVE_MS = 1_000;

export interface DraftField<Value> {
  /** Null until the draft of last time was looked up. */
  value: Value | null;
  set: (value: Value) => void;
  /** Instant (ms) of the last saving, 0 before. */
  savedAt: number;
  /** Deletes the draft and starts over from `empty`. */
  clear: () => Promise<void>;
  /** Runs what makes the draft an item, which deletes it. What was typed last must not be kept beside that, or a draft of
   * what was sent would stay behind. False: it is a draft still. */
  become: (work: () => Promise<boolean>) => Promise<boolean>;
}

export function useDraft<Value>(key: string, empty: Value, isEmpty: (value: Value) => boolean): DraftField<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [savedAt, setSavedAt] = useState(0);
  const pending = useRef<{ value: Value; timer: ReturnType<typeof setTimeout> } | null>(null);

  /** Gives up what waits to be kept. */
  function drop(): typeof pending.current {
    const held = pending.current;
    if (held) clearTimeout(held.timer);
    pending.current = null;
    return held;
  }

  function start(): void {
    drop();
    setValue(empty);
    setSavedAt(0);
  }

  function change(next: Value): void {
    setValue(next);
    drop();
    pending.current = { value: next, timer: setTimeout(store, SAVE_MS) };
  }

  function store(): void {
    const held = drop();
    if (!held) return;
    const drafts = client.value?.drafts;
    if (!drafts) return;
    const done = isEmpty(held.value) ? drafts.delete(key) : drafts.put(key, held.value);
    // A draft that could not be kept is still on the screen; the time of the last saving then stays as it was.
    done.then(() => setSavedAt(isEmpty(held.value) ? 0 : Date.now())).catch(() => undefined);
  }

  useEffect(() => {
    let live = true;
    const drafts = client.value?.drafts;
    const account = me.value?.account ?? '';
    const last = rescued<Value>(account, key);
    if (last !== undefined) change(last);
    (drafts ? drafts.get<Value>(key) : Promise.resolve(undefined)).then(
      (found) => live && setValue((typed) => typed ?? found ?? empty),
      () => live && setValue((typed) => typed ?? empty),
    );
    const leaving = (): void => {
      if (pending.current) rescue(account, key, pending.current.value);
      store();
    };
    addEventListener('pagehide', leaving);
    document.addEventListener('visibilitychange', store);
    return () => {
      live = false;
      removeEventListener('pagehide', leaving);
      document.removeEventListener('visibilitychange', store);
      store();
    };
  }, [key]);

  return {
    value,
    savedAt,
    set: change,
    async clear() {
      start();
      await client.value?.drafts.delete(key);
    },
    async become(work) {
      const held = drop();
      let done = false;
      try {
        done = await work();
      } finally {
        if (done) start();
        else if (held && !pending.current) change(held.value);
      }
      return done;
    },
  };
}
