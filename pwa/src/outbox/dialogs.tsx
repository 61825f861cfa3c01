/** Dialogs of the outbox: delete, export, edit. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../identity/session';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import { MAX_TEXT, MIN_TEXT } from '../questions/types';
import { SyncError, type OutboxItem } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { exportText, saveFile } from './export';
import { NotSaved, copyText, useSave } from './save';
import { kindName } from './kind_name';
import { ownText } from './state';

type ItemDialog = { item: OutboxItem; onClose: () => void };

export function DeleteDialog({ item, onClose }: ItemDialog): JSX.Element {
  const saving = useSave();
  async function remove(): Promise<void> {
    const stored = await saving.save(async () => {
      const how = await client.value?.remove(item.id);
      if (how === 'withdrawing') tell(q.keluaran.menarik);
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

/** A question keeps its shortest length; every other text only must not be empty. */
function editFault(item: OutboxItem, text: string): string | undefined {
  const length = text.trim().length;
  if (text.length > MAX_TEXT) return q.percakapan.pesanPanjang;
  if (item.kind === 'question.ask') return length < MIN_TEXT ? q.tanya.terlaluPendek : undefined;
  return length ? undefined : q.percakapan.isiPesan;
}

export function EditDialog({ item, onClose }: ItemDialog): JSX.Element {
  const [text, setText] = useState(String(item.args.text ?? ''));
  const [frozen, setFrozen] = useState(false);
  const saving = useSave();
  const [error, setError] = useState<string | undefined>();
  async function save(): Promise<void> {
    const fault = editFault(item, text);
    setError(fault);
    if (fault) return;
    let left = false;
    const stored = await saving.save(async () => {
      try {
        await client.value?.edit(item.id, { ...item.args, text: text.trim() });
      } catch (thrown) {
        if (!(thrown instanceof SyncError) || thrown.code !== 'frozen') throw thrown;
        // It left while the person was typing: the dialog stays, so that what was typed can be copied.
        left = true;
      }
    });
    setFrozen(left);
    if (stored && !left) onClose();
  }
  return (
    <Dialog title={q.keluaran.ubahJudul} onClose={onClose}>
      {frozen && (
        <Banner tone="tunggu">
          <p>{q.keluaran.beku}</p>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text={text} />
      <TextArea label={kindName(item)} value={text} onInput={setText} max={MAX_TEXT} rows={5} error={error} />
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
