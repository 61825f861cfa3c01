/** `/skp/PLAN/harian`: what was done today, in twenty seconds, and the text to paste into the national e-Kinerja. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { filesOf, type Written } from '../attachments/written';
import { useDraft } from '../forms/draft';
import { mutate, now, records } from '../identity/session';
import { NotSaved, copyText, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { k } from '../strings/id_skp_kerja';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Badge, Empty, Loading, Stepped } from '../ui/feedback';
import { ErrorSummary, Select, TextArea, TextField } from '../ui/fields';
import { date, dayOf } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { Files } from './files';
import { PlanFrame, partIn } from './frame';
import { LOG_MOST } from './limits';
import { copyReady, monthsOf } from './log_text';
import { KIND } from './names';
import type { LogEntry, Result } from './types';
import { isRunning, resultsOf, type PlanView, type ResultView } from './view';

const FileField = lazyPart(() => import('../attachments/field').then((module) => module.FileField));
const { harian: w } = k;

interface Typed extends Written {
  day: string;
  rhk: string;
  amount: string;
}

function Write({ plan, results, last }: { plan: PlanView; results: ResultView[]; last: LogEntry | undefined }): JSX.Element {
  const today = dayOf(now.value);
  const key = `skp:harian:${plan.id}`;
  // Most days go on with the RHK of the day before.
  const start: Typed = { day: today, rhk: last?.rhk ?? results[0]?.id ?? '', text: '', amount: '', files: [] };
  const draft = useDraft<Typed>(key, start, ({ text, amount, files }) => !text.trim() && !amount && !files.length);
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const saving = useSave();
  const typed = draft.value;
  if (!typed) return <Loading />;
  const set = (part: Partial<Typed>): void => draft.set({ ...typed, ...part });

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (!typed) return;
    const { day, rhk, text, amount, files } = typed;
    const outside = !day || day < plan.body.start || day > plan.body.end || day > today;
    const wrong = {
      'harian-hari': outside ? w.salahTanggal : undefined,
      'harian-rhk': rhk ? undefined : w.salahRhk,
      'harian-hasil': !text.trim() ? w.salah : text.length > LOG_MOST ? s.salahPanjang(String(LOG_MOST)) : undefined,
    };
    setErrors(wrong);
    if (Object.values(wrong).some(Boolean)) return;
    const args = { plan: plan.id, rhk, day, text: text.trim(), amount: amount.trim(), ...filesOf(files) };
    const work = () => mutate({ kind: 'skp.log', args, draft: key });
    if (!(await draft.become(() => saving.save(work)))) return;
    tell(w.tersimpan);
  }

  return (
    <form class="kartu" onSubmit={(event) => void save(event)} noValidate aria-label={w.judul}>
      <ErrorSummary errors={errors} />
      <NotSaved fault={saving.fault} text={typed.text} />
      <PickOne
        id="harian-rhk"
        label={w.rhk}
        options={results.map(({ id, body }, at) => ({ value: id, label: `${at + 1}. ${body.text}` }))}
        value={typed.rhk}
        onChange={(rhk) => set({ rhk })}
        error={errors['harian-rhk']}
      />
      <TextArea
        id="harian-hasil"
        label={w.hasil}
        hint={w.hasilPetunjuk}
        value={typed.text}
        onInput={(text) => set({ text })}
        max={LOG_MOST}
        rows={3}
        error={errors['harian-hasil']}
        required
      />
      <div class="sepasang">
        <TextField label={w.jumlah} value={typed.amount} onInput={(amount) => set({ amount })} />
        <TextField
          id="harian-hari"
          type="date"
          label={w.hari}
          value={typed.day}
          onInput={(day) => set({ day })}
          error={errors['harian-hari']}
        />
      </div>
      <FileField files={typed.files} set={(files) => set({ files })} />
      <Buttons stack>
        <Button type="submit" kind="utama" icon="simpan" busy={saving.busy}>
          {w.simpan}
        </Button>
      </Buttons>
    </form>
  );
}

function Entry({ view, results }: { view: RecordView<LogEntry>; results: ResultView[] }): JSX.Element {
  const { body, pending } = view;
  const at = results.findIndex(({ id }) => id === body.rhk);
  return (
    <li class="kartu">
      <div>
        <p class="petunjuk">{[date(body.day), at >= 0 && s.rhkKe(at + 1), body.amount].filter(Boolean).join(', ')}</p>
        <p>{body.text}</p>
      </div>
      {pending.some(isWaiting) && (
        <div>
          <Badge tone="netral" icon="hp">
            {t.kiriman.tersimpan}
          </Badge>
        </div>
      )}
      <Files files={body.files} />
    </li>
  );
}

function Entries({ entries, results }: { entries: RecordView<LogEntry>[]; results: ResultView[] }): JSX.Element {
  const months = monthsOf(entries.map(({ body }) => body.day));
  const [month, setMonth] = useState(months[0]?.value ?? '');
  const shown = entries.filter(({ body }) => body.day.startsWith(month));
  if (!entries.length)
    return (
      <Empty>
        <p>{w.kosong}</p>
      </Empty>
    );
  return (
    <>
      {months.length > 1 && <Select label={w.bulan} options={months} value={month} onChange={setMonth} />}
      <div>
        <Button
          icon="salin"
          onClick={() =>
            void copyText(copyReady(shown.map(({ body }) => body), results.map(({ id, body }) => [id, body.text ?? ''])))
          }
        >
          {w.salin}
        </Button>
      </div>
      <Stepped items={shown} render={(view) => <Entry key={view.id} view={view} results={results} />} />
    </>
  );
}

function Log({ view }: { view: PlanView }): JSX.Element {
  const all = records<LogEntry>(KIND.log).value;
  const results = resultsOf(view.id, records<Result>(KIND.result).value ?? []);
  if (all === null) return <Loading />;
  const entries = all
    .filter(({ body }) => body.plan === view.id)
    .sort((a, b) => b.body.day.localeCompare(a.body.day) || (a.id < b.id ? 1 : -1));
  return (
    <>
      {partIn(view) === 'employee' && view.body.status !== 'final' && results.length > 0 && (
        <Write plan={view} results={results} last={entries[0]?.body} />
      )}
      {!isRunning(view.body.status) && !results.length && <p>{s.belumAdaRhk}</p>}
      <section class="bagian">
        <h2>{w.judul}</h2>
        <Entries entries={entries} results={results} />
      </section>
    </>
  );
}

export function LogPage({ parts }: { parts: string[] }): JSX.Element {
  return (
    <PlanFrame id={parts[0] ?? ''} section={s.bab.harian}>
      {(view) => <Log view={view} />}
    </PlanFrame>
  );
}
