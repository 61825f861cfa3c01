/**
 * Who uses this phone and what the phone holds for them, as signals. The engine stays behind: screens read the signals
 * and write through `mutate`.
 */
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { VERSION, NoAnswer, Refused, ask } from '../graphql';
import {
  SyncError,
  openSync,
  type Fields,
  type MutationInput,
  type OutboxItem,
  type RecordView,
  type SyncClient,
  type SyncStatus,
} from '../sync';
import type { MutationSpec } from '../sync';
import { forgetRescued } from '../forms/rescue';
import { zone } from '../ui/format';
import { lookAtRoom } from '../ui/storage';
import { author } from './author';
import { mend, obstacleOf, type Obstacle } from './obstacle';
import { unreachable } from './reach';
import { inForce, workingGrant, type Grant, type Me } from './roles';
import { witness } from './witness';

const ME_KEY = 'sambung.saya';
const ROLE_KEY = 'sambung.peran';
const ME_FIELDS = '{ account name agency { code name zone services } grants { id role unit unitName from to } heads { id name } sealKey }';
/** Set while the server was not yet told that the person signed out. */
const LEFT_KEY = 'sambung.keluar';
const TICK_MS = 20_000;
/** A store that does not open is tried again: the other tab closes, the browser recovers. */
const AGAIN_MS = 5_000;

let kinds: Record<string, MutationSpec> = {};
/** The person is signing out in this tab. */
let leaving = false;

export type Draft = { key: string; value: unknown; savedAt: string };

export const me = signal<Me | null>(null);
/** Why there is no open store: being opened, open, no person, locked work of this person, storage refused. */
export const stage = signal<'starting' | 'open' | 'signed_out' | 'sealed' | 'no_storage'>('starting');
/** What keeps the store from opening, once that is known. */
export const obstacle = signal<Obstacle | null>(null);
export const client = signal<SyncClient | null>(null);
export const status = signal<SyncStatus | null>(null);
export const outbox = signal<OutboxItem[] | null>(null);
export const drafts = signal<Draft[]>([]);
/** Nothing was ever pulled for this person here: an empty list then says nothing about what the server holds. */
export const unread = computed(() => status.value !== null && status.value.lastPullAt === null);
/** When this phone refused to store an act, in ms since 1970; since the page was opened. */
export const failedSaves = signal<readonly number[]>([]);
/** Present instant in ms by the server's clock as far as known; moves every 20 s. */
export const now = signal(Date.now());
/** Id of the grant that the person chose to work under; '' for own data, null for no choice. */
export const chosenRole = signal<string | null>(null);

const today = computed(() => new Date(now.value + 7 * 3_600_000).toISOString().slice(0, 10));
export const grants = computed(() => inForce(me.value?.grants ?? [], today.value));
export const working: ReadonlySignal<Grant | null> = computed(() => workingGrant(grants.value, chosenRole.value));

/** Whether the agency takes questions here. */
export const takesQuestions = computed(() => me.value?.agency.services?.includes('questions') ?? true);

/** Whether work plans are kept here; not before the server said so. */
export const keepsPlans = computed(() => me.value?.agency.services?.includes('performance') ?? false);

const cells = new Map<string, Signal<RecordView<never>[] | null>>();

/** All records of a kind that the phone holds, own waiting work laid over them; null until first read. */
export function records<B>(kind: string): ReadonlySignal<RecordView<B>[] | null> {
  let cell = cells.get(kind);
  if (!cell) {
    cell = signal(null);
    cells.set(kind, cell);
    void reload(kind);
  }
  return cell as unknown as ReadonlySignal<RecordView<B>[] | null>;
}

async function reload(kind: string): Promise<void> {
  const from = client.value;
  const list = from && (await from.list<never>(kind).catch(() => null));
  const cell = cells.get(kind);
  if (list && cell && from === client.value) cell.value = list;
}

const changed = new Set<string>();
let showing = false;

/** Shows together what changed together: a screen that is put together from several kinds never mixes two moments, so
 * that a step on what is shown names versions that the server once had side by side. */
async function showChanged(): Promise<void> {
  if (showing) return;
  showing = true;
  while (changed.size) {
    const from = client.value;
    const names = [...changed];
    changed.clear();
    const lists = await Promise.all(names.map((kind) => from?.list<never>(kind).catch(() => null)));
    if (from === client.value) batch(() => names.forEach((kind, at) => lists[at] && (cells.get(kind)!.value = lists[at])));
  }
  showing = false;
}

async function reloadOwn(from: SyncClient, what: 'outbox' | 'status' | 'drafts'): Promise<void> {
  try {
    if (what === 'outbox') {
      const items = await from.outbox();
      if (from === client.value) outbox.value = items;
    } else if (what === 'status') {
      const next = await from.status();
      if (from !== client.value) return;
      const gone = witness(from.account, VERSION, next, () => void reloadOwn(from, 'status'));
      status.value = gone.length ? { ...next, lost: [...next.lost, ...gone] } : next;
      void lookAtRoom();
    } else {
      const all = await from.drafts.all();
      if (from === client.value) drafts.value = all;
    }
  } catch (fault) {
    // The store is closing or the phone refused a read; the next change reads again.
    if (from !== client.value || leaving || !(fault instanceof SyncError) || fault.code !== 'closed') return;
    // Signed out in another tab, and the word of it did not come.
    from.close();
    leave();
  }
}

/** Resolves when the records of a kind were first read from the store of the person who is signed in. */
export function held(kind: string): Promise<void> {
  const cell = records(kind);
  return new Promise((resolve) => {
    if (cell.value) return resolve();
    const stop = cell.subscribe((list) => {
      if (!list) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** Saves one act; resolves when it is really stored. Rejects with `SyncError`. */
export function mutate(input: MutationInput): Promise<OutboxItem> {
  const open = client.value;
  if (!open) return Promise.reject(new SyncError('closed'));
  return open.mutate(input).catch((fault: unknown) => {
    if (fault instanceof SyncError && fault.code === 'not_saved') failedSaves.value = [...failedSaves.value, Date.now()];
    throw fault;
  });
}

export function keyBytes(text: string | null | undefined): Uint8Array | null {
  if (!text) return null;
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Without local storage a reload asks for the password again; nothing else is lost.
  }
}

function remember(person: Me | null): void {
  keep(ME_KEY, person && JSON.stringify({ ...person, sealKey: undefined }));
}

/** The person of last time; unreadable storage counts as nobody. */
function remembered(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(ME_KEY) ?? 'null') as Me | null;
  } catch {
    return null;
  }
}

function adopt(person: Me): void {
  me.value = person;
  zone.value = person.agency.zone;
  author.id = person.account;
  author.name = person.name;
  remember(person);
}

/** Reads all that is on the screen anew. */
const reloadAll = (from: SyncClient): Promise<unknown> =>
  Promise.all([
    ...(['outbox', 'status', 'drafts'] as const).map((what) => reloadOwn(from, what)),
    ...[...cells.keys()].map(reload),
  ]);

let attempt = 0;

/** The way to the second copy. Without that piece the store stands alone. */
const beside = (work: (spare: typeof import('./spare')) => Promise<void>): Promise<void> => import('./spare').then(work).catch(() => {});

/** Opens the store of a person; with `fresh` the key of a just finished sign-in unlocks sealed work. What cannot be
 * opened now is tried again until it can. */
async function open(person: Me, fresh: boolean): Promise<void> {
  const mine = ++attempt;
  let opened: SyncClient;
  try {
    opened = await openSync({
      account: person.account,
      appVersion: VERSION,
      kinds,
      sealKey: fresh ? keyBytes(person.sealKey) : null,
    });
  } catch (fault) {
    if (mine !== attempt) return;
    if (fault instanceof SyncError && fault.code === 'sealed') {
      stage.value = 'sealed';
      return;
    }
    console.error(fault);
    obstacle.value = obstacleOf(fault);
    stage.value = 'no_storage';
    if (obstacle.value === 'refused') await mend(person.account);
    setTimeout(() => mine === attempt && void open(person, fresh), AGAIN_MS);
    return;
  }
  // One that never counted was perhaps begun anew by the browser.
  if (await opened.status().then(({ seq }) => !seq && caches.has('cadangan.' + person.account)).catch(() => false))
    await beside(({ copyNow }) => copyNow(person.account, fresh ? keyBytes(person.sealKey) : null));
  // The person left, or signed in anew, while it was being opened.
  if (mine !== attempt) return opened.close();
  client.value = opened;
  opened.subscribe((change) => {
    if (change.closed) return leave();
    if (change.reread) return void beside(({ copyNow }) => copyNow(opened.account)).then(() => reloadAll(opened));
    if (change.outbox || change.drafts) void beside(({ copySoon }) => copySoon(opened.account));
    if (change.outbox) void reloadOwn(opened, 'outbox');
    if (change.status || change.outbox) void reloadOwn(opened, 'status');
    if (change.drafts) void reloadOwn(opened, 'drafts');
    for (const kind of change.records ?? []) if (cells.has(kind)) changed.add(kind);
    void showChanged();
  });
  obstacle.value = null;
  stage.value = 'open';
  await reloadAll(opened);
  void beside(({ copySoon }) => copySoon(person.account));
}

/** Forgets the open store on the screen; what is stored stays as the engine left it. */
function leave(): void {
  attempt++;
  client.value = null;
  status.value = null;
  outbox.value = null;
  drafts.value = [];
  for (const cell of cells.values()) cell.value = null;
  // Another person who signed in in another tab stays remembered.
  if (remembered()?.account === me.value?.account) remember(null);
  me.value = null;
  forgetRescued();
  stage.value = 'signed_out';
}

/** At start: the person of last time, from the phone alone; grants are refreshed when a server answers. */
export async function resume(known: Record<string, MutationSpec>): Promise<void> {
  kinds = known;
  const person = remembered();
  try {
    chosenRole.value = localStorage.getItem(ROLE_KEY);
  } catch {
    // Without local storage everybody starts with the usual role.
  }
  setInterval(() => {
    now.value = present();
    void lookAtRoom();
  }, TICK_MS);
  if (!person?.account) {
    stage.value = 'signed_out';
    farewell = tellServerLeft();
    return;
  }
  adopt(person);
  await open(person, false);
  void refreshMe();
}

/** Reads `me` again: roles change while nobody signs in. Another person's session changes nothing here. */
export async function refreshMe(): Promise<void> {
  try {
    const { me: found } = await ask<{ me: Me | null }>(`{ me ${ME_FIELDS} }`);
    if (found && found.account === me.value?.account) adopt({ ...found, sealKey: null });
  } catch {
    // Offline or signed out: the connection strip says so already.
  }
}

async function enter(person: Me): Promise<void> {
  keep(LEFT_KEY, null);
  if (me.value && me.value.account !== person.account) unreachable().catch(() => undefined);
  const before = client.value;
  if (before) {
    client.value = null;
    before.close();
  }
  for (const cell of cells.values()) cell.value = null;
  outbox.value = null;
  status.value = null;
  adopt(person);
  await open(person, true);
}

/** Signs in; throws `Refused` (`choose_agency` names the agencies) or `NoAnswer`. */
export async function signIn(identifier: string, password: string, agency: string | null): Promise<void> {
  const document = `mutation($i: String!, $p: String!, $a: String) { signIn(identifier: $i, password: $p, agency: $a) ${ME_FIELDS} }`;
  // Its late answer takes the cookie away, whosever it is by then.
  await farewell;
  const { signIn: person } = await ask<{ signIn: Me }>(document, { i: identifier, p: password, a: agency }, '');
  await enter(person);
}

/** Activates an account with a code from the HR admin, and is signed in then. Throws as `signIn`. */
export async function activate(identifier: string, code: string, password: string): Promise<void> {
  const document = `mutation($i: String!, $c: String!, $p: String!) { activate(identifier: $i, code: $c, password: $p) ${ME_FIELDS} }`;
  await farewell;
  const { activate: person } = await ask<{ activate: Me }>(document, { i: identifier, c: code, p: password }, '');
  await enter(person);
}

/** Seals unsent work, wipes what was pulled, ends the session; `false`: the server will be told when it is reachable.
 * `left` is called as soon as the phone has let go of the person: the server may take its time, and whoever comes next
 * may be typing by then. Throws `SyncError` `no_key` when held work cannot be locked. */
export async function signOut(left: () => void): Promise<boolean> {
  leaving = true;
  await client.value?.sealAndSignOut().finally(() => (leaving = false));
  leave();
  left();
  unreachable().catch(() => undefined);
  keep(LEFT_KEY, '1');
  return (farewell = tellServerLeft());
}

/** What the server is being told about the last person. */
let farewell: Promise<unknown> = Promise.resolve();

async function tellServerLeft(): Promise<boolean> {
  await beside(({ tidy }) => tidy(null));
  if (!localStorage.getItem(LEFT_KEY)) return true;
  try {
    await ask('mutation { signOut }');
  } catch (fault) {
    if (fault instanceof NoAnswer) return false;
    if (!(fault instanceof Refused)) throw fault;
  }
  localStorage.removeItem(LEFT_KEY);
  return true;
}

/** Works under another grant from now on; '' is own data. */
export function workAs(grant: string): void {
  chosenRole.value = grant;
  keep(ROLE_KEY, grant);
}

/** The server's time (ms) when it was last compared with the phone's, and this page's monotonic reading then. */
let compared = { skew: 0, server: 0, reading: 0 };

/** A clock that is set back while the page is open does not move what the screens say. */
function present(): number {
  return Math.max(Date.now() + compared.skew, compared.server + performance.now() - compared.reading);
}

effect(() => {
  const skew = status.value?.serverSkewMs ?? 0;
  if (skew !== compared.skew) compared = { skew, server: Date.now() + skew, reading: performance.now() };
  now.value = present();
});

/** Arguments of an item as text fields, for screens that show them. */
export const textOf = (fields: Fields): string => (typeof fields.text === 'string' ? fields.text : '');
