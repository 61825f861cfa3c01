/** What two words on one part of a case are about, and each of them, as a person reads it. */
import { q } from '../strings/id_tanya';
import { u } from '../strings/id_usul';
import { b } from '../strings/id_usul_bagian';
import { f } from '../strings/id_usul_isian';
import type { Fields, OutboxItem } from '../sync';
import { date } from '../ui/format';
import { fieldsOf, type Field } from './definition';
import { groupOf } from './form_draft';
import { labelOf, type Whole } from './view';
import { cellsText, valueText } from './words';

/** The field whose row it is; an edit of a row that is there does not name it. */
function rowField(whole: Whole, item: OutboxItem): Field | undefined {
  const key = item.args.field ?? item.result?.server?.field ?? whole.rows.find(({ id }) => id === item.record)?.body.field;
  return fieldsOf(whole.service).find((one) => one.key === key);
}
const groupFields = (whole: Whole, item: OutboxItem): Field[] => {
  const group = item.args.group ?? item.result?.server?.group;
  return fieldsOf(whole.service).filter((one) => one.type !== 'rows' && groupOf(one) === group);
};

/** The legend: a document, a list, or every field that is written together. */
export function aboutOf(whole: Whole | undefined, item: OutboxItem): string {
  if (!whole) return u.isian;
  const target = item.args.item ?? item.result?.server?.item;
  if (typeof target === 'string') return labelOf(whole.service, target);
  if (item.kind === 'application.row') return rowField(whole, item)?.label ?? u.isian;
  return groupFields(whole, item).map(({ label }) => label).join(', ') || u.isian;
}

function picture(whole: Whole, value: unknown): string {
  const version = whole.documents.get(String(value))?.body;
  return version ? `${u.versi(version.number ?? 1)}, ${date(version.at)}` : q.pilihan.kosong;
}

function groupWords(whole: Whole, item: OutboxItem, values: Fields): string {
  const said = groupFields(whole, item).map((field) => {
    const value = values[field.key];
    return `${field.label}: ${field.type === 'image' ? picture(whole, value) : valueText(whole.service, field, value)}`;
  });
  return said.join('; ') || q.pilihan.kosong;
}

/** One side. An edit of a row names only what it changed: the rest is as the server has it. */
export function sideOf(whole: Whole | undefined, item: OutboxItem, body: Fields | null | undefined): string {
  if (!whole || !body) return q.pilihan.kosong;
  if (item.kind === 'application.write') return groupWords(whole, item, (body.values as Fields | null | undefined) ?? {});
  if (item.kind === 'application.mark') return [u.tanda[String(body.mark)] ?? '', body.reason].filter(Boolean).join(': ') || q.pilihan.kosong;
  if (item.kind !== 'application.row') return picture(whole, body.version);
  const { cells, order, removed } = { ...item.result?.server, ...body };
  if (removed) return b.form.barisDihapus;
  const field = rowField(whole, item);
  const moved = item.result?.conflicts?.includes('order') && typeof order === 'number';
  return [(field && cellsText(field, (cells as Fields | null | undefined) ?? {})) || q.pilihan.kosong, moved && f.urutan(order + 1)].filter(Boolean).join(', ');
}
