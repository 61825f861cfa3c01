/** Signed-in devices and the password: online only. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { l } from '../strings/id_lain';
import { tell } from '../ui/announce';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { ErrorSummary, PasswordField } from '../ui/fields';
import { dateTime } from '../ui/format';
import { OnlineState, faultText, useOnline } from '../ui/online';

interface Device {
  id: string;
  label: string;
  /** Instant in UTC. */
  lastSeen: string;
  here: boolean;
}

const MIN_PASSWORD = 12;

export function Devices(): JSX.Element {
  const list = useOnline(
    () => ask<{ devices: Device[] }>('{ devices { id label lastSeen here } }').then(({ devices }) => devices),
    '',
  );
  const [fault, setFault] = useState('');
  async function revoke(device: Device): Promise<void> {
    setFault('');
    try {
      await ask('mutation($id: ID!) { revokeDevice(id: $id) }', { id: device.id });
      tell(l.pengaturan.dicabut);
      list.again();
    } catch (thrown) {
      setFault(faultText(thrown));
    }
  }
  return (
    <>
      <OnlineState of={list} />
      {fault && (
        <Banner tone="galat">
          <p>{fault}</p>
        </Banner>
      )}
      {list.data && (
        <ul class="daftar">
          {list.data.map((device) => (
            <li class="kartu-tautan orang" key={device.id}>
              <span class="isi">
                <strong>{device.label || l.pengaturan.tanpaNama}</strong>
                <span class="petunjuk">
                  {device.here ? l.pengaturan.perangkatIni : l.pengaturan.terakhirDipakai(dateTime(device.lastSeen))}
                </span>
              </span>
              {!device.here && (
                <Button about={device.label} onClick={() => void revoke(device)}>
                  {l.pengaturan.cabut}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function ChangePassword(): JSX.Element {
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [error, setError] = useState<string | undefined>();
  const [fault, setFault] = useState('');
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const found = fresh.length >= MIN_PASSWORD ? undefined : l.aktivasi.isiSandi(fresh.length);
    setError(found);
    setFault('');
    setDone(false);
    if (found) return;
    setBusy(true);
    try {
      await ask(
        'mutation($current: String!, $password: String!) { changePassword(current: $current, password: $password) }',
        {
          current,
          password: fresh,
        },
      );
      setDone(true);
      setCurrent('');
      setFresh('');
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form class="bagian" noValidate onSubmit={(event) => void submit(event)}>
      <ErrorSummary errors={{ 'sandi-baru': error }} />
      {fault && (
        <Banner tone="galat">
          <p>{fault}</p>
        </Banner>
      )}
      {done && (
        <Banner tone="sukses">
          <p>{l.pengaturan.sandiDiganti}</p>
        </Banner>
      )}
      <PasswordField
        id="sandi-lama"
        label={l.pengaturan.sandiLama}
        value={current}
        onInput={setCurrent}
        autocomplete="current-password"
      />
      <PasswordField
        id="sandi-baru"
        label={l.pengaturan.sandiBaru}
        hint={l.aktivasi.sandiPetunjuk}
        value={fresh}
        onInput={setFresh}
        autocomplete="new-password"
        error={error}
      />
      <div>
        <Button type="submit" busy={busy}>
          {l.pengaturan.sandi}
        </Button>
      </div>
    </form>
  );
}
