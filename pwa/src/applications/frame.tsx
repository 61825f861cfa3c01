/** The frame of one case's pages: its title, where it stands, its sections; in words where the phone does not hold it. */
import type { ComponentChildren, JSX } from 'preact';
import { records, unread } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { isWaiting } from '../outbox/state';
import { place } from '../router';
import { u } from '../strings/id_usul';
import { Badge, type Tone } from '../ui/feedback';
import type { IconName } from '../ui/icons';
import { Page } from '../ui/page';
import { Missing, Refused, RefusedUploads } from './parts';
import { periodName } from './period_name';
import { stateName } from './states';
import { KIND, type Case, type CaseView } from './types';
import { baseOf, wholeOf, type Whole } from './view';
import './usul.css';

const LOOK: Record<string, [Tone, IconName]> = {
  draf: ['netral', 'pensil'],
  diajukan: ['info', 'naik'],
  diperiksa: ['ungu', 'orang'],
  dikembalikan: ['tunggu', 'kembali'],
  perbaikan: ['tunggu', 'kembali'],
  diverifikasi: ['sukses', 'centang'],
  diproses_luar: ['ungu', 'orang'],
  ditolak: ['galat', 'seru'],
  selesai: ['sukses', 'centang'],
  batal: ['netral', 'tutup'],
};

export function StateBadge({ view, name }: { view: CaseView; name?: string }): JSX.Element {
  const { state, stateName: said } = view.body;
  const [tone, icon] = LOOK[state] ?? ['netral', 'jam'];
  return (
    <>
      <Badge tone={tone} icon={icon} solid={state === 'selesai'}>
        {name ?? (said || state)}
      </Badge>
      {view.pending.some(isWaiting) && (
        <Badge tone="netral" icon="hp">
          {u.langkah.menunggu}
        </Badge>
      )}
    </>
  );
}

/** Whose case it is matters to the office and to whoever enters for others. */
export const titleOf = ({ body }: CaseView, service?: Whole['service']): string =>
  [body.title || service?.title, body.subjectName].filter(Boolean).join(', ') || u.judul;

const SECTIONS: [string, string][] = [
  ['', u.ringkasan],
  ['isian', u.isian],
  ['syarat', u.syarat],
  ['riwayat', u.riwayat],
];

function Sections({ base, id }: { base: string; id: string }): JSX.Element {
  const { path } = place.value;
  return (
    <nav class="bab" aria-label={u.bagian}>
      <ul>
        {SECTIONS.map(([part, label]) => {
          const href = `${base}/${id}${part && `/${part}`}`;
          return (
            <li key={part}>
              <a href={href} aria-current={path === href ? 'page' : undefined}>
                {label}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Each on a line of its own: names end with a full stop, and nobody reads where the next one begins. */
export function Facts({ list }: { list: readonly (string | false | null | undefined)[] }): JSX.Element {
  return (
    <>
      {list.map((fact) => fact && (
        <p key={fact} class="petunjuk">
          {fact}
        </p>
      ))}
    </>
  );
}

type Props = { id: string; section: string; children: (whole: Whole) => ComponentChildren };

export function CaseFrame({ id, section, children }: Props): JSX.Element {
  const held = records<Case>(KIND.case).value;
  const whole = wholeOf(id);
  const party = place.value.path.startsWith('/permohonan');
  const back = { href: party ? '/permohonan' : '/usul', label: party ? u.semuaPermohonan : u.kembali };
  if (!whole)
    return (
      <Page title={party ? u.permohonan : u.judul} tabTitle={section} back={back}>
        {held === null || unread.value || held.some((one) => one.id === id) ? <NotYet /> : <Missing key={id} />}
      </Page>
    );
  const { view, service } = whole;
  const { body } = view;
  const facts = [
    body.period && u.periode(periodName(body.period)),
    body.behalf && u.atasNama(body.unitName),
    body.account !== body.subject && body.accountName && u.oleh(body.accountName),
  ];
  return (
    <Page
      title={titleOf(view, service)}
      // Whose case it is stays out of the browser's history.
      tabTitle={`${service.title}: ${section}`}
      back={back}
      layout="lebar"
      below={
        <>
          <Facts list={facts} />
          <div class="lencana-baris">
            <StateBadge view={view} name={stateName(service, body.state, Boolean(body.dates?.downloaded))} />
          </div>
        </>
      }
    >
      <Sections base={baseOf(body)} id={id} />
      <Refused id={id} />
      {whole.refused.length > 0 && <RefusedUploads whole={whole} pictures={section === u.syarat} />}
      {children(whole)}
    </Page>
  );
}
