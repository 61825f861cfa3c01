/** Objections that the superior's superior decides: what was given, why it is contested, and the decision, once. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { me, mutate, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { n } from '../strings/id_skp_nilai';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Loading } from '../ui/feedback';
import { Choice, TextArea, TextField } from '../ui/fields';
import { RATINGS } from './evaluation_view';
import { TEXT_LEAST, TEXT_MOST } from './limits';
import { KIND } from './names';
import { ObjectionCard } from './outcome';
import type { Evaluation, Objection } from './types';

interface Typed {
  result: string;
  behaviour: string;
  reason: string;
  document: string;
}

const NONE: Typed = { result: '', behaviour: '', reason: '', document: '' };

type DecideProps = {
  view: RecordView<Objection>;
  /** What is contested, where this phone holds it. */
  evaluation: Evaluation | undefined;
  /** HR enters what was decided outside, with the document. */
  byHr?: boolean;
};

export function Decide({ view, evaluation, byHr = false }: DecideProps): JSX.Element {
  const key = `skp:putusan:${view.id}`;
  const draft = useDraft<Typed>(key, NONE, ({ result, behaviour, reason, document }) => !result && !behaviour && !reason && !document);
  const [error, setError] = useState<string | undefined>();
  const [paperError, setPaperError] = useState<string | undefined>();
  const saving = useSave();
  const typed = draft.value;
  if (!typed) return <Loading />;
  const set = (part: Partial<Typed>): void => draft.set({ ...typed, ...part });
  async function save(): Promise<void> {
    if (!typed) return;
    const { result, behaviour, reason, document } = typed;
    const wrong = reason.trim().length < TEXT_LEAST ? s.alasanPendek : undefined;
    const noPaper = byHr && !document?.trim() ? n.putusanDokumenIsi : undefined;
    setError(wrong);
    setPaperError(noPaper);
    if (wrong || noPaper) return;
    const args = {
      ...(result && { ratingResult: result }),
      ...(behaviour && { ratingBehaviour: behaviour }),
      ...(byHr && { document: document.trim() }),
      reason: reason.trim(),
    };
    const as = byHr && working.value ? { as: working.value.id } : {};
    if (await draft.become(() => saving.save(() => mutate({ kind: 'skp.decide', record: view.id, args, draft: key, ...as })))) tell(n.putusanTersimpan);
  }
  const rating = (label: string, value: string, held: string | null | undefined, change: (value: string) => void) => (
    <Choice
      label={label}
      hint={held ? n.rating[held] : undefined}
      options={[{ value: '', label: n.tetapSama }, ...RATINGS.map((one) => ({ value: one, label: n.rating[one] ?? one }))]}
      value={value}
      onChange={change}
    />
  );
  return (
    <>
      {rating(n.hasil, typed.result, evaluation?.ratingResult, (result) => set({ result }))}
      {rating(n.perilaku, typed.behaviour, evaluation?.ratingBehaviour, (behaviour) => set({ behaviour }))}
      <TextArea label={n.alasan} value={typed.reason} onInput={(reason) => set({ reason })} max={TEXT_MOST} rows={3} error={error} required />
      {byHr && <TextField label={n.putusanDokumen} value={typed.document ?? ''} onInput={(document) => set({ document })} error={paperError} />}
      <NotSaved fault={saving.fault} text={typed.reason} onRetry={() => void save()} />
      <Buttons stack>
        <Button kind="utama" icon="kunci" busy={saving.busy} onClick={() => void save()}>
          {n.putuskan}
        </Button>
      </Buttons>
    </>
  );
}

/** Open objections of others that this phone holds: only who decides, or acts for that person, and the employee gets one. */
export function Objections(): JSX.Element | null {
  const all = records<Objection>(KIND.objection).value ?? [];
  const evaluations = records<Evaluation>(KIND.evaluation).value ?? [];
  const mine = me.value?.account;
  const open = all.filter(({ body }) => body.decider && body.employee !== mine && !body.decision);
  if (!open.length) return null;
  return (
    <section class="bagian" aria-label={n.keberatanAda}>
      {open.map((view) => (
        <section class="bagian" key={view.id}>
          <h2>{view.body.employeeName}</h2>
          <ObjectionCard view={view} decides />
          {view.pending.some((item) => item.kind === 'skp.decide' && isWaiting(item)) ? (
            <Banner tone="netral">
              <p>{n.putusanTersimpan}</p>
            </Banner>
          ) : (
            <Decide view={view} evaluation={evaluations.find(({ id }) => id === view.body.evaluation)?.body} />
          )}
        </section>
      ))}
    </section>
  );
}
