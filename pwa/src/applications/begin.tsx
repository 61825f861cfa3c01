/** Beginning a case for oneself or for one's party: one press. */
import type { JSX } from 'preact';
import { NotSaved, useSave } from '../outbox/save';
import { go } from '../router';
import { b } from '../strings/id_usul_bagian';
import type { RecordView } from '../sync';
import { Button } from '../ui/button';
import { createCase, mine } from './acts';
import type { ServiceBody } from './types';

/** Services that one asks for oneself: a party's officer, or an employee where the service lets employees apply. */
export function Begin({ service }: { service: RecordView<ServiceBody> }): JSX.Element {
  const saving = useSave();
  const subject = service.body.subject === 'employee' ? mine() : null;
  async function begin(): Promise<void> {
    let id = '';
    const work = async (): Promise<void> => {
      id = await createCase({ service: service.id, ...(subject && { subject }) }, true);
    };
    if (await saving.save(work)) go(`${service.body.subject === 'party' ? '/permohonan' : '/usul'}/${id}/isian`);
  }
  return (
    <>
      <NotSaved fault={saving.fault} text={service.body.title} />
      <div class="tombol-kiri">
        <Button kind="utama" icon="tambah" busy={saving.busy} onClick={() => void begin()}>
          {b.mulai(service.body.title)}
        </Button>
      </div>
    </>
  );
}
