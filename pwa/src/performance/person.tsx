/** `/kelola/skp/pegawai/ID`: what HR decides about one employee: plans, stand-in, exemption, service. */
import type { JSX } from 'preact';
import { ask } from '../graphql';
import { isHrAdmin } from '../identity/roles';
import { me, records, working } from '../identity/session';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { h } from '../strings/id_skp_hr';
import { Badge, Empty } from '../ui/feedback';
import { date } from '../ui/format';
import { Icon } from '../ui/icons';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { Folded } from './hr_form';
import { ActingList, ExemptionList } from './in_force';
import { KIND } from './names';
import { ActingForm, ExemptForm, Look, OrderForm, Service } from './parts_hr';
import type { Order, PlanStatus } from './types';
import { BADGES } from './badges';
import { Waits } from './waits';
import './plan.css';

export interface PersonPlan {
  id: string;
  year: number;
  turn: number;
  status: PlanStatus;
  planVersion: number;
  start: string;
  end: string;
  unitName: string;
  superiorName: string;
  root: boolean;
  final: { id: string; title: string }[];
}

interface Person {
  id: string;
  name: string;
  nip: string | null;
  position: string;
  unitName: string;
  superiorName: string;
  root: boolean;
  plans: PersonPlan[];
}

const PERSON = 'query($id: ID!) { skpPerson(id: $id) }';

/** Decisions of HR about a plan, those that wait here first. */
function Orders({ plan }: { plan: string }): JSX.Element | null {
  const listed = (records<Order>(KIND.order).value ?? []).filter(({ body }) => body.plan === plan);
  if (!listed.length) return null;
  return (
    <ul class="butir">
      {listed.map((view) => (
        <li key={view.id}>
          {h.skp.sudahOleh(h.skp.sudah[view.body.act] ?? view.body.act, date(view.body.date), view.body.byName ?? '')}
          <br />
          <span class="petunjuk">{view.body.reason}</span>
          {view.pending.some(isWaiting) && <Waits />}
        </li>
      ))}
    </ul>
  );
}

function PlanCard({ plan, person }: { plan: PersonPlan; person: Person }): JSX.Element {
  const waits = (records<Order>(KIND.order).value ?? []).some(({ body, pending }) => body.plan === plan.id && pending.some(isWaiting));
  const decided = plan.status === 'ditutup' || plan.status === 'final';
  const [tone, icon] = BADGES[plan.status] ?? BADGES.draf;
  return (
    <section class="kartu" aria-label={s.judulTahun(plan.year)}>
      <h3>{s.judulTahun(plan.year)}</h3>
      <div>
        <Badge tone={tone} icon={icon}>
          {s.status[plan.status] ?? plan.status}
        </Badge>
      </div>
      <div class="petunjuk">
        <p>{s.masa(date(plan.start), date(plan.end))}</p>
        <p>{[plan.unitName, h.skp.atasan(plan.superiorName)].filter(Boolean).join('. ')}</p>
      </div>
      <Orders plan={plan.id} />
      <div>
        <a class="tombol" href={`/unduh/skp/${plan.id}`} download>
          <Icon name="unduh" />
          <span>{h.skp.turun}</span>
        </a>
      </div>
      {plan.final.length > 0 && <p class="petunjuk">{h.nilai.dicatat}</p>}
      {plan.final.map(({ id, title }) => (
        <Look key={id} id={id} title={title} />
      ))}
      {!decided && !waits && (
        <Folded title={h.skp.putuskan}>
          <OrderForm plan={plan} person={person.id} name={person.name} />
        </Folded>
      )}
    </section>
  );
}

function Sheet({ person }: { person: Person }): JSX.Element {
  const { id } = person;
  const own = id === me.value?.account;
  return (
    <>
      <div class="petunjuk">
        <p>{[person.nip, person.position, person.unitName].filter(Boolean).join(', ')}</p>
        <p>{h.skp.atasan(person.superiorName)}</p>
      </div>
      <section class="bagian">
        <h2>{h.skp.judul}</h2>
        {own && <p class="petunjuk">{h.skp.diriSendiri}</p>}
        {!person.plans.length && (
          <Empty>
            <p>{h.skp.kosong}</p>
          </Empty>
        )}
        {person.plans.map((plan) => (
          <PlanCard key={plan.id} plan={plan} person={person} />
        ))}
      </section>
      <section class="bagian">
        <h2>{h.pengganti.judul}</h2>
        <ActingList of={id} />
        {!own && (
          <Folded title={h.pengganti.tambah}>
            <ActingForm person={id} />
          </Folded>
        )}
      </section>
      <section class="bagian">
        <h2>{h.kecuali.judul}</h2>
        <ExemptionList of={id} />
        {!own && (
          <Folded title={h.kecuali.tambah}>
            <ExemptForm person={id} />
          </Folded>
        )}
      </section>
      <Service person={id} />
    </>
  );
}

function Loaded({ id }: { id: string }): JSX.Element {
  // What the server took changes the plans: they are asked for again.
  const taken = (records<Order>(KIND.order).value ?? []).filter(({ version }) => version !== null).length;
  const found = useOnline(() => ask<{ skpPerson: Person }>(PERSON, { id }).then(({ skpPerson }) => skpPerson), `${id}:${taken}`);
  return (
    <Page title={found.data?.name ?? h.judul} tabTitle={h.satu} back={{ href: '/kelola/skp/pegawai', label: h.semua }} layout="lebar">
      <OnlineState of={found} />
      {found.data && <Sheet person={found.data} />}
    </Page>
  );
}

export function PlanPerson({ parts }: { parts: string[] }): JSX.Element {
  return isHrAdmin(working.value) ? <Loaded id={parts[2] ?? ''} /> : <OtherRole />;
}
