/** `/skp`: one's own plans, and for whoever appraises those of the people below, the ones that wait first. */
import type { JSX } from 'preact';
import { me, now, records, unread } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { go, place } from '../router';
import { s } from '../strings/id_skp';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Empty, Stepped } from '../ui/feedback';
import { date, dayOf } from '../ui/format';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { beginPlan } from './acts';
import { KIND } from './names';
import { Objections, OwnStanding } from './parts';
import type { Period, Plan } from './types';
import { asksBack, planBadge, waitsForMe, type PlanView } from './view';
import './plan.css';

const newest = (a: PlanView, b: PlanView): number => b.body.year - a.body.year || b.body.turn - a.body.turn;

function Card({ view, own, late }: { view: PlanView; own: boolean; late: boolean }): JSX.Element {
  const badge = planBadge(view);
  const { body } = view;
  return (
    <li>
      <a class="kartu-tautan" href={`/skp/${view.id}`}>
        <span class="isi">
          <span class="utama-teks">{own ? s.judulTahun(body.year) : body.employeeName}</span>
          {!own && <span class="petunjuk">{[body.position, s.judulTahun(body.year)].filter(Boolean).join(', ')}</span>}
          <Badge {...badge}>{badge.text}</Badge>
          {asksBack(body) && (
            <Badge tone="tunggu" icon="pensil">
              {s.mintaRevisi}
            </Badge>
          )}
          {late && (
            <Badge tone="tunggu" icon="jam">
              {s.lewat}
            </Badge>
          )}
        </span>
        <Icon name="panah" />
      </a>
    </li>
  );
}

/** Plans can be begun for the agency's years that are not over. */
function Begin({ own, periods, today }: { own: PlanView[]; periods: RecordView<Period>[]; today: string }): JSX.Element | null {
  const saving = useSave();
  const missing = periods
    .filter(({ body }) => body.end >= today && !own.some((plan) => plan.body.year === body.year && plan.body.status !== 'ditutup'))
    .sort((a, b) => a.body.year - b.body.year);
  if (!missing.length) return null;
  async function begin(period: RecordView<Period>): Promise<void> {
    let id = '';
    const work = async (): Promise<void> => {
      id = await beginPlan(period, me.value?.account ?? '');
    };
    if (!(await saving.save(work))) return;
    tell(s.tersimpan);
    go(`/skp/${id}`);
  }
  return (
    <section class="kartu">
      <p>{s.mulaiIsi}</p>
      <NotSaved fault={saving.fault} text={s.judul} />
      <Buttons stack>
        {missing.map((period) => (
          <Button key={period.id} kind="utama" icon="tambah" busy={saving.busy} onClick={() => void begin(period)}>
            {s.mulai(period.body.year)}
          </Button>
        ))}
      </Buttons>
    </section>
  );
}

/** What waits for the appraiser comes first, then who is late, then by name. */
const RANK: Record<string, number> = { diajukan: 0, dikembalikan: 1, draf: 2, persetujuan: 3, evaluasi: 4, final: 5, ditutup: 6 };
/** What was decided here without signal stands with what is decided. */
const rank = (view: PlanView): number => {
  const open = view.body.status === 'diajukan' || asksBack(view.body);
  return open ? (view.pending.some(isWaiting) ? 2.5 : 0) : (RANK[view.body.status] ?? 9);
};
const byNeed = (a: PlanView, b: PlanView): number =>
  rank(a) - rank(b) || a.body.employeeName.localeCompare(b.body.employeeName);

function Below({ plans, isLate }: { plans: PlanView[]; isLate: (plan: Plan) => boolean }): JSX.Element {
  if (!plans.length)
    return (
      <Empty>
        <p>{s.kosongBawahan}</p>
      </Empty>
    );
  return <Stepped items={plans} render={(view) => <Card key={view.id} view={view} own={false} late={isLate(view.body)} />} />;
}

function Tabs({ below, waiting }: { below: boolean; waiting: number }): JSX.Element {
  return (
    <nav class="bab" aria-label={s.bagian}>
      <ul>
        <li>
          <a href="/skp" aria-current={below ? undefined : 'page'}>
            {s.saya}
          </a>
        </li>
        <li>
          <a href="/bawahan" aria-current={below ? 'page' : undefined}>
            {waiting ? s.bawahanMenunggu(waiting) : s.bawahan}
          </a>
        </li>
      </ul>
    </nav>
  );
}

export function Plans(): JSX.Element {
  const all = records<Plan>(KIND.plan).value;
  const periods = records<Period>(KIND.period).value ?? [];
  const account = me.value?.account;
  const today = dayOf(now.value);
  const below = place.value.path === '/bawahan';
  const own = (all ?? []).filter(({ body }) => body.employee === account).sort(newest);
  const theirs = (all ?? []).filter(({ body }) => body.employee !== account && !body.root).sort(byNeed);
  const due = new Map(periods.map(({ body }) => [body.year, body.dueOn]));
  const isLate = ({ year, status }: Plan): boolean => {
    const day = due.get(year);
    return day !== undefined && today > day && ['draf', 'diajukan', 'dikembalikan'].includes(status);
  };
  const waiting = theirs.filter((view) => waitsForMe(view, account)).length;
  const late = own.find(({ body }) => isLate(body));
  return (
    <Page title={below ? s.bawahan : s.saya} layout="lebar">
      {(theirs.length > 0 || below) && <Tabs below={below} waiting={waiting} />}
      {all === null || (unread.value && !all.length) ? (
        <NotYet />
      ) : below ? (
        <>
          <Objections />
          <Below plans={theirs} isLate={isLate} />
        </>
      ) : (
        <>
          {late && <p class="petunjuk">{s.terlambat(date(due.get(late.body.year) ?? ''))}</p>}
          {own.length > 0 && (
            <ul class="daftar">
              {own.map((view) => (
                <Card key={view.id} view={view} own late={isLate(view.body)} />
              ))}
            </ul>
          )}
          {!own.length && (
            <Empty>
              <p>{s.kosong}</p>
            </Empty>
          )}
          <Begin own={own} periods={periods} today={today} />
          <OwnStanding />
        </>
      )}
    </Page>
  );
}
