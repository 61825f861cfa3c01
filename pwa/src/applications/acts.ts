/** What a person writes in a case, as mutations. Each resolves when it is stored. Its documents and its steps stand apart. */
import { client, me, mutate, working } from '../identity/session';
import { isWaiting } from '../outbox/state';
import { uuid7, type Fields, type OutboxItem, type RecordView } from '../sync';
import { fieldsOf, type Field } from './definition';
import { groupId, markId } from './ids';
import type { RowAct } from './row_acts';
import { SEEN, type SeenSubject } from './seen';
import type { Whole } from './view';

/** The grant that an act is done under; none where the person applies as who they are, whatever role they hold besides. */
export const as = (personal = false): { as?: string } => (working.value && !personal ? { as: working.value.id } : {});

/** Own work on a record that has not arrived: what stands on it waits. */
export const work = (view: Pick<RecordView, 'pending'> | undefined): string[] => (view?.pending ?? []).filter(isWaiting).map(({ id }) => id);

export interface NewCase {
  service: string;
  subject?: string | null;
  previous?: string | null;
  behalf?: string;
  reason?: string;
}

/** Begins a case; returns its id. `draft`: what was typed for it, which goes with it. */
export async function createCase(args: NewCase, own = false, seen?: SeenSubject, draft?: string): Promise<string> {
  const record = uuid7(Date.now());
  if (seen) await client.value?.drafts.put(SEEN + record, seen);
  await mutate({ kind: 'application.create', record, args: { ...args }, ...(draft && { draft }), ...as(own) });
  return record;
}

/** Writes the whole of one merge group. `base`: what the screen showed when writing began; null where nothing stood there. */
export async function writeGroup(whole: Whole, group: string, values: Fields, base: Fields | null): Promise<void> {
  const record = await groupId(whole.view.id, group);
  const args = { application: whole.view.id, group, values };
  const ofOffice = fieldsOf(whole.service).some((field) => (field.group || field.key) === group && field.owner === 'officer');
  const pictures = Object.values(values).flatMap((value) => (typeof value === 'string' ? work(whole.documents.get(value)) : []));
  await mutate({ kind: 'application.write', record, args, ...(pictures.length && { dependsOn: pictures }), base: { values: base }, ...as(whole.personal && !ofOffice) });
}

/** Begins, changes, moves or removes one row. */
export const writeRow = (whole: Whole, { owner }: Field, { record, args, base }: RowAct): Promise<OutboxItem> =>
  mutate({ kind: 'application.row', record, args, ...(base && { base }), ...as(whole.personal && owner !== 'officer') });

/** A verifier's word on what an item points to; null takes it back. */
export async function mark(whole: Whole, item: string, word: string | null, reason: string): Promise<void> {
  const application = whole.view.id;
  const version = whole.items.get(item)?.body.version ?? null;
  const record = await markId(application, item);
  await mutate({ kind: 'application.mark', record, args: { application, item, version, mark: word, reason }, ...as() });
}

/** Takes a case to check it; over from `holder`, whom the screen shows. */
export const claim = (whole: Whole, holder?: string): Promise<OutboxItem> => mutate({ kind: 'application.open', record: whole.view.id, args: holder ? { holder } : {}, ...as() });

export const mine = (): string => me.value?.account ?? '';
