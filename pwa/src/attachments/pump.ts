/** Keeps sending while the app is open: at start, when a text was sent, when the signal returns, and by a timer. */
import { signal } from '@preact/signals';
import { client, outbox, status } from '../identity/session';
import { moving } from './moving';
import { held } from './store';
import { sendFiles } from './send';

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;
const WIFI_KEY = 'sambung.lampiran.wifi';

function readWifi(): boolean {
  try {
    return localStorage.getItem(WIFI_KEY) === '1';
  } catch {
    return false;
  }
}

/** The person wants files to wait for Wi-Fi. */
export const wifiOnly = signal(readWifi());

export function setWifiOnly(on: boolean): void {
  wifiOnly.value = on;
  try {
    localStorage.setItem(WIFI_KEY, on ? '1' : '');
  } catch {
    // Without local storage the wish holds until the page is closed.
  }
  void sendSoon();
}

type Link = { type?: string };

/** The phone says that it is on a mobile network; where it says nothing, files are sent. */
export const onMobile = (): boolean => (navigator as { connection?: Link }).connection?.type === 'cellular';

let timer: ReturnType<typeof setTimeout> | undefined;
let pause = FIRST_PAUSE;
let busy = false;
let again = false;

export async function look(): Promise<void> {
  const open = client.value;
  const files = open ? await held(open.account).catch(() => []) : [];
  if (open !== client.value) return;
  const before = moving.value;
  moving.value = new Map(
    files.map(({ id, name, bytes, refused }) => [id, { name, sent: before.get(id)?.sent ?? 0, bytes, refused }]),
  );
}

function told(id: string, sent: number): void {
  const known = moving.value.get(id);
  if (known) moving.value = new Map(moving.value).set(id, { ...known, sent });
}

/** Begins to send what is there, or once more when that is under way. */
export async function sendSoon(): Promise<void> {
  clearTimeout(timer);
  if (busy) {
    again = true;
    return;
  }
  const open = client.value;
  if (!open) return;
  busy = true;
  let done = true;
  try {
    await look();
    if (moving.value.size) {
      askWorker();
      const stop = (): boolean => open !== client.value || (wifiOnly.value && onMobile());
      done = stop() ? false : await sendFiles(open, told, stop);
      await look();
    }
  } catch {
    // The store is closing, or the phone refused a read.
    done = false;
  } finally {
    busy = false;
  }
  pause = done || again ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, pause * 2);
  if (again || !done) timer = setTimeout(() => void sendSoon(), pause);
  again = false;
}

type Waking = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

/** Should this page go, the browser wakes the worker when the signal returns. */
function askWorker(): void {
  navigator.serviceWorker?.ready
    .then((worker: Waking) => worker.sync?.register('sambung'))
    .catch(() => undefined);
}

let started = false;

export function startFiles(): void {
  if (started) return void sendSoon();
  started = true;
  const hurry = (): void => {
    pause = FIRST_PAUSE;
    void sendSoon();
  };
  addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  // A text that names a file was sent, or the link came back.
  let key = '';
  const watch = (): void => {
    const next = `${status.value?.link ?? ''} ${(outbox.value ?? []).filter(({ state, args }) => state === 'accepted' && (args.files ?? args.file)).length}`;
    if (next === key) return;
    key = next;
    hurry();
  };
  outbox.subscribe(watch);
  status.subscribe(watch);
}
