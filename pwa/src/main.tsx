import { render } from 'preact';
import { App } from './app';
import { client, held, resume, stage } from './identity/session';
import { kinds } from './kinds';
import { startWaking } from './outbox/waking';
import { startLive } from './identity/live';
import { startRouter } from './router';
import { watchAppearance } from './ui/appearance';
import { watchUpdates } from './ui/update';
import { watchInstall } from './ui/install';
import './ui/tokens.css';
import './ui/base.css';
import './ui/layout.css';
import './ui/parts.css';
import './ui/dialog.css';
import './ui/talk.css';
import './ui/desk.css';

watchAppearance();
watchInstall();
startRouter();
void resume(kinds);
startLive();
startWaking();
client.subscribe((open) => {
  // Not needed to show anything, so it is loaded after the first screen.
  if (!open) return;
  held('push_subscription')
    .then(() => import('./notifications/push'))
    .then(({ keepReachable }) => keepReachable())
    .catch(() => undefined);
  import('./attachments/pump').then(({ startFiles }) => startFiles()).catch(() => undefined);
  import('./outbox/troubles').then(({ watchTroubles }) => watchTroubles()).catch(() => undefined);
});
/** Longer than any phone needs to open its store, unless something is in the way. */
const PATIENCE_MS = 3_000;

function show(): void {
  const root = document.getElementById('app');
  if (root && !root.dataset.shown) {
    root.dataset.shown = 'yes';
    render(<App />, root);
  }
}
// The page is shown once it is known who uses the phone; that takes one read of the local store.
stage.subscribe((now) => now !== 'starting' && show());
setTimeout(show, PATIENCE_MS);
watchUpdates().catch(console.error);
