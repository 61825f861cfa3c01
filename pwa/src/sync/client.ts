/** One open client: wake-ups and the timer that is always armed while anything waits. */
import { LONGEST_WAIT, SHORTEST_WAIT, backoff, dueBy, isDue } from './backoff';
import { iso } from './clock';
import { type Core, newCore } from './core';
import { push } from './flusher';
import { more } from './late';
import { exclusive } from './lease';
import { hurry, mutate } from './outbox';
import { pull } from './pull';
import { type Sealed, PREFIX, type Tx, knownAccounts } from './store';
import { type Change, type SyncClient, SyncError, type SyncOptions } from './types';
import { get, list, nextTurn, outbox, status } from './views';

/** Another tab is at work: look again soon, in case it dies. */
const BUSY_WAIT = 2_000;
/** Quick saves leave together and do not wait for each other's sending; pokes are bundled. */
const SOON = 50;

const channelOf = (account: string): BroadcastChannel | undefined =>
  globalThis.BroadcastChannel && new BroadcastChannel(PREFIX + account);

/** Seals what other accounts left open and opens what this one sealed; most starts have neither. */
async function unlock(core: Core): Promise<void> {
  const { account, sealKey } = core.options;
  const others = (await knownAccounts()).filter((other) => other !== account);
  const closed = await core.read(async (tx) => tx.state.closed || !!((await tx.meta.get('sealed')) as Sealed[] | undefined)?.length, true);
  if (!others.length && !closed && !sealKey) return;
  const late = await more();
  await late.sealOthers(others, (other) => newCore({ ...core.options, account: other }, (change) => channelOf(other)?.postMessage(change)));
  await late.unseal(core);
}

/** What a turn does beside sending; added up with `|`. */
const PULL = 1;
const CHECK = 2;

/** One turn: send what is due, then pull if wished or if something was sent. */
async function turn(core: Core, wish: number): Promise<'ok' | 'failed' | 'busy'> {
  // Looked at before the lease is taken: a save during a long back-off must not cost two writes more.
  if (!(await core.read(async ({ state }) => isDue(Math.max(state.nextTryAt, state.holdUntil), dueBy(core, state))))) return 'failed';
  let ok = false;
  const ran = await exclusive(core, async () => {
    const pushed = await push(core);
    ok = pushed.ok && (!(wish || pushed.sent) || (await pull(core, !!(wish & CHECK))));
  });
  return ran ? (ok ? 'ok' : 'failed') : 'busy';
}

/**
 * Opens the store of one account; seals what other accounts left open and unseals what this one had sealed.
 * Rejects with `SyncError`: `sealed` (sign in first), `not_saved` (storage), `update_needed` (a newer app wrote here).
 */
export async function openSync(options: SyncOptions): Promise<SyncClient> {
  const listeners = new Set<(change: Change) => void>();
  const channel = channelOf(options.account);
  const tell = (change: Change): void => listeners.forEach((listener) => listener(change));
  const core = newCore(options, (change) => {
    tell(change);
    channel?.postMessage(change);
    if (change.reread) later(PULL);
  });
  const page = typeof document !== 'undefined' && !options.worker;
  let faulty = false;
  /** Turns in a row that broke off: what the phone cannot write down must not make it hammer the server. */
  let broken = 0;
  const ending = new AbortController();
  const { signal } = ending;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let soon: ReturnType<typeof setTimeout> | undefined;
  let wish = 0;
  let queued: Promise<boolean> | null = null;
  let tail: Promise<boolean> = Promise.resolve(true);

  async function arm(longest = LONGEST_WAIT, shortest = SHORTEST_WAIT): Promise<void> {
    if (options.worker) return;
    const delay = await nextTurn(core, !!wish).catch(() => LONGEST_WAIT);
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(tick, Math.max(shortest, Math.min(delay, longest)));
  }

  const tick = (): void => void run(!page || document.visibilityState === 'visible' ? PULL : 0);

  /** Turns follow one another; what is asked for while one runs is done in the next. */
  function run(also: number): Promise<boolean> {
    wish |= also;
    return (queued ??= tail = tail.then(async () => {
      queued = null;
      const now = wish;
      wish = 0;
      const before = faulty;
      let how: Awaited<ReturnType<typeof turn>> = 'failed';
      try {
        how = await turn(core, now);
        faulty = false;
        broken = 0;
      } catch (fault) {
        // The store refused, the lock was stolen, a piece of the app is missing: the next turn starts anew.
        faulty = fault instanceof SyncError;
        broken++;
        // A row that cannot be read would stop everything for ever.
        more().then((late) => late.repair(core)).catch(() => {});
      }
      if (how !== 'ok') wish |= now;
      if (faulty !== before) tell({ status: true });
      await arm(how === 'busy' ? BUSY_WAIT : undefined, broken ? backoff(broken, core.random) : undefined);
      return how === 'ok';
    }));
  }

  function later(more: number): void {
    wish |= more;
    soon ??= setTimeout(() => {
      soon = undefined;
      void run(0);
    }, SOON);
  }

  const wake = async (more: number): Promise<boolean> => {
    await hurry(core).catch(() => {});
    return run(more);
  };
  const front = (): void => {
    if (document.visibilityState === 'visible') void wake(PULL);
  };

  function close(): void {
    ending.abort();
    clearTimeout(timer);
    clearTimeout(soon);
    core.abort?.abort();
    channel?.close();
    core.close();
  }

  const draft = async (change: (tx: Tx) => Promise<unknown>): Promise<void> => {
    await core.write(change);
    core.emit({ drafts: true });
  };

  /** After a change of the outbox: send. */
  const after = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work;
    later(0);
    return value;
  };

  try {
    // A worker finds a signed-out store closed, and leaves it so.
    await (options.worker ? core.read(async () => {}) : unlock(core));
  } catch (fault) {
    close();
    throw fault;
  }
  if (channel)
    channel.onmessage = ({ data }: MessageEvent<Change>) => {
      tell(data);
      if (data.closed) close();
      else if (data.outbox) void arm();
    };
  if (page) {
    document.addEventListener('visibilitychange', front, { signal });
    addEventListener('pageshow', front, { signal });
    addEventListener('online', () => void wake(PULL), { signal });
  }
  if (!options.worker) void wake(PULL | CHECK);

  return {
    account: options.account,
    mutate: (input) => after(mutate(core, input)),
    edit: (id, args) => after(more().then((late) => late.edit(core, id, args))),
    remove: (id) => after(more().then((late) => late.remove(core, id))),
    resolve: (id, args) => after(more().then((late) => late.resolve(core, id, args))),
    dismiss: async (id) => (await more()).dismiss(core, id),
    retry: async (id) => {
      await hurry(core, id);
      await run(0);
    },
    list: (kind) => list(core, kind),
    get: (kind, id) => get(core, kind, id),
    outbox: () => outbox(core),
    status: async () => ({ ...(await status(core)), ...(faulty && { link: 'storage' as const }) }),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    exportItems: async (ids) => (await more()).exportItems(await outbox(core), ids),
    drafts: {
      get: <T>(key: string) => core.read(async (tx) => (await tx.drafts.get(key))?.value as T | undefined),
      put: (key, value) => draft((tx) => tx.drafts.put({ value, savedAt: iso(core.now()) }, key)),
      delete: (key) => draft((tx) => tx.drafts.delete(key)),
      all: () =>
        core.read(async (tx) => {
          const keys = (await tx.drafts.getAllKeys()) as string[];
          return (await tx.drafts.getAll()).map((draft, i) => ({ key: keys[i]!, ...draft }));
        }),
    },
    flush: () => wake(0),
    pull: (check) => wake(check ? PULL | CHECK : PULL),
    poke: () => later(PULL),
    holdings: async (areaOf) => (await more()).holdings(core, areaOf),
    async sealAndSignOut() {
      await (await more()).seal(core);
      close();
    },
    close,
  };
}
