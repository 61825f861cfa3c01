/** "Survei kertas": sheets that visitors filled by hand are typed in, one line of nine marks each, blanks included. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { entersShifts } from '../identity/roles';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { kertas } from '../strings/id_kertas';
import { laporan } from '../strings/id_laporan';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Select, TextField } from '../ui/fields';
import { number } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { ELEMENTS, readMarks, type Marks } from './paper_marks';
import '../ui/charts.css';
import './reports.css';
import type { Choices } from './report_types';

const LISTS = '{ kioskSites { id name } ratingChoices }';
const PROFILE = ['sex', 'ageBand', 'education', 'work'] as const;
const FIELD = 'tanda-lembar';

interface Lists {
  kioskSites: { id: string; name: string }[];
  ratingChoices: Choices;
}

function faultOf({ answers, read, foreign }: Marks): string | undefined {
  if (foreign) return kertas.isiTanda;
  if (read < ELEMENTS) return kertas.isiJawaban(number(read));
  return Object.keys(answers).length ? undefined : kertas.isiSatu;
}

/** What was understood of the marks, by the names of the elements. */
function AsRead({ marks }: { marks: Marks }): JSX.Element | null {
  if (!marks.read) return null;
  return (
    <dl class="terbaca" aria-label={kertas.terbaca}>
      {Object.entries(laporan.ikm.namaUnsur)
        .slice(0, marks.read)
        .map(([code, name]) => (
          <div key={code}>
            <dt>
              {code} {name}
            </dt>
            <dd>{marks.answers[code] ?? kertas.kosongUnsur}</dd>
          </div>
        ))}
    </dl>
  );
}

function Sheet({ sites, services, today }: { sites: Lists['kioskSites']; services: Choices['services']; today: string }): JSX.Element {
  const [site, setSite] = useState(sites[0]?.id ?? '');
  const [service, setService] = useState('');
  const [day, setDay] = useState(today);
  const [typed, setTyped] = useState('');
  const [profile, setProfile] = useState<Record<string, string>>({});
  const [tried, setTried] = useState(false);
  const [count, setCount] = useState(0);
  const saving = useSave();
  const marks = readMarks(typed);
  const fault = faultOf(marks);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (!service || !day || fault) return;
    const given = Object.fromEntries(Object.entries(profile).filter(([, value]) => value));
    const args = { site, service, day, answers: marks.answers, ...given };
    if (!(await saving.save(() => mutate({ kind: 'ikm.paper', args, ...(working.value && { as: working.value.id }) })))) return;
    setTried(false);
    setTyped('');
    setProfile({});
    setCount(count + 1);
    tell(kertas.tersimpan(number(count + 1)));
    document.getElementById(FIELD)?.focus();
  }

  return (
    <form class="bagian" noValidate onSubmit={(event) => void submit(event)}>
      <div class="saringan-laporan">
        <Select
          label={kertas.lokasi}
          options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          value={site}
          onChange={setSite}
        />
        <Select
          label={kertas.layanan}
          empty={kertas.pilih}
          options={services.map(({ code, label }) => ({ value: code, label }))}
          value={service}
          onChange={setService}
          error={tried && !service ? kertas.isiLayanan : undefined}
        />
        <TextField
          type="date"
          label={kertas.tanggal}
          value={day}
          onInput={setDay}
          error={tried && !day ? kertas.isiTanggal : undefined}
        />
      </div>
      <TextField
        id={FIELD}
        label={kertas.jawaban}
        hint={kertas.jawabanPetunjuk}
        value={typed}
        onInput={setTyped}
        error={(tried && fault) || (marks.foreign ? kertas.isiTanda : undefined)}
        required
      />
      <AsRead marks={marks} />
      <fieldset class="isian">
        <legend>{kertas.profil}</legend>
        <div class="saringan-laporan">
          {PROFILE.map((name) => (
            <Select
              key={name}
              label={kertas.nama[name] ?? name}
              empty={kertas.kosong}
              options={(kertas.pilihan[name] ?? []).map(([value, label]) => ({ value, label }))}
              value={profile[name] ?? ''}
              onChange={(value) => setProfile({ ...profile, [name]: value })}
            />
          ))}
        </div>
      </fieldset>
      <NotSaved fault={saving.fault} text={typed} />
      <Buttons>
        <Button type="submit" kind="utama" icon="simpan" busy={saving.busy}>
          {kertas.simpan}
        </Button>
      </Buttons>
      {count > 0 && <p class="petunjuk">{kertas.hitungan(number(count))}</p>}
    </form>
  );
}

export function PaperSurveys(): JSX.Element {
  const lists = useOnline(() => ask<Lists>(LISTS), '');
  if (!entersShifts(working.value)) return <OtherRole />;
  return (
    <Page title={kertas.judul} layout="lebar">
      <p>{kertas.pengantar}</p>
      <OnlineState of={lists} />
      {lists.data && (
        <Sheet
          sites={lists.data.kioskSites}
          services={lists.data.ratingChoices.services}
          today={lists.data.ratingChoices.today}
        />
      )}
    </Page>
  );
}
