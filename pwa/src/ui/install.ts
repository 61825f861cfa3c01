/** Installing on the home screen: the browser's own question, kept until the person asks for it. */
import { signal } from '@preact/signals';

interface InstallEvent extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

const offered = signal<InstallEvent | null>(null);

/** Whether the browser would install the app now. */
export const canInstall = (): boolean => offered.value !== null;

export function watchInstall(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offered.value = event as InstallEvent;
  });
  addEventListener('appinstalled', () => {
    offered.value = null;
  });
}

export async function install(): Promise<void> {
  const event = offered.value;
  offered.value = null;
  await event?.prompt();
}

/** Runs as an installed app. */
export const installed = (): boolean => matchMedia('(display-mode: standalone)').matches;
