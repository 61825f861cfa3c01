/** Steps of a case, as mutations: they carry the versions that were seen. */
import { client, mutate } from '../identity/session';
import { isWaiting } from '../outbox/state';
import type { Fields, OutboxItem, RecordView } from '../sync';
import { as } from './acts';
import type { Whole } from './view';

/** Steps of an applicant. */
const OF_APPLICANT = new Set(['application.submit', 'application.resend', 'application.cancel', 'application.adopt_version']);
/** Steps of the office also say which marks they saw. */
const ON_MARKS = new Set(['application.return', 'application.reject', 'application.verify']);
/** Steps that carry the digest of what was seen. */
const ON_ALL = new Set([...ON_MARKS, 'application.submit', 'application.resend']);

/** Digest of the pulled versions: what waits here is named by the engine instead. */
async function digestOf(views: readonly Pick<RecordView, 'kind' | 'id' | 'version'>[]): Promise<string> {
  const pulled = views.flatMap(({ kind, id, version }) => (version === null ? [] : [{ kind, id, version }]));
  // A piece of the engine that a start does not need: it stays in a chunk of its own.
  const { digest } = await import('../sync/more');
  return (await digest(pulled)).digest;
}

/** Own work that is shown and that the pulled versions do not have yet. */
const shown = (views: readonly Pick<RecordView, 'pending'>[]): string[] => [
  ...new Set(views.flatMap(({ pending }) => pending.filter((item) => isWaiting(item) || item.state === 'accepted').map(({ id }) => id))),
];

/** A step on exactly what is shown: the case, what was written in it, its documents, its marks. */
export async function step(kind: string, whole: Whole, args: Fields = {}, more: { draft?: string; files?: string[] } = {}): Promise<OutboxItem> {
  const { view, groups, rows, items, stored } = whole;
  const parts: Pick<RecordView, 'kind' | 'id' | 'version' | 'pending'>[] = [...groups, ...rows, ...items.values(), ...(ON_MARKS.has(kind) ? stored : [])];
  const files = (more.files ?? []).map((id) => `file:${id}`);
  const all = ON_ALL.has(kind);
  // Taken anew, the same step answers for the one that was refused.
  const refused = view.pending.filter((item) => item.kind === kind && (item.state === 'rejected' || item.state === 'conflict'));
  const seenDigest = all ? await digestOf([view, ...parts]) : undefined;
  const kept = await mutate({
    kind,
    record: view.id,
    args,
    ...(all && { seenDigest: seenDigest!, sees: parts.map(({ id }) => id) }),
    dependsOn: [...files, ...(all ? shown([view, ...parts]) : [])],
    ...(more.draft && { draft: more.draft }),
    ...as(whole.personal && OF_APPLICANT.has(kind)),
  });
  for (const { id } of refused) await client.value?.dismiss(id);
  return kept;
}
