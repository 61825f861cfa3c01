/** Opens real clients against a simulated server, with a settable clock and no random waits. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach } from 'vitest';
import { openSync } from '../client';
import type { MutationSpec, SyncClient, SyncOptions } from '../types';
import { SimServer } from './server';

export interface Question {
  text: string;
  state?: string;
  messages?: number;
}

export const kinds: Record<string, MutationSpec> = {
  'question.ask': {
    record: 'question',
    rule: 'append',
    overlays: [{ record: 'question', apply: (_body, item) => ({ ...item.args, state: 'waiting' }) }],
  },
  'question.close': {
    record: 'question',
    rule: 'command',
    overlays: [{ record: 'question', apply: (body: Question | null) => body && { ...body, state: 'selesai' } }],
  },
  'message.write': {
    record: 'message',
    rule: 'append',
    parents: (args) => [args.question as string],
    overlays: [
      { record: 'message', apply: (_body, item) => item.args },
      {
        record: 'question',
        id: (item) => item.args.question as string,
        apply: (body: Question | null) => body && { ...body, messages: (body.messages ?? 0) + 1 },
      },
    ],
  },
  'employee.edit': { record: 'employee', rule: 'fields', groups: [['start', 'end']] },
  'preference.set': { record: 'preference', rule: 'register' },
};

export interface World {
  server: SimServer;
  /** Milliseconds since 1970 on the phone. */
  clock: number;
  open(more?: Partial<SyncOptions>): Promise<SyncClient>;
}

/** A fresh browser and server for each test; clients that were opened are closed afterwards. */
export function useWorld(): World {
  const opened: SyncClient[] = [];
  const world: World = {
    server: new SimServer(),
    clock: 0,
    async open(more = {}) {
      const client = await openSync({
        account: 'acc',
        appVersion: '1.0.0',
        kinds,
        fetch: world.server.fetch as typeof fetch,
        now: () => world.clock,
        random: () => 0,
        ...more,
      });
      opened.push(client);
      return client;
    },
  };
  beforeEach(() => {
    globalThis.indexedDB = new IDBFactory();
    world.server = new SimServer();
    world.clock = world.server.now;
  });
  afterEach(() => {
    for (const client of opened.splice(0)) client.close();
  });
  return world;
}

/** Flushes and pulls until nothing waits; the clock moves so that every back-off is over. */
export async function drain(world: World, client: SyncClient): Promise<void> {
  for (let i = 0; i < 40; i++) {
    world.clock += 400_000;
    const answered = await client.pull();
    if (answered && !(await client.status()).waiting) return;
  }
  throw new Error(`did not drain: ${JSON.stringify(await client.status())}`);
}
