/**
 * Push on this device. The browser's own permission is asked only after a press; the subscription itself is an ordinary
 * item of the outbox, so that it also arrives when there is no signal now.
 */
import { signal } from '@preact/signals';
import { ask } from '../graphql';
import type { PushSubscriptionBody } from '../identity/kinds';
import { me, mutate, records } from '../identity/session';
import { l } from '../strings/id_lain';
import { uuid7, type RecordView } from '../sync';

export type PushSupport = 'yes' | 'install_first' | 'no';

/** The permission as the browser tells it; read again after every question. */
export const permission = signal<NotificationPermission>(
  typeof Notification === 'undefined' ? 'denied' : Notification.permission,
);

export function support(): PushSupport {
  if ('PushManager' in window && 'serviceWorker' in navigator && 'Notification' in window) return 'yes';
  return /iP(hone|ad|od)/.test(navigator.userAgent) ? 'install_first' : 'no';
}

const idKey = (): string => `sambung.notifikasi.${me.value?.account ?? ''}`;

/** Id of this device's subscription record: made once a browser and person. */
function deviceRecord(): string {
  let id = localStorage.getItem(idKey());
  if (!id) {
    id = uuid7();
    localStorage.setItem(idKey(), id);
  }
  return id;
}

/** This device's subscription as the server holds it; undefined before it was asked for. */
export function ownSubscription(): RecordView<PushSubscriptionBody> | undefined {
  const id = localStorage.getItem(idKey());
  return records<PushSubscriptionBody>('push_subscription').value?.find((view) => view.id === id);
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  const all = new Uint8Array(new ArrayBuffer(plain.length));
  for (let index = 0; index < plain.length; index += 1) all[index] = plain.charCodeAt(index);
  return all;
}

function label(): string {
  const agent = navigator.userAgent;
  const system = /Android/.test(agent)
    ? 'Android'
    : /iP(hone|ad)/.test(agent)
      ? 'iPhone'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac/.test(agent)
          ? 'Mac'
          : 'Linux';
  const browser = /Firefox/.test(agent)
    ? 'Firefox'
    : /Edg\//.test(agent)
      ? 'Edge'
      : /Chrome/.test(agent)
        ? 'Chrome'
        : /Safari/.test(agent)
          ? 'Safari'
          : l.pengaturan.tanpaNama;
  return `${browser}, ${system}`;
}

const addressKey = (): string => `${idKey()}.alamat`;

/** The browser's subscription, made if there is none. Throws `NoAnswer` when one must be made without a server. */
async function subscription(): Promise<PushSubscription> {
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before) return before;
  const { pushPublicKey } = await ask<{ pushPublicKey: string }>('{ pushPublicKey }');
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(pushPublicKey) });
}

/** Tells the server where this device is reached, as an item of the outbox. */
async function register(found: PushSubscription): Promise<void> {
  const { endpoint, keys } = found.toJSON();
  await mutate({
    kind: 'push.subscribe',
    record: deviceRecord(),
    args: { endpoint, p256dh: keys?.p256dh, auth: keys?.auth, label: label() },
  });
  localStorage.setItem(addressKey(), found.endpoint);
}

/**
 * Asks the browser and subscribes. False when the person did not allow it. Throws `NoAnswer` without a server (its key is
 * needed once), `SyncError` when the phone did not store it, or what the browser's push service says.
 */
export async function turnOn(): Promise<boolean> {
  permission.value = await Notification.requestPermission();
  if (permission.value !== 'granted') return false;
  await register(await subscription());
  return true;
}

export async function turnOff(): Promise<void> {
  localStorage.removeItem(addressKey());
  const registration = await navigator.serviceWorker.getRegistration();
  const held = await registration?.pushManager.getSubscription();
  await mutate({ kind: 'push.unsubscribe', record: deviceRecord(), args: {} });
  await held?.unsubscribe();
}

/**
 * Whether the server must hear of this device again. `told`: the address it was told last (null: the person wants no
 * notices here), `held`: the address that the browser has now, `active`: what the server says of the one it was told.
 */
export function renewal(told: string | null, held: string | null, active: boolean): 'nothing' | 'tell' | 'renew' {
  if (told === null) return 'nothing';
  if (held === null) return 'renew';
  if (held !== told) return 'tell';
  // The server found nobody at this address any more, so the browser has to make another.
  return active ? 'nothing' : 'renew';
}

/** At the start of the app: a subscription that the browser or its push service replaced is told to the server. */
export async function keepReachable(): Promise<void> {
  if (support() !== 'yes' || permission.value !== 'granted' || !localStorage.getItem(addressKey())) return;
  const own = ownSubscription();
  const registration = await navigator.serviceWorker.getRegistration();
  const held = (await registration?.pushManager.getSubscription()) ?? null;
  // What waits in the outbox is as good as told; an unknown record was not judged by the server yet.
  const active = own?.body.active !== false || own.pending.length > 0;
  const todo = renewal(localStorage.getItem(addressKey()), held?.endpoint ?? null, active);
  if (todo === 'nothing') return;
  if (todo === 'renew') await held?.unsubscribe();
  await register(await subscription());
}
