/** HR's decision about one plan: transfer, closing, another appraiser. It names the version that the page shows. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, now } from '../identity/session';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { h } from '../strings/id_skp_hr';
import { Button, Buttons } from '../ui/button';
import { Dialog, Loading } from '../ui/feedback';
import { Choice, TextArea, TextField } from '../ui/fields';
import { date, dayOf } from '../ui/format';
import { NotSaved } from '../outbox/save';
import { as, useHrForm, type Errors } from './hr_form';
import { TEXT_LEAST, TEXT_MOST } from './limits';
import type { PersonPlan } from './person';
import { PickPerson, type Chosen } from './pick_person';

interface Typed {
  act: string;
  date: string;
  superior: Chosen | null;
  reason: string;
}

const NONE: Typed = { act: '', date: '', superior: null, reason: '' };

/** `at`: what the ids of the fields begin with. */
function faults(at: string, { act, date: day, superior, reason }: Typed, today: string): Errors {
  const dated = act === 'pindah' || act === 'tutup';
  return {
    [`${at}-apa`]: act ? undefined : h.skp.pilihKeputusan,
    [`${at}-hari`]: !dated || (day && day <= today) ? undefined : day ? h.skp.hariNanti : h.isiTanggal,
    [`${at}-atasan`]: !act || act === 'tutup' || superior ? undefined : h.pilihOrang,
    [`${at}-alasan`]: reason.trim().length < TEXT_LEAST ? s.alasanPendek : undefined,
  };
}

/** The decision in one sentence: what, who above, from when. */
const summary = ({ act, date: day, superior }: Typed): string =>
  [h.skp.keputusanPilihan[act], act !== 'penilai' && date(day), act !== 'tutup' && superior && h.skp.atasan(superior.name)].filter(Boolean).join('. ');

export function OrderForm({ plan, person, name }: { plan: PersonPlan; person: string; name: string }): JSX.Element {
  const [sure, setSure] = useState(false);
  const today = dayOf(now.value);
  const at = `keputusan-${plan.id}`;
  const form = useHrForm<Typed>({
    key: `skp:keputusan:${plan.id}`,
    empty: NONE,
    check: (typed) => faults(at, typed, today),
    work: ({ act, date: day, superior, reason }, draft) =>
      mutate({
        kind: 'skp.order',
        args: {
          plan: plan.id,
          version: plan.planVersion,
          act,
          date: act === 'penilai' ? today : day,
          ...(act !== 'tutup' && superior && { superior: superior.id }),
          reason: reason.trim(),
        },
        draft,
        ...as(),
      }),
    done: h.skp.tersimpan,
  });
  const { value, errors, set } = form;
  if (!value) return <Loading />;
  const moves = value.act === 'pindah';
  return (
    <>
      <Choice
        id={`${at}-apa`}
        label={h.skp.keputusan}
        options={Object.entries(h.skp.keputusanPilihan).map(([code, label]) => ({ value: code, label }))}
        value={value.act}
        onChange={(act) => set({ act })}
        error={errors[`${at}-apa`]}
      />
      {(moves || value.act === 'tutup') && (
        <TextField
          id={`${at}-hari`}
          type="date"
          label={moves ? h.skp.hariPindah : h.skp.hariTutup}
          hint={moves ? h.skp.hariPindahPetunjuk : undefined}
          value={value.date}
          onInput={(day) => set({ date: day })}
          error={errors[`${at}-hari`]}
        />
      )}
      {(moves || value.act === 'penilai') && (
        <PickPerson
          id={`${at}-atasan`}
          label={h.skp.atasanBaru}
          value={value.superior}
          set={(superior) => set({ superior })}
          error={errors[`${at}-atasan`]}
          without={person}
        />
      )}
      <TextArea
        id={`${at}-alasan`}
        label={h.alasan}
        value={value.reason}
        onInput={(reason) => set({ reason })}
        max={TEXT_MOST}
        rows={3}
        error={errors[`${at}-alasan`]}
        required
      />
      <Buttons>
        <Button kind="utama" onClick={() => form.valid() && setSure(true)}>
          {h.skp.simpan}
        </Button>
      </Buttons>
      {sure && (
        <Dialog title={h.skp.yakin(s.judulTahun(plan.year), name)} onClose={() => setSure(false)}>
          <p>{summary(value)}</p>
          <p class="kutip">{value.reason}</p>
          <p class="petunjuk">{h.skp.yakinIsi}</p>
          <NotSaved fault={form.fault} text={value.reason} onRetry={() => void form.save()} />
          <Buttons stack>
            <Button kind="bahaya" busy={form.busy} onClick={() => void form.save().then((stored) => stored && setSure(false))}>
              {h.skp.pasti}
            </Button>
            <Button onClick={() => setSure(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </>
  );
}
