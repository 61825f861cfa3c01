/** `/laporan/skp`: who has a plan and how far it is, with coverage and its n; who is late; evaluations that are final. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { isHrAdmin } from '../identity/roles';
import { working } from '../identity/session';
import { m } from '../strings/id_skp_rekap';
import { Empty } from '../ui/feedback';
import { date } from '../ui/format';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { PagedState, usePaged } from './paged';
import { HrFigures } from './parts_hr';
import { WholeChoice, present, type Whole } from './whole_choice';
import './plan.css';

interface Coverage {
  covered: number;
  obliged: number;
  sentence: string;
}

interface RosterPage {
  rows: { no: number; person: string; plan: string | null; name: string; nip: string; unitName: string; status: string; statusLabel: string }[];
  coverage: Coverage;
  exempt: { person: string; name: string; status: string }[];
  cursor: string | null;
}

interface LatePage {
  dueOn: string;
  late: number;
  units: (Coverage & { unit: string; name: string })[];
  rounds: { round: string; title: string; final: number; wanted: number; ended: boolean }[];
  rows: { person: string; plan: string | null; name: string; unitName: string; statusLabel: string; superiorName: string }[];
  cursor: string | null;
}

const ROSTER = 'query($year: Int!, $unit: ID, $after: String) { skpRoster(year: $year, unit: $unit, after: $after) }';
const LATE = 'query($year: Int!, $unit: ID, $after: String) { skpMonitoring(year: $year, unit: $unit, after: $after) }';
const { rekap: w } = m;

const variables = ({ year, unit }: Whole, after: string | null) => ({ year, unit: unit || null, after });

function Late({ what }: { what: Whole }): JSX.Element {
  const paged = usePaged<LatePage>(
    (after) => ask<{ skpMonitoring: LatePage }>(LATE, variables(what, after)).then((found) => found.skpMonitoring),
    `${what.year}:${what.unit}`,
  );
  const [first] = paged.pages;
  const rows = paged.pages.flatMap((page) => page.rows);
  return (
    <>
      {first && (
        <section class="bagian">
          <h2>{w.terlambat(date(first.dueOn))}</h2>
          {rows.length > 0 && <p class="petunjuk">{first.late ? w.hari(first.late) : w.belumLewat}</p>}
          {!rows.length && (
            <Empty>
              <p>{w.tidakAda}</p>
            </Empty>
          )}
          <ul class="daftar">
            {rows.map(({ person, name, unitName, statusLabel, superiorName }) => (
              <li class="kartu" key={person}>
                <div>
                  <strong>{name}</strong>
                  <p class="petunjuk">
                    {[statusLabel, unitName, superiorName ? w.atasan(superiorName) : w.tanpaAtasan].filter(Boolean).join(', ')}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      <PagedState of={paged} />
      {first && first.units.length > 1 && (
        <section class="bagian">
          <h2>{w.perUnit}</h2>
          <dl class="fakta">
            {first.units.map(({ unit, name, sentence }) => [<dt key={`${unit}-n`}>{name}</dt>, <dd key={unit}>{sentence}</dd>])}
          </dl>
        </section>
      )}
      {first && (
        <section class="bagian">
          <h2>{w.evaluasi}</h2>
          <dl class="fakta">
            {first.rounds.map(({ round, title, final, wanted }) => [
              <dt key={`${round}-n`}>{title}</dt>,
              <dd key={round}>{`${final}/${wanted}`}</dd>,
            ])}
          </dl>
        </section>
      )}
    </>
  );
}

function Roster({ what }: { what: Whole }): JSX.Element {
  const paged = usePaged<RosterPage>(
    (after) => ask<{ skpRoster: RosterPage }>(ROSTER, variables(what, after)).then((found) => found.skpRoster),
    `${what.year}:${what.unit}`,
  );
  const [first] = paged.pages;
  const rows = paged.pages.flatMap((page) => page.rows);
  const hr = isHrAdmin(working.value);
  return (
    <>
      {first && (
        <section class="bagian">
          <h2>{w.cakupan}</h2>
          <p class="jawaban-utama">{first.coverage.sentence}</p>
          {hr && (
            <div>
              <a class="tombol" href={`/unduh/skp/rekap/${what.year}${what.unit ? `?unit=${what.unit}` : ''}`} download>
                <Icon name="unduh" />
                <span>{w.unduh}</span>
              </a>
            </div>
          )}
        </section>
      )}
      {first && !rows.length && (
        <Empty>
          <p>{w.kosong}</p>
        </Empty>
      )}
      {rows.length > 0 && (
        <section class="bagian">
          <h2>{w.daftar}</h2>
          <div class="tabel-gulung" tabIndex={0} role="region" aria-label={w.daftar}>
            <table>
              <caption class="sr">{w.daftar}</caption>
              <thead>
                <tr>
                  {[w.no, w.nama, w.nip, w.status].map((name) => (
                    <th scope="col" key={name}>
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(({ no, person, name, nip, statusLabel }) => (
                  <tr key={person}>
                    <td data-kolom={w.no}>{no}</td>
                    <td data-kolom={w.nama}>{hr ? <a href={`/kelola/skp/pegawai/${person}`}>{name}</a> : name}</td>
                    <td data-kolom={w.nip}>{nip}</td>
                    <td data-kolom={w.status}>{statusLabel}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      <PagedState of={paged} />
      {first && first.exempt.length > 0 && (
        <details>
          <summary>
            <Icon name="panah" class="panah" />
            {w.dikecualikan(first.exempt.length)}
          </summary>
          <ul class="butir">
            {first.exempt.map(({ person, name, status }) => (
              <li key={person}>{`${name}, ${status}`}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

export function RosterPage(): JSX.Element {
  const [what, setWhat] = useState(present);
  return (
    <Page title={w.judul} layout="lebar">
      <WholeChoice value={what} set={setWhat} />
      <Roster what={what} />
      <Late what={what} />
      {isHrAdmin(working.value) && <HrFigures what={what} />}
    </Page>
  );
}
