/** `/skp/PLAN/bukti`: for every RHK what was aimed at, what was achieved, and what stands behind it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { mutate, now, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { k } from '../strings/id_skp_kerja';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Banner, Loading, type Tone } from '../ui/feedback';
import { Select, TextField } from '../ui/fields';
import { dayOf, size } from '../ui/format';
import { Icon, type IconName } from '../ui/icons';
import { lazyPart } from '../ui/lazy';
import { PlanFrame, partIn } from './frame';
import { derived } from './ids';
import { Conflicts, Withdrawal } from './parts';
import { KIND } from './names';
import { rowsOf } from './result_form';
import { roundOn, roundsOf } from './rounds';
import type { Evidence, Indicator, Period, Plan, Realisation, Result } from './types';
import { isRunning, resultsOf, type IndicatorView, type PlanView, type ResultView } from './view';
import { rowText } from './words';

const AddEvidence = lazyPart(() => import('./evidence_add').then((module) => module.AddEvidence));
const { bukti: w } = k;

type RealiseProps = {
  plan: PlanView;
  rhk: string;
  indicator: string | null;
  label: string;
  round: string;
  held: RecordView<Realisation> | undefined;
  may: boolean;
};

interface Typed {
  value?: string;
  note?: string;
  /** What was stored when writing began. */
  base?: { value: string | null; note: string | null };
  version?: number | null;
}

/** What was achieved of one indicator, or of a whole RHK with the approach *kualitatif*. */
function Realise({ plan, rhk, indicator, label, round, held, may }: RealiseProps): JSX.Element {
  const key = `skp:realisasi:${indicator ?? rhk}:${round}`;
  const draft = useDraft<Typed>(key, {}, (typed) => typed.value === undefined && typed.note === undefined);
  const saving = useSave();
  const typed = draft.value;
  if (!typed) return <Loading />;
  const value = typed.value ?? held?.body.value ?? '';
  const note = typed.note ?? held?.body.note ?? '';
  const dirty = typed.value !== undefined || typed.note !== undefined;
  const set = (part: Typed): void =>
    draft.set({
      ...typed,
      base: typed.base ?? { value: held?.body.value ?? null, note: held?.body.note ?? null },
      version: typed.base ? (typed.version ?? null) : (held?.version ?? null),
      ...part,
    });
  async function save(): Promise<void> {
    const work = async (): Promise<void> => {
      const record = await derived(indicator ?? rhk, round);
      const begin = held ? {} : { plan: plan.id, rhk, ...(indicator && { indicator }), round };
      const over = held && typed?.base ? { base: typed.base, baseVersion: typed.version ?? null } : {};
      await mutate({ kind: 'skp.realise', record, args: { ...begin, value: value.trim(), note: note.trim() }, ...over, draft: key });
    };
    if (await draft.become(() => saving.save(work))) tell(w.tersimpan);
  }
  if (!may)
    return (
      <p>
        <span class="petunjuk">{`${label}. ${w.realisasi}: `}</span>
        <strong>{value || t.umum.belumAdaData}</strong> {note && <span class="petunjuk">{note}</span>}
      </p>
    );
  return (
    <div class="bagian">
      <p class="petunjuk">{label}</p>
      <div class="sepasang">
        <TextField label={w.realisasi} value={value} onInput={(next) => set({ value: next })} capitalize="sentences" />
        <TextField label={w.catatan} value={note} onInput={(next) => set({ note: next })} capitalize="sentences" />
      </div>
      <NotSaved fault={saving.fault} text={`${value}\n${note}`} onRetry={() => void save()} />
      {dirty && (
        <Buttons>
          <Button icon="simpan" busy={saving.busy} about={label} onClick={() => void save()}>
            {w.simpan}
          </Button>
        </Buttons>
      )}
    </div>
  );
}

function stateOf(body: Evidence): [Tone, IconName, string] {
  if (body.withdrawnAt) return ['netral', 'kembali', w.ditarik];
  if (body.state === 'ditolak') return ['galat', 'seru', body.fault ?? w.ditolak];
  if (body.counts) return ['sukses', 'centang', w.terhitung];
  return ['tunggu', 'jam', body.state === 'menunggu' ? w.menyusul : w.belum];
}

function Item({ view, may }: { view: RecordView<Evidence>; may: boolean }): JSX.Element {
  const [open, setOpen] = useState(false);
  const { body, pending } = view;
  const [tone, icon, text] = pending.some(isWaiting) ? (['netral', 'hp', t.kiriman.tersimpan] as const) : stateOf(body);
  const name = body.name || body.link || '';
  return (
    <li>
      <Icon name="klip" />
      <span class="bagian">
        <span>
          {body.link?.startsWith('https://') ? (
            <a href={body.link} target="_blank" rel="noopener noreferrer">
              {body.link}
            </a>
          ) : body.state === 'ada' && body.file ? (
            <a href={`/berkas/${body.file}/isi`} download={name}>
              {name}
            </a>
          ) : (
            name
          )}{' '}
          {body.bytes ? <span class="petunjuk">{size(body.bytes)}</span> : null}
        </span>
        {body.note && <span class="petunjuk">{body.note}</span>}
        <span>
          <Badge tone={tone} icon={icon}>
            {text}
          </Badge>
        </span>
        {may && !body.withdrawnAt && view.version !== null && (
          <span>
            <Button kind="polos" about={name} onClick={() => setOpen(true)}>
              {w.tarik}
            </Button>
          </span>
        )}
      </span>
      {open && (
        <Withdrawal
          draft={`skp:tarik:${view.id}`}
          title={w.tarik}
          explain={w.tarikIsi}
          label={w.tarikAlasan}
          done={w.tarikTersimpan}
          dangerous
          work={(reason, draft) => mutate({ kind: 'skp.evidence_withdraw', record: view.id, args: { reason }, draft })}
          onClose={() => setOpen(false)}
        />
      )}
    </li>
  );
}

type CardProps = {
  plan: PlanView;
  view: ResultView;
  at: number;
  rows: IndicatorView[];
  round: string;
  realised: RecordView<Realisation>[];
  evidence: RecordView<Evidence>[];
  most: number;
};

function ResultCard({ plan, view, at, rows, round, realised, evidence, most }: CardProps): JSX.Element {
  const may = partIn(plan) === 'employee' && ['persetujuan', 'evaluasi', 'ditutup'].includes(plan.body.status);
  const found = (indicator: string | null) =>
    realised.find(({ body }) => body.rhk === view.id && body.round === round && (body.indicator ?? null) === indicator);
  const own = evidence.filter(({ body }) => body.rhk === view.id && body.round === round);
  return (
    <section class="kartu" aria-labelledby={`bukti-${view.id}`}>
      <h2 id={`bukti-${view.id}`}>{`${s.rhkKe(at)}. ${view.body.text ?? ''}`}</h2>
      <Conflicts of={[...realised.filter(({ body }) => body.rhk === view.id), ...own]} />
      {plan.body.approach === 'kualitatif' ? (
        <Realise plan={plan} rhk={view.id} indicator={null} label={rows[0]?.body.narrative ?? ''} round={round} held={found(null)} may={may} />
      ) : (
        rows.map((row) => (
          <Realise
            key={row.id + round}
            plan={plan}
            rhk={view.id}
            indicator={row.id}
            label={rowText(row.body)}
            round={round}
            held={found(row.id)}
            may={may}
          />
        ))
      )}
      {own.length ? (
        <ul class="berkas">
          {own.map((one) => (
            <Item key={one.id} view={one} may={may} />
          ))}
        </ul>
      ) : (
        <p class="petunjuk">{w.kosong}</p>
      )}
      {may && <AddEvidence plan={plan.id} rhk={view.id} round={round} most={most} />}
    </section>
  );
}

function Sheet({ view }: { view: PlanView }): JSX.Element {
  const period = records<Period>(KIND.period).value?.find(({ id }) => id === view.body.period)?.body;
  const rhythm = period?.rhythm ?? 'triwulanan';
  const [round, setRound] = useState('');
  const chosen = round || roundOn(rhythm, view.body.year, dayOf(now.value));
  const results = resultsOf(view.id, records<Result>(KIND.result).value ?? []);
  const indicators = records<Indicator>(KIND.indicator).value;
  const realised = records<Realisation>(KIND.realisation).value;
  const evidence = records<Evidence>(KIND.evidence).value;
  if (!isRunning(view.body.status))
    return (
      <Banner tone="info">
        <p>{w.setelah}</p>
      </Banner>
    );
  if (!indicators || !realised || !evidence) return <Loading />;
  const plan = view.body as Plan;
  return (
    <>
      <Select label={w.periode} options={roundsOf(rhythm, plan.year)} value={chosen} onChange={setRound} />
      {results.map((result, index) => (
        <ResultCard
          key={result.id + chosen}
          plan={view}
          view={result}
          at={index + 1}
          rows={rowsOf(result.id, indicators, plan.approach)}
          round={chosen}
          realised={realised}
          evidence={evidence}
          most={period?.evidenceBytes ?? 10_485_760}
        />
      ))}
    </>
  );
}

export function EvidencePage({ parts }: { parts: string[] }): JSX.Element {
  return (
    <PlanFrame id={parts[0] ?? ''} section={s.bab.bukti}>
      {(view) => <Sheet view={view} />}
    </PlanFrame>
  );
}
