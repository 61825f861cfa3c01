/** Files of a case that the server refused: its sentence, and another file in the same place. */
import type { JSX } from 'preact';
import { client } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { d } from '../strings/id_usul_berkas';
import { tell } from '../ui/announce';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { fieldsOf, itemsOf, type Item } from './definition';
import { Upload } from './parts_checklist';
import type { RefusedFile } from './refused_files';
import { labelOf, type Whole } from './view';

const SENDING = ['application.submit', 'application.resend'];

/** What is asked for in that place; a picture of a field is taken as an item of its own. */
function placeOf({ service }: Whole, target: string): Item | undefined {
  const field = fieldsOf(service).find(({ key }) => key === target);
  return itemsOf(service).find(({ code }) => code === target) ?? (field && { code: field.key, label: field.label, types: ['png', 'jpeg'] });
}

function Place({ whole, one }: { whole: Whole; one: RefusedFile }): JSX.Element {
  const item = placeOf(whole, one.target);
  return (
    <section class="kartu" aria-label={d.ditolakJudul(labelOf(whole.service, one.target))}>
      <Banner tone="galat">
        <p>
          <strong>{d.ditolakJudul(labelOf(whole.service, one.target))}</strong>
        </p>
        <p>{one.text}</p>
      </Banner>
      {whole.own && item && <Upload whole={whole} item={item} />}
    </section>
  );
}

/** `pictures`: those of fields only; the page shows the others in their own places. */
export function RefusedUploads({ whole, pictures }: { whole: Whole; pictures: boolean }): JSX.Element | null {
  const saving = useSave();
  const list = whole.refused.filter(({ target }) => !pictures || fieldsOf(whole.service).some(({ key }) => key === target));
  const sending = whole.view.pending.find((item) => SENDING.includes(item.kind) && isWaiting(item) && !item.withdrawing);
  async function withdraw(): Promise<void> {
    if (sending && (await saving.save(async () => client.value?.remove(sending.id)))) tell(d.ditarik);
  }
  if (!whole.refused.length) return null;
  return (
    <>
      {list.map((one) => (
        <Place key={one.file} whole={whole} one={one} />
      ))}
      {sending && !pictures && (
        <Banner tone="tunggu">
          <p>{d.ditolakTunggu}</p>
          <NotSaved fault={saving.fault} text={whole.service.title} />
          <div>
            <Button icon="kembali" busy={saving.busy} onClick={() => void withdraw()}>
              {d.tarik}
            </Button>
          </div>
        </Banner>
      )}
    </>
  );
}
