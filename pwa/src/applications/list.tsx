/** `/usul` and `/permohonan`: one's own cases, and for whoever enters them the way to a new one. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { client, drafts, me, records, unread } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { place } from '../router';
import { u } from '../strings/id_usul';
import { l } from '../strings/id_usul_daftar';
import { lazyPart } from '../ui/lazy';
import { Banner, Empty, Stepped } from '../ui/feedback';
import { date } from '../ui/format';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { StateBadge } from './frame';
import { periodName } from './period_name';
import { FINAL, partsOf, stateName } from './states';
import { KIND, type Case, type CaseView, type PartyAccount } from './types';
import { pagesFor } from './page_key';
import { SEEN } from './seen';
import { baseOf, currentServices, roles, services, shownBody } from './view';

const Begin = lazyPart(() => import('./entry').then((module) => module.Begin));
const Entry = lazyPart(() => import('./entry').then((module) => module.Entry));

const whenOf = ({ dates }: Case): string => (dates.submitted ? l.dikirim(date(dates.submitted)) : l.dibuat(date(dates.created)));

function Card({ view }: { view: CaseView }): JSX.Element {
  const { body, id } = view;
  const service = services().find((one) => one.id === body.service)?.body.definition;
  // A party sees its own cases only; its name on each would say nothing.
  const party = body.subjectKind === 'party';
  return (
    <li>
      <a class="kartu-tautan" href={`${baseOf(body)}/${id}`}>
        <span class="isi">
          <span class="utama-teks">{(party ? body.title : body.subjectName) || service?.title || body.title}</span>
          <span class="petunjuk">
            {[!party && (body.title || service?.title), body.period && u.periode(periodName(body.period)), body.behalf && u.atasNama(body.unitName), whenOf(body)].filter(Boolean).join(', ')}
          </span>
          <span class="lencana-baris">
            <StateBadge view={view} name={stateName(service, body.state, Boolean(body.dates.downloaded))} />
          </span>
        </span>
        <Icon name="panah" />
      </a>
    </li>
  );
}

function List({ title, cases, id }: { title: string; cases: CaseView[]; id: string }): JSX.Element | null {
  if (!cases.length) return null;
  return (
    <section class="bagian" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Stepped items={cases} render={(view) => <Card key={view.id} view={view} />} />
    </section>
  );
}

const newest = (a: CaseView, b: CaseView): number => (a.body.changedAt < b.body.changedAt ? 1 : -1);

/** What was seen of a subject is known better once the server has answered; pages of a case that ended wait for nothing. */
function forgetBegun(cases: readonly CaseView[]): void {
  for (const { key } of drafts.value)
    if (
      (key.startsWith(SEEN) && cases.some(({ id, version }) => version !== null && SEEN + id === key)) ||
      cases.some(({ id, body }) => FINAL.has(body.state) && pagesFor(key) === id)
    )
      void client.value?.drafts.delete(key);
}

export function Cases(): JSX.Element {
  const held = records<Case>(KIND.case).value;
  useEffect(() => forgetBegun(held ?? []), [held]);
  const all = held && held.map((view) => ({ ...view, body: shownBody(view) }));
  const party = place.value.path.startsWith('/permohonan');
  const account = (records<PartyAccount>(KIND.party).value ?? []).find(({ id }) => id === me.value?.account)?.body;
  const cases = (all ?? []).filter(({ body }) => (body.subjectKind === 'party') === party).sort(newest);
  const offered = currentServices().filter(({ body }) => (body.subject === 'party') === party);
  const own = roles();
  // Who plays the applicant by an office enters for others; PEG and PMH ask for themselves.
  const entering = offered.filter(({ body }) => body.subject === 'employee' && [...partsOf(body.definition, own.filter((role) => role !== 'PEG'))].some((part) => part === 'pemohon' || part === 'atas_nama'));
  const asking = offered.filter(({ body }) => body.roles.pemohon?.includes(party ? 'PMH' : 'PEG') && own.includes(party ? 'PMH' : 'PEG'));
  // One service names the page; a page of several has a name of its own.
  const [only, ...others] = party ? asking : entering;
  const title = (others.length ? undefined : only?.body.definition.messages?.menu) ?? (party ? u.permohonan : u.judul);
  const bare = all === null || (unread.value && !all.length);
  const base = party ? '/permohonan' : '/usul';
  const beside = offered.length > 0 && (
    <p class="tautan-samping">
      {account && <a href={`${base}/pengurus`}>{l.pengurus}</a>}
      <a href={`${base}/masukan`}>{l.masukan}</a>
      {entering.length > 0 && <a href={`${base}/rekap`}>{l.rekap}</a>}
    </p>
  );
  return (
    <Page title={title} layout="lebar">
      {account && !account.approved && (
        <Banner tone="tunggu">
          <p>{account.refused ? account.reason : u.menungguSetuju}</p>
        </Banner>
      )}
      {entering.map((one) => (
        <Entry key={one.id} service={one} several={entering.length > 1} />
      ))}
      {asking.map((one) => (
        <Begin key={one.id} service={one} />
      ))}
      {bare ? (
        <NotYet />
      ) : cases.length ? (
        <>
          <List id="berjalan" title={l.berjalan} cases={cases.filter(({ body }) => !FINAL.has(body.state))} />
          <List id="lampau" title={l.lampau} cases={cases.filter(({ body }) => FINAL.has(body.state))} />
        </>
      ) : (
        <Empty>
          <p>{party ? l.kosongParpol : l.kosong}</p>
          {!party && !entering.length && <p class="petunjuk">{l.kosongIsi}</p>}
        </Empty>
      )}
      {beside}
    </Page>
  );
}
