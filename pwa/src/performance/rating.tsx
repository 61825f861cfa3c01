/** The two ratings, and the predicate that follows from them: shown, never an input. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { mutate, now } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { n } from '../strings/id_skp_nilai';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Dialog } from '../ui/feedback';
import { Choice, TextArea } from '../ui/fields';
import { date, dayOf } from '../ui/format';
import { RATINGS, predicateOf } from './evaluation_view';
import { TEXT_LEAST, TEXT_MOST } from './limits';
import { Matrix } from './predicate_table';
import { lastDay } from './rounds';
import type { Evaluation } from './types';

type View = RecordView<Evaluation>;

export function Rate({ view, which }: { view: View; which: 'result' | 'behaviour' }): JSX.Element {
  const { body } = view;
  const held = which === 'result' ? body.ratingResult : body.ratingBehaviour;
  const start = which === 'result' ? body.prefill : null;
  const [picked, setPicked] = useState<string | null>(null);
  const before = body.reason ?? '';
  const key = `skp:alasan:${view.id}:${which}`;
  const draft = useDraft<{ text: string | null }>(key, { text: null }, ({ text }) => text === null);
  const reason = draft.value?.text ?? before;
  const [errors, setErrors] = useState<{ rating?: string | undefined; reason?: string | undefined }>({});
  const saving = useSave();
  const rating = picked ?? held ?? start ?? '';
  const differs = Boolean(start) && rating !== start;
  const label = which === 'result' ? n.hasil : n.perilaku;

  async function save(): Promise<void> {
    const wrong = {
      rating: rating ? undefined : n.pilihRating,
      reason: differs && (reason.trim().length < TEXT_LEAST || reason.length > TEXT_MOST) ? n.alasanBeda : undefined,
    };
    setErrors(wrong);
    if (wrong.rating || wrong.reason) return;
    const args = { rating, ...(which === 'result' && { reason: differs ? reason.trim() : '' }) };
    const kind = which === 'result' ? 'skp.rate_result' : 'skp.rate_behaviour';
    if (!(await draft.become(() => saving.save(() => mutate({ kind, record: view.id, args, draft: key }))))) return;
    setPicked(null);
    tell(n.ratingTersimpan);
  }

  return (
    <section class="kartu" aria-label={label}>
      <Choice
        label={label}
        hint={start ? n.terisi(n.rating[start] ?? start) : undefined}
        options={RATINGS.map((value) => ({ value, label: n.rating[value] ?? value }))}
        value={rating}
        onChange={setPicked}
        error={errors.rating}
      />
      {differs && <TextArea label={n.alasan} value={reason} onInput={(text) => draft.set({ text })} max={TEXT_MOST} rows={2} error={errors.reason} required />}
      <NotSaved fault={saving.fault} text={label} onRetry={() => void save()} />
      {(rating !== held || (differs && reason !== before)) && (
        <Buttons>
          <Button icon="simpan" busy={saving.busy} about={label} onClick={() => void save()}>
            {n.simpanRating}
          </Button>
        </Buttons>
      )}
    </section>
  );
}

export function Finalise({ view }: { view: View }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const saving = useSave();
  const { ratingResult, ratingBehaviour, employeeName } = view.body;
  const predicate = predicateOf(ratingResult, ratingBehaviour);
  if (!predicate || !ratingResult || !ratingBehaviour) return null;
  const name = n.predikatNama[predicate] ?? predicate;
  const ends = lastDay(view.body.round, view.body.year);
  const early = dayOf(now.value) < ends;
  const waiting = view.pending.some((item) => item.kind === 'skp.finalise' && isWaiting(item));
  async function finalise(): Promise<void> {
    if (!(await saving.save(() => mutate({ kind: 'skp.finalise', record: view.id, args: {} })))) return;
    setOpen(false);
    tell(n.ditetapkan);
  }
  return (
    <section class="kartu" aria-label={n.predikat}>
      <h2>{`${n.predikat}: ${name}`}</h2>
      <p>{n.predikatIsi}</p>
      <Matrix result={ratingResult} behaviour={ratingBehaviour} />
      {waiting ? (
        <p class="petunjuk">{n.ditetapkan}</p>
      ) : (
        <Buttons stack>
          <Button kind="utama" icon="kunci" onClick={() => setOpen(true)}>
            {n.tetapkan}
          </Button>
        </Buttons>
      )}
      {open && (
        <Dialog title={n.tetapkanJudul(name, employeeName)} onClose={() => setOpen(false)}>
          <p>{n.tetapkanIsi}</p>
          {early && <p>{n.tetapkanAwal(date(ends))}</p>}
          <p class="petunjuk">{s.menungguServer}</p>
          <NotSaved fault={saving.fault} text={name} />
          <Buttons stack>
            <Button kind="utama" busy={saving.busy} onClick={() => void finalise()}>
              {n.tetapkan}
            </Button>
            <Button onClick={() => setOpen(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </section>
  );
}
