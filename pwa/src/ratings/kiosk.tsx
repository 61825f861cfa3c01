/** The counter tablet: from "who served you?" to thanks, again and again, with or without signal. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { go } from '../router';
import { staf } from '../strings/loket';
import { LiveRegion } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { lazy } from '../ui/lazy';
import { applyUpdate, updateReady } from '../ui/update';
import { counter, leaveCounter, left } from './counter';
import { useIdle } from './idle';
import './kiosk.css';
import { Answers, Officers, Phone, Services, empty, type Entry } from './kiosk_flow';
import { Frame, language, resetFrame, w } from './kiosk_frame';
import { store } from './kiosk_save';
import { closeCounter, config, fresh, openCounter, stage, tick, waiting } from './kiosk_session';
import { Thanks } from './kiosk_thanks';

/** What only staff see comes when they ask for it; it is stored with the rest of the app. */
const Pairing = lazy(() => import('./kiosk_pairing').then((module) => module.Pairing));
const AskPin = lazy(() => import('./kiosk_staff').then((module) => module.AskPin));
const Full = lazy(() => import('./kiosk_full').then((module) => module.Full));
const Ticket = lazy(() => import('./kiosk_ticket').then((module) => module.Ticket));
const Staff = lazy(() => import('./kiosk_staff').then((module) => module.Staff));

type Place = 'petugas' | 'layanan' | 'nilai' | 'nomor' | 'terima' | 'penuh' | 'pin' | 'staf';
const STEPS: Place[] = ['petugas', 'layanan', 'nilai', 'nomor'];

/** Keeps the screen lit while the counter is open; a browser that cannot does without. */
function useLight(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    const light = (): void => {
      if (document.visibilityState === 'visible') navigator.wakeLock?.request('screen').then((got) => (lock = got), () => undefined);
    };
    light();
    document.addEventListener('visibilitychange', light);
    return () => {
      document.removeEventListener('visibilitychange', light);
      lock?.release().catch(() => undefined);
    };
  }, []);
}

/** The browser's back button leads nowhere: there is always one more step in front of it. */
function useNoWayBack(): void {
  useEffect(() => {
    const stay = (): void => history.pushState({ inside: true }, '', location.pathname);
    stay();
    addEventListener('popstate', stay);
    return () => removeEventListener('popstate', stay);
  }, []);
}

function Preparing(): JSX.Element {
  const [late, setLate] = useState(false);
  useEffect(() => {
    // Released and not yet pulled look alike for a moment.
    const timer = setTimeout(() => setLate(true), 4_000);
    return () => clearTimeout(timer);
  }, []);
  const gone = stage.value === 'open' && !fresh.value && late;
  return (
    <Frame title={gone ? staf.dilepas : staf.menyiapkan} plain>
      <p>{gone ? staf.dilepasIsi : staf.menyiapkanIsi}</p>
      {waiting.value > 0 && <p>{staf.menunggu(String(waiting.value))}</p>}
      {gone && (
        <Buttons>
          <Button
            onClick={() => {
              leaveCounter(true);
              closeCounter();
              go('/loket', true);
            }}
          >
            {staf.pasang}
          </Button>
        </Buttons>
      )}
    </Frame>
  );
}

function Open(): JSX.Element {
  const [place, setPlace] = useState<Place>('petugas');
  const [entry, setEntry] = useState<Entry>(empty);
  const [busy, setBusy] = useState(false);
  useLight();
  useNoWayBack();
  // Needed when the tablet is in trouble: it must be here by then.
  useEffect(() => void import('./kiosk_full').catch(() => undefined), []);

  /** As the next visitor finds it: nothing of the last one is left anywhere. */
  const restart = (): void => {
    setEntry(empty());
    setPlace('petugas');
    resetFrame();
    tick();
  };
  const started = place !== 'petugas' || language.value !== 'id' || entry.ticket !== '';
  const { left: seconds, stay } = useIdle(started && place !== 'terima' && place !== 'penuh', restart);
  const atRest = place === 'petugas' && !started;
  useEffect(() => {
    // Nobody is asked here whether a new version may take over: it does so between two visitors.
    if (atRest && updateReady.value) void applyUpdate();
  }, [atRest, updateReady.value]);

  const held = config.value;
  if (!held) return <Preparing />;
  const next = (change: Partial<Entry>, to: Place): void => {
    setEntry({ ...entry, ...change });
    setPlace(to);
  };
  async function send(phone: string): Promise<void> {
    if (busy) return;
    setBusy(true);
    const stored = await store(held!, { ...entry, phone }, language.value);
    setBusy(false);
    setEntry(empty());
    setPlace(stored ? 'terima' : 'penuh');
  }
  const at = STEPS.indexOf(place);
  // Where tickets are handed out, they are the first step.
  const extra = held.tickets ? 1 : 0;
  const above = at < 0 ? undefined : w().langkah(at + 1 + extra, STEPS.length + extra);
  const asksTicket = held.tickets && !entry.ticket;
  const shared = { held, entry, above, onBack: () => (at > 0 ? setPlace(STEPS[at - 1]!) : restart()) };

  return (
    <>
      {place === 'petugas' && asksTicket && (
        <Ticket
          above={w().langkah(1, STEPS.length + extra)}
          onTicket={(ticket) => setEntry({ ...entry, ticket })}
          onWithout={() => setEntry({ ...entry, ticket: '-' })}
          onStaff={() => setPlace('pin')}
        />
      )}
      {place === 'petugas' && !asksTicket && (
        <Officers {...shared} onChosen={(officer) => next({ officer }, 'layanan')} onStaff={() => setPlace('pin')} />
      )}
      {place === 'layanan' && <Services {...shared} onChosen={(service) => next({ service }, 'nilai')} />}
      {place === 'nilai' && <Answers {...shared} onDone={(change) => next(change, 'nomor')} />}
      {place === 'nomor' && <Phone {...shared} busy={busy} onDone={(phone) => void send(phone)} />}
      {place === 'terima' && <Thanks onDone={restart} />}
      {place === 'penuh' && <Full onDone={restart} />}
      {place === 'pin' && <AskPin check={held.pin} onRight={() => setPlace('staf')} onBack={restart} />}
      {place === 'staf' && <Staff held={held} onBack={restart} />}
      {seconds !== null && (
        <Dialog title={w().masihDiSini} closable={false} onClose={stay}>
          <p>{w().masihIsi(seconds)}</p>
          <Buttons>
            <Button kind="utama" onClick={stay}>
              {w().lanjut}
            </Button>
            <Button onClick={restart}>{w().batal}</Button>
          </Buttons>
        </Dialog>
      )}
      <LiveRegion />
    </>
  );
}

/** The page of every address while this browser is a counter tablet, and of `/loket` before. */
export function Kiosk(_props: { parts: string[] }): JSX.Element {
  const bound = counter.value;
  const locked = bound && !left.value;
  useEffect(() => {
    if (!locked) return;
    void openCounter(bound);
    return closeCounter;
  }, [bound?.account, locked]);
  if (!locked) return <Pairing />;
  if (stage.value === 'storage') return <Full onDone={() => undefined} />;
  if (stage.value === 'opening')
    return (
      <Frame title={staf.menyiapkan} plain>
        <Banner>
          <p>{staf.menyiapkanIsi}</p>
        </Banner>
      </Frame>
    );
  return <Open />;
}
