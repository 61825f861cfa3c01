/** Who is due in a period, by the rules of the service, each to be proposed at once. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { now } from '../identity/session';
import { k } from '../strings/id_usul_meja';
import type { RecordView } from '../sync';
import { Button } from '../ui/button';
import { Banner, Stepped } from '../ui/feedback';
import { Select } from '../ui/fields';
import { dayOf } from '../ui/format';
import { Icon } from '../ui/icons';
import { faultText } from '../ui/online';
import { fieldsOf } from './definition';
import { periodName } from './period_name';
import { periodsFrom } from './periods';
import { Person } from './person';
import { DUE, type DueList } from './search';
import type { ServiceBody } from './types';

export function Due({ service }: { service: RecordView<ServiceBody> }): JSX.Element | null {
  const { definition } = service.body;
  const options = periodsFrom(definition, dayOf(now.value)).map(({ code }) => ({ value: code, label: periodName(code) }));
  const [period, setPeriod] = useState(options[0]?.value ?? '');
  const [found, setFound] = useState<{ period: string; rows: DueList['applicationDue'] } | null>(null);
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const kinds = fieldsOf(definition).find(({ key }) => key === (definition.periods?.kind ?? 'kind'))?.options ?? [];
  async function look(): Promise<void> {
    if (busy) return;
    setBusy(true);
    setFault('');
    try {
      const { applicationDue } = await ask<DueList>(DUE, { service: service.id, period });
      setFound({ period, rows: applicationDue });
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <details class="jatuh-tempo">
      <summary>
        <Icon name="panah" class="panah" />
        {k.tempo.judul}
      </summary>
      <div class="bagian">
        <Select label={k.tempo.periode} options={options} value={period} onChange={setPeriod} />
        <div class="tombol-kiri">
          <Button busy={busy} onClick={() => void look()}>
            {k.tempo.lihat}
          </Button>
        </div>
        {fault && (
          <Banner tone="tunggu">
            <p>{fault}</p>
          </Banner>
        )}
        <p role="status">{found && (found.rows.length ? k.tempo.hasil(found.rows.length) : k.tempo.kosong)}</p>
        {found && (
          <Stepped
            items={found.rows}
            render={({ kind, person }) => (
              <Person key={`${person.id}${kind}`} service={service} one={person} due={{ kind, period: found.period }} why={k.tempo.jenis(kinds.find(({ value }) => value === kind)?.label ?? kind)} />
            )}
          />
        )}
      </div>
    </details>
  );
}
