/** `/usul/ID/riwayat`: where a case stands, what comes next, its receipts, and everything that was done. */
import type { JSX } from 'preact';
import { records, takesQuestions } from '../identity/session';
import { u } from '../strings/id_usul';
import { j } from '../strings/id_usul_jalan';
import { LinkButton } from '../ui/button';
import { Empty } from '../ui/feedback';
import { date, dateTime, minutes, receipt } from '../ui/format';
import { Icon } from '../ui/icons';
import { CaseFrame } from './frame';
import { FINAL, ahead, stateName } from './states';
import { KIND, type History, type Promised, type Submission } from './types';
import { labelOf, type Whole } from './view';

/** Acts that move a case; the rest is in the list below. */
const MOVES = new Set(['buat', 'kirim', 'buka', 'kembalikan', 'tolak', 'verifikasi', 'proses_luar', 'minta_perbaikan', 'kirim_ulang', 'terbitkan', 'batalkan']);

const lasting = (seconds: number): string => (seconds >= 86_400 ? `${Math.floor(seconds / 86_400)} hari` : minutes(seconds / 60));

function Took({ promise }: { promise: Promised }): JSX.Element {
  const { serviceClock, serviceWorking, totalClock, totalWorking, sentence } = promise;
  return (
    <section class="kartu" aria-labelledby="lama">
      <h2 id="lama">{j.status.waktu}</h2>
      <p>{j.status.layanan(lasting(serviceClock), lasting(serviceWorking))}</p>
      <p>{j.status.total(lasting(totalClock), lasting(totalWorking))}</p>
      {sentence && <p>{sentence}</p>}
    </section>
  );
}

function Way({ whole, moves }: { whole: Whole; moves: readonly History[] }): JSX.Element {
  const { service, view } = whole;
  const { state, changedAt, dates, outside } = view.body;
  const coming = ahead(service, state);
  const last = moves.at(-1)?.at ?? changedAt;
  return (
    <section class="bagian" aria-labelledby="jalan">
      <h2 id="jalan">{j.status.linimasa}</h2>
      <p class="jawaban-utama">{j.status.sekarang(stateName(service, state, Boolean(dates.downloaded)), date(last))}</p>
      {coming[0] && <p class="petunjuk">{j.status.berikutnya(stateName(service, coming[0]))}</p>}
      {state === 'diproses_luar' && outside && <p>{j.status.belumKabar(outside.system, date(outside.receivedOn ?? outside.sentOn))}</p>}
      <ol class="linimasa">
        {moves.map(({ act, at, byName, behalf, reason }, index) => (
          <li key={`${act}${at}`} aria-current={index === moves.length - 1 && FINAL.has(state) ? 'step' : undefined}>
            <Icon name="centang" />
            <span>
              <strong>{j.act[act] ?? act}</strong> {dateTime(at)}
              <br />
              <span class="petunjuk">{[byName, behalf && u.atasNama(behalf)].filter(Boolean).join(', ')}</span>
              {reason && <span class="kutip">{reason}</span>}
            </span>
          </li>
        ))}
        {coming.map((one) => (
          <li key={one} class="nanti">
            <Icon name="panah" />
            <span>{stateName(service, one)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Receipts({ list }: { list: readonly Submission[] }): JSX.Element | null {
  if (!list.length) return null;
  return (
    <section class="bagian" aria-labelledby="resi">
      <h2 id="resi">{j.status.resi}</h2>
      <ul class="daftar">
        {list.map((one) => (
          <li key={one.round} class="kartu">
            <h3>
              <a href={`/resi/${one.receipt}`} target="_blank" rel="noopener">
                {j.status.resiNo(receipt(one.receipt))}
              </a>
            </h3>
            <p class="petunjuk">{j.status.resiIsi(one.round, dateTime(one.at))}</p>
            <ul class="butir">
              {one.items.map(({ item, label, number, hash }) => (
                <li key={item}>{j.status.berkas(label, number, hash)}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Log({ whole, list }: { whole: Whole; list: readonly History[] }): JSX.Element {
  return (
    <details>
      <summary>
        <Icon name="panah" class="panah" />
        {j.status.catatan}
      </summary>
      <ul class="butir">
        {list.map(({ act, at, byName, object, reason }, index) => (
          <li key={`${at}${index}`}>
            {[`${j.act[act] ?? act}${object ? ` (${labelOf(whole.service, object)})` : ''}`, dateTime(at), byName, reason].filter(Boolean).join(', ')}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Who applies may ask about this case; the number tells the office which one it is. */
function AskAbout({ whole, number }: { whole: Whole; number: string | undefined }): JSX.Element | null {
  if (!whole.own || whole.view.body.subjectKind !== 'employee' || !takesQuestions.value) return null;
  const about = [whole.view.body.title, number && j.status.resiNo(receipt(number))].filter(Boolean).join(', ');
  return (
    <div class="tombol-kiri">
      <LinkButton href={`/tanya/baru?tentang=${encodeURIComponent(`${about}: `)}`} icon="tanya">
        {j.status.tanya}
      </LinkButton>
    </div>
  );
}

export function Timeline({ whole }: { whole: Whole }): JSX.Element {
  const { id, body } = whole.view;
  const list = (records<History>(KIND.history).value ?? [])
    .map((one) => one.body)
    .filter(({ application }) => application === id)
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  const receipts = (records<Submission>(KIND.submission).value ?? [])
    .map((one) => one.body)
    .filter(({ application }) => application === id)
    .sort((a, b) => b.round - a.round);
  return (
    <>
      <Way whole={whole} moves={list.filter(({ act }) => MOVES.has(act))} />
      {body.promise && <Took promise={body.promise} />}
      <Receipts list={receipts} />
      <AskAbout whole={whole} number={receipts[0]?.receipt} />
      {list.length ? (
        <Log whole={whole} list={[...list].reverse()} />
      ) : (
        <Empty>
          <p>{j.status.kosong}</p>
        </Empty>
      )}
    </>
  );
}

export function TimelinePage({ parts: [id = ''] }: { parts: string[] }): JSX.Element {
  return (
    <CaseFrame id={id} section={u.riwayat}>
      {(whole) => <Timeline whole={whole} />}
    </CaseFrame>
  );
}
