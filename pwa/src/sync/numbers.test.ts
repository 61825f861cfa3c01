/** The outbox itself, written by two tabs at once: numbers without a gap, texts that never change once they were tried,
 * and no act that ends without its author. */
import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { type Row, openStore } from './store';
import { drain, useWorld } from './testing/client';
import { type Fault, SimServer } from './testing/server';
import type { OutboxItem, SyncClient, SyncError } from './types';

const world = useWorld();

type Step =
  | { do: 'save' | 'together'; tab: 0 | 1 }
  | { do: 'edit' | 'remove'; tab: 0 | 1; pick: number; text: string }
  | { do: 'send'; tab: 0 | 1; fault: Fault | null }
  | { do: 'crash'; tab: 0 | 1 };

const tab = fc.constantFrom<0 | 1>(0, 1);
const fault = fc.constantFrom<Fault | null>(null, 'cut_before', 'cut_after', 'truncated', { status: 502 }, { code: 'device_forked' });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('save' as const, 'together' as const), tab }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'remove' as const), tab, pick: fc.nat(9), text: fc.string() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('send' as const), tab, fault }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), tab }) },
);

/** What lies in the store, past every view. */
async function contents(): Promise<{ rows: Row[]; seq: number; gone: number[] }> {
  const store = openStore('acc', () => {});
  const found = await store.read(async (tx) => ({ rows: await tx.outbox.getAll(), seq: tx.state.seq, gone: [...tx.state.voided, ...tx.state.told] }));
  store.close();
  return found;
}

class Play {
  tabs: SyncClient[] = [];
  signal = false;
  /** Text of each item as it was first seen tried. */
  frozen = new Map<string, string>();
  deleted = new Set<string>();
  made: string[] = [];

  async open(at: 0 | 1): Promise<void> {
    this.tabs[at]?.close();
    const fetch = (async (url: unknown, init: RequestInit) => {
      if (!this.signal) throw new TypeError('no signal');
      return world.server.fetch(url, init);
    }) as typeof globalThis.fetch;
    this.tabs[at] = await world.open({ worker: true, fetch });
  }

  async act(step: Step): Promise<void> {
    const client = this.tabs[step.tab]!;
    switch (step.do) {
      case 'save':
        this.made.push((await client.mutate({ kind: 'question.ask', args: { text: `${this.made.length}` } })).id);
        return;
      case 'together': {
        const saved = await Promise.all(this.tabs.map((one) => one.mutate({ kind: 'question.ask', args: { text: 'at once' } })));
        this.made.push(...saved.map(({ id }) => id));
        return;
      }
      case 'edit':
      case 'remove':
        return this.change(client, step);
      case 'send':
        this.signal = true;
        world.server.faults = [step.fault];
        world.clock += 400_000;
        await client.flush();
        this.signal = false;
        return;
      case 'crash':
        return this.open(step.tab);
    }
  }

  private async change(client: SyncClient, step: { do: 'edit' | 'remove'; pick: number; text: string }): Promise<void> {
    const items = (await client.outbox()).filter(({ kind }) => kind === 'question.ask');
    const item = items[step.pick % Math.max(1, items.length)];
    if (!item) return;
    const before = (await contents()).rows.find(({ id }) => id === item.id)!;
    const work: Promise<OutboxItem | string> = step.do === 'edit' ? client.edit(item.id, { text: step.text }) : client.remove(item.id);
    const how = await work.catch(({ code }: SyncError) => code);
    const after = (await contents()).rows.find(({ id }) => id === item.id);
    if (step.do === 'edit') {
      // A turn that a save began may have tried it between the look and the tap.
      expect(how === 'frozen').toBe(before.tried || !!after?.tried);
      if (how !== 'frozen') expect(after).toMatchObject({ seq: before.seq, id: before.id, tried: false });
    } else if (how === 'deleted') {
      expect(before.tried).toBe(false);
      expect((await contents()).gone).toContain(before.seq);
      this.deleted.add(item.id);
    } else if (how === 'withdrawing') this.deleted.add(item.id);
    else expect(how).toBe('frozen');
  }

  async verify(): Promise<void> {
    const { rows, seq, gone } = await contents();
    // Every number is a row, or was given up on purpose: none twice, none missing.
    const numbers = [...rows.map((row) => row.seq), ...new Set(gone)].sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
    for (const row of rows) {
      expect(JSON.parse(row.text)).toMatchObject({ id: row.id, seq: row.seq });
      if (!row.tried) continue;
      expect(row.text).toBe(this.frozen.get(row.id) ?? row.text);
      this.frozen.set(row.id, row.text);
    }
  }
}

test('numbers have no gap, tried texts never change, and only the author or an answer ends an item', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 18 }), async (steps) => {
      globalThis.indexedDB = new IDBFactory();
      world.server = new SimServer();
      world.clock = world.server.now;
      const play = new Play();
      await play.open(0);
      await play.open(1);
      try {
        for (const one of steps) {
          await play.act(one);
          await play.verify();
        }
        play.signal = true;
        world.server.faults = [];
        await drain(world, play.tabs[0]!);
        // A number that was given up after the last item left is told with the next batch.
        await play.act({ do: 'save', tab: 1 });
        play.signal = true;
        await drain(world, play.tabs[1]!);
        await play.verify();
        const items = new Map((await play.tabs[0]!.outbox()).map((item) => [item.id, item]));
        for (const id of play.made) {
          const effects = world.server.effects.get(id) ?? 0;
          if (!play.deleted.has(id)) expect(items.get(id)?.state).toBe('accepted');
          expect(effects).toBe(items.get(id)?.state === 'accepted' ? 1 : 0);
          expect(world.server.texts.get(id)?.size ?? 1).toBe(1);
        }
        expect((await play.tabs[0]!.status()).lost).toEqual([]);
      } finally {
        for (const client of play.tabs) client.close();
      }
    }),
    { numRuns: 50, interruptAfterTimeLimit: 40_000 },
  );
});
