/** `/kelola/skp`: HR opens a year, keeps performance agreements, and enters what was decided outside about roots. */
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
import { Button, Buttons, LinkButton } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Badge, Loading } from '../ui/feedback';
import { Choice, ErrorSummary, Select, TextField } from '../ui/fields';
import { date, dayOf } from '../ui/format';
import { OtherRole, Page } from '../ui/page';
import { NO_PAPER, Paper, as, paperFault, useHrForm } from './hr_form';
import { KIND } from './names';
import { Roots } from './parts_hr';
import type { AgreementItem, Period } from './types';

const { kelola: w } = m;

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

/** An item of an agreement that is not fixed yet: it can be taken out, and put back until then. */
function Item({ view }: { view: RecordView<AgreementItem> }): JSX.Element {
  const saving = useSave();
  const { body } = view;
  const text = [body.text, body.indicator, body.target].filter(Boolean).join(', ');
  const remove = (removed: boolean) =>
    saving.save(() => mutate({ kind: 'skp.agreement_item', record: view.id, args: { removed }, base: { removed: body.removed ?? null }, ...as() }));
  return (
    <li>
      {body.removed ? <s>{text}</s> : text}
      <NotSaved fault={saving.fault} text={text} />
      {!body.fixed && (
        <div>
          <Button icon={body.removed ? 'kembali' : 'tutup'} about={body.text} busy={saving.busy} onClick={() => void remove(!body.removed)}>
            {body.removed ? w.urungkan : w.hapus}
          </Button>
        </div>
      )}
    </li>
  );
}

function Agreements({ years }: { years: readonly number[] }): JSX.Element {
  const [unit, setUnit] = useState('');
  const [year, setYear] = useState(years[0] ?? 0);
  useEffect(loadUnits, []);
  const own = working.value?.unit ?? '';
  const within = units.value.filter(({ id }) => above(id)?.has(own));
  const items = (records<AgreementItem>(KIND.agreementItem).value ?? []).filter(({ body }) => body.unit === unit && body.year === year);
  const agreement = (records<Agreement>('skp_agreement').value ?? []).find(({ body }) => body.unit === unit && body.year === year);
  return (
    <section class="bagian">
      <h2>{w.perjanjian}</h2>
      <p class="petunjuk">{w.perjanjianIsi}</p>
      <Select label={m.tahun} options={years.map((of) => ({ value: String(of), label: String(of) }))} value={String(year)} onChange={(of) => setYear(Number(of))} />
      <PickOne label={m.unit} empty={w.pilihUnit} options={within.map(({ id, name }) => ({ value: id, label: name }))} value={unit} onChange={setUnit} />
      {unit && (
        <div class="kartu">
          {items.length ? (
            <ul class="butir">
              {items.map((view) => (
                <Item key={view.id} view={view} />
              ))}
            </ul>
          ) : (
            <p>{w.tanpaButir}</p>
          )}
          {agreement ? (
            <p>{w.sudah(agreement.body.document, date(agreement.body.documentDate))}</p>
          ) : (
            <>
              <NewItem key={`${unit}:${year}`} unit={unit} year={year} order={items.length} />
              {items.some(({ body }) => !body.removed) && <Fix key={`${unit}:${year}`} unit={unit} year={year} />}
            </>
          )}
        </div>
      )}
    </section>
  );
}

/** The dated document that fixes the items of a unit and year. */
function Fix({ unit, year }: { unit: string; year: number }): JSX.Element {
  const form = useHrForm({
    key: `skp:penetapan:${unit}:${year}`,
    empty: NO_PAPER,
    check: (paper) => ({ 'dokumen-nomor': paperFault(paper) }),
    work: ({ document, documentDate }, draft) =>
      mutate({ kind: 'skp.agreement_fix', args: { unit, year, document: document.trim(), documentDate }, draft, ...as() }),
    done: w.ditetapkan,
  });
  if (!form.value) return <Loading />;
  return (
    <>
      <ErrorSummary errors={form.errors} />
      <Paper value={form.value} set={form.set} error={form.errors['dokumen-nomor']} id="dokumen-nomor" />
      <NotSaved fault={form.fault} text={form.value.document} onRetry={() => void form.save()} />
      <Buttons>
        <Button kind="utama" icon="kunci" busy={form.busy} onClick={() => void form.save()}>
          {w.tetapkan}
        </Button>
      </Buttons>
    </>
  );
}

export function PlanSettings(): JSX.Element {
  const periods = records<Period>(KIND.period).value ?? [];
  if (!isHrAdmin(working.value)) return <OtherRole />;
  const year = Number(dayOf(now.value).slice(0, 4));
  const years = [year, year + 1];
  return (
    <Page title={w.judul} layout="lebar">
      <section class="bagian">
        <h2>{w.periode}</h2>
        <p class="petunjuk">{w.periodeIsi}</p>
        {years.map((of) => (
          <YearForm key={of} year={of} view={periods.find(({ body }) => body.year === of)} />
        ))}
      </section>
      <Agreements years={years} />
      <Roots />
      <section class="bagian">
        <h2>{w.perPegawai}</h2>
        <p class="petunjuk">{w.perPegawaiIsi}</p>
        <div>
          <LinkButton href="/kelola/skp/pegawai" icon="orang">
            {w.perPegawai}
          </LinkButton>
        </div>
      </section>
    </Page>
  );
}
