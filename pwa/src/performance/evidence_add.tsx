/** One more piece of evidence for an RHK: a file that is kept on the phone at once and follows by itself, or an address. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { keepChosen } from '../attachments/prepare';
import type { FileRef } from '../attachments/store';
import { Unfit } from '../attachments/unfit';
import { useDraft } from '../forms/draft';
import { me, mutate } from '../identity/session';
import { NotSaved, asFault, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { l } from '../strings/id_lampiran';
import { k } from '../strings/id_skp_kerja';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Loading } from '../ui/feedback';
import { ErrorText, TextField } from '../ui/fields';
import { size } from '../ui/format';
import { Icon } from '../ui/icons';

const { bukti: w } = k;
const TYPES = 'image/*,application/pdf,.xlsx,.docx';

interface Typed {
  file: FileRef | null;
  link: string;
  note: string;
}

const NONE: Typed = { file: null, link: '', note: '' };

type Props = {
  plan: string;
  rhk: string;
  round: string;
  /** Largest file in bytes. */
  most: number;
};

export function AddEvidence({ plan, rhk, round, most }: Props): JSX.Element {
  const key = `skp:bukti:${rhk}:${round}`;
  const draft = useDraft<Typed>(key, NONE, ({ file, link, note }) => !file && !link && !note);
  const [error, setError] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const saving = useSave();
  const typed = draft.value;
  if (!typed) return <Loading />;
  const set = (part: Partial<Typed>): void => draft.set({ ...typed, ...part });

  async function choose(file: File): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      set({ file: await keepChosen(me.value?.account ?? '', file, { bytes: most }) });
    } catch (fault) {
      if (fault instanceof Unfit) setError(fault.message);
      else setError((await asFault(fault)) ? t.umum.bagianBelumTurun : l.tidakTersimpan);
    } finally {
      setBusy(false);
    }
  }

  async function save(): Promise<void> {
    if (!typed) return;
    const { file, note } = typed;
    const link = typed.link.trim();
    const wrong = !file && !link ? w.salahKosong : file && link ? w.salahDua : link && !isAddress(link) ? w.salahTautan : undefined;
    setError(wrong);
    if (wrong) return;
    const what = file ? { file: { id: file.id, name: file.name, bytes: file.bytes, sha256: file.sha256 } } : { link };
    const work = () => mutate({ kind: 'skp.evidence', args: { plan, rhk, round, note: note.trim(), ...what }, draft: key });
    if (await draft.become(() => saving.save(work))) tell(w.buktiTersimpan);
  }

  return (
    <details>
      <summary>
        <Icon name="panah" class="panah" />
        {w.tambah}
      </summary>
      <div class="bagian">
        <ErrorText text={error} />
        <input
          ref={input}
          hidden
          type="file"
          accept={TYPES}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = '';
            if (file) void choose(file);
          }}
        />
        {typed.file ? (
          <p>
            <Icon name="klip" /> {typed.file.name} <span class="petunjuk">{size(typed.file.bytes)}</span>{' '}
            <Button kind="polos" icon="tutup" about={typed.file.name} onClick={() => set({ file: null })}>
              {w.lepas}
            </Button>
          </p>
        ) : (
          <>
            <div>
              <Button icon="klip" busy={busy} onClick={() => input.current?.click()}>
                {w.pilihBerkas}
              </Button>
            </div>
            <p class="petunjuk">{w.pilihPetunjuk(Math.floor(most / 1_000_000))}</p>
            <TextField label={w.tautan} value={typed.link} onInput={(link) => set({ link })} />
          </>
        )}
        <TextField label={w.keterangan} value={typed.note} onInput={(note) => set({ note })} capitalize="sentences" />
        <NotSaved fault={saving.fault} text={`${typed.link}\n${typed.note}`} onRetry={() => void save()} />
        <Buttons>
          <Button kind="utama" icon="simpan" busy={saving.busy} onClick={() => void save()}>
            {w.kirim}
          </Button>
        </Buttons>
      </div>
    </details>
  );
}

/** An address that a browser opens safely. */
function isAddress(text: string): boolean {
  try {
    return new URL(text).protocol === 'https:';
  } catch {
    return false;
  }
}
