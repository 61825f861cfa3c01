/** `/kelola/skp/pegawai`: HR finds the employee whose plan is to be decided on, and sees who stands in and who is exempt. */
import type { JSX } from 'preact';
import { isHrAdmin } from '../identity/roles';
import { working } from '../identity/session';
import { h } from '../strings/id_skp_hr';
import { Button } from '../ui/button';
import { TextField } from '../ui/fields';
import { Icon } from '../ui/icons';
import { OtherRole, Page } from '../ui/page';
import { Folded } from './hr_form';
import { ActingList, ExemptionList, useActing, useExemptions } from './in_force';
import { SearchState, usePeopleSearch } from './pick_person';
import './plan.css';

function Sheet(): JSX.Element {
  const people = usePeopleSearch(true);
  const acting = useActing();
  const exempt = useExemptions();
  function submit(event: Event): void {
    event.preventDefault();
    void people.search();
  }
  return (
    <Page title={h.judul} back={{ href: '/kelola/skp', label: h.kembali }} layout="lebar">
      <p class="petunjuk">{h.buka}</p>
      <form class="bagian" role="search" noValidate onSubmit={submit}>
        <TextField type="search" label={h.cari} hint={h.cariPetunjuk} value={people.word} onInput={people.setWord} error={people.error} />
        <div>
          <Button type="submit" kind="utama" icon="cari" busy={people.busy}>
            {h.tombolCari}
          </Button>
        </div>
      </form>
      <Folded title={h.jumlah(h.pengganti.judul, acting.length)}>
        <ActingList />
      </Folded>
      <Folded title={h.jumlah(h.kecuali.judul, exempt.length)}>
        <ExemptionList />
      </Folded>
      <SearchState of={people} />
      {people.found !== null && people.found.length > 0 && (
        <ul class="daftar">
          {people.found.map(({ id, name, position, unitName }) => (
            <li key={id}>
              <a class="kartu-tautan" href={`/kelola/skp/pegawai/${id}`}>
                <span class="isi">
                  <span class="utama-teks">{name}</span>
                  <span class="petunjuk">{[position, unitName].filter(Boolean).join(', ')}</span>
                </span>
                <Icon name="panah" />
              </a>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

export function PlanPeople(): JSX.Element {
  return isHrAdmin(working.value) ? <Sheet /> : <OtherRole />;
}
