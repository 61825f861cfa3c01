/** Naming who appraises in somebody's place, and who owes no plan for a while. */
import type { JSX } from 'preact';
import { mutate } from '../identity/session';
import { h } from '../strings/id_skp_hr';
import { Loading } from '../ui/feedback';
import { Select, TextField } from '../ui/fields';
import { Save, as, useHrForm, type Errors } from './hr_form';
import { PickPerson, type Chosen } from './pick_person';

interface ActingTyped {
  acting: Chosen | null;
  from: string;
  to: string;
}

const daysFault = ({ from, to }: { from: string; to: string }): string | undefined => (to && from > to ? h.tanggalTerbalik : undefined);

export function ActingForm({ person }: { person: string }): JSX.Element {
  const form = useHrForm<ActingTyped>({
    key: `skp:pengganti:${person}`,
    empty: { acting: null, from: '', to: '' },
    check: (typed): Errors => ({
      'pengganti-siapa': typed.acting ? undefined : h.pilihOrang,
      'pengganti-mulai': typed.from ? undefined : h.isiTanggal,
      'pengganti-selesai': typed.to ? daysFault(typed) : h.isiTanggal,
    }),
    work: ({ acting, from, to }, draft) =>
      mutate({ kind: 'skp.acting', args: { appraiser: person, acting: acting?.id, from, to }, draft, ...as() }),
    done: h.pengganti.tersimpan,
  });
  const { value, errors, set } = form;
  if (!value) return <Loading />;
  return (
    <>
      <p class="petunjuk">{h.pengganti.isi}</p>
      <PickPerson
        id="pengganti-siapa"
        label={h.pengganti.siapa}
        value={value.acting}
        set={(acting) => set({ acting })}
        error={errors['pengganti-siapa']}
        without={person}
      />
      <div class="sepasang">
        <TextField id="pengganti-mulai" type="date" label={h.mulai} value={value.from} onInput={(from) => set({ from })} error={errors['pengganti-mulai']} />
        <TextField id="pengganti-selesai" type="date" label={h.selesai} value={value.to} onInput={(to) => set({ to })} error={errors['pengganti-selesai']} />
      </div>
      <Save form={form} label={h.pengganti.simpan} text={value.acting?.name ?? ''} />
    </>
  );
}

export function ExemptForm({ person }: { person: string }): JSX.Element {
  const form = useHrForm({
    key: `skp:kecuali:${person}`,
    empty: { reason: '', note: '', from: '', to: '' },
    check: (typed): Errors => ({
      'kecuali-sebab': typed.reason ? undefined : h.kecuali.isiSebab,
      'kecuali-mulai': typed.from ? undefined : h.isiTanggal,
      'kecuali-selesai': daysFault(typed),
    }),
    work: ({ reason, note, from, to }, draft) =>
      mutate({ kind: 'skp.exempt', args: { person, reason, note: note.trim(), from, to: to || null }, draft, ...as() }),
    done: h.kecuali.tersimpan,
  });
  const { value, errors, set } = form;
  if (!value) return <Loading />;
  return (
    <>
      <p class="petunjuk">{h.kecuali.isi}</p>
      <Select
        id="kecuali-sebab"
        label={h.kecuali.sebab}
        empty={h.kecuali.pilihSebab}
        options={Object.entries(h.kecuali.sebabPilihan).map(([code, label]) => ({ value: code, label }))}
        value={value.reason}
        onChange={(reason) => set({ reason })}
        error={errors['kecuali-sebab']}
      />
      <TextField label={h.kecuali.catatan} value={value.note} onInput={(note) => set({ note })} capitalize="sentences" />
      <div class="sepasang">
        <TextField id="kecuali-mulai" type="date" label={h.mulai} value={value.from} onInput={(from) => set({ from })} error={errors['kecuali-mulai']} />
        <TextField id="kecuali-selesai" type="date" label={h.selesaiBoleh} value={value.to} onInput={(to) => set({ to })} error={errors['kecuali-selesai']} />
      </div>
      <Save form={form} label={h.kecuali.simpan} text={value.note} />
    </>
  );
}
