/** Counter tablets for the rating team: add one, hand over its code and PIN, take it back. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { isRatingTeam } from '../identity/roles';
import { working } from '../identity/session';
import { t } from '../strings/id';
import { meja } from '../strings/id_loket';
import { Button, Buttons } from '../ui/button';
import { Badge, Banner, Dialog, Empty } from '../ui/feedback';
import { Select, TextField } from '../ui/fields';
import { dateTime, number } from '../ui/format';
import { OnlineState, faultText, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';

interface Kiosk {
  id: string;
  name: string;
  siteName: string;
  paired: string | null;
  lastSeen: string | null;
  waiting: number;
  released: boolean;
}

export interface Site {
  id: string;
  code: string;
  name: string;
  zone: string;
}

interface Code {
  code: string;
  expires: string;
  pin: string | null;
}

const QUERY = '{ kiosks { id name siteName paired lastSeen waiting released } kioskSites { id code name zone } }';
const ADD = 'mutation($site: ID!, $name: String!) { addKiosk(site: $site, name: $name) { code expires pin } }';
const CODE = 'mutation($id: ID!) { issueKioskCode(id: $id) { code expires pin } }';
const PIN = 'mutation($id: ID!) { issueKioskPin(id: $id) }';
const RELEASE = 'mutation($id: ID!) { releaseKiosk(id: $id) }';
const s = meja.tablet;

type Shown = { code?: Code; pin?: string };

/** What is shown once, in letters that can be read across the counter. */
function Secret({ code, pin, onClose }: Shown & { onClose: () => void }): JSX.Element {
  return (
    <Dialog title={code ? s.kodeJudul : s.pinJudul} onClose={onClose}>
      {code && (
        <>
          <p>{s.kodeIsi}</p>
          <p class="kode-besar">{code.code.replace(/^(.{4})(.{4})$/, '$1-$2')}</p>
          <p class="petunjuk">{s.berlaku(dateTime(code.expires))}</p>
        </>
      )}
      {pin && (
        <>
          {code && <h3>{s.pinJudul}</h3>}
          <p>{s.pinIsi}</p>
          <p class="kode-besar">{pin}</p>
          {!code && <p class="petunjuk">{s.pinBerlaku}</p>}
        </>
      )}
    </Dialog>
  );
}

function Row({ kiosk, onShow, onChange }: { kiosk: Kiosk; onShow: (what: Shown) => void; onChange: () => void }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const [asking, setAsking] = useState(false);
  async function act(work: () => Promise<unknown>): Promise<void> {
    setBusy(true);
    setFault('');
    try {
      await work();
      onChange();
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
      setAsking(false);
    }
  }
  const { id, name } = kiosk;
  return (
    <li class="kartu">
      <div>
        <strong>{name}</strong>
        <p class="petunjuk">
          {kiosk.siteName}, {kiosk.lastSeen ? s.terakhir(dateTime(kiosk.lastSeen)) : s.belumPernah}
        </p>
        {kiosk.released ? (
          <Badge tone="netral" icon="tutup">
            {s.dilepas}
          </Badge>
        ) : kiosk.paired ? (
          <Badge tone="sukses" icon="centang">
            {s.bekerja}
          </Badge>
        ) : (
          <Badge tone="tunggu" icon="jam">
            {s.belumDipasang}
          </Badge>
        )}
        {kiosk.waiting > 0 && <p>{s.menunggu(number(kiosk.waiting))}</p>}
        {fault && <p class="salah">{fault}</p>}
      </div>
      {!kiosk.released && (
        <Buttons>
          <Button
            busy={busy}
            about={name}
            onClick={() => void act(() => ask<{ issueKioskCode: Code }>(CODE, { id }).then((got) => onShow({ code: got.issueKioskCode })))}
          >
            {s.kodeBaru}
          </Button>
          <Button
            busy={busy}
            about={name}
            onClick={() => void act(() => ask<{ issueKioskPin: string }>(PIN, { id }).then((got) => onShow({ pin: got.issueKioskPin })))}
          >
            {s.pinBaru}
          </Button>
          <Button kind="bahaya" about={name} onClick={() => setAsking(true)}>
            {s.lepas}
          </Button>
        </Buttons>
      )}
      {asking && (
        <Dialog title={s.lepasTanya(name)} onClose={() => setAsking(false)}>
          <p>{s.lepasIsi}</p>
          <Buttons>
            <Button kind="bahaya" busy={busy} onClick={() => void act(() => ask(RELEASE, { id }))}>
              {s.lepas}
            </Button>
            <Button onClick={() => setAsking(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </li>
  );
}

function Add({ sites, onAdded }: { sites: Site[]; onAdded: (code: Code) => void }): JSX.Element {
  const [site, setSite] = useState('');
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (!site || !name.trim() || busy) return;
    setBusy(true);
    setFault('');
    try {
      const { addKiosk } = await ask<{ addKiosk: Code }>(ADD, { site, name: name.trim() });
      setName('');
      setTried(false);
      onAdded(addKiosk);
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form class="bagian kartu" noValidate onSubmit={(event) => void submit(event)}>
      <h2>{s.tambah}</h2>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
      <Select
        label={s.lokasi}
        empty={s.pilihLokasi}
        options={sites.map(({ id, name: label }) => ({ value: id, label }))}
        value={site}
        onChange={setSite}
        error={tried && !site ? s.isiLokasi : undefined}
      />
      <TextField
        label={s.nama}
        hint={s.namaPetunjuk}
        value={name}
        onInput={setName}
        capitalize="sentences"
        error={tried && !name.trim() ? s.isiNama : undefined}
      />
      <div>
        <Button type="submit" kind="utama" icon="tambah" busy={busy}>
          {s.buat}
        </Button>
      </div>
    </form>
  );
}

export function Kiosks(): JSX.Element {
  const list = useOnline(() => ask<{ kiosks: Kiosk[]; kioskSites: Site[] }>(QUERY), '');
  const [shown, setShown] = useState<Shown | null>(null);
  if (!isRatingTeam(working.value)) return <OtherRole />;
  const { data } = list;
  return (
    <Page title={s.judul} below={<p class="petunjuk">{s.pengantar}</p>}>
      <OnlineState of={list} />
      {data && (
        <>
          <section class="bagian">
            <h2>{s.daftar}</h2>
            {data.kiosks.length ? (
              <ul class="daftar">
                {data.kiosks.map((kiosk) => (
                  <Row key={kiosk.id} kiosk={kiosk} onShow={setShown} onChange={list.again} />
                ))}
              </ul>
            ) : (
              <Empty>
                <p>{s.kosong}</p>
              </Empty>
            )}
          </section>
          <Add
            sites={data.kioskSites}
            onAdded={(code) => {
              setShown({ code, ...(code.pin && { pin: code.pin }) });
              list.again();
            }}
          />
        </>
      )}
      {shown && <Secret {...shown} onClose={() => setShown(null)} />}
    </Page>
  );
}
