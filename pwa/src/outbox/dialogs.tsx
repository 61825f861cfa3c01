/** Dialogs of the outbox: delete, export, edit. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../identity/session';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import { SyncError, type OutboxItem } from '../sync';
import { announce } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { exportText, saveFile } from './export';
import { NotSaved, copyText, useSave } from './save';
import { ownText } from './state';

const EDIT_MAX = 4000;

type ItemDialog = { item: OutboxItem; onClose: () => void };

export function DeleteDialog({ item, onClose }: ItemDialog): JSX.Element {
  const saving = useSave();
  async function remove(): Promise<void> {
    const stored = await saving.save(async () => {
      const how = await client.value?.remove(item.id);
      if (how === 'withdrawing') announce(q.keluaran.menarik);
    });
    if (stored) onClose();
  }
  return (
    <Dialog title={q.keluaran.hapusJudul} onClose={onClose} closable={false}>
      <p>{item.tried ? q.keluaran.hapusDicoba : q.keluaran.hapusIsi}</p>
      <NotSaved fault={saving.fault} text={ownText(item.args)} />
      <Buttons stack>
        <Button kind="utama" icon="salin" onClick={() => void copyText(ownText(item.args))}>
          {q.keluaran.salinDulu}
        </Button>
        <Button kind="bahaya" busy={saving.busy} onClick={() => void remove()}>
          {q.keluaran.hapusSelamanya}
        </Button>
        <Button onClick={onClose}>{t.umum.batal}</Button>
      </Buttons>
    </Dialog>
  );
}

/** Without `ids`: everything that the outbox holds. */
export function ExportDialog({ ids, onClose }: { ids?: string[] | undefined; onClose: () => void }): JSX.Element {
  return (
    <Dialog title={q.keluaran.eksporJudul} onClose={onClose}>
      <p>{q.keluaran.eksporIsi}</p>
      <Buttons stack>
        <Button kind="utama" icon="salin" onClick={() => void exportText(ids).then(copyText).then(onClose)}>
          {q.keluaran.salinUntukSaya}
        </Button>
        <Button
          icon="unduh"
          onClick={() =>
            void exportText(ids)
              .then((text) => saveFile(text))
              .then(onClose)
          }
        >
          {q.keluaran.simpanBerkas}
        </Button>
      </Buttons>
    </Dialog>
  );
}

export function EditDialog({ item, onClose }: ItemDialog): JSX.Element {
  const [text, setText] = useState(ownText(item.args));
  const [frozen, setFrozen] = useState(false);
  const saving = useSave();
  async function save(): Promise<void> {
    const stored = await saving.save(async () => {
      try {
        await client.value?.edit(item.id, { ...item.args, text: text.trim() });
      } catch (fault) {
        if (!(fault instanceof SyncError) || fault.code !== 'frozen') throw fault;
        setFrozen(true);
      }
    });
    if (stored && !frozen) onClose();
  }
  return (
    <Dialog title={q.keluaran.ubahJudul} onClose={onClose}>
      {frozen && (
        <Banner tone="tunggu">
          <p>{q.keluaran.beku}</p>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text={text} />
      <TextArea label={q.tanya.pertanyaan} value={text} onInput={setText} max={EDIT_MAX} rows={5} />
      <Buttons stack>
        <Button kind="utama" busy={saving.busy} onClick={() => void save()}>
          {t.umum.simpan}
        </Button>
        <Button icon="salin" onClick={() => void copyText(text)}>
          {t.umum.salin}
        </Button>
      </Buttons>
    </Dialog>
  );
}
