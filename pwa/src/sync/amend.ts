/** Editing, taking back, putting away and choosing: loaded when a person does so. */
import type { Core } from './core';
import { WITHDRAW, add, frozenText, ground, saved, someOf, specOf } from './outbox';
import { isOpen, liveRows, pickFields, toItem, withGroups } from './rows';
import type { Row, Tx } from './store';
import { type Fields, type Mutation, type OutboxItem, SyncError } from './types';

const find = async (tx: Tx, id: string): Promise<Row> => {
  const row = await tx.ids.get(id);
  if (!row) throw new SyncError('gone');
  return row;
};

export async function edit(core: Core, id: string, args: Fields): Promise<OutboxItem> {
  const item = await core.write(async (tx) => {
    const row = await find(tx, id);
    if (row.tried) throw new SyncError('frozen');
    const old = JSON.parse(row.text) as Mutation;
    const on = await ground(core, tx, { ...old, args, others: [] });
    const dependsOn = someOf([...(old.dependsOn ?? []), ...on.named]);
    const edited = { ...row, ...frozenText({ ...old, args, dependsOn, base: on.base && { ...on.base, ...old.base } }) };
    void tx.outbox.put(edited);
    return toItem(edited);
  });
  saved(core, item.kind);
  return item;
}

/** Never tried and named by nobody: deleted, its number voided. Else the server is asked to withdraw it. */
export async function remove(core: Core, id: string): Promise<'deleted' | 'withdrawing'> {
  let kind = WITHDRAW;
  const how = await core.write(async (tx) => {
    const row = await tx.ids.get(id);
    if (!row && tx.attempt) return 'deleted';
    if (!row) throw new SyncError('gone');
    if (!isOpen(row)) throw new SyncError('frozen');
    const item = toItem(row);
    kind = item.kind;
    const followers = (await liveRows(tx)).some((other) => toItem(other).dependsOn.includes(id));
    if (!row.tried && !followers) {
      void tx.outbox.delete(row.seq);
      tx.state.voided.push(row.seq);
      return 'deleted';
    }
    if (!row.withdrawing) await add(core, tx, { kind: WITHDRAW, record: id, args: { mutation: id } });
    void tx.outbox.put({ ...row, withdrawing: true });
    return 'withdrawing';
  });
  saved(core, kind);
  return how;
}

/** Puts away what has its final answer. Dismissing an open item would lose it, so that is refused. */
export async function dismiss(core: Core, id: string): Promise<void> {
  const row = await core.write(async (tx) => {
    const row = await find(tx, id);
    if (isOpen(row)) throw new SyncError('frozen');
    if (row.state !== 'accepted') row.live = undefined;
    row.dismissed = true;
    void tx.outbox.put(row);
    return row;
  });
  saved(core, toItem(row).kind);
}

/** The choice over a conflict: base is what the card showed, and the choice stands for every item it resolves. */
export async function resolve(core: Core, id: string, args: Fields): Promise<OutboxItem> {
  const row = await core.write(async (tx) => {
    const old = await find(tx, id);
    const { kind, record, as, resolves, result } = toItem(old);
    if (old.state !== 'conflict' || old.dismissed) throw new SyncError('gone');
    const spec = specOf(core, kind);
    const names = withGroups(Object.keys(args), spec.groups);
    void tx.outbox.put({ ...old, live: undefined, dismissed: true });
    return add(core, tx, {
      kind,
      record,
      as,
      args,
      resolves: [...resolves, id],
      base: spec.rule === 'fields' ? pickFields(result?.server, names) : undefined,
      baseVersion: result?.version ?? undefined,
    });
  });
  const item = toItem(row);
  saved(core, item.kind);
  return item;
}
