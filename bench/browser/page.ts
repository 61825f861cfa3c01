/** The app's own sync client on an empty page, steered by the measurements: `window.bench`. */
import type { Article } from '../../pwa/src/forms/bundle';
import { readAhead, searchArticles } from '../../pwa/src/forms/search';
import { openSync, type MutationSpec, type RecordView, type SyncClient } from '../../pwa/src/sync';

const kinds: Record<string, MutationSpec> = {
  'bench.add': {
    record: 'bench_item',
    rule: 'append',
    overlays: [{ record: 'bench_item', apply: (_body, item) => item.args }],
  },
};
const TAGS = ['ramah', 'cepat', 'jelas', 'teliti', 'rapi', 'sabar'];

let client: SyncClient | null = null;
let bare: IDBDatabase | null = null;

const held = (): SyncClient => {
  if (!client) throw new Error('open first');
  return client;
};

/** A rating as it waits in a queue. */
const rating = (officers: string[], number: number): Record<string, unknown> => ({
  officer: officers[number % officers.length],
  score: 1 + ((number * 7) % 5),
  tags: [TAGS[number % 6], TAGS[(number * 5 + 1) % 6]].slice(0, number % 3),
});

const opened = (name: string): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('rows', { keyPath: 'seq' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Milliseconds until it is so; asked whenever the client says that something changed, as a screen does. */
const until = (done: () => Promise<boolean>): Promise<number> =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const stop = held().subscribe(() => void look());
    async function look(): Promise<void> {
      if (!(await done().catch(reject))) return;
      stop();
      resolve(performance.now() - start);
    }
    void look();
  });

const bench = {
  async open(account: string): Promise<void> {
    client = await openSync({ account, appVersion: '1.0.0', kinds });
  },

  /** Milliseconds of each write through the client, one after another. */
  async write(count: number, officers: string[], from = 0): Promise<number[]> {
    const taken: number[] = [];
    for (let i = from; i < from + count; i++) {
      const start = performance.now();
      await held().mutate({ kind: 'bench.add', args: rating(officers, i) });
      taken.push(performance.now() - start);
    }
    return taken;
  },

  /** The floor: a row of the same size in an empty store, one strict transaction each. */
  async writeBare(count: number, from = 0): Promise<number[]> {
    bare ??= await opened('bare');
    const taken: number[] = [];
    for (let seq = from + 1; seq <= from + count; seq++) {
      const start = performance.now();
      const tx = bare.transaction(['rows'], 'readwrite', { durability: 'strict' });
      tx.objectStore('rows').put({ seq, id: crypto.randomUUID(), text: 'x'.repeat(400), state: 'waiting' });
      await new Promise((resolve, reject) => {
        tx.oncomplete = resolve;
        tx.onabort = reject;
      });
      taken.push(performance.now() - start);
    }
    return taken;
  },

  /** Sends all that waits; milliseconds until nothing waits any more. */
  async drain(): Promise<number> {
    void held().flush();
    return until(async () => (await held().status()).waiting === 0);
  },

  /** A fresh store; milliseconds until it holds so many records. */
  async pullAll(account: string, count: number): Promise<number> {
    const start = performance.now();
    await bench.open(account);
    await until(async () => !(await held().status()).pulling && (await held().list('bench_item')).length >= count);
    return performance.now() - start;
  },

  /** Asks once for what is newer. */
  pull: (): Promise<boolean> => held().pull(),

  /** Milliseconds of the first search in these answers when nothing was read before (`cold`) and after reading ahead, of
   * each further one, and of what no search can do without: looking at every text once. */
  async search(articles: Article[], queries: string[]): Promise<Record<'cold' | 'each' | 'floor' | 'found', number[]>> {
    const views = (): RecordView<Article>[] =>
      articles.map((body) => ({ kind: 'article', id: body.slug, version: 1, pending: [], body }));
    const timed = (work: () => void): number => {
      const start = performance.now();
      work();
      return performance.now() - start;
    };
    const found: number[] = [];
    const run = (query: string, held: RecordView<Article>[]): number =>
      timed(() => found.push(searchArticles(query, held).length));
    const texts = articles.map(({ question, answer }) => `${question} ${answer}`.toLowerCase());
    const cold = [run(queries[0] ?? '', views())];
    searchArticles('kosong', []);
    const held = views();
    await readAhead(held);
    const each = queries.map((query) => run(query, held));
    const floor = queries.map((query) => timed(() => texts.filter((text) => text.includes(query))));
    return { cold, each, floor, found };
  },

  waiting: async (): Promise<number> => (await held().status()).waiting,
};

export type Bench = typeof bench;
(globalThis as unknown as { bench: Bench }).bench = bench;
