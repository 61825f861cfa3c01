/** Sends what waits, in batches that fit the link, and books the answers. Runs under `exclusive`. */
import { HOUR, backoff, dueBy, isDue } from './backoff';
import { iso } from './clock';
import type { Core } from './core';
import { renew } from './lease';
import { WITHDRAW, touched } from './outbox';
import { isOpen, liveRows, toItem } from './rows';
import type { Row, Tx } from './store';
import { type Answer, type Envelope, PROTOCOL, type PushReply, ask, timeoutFor } from './transport';
import type { Link, OutboxItem, PushResult } from './types';

const MOST_ITEMS = 500;
const MOST_BYTES = 500_000;
/** An item that went with so many failures, now alone, lets the others go first: it may be the one that breaks them. */
const SUSPECT = 3;
const RESEND_MARGIN = HOUR;

const CODE_LINKS: Record<string, Link> = {
  device_owner: 'other_account',
  signed_out: 'signed_out',
  update_needed: 'update_needed',
};

/** What may go now, in seq order. A record whose earlier item may not go yet keeps its later ones back, and so does a
 * dependency; other records pass by. */
export function choose(items: (OutboxItem & { nextTryAt?: number })[], now: number, most: number): OutboxItem[] {
  const held = new Set<string>();
  const chosen: OutboxItem[] = [];
  let bytes = 0;
  for (const item of items) {
    const engine = item.kind === WITHDRAW;
    const blocked = !engine && [item.record, ...item.dependsOn].some((name) => held.has(name));
    if (item.withdrawing || blocked || !isDue(item.nextTryAt, now)) {
      if (!engine) held.add(item.record);
      held.add(item.id);
      continue;
    }
    if (chosen.length === most || bytes + item.bytes > MOST_BYTES) break;
    bytes += item.bytes + 1;
    chosen.push(item);
  }
  return chosen;
}

interface Batch {
  rows: Row[];
  requestId: string;
  voided: number[];
  variables: string;
}

/** Freezes the next batch: `tried` is on the disk before the request leaves. */
const freeze = (core: Core, sent: number): Promise<Batch | null> =>
  core.write(async (tx) => {
    const { state } = tx;
    const now = dueBy(core, state);
    const open = (await liveRows(tx)).filter(isOpen);
    const rows = new Map(open.map((row) => [row.id, row]));
    const chosen = choose(open.map(toItem), now, core.batch).map(({ id }) => rows.get(id)!);
    const bytes = chosen.reduce((sum, row) => sum + row.bytes, 0);
    const bytesLeft = open.reduce((sum, row) => sum + row.bytes, 0);
    const sending = { done: sent, total: sent + open.length, bytesLeft };
    if (!(await renew(core, tx, timeoutFor(bytes), chosen.length ? sending : undefined))) return null;
    if (!chosen.length && !state.voided.length) return null;
    for (const row of chosen) void tx.outbox.put({ ...row, tried: true, state: 'sending' });
    const requestId = crypto.randomUUID();
    const head = JSON.stringify({
      protocol: PROTOCOL,
      requestId,
      account: core.options.account,
      deviceId: state.device,
      epoch: state.epoch ?? null,
      appVersion: core.options.appVersion,
      highSeq: state.seq,
      waiting: open.length,
      voided: state.voided,
    });
    const texts = chosen.map((row) => row.text).join(',');
    return { rows: chosen, requestId, voided: state.voided, variables: `{"batch":${head.slice(0, -1)},"mutations":[${texts}]}}` };
  });

/** What every valid answer teaches: the server's time, a restored database, the state of the link. */
export async function learn(core: Core, tx: Tx, answer: Answer<Envelope>): Promise<void> {
  const { state } = tx;
  const { reply, link, waitMs } = answer;
  const now = (state.asked = core.now());
  const failed = !reply || reply.code;
  state.link = reply?.code ? (CODE_LINKS[reply.code] ?? 'server') : link;
  state.fails = failed ? state.fails + 1 : 0;
  state.nextTryAt = failed ? now + backoff(state.fails, core.random) : 0;
  state.holdUntil = waitMs ? now + Math.min(waitMs, HOUR) : 0;
  if (!reply) return;
  state.lastServer = reply.serverTime;
  state.lastWall = iso(now);
  state.skew = Date.parse(reply.serverTime) - now;
  core.heard = performance.now();
  if (!reply.epoch || reply.epoch === state.epoch) return;
  if (state.epoch) await resendJournal(tx, reply.epochStart);
  state.epoch = reply.epoch;
}

/** The database was restored from a backup: what it may have lost goes again, with the same ids and texts. */
async function resendJournal(tx: Tx, epochStart?: string | null): Promise<void> {
  const { state } = tx;
  state.voided = [...state.told, ...state.voided];
  state.told = [];
  const since = epochStart ? Date.parse(epochStart) - RESEND_MARGIN : 0;
  for (const row of await tx.outbox.getAll()) {
    if (row.state !== 'accepted' || Date.parse(row.acceptedAt ?? '') < since) continue;
    const { record, kind } = toItem(row);
    void tx.outbox.put({
      ...row,
      state: 'waiting',
      live: row.live ?? [record],
      formerReceipt: row.result?.receipt ?? row.formerReceipt,
      dismissed: kind === WITHDRAW || undefined,
    });
  }
}

/** Ranges that the server misses, less what this phone still holds or deleted on purpose. */
async function lost(tx: Tx, missing: [number, number][]): Promise<[number, number][]> {
  const { state } = tx;
  const known = new Set([...state.voided, ...state.told, ...(await tx.outbox.getAllKeys())]);
  const ranges: [number, number][] = [];
  for (const [first, last] of missing)
    for (let seq = Math.max(first, state.from + 1); seq <= Math.min(last, state.seq); seq++) {
      const range = ranges.at(-1);
      if (known.has(seq)) continue;
      if (range?.[1] === seq - 1) range[1] = seq;
      else ranges.push([seq, seq]);
    }
  return ranges;
}

/** The fate of one row; without a (known) result it is tried again later. */
function fate(core: Core, row: Row, result: PushResult | undefined, serverTime: string): Row {
  const next: Row = { ...row, result: result ?? row.result, nextTryAt: undefined, fails: 0, state: 'waiting' };
  switch (result?.status) {
    case 'applied':
    case 'merged':
    case 'duplicate':
      if (result.receipt === row.formerReceipt) next.formerReceipt = undefined;
      return { ...next, state: 'accepted', acceptedAt: serverTime };
    case 'conflict':
    case 'rejected':
      return { ...next, state: result.status };
    default:
      next.state = result?.status === 'deferred' ? 'deferred' : 'waiting';
      // While a restored server makes up its mind the old receipt stays in sight.
      if (row.acceptedAt || !result) next.result = row.result;
      next.fails = row.fails + 1;
      next.nextTryAt = core.now() + backoff(next.fails, core.random);
      return next;
  }
}

/** `sync.withdraw` was answered: the withdrawn item is gone, or it was accepted and its answer is fetched again. */
async function settleWithdrawal(tx: Tx, withdrawal: Row): Promise<void> {
  const target = await tx.ids.get(toItem(withdrawal).args.mutation as string);
  if (!target?.withdrawing) return;
  if (withdrawal.state === 'accepted') {
    void tx.outbox.delete(target.seq);
    tx.state.voided.push(target.seq);
  } else void tx.outbox.put({ ...target, withdrawing: undefined, nextTryAt: undefined });
}

const isPulled = (row: Row, feed: string): boolean => BigInt(row.result?.feed ?? 0) <= BigInt(feed);

/** Accepted rows leave the view once the copy contains them. */
export async function settle(tx: Tx, feed: string): Promise<void> {
  for (const row of await liveRows(tx))
    if (row.state === 'accepted' && isPulled(row, feed)) void tx.outbox.put({ ...row, live: undefined });
}

async function book(core: Core, tx: Tx, batch: Batch, reply: PushReply): Promise<void> {
  const { state } = tx;
  const results = new Map(reply.results.map((result) => [result.id, result]));
  for (const sent of batch.rows) {
    // Another tab may have asked to withdraw it meanwhile: read again.
    const row = await tx.outbox.get(sent.seq);
    if (!row || !isOpen(row)) continue;
    const next = fate(core, row, results.get(row.id), reply.serverTime);
    const ended = !isOpen(next);
    if (ended && toItem(row).kind === WITHDRAW) {
      await settleWithdrawal(tx, next);
      next.live = undefined;
    } else if (ended && next.state === 'accepted' && isPulled(next, state.feed)) next.live = undefined;
    if (ended) next.withdrawing = undefined;
    if (next.state === 'accepted') state.sentAt = reply.serverTime;
    void tx.outbox.put(next);
  }
  state.told = [...state.told, ...batch.voided].slice(-MOST_ITEMS);
  state.voided = state.voided.filter((seq) => !batch.voided.includes(seq));
  state.lost = await lost(tx, reply.missingSeq ?? []);
}

/** Back to waiting, byte for byte as it was. A lone item that keeps failing lets the others go first. */
async function putBack(core: Core, tx: Tx, batch: Batch, answer: Answer<PushReply>): Promise<void> {
  const { state } = tx;
  const code = answer.reply?.code;
  const blamed = code ? code === 'batch_too_large' : answer.link === 'server';
  for (const { seq } of batch.rows) {
    const row = await tx.outbox.get(seq);
    if (row?.state !== 'sending') continue;
    row.state = 'waiting';
    if (blamed && ++row.fails >= SUSPECT && batch.rows.length === 1) row.nextTryAt = core.now() + backoff(row.fails, core.random);
    void tx.outbox.put(row);
  }
  if (code === 'device_forked') {
    // Another copy of this store uses the id. What was numbered until now belongs to the old one.
    state.device = crypto.randomUUID();
    state.from = state.seq;
  }
  if (code === 'device_forked' || code === 'batch_too_large') {
    state.nextTryAt = 0;
    state.link = 'ok';
  }
}

/** Sends until nothing is due. True: the server answered, or there was nothing to send. `sent` counts final answers. */
export async function push(core: Core): Promise<{ ok: boolean; sent: number }> {
  let forks = 0;
  for (let sent = 0; ; ) {
    const batch = await freeze(core, sent);
    if (!batch) return { ok: true, sent };
    const size = batch.rows.length;
    const kinds = new Set(batch.rows.flatMap((row) => touched(core, toItem(row).kind)));
    core.emit({ status: true, outbox: true });
    const answer = await ask<PushReply>(core, 'syncPush', batch.variables, batch.requestId);
    const good = !!answer.reply && !answer.reply.code;
    const code = answer.reply?.code;
    await core.write(async (tx) => {
      await learn(core, tx, answer);
      await (good ? book(core, tx, batch, answer.reply!) : putBack(core, tx, batch, answer));
    });
    core.emit({ status: true, outbox: true, records: [...kinds] });
    if (good) {
      sent += size;
      if (size === core.batch) core.batch = Math.min(MOST_ITEMS, core.batch * 2);
    } else if (!answer.reply || code === 'batch_too_large') core.batch = Math.max(1, size >> 1);
    const again = code === 'batch_too_large' ? size > 1 : code === 'device_forked' && !forks++;
    if (answer.waitMs || !(good || again)) return { ok: good, sent };
  }
}
