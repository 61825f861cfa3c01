/** `/kelola/layanan`: the services in force, and the way to a new version: load, read its faults, publish. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { records, working } from '../identity/session';
import { keepsServices } from '../identity/roles';
import { y } from '../strings/id_layanan';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Empty, Loading } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { lazyPart } from '../ui/lazy';
import { faultText } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import type { Fault } from './fault';
import { fieldsOf, itemsOf } from './definition';
import { FINAL } from './states';
import { KIND, type Case, type ServiceBody } from './types';
import './usul.css';

const Signers = lazyPart(() => import('./signers').then((module) => module.Signers));

interface Checked {
  title: string | null;
  version: number | null;
  faults: Fault[];
}

const CHECK = `query($toml: String!) { serviceCheck(toml: $toml) { title version faults { path code text } } }`;
const PUBLISH = `mutation($toml: String!) { serviceLoad(toml: $toml) { title version faults { path code text } } }`;
const MOST = 512_000;

function Service({ body, running }: { body: ServiceBody; running: number }): JSX.Element {
  const { definition, title, version, code } = body;
  return (
    <section class="kartu" aria-label={title}>
      <h2>{title}</h2>
      <p class="petunjuk">{[y.layanan.berlaku(version), y.layanan.ringkas(fieldsOf(definition).length, itemsOf(definition).length)].join('. ')}</p>
      {running > 0 && <p class="petunjuk">{y.layanan.berjalan(running, version)}</p>}
      <div class="tabel-gulung" tabIndex={0} role="region" aria-label={`${y.layanan.syarat}: ${title}`}>
        <table>
          <caption class="sr">{`${y.layanan.syarat}: ${title}`}</caption>
          <thead>
            <tr>
              <th scope="col">{y.layanan.syarat}</th>
              <th scope="col">{y.layanan.wajib}</th>
              <th scope="col">{y.layanan.jika}</th>
            </tr>
          </thead>
          <tbody>
            {itemsOf(definition).map((item) => (
              <tr key={item.code}>
                <td data-kolom={y.layanan.syarat}>{item.label}</td>
                <td data-kolom={y.layanan.wajib}>{item.required === false ? y.layanan.tidak : y.layanan.ya}</td>
                <td data-kolom={y.layanan.jika}>{item.when ? y.layanan.bersyarat : y.layanan.selalu}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Signers code={code} title={title} />
      <p>
        <a href={`/publikasi/layanan/${code}`} target="_blank" rel="noreferrer">
          {y.layanan.halaman}
        </a>
      </p>
    </section>
  );
}

function Load(): JSX.Element {
  const [toml, setToml] = useState('');
  const [checked, setChecked] = useState<(Checked & { of: string }) | null>(null);
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const [lacks, setLacks] = useState<string | undefined>();
  function write(text: string): void {
    setToml(text);
    setLacks(undefined);
  }
  async function run(document: string, act: 'serviceCheck' | 'serviceLoad'): Promise<void> {
    if (busy) return;
    setLacks(toml.trim() ? undefined : y.layanan.isiDulu);
    if (!toml.trim()) return;
    setBusy(true);
    setFault('');
    try {
      const found = (await ask<Record<string, Checked>>(document, { toml }))[act]!;
      setChecked({ ...found, of: toml });
      if (act === 'serviceLoad' && !found.faults.length) {
        tell(y.layanan.terbit);
        setToml('');
        setChecked(null);
      }
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  const sound = checked && checked.of === toml && !checked.faults.length && checked.version;
  return (
    <section class="bagian" aria-labelledby="muat">
      <h2 id="muat">{y.layanan.muat}</h2>
      <p class="petunjuk">{y.layanan.muatIsi}</p>
      <div class="isian">
        <label for="muat-berkas">{y.layanan.berkas}</label>
        <input
          id="muat-berkas"
          type="file"
          accept=".toml,text/plain"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            void file?.text().then(write, () => setLacks(y.layanan.takTerbaca));
          }}
        />
      </div>
      <TextArea label={y.layanan.teks} value={toml} onInput={write} max={MOST} rows={10} error={lacks} />
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
      <div role="status">
        {checked && checked.of === toml && (
          <>
            <p>{checked.faults.length ? y.layanan.kesalahan(checked.faults.length) : y.layanan.sehat}</p>
            <ul class="butir">
              {checked.faults.map(({ path, code, text }) => (
                <li key={path + code + text}>
                  <strong>{path}</strong> {text} <span class="petunjuk">{code}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <Buttons>
        <Button busy={busy} onClick={() => void run(CHECK, 'serviceCheck')}>
          {y.layanan.periksa}
        </Button>
        {sound && (
          <Button kind="utama" busy={busy} onClick={() => void run(PUBLISH, 'serviceLoad')}>
            {y.layanan.terbitkan(checked.version ?? 0)}
          </Button>
        )}
      </Buttons>
    </section>
  );
}

export function Definitions(): JSX.Element {
  const services = records<ServiceBody>(KIND.service).value;
  const cases = records<Case>(KIND.case).value ?? [];
  if (!keepsServices(working.value)) return <OtherRole />;
  const current = (services ?? []).filter(({ body }) => body.current);
  return (
    <Page title={y.layanan.judul} layout="lebar">
      {services === null ? (
        <Loading />
      ) : current.length ? (
        current.map(({ id, body }) => (
          <Service
            key={id}
            body={body}
            running={cases.filter(({ body: one }) => one.code === body.code && one.version < body.version && !FINAL.has(one.state)).length}
          />
        ))
      ) : (
        <Empty>
          <p>{y.layanan.kosong}</p>
        </Empty>
      )}
      <Load />
    </Page>
  );
}
