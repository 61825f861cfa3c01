/** The tablet's own store, open: what it holds as signals, and the one way to save. No person's session is touched. */
import { computed, signal } from '@preact/signals';
import { VERSION } from '../graphql';
import { SyncError, openSync, type MutationInput, type RecordView, type SyncClient, type SyncStatus } from '../sync';
import { zone } from '../ui/format';
import { bind, counter, type Counter } from './counter';
import { dateIn, onDuty } from './duty';
import { kioskKinds, type KioskBody, type ShiftBody } from './kiosk_kinds';

const AGAIN_MS = 5_000;
const TICK_MS = 15_000;

/** `released`: the server has taken the tablet back. `storage`: the tablet's store does not open. */
export const stage = signal<'opening' | 'open' | 'storage'>('opening');
export const config = signal<KioskBody | null>(null);
export const shifts = signal<RecordView<ShiftBody>[]>([]);
export const status = signal<SyncStatus | null>(null);
/** Present instant (ms) by the server's clock as far as known. */
export const now = signal(Date.now());
const client = signal<SyncClient | null>(null);

/** Nothing was ever pulled: the first answer is on its way. */
export const fresh = computed(() => !status.value?.lastPullAt);
export const waiting = computed(() => status.value?.waiting ?? 0);

/** Looks at the clock: turns begin and end between two visitors. */
export const tick = (): void => {
  now.value = Date.now() + (status.value?.serverSkewMs ?? 0);
};

/** Who may be chosen now. */
export const officers = computed(() => {
  const held = config.value;
  if (!held) return [];
  const today = dateIn(held.zone, now.value);
  const serving = held.officers.filter(({ from, to }) => from <= today && (!to || today <= to));
  const turns = shifts.value.map(({ body }) => ({
    person: body.person,
    start: Date.parse(body.start),
    end: body.end ? Date.parse(body.end) : null,
  }));
  const names = new Map(held.officers.map(({ id, name }) => [id, name]));
  for (const { body } of shifts.value) if (body.name) names.set(body.person, body.name);
  return onDuty(turns, serving.map(({ id }) => id), now.value).flatMap((id) => {
    const name = names.get(id);
    return name ? [{ id, name }] : [];
  });
});

async function reload(from: SyncClient): Promise<void> {
  try {
    const [held, turns, how] = await Promise.all([from.list<KioskBody>('kiosk'), from.list<ShiftBody>('shift'), from.status()]);
    if (from !== client.value) return;
    config.value = held[0]?.body ?? null;
    shifts.value = turns;
    status.value = how;
    tick();
    if (held[0]) zone.value = held[0].body.zone;
    const known = counter.value;
    const body = held[0]?.body;
    const board = body?.board ? `${location.origin}/n/${body.board}` : undefined;
    if (known && body && known.board !== board) bind({ ...known, ...(board && { board }) });
  } catch (fault) {
    // The store is closing, or the tablet refused a read; the next change reads again.
    if (!(fault instanceof SyncError)) throw fault;
    if (fault.code === 'closed' && from === client.value) reopen();
  }
}

let attempt = 0;
let ticking: ReturnType<typeof setInterval> | undefined;

function reopen(): void {
  const bound = counter.value;
  client.value?.close();
  client.value = null;
  if (bound) setTimeout(() => void openCounter(bound), AGAIN_MS);
}

/** The way to the second copy of what waits. Without that piece the store stands alone. */
const beside = (work: (spare: typeof import('../identity/spare')) => Promise<void>): Promise<void> => import('../identity/spare').then(work).catch(() => undefined);

/** Opens the tablet's store, and tries again until it can. */
export async function openCounter(bound: Counter): Promise<void> {
  const mine = ++attempt;
  ticking ??= setInterval(tick, TICK_MS);
  let opened: SyncClient;
  try {
    opened = await openSync({ account: bound.account, appVersion: VERSION, kinds: kioskKinds });
  } catch (fault) {
    if (mine !== attempt) return;
    console.error(fault);
    stage.value = 'storage';
    setTimeout(() => mine === attempt && void openCounter(bound), AGAIN_MS);
    return;
  }
  if (await globalThis.caches?.has(`cadangan.${bound.account}`)) await beside(({ copyNow }) => copyNow(bound.account));
  if (mine !== attempt) return opened.close();
  client.value = opened;
  opened.subscribe((change) => {
    if (change.closed) return reopen();
    if (change.reread) return void beside(({ copyNow }) => copyNow(bound.account)).then(() => reload(opened));
    if (change.outbox) void beside(({ copySoon }) => copySoon(bound.account, false));
    void reload(opened);
  });
  void beside(({ copySoon }) => copySoon(bound.account, false));
  await reload(opened);
  stage.value = 'open';
  navigator.storage?.persist?.().catch(() => undefined);
}

export function closeCounter(): void {
  attempt++;
  clearInterval(ticking);
  ticking = undefined;
  client.value?.close();
  client.value = null;
  stage.value = 'opening';
}

/** Saves one act; resolves when it is really stored. Rejects with `SyncError`. */
export function save(input: MutationInput): Promise<unknown> {
  return client.value ? client.value.mutate(input) : Promise.reject(new SyncError('closed'));
}

export const sendNow = async (): Promise<boolean> => (await client.value?.flush()) ?? false;

/** Whether the tablet takes writes again: a few characters go in and out. */
export async function canWrite(): Promise<boolean> {
  try {
    await client.value?.drafts.put('uji', 'x'.repeat(4096));
    await client.value?.drafts.delete('uji');
    return client.value !== null;
  } catch {
    return false;
  }
}
