/** `/kelola/skp`: HR opens a year, keeps performance agreements, and enters what was decided outside about roots. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
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
import { Badge, Loading } from '../ui/feedback';
import { Choice, TextField } from '../ui/fields';
import { dayOf } from '../ui/format';
import { OtherRole, Page } from '../ui/page';
import { Agreements } from './agreements';
import { as } from './hr_form';
import { KIND } from './names';
import { Roots } from './parts_hr';
import type { Period } from './types';

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
  const key = `skp:periode:${year}`;
  const draft = useDraft<Partial<Period>>(key, {}, (edits) => !Object.keys(edits).length);
  const saving = useSave();
  const edits = draft.value;
  if (!edits) return <Loading />;
  const body: Period = { ...(view?.body ?? fresh(year)), ...edits };
  const set = (part: Partial<Period>): void => draft.set({ ...edits, ...part });
  const options = (names: Record<string, string>) => Object.entries(names).map(([value, label]) => ({ value, label }));
  const waiting = view?.pending.some(isWaiting);
  async function save(): Promise<void> {
    const { year: of, start, end, rhythm, gate, dueOn, receiptDays, objectionDays, evidenceBytes } = body;
    const args = { year: of, start, end, rhythm, gate, dueOn, receiptDays, objectionDays, evidenceBytes };
    const work = () => mutate({ kind: 'skp.period', record: view?.id ?? uuid7(), args, draft: key, ...as() });
    if (await draft.become(() => saving.save(work))) tell(w.tersimpan);
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

/** The agreements of every unit below the grant. */
function UnitAgreements({ years }: { years: readonly number[] }): JSX.Element {
  useEffect(loadUnits, []);
  const own = working.value?.unit ?? '';
  return (
    <section class="bagian">
      <h2>{w.perjanjian}</h2>
      <Agreements years={years} units={units.value.filter(({ id }) => above(id)?.has(own))} hr />
    </section>
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
      <UnitAgreements years={years} />
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
