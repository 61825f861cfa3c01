/** How notices fare: the newest deliveries of the agency, for the technical admin and the team leader. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { seesDeliveries } from '../identity/roles';
import { working } from '../identity/session';
import { l } from '../strings/id_lain';
import { Empty } from '../ui/feedback';
import { Select } from '../ui/fields';
import { dateTime, number } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';

interface Delivery {
  id: string;
  kind: string;
  state: string;
  attempts: number;
  lastError: string | null;
  createdAt: string;
  notBefore: string;
  endedAt: string | null;
}

const QUERY = 'query($s: DeliveryState) { deliveries(first: 100, state: $s) { id kind state attempts lastError createdAt notBefore endedAt } }';

/** `work.routed` is a kind of `work`; what has no name of its own goes by the name of what it belongs to. */
const nameOf = (kind: string): string =>
  l.pengiriman.namaJenis[kind] ?? l.pengiriman.namaJenis[kind.split('.')[0] ?? ''] ?? kind;

export function Deliveries(): JSX.Element {
  const [state, setState] = useState('');
  const list = useOnline(
    () => ask<{ deliveries: Delivery[] }>(QUERY, { s: state || null }).then(({ deliveries }) => deliveries),
    state,
  );
  if (!seesDeliveries(working.value)) return <OtherRole />;
  const { waktu, jenis, keadaan, percobaan, berikut } = l.pengiriman;
  return (
    <Page title={l.pengiriman.judul} layout="lebar">
      <Select
        label={l.pengiriman.saring}
        empty={l.pengiriman.semua}
        options={Object.entries(l.pengiriman.namaKeadaan).map(([value, label]) => ({ value: value.toUpperCase(), label }))}
        value={state}
        onChange={setState}
      />
      <OnlineState of={list} />
      {list.data && !list.data.length && (
        <Empty>
          <p>{l.pengiriman.kosong}</p>
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <table>
          <caption>{l.pengiriman.tabel}</caption>
          <thead>
            <tr>
              {[waktu, jenis, keadaan, percobaan, berikut].map((head) => (
                <th scope="col" key={head}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.data.map((row) => (
              <tr key={row.id}>
                <td data-kolom={waktu}>{dateTime(row.createdAt)}</td>
                <td data-kolom={jenis}>{nameOf(row.kind)}</td>
                <td data-kolom={keadaan}>
                  {l.pengiriman.namaKeadaan[row.state.toLowerCase()] ?? row.state}
                  {row.lastError && <span class="petunjuk"> {row.lastError}</span>}
                </td>
                <td data-kolom={percobaan}>{number(row.attempts)}</td>
                <td data-kolom={berikut}>{row.endedAt ? '-' : dateTime(row.notBefore)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Page>
  );
}
