/** `/skp/ID`: one plan as its employee writes it and as its appraiser reads it. */
import type { JSX } from 'preact';
import { mutate, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Badge, Banner, Empty } from '../ui/feedback';
import { Choice } from '../ui/fields';
import { date, dateTime } from '../ui/format';
import { Icon } from '../ui/icons';
import { switchApproach, type Step } from './acts';
import { PlanFrame, partIn } from './frame';
import { Conflicts, PlanSteps, Terms } from './parts';
import { KIND } from './names';
import { Measured } from './reading';
import { rowsOf } from './result_form';
import type { Indicator, Plan, Result } from './types';
import { Versions, useChanges } from './versions';
import { isOpen, linkText, resultsOf, type IndicatorView, type PlanView, type ResultView } from './view';

/** Who appraises, for which days, and what happened last. */
function Facts({ body }: { body: Plan }): JSX.Element {
  return (
    <div class="petunjuk">
      <p>{s.masa(date(body.start), date(body.end))}</p>
      <p>{s.form[body.form]}</p>
      {/* One that has not arrived says nothing of who stands above. */}
      <p>{body.superiorName ? s.penilai(body.superiorName) : body.root ? s.akar : body.root === false && s.penilaiTakAda}</p>
      {body.submittedAt && body.status === 'diajukan' && <p>{s.diajukanPada(dateTime(body.submittedAt))}</p>}
      {body.approvedAt && <p>{s.disetujuiOleh(body.approvedByName ?? '', dateTime(body.approvedAt))}</p>}
    </div>
  );
}

function Row({ plan, view, rows, at, changed }: { plan: PlanView; view: ResultView; rows: IndicatorView[]; at: number; changed: boolean }): JSX.Element {
  const { body } = view;
  const waits = [view, ...rows].some(({ pending }) => pending.some(isWaiting));
  const clash = [view, ...rows].some(({ pending }) => pending.some(({ state }) => state === 'conflict'));
  const link = linkText(body);
  const count = plan.body.approach === 'kualitatif' ? (rows.length ? s.bernarasi : s.tanpaRincian) : rows.length ? s.indikator(rows.length) : s.tanpaRincian;
  return (
    <li>
      <a class="kartu-tautan" href={`/skp/${plan.id}/rhk/${view.id}`}>
        <span class="isi">
          <span class="utama-teks">{`${at}. ${body.text}`}</span>
          <span class="petunjuk">{[link, count].filter(Boolean).join('. ')}</span>
          {clash && (
            <Badge tone="bentrok" icon="dua">
              {t.kiriman.perluPilih}
            </Badge>
          )}
          {changed && (
            <Badge tone="info" icon="pensil">
              {s.berubah}
            </Badge>
          )}
          {plan.body.review.includes(view.id) && (
            <Badge tone="tunggu" icon="seru">
              {s.perluDitinjau}
            </Badge>
          )}
          {body.unchangedSince && (
            <Badge tone={body.ticked ? 'netral' : 'tunggu'} icon={body.ticked ? 'centang' : 'jam'}>
              {s.tidakBerubah(body.unchangedSince)}
            </Badge>
          )}
          {waits && (
            <Badge tone="netral" icon="hp">
              {t.kiriman.tersimpan}
            </Badge>
          )}
        </span>
        <Icon name="panah" />
      </a>
      {partIn(plan) === 'appraiser' && <Measured rows={rows} plan={plan.body} />}
    </li>
  );
}

type ListProps = { plan: PlanView; kind: Result['kind']; results: ResultView[]; indicators: IndicatorView[]; changed: ReadonlySet<string> };

function Results({ plan, kind, results, indicators, changed }: ListProps): JSX.Element {
  const title = kind === 'utama' ? s.utama : s.tambahan;
  const listed = results.filter(({ body }) => body.kind === kind);
  const writes = partIn(plan) === 'employee' && isOpen(plan.body.status);
  return (
    <section class="bagian" aria-labelledby={`bab-${kind}`}>
      <h2 id={`bab-${kind}`}>{title}</h2>
      {listed.length ? (
        <ul class="daftar">
          {listed.map((view) => (
            <Row
              key={view.id}
              plan={plan}
              view={view}
              rows={rowsOf(view.id, indicators, plan.body.approach)}
              at={results.indexOf(view) + 1}
              changed={changed.has(view.id)}
            />
          ))}
        </ul>
      ) : (
        <Empty>
          <p>{kind === 'utama' ? s.belumAdaRhk : s.belumAdaTambahan}</p>
        </Empty>
      )}
      {writes && (
        <div>
          <LinkButton icon="tambah" href={`/skp/${plan.id}/rhk/baru${kind === 'tambahan' ? '?jenis=tambahan' : ''}`}>
            {kind === 'utama' ? s.tambahRhk : s.tambahTambahan}
          </LinkButton>
        </div>
      )}
    </section>
  );
}

/** Rows or one narrative for every RHK; switching it is a step, because rows written elsewhere would be lost from sight. */
function ApproachChoice(props: Step): JSX.Element | null {
  const { plan } = props;
  const saving = useSave();
  if (partIn(plan) !== 'employee' || !isOpen(plan.body.status) || plan.body.form === 'jpt') return null;
  return (
    <>
      <Choice
        label={s.pendekatan}
        options={Object.entries(s.pendekatanPilihan).map(([value, label]) => ({ value, label, hint: s.pendekatanPetunjuk[value] }))}
        value={plan.body.approach}
        onChange={(approach) => void saving.save(() => switchApproach(props, approach))}
      />
      <NotSaved fault={saving.fault} text={s.pendekatan} />
    </>
  );
}

/** The superior's RHK changed after it was linked: the employee confirms, or asks for a revision. */
function Review(props: Step): JSX.Element | null {
  const { plan } = props;
  const saving = useSave();
  if (!plan.body.review.length || partIn(plan) !== 'employee') return null;
  return (
    <Banner tone="tunggu">
      <p>{s.tinjau}</p>
      <NotSaved fault={saving.fault} text={s.tinjau} />
      <Buttons>
        <Button busy={saving.busy} onClick={() => void saving.save(() => mutate({ kind: 'skp.confirm', record: plan.id, args: {} })).then((ok) => ok && tell(s.tersimpan))}>
          {s.tinjauTetap}
        </Button>
      </Buttons>
    </Banner>
  );
}

function Sheet({ plan }: { plan: PlanView }): JSX.Element {
  const all = records<Result>(KIND.result).value ?? [];
  const indicators = (records<Indicator>(KIND.indicator).value ?? []).filter(({ body }) => body.plan === plan.id);
  const results = resultsOf(plan.id, all);
  const held = all.filter(({ body }) => body.plan === plan.id);
  const changed = useChanges(plan, results, indicators);
  const lists = { plan, results, held, indicators, changed };
  return (
    <>
      <Facts body={plan.body} />
      {plan.body.status === 'dikembalikan' && plan.body.returnedReason && (
        <Banner tone="tunggu">
          <p>{s.alasanKembali}</p>
          <p class="kutip">{plan.body.returnedReason}</p>
        </Banner>
      )}
      <Conflicts of={[plan, ...held, ...indicators]} plan={plan} />
      <Review {...lists} />
      <ApproachChoice {...lists} />
      <Results kind="utama" {...lists} />
      <Results kind="tambahan" {...lists} />
      <Terms plan={plan} />
      <PlanSteps {...lists} />
      <Versions plan={plan} />
    </>
  );
}

export function PlanPage({ parts }: { parts: string[] }): JSX.Element {
  return (
    <PlanFrame id={parts[0] ?? ''} section={s.bab.skp}>
      {(view) => <Sheet plan={view} />}
    </PlanFrame>
  );
}
