/** The entry of a service for employees: search by name, see the person with the dates that count, propose. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { now } from '../identity/session';
import { j } from '../strings/id_usul_jalan';
import type { RecordView } from '../sync';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { dayOf } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { faultText } from '../ui/online';
import { Person } from './person';
import { FOUND, SEARCH, type Candidate } from './search';
import type { ServiceBody } from './types';

export { Begin } from './begin';

const Due = lazyPart(() => import('./due').then((module) => module.Due));

const LEAST = 3;

interface Props {
  service: RecordView<ServiceBody>;
  several: boolean;
}

export function Entry({ service, several }: Props): JSX.Element {
  const { messages = {} } = service.body.definition;
  const [word, setWord] = useState('');
  const [found, setFound] = useState<{ rows: Candidate[]; more: boolean } | null>(null);
  const [error, setError] = useState<string | undefined>();
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  async function search(): Promise<void> {
    const sought = word.trim();
    const short = sought.length < LEAST;
    setError(short ? j.cari.pendek : undefined);
    if (short || busy) return;
    setBusy(true);
    setFault('');
    try {
      setFound(FOUND(await ask(SEARCH, { service: service.id, search: sought, today: dayOf(now.value) })));
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <section class="bagian" aria-label={messages.menu ?? service.body.title}>
      {several && <h2>{service.body.title}</h2>}
      <form
        class="bagian"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void search();
        }}
      >
        <TextField type="search" inputmode="search" label={messages.search ?? j.cari.label} hint={j.cari.petunjuk} value={word} onInput={setWord} error={error} />
        <div class="tombol-kiri">
          <Button kind="utama" type="submit" busy={busy}>
            {messages.proceed ?? j.cari.lanjut}
          </Button>
        </div>
      </form>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
      <div role="status">
        {found && !found.rows.length && <p>{messages.not_found ?? j.cari.takAda}</p>}
        {found && found.rows.length > 0 && <p class="petunjuk">{found.more ? j.cari.lebihSempit : j.cari.hasil(found.rows.length)}</p>}
      </div>
      {found && found.rows.length > 0 && (
        <ul class="daftar">
          {found.rows.map((one) => (
            <Person key={one.id} service={service} one={one} />
          ))}
        </ul>
      )}
      {service.body.definition.periods?.due?.length ? <Due service={service} /> : null}
    </section>
  );
}
