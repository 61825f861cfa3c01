/** One draft while its field is on the screen: kept one second after the last key, and at once when the page is left. */
import { client } from '../identity/session';
import { rescue, rescued } from './rescue';

const SAVE_MS = 1_000;
const SOON_MS = 50;

/** A new value, or what becomes of the present one. */
export type Change<Value> = Value | ((now: Value) => Value);

export interface DraftCell<Value> {
  /** Null until the draft of last time was looked up. */
  value: Value | null;
  /** Instant (ms) of the last saving, 0 before. */
  savedAt: number;
  /** What counts as nothing typed; given before the field is shown. */
  empty: Value;
  isEmpty: (value: Value) => boolean;
  /** The field is shown, with the draft of this key; returns what to call when it is left. What is typed stays on the screen
   * when it is kept under another key. */
  open: (key: string) => () => void;
  set: (next: Change<Value>) => void;
  clear: () => Promise<void>;
  become: (work: () => Promise<boolean>) => Promise<boolean>;
}

export function draftCell<Value>(draw: () => void): DraftCell<Value> {
  let key: string;
  let pending: { value: Value; timer: ReturnType<typeof setTimeout> } | null = null;

  /** Gives up what waits to be kept. */
  function drop(): typeof pending {
    const held = pending;
    if (held) clearTimeout(held.timer);
    pending = null;
    return held;
  }

  function start(): void {
    drop();
    cell.value = cell.empty;
    cell.savedAt = 0;
    draw();
  }

  function store(): void {
    const held = drop();
    const drafts = client.value?.drafts;
    if (!held || !drafts) return;
    const empty = cell.isEmpty(held.value);
    // A draft that could not be kept is still on the screen; the time of the last saving then stays as it was.
    (empty ? drafts.delete(key) : drafts.put(key, held.value))
      .then(() => {
        cell.savedAt = empty ? 0 : Date.now();
        draw();
      })
      .catch(() => {});
  }

  function change(next: Change<Value>): void {
    // Over what was typed last time, which is still being looked up.
    if (cell.value === null && typeof next === 'function') return void setTimeout(() => change(next), SOON_MS);
    const value = typeof next === 'function' ? (next as (now: Value) => Value)(cell.value!) : next;
    cell.value = value;
    drop();
    pending = { value, timer: setTimeout(store, SAVE_MS) };
    draw();
  }

  const cell = {
    value: null,
    savedAt: 0,
    open(at) {
      key = at;
      const home = client.value;
      const account = home?.account ?? '';
      const last = rescued<Value>(account, key);
      if (last !== undefined) change(last);
      const show = (found?: Value): void => {
        if (key !== at || cell.value !== null) return;
        cell.value = found ?? cell.empty;
        draw();
      };
      Promise.resolve(home?.drafts.get<Value>(key)).then(show, () => show());
      const leaving = (): void => {
        if (pending) rescue(account, key, pending.value);
        store();
      };
      const ending = new AbortController();
      const { signal } = ending;
      addEventListener('pagehide', leaving, { signal });
      document.addEventListener('visibilitychange', store, { signal });
      return () => {
        ending.abort();
        store();
      };
    },
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
        else if (held && !pending) change(held.value);
      }
      return done;
    },
  } as DraftCell<Value>;
  return cell;
}
