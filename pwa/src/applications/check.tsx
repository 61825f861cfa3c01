/** `/verifikasi/ID`: one case at the desk. What was written beside its documents, a mark on each, and one decision that says
 * everything at once. */
import type { JSX } from 'preact';
import { me, records, unread } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { v } from '../strings/id_meja_usul';
import { u } from '../strings/id_usul';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { judge } from './conditions';
import { Claiming, Decision, DeskDocuments, Issue, OfficeFields, OutsideWork, Timeline } from './desk_parts';
import { Facts, StateBadge, titleOf } from './frame';
import { periodName } from './period_name';
import { Missing, ReadValue, Refused } from './parts';
import { FINAL, stateName } from './states';
import { KIND, type Case } from './types';
import { useBegun } from './use_begun';
import { partsIn, shownFields, wholeOf, type Whole } from './view';
import './meja.css';
import './usul.css';

/** Where the office writes its own fields; the server judges it again. */
const OFFICE_WRITES = new Set(['diperiksa', 'diverifikasi', 'diproses_luar']);
/** Where the history has a place of its own beside the case. */
const WIDE = '(min-width: 1024px)';

function Written({ whole, office }: { whole: Whole; office: boolean }): JSX.Element {
  const { service, values, view } = whole;
  return (
    <section class="kartu" aria-labelledby="isian">
      <h2 id="isian">{v.isian}</h2>
      <dl class="data">
        {shownFields(service, office)
          .filter(({ when }) => judge(when, values, view.body.facts) !== 'tidak')
          .map((field) => (
            <>
              <dt key={`${field.key}-l`}>{field.label}</dt>
              <dd key={field.key}>{field.type === 'employee' ? view.body.subjectName : <ReadValue field={field} value={values[field.key]} />}</dd>
            </>
          ))}
      </dl>
    </section>
  );
}

function Desk({ whole }: { whole: Whole }): JSX.Element {
  const { view, service, acts } = whole;
  const begun = useBegun(view.id);
  const { body } = view;
  const parts = partsIn(service, body);
  const officer = OFFICE_WRITES.has(body.state) && (parts.has('verifikator') || parts.has('penerbit')) && Boolean(service.fields?.some(({ owner }) => owner === 'officer'));
  const checking = body.state === 'diperiksa' && acts.has('verifikasi');
  const marking = checking && (!body.claimedBy || body.claimedBy === me.value?.account);
  return (
    <div class={marking ? 'meja memeriksa' : 'meja'}>
      <div class="bagian">
        {(acts.has('buka') || (checking && !marking)) && <Claiming whole={whole} />}
        <Written whole={whole} office={!officer} />
        {officer && <OfficeFields key={view.id} whole={whole} />}
        <DeskDocuments whole={whole} marking={marking} begun={begun} />
      </div>
      <div class="bagian">
        {marking && begun.all && <Decision whole={whole} begun={begun.all} />}
        {(acts.has('proses_luar') || acts.has('minta_perbaikan')) && <OutsideWork whole={whole} />}
        {(acts.has('terbitkan') || acts.has('proses_luar')) && <Issue whole={whole} />}
        <details class="meja-riwayat" open={!marking && matchMedia(WIDE).matches}>
          <summary>
            <Icon name="panah" class="panah" />
            {u.riwayat}
          </summary>
          <Timeline whole={whole} />
        </details>
      </div>
    </div>
  );
}

export function Check({ parts: [id = ''] }: { parts: string[] }): JSX.Element {
  const held = records<Case>(KIND.case).value;
  const whole = wholeOf(id);
  const back = { href: '/verifikasi', label: v.kembali };
  if (!whole)
    return (
      <Page title={v.judul} back={back}>
        {held === null || unread.value ? <NotYet /> : <Missing key={id} />}
      </Page>
    );
  const { view, service } = whole;
  const { body } = view;
  return (
    <Page
      title={titleOf(view, service)}
      tabTitle={`${v.judul}: ${service.title}`}
      back={back}
      layout="lebar penuh"
      below={
        <>
          <Facts list={[body.period && u.periode(periodName(body.period)), body.behalf && u.atasNama(body.unitName), body.accountName && u.oleh(body.accountName), body.claimedByName && !FINAL.has(body.state) && v.dipegang(body.claimedByName)]} />
          <div class="lencana-baris">
            <StateBadge view={view} name={stateName(service, body.state, Boolean(body.dates.downloaded))} />
          </div>
        </>
      }
    >
      <Refused id={id} without="application.issue" />
      <Desk key={id} whole={whole} />
    </Page>
  );
}
