/** "Kode QR saya": the officer's code, changing every minute while there is signal; the static one without, and to print. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { NoAnswer, Refused, ask } from '../graphql';
import { me, outbox, records, unread } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { Qr } from '../outbox/qr';
import { isWaiting } from '../outbox/state';
import { kode } from '../strings/id_nilai';
import type { RecordView } from '../sync';
import { Button, Buttons } from '../ui/button';
import { Banner, Empty } from '../ui/feedback';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { ChangeCode, type Change } from './code_change';
import type { Code } from './code_types';
import './codes.css';
import { countdown, shownAt, type Held, type Steps } from './steps';
import { formPath } from './tokens';

const STEPS = '{ ratingSteps { token now seconds steps { code begins } } }';
const TICK_MS = 500;
/** Well before the last of the held codes (five minutes) has passed. */
const REFRESH_MS = 45_000;
/** Without a code that counts, so often is asked for one. */
const RETRY_MS = 5_000;

/** Keeps the codes of the next minutes as long as the page is open; null while there are none. */
function useSteps(token: string): { held: Held | null; tick: number } {
  const [held, setHeld] = useState<Held | null>(null);
  const [tick, setTick] = useState(() => performance.now());
  const latest = useRef<Held | null>(null);
  useEffect(() => {
    let live = true;
    let asked = -Infinity;
    const load = (): void => {
      asked = performance.now();
      ask<{ ratingSteps: Steps | null }>(STEPS).then(
        ({ ratingSteps: found }) => {
          latest.current = found && { ...found, heldAt: performance.now() };
          if (live) setHeld(latest.current);
        },
        (fault: unknown) => {
          if (!(fault instanceof NoAnswer || fault instanceof Refused)) throw fault;
        },
      );
    };
    const turn = (): void => {
      const now = performance.now();
      setTick(now);
      if (now - asked > (shownAt(latest.current, now) ? REFRESH_MS : RETRY_MS)) load();
    };
    // A page that slept cannot say how long: it asks anew.
    const woke = (): void => void (document.visibilityState === 'visible' && load());
    const timer = setInterval(turn, TICK_MS);
    document.addEventListener('visibilitychange', woke);
    load();
    return () => {
      live = false;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', woke);
    };
  }, [token]);
  return { held: held?.token === token ? held : null, tick };
}

function Live({ code, name }: { code: Code; name: string }): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const [full, setFull] = useState(false);
  const { held, tick } = useSteps(code.token);
  const shown = shownAt(held, tick);
  const url = location.origin + formPath(code.token, shown ? { s: shown.code } : {});
  useEffect(() => {
    const changed = (): void => setFull(document.fullscreenElement === frame.current);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  return (
    <section class="kartu tanpa-cetak">
      <div class="kode-qr" ref={frame} data-step={shown?.code ?? ''}>
        <strong>{name}</strong>
        <span class="petunjuk">{code.unitName}</span>
        <Qr text={url} label={kode.saya.qr(name)} />
        {shown && <span class="detik">{kode.saya.berganti(countdown(shown.left))}</span>}
        <span class="petunjuk">{shown ? kode.saya.bukti : kode.saya.tetap}</span>
        {full && <Button onClick={() => void document.exitFullscreen()}>{kode.saya.tutupLayar}</Button>}
      </div>
      {document.fullscreenEnabled && (
        <Buttons stack>
          <Button kind="utama" onClick={() => void frame.current?.requestFullscreen()}>
            {kode.saya.layarPenuh}
          </Button>
        </Buttons>
      )}
    </section>
  );
}

/** Links to the sheets of a code; the server writes them. */
export function Sheets({ code, about }: { code: Code; about: string }): JSX.Element {
  const sheets = [
    ['poster-a4', kode.saya.posterA4],
    ['poster-a5', kode.saya.posterA5],
    ['kartu-a4', kode.saya.kartuA4],
    ['kartu-a5', kode.saya.kartuA5],
  ] as const;
  return (
    <div class="tombol-baris">
      {sheets.map(([sheet, label]) => (
        <a class="tombol" key={sheet} href={`/n/${code.token}/${sheet}.pdf`} download>
          <Icon name="unduh" />
          <span>
            {label}
            <span class="sr"> {about}</span>
          </span>
        </a>
      ))}
    </div>
  );
}

/** What the phone prints by itself, without signal. */
function Paper({ code, name }: { code: Code; name: string }): JSX.Element {
  const url = location.origin + formPath(code.token);
  return (
    <div class="hanya-cetak kode-qr">
      <h2>{kode.saya.slogan}</h2>
      <p lang="en">{kode.saya.sloganEn}</p>
      <Qr text={url} label={kode.saya.qr(name)} />
      <p>
        <strong>{name}</strong>
        <br />
        {code.unitName}
      </p>
      <p>{url.replace(/^https?:\/\//, '')}</p>
      <p>{kode.saya.bersih}</p>
    </div>
  );
}

function Own({ view, name }: { view: RecordView<Code>; name: string }): JSX.Element {
  const [change, setChange] = useState<Change | null>(null);
  const waits = (outbox.value ?? []).some((item) => item.record === view.id && isWaiting(item));
  return (
    <>
      <Live code={view.body} name={name} />
      <Paper code={view.body} name={name} />
      <section class="bagian tanpa-cetak">
        <h2>{kode.saya.cetak}</h2>
        <p class="petunjuk">{kode.saya.cetakIsi}</p>
        <p>
          {kode.saya.alamat}: <strong class="sidik">{location.host + formPath(view.body.token)}</strong>
        </p>
        <Sheets code={view.body} about={name} />
        <Buttons>
          <Button onClick={() => print()}>{kode.saya.cetakHp}</Button>
        </Buttons>
      </section>
      <section class="bagian tanpa-cetak">
        <h2>{kode.saya.kelola}</h2>
        <p class="petunjuk">{kode.saya.kelolaIsi}</p>
        {waits ? (
          <Banner tone="tunggu">
            <p>{kode.ubah.menunggu}</p>
          </Banner>
        ) : (
          <Buttons>
            <Button onClick={() => setChange('ganti')}>{kode.saya.ganti}</Button>
            <Button kind="bahaya" onClick={() => setChange('cabut')}>
              {kode.saya.cabut}
            </Button>
          </Buttons>
        )}
        {change && <ChangeCode id={view.id} name={name} change={change} own onClose={() => setChange(null)} />}
      </section>
    </>
  );
}

export function MyCode(): JSX.Element {
  const all = records<Code>('rating_code').value;
  const mine = all?.find(({ body }) => body.kind === 'personal' && body.person === me.value?.account);
  return (
    <Page title={kode.saya.judul} layout="sempit">
      <p class="tanpa-cetak">{kode.saya.pengantar}</p>
      {mine ? (
        <Own key={mine.id} view={mine} name={mine.body.personName ?? me.value?.name ?? ''} />
      ) : all === null || unread.value ? (
        <NotYet />
      ) : (
        <Empty>
          <p>{kode.saya.belumAda}</p>
        </Empty>
      )}
    </Page>
  );
}
