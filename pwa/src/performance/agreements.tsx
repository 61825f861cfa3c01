/** The performance agreement of one unit and year: its items, and the dated document that fixes them. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { me, mutate, now, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { m } from '../strings/id_skp_rekap';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Loading } from '../ui/feedback';
import { ErrorSummary, Select, TextField } from '../ui/fields';
import { date, dateTime, dayOf } from '../ui/format';
import { Page } from '../ui/page';
import { NO_PAPER, Paper, Save, as, paperFault, useHrForm } from './hr_form';
import { KIND } from './names';
import type { AgreementItem } from './types';
import { Waits } from './waits';

const { kelola: w } = m;

/** `hr`: under HR's grant, else as the unit's head. */
type Props = { unit: string; year: number; hr: boolean };

const under = (hr: boolean): { as?: string } => (hr ? as() : {});

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
function NewItem({ unit, year, hr, order }: Props & { order: number }): JSX.Element {
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
    const work = () => mutate({ kind: 'skp.agreement_item', args, draft: key, ...under(hr) });
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
function Item({ view, hr, open }: { view: RecordView<AgreementItem>; hr: boolean; open: boolean }): JSX.Element {
  const saving = useSave();
  const { body } = view;
  const text = [body.text, body.indicator, body.target].filter(Boolean).join(', ');
  const remove = (removed: boolean) =>
    saving.save(() => mutate({ kind: 'skp.agreement_item', record: view.id, args: { removed }, base: { removed: body.removed ?? null }, ...under(hr) }));
  return (
    <li>
      {body.removed ? <s>{text}</s> : text}
      {view.pending.some(isWaiting) ? (
        <div>
          <Waits />
        </div>
      ) : (
        body.changedByName && <p class="petunjuk">{w.ditulis(body.changedByName, dateTime(body.changedAt ?? ''))}</p>
      )}
      <NotSaved fault={saving.fault} text={text} />
      {open && !body.fixed && (
        <div>
          <Button icon={body.removed ? 'kembali' : 'tutup'} about={body.text} busy={saving.busy} onClick={() => void remove(!body.removed)}>
            {body.removed ? w.urungkan : w.hapus}
          </Button>
        </div>
      )}
    </li>
  );
}

/** The dated document that fixes the items of a unit and year. */
function Fix({ unit, year, hr }: Props): JSX.Element {
  const form = useHrForm({
    key: `skp:penetapan:${unit}:${year}`,
    empty: NO_PAPER,
    check: (paper) => ({ 'dokumen-nomor': paperFault(paper) }),
    work: ({ document, documentDate }, draft) =>
      mutate({ kind: 'skp.agreement_fix', args: { unit, year, document: document.trim(), documentDate }, draft, ...under(hr) }),
    done: w.ditetapkan,
  });
  if (!form.value) return <Loading />;
  return (
    <>
      <ErrorSummary errors={form.errors} />
      <Paper value={form.value} set={form.set} error={form.errors['dokumen-nomor']} id="dokumen-nomor" />
      <Save form={form} label={w.tetapkan} text={form.value.document} icon="kunci" />
    </>
  );
}

function AgreementOf({ unit, year, hr }: Props): JSX.Element {
  const items = (records<AgreementItem>(KIND.agreementItem).value ?? [])
    .filter(({ body }) => body.unit === unit && body.year === year)
    .sort((a, b) => (a.body.order ?? 10_001) - (b.body.order ?? 10_001) || (a.id < b.id ? -1 : 1));
  const agreement = (records<Agreement>('skp_agreement').value ?? []).find(({ body }) => body.unit === unit && body.year === year);
  const props = { unit, year, hr };
  return (
    <div class="kartu">
      {items.length ? (
        <ul class="butir">
          {items.map((view) => (
            <Item key={view.id} view={view} hr={hr} open={!agreement} />
          ))}
        </ul>
      ) : (
        <p>{w.tanpaButir}</p>
      )}
      {agreement ? (
        <div>
          <p>{w.sudah(agreement.body.document, date(agreement.body.documentDate))}</p>
          {agreement.pending.some(isWaiting) && <Waits />}
        </div>
      ) : (
        <>
          <NewItem key={`${unit}:${year}`} {...props} order={items.length} />
          {items.some(({ body }) => !body.removed) && <Fix key={`${unit}:${year}`} {...props} />}
        </>
      )}
    </div>
  );
}

interface Unit {
  id: string;
  name: string;
}

/** A year and one of these units to choose, then its agreement; a single unit is no choice. */
export function Agreements({ years, units, hr }: { years: readonly number[]; units: readonly Unit[]; hr: boolean }): JSX.Element {
  const only = units.length === 1 ? (units[0]?.id ?? '') : '';
  const [picked, setPicked] = useState('');
  const [year, setYear] = useState(years[0] ?? 0);
  const unit = picked || only;
  return (
    <>
      <p class="petunjuk">{w.perjanjianIsi}</p>
      <Select label={m.tahun} options={years.map((of) => ({ value: String(of), label: String(of) }))} value={String(year)} onChange={(of) => setYear(Number(of))} />
      {only ? (
        <p>
          <strong>{units[0]?.name}</strong>
        </p>
      ) : (
        <PickOne label={m.unit} empty={w.pilihUnit} options={units.map(({ id, name }) => ({ value: id, label: name }))} value={unit} onChange={setPicked} />
      )}
      {unit && <AgreementOf unit={unit} year={year} hr={hr} />}
    </>
  );
}

/** `/perjanjian`: whoever heads a unit writes its agreement, and fixes it. */
export function HeadAgreements(): JSX.Element {
  const year = Number(dayOf(now.value).slice(0, 4));
  const units = me.value?.heads ?? [];
  return (
    <Page title={w.perjanjian} back={{ href: '/skp', label: w.keSkp }} layout="lebar">
      {units.length ? <Agreements years={[year, year + 1]} units={units} hr={false} /> : <p>{w.bukanKepala}</p>}
    </Page>
  );
}
