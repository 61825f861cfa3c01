/** One RHK: `/skp/PLAN/rhk/ID`, `/skp/PLAN/rhk/baru`. What is typed stays on the phone; a draft is saved while writing. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { go, place } from '../router';
import { s } from '../strings/id_skp';
import { r } from '../strings/id_skp_rhk';
import { uuid7 } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Banner, Loading } from '../ui/feedback';
import { Check, ErrorSummary, TextArea, TextField } from '../ui/fields';
import { Page } from '../ui/page';
import { saveResult } from './acts';
import { partIn, planOf } from './frame';
import { Indicators } from './indicators';
import { Conflicts, LeaderFields, ReadResult, Remove } from './parts';
import { TEXT_MOST } from './limits';
import { KIND } from './names';
import { faults, formOf, rowsOf, storedOf, type ResultForm, type Stored } from './result_form';
import type { Indicator, Lead, LeadResult, Plan, Result } from './types';
import { isOpen, offeredTo, proposals, resultsOf, type IndicatorView, type PlanView, type ResultView } from './view';

interface Typed {
  edits: Partial<ResultForm>;
  /** What the screen showed when the first key was pressed: a word that came meanwhile is not written over unseen. */
  over?: ResultForm;
  stored?: Stored;
  version?: number | null;
  /** Id of the RHK that this draft begins: saving it twice begins one. */
  id?: string;
}

export type FieldsProps = {
  plan: Plan;
  kind: Result['kind'];
  form: ResultForm;
  errors: Record<string, string | undefined>;
  set: (part: Partial<ResultForm>) => void;
};

/** Which of the superior's RHK this one serves; while their plan is missing, what it will probably be. */
function Link({ plan, form, errors, set }: FieldsProps): JSX.Element {
  const leads = new Set((records<Lead>(KIND.lead).value ?? []).filter(({ body }) => body.year === plan.year).map(({ id }) => id));
  const offered = offeredTo(plan, records<LeadResult>(KIND.leadResult).value ?? [], leads);
  const alike = form.superiorRhk ? [] : proposals(form.provisional, offered);
  return (
    <>
      {offered.length > 0 && (
        <PickOne
          label={r.pimpinan}
          hint={plan.superiorName ? r.pimpinanPetunjuk(plan.superiorName) : undefined}
          empty={r.pilih}
          options={offered.map(({ body }) => ({ value: body.rhk, label: body.text ?? '' }))}
          value={form.superiorRhk}
          onChange={(superiorRhk) => set({ superiorRhk })}
        />
      )}
      {!form.superiorRhk && (!offered.length || form.provisional) && (
        <TextArea
          id="rhk-perkiraan"
          label={r.perkiraan}
          hint={offered.length ? undefined : r.perkiraanPetunjuk}
          value={form.provisional}
          onInput={(provisional) => set({ provisional })}
          max={TEXT_MOST}
          rows={2}
          error={errors['rhk-perkiraan']}
        />
      )}
      {alike.length > 0 && (
        <section class="kartu" aria-label={r.usul}>
          <h2>{r.usul}</h2>
          {alike.map(({ id, body }) => (
            <div class="bagian" key={id}>
              <p>{body.text}</p>
              <div>
                <Button about={body.text ?? ''} onClick={() => set({ superiorRhk: body.rhk })}>
                  {r.pakai}
                </Button>
              </div>
            </div>
          ))}
        </section>
      )}
    </>
  );
}

function Measures({ plan, form, errors, set }: FieldsProps): JSX.Element {
  if (plan.approach === 'kualitatif')
    return (
      <TextArea
        id="rhk-uraian"
        label={r.uraian}
        hint={r.uraianPetunjuk}
        value={form.narrative}
        onInput={(narrative) => set({ narrative })}
        max={TEXT_MOST}
        rows={5}
        error={errors['rhk-uraian']}
      />
    );
  return <Indicators rows={form.rows} aspects={plan.form === 'ja_jf'} errors={errors} set={(rows) => set({ rows })} />;
}

type EditorProps = {
  plan: PlanView;
  view: ResultView | undefined;
  /** The rows that count, and all that the RHK ever had. */
  rows: IndicatorView[];
  all: IndicatorView[];
  kind: Result['kind'];
  order: number;
};

function Editor({ plan, view, rows, all, kind, order }: EditorProps): JSX.Element {
  const key = `skp:${view?.id ?? `${plan.id}:${kind}`}`;
  const draft = useDraft<Typed>(key, { edits: {} }, ({ edits }) => !Object.keys(edits).length);
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const saving = useSave();
  const typed = draft.value;
  if (!typed) return <Loading />;
  const from = formOf(view?.body, rows);
  const over = typed.over ?? from;
  const form: ResultForm = { ...from, ...typed.edits };
  const set = (part: Partial<ResultForm>): void =>
    draft.set({
      edits: { ...typed.edits, ...part },
      over,
      stored: typed.stored ?? storedOf(view?.body, rows),
      version: typed.over ? (typed.version ?? null) : (view?.version ?? null),
      id: typed.id ?? view?.id ?? uuid7(Date.now()),
    });

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (!typed) return;
    const wrong = faults(form, plan.body.approach);
    setErrors(wrong);
    if (Object.values(wrong).some(Boolean)) return;
    const to: ResultForm = { ...over, ...typed.edits };
    const stored = typed.stored ?? storedOf(view?.body, rows);
    const work = (): Promise<unknown> =>
      saveResult({ plan, view, kind, order, from: over, to, stored, id: typed.id, version: typed.version, draft: key });
    if (!(await draft.become(() => saving.save(work)))) return;
    tell(r.tersimpan);
    go(`/skp/${plan.id}`, true);
  }

  const fields: FieldsProps = { plan: plan.body, kind, form, errors, set };
  return (
    <>
      <ErrorSummary errors={errors} />
      {!isOpen(plan.body.status) && (
        <Banner tone="tunggu" icon="kunci">
          <p>{r.terkunci}</p>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text={form.text} />
      <form class="bagian" onSubmit={(event) => void save(event)} noValidate>
        {plan.body.form === 'jpt' ? <LeaderFields {...fields} /> : kind === 'utama' && <Link {...fields} />}
        <TextArea
          id="rhk-teks"
          label={r.teks}
          hint={r.teksPetunjuk}
          value={form.text}
          onInput={(text) => set({ text })}
          max={TEXT_MOST}
          rows={3}
          error={errors['rhk-teks']}
          required
        />
        <TextField
          id="rhk-penugasan"
          label={r.penugasan}
          value={form.assignedBy}
          onInput={(assignedBy) => set({ assignedBy })}
          capitalize="sentences"
          error={errors['rhk-penugasan']}
        />
        {view?.body.unchangedSince && (
          <Check label={s.masihTepat(view.body.unchangedSince)} checked={form.ticked} onChange={(ticked) => set({ ticked })} />
        )}
        <Measures {...fields} />
        <Buttons stack>
          <Button type="submit" kind="utama" icon="simpan" busy={saving.busy}>
            {r.simpan}
          </Button>
        </Buttons>
      </form>
      {view && isOpen(plan.body.status) && <Remove plan={plan} view={view} rows={all} />}
    </>
  );
}

export function ResultPage({ parts }: { parts: string[] }): JSX.Element {
  const [planId = '', , id = 'baru'] = parts;
  const plan = planOf(planId);
  const all = records<Result>(KIND.result).value;
  const indicators = records<Indicator>(KIND.indicator).value;
  const back = { href: `/skp/${planId}`, label: s.kembaliSkp };
  const view = all?.find((one) => one.id === id && !one.body.removed);
  if (!plan || all === null || indicators === null || (id !== 'baru' && !view))
    return (
      <Page title={r.teks} back={back}>
        {all === null || indicators === null ? <Loading /> : <p>{plan ? r.hilang : s.tidakAda}</p>}
      </Page>
    );
  const own = resultsOf(plan.id, all);
  const held = indicators.filter(({ body }) => view && body.rhk === view.id);
  const rows = view ? rowsOf(view.id, held, plan.body.approach) : [];
  const kind = view?.body.kind ?? (place.value.query.get('jenis') === 'tambahan' ? 'tambahan' : 'utama');
  const title = view ? s.rhkKe(own.indexOf(view) + 1) : s.rhkBaru;
  const order = Math.max(0, ...own.map(({ body }) => (body.order ?? 0) + 1));
  return (
    <Page title={title} tabTitle={`${s.judulTahun(plan.body.year)}: ${title}`} back={back} above={kind === 'utama' ? s.utama : s.tambahan}>
      {view && <Conflicts of={[view, ...held]} />}
      {partIn(plan) === 'employee' ? (
        <Editor key={view?.id ?? kind} plan={plan} view={view} rows={rows} all={held} kind={kind} order={order} />
      ) : (
        view && <ReadResult view={view} rows={rows} plan={plan.body} />
      )}
    </Page>
  );
}
