/** Behind the PIN: who is on duty, what has not been sent yet, and the way out. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { go } from '../router';
import { staf } from '../strings/loket';
import { Button, Buttons } from '../ui/button';
import { Badge, Banner } from '../ui/feedback';
import { ErrorText } from '../ui/fields';
import { number, time, dateTime } from '../ui/format';
import { leaveCounter } from './counter';
import { covers, dateIn } from './duty';
import { Frame } from './kiosk_frame';
import type { KioskBody } from './kiosk_kinds';
import { closeCounter, now, save, sendNow, shifts, status } from './kiosk_session';
import { PIN_LENGTH, tryPin, waitMs } from './pin';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0'] as const;

export function AskPin({ check, onRight, onBack }: { check: KioskBody['pin']; onRight: () => void; onBack: () => void }): JSX.Element {
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);

  async function enter(pin: string): Promise<void> {
    setTyped(pin);
    setFault(undefined);
    if (pin.length < PIN_LENGTH || busy) return;
    const wait = waitMs();
    if (wait) {
      setTyped('');
      return setFault(staf.pinTunggu(Math.ceil(wait / 60_000)));
    }
    setBusy(true);
    const right = await tryPin(check, pin);
    setBusy(false);
    setTyped('');
    if (right) onRight();
    else setFault(staf.pinSalah);
  }

  return (
    <Frame
      title={staf.pin}
      plain
      foot={
        <Button icon="kembali" onClick={onBack}>
          {staf.kembali}
        </Button>
      }
    >
      <div class="nomor">
        <p id="pin-petunjuk">{staf.pinIsi}</p>
        <ErrorText id="pin-salah" text={fault} />
        <input
          type="password"
          inputMode="none"
          autocomplete="off"
          aria-label={staf.pin}
          aria-describedby={fault ? 'pin-salah pin-petunjuk' : 'pin-petunjuk'}
          aria-invalid={fault ? 'true' : undefined}
          value={typed}
          onInput={(event) => void enter(event.currentTarget.value.replace(/\D/g, '').slice(0, PIN_LENGTH))}
        />
        <div class="papan">
          {KEYS.map((key) =>
            key ? (
              <Button key={key} onClick={() => void enter((typed + key).slice(0, PIN_LENGTH))}>
                {key}
              </Button>
            ) : (
              <span key="kosong" />
            ),
          )}
        </div>
      </div>
    </Frame>
  );
}

function Duty({ held }: { held: KioskBody }): JSX.Element {
  const [fault, setFault] = useState(false);
  const today = dateIn(held.zone, now.value);
  const serving = held.officers.filter(({ from, to }) => from <= today && (!to || today <= to));
  const running = shifts.value.filter(({ body }) =>
    covers({ person: body.person, start: Date.parse(body.start), end: body.end ? Date.parse(body.end) : null }, now.value),
  );
  const act = (input: Parameters<typeof save>[0]): void => {
    setFault(false);
    save(input).catch(() => setFault(true));
  };
  return (
    <section class="bagian">
      <h2>{staf.bertugas}</h2>
      <p class="petunjuk">{staf.bertugasIsi}</p>
      {fault && (
        <Banner tone="galat">
          <p>{staf.belumTersimpan}</p>
        </Banner>
      )}
      <ul class="daftar">
        {serving.map(({ id, name }) => {
          const turn = running.find(({ body }) => body.person === id);
          return (
            <li key={id} class="baris-petugas">
              <span>
                <strong>{name}</strong>{' '}
                {turn && (
                  <Badge tone="sukses" icon="centang">
                    {staf.sejak(time(Date.parse(turn.body.start)))}
                  </Badge>
                )}
              </span>
              {turn ? (
                <Button about={name} onClick={() => act({ kind: 'shift.sign_off', record: turn.id, args: {} })}>
                  {staf.selesai}
                </Button>
              ) : (
                <Button kind="utama" about={name} onClick={() => act({ kind: 'shift.sign_on', args: { person: id } })}>
                  {staf.mulai}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Outbox(): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [missed, setMissed] = useState(false);
  const how = status.value;
  const lost = (how?.lost ?? []).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return (
    <section class="bagian">
      <h2>{staf.kiriman}</h2>
      <p>{how?.waiting ? staf.menunggu(number(how.waiting)) : staf.semuaTerkirim}</p>
      {how?.lastSentAt && <p class="petunjuk">{staf.terakhir(dateTime(how.lastSentAt))}</p>}
      {lost > 0 && (
        <Banner tone="galat">
          <p>{staf.hilang(number(lost))}</p>
        </Banner>
      )}
      {(how?.rejected ?? 0) > 0 && (
        <Banner tone="galat">
          <p>{staf.ditolak(number(how!.rejected))}</p>
        </Banner>
      )}
      {how?.link === 'signed_out' ? (
        <Banner tone="galat">
          <p>{staf.pasangLagi}</p>
        </Banner>
      ) : (
        missed && (
          <Banner tone="tunggu">
            <p>{staf.belumSampai}</p>
          </Banner>
        )
      )}
      <Buttons>
        <Button
          busy={busy}
          icon="segar"
          onClick={async () => {
            setBusy(true);
            setMissed(!(await sendNow()));
            setBusy(false);
          }}
        >
          {staf.kirim}
        </Button>
      </Buttons>
    </section>
  );
}

export function Staff({ held, onBack }: { held: KioskBody; onBack: () => void }): JSX.Element {
  return (
    <Frame
      title={staf.judul}
      above={held.name}
      plain
      foot={
        <Button kind="utama" icon="kembali" onClick={onBack}>
          {staf.kembali}
        </Button>
      }
    >
      <Duty held={held} />
      <Outbox />
      <section class="bagian">
        <p class="petunjuk">{staf.keluarIsi}</p>
        <Buttons>
          <Button
            icon="pintu"
            onClick={() => {
              leaveCounter(true);
              closeCounter();
              go('/masuk', true);
            }}
          >
            {staf.keluar}
          </Button>
        </Buttons>
      </section>
    </Frame>
  );
}
