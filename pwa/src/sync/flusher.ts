/** Sends what waits, in batches that fit the link, and books the answers. Runs under `exclusive`. */
import { HOUR, backoff, dueBy, isDue } from './backoff';
import { iso } from './clock';
import type { Core } from './core';
import { renew } from './lease';
import { WITHDRAW, add, touched } from './outbox';
import { isOpen, liveRows, toItem } from './rows';
import type { Row, Tx } from './store';
import { type Answer, type Envelope, PROTOCOL, type PushReply, ask, timeoutFor } from './transport';
import type { Link, PushResult } from './types';

const MOST_ITEMS = 500;
const MOST_BYTES = 500_000;
/** A batch that was answered so soon (ms) was small for its link. */
const QUICK = 3_000;
/** An item that went with so many failures, now alone, lets the others go first: it may be the one that breaks them. */
const SUSPECT = 3;
const RESEND_MARGIN = HOUR;

const CODE_LINKS: Record<string, Link> = {
  device_owner: 'other_account',
  signed_out: 'signed_out',
  update_needed: 'update_needed',
};

/** What may go now, in seq order: `most` bytes, but one item in any case. A record whose earlier item may not go yet keeps its later ones back, and so does a
 * dependency; other records pass by. */
export function choose(rows: Row[], now: number, most: number): Row[] {
  const held = new Set<string>();
  const chosen: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const item = toItem(row);
    const engine = item.kind === WITHDRAW;
    const blocked = !engine && [item.record, ...item.dependsOn].some((name) => held.has(name));
    if (item.withdrawing || blocked || !isDue(item.nextTryAt, now)) {
      if (!engine) held.add(item.record);
      held.add(item.id);
      continue;
    }
    bytes += row.bytes + 1;
    if (chosen.length && (chosen.length === MOST_ITEMS || bytes > most)) break;
    chosen.push(row);
  }
  return chosen;
}

interface Batch {
  rows: Row[];
  bytes: number;
  requestId: string;
  voided: number[];
  variables: string;
}

const bytesOf = (rows: Row[]): number => rows.reduce((sum, row) => sum + row.bytes, 0);

/** Freezes the next batch: `tried` is on the disk before the request leaves. */
async function freeze(core: Core, tx: Tx, sent: number): Promise<Batch | null> {
  const { state } = tx;
  const open = (await liveRows(tx)).filter(isOpen);
  const rows = choose(open, dueBy(core, state), core.batch);
  const bytes = bytesOf(rows);
  const sending = { done: sent, total: sent + open.length, bytesLeft: bytesOf(open) };
  if (!(await renew(core, tx, timeoutFor(bytes), rows.length ? sending : undefined))) return null;
  const { voided } = state;
  if (!rows.length && !voided.length) return null;
  for (const row of rows) void tx.outbox.put({ ...row, tried: true, state: 'sending' });
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
    voided,
  });
  const texts = rows.map((row) => row.text).join(',');
  return { rows, bytes, requestId, voided, variables: `{"batch":${head.slice(0, -1)},"mutations":[${texts}]}}` };
}

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
  if (state.epoch) await resendJournal(core, tx, reply.epochStart);
  state.epoch = reply.epoch;
}

/** The database was restored from a backup: what it may have lost goes again, with the same ids and texts. What ended
 * without effect does not; where open work names it, the server is told, or that would wait for ever. */
async function resendJournal(core: Core, tx: Tx, epochStart?: string | null): Promise<void> {
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
  const open = (await liveRows(tx)).filter(isOpen);
  for (const id of new Set(open.flatMap((row) => toItem(row).dependsOn))) {
    const { state } = (await tx.ids.get(id)) ?? {};
    if (state === 'rejected' || state === 'conflict') await add(core, tx, { kind: WITHDRAW, record: id, args: { mutation: id } });
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

/** The rows of a batch as they are now: another tab may have asked to withdraw one meanwhile. */
async function again(tx: Tx, { rows }: Batch): Promise<Row[]> {
  const sent = new Set(rows.map(({ seq }) => seq));
  return (await liveRows(tx)).filter(({ seq }) => sent.has(seq));
}

async function book(core: Core, tx: Tx, batch: Batch, reply: PushReply): Promise<void> {
  const { state } = tx;
  const results = new Map(reply.results.map((result) => [result.id, result]));
  for (const row of await again(tx, batch)) {
    if (!isOpen(row)) continue;
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
  state.lost = reply.missingSeq?.length ? await lost(tx, reply.missingSeq) : [];
}

/** Back to waiting, byte for byte as it was. A lone item that keeps failing lets the others go first. */
async function putBack(core: Core, tx: Tx, batch: Batch, answer: Answer<PushReply>): Promise<void> {
  const { state } = tx;
  const code = answer.reply?.code;
  const blamed = code ? code === 'batch_too_large' : answer.link === 'server';
  for (const row of await again(tx, batch)) {
    if (row.state !== 'sending') continue;
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
  let sent = 0;
  let batch = await core.write((tx) => freeze(core, tx, sent));
  if (batch) core.emit({ status: true, outbox: true });
  while (batch) {
    const now: Batch = batch;
    const { rows, bytes } = now;
    const start = performance.now();
    const answer = await ask<PushReply>(core, 'syncPush', now.variables, now.requestId);
    const { reply, waitMs } = answer;
    const code = reply?.code;
    const good = !!reply && !code;
    if (good) {
      sent += rows.length;
      core.batch = Math.max(core.batch, Math.min(MOST_BYTES, bytes * (performance.now() - start < QUICK ? 4 : 2)));
    } else if (!reply || code === 'batch_too_large') core.batch = bytes >> 1;
    const more = !waitMs && (good || (code === 'batch_too_large' ? rows.length > 1 : code === 'device_forked' && !forks++));
    // What was answered and what goes next share one transaction: on a slow phone each costs as much as a round trip.
    batch = await core.write(async (tx) => {
      await learn(core, tx, answer);
      await (good ? book(core, tx, now, reply) : putBack(core, tx, now, answer));
      return more ? freeze(core, tx, sent) : null;
    });
    core.emit({ status: true, outbox: true, records: [...new Set(rows.flatMap((row) => touched(core, toItem(row).kind)))] });
    if (!more) return { ok: good, sent };
  }
  return { ok: true, sent };
}
