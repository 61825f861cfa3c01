/**
 * The phone's half of `sambung-sync/1`: outbox, flusher, pull and overlay over one IndexedDB store for each account.
 *
 *     const sync = await openSync({ account: me.account, appVersion, kinds, sealKey });
 *     await sync.mutate({ kind: 'question.ask', args: { text, kind: 'pertanyaan' } });  // saved when this resolves
 *     const questions = await sync.list<Question>('question');                           // server records + what waits
 *     const stop = sync.subscribe((change) => { ... });                                  // this tab, others, the worker
 *
 * What a service must declare of its mutation kinds is `MutationSpec`; all words are in `types.ts`. Failures to save
 * reject with `SyncError`: then, and only then, the screen says "Belum tersimpan".
 */

export { openSync } from './client';
export { uuid7 } from './ids';
export { displayReceipt, readReceipt } from './receipt';
export * from './types';
