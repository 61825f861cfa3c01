/** `/kelola/skp`: HR opens a year, keeps performance agreements, and enters the document that approves a root's plan. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { isHrAdmin } from '../identity/roles';
import { mutate, now, records, working } from '../identity/session';
import { above, loadUnits, units } from '../identity/units';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { m } from '../strings/id_skp_rekap';
import { uuid7, type RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Badge, Empty, Loading } from '../ui/feedback';
import { Choice, ErrorSummary, TextField } from '../ui/fields';
import { date } from '../ui/format';
import { OtherRole, Page } from '../ui/page';
import { stepOnAll } from './acts';
import { dayOf } from './log_text';
import { KIND } from './names';
import type { AgreementItem, Indicator, Period, Plan, Result } from './types';
import type { PlanView } from './view';

const { kelola: w } = m;
type Errors = Record<string, string | undefined>;
const as = () => (working.value ? { as: working.value.id } : {});

/** The settings of a year that is not begun yet. */
const fresh = (year: number): Period => ({
  year,
  start: `${year}-01-01`,
  end: `${year}-12-31`,
  rhythm: 'triwulanan',
  gate: 'ajukan',
  dueOn: `${year}-01-31`,
  receiptDays: 3,
  objectionDays: 14,
  evidenceBytes: 10_485_760,
});

function YearForm({ view, year }: { view: RecordView<Period> | undefined; year: number }): JSX.Element {
  const [edits, setEdits] = useState<Partial<Period>>({});
  const saving = useSave();
  const body: Period = { ...(view?.body ?? fresh(year)), ...edits };
  const set = (part: Partial<Period>): void => setEdits({ ...edits, ...part });
  const options = (names: Record<string, string>) => Object.entries(names).map(([value, label]) => ({ value, label }));
  const waiting = view?.pending.some(isWaiting);
  async function save(): Promise<void> {
    const { year: of, start, end, rhythm, gate, dueOn, receiptDays, objectionDays, evidenceBytes } = body;
    const args = { year: of, start, end, rhythm, gate, dueOn, receiptDays, objectionDays, evidenceBytes };
    if (!(await saving.save(() => mutate({ kind: 'skp.period', record: view?.id ?? uuid7(), args, ...as() })))) return;
    setEdits({});
    tell(w.tersimpan);
  }
  return (
    <section class="kartu" aria-label={s.judulTahun(year)}>
      <h3>{s.judulTahun(year)}</h3>
      {waiting && (
        <div>
          <Badge tone="netral" icon="hp">
            {s.menungguServer}
          </Badge>
        </div>
      )}
      <div class="sepasang">
        <TextField type="date" label={w.mulai} value={body.start} onInput={(start) => set({ start })} />
        <TextField type="date" label={w.selesai} value={body.end} onInput={(end) => set({ end })} />
      </div>
      <TextField type="date" label={w.batas} value={body.dueOn} onInput={(dueOn) => set({ dueOn })} />
      <Choice label={w.irama} options={options(w.iramaPilihan)} value={body.rhythm} onChange={(rhythm) => set({ rhythm: rhythm as Period['rhythm'] })} />
      <Choice label={w.gerbang} options={options(w.gerbangPilihan)} value={body.gate} onChange={(gate) => set({ gate: gate as Period['gate'] })} />
      <NotSaved fault={saving.fault} text={s.judulTahun(year)} onRetry={() => void save()} />
      {(!view || Object.keys(edits).length > 0) && (
        <Buttons>
          <Button kind="utama" icon="simpan" busy={saving.busy} onClick={() => void save()}>
            {view ? w.simpan : w.buka(year)}
          </Button>
        </Buttons>
      )}
    </section>
  );
}

interface Agreement {
  unit: string;
  year: number;
  document: string;
  documentDate: string;
}

interface ItemText {
  text: string;
  indicator: string;
  target: string;
}

const NO_ITEM: ItemText = { text: '', indicator: '', target: '' };

/** One more item of a unit's agreement; what is typed stays with its unit and year until it is added. */
function NewItem({ unit, year, order }: { unit: string; year: number; order: number }): JSX.Element {
  const key = `skp:butir:${unit}:${year}`;
  const draft = useDraft<ItemText>(key, NO_ITEM, ({ text, indicator, target }) => !text && !indicator && !target);
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const item = draft.value;
  if (!item) return <Loading />;
  const set = (part: Partial<ItemText>): void => draft.set({ ...item, ...part });
  async function add(): Promise<void> {
    if (!item) return;
    const [text, indicator, target] = [item.text.trim(), item.indicator.trim(), item.target.trim()];
    const wrong = text.length < 5 ? w.isiTeks : undefined;
    setError(wrong);
    if (wrong) return;
    const args = { unit, year, text, indicator, target, order };
    const work = () => mutate({ kind: 'skp.agreement_item', args, draft: key, ...as() });
    if (await draft.become(() => saving.save(work))) tell(w.butirTersimpan);
  }
  return (
    <>
      <ErrorSummary errors={{ 'butir-teks': error }} />
      <NotSaved fault={saving.fault} text={item.text} onRetry={() => void add()} />
      <TextField id="butir-teks" label={w.teks} value={item.text} onInput={(text) => set({ text })} error={error} capitalize="sentences" />
      <div class="sepasang">
        <TextField label={w.indikator} value={item.indicator} onInput={(indicator) => set({ indicator })} capitalize="sentences" />
        <TextField label={w.target} value={item.target} onInput={(target) => set({ target })} />
      </div>
      <Buttons>
        <Button icon="tambah" busy={saving.busy} onClick={() => void add()}>
          {w.tambah}
        </Button>
      </Buttons>
    </>
  );
}

function Agreements({ year }: { year: number }): JSX.Element {
  const [unit, setUnit] = useState('');
  const [paper, setPaper] = useState({ document: '', documentDate: '' });
  const [errors, setErrors] = useState<Errors>({});
  const saving = useSave();
  useEffect(loadUnits, []);
  const own = working.value?.unit ?? '';
  const within = units.value.filter(({ id }) => above(id)?.has(own));
  const items = (records<AgreementItem>(KIND.agreementItem).value ?? []).filter(({ body }) => body.unit === unit && body.year === year && !body.removed);
  const fixed = (records<Agreement>('skp_agreement').value ?? []).find(({ body }) => body.unit === unit && body.year === year);
  async function fix(): Promise<void> {
    const wrong = paper.document.trim() && paper.documentDate ? undefined : w.isiDokumen;
    setErrors({ 'dokumen-nomor': wrong });
    if (wrong) return;
    const args = { unit, year, document: paper.document.trim(), documentDate: paper.documentDate };
    if (await saving.save(() => mutate({ kind: 'skp.agreement_fix', args, ...as() }))) tell(w.ditetapkan);
  }
  return (
    <section class="bagian">
      <h2>{w.perjanjian}</h2>
      <p class="petunjuk">{w.perjanjianIsi}</p>
      <PickOne label={m.unit} empty={w.pilihUnit} options={within.map(({ id, name }) => ({ value: id, label: name }))} value={unit} onChange={setUnit} />
      {unit && (
        <div class="kartu">
          {items.length ? (
            <ul class="butir">
              {items.map(({ id, body }) => (
                <li key={id}>{[body.text, body.indicator, body.target].filter(Boolean).join(', ')}</li>
              ))}
            </ul>
          ) : (
            <p>{w.tanpaButir}</p>
          )}
          <ErrorSummary errors={errors} />
          <NotSaved fault={saving.fault} text={paper.document} />
          {fixed ? (
            <p>{w.sudah(fixed.body.document, date(fixed.body.documentDate))}</p>
          ) : (
            <>
              <NewItem key={unit} unit={unit} year={year} order={items.length} />
              {items.length > 0 && (
                <>
                  <Paper value={paper} set={setPaper} error={errors['dokumen-nomor']} id="dokumen-nomor" />
                  <Buttons>
                    <Button kind="utama" icon="kunci" busy={saving.busy} onClick={() => void fix()}>
                      {w.tetapkan}
                    </Button>
                  </Buttons>
                </>
              )}
            </>
          )}
        </div>
      )}
    </section>
  );
}

interface PaperValue {
  document: string;
  documentDate: string;
}

function Paper({ value, set, error, id }: { value: PaperValue; set: (value: PaperValue) => void; error: string | undefined; id: string }): JSX.Element {
  return (
    <div class="sepasang">
      <TextField id={id} label={w.dokumen} value={value.document} onInput={(document) => set({ ...value, document })} error={error} />
      <TextField type="date" label={w.tanggal} value={value.documentDate} onInput={(documentDate) => set({ ...value, documentDate })} />
    </div>
  );
}

/** A plan of somebody below nobody: its approval is a document. */
function Root({ plan }: { plan: PlanView }): JSX.Element {
  const [paper, setPaper] = useState<PaperValue>({ document: '', documentDate: '' });
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const results = (records<Result>(KIND.result).value ?? []).filter(({ body }) => body.plan === plan.id);
  const indicators = (records<Indicator>(KIND.indicator).value ?? []).filter(({ body }) => body.plan === plan.id);
  const waiting = plan.pending.some(isWaiting);
  async function decide(): Promise<void> {
    const wrong = paper.document.trim() && paper.documentDate ? undefined : w.isiDokumen;
    setError(wrong);
    if (wrong) return;
    const args = { version: plan.body.planVersion, document: paper.document.trim(), documentDate: paper.documentDate };
    if (await saving.save(() => stepOnAll('skp.decide_root', { plan, results, indicators }, args, undefined, working.value?.id))) tell(w.disetujui);
  }
  return (
    <section class="kartu" aria-label={plan.body.employeeName}>
      <h3>{`${plan.body.employeeName}, ${plan.body.year}`}</h3>
      <div>
        <a href={`/skp/${plan.id}`}>{s.bacaIsi}</a>
      </div>
      {waiting ? (
        <p class="petunjuk">{w.disetujui}</p>
      ) : (
        <>
          <Paper value={paper} set={setPaper} error={error} id={`akar-${plan.id}`} />
          <NotSaved fault={saving.fault} text={paper.document} onRetry={() => void decide()} />
          <Buttons>
            <Button kind="utama" icon="centang" busy={saving.busy} onClick={() => void decide()}>
              {w.setujui}
            </Button>
          </Buttons>
        </>
      )}
    </section>
  );
}

export function PlanSettings(): JSX.Element {
  const periods = records<Period>(KIND.period).value ?? [];
  const roots = (records<Plan>(KIND.plan).value ?? []).filter(({ body }) => body.root && body.status === 'diajukan');
  if (!isHrAdmin(working.value)) return <OtherRole />;
  const year = Number(dayOf(now.value).slice(0, 4));
  return (
    <Page title={w.judul} layout="lebar">
      <section class="bagian">
        <h2>{w.periode}</h2>
        <p class="petunjuk">{w.periodeIsi}</p>
        {[year, year + 1].map((of) => (
          <YearForm key={of} year={of} view={periods.find(({ body }) => body.year === of)} />
        ))}
      </section>
      <Agreements year={year} />
      <section class="bagian">
        <h2>{w.akar}</h2>
        <p class="petunjuk">{w.akarIsi}</p>
        {roots.length ? (
          roots.map((plan) => <Root key={plan.id} plan={plan} />)
        ) : (
          <Empty>
            <p>{w.akarKosong}</p>
          </Empty>
        )}
      </section>
    </Page>
  );
}
