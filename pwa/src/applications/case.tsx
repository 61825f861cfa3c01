/** `/usul/ID`: how ready a case is and why, what was asked for, and the one next step. */
import type { JSX } from 'preact';
import { moving } from '../attachments/moving';
import { now, status } from '../identity/session';
import { u } from '../strings/id_usul';
import { f } from '../strings/id_usul_isian';
import { LinkButton } from '../ui/button';
import { Banner } from '../ui/feedback';
import { date, dayOf } from '../ui/format';
import { Icon } from '../ui/icons';
import { notApproved } from './approval';
import { fieldsOf } from './definition';
import { CaseFrame } from './frame';
import { windowOf } from './periods';
import { MarkBadge, StandingBadge } from './standing';
import { isUnderWay } from './under_way';
import { unsavedShown } from './unsaved';
import { baseOf, currentServices, inOrder, type Whole } from './view';
import { waitsFor } from './waits_for';
import { Adopt, Asked, Cancel, Result, Send } from './parts_case';

const SENDING = ['application.submit', 'application.resend'];

/** The task list: fields, each document, and what stands between this and sending. */
function Tasks({ whole }: { whole: Whole }): JSX.Element {
  const { view, ready, marks, unanswered } = whole;
  const base = `${baseOf(view.body)}/${view.id}`;
  const fields = new Set(ready.faults.filter(({ path }) => path.startsWith('fields.')).map(({ path }) => path)).size;
  const asked = fieldsOf(whole.service).filter(({ key }) => unanswered.has(key)).length;
  return (
    <ul class="daftar">
      <li>
        <a class="kartu-tautan" href={`${base}/isian`}>
          <span class="isi">
            <span class="utama-teks">{u.isian}</span>
            {fields > 0 && <span class="petunjuk">{u.siap.isianBelum(fields)}</span>}
            {unsavedShown(whole).length > 0 && <span class="petunjuk">{f.belumDisimpan}</span>}
            {asked > 0 && (
              <span class="lencana-baris">
                <MarkBadge mark="perlu_diperbaiki" />
              </span>
            )}
          </span>
          <Icon name="panah" />
        </a>
      </li>
      {ready.rows
        .filter(({ standing }) => standing !== 'tidak perlu')
        .map(({ code, label, standing }) => (
          <li key={code}>
            <a class="kartu-tautan" href={`${base}/syarat`}>
              <span class="isi">
                <span class="utama-teks">{label}</span>
                <span class="lencana-baris">
                  <StandingBadge standing={standing} mark={unanswered.has(code) ? 'perlu_diperbaiki' : marks.get(code)?.body.mark} />
                </span>
              </span>
              <Icon name="panah" />
            </a>
          </li>
        ))}
    </ul>
  );
}

function Ready({ whole }: { whole: Whole }): JSX.Element {
  const { ready } = whole;
  const { faults, prediction, label } = ready;
  const window = windowOf(whole.service, whole.values);
  const today = dayOf(now.value);
  return (
    <section class="kartu" aria-labelledby="kesiapan">
      <h2 id="kesiapan">{u.siap.judul}</h2>
      <p class="jawaban-utama" role="status">
        {!ready.ready ? label : unsavedShown(whole).length ? f.belumDisimpan : u.siap.siap}
      </p>
      {window && <p class="petunjuk">{today < window.opens ? u.siap.dibuka(date(window.opens)) : today > window.closes ? u.siap.ditutup(date(window.closes)) : u.siap.sampai(date(window.closes))}</p>}
      {prediction && <p class="petunjuk">{prediction === 'TMS' ? u.siap.tms : u.siap.btl}</p>}
      {faults.length > 0 && (
        <details open={faults.length <= 3}>
          <summary>
            <Icon name="panah" class="panah" />
            {u.siap.lihat}
          </summary>
          <ul class="butir">
            {inOrder(whole).map(({ path, code, text }) => (
              <li key={path + code}>{text}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Overview({ whole }: { whole: Whole }): JSX.Element {
  const { view, service, own } = whole;
  const { body } = view;
  const writing = ['draf', 'dikembalikan', 'perbaikan'].includes(body.state);
  const newer = currentServices().find((one) => one.body.code === service.code && one.body.version > service.version);
  return (
    <>
      {view.version === null && (
        <Banner tone="netral">
          <p>{u.belumSampai}</p>
        </Banner>
      )}
      {own && writing && notApproved() && (
        <Banner tone="tunggu">
          <p>{notApproved()}</p>
        </Banner>
      )}
      {isUnderWay(view, ...SENDING) && !whole.refused.length && (
        <Banner tone="tunggu">
          <p>{u.menunggu[waitsFor(status.value?.link, view.id, whole.documents.values(), moving.value)]}</p>
        </Banner>
      )}
      {body.state === 'diajukan' && service.messages?.waiting && (
        <Banner tone="info">
          <p>{service.messages.waiting}</p>
        </Banner>
      )}
      {body.previous && (
        <p>
          <a href={`${baseOf(body)}/${body.previous}`}>{u.lama}</a>
        </p>
      )}
      {(body.reopened.length > 0 || body.state === 'ditolak') && <Asked whole={whole} />}
      <Result whole={whole} />
      {own && body.state === 'draf' && newer && <Adopt whole={whole} newer={newer} />}
      {own && writing && !isUnderWay(view, ...SENDING) && <Ready whole={whole} />}
      <Tasks whole={whole} />
      {own && <Send whole={whole} />}
      {!writing && (
        <div class="tombol-kiri">
          <LinkButton href={`${baseOf(body)}/${view.id}/riwayat`} icon="jam">
            {u.riwayat}
          </LinkButton>
        </div>
      )}
      {own && <Cancel whole={whole} />}
    </>
  );
}

export function CasePage({ parts: [id = ''] }: { parts: string[] }): JSX.Element {
  return (
    <CaseFrame id={id} section={u.ringkasan}>
      {(whole) => <Overview whole={whole} />}
    </CaseFrame>
  );
}
