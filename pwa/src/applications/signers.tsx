/** Who signs a service's outputs, and who stands in from when to when: a setting with dates. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, now, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { u } from '../strings/id_usul';
import { k } from '../strings/id_usul_meja';
import { uuid7, type RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge } from '../ui/feedback';
import { Check, ErrorSummary, TextField } from '../ui/fields';
import { date, dayOf } from '../ui/format';
import { KIND, type SignerBody } from './types';

type View = RecordView<SignerBody>;

function faultsOf({ name, position, standIn, start, end }: SignerBody): Record<string, string | undefined> {
  return {
    'penanda-name': name.trim() ? undefined : k.penanda.wajib(k.penanda.nama),
    'penanda-position': position.trim() ? undefined : k.penanda.wajib(k.penanda.jabatan),
    'penanda-start': start ? undefined : k.penanda.wajib(k.penanda.mulai),
    'penanda-end': standIn && !end ? k.penanda.duaTanggal : end && end < start ? k.penanda.terbalik : undefined,
  };
}

function Edit({ view, code, onClose }: { view: View | undefined; code: string; onClose: () => void }): JSX.Element {
  const [typed, setTyped] = useState<SignerBody>(view?.body ?? { code, name: '', position: '', standIn: false, start: dayOf(now.value), end: null });
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  // One id for the form: a second press of the button writes the same signer.
  const [record] = useState(() => view?.id ?? uuid7(Date.now()));
  const saving = useSave();
  const set = (change: Partial<SignerBody>) => setTyped({ ...typed, ...change });
  async function store(): Promise<void> {
    const wrong = faultsOf(typed);
    setErrors(wrong);
    if (Object.values(wrong).some(Boolean)) return;
    const { name, position, standIn, start, end } = typed;
    const args = { code, name: name.trim(), position: position.trim(), standIn, start, end: end || null };
    if (!(await saving.save(() => mutate({ kind: 'service.signer', record, args, ...(working.value && { as: working.value.id }) })))) return;
    tell(k.penanda.tersimpan);
    onClose();
  }
  return (
    <form
      class="bagian"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void store();
      }}
    >
      <ErrorSummary errors={errors} />
      <TextField id="penanda-name" label={k.penanda.nama} value={typed.name} onInput={(name) => set({ name })} error={errors['penanda-name']} capitalize="sentences" required />
      <TextField id="penanda-position" label={k.penanda.jabatan} value={typed.position} onInput={(position) => set({ position })} error={errors['penanda-position']} capitalize="sentences" required />
      <Check label={k.penanda.pengganti} checked={typed.standIn} onChange={(standIn) => set({ standIn })} />
      <div class="saringan-usul">
        <TextField id="penanda-start" type="date" label={k.penanda.mulai} value={typed.start} onInput={(start) => set({ start })} error={errors['penanda-start']} required />
        <TextField id="penanda-end" type="date" label={k.penanda.selesai} value={typed.end ?? ''} onInput={(end) => set({ end })} error={errors['penanda-end']} required={typed.standIn} />
      </div>
      <NotSaved fault={saving.fault} text={typed.name} />
      <Buttons>
        <Button kind="utama" type="submit" busy={saving.busy}>
          {k.penanda.simpan}
        </Button>
        <Button onClick={onClose}>{t.umum.batal}</Button>
      </Buttons>
    </form>
  );
}

const counts = ({ start, end }: SignerBody, today: string): boolean => start <= today && (!end || today <= end);

export function Signers({ code, title }: { code: string; title: string }): JSX.Element | null {
  const [editing, setEditing] = useState<string | null>(null);
  if (working.value?.role !== 'SUP') return null;
  const today = dayOf(now.value);
  const list = (records<SignerBody>(KIND.signer).value ?? []).filter(({ body }) => body.code === code).sort((a, b) => (a.body.start < b.body.start ? 1 : -1));
  return (
    <div class="bagian">
      <h3>{k.penanda.judul}</h3>
      <p class="petunjuk">{list.length ? k.penanda.isi : k.penanda.kosong}</p>
      <ul class="daftar">
        {list.map((view) => {
          const { name, position, standIn, start, end } = view.body;
          return (
            <li key={view.id} class="kartu redup">
              {editing === view.id ? (
                <Edit view={view} code={code} onClose={() => setEditing(null)} />
              ) : (
                <>
                  <p>
                    <strong>{name}</strong>
                    <br />
                    {position}
                  </p>
                  <p class="petunjuk">{[standIn && k.penanda.pengganti, end ? k.penanda.rentang(date(start), date(end)) : k.penanda.sejak(date(start))].filter(Boolean).join(', ')}</p>
                  <div class="lencana-baris">
                    {counts(view.body, today) && (
                      <Badge tone="sukses" icon="centang">
                        {k.penanda.sekarang}
                      </Badge>
                    )}
                    {view.pending.some(isWaiting) && (
                      <Badge tone="netral" icon="hp">
                        {u.langkah.menunggu}
                      </Badge>
                    )}
                  </div>
                  <div>
                    <Button about={name} onClick={() => setEditing(view.id)}>
                      {k.penanda.ubah}
                    </Button>
                  </div>
                </>
              )}
            </li>
          );
        })}
      </ul>
      {editing === '' ? (
        <Edit view={undefined} code={code} onClose={() => setEditing(null)} />
      ) : (
        <div>
          <Button icon="tambah" about={title} onClick={() => setEditing('')}>
            {k.penanda.tambah}
          </Button>
        </div>
      )}
    </div>
  );
}
