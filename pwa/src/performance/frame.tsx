/** The frame of the pages of one plan: title with its state, the sections, and what stands in the way. */
import type { ComponentChildren, JSX } from 'preact';
import { me, records, unread } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { place } from '../router';
import { s } from '../strings/id_skp';
import { Badge } from '../ui/feedback';
import { Page } from '../ui/page';
import { KIND } from './names';
import type { Plan } from './types';
import { isRunning, planBadge, type PlanView } from './view';
import './plan.css';

/** Whether the person at the phone wrote the plan, appraises it, or only reads it. */
export function partIn({ body }: PlanView): 'employee' | 'appraiser' | 'reader' {
  const account = me.value?.account;
  if (account === body.employee) return 'employee';
  // A root's plan is decided by a document, which HR enters elsewhere; every other reader of it appraises or acts for who does.
  return body.root ? 'reader' : 'appraiser';
}

function Sections({ view }: { view: PlanView }): JSX.Element {
  const root = `/skp/${view.id}`;
  const links = [
    [root, s.bab.skp],
    [`${root}/bukti`, s.bab.bukti],
    [`${root}/harian`, s.bab.harian],
    [`${root}/dialog`, s.bab.dialog],
    ...(isRunning(view.body.status) ? [[`${root}/evaluasi`, s.bab.nilai]] : []),
  ] as const;
  return (
    <nav class="bab" aria-label={s.bagian}>
      <ul>
        {links.map(([href, label]) => (
          <li key={href}>
            <a href={href} aria-current={place.value.path === href ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What the phone knows of who writes. */
interface Self {
  positionType?: string | null;
  superior?: string | null;
  superiorName?: string | null;
}

/**
 * The plan as it is shown. One that was begun without signal has neither form nor superior before the server answers: until
 * then both are what the position says, else what the person's last plan said.
 */
export function planOf(id: string): PlanView | undefined {
  const all = records<Plan>(KIND.plan).value ?? [];
  const view = all.find((one) => one.id === id);
  if (!view || view.version !== null) return view;
  const self = records<Self>('employee').value?.find((one) => one.id === me.value?.account)?.body;
  const [last] = all.filter(({ body, version }) => version !== null && body.employee === view.body.employee).sort((a, b) => b.body.year - a.body.year);
  const leads = self?.positionType === 'JPT' || last?.body.form === 'jpt';
  const { superior = null, superiorName = null } = self ?? {};
  return { ...view, body: { ...view.body, form: leads ? 'jpt' : 'ja_jf', superior, superiorName } };
}

/** The title of a plan: whose it is matters only to somebody else. */
export const titleOf = (view: PlanView): string =>
  partIn(view) === 'employee' ? s.judulTahun(view.body.year) : `${view.body.employeeName}, ${view.body.year}`;

type Props = {
  id: string;
  /** Title of the section, for the tab. */
  section: string;
  children: (view: PlanView) => ComponentChildren;
};

export function PlanFrame({ id, section, children }: Props): JSX.Element {
  const plans = records<Plan>(KIND.plan).value;
  const view = planOf(id);
  const own = !view || partIn(view) === 'employee';
  const back = own ? { href: '/skp', label: s.kembali } : { href: '/bawahan', label: s.bawahan };
  if (!view)
    return (
      <Page title={s.judul} tabTitle={section} back={back}>
        {plans === null || unread.value ? <NotYet /> : <p>{s.tidakAda}</p>}
      </Page>
    );
  const badge = planBadge(view);
  return (
    <Page
      title={titleOf(view)}
      tabTitle={`${s.judulTahun(view.body.year)}: ${section}`}
      back={back}
      layout="lebar"
      below={
        <div>
          <Badge {...badge}>{badge.text}</Badge>
        </div>
      }
    >
      <Sections view={view} />
      {children(view)}
    </Page>
  );
}
