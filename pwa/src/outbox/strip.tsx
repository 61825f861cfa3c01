/** The connection strip under the header, and its sheet. Unless all is well it says so in words; announced after 5 s. */
import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { client, now, status } from '../identity/session';
import { go, place } from '../router';
import { t } from '../strings/id';
import { announce } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Dialog } from '../ui/feedback';
import { Icon } from '../ui/icons';
import { room } from '../ui/storage';
import { applyUpdate, postponeUpdate, updateReady } from '../ui/update';
import { connection, type Connection } from './connection';

const CALM_MS = 5_000;

const clockUnderstood = signal(false);
const apple = typeof navigator !== 'undefined' && /iP(hone|ad|od)/.test(navigator.userAgent);

export const current = computed<Connection | null>(
  () =>
    status.value &&
    connection(status.value, {
      updateReady: updateReady.value,
      clockUnderstood: clockUnderstood.value,
      apple,
      room: room.value,
      now: now.value,
    }),
);

function act(found: Connection): void {
  switch (found.action) {
    case 'storage':
      return go('/luring');
    case 'sign_in':
      return go(`/masuk?ke=${encodeURIComponent(place.value.path)}`);
    case 'outbox':
      return go('/kotak-keluar');
    case 'portal':
      // Login pages of Wi-Fi networks catch only unencrypted requests. example.com is reserved for such use (RFC 2606),
      // answers over plain HTTP, belongs to nobody who could gain by the visit, and is on no list that forces HTTPS.
      open('http://example.com', '_blank', 'noopener');
      return;
    case 'retry':
      void client.value?.retry();
      return;
    case 'update':
      void applyUpdate();
      return;
    case 'understood':
      clockUnderstood.value = true;
      return;
    case 'close':
  }
}

export function Strip(): JSX.Element | null {
  const found = current.value;
  const [opened, setOpened] = useState<Connection | null>(null);
  const row = found?.row;
  useEffect(() => {
    if (!found || found.well) return undefined;
    const timer = setTimeout(() => announce(current.value?.chip ?? ''), CALM_MS);
    return () => clearTimeout(timer);
  }, [row]);
  if (!found) return null;
  // What somebody reads and is about to press stays what it is, also when something else is worth saying by now.
  const sheet = opened && (opened.row === row ? found : opened);
  const close = (): void => setOpened(null);
  return (
    <>
      {!found.well && (
        <button type="button" class={`strip ${found.tone}`} aria-haspopup="dialog" onClick={() => setOpened(found)}>
          <Icon name={found.icon} />
          <span>{found.chip}</span>
          <Icon name="panah" class="panah" />
        </button>
      )}
      {sheet && (
        <Dialog title={sheet.chip} onClose={close}>
          <p>{sheet.sheet}</p>
          <Buttons stack>
            <Button
              kind="utama"
              onClick={() => {
                close();
                act(sheet);
              }}
            >
              {sheet.button}
            </Button>
            {sheet.action === 'portal' && (
              <Button
                icon="segar"
                onClick={() => {
                  close();
                  void client.value?.retry();
                }}
              >
                {t.sambungan.cobaSekarang}
              </Button>
            )}
            {sheet.row === 'update' && (
              <Button
                onClick={() => {
                  postponeUpdate();
                  close();
                }}
              >
                {t.sambungan.nanti}
              </Button>
            )}
          </Buttons>
        </Dialog>
      )}
    </>
  );
}
