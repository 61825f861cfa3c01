/**
 * Sends kept files by tus 1.0, in pieces, from where the server has them. Runs in a page or in the worker, one at a time
 * over both. A file is let go only when the server's record says what became of it: an answer that got lost costs one
 * more question, never the file.
 */
import type { SyncClient } from '../sync';
import type { FileBody } from './named';
import { contentOf, forget, held, NoKey, refuse, type FileRef } from './store';
import { wantedFiles } from './wanted';

const FIRST_PIECE = 64 * 1024;
const LARGEST_PIECE = 1024 * 1024;
const SMALLEST_PIECE = 16 * 1024;
/** A piece that took less time than this (ms) may be twice as large the next time. */
const QUICK = 4_000;
const PIECE_TIMEOUT = 120_000;
/** A file that no text names any more is forgotten after a day (ms): its draft was deleted. */
const ORPHAN = 86_400_000;
/** Answers that a repetition does not change. */
const FINAL = new Set([400, 403, 409, 413, 422]);
/** What the sender mends by sending again: the place to go on from, bytes that were damaged on the way. */
const MENDABLE = new Set(['offset', 'hash_mismatch']);

/** Record kinds that name files. */
const CARRIERS = ['question', 'message', 'skp_evidence', 'skp_log', 'skp_feedback'];

export type Told = (id: string, sent: number) => void;

class Refusal extends Error {}

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function headers(more: Record<string, string>): Record<string, string> {
  return { 'Tus-Resumable': '1.0.0', 'X-Sambung-Client': 'pwa', ...more };
}

async function request(path: string, method: string, more: Record<string, string>, body?: ArrayBuffer): Promise<Response> {
  return fetch(path, {
    method,
    credentials: 'same-origin',
    redirect: 'manual',
    headers: headers(more),
    ...(body && { body }),
    signal: AbortSignal.timeout(PIECE_TIMEOUT),
  });
}

/** How much is there: begins the upload, or finds it. */
async function begin(file: FileRef): Promise<number> {
  const metadata = `filename ${base64(file.name)},sha256 ${base64(file.sha256)},uploadId ${base64(file.id)}`;
  const reply = await request('/berkas', 'POST', { 'Upload-Length': String(file.bytes), 'Upload-Metadata': metadata });
  return offsetOf(reply);
}

async function offsetOf(reply: Response): Promise<number> {
  const offset = reply.headers.get('Upload-Offset');
  // A page of the network in between says neither.
  if (reply.ok && offset !== null && reply.headers.get('Tus-Resumable')) return Number(offset);
  if (FINAL.has(reply.status) && reply.headers.get('Tus-Resumable')) {
    const { code, message } = (await reply.json()) as { code?: string; message?: string };
    if (!MENDABLE.has(code ?? '') && message) throw new Refusal(message);
  }
  throw new Error(`no answer: ${reply.status}`);
}

async function sendOne(account: string, file: FileRef, told: Told, stop: () => boolean): Promise<void> {
  const content = await contentOf(account, file.id);
  if (!content) return;
  let size = FIRST_PIECE;
  let offset = await begin(file);
  told(file.id, offset);
  for (let fails = 0; offset < file.bytes; ) {
    if (stop()) throw new Error('stopped');
    const began = Date.now();
    try {
      const piece = content.slice(offset, offset + size);
      const more = { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
      offset = await offsetOf(await request(`/berkas/${file.id}`, 'PATCH', more, piece));
      told(file.id, offset);
      fails = 0;
      if (Date.now() - began < QUICK) size = Math.min(LARGEST_PIECE, size * 2);
    } catch (fault) {
      if (fault instanceof Refusal || ++fails > 2) throw fault;
      size = Math.max(SMALLEST_PIECE, Math.floor(size / 2));
      offset = await begin(file);
    }
  }
}

/** Sends what may follow its text; true when nothing that could be sent is left. */
async function pass(client: SyncClient, told: Told, stop: () => boolean): Promise<boolean> {
  const { account } = client;
  const kept = await held(account);
  if (!kept.length) return true;
  const read = (kind: string) => client.list<{ files?: FileBody[] }>(kind);
  const [items, drafts, ...carriers] = await Promise.all([client.outbox(), client.drafts.all(), ...CARRIERS.map(read)]);
  const wanted = wantedFiles(items, carriers.flat());
  const written = JSON.stringify(drafts);
  const settled = kept.filter(({ id, savedAt, refused }) => {
    const state = wanted.get(id)?.state;
    const orphan = !state && !written.includes(id) && Date.now() - savedAt > ORPHAN;
    return state === 'ada' || state === 'ditolak' || orphan || (refused && !state && !written.includes(id));
  });
  if (settled.length) await forget(account, settled.map(({ id }) => id));
  let all = true;
  let sent = false;
  for (const file of kept) {
    const { state, sent: may } = wanted.get(file.id) ?? {};
    if (state !== 'menunggu' || file.refused) continue;
    if (!may || stop()) {
      all = false;
      continue;
    }
    try {
      await sendOne(account, file, told, stop);
      sent = true;
    } catch (fault) {
      if (fault instanceof NoKey) return false;
      if (fault instanceof Refusal) await refuse(account, file.id, fault.message);
      else all = false;
    }
  }
  // The record tells what became of it, which lets the next pass forget it.
  if (sent) await client.pull();
  return all && !sent;
}

/** One pass after the other until nothing is left or nothing moves. True: nothing is left to send. `stop` is asked
 * between pieces. */
export async function sendFiles(client: SyncClient, told: Told = () => undefined, stop: () => boolean = () => false): Promise<boolean> {
  const work = async (): Promise<boolean> => (await pass(client, told, stop)) || pass(client, told, stop);
  if (!navigator.locks) return work();
  return navigator.locks.request(`lampiran.kirim.${client.account}`, { ifAvailable: true }, async (lock) => lock !== null && work());
}
