/** "Salin untuk saya": the person's own content as readable text. */
import { client } from '../identity/session';
import { q } from '../strings/id_tanya';
import { t } from '../strings/id';
import type { ExportedItem, ItemState } from '../sync';
import { date, dateTime, receipt } from '../ui/format';
import { kindName } from './kind_name';
import { ownText } from './state';

const STATES: Record<ItemState, string> = {
  waiting: t.kiriman.tersimpan,
  sending: t.kiriman.tersimpan,
  deferred: t.kiriman.tersimpan,
  accepted: t.kiriman.terkirim,
  conflict: t.kiriman.perluPilih,
  rejected: t.kiriman.ditolakSaja,
};

function written(item: ExportedItem): string {
  const state = item.receipt ? t.kiriman.terkirimResi(receipt(item.receipt)) : STATES[item.state];
  return [`${kindName(item)}, ${dateTime(item.createdAt)}`, state, item.message, ownText(item.args)]
    .filter(Boolean)
    .join('\n');
}

/** Text of the given items, or of all. */
export async function exportText(ids?: string[]): Promise<string> {
  const items = (await client.value?.exportItems(ids)) ?? [];
  return items.map(written).join('\n\n---\n\n');
}

/** Hands the text over as a file. */
export function saveFile(text: string, name = q.keluaran.namaBerkas(date(Date.now()).replace(/ /g, '-'))): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
