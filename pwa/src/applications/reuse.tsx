/** Taking a document that was checked before, without an upload. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NotSaved, useSave } from '../outbox/save';
import { d } from '../strings/id_usul_berkas';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button } from '../ui/button';
import { date } from '../ui/format';
import { point } from './attach';
import type { Item } from './definition';
import { FileFault } from './file_fault';
import type { DocumentVersion } from './types';
import type { Whole } from './view';

export function Reuse({ whole, item, offer }: { whole: Whole; item: Item; offer: RecordView<DocumentVersion> }): JSX.Element {
  const saving = useSave();
  const [fault, setFault] = useState('');
  async function use(): Promise<void> {
    let done = false;
    setFault('');
    if (!(await saving.save(async () => (done = await point(whole, item.code, offer.id))))) return;
    if (done) tell(d.dipakai(item.label));
    else setFault(d.pakaiSinyal);
  }
  return (
    <>
      <NotSaved fault={saving.fault} text={item.label} />
      <FileFault text={fault} />
      <div>
        <Button kind="utama" icon="centang" about={item.label} busy={saving.busy} onClick={() => void use()}>
          {d.pakai(date(offer.body.at))}
        </Button>
      </div>
    </>
  );
}
