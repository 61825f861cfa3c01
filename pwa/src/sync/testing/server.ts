/**
 * A small honest server for tests: one person, one feed, exact bookkeeping of what arrived. It is given to the client as
 * `fetch`, so everything below the network is the real engine.
 */
import { gunzipSync } from 'node:zlib';
import { digest } from '../digest';
import type { Fields, Mutation, PushResult } from '../types';

export type Fault =
  | 'cut_before' // the request never arrives
  | 'cut_after' // committed, the reply is lost
  | 'truncated' // committed, half of the reply arrives
  | 'portal' // a login page with status 200
  | 'redirect' // 302 to a login page
  | 'empty_json' // 200 and JSON of somebody else
  | 'foreign_reply' // our envelope, another request's id
  | 'graphql_error'
  | { status: number; headers?: Record<string, string> }
  | { code: string; retryAfterMs?: number };

interface Held {
  kind: string;
  version: number;
  body: Fields;
  feed: number;
}

interface Batch {
  requestId: string;
  account: string;
  deviceId: string;
  epoch: string | null;
  highSeq: number;
  waiting: number;
  voided: number[];
  mutations: Mutation[];
}

export interface Snapshot {
  records: Map<string, Held>;
  removed: Map<string, { kind: string; feed: number }>;
  answers: Map<string, PushResult>;
  stored: Map<string, Set<number>>;
  effects: Map<string, number>;
  feed: number;
  at: string;
}

const json = (value: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(value), { ...init, headers: { 'content-type': 'application/json', ...init.headers } });

export class SimServer {
  account = 'acc';
  epoch = 'epoch-1';
  epochStart: string | null = null;
  now = Date.parse('2026-11-21T07:00:00.000Z');
  records = new Map<string, Held>();
  removed = new Map<string, { kind: string; feed: number }>();
  answers = new Map<string, PushResult>();
  /** How often each mutation took effect. */
  effects = new Map<string, number>();
  /** Device id -> sequence numbers stored or voided. */
  stored = new Map<string, Set<number>>();
  feed = 0;
  restores = 0;
  pageSize = 100;
  /** Consumed one per request; `null`: answer well. */
  faults: (Fault | null)[] = [];
  /** Mutation id or kind -> how it is answered instead of being applied. */
  answerFor = new Map<string, Partial<PushResult>>();
  onBatch?: (batch: Batch) => void;
  /** JSON texts of the mutations as they arrived, by id, and the batches' sizes. */
  texts = new Map<string, Set<string>>();
  batches: number[] = [];
  requests: { headers: Record<string, string>; plain: string; field: string }[] = [];
  refusesGzip: number | null = null;
  cursorPrefix = '';
  /** The keys were replaced: cursors from before cannot be verified. */
  refuseCursors = false;
  wrongCheck = 0;

  fetch = async (_url: unknown, init: RequestInit = {}): Promise<Response> => {
    const headers = init.headers as Record<string, string>;
    const bytes = Buffer.from(init.body as ArrayBuffer);
    const zipped = headers['Content-Encoding'] === 'gzip';
    const plain = (zipped ? gunzipSync(bytes) : bytes).toString('utf8');
    const request = JSON.parse(plain) as { documentId: 'syncPush' | 'syncPull'; variables: Record<string, unknown> };
    const field = request.documentId;
    this.requests.push({ headers, plain, field });
    await new Promise((resolve) => setTimeout(resolve));
    if (init.signal?.aborted) throw new DOMException('aborted', 'AbortError');
    if (zipped && this.refusesGzip) return new Response('no', { status: this.refusesGzip });
    const fault = this.faults.shift() ?? null;
    const before = this.broken(fault);
    if (before) return before;
    const reply =
      fault && typeof fault === 'object' && 'code' in fault
        ? { code: fault.code, retryAfterMs: fault.retryAfterMs, results: [], requestId: (request.variables.batch as Batch | undefined)?.requestId }
        : field === 'syncPush'
          ? this.push(request.variables.batch as Batch)
          : await this.pull(request.variables as { cursor?: string; check?: boolean });
    const envelope = { protocol: 'sambung-sync/1', epoch: this.epoch, epochStart: this.epochStart, serverTime: new Date(this.now).toISOString(), ...reply };
    if (fault === 'cut_after') throw new TypeError('network');
    if (fault === 'foreign_reply') Object.assign(envelope, { requestId: 'other', protocol: field === 'syncPull' ? 'other/1' : envelope.protocol });
    const text = JSON.stringify({ data: { [field]: envelope } });
    const shown = fault === 'truncated' ? text.slice(0, text.length >> 1) : text;
    return new Response(shown, { headers: { 'content-type': 'application/json' } });
  };

  private broken(fault: Fault | null): Response | null {
    if (fault === 'cut_before') throw new TypeError('network');
    if (fault === 'portal') return new Response('<html>Masuk Wi-Fi</html>', { headers: { 'content-type': 'text/html' } });
    if (fault === 'redirect') return new Response(null, { status: 302, headers: { location: 'http://portal.test/' } });
    if (fault === 'empty_json') return json({});
    if (fault === 'graphql_error') return json({ data: null, errors: [{ message: 'x' }] });
    if (fault && typeof fault === 'object' && 'status' in fault) return new Response('<html>', { status: fault.status, headers: { 'content-type': 'text/html', ...fault.headers } });
    return null;
  }

  publish(kind: string, id: string, body: Fields): Held {
    const held = { kind, version: (this.records.get(id)?.version ?? this.restores * 1_000_000) + 1, body, feed: ++this.feed };
    this.records.set(id, held);
    this.removed.delete(id);
    return held;
  }

  unpublish(id: string): void {
    const held = this.records.get(id);
    if (!held) return;
    this.records.delete(id);
    this.removed.set(id, { kind: held.kind, feed: ++this.feed });
  }

  /** What left long ago is known no more: cursors from before it start anew. */
  forgetTombstones(): void {
    this.removed.clear();
  }

  private push(batch: Batch) {
    this.onBatch?.(batch);
    this.batches.push(batch.mutations.length);
    if (batch.account !== this.account) return { requestId: batch.requestId, code: 'device_owner', results: [] };
    const known = this.stored.get(batch.deviceId) ?? new Set<number>();
    this.stored.set(batch.deviceId, known);
    for (const seq of batch.voided) known.add(seq);
    const results = batch.mutations.map((mutation) => {
      const texts = this.texts.get(mutation.id) ?? new Set<string>();
      this.texts.set(mutation.id, texts.add(JSON.stringify(mutation)));
      const result = this.one(mutation);
      if (result.status !== 'retry' && result.status !== 'deferred') known.add(mutation.seq);
      return result;
    });
    const missingSeq: [number, number][] = [];
    for (let seq = 1; seq <= batch.highSeq; seq++) if (!known.has(seq)) missingSeq.push([seq, seq]);
    return { requestId: batch.requestId, results, missingSeq };
  }

  private one(mutation: Mutation): PushResult {
    const before = this.answers.get(mutation.id);
    if (before) return before.status === 'applied' ? { ...before, status: 'duplicate', first: 'applied' } : before;
    const other = this.answerFor.get(mutation.id) ?? this.answerFor.get(mutation.kind);
    if (other) {
      const result = { id: mutation.id, status: 'retry' as const, ...other };
      if (result.status === 'conflict' || result.status === 'rejected') this.answers.set(mutation.id, result);
      return result;
    }
    if (mutation.dependsOn?.some((id) => !this.answers.has(id))) return { id: mutation.id, status: 'deferred', code: 'dependency' };
    const result = mutation.kind === 'sync.withdraw' ? this.withdraw(mutation) : this.apply(mutation);
    this.answers.set(mutation.id, result);
    return result;
  }

  private withdraw(mutation: Mutation): PushResult {
    const target = mutation.args.mutation as string;
    const { id } = mutation;
    if (this.answers.get(target)?.status === 'applied') return { id, status: 'rejected', code: 'state' };
    this.answers.set(target, { id: target, status: 'rejected', code: 'withdrawn' });
    return { id, status: 'applied', feed: String(this.feed) };
  }

  private apply(mutation: Mutation): PushResult {
    this.effects.set(mutation.id, (this.effects.get(mutation.id) ?? 0) + 1);
    const { id } = mutation;
    const kind = mutation.kind.split('.')[0]!;
    const held = this.publish(kind, mutation.record, { ...this.records.get(mutation.record)?.body, ...mutation.args });
    return { id, status: 'applied', version: held.version, feed: String(held.feed), receipt: id.slice(-8).toUpperCase() };
  }

  private async pull({ cursor, check }: { cursor?: string; check?: boolean }) {
    const [epoch, position] = cursor?.split('/') ?? [];
    if (cursor !== undefined && this.refuseCursors) return { code: 'cursor_refused', results: [] };
    const reset = cursor !== undefined && epoch !== this.cursorPrefix + this.epoch;
    const from = reset || !cursor ? 0 : Number(position);
    const news = [
      ...[...this.records].map(([id, held]) => ({ id, feed: held.feed, gone: false, kind: held.kind })),
      ...[...this.removed].map(([id, { kind, feed }]) => ({ id, feed, gone: true, kind })),
    ]
      .filter(({ feed }) => feed > from)
      .sort((a, b) => a.feed - b.feed);
    const page = news.slice(0, this.pageSize);
    const more = news.length > page.length;
    const feed = more ? page.at(-1)!.feed : this.feed;
    const full = await digest([...this.records].map(([id, { kind, version }]) => ({ kind, id, version })));
    return {
      cursor: `${this.cursorPrefix}${this.epoch}/${feed}`,
      feed: String(feed),
      more,
      reset,
      changes: page.filter(({ gone }) => !gone).map(({ id, kind }) => ({ kind, id, version: this.records.get(id)!.version, body: this.records.get(id)!.body })),
      removed: page.filter(({ gone }) => gone).map(({ id, kind }) => ({ kind, id })),
      check: check ? (this.wrongCheck-- > 0 ? { ...full, digest: '0000000000000bad' } : full) : null,
    };
  }

  backup(): Snapshot {
    return structuredClone({ ...this.state(), at: new Date(this.now).toISOString() });
  }

  private state() {
    const { records, removed, answers, stored, effects, feed } = this;
    return { records, removed, answers, stored, effects, feed };
  }

  restore(snapshot: Snapshot): void {
    const { at, ...state } = structuredClone(snapshot);
    Object.assign(this, state);
    this.restores++;
    this.feed = this.restores * 1_000_000;
    this.epoch = `epoch-${this.restores + 1}`;
    this.epochStart = at;
  }
}
