/** The app's own sync client and kinds on an empty page, for work that no person would type: `window.engine`. */
import { kinds } from '../../../pwa/src/kinds';
import { openSync, type SyncClient } from '../../../pwa/src/sync';

let client: SyncClient | null = null;

const held = (): SyncClient => {
  if (!client) throw new Error('open first');
  return client;
};

const engine = {
  async open(account: string): Promise<void> {
    client = await openSync({ account, appVersion: '1.0.0', kinds });
  },

  /** Saves that many messages to a question, one after another, numbered from 0. */
  async write(question: string, count: number): Promise<void> {
    for (let n = 0; n < count; n++) await held().mutate({ kind: 'question.message', args: { question, text: `Pesan ${n}.` } });
  },

  waiting: async (): Promise<number> => (await held().status()).waiting,
};

export type Engine = typeof engine;
(globalThis as unknown as { engine: Engine }).engine = engine;
