/** How notices fare: the newest deliveries of the agency, for the technical admin and the team leader. */
import type { JSX } from 'preact';
import { ask } from '../graphql';
import { seesDeliveries } from '../identity/roles';
import { working } from '../identity/session';
import { l } from '../strings/id_lain';
import { Empty } from '../ui/feedback';
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

const QUERY = '{ deliveries(first: 100) { id kind state attempts lastError createdAt notBefore endedAt } }';

export function Deliveries(): JSX.Element {
  const list = useOnline(() => ask<{ deliveries: Delivery[] }>(QUERY).then(({ deliveries }) => deliveries), '');
  if (!seesDeliveries(working.value)) return <OtherRole />;
  const { waktu, jenis, keadaan, percobaan, berikut } = l.pengiriman;
  return (
    <Page title={l.pengiriman.judul} layout="lebar">
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
                <td data-kolom={jenis}>{l.pengiriman.namaJenis[row.kind] ?? row.kind}</td>
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
