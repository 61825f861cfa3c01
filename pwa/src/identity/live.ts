/**
 * Live pokes: one subscription over server-sent events in one tab, the leader. A poke only says "there may be something
 * newer"; losing one loses nothing, because the engine also pulls by itself.
 */
import { computed } from '@preact/signals';
import { headersOf } from '../graphql';
import type { SyncClient } from '../sync';
import { client, status } from './session';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
/** A stream silent for longer is taken as dead; the server sends a comment line more often. */
const SILENCE_MS = 90_000;

const linked = computed(() => status.value?.link === 'ok');

/** Waits, but no longer than until the engine reaches the server again: after a long outage the pauses are long too. */
const pause = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    let was = true;
    const done = (): void => {
      clearTimeout(timer);
      forget();
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const forget = linked.subscribe((now) => {
      if (now && !was) queueMicrotask(done);
      was = now;
    });
    stop.addEventListener('abort', done);
  });

/** Reads one stream until it ends; calls `poke` for each `next` event. */
async function read(account: string, stop: AbortSignal, poke: () => void): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const reply = await fetch('/graphql', {
      method: 'POST',
      headers: { ...headersOf(account), Accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { poke }' }),
      signal: AbortSignal.any([stop, silence.signal]),
    });
    if (!reply.ok || !reply.body || !reply.headers.get('Content-Type')?.startsWith('text/event-stream')) return;
    const chunks = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await chunks.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const events = (rest + value).replace(/\r/g, '').split('\n\n');
      rest = events.pop() ?? '';
      if (events.some((event) => /^event: ?next$/m.test(event))) poke();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function listen(to: SyncClient, stop: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS;
  while (!stop.aborted) {
    const started = Date.now();
    await read(to.account, stop, () => to.poke()).catch(() => undefined);
    // A stream that lived for a while was a good one: start over gently, and look at once what was missed.
    wait = Date.now() - started > 30_000 ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
    await pause(wait * (0.5 + Math.random() / 2), stop);
    if (!stop.aborted) to.poke();
  }
}

/** Keeps the subscription of the open store alive; of several tabs only one listens. */
export function startLive(): void {
  let running: AbortController | null = null;
  client.subscribe((open) => {
    running?.abort();
    running = null;
    if (!open) return;
    const mine = new AbortController();
    running = mine;
    const lead = () => listen(open, mine.signal);
    if (!navigator.locks) void lead();
    else navigator.locks.request(`sambung-live-${open.account}`, { signal: mine.signal }, lead).catch(() => undefined);
  });
}
