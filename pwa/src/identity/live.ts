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
/** One that lived so long was a good one. */
const LIVED_MS = 30_000;
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

export interface Told {
  /** The document of the subscription, with its variables. */
  query: string;
  variables?: Record<string, unknown>;
  /** Each result of the subscription. */
  heard: (data: Record<string, unknown>) => void;
  /** The stream is gone: what it said counts no longer. */
  silent?: () => void;
}

/** Reads one stream until it ends; true when the server ended it in words. */
async function read(account: string, stop: AbortSignal, { query, variables, heard }: Told): Promise<boolean> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const reply = await fetch('/graphql', {
      method: 'POST',
      headers: { ...headersOf(account), Accept: 'text/event-stream' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.any([stop, silence.signal]),
    });
    if (!reply.ok || !reply.body || !reply.headers.get('Content-Type')?.startsWith('text/event-stream')) return false;
    const chunks = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await chunks.read();
      if (done) return false;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const events = (rest + value).replace(/\r/g, '').split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        if (/^event: ?complete$/m.test(event)) return true;
        const [, data] = /^event: ?next\ndata: ?(.*)$/m.exec(event) ?? [];
        const content = data && (JSON.parse(data) as { data?: Record<string, unknown> | null }).data;
        if (content) heard(content);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Holds a subscription open until `stop`: after each end it opens another. Every result is a poke too, and so is the
 * time without a stream. */
export async function follow(to: SyncClient, stop: AbortSignal, told: Told): Promise<void> {
  let wait = FIRST_WAIT_MS;
  const { heard } = told;
  while (!stop.aborted) {
    const started = Date.now();
    const poked = (data: Record<string, unknown>): void => {
      heard(data);
      to.poke();
    };
    const ended = await read(to.account, stop, { ...told, heard: poked }).catch(() => false);
    const lived = Date.now() - started > LIVED_MS;
    // A stream that ended in words after a while only makes room for the next one.
    if (ended && lived) continue;
    told.silent?.();
    // A stream that lived for a while was a good one: start over gently, and look at once what was missed.
    wait = lived ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
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
    const lead = () => follow(open, mine.signal, { query: 'subscription { poke }', heard: () => undefined });
    if (!navigator.locks) void lead();
    else navigator.locks.request(`sambung-live-${open.account}`, { signal: mine.signal }, lead).catch(() => undefined);
  });
}
