/** `/verifikasi`: the queue of the verifiers' desk, what waits longest first. */
import type { JSX } from 'preact';
import { now, records, unread } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { v } from '../strings/id_meja_usul';
import { u } from '../strings/id_usul';
import { Empty, Stepped } from '../ui/feedback';
import { dateTime, millis } from '../ui/format';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { lazyPart } from '../ui/lazy';
import { DeskNav } from './desk_nav';
import { StateBadge } from './frame';
import { periodName } from './period_name';
import { FINAL, stateName } from './states';
import { KIND, type Case, type CaseView } from './types';
import { services } from './view';

const Accounts = lazyPart(() => import('./party_accounts').then((module) => module.PartyAccounts));

const GROUPS: [string, string, ReadonlySet<string>][] = [
  ['menunggu', v.tahap.menunggu, new Set(['diajukan'])],
  ['diperiksa', v.tahap.diperiksa, new Set(['diperiksa'])],
  ['luar', v.tahap.luar, new Set(['diverifikasi', 'diproses_luar'])],
  ['pemohon', v.tahap.pemohon, new Set(['dikembalikan', 'perbaikan'])],
  ['akhir', v.tahap.akhir, new Set(['selesai', 'ditolak'])],
];
const DAY = 86_400_000;

function Card({ view }: { view: CaseView }): JSX.Element {
  const { body, id } = view;
  const service = services().find((one) => one.id === body.service)?.body.definition;
  const sent = body.dates.submitted ?? body.dates.created;
  return (
    <li>
      <a class="kartu-tautan" href={`/verifikasi/${id}`}>
        <span class="isi">
          <span class="utama-teks">{body.subjectName}</span>
          <span class="petunjuk">
            {[body.title, body.period && u.periode(periodName(body.period)), dateTime(sent), v.hari(Math.floor(Math.max(0, now.value - millis(sent)) / DAY))].filter(Boolean).join(', ')}
          </span>
          {body.claimedByName && !FINAL.has(body.state) && <span class="petunjuk">{v.dipegang(body.claimedByName)}</span>}
          <span class="lencana-baris">
            <StateBadge view={view} name={stateName(service, body.state, Boolean(body.dates.downloaded))} />
          </span>
        </span>
        <Icon name="panah" />
      </a>
    </li>
  );
}

const oldest = (a: CaseView, b: CaseView): number => ((a.body.dates.submitted ?? '') < (b.body.dates.submitted ?? '') ? -1 : 1);

export function Queue(): JSX.Element {
  const all = records<Case>(KIND.case).value;
  const cases = [...(all ?? [])].sort(oldest);
  const waiting = cases.filter(({ body }) => body.state === 'diajukan').length;
  return (
    <Page title={v.judul} layout="lebar" below={<p class="petunjuk">{v.antrean(waiting)}</p>}>
      <DeskNav />
      <Accounts />
      {all === null || (unread.value && !all.length) ? (
        <NotYet />
      ) : cases.some(({ body }) => GROUPS.some(([, , states]) => states.has(body.state))) ? (
        GROUPS.map(([id, label, states]) => {
          const within = cases.filter(({ body }) => states.has(body.state));
          if (!within.length) return null;
          return (
            <section key={id} class="bagian" aria-labelledby={id}>
              <h2 id={id}>{label}</h2>
              <Stepped items={within} render={(view) => <Card key={view.id} view={view} />} />
            </section>
          );
        })
      ) : (
        <Empty>
          <p>{v.kosong}</p>
        </Empty>
      )}
    </Page>
  );
}
