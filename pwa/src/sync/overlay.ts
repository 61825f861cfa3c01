/** Server records with own work laid over them: what the person sees, without flicker (pure functions). */
import { isShown } from './rows';
import type { Fields, MutationSpec, OutboxItem, Overlay, RecordView } from './types';

type Kinds = Record<string, MutationSpec>;
type Held = { id: string; version: number; body: Fields };

/** Without a word of the service, field edits show as written and the rest changes nothing. */
const overlaysOf = (spec: MutationSpec): readonly Overlay<Fields>[] =>
  (spec.overlays as readonly Overlay<Fields>[] | undefined) ?? [
    { record: spec.record, apply: (body, item) => (spec.rule === 'fields' ? { ...body, ...item.args } : body) },
  ];

/** Views of one record kind. `items` are the live ones, lowest seq first. */
export function overlay<B>(kind: string, held: Held[], items: OutboxItem[], kinds: Kinds): RecordView<B>[] {
  const views = new Map<string, RecordView<Fields | null> & { pending: OutboxItem[] }>();
  for (const { id, version, body } of held) views.set(id, { kind, id, version, body, pending: [] });
  for (const item of items) {
    const spec = kinds[item.kind];
    for (const layer of spec ? overlaysOf(spec) : []) {
      if (layer.record !== kind) continue;
      const id = layer.id?.(item) ?? item.record;
      const view = views.get(id) ?? { kind, id, version: null, body: null, pending: [] };
      views.set(id, view);
      view.pending.push(item);
      if (isShown(item) && !item.withdrawing) view.body = layer.apply(view.body, item);
    }
  }
  return [...views.values()].filter((view) => view.body) as RecordView<B>[];
}
