/** Replacing or revoking a code: what it means, and a reason that is kept. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { kode } from '../strings/id_nilai';
import { t } from '../strings/id';
import { uuid7 } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Dialog } from '../ui/feedback';
import { TextArea } from '../ui/fields';

const LEAST = 5;
const LONGEST = 500;

export type Change = 'ganti' | 'cabut';

export interface ChangeProps {
  id: string;
  name: string;
  change: Change;
  /** The officer's own code: no role is needed. */
  own?: boolean;
  onClose: () => void;
}

export function ChangeCode({ id, name, change, own = false, onClose }: ChangeProps): JSX.Element {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const rotate = change === 'ganti';

  async function send(): Promise<void> {
    const text = reason.trim();
    setError(text.length < LEAST ? kode.ubah.isiAlasan : undefined);
    if (text.length < LEAST) return;
    const work = () =>
      mutate({
        kind: rotate ? 'rating.code_rotate' : 'rating.code_revoke',
        record: id,
        args: rotate ? { reason: text, next: uuid7() } : { reason: text },
        ...(!own && working.value && { as: working.value.id }),
      });
    if (!(await saving.save(work))) return;
    tell(rotate ? kode.ubah.tersimpanGanti : kode.ubah.tersimpanCabut);
    onClose();
  }

  return (
    <Dialog title={rotate ? kode.ubah.gantiJudul(name) : kode.ubah.cabutJudul(name)} onClose={onClose}>
      <p>{rotate ? kode.ubah.gantiIsi : kode.ubah.cabutIsi}</p>
      <TextArea
        label={kode.ubah.alasan}
        hint={kode.ubah.alasanPetunjuk}
        value={reason}
        onInput={setReason}
        max={LONGEST}
        rows={3}
        error={error}
        required
      />
      <NotSaved fault={saving.fault} text={reason} />
      <Buttons stack>
        <Button kind={rotate ? 'utama' : 'bahaya'} busy={saving.busy} onClick={() => void send()}>
          {rotate ? kode.ubah.ganti : kode.ubah.cabut}
        </Button>
        <Button onClick={onClose}>{t.umum.batal}</Button>
      </Buttons>
    </Dialog>
  );
}
