/** "/laporan/ikm": the satisfaction index of a quarter, how it is computed, and frozen reports. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { readsFigures } from '../identity/roles';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { laporan } from '../strings/id_laporan';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Empty } from '../ui/feedback';
import { Select, TextArea } from '../ui/fields';
import { number } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { Bars, Table } from '../ui/charts';
import { comma, months, quarters } from '../ui/periods';
import './reports.css';
import type { Choices, IkmFigures, IkmReport } from './report_types';

const CHOICES = '{ ratingChoices }';
const LIVE = `query($period: String!, $site: ID, $service: String) {
  ikmFigures(period: $period, site: $site, service: $service) }`;
const LIST = '{ ikmReports { id period title siteName service state n figures followUp sha256 created files { id kind name sha256 } } }';
const { ikm, rating } = laporan;
/** Where the letters change, as a mean of one element. */
const MARKS = [2.6, 3.06, 3.53];
/** Where the letters change, as an index. */
const LETTERS = [65, 76.61, 88.31];
const LONGEST = 4000;

function IndexFigures({ figures, title }: { figures: IkmFigures; title: string }): JSX.Element {
  if (figures.ikm === null) {
    return (
      <Empty>
        <p>{ikm.kosong}</p>
      </Empty>
    );
  }
  const means = figures.nrr ?? [];
  const elements = means.map((mean, place) => ({
    code: `U${place + 1}`,
    mean,
    sum: figures.sums[place] ?? 0,
    count: figures.counts[place] ?? 0,
  }));
  const name = (code: string): string => `${code} ${ikm.namaUnsur[code] ?? ''}`;
  const sorted = [...elements].sort((a, b) => Number(a.mean) - Number(b.mean));
  return (
    <>
      <p class="angka-ikm">
        <strong>{ikm.hasil(comma(figures.ikm), figures.letter ?? '', figures.word ?? '')}</strong>
      </p>
      <p>{ikm.baris(number(figures.n), figures.formula_version, figures.weight)}</p>
      <section class="bagian">
        <h3>{ikm.terendah((figures.lowest ?? []).map(name).join('; '))}</h3>
        <Bars
          bars={sorted.map(({ code, mean }) => ({ label: name(code), value: Number(mean), text: comma(mean) }))}
          most={4}
          marks={MARKS}
        />
        <Table
          caption={title}
          head={[ikm.unsur, ikm.jumlah, ikm.jawaban, ikm.rata]}
          rows={elements.map((one) => [name(one.code), number(one.sum), number(one.count), comma(one.mean)])}
          file="ikm"
          fold
        />
      </section>
      <details>
        <summary>{ikm.caraHitung}</summary>
        <p>{ikm.caraIsi(figures.weight)}</p>
        <p>{ikm.kosongAturan[figures.missing]}</p>
        {figures.n_excluded > 0 && <p>{ikm.takDihitung(number(figures.n_excluded))}</p>}
      </details>
      <details>
        <summary>{ikm.uji}</summary>
        <ul>
          {Object.entries(figures.comparison).map(([weight, one]) => (
            <li key={weight}>{ikm.ujiBaris(comma(weight), comma(one.ikm), one.letter)}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

function Freeze({ period, site, service }: { period: string; site: string; service: string }): JSX.Element | null {
  const [plan, setPlan] = useState('');
  const saving = useSave();
  if (working.value?.role !== 'TRK') return null;
  const work = () =>
    mutate({
      kind: 'ikm.report',
      args: { period, site: site || null, service: service || null, followUp: plan.trim() },
      ...(working.value && { as: working.value.id }),
    });
  return (
    <section class="bagian">
      <TextArea label={ikm.tindak} hint={ikm.tindakPetunjuk} value={plan} onInput={setPlan} max={LONGEST} rows={4} />
      <NotSaved fault={saving.fault} text={plan} />
      <Buttons>
        <Button kind="utama" busy={saving.busy} onClick={() => void saving.save(work).then((ok) => ok && tell(ikm.tersimpan))}>
          {ikm.buat}
        </Button>
      </Buttons>
    </section>
  );
}

function Live({ choices }: { choices: Choices }): JSX.Element {
  const options = [...quarters(choices.today), ...months(choices.today)];
  const [period, setPeriod] = useState(options[0]?.value ?? '');
  const [site, setSite] = useState('');
  const [service, setService] = useState('');
  const found = useOnline(
    () =>
      ask<{ ikmFigures: IkmFigures }>(LIVE, { period, site: site || null, service: service || null }).then(
        ({ ikmFigures }) => ikmFigures,
      ),
    `${period} ${site} ${service}`,
  );
  const title = options.find(({ value }) => value === period)?.label ?? period;
  return (
    <section class="bagian">
      <div class="saringan-laporan">
        <Select label={rating.periode} options={options} value={period} onChange={setPeriod} />
        <Select
          label={rating.lokasi}
          empty={rating.semua}
          options={choices.sites.map((one) => ({ value: one.id, label: one.name }))}
          value={site}
          onChange={setSite}
        />
        <Select
          label={ikm.layanan}
          empty={ikm.semuaLayanan}
          options={choices.services.map((one) => ({ value: one.code, label: one.label }))}
          value={service}
          onChange={setService}
        />
      </div>
      <h2>{title}</h2>
      <OnlineState of={found} />
      {found.data && <IndexFigures figures={found.data} title={title} />}
      {found.data?.ikm != null && <Freeze period={period} site={site} service={service} />}
    </section>
  );
}

function Publish({ id }: { id: string }): JSX.Element | null {
  const saving = useSave();
  if (working.value?.role !== 'KPL') return null;
  const work = () =>
    mutate({ kind: 'ikm.publish', record: id, args: {}, ...(working.value && { as: working.value.id }) });
  return (
    <>
      <NotSaved fault={saving.fault} text={ikm.terbitkan} />
      <Button busy={saving.busy} onClick={() => void saving.save(work).then((ok) => ok && tell(ikm.tersimpan))}>
        {ikm.terbitkan}
      </Button>
    </>
  );
}

/** The frozen index from period to period, for each place with more than one: the newest report of a period counts. */
function Trends({ reports }: { reports: readonly IkmReport[] }): JSX.Element | null {
  const places = new Map<string, Map<string, IkmReport>>();
  for (const one of [...reports].sort((a, b) => a.created.localeCompare(b.created))) {
    if (one.service || one.figures.ikm === null) continue;
    const place = one.siteName || rating.semua;
    places.set(place, (places.get(place) ?? new Map<string, IkmReport>()).set(one.period, one));
  }
  const shown = [...places].flatMap(([place, found]) => {
    const line = [...found.values()].sort((a, b) => a.period.localeCompare(b.period));
    return line.length > 1 ? [{ place, line }] : [];
  });
  if (!shown.length) return null;
  return (
    <section class="bagian">
      <h2>{ikm.perkembangan}</h2>
      {shown.map(({ place, line }) => (
        <section key={place} class="bagian">
          <h3>{place}</h3>
          <Bars
            bars={line.map(({ title, figures }) => ({
              label: title,
              value: Number(figures.ikm),
              text: `${comma(figures.ikm ?? '')} ${figures.letter ?? ''}`,
            }))}
            most={100}
            marks={LETTERS}
          />
          <Table
            caption={`${ikm.perkembangan}, ${place}`}
            head={[rating.periode, 'IKM', ikm.mutu, 'n']}
            rows={line.map(({ title, figures, n }) => [title, comma(figures.ikm ?? ''), figures.letter ?? '', number(n)])}
            file="ikm-perkembangan"
            fold
          />
        </section>
      ))}
    </section>
  );
}

function Frozen(): JSX.Element {
  const list = useOnline(() => ask<{ ikmReports: IkmReport[] }>(LIST).then(({ ikmReports }) => ikmReports), '');
  return (
    <section class="bagian">
      {list.data && <Trends reports={list.data} />}
      <h2>{ikm.daftar}</h2>
      <OnlineState of={list} />
      {list.data && !list.data.length && (
        <Empty>
          <p>{ikm.belumDaftar}</p>
        </Empty>
      )}
      <ul class="daftar">
        {(list.data ?? []).map((one) => (
          <li key={one.id} class="kartu">
            <strong>
              {one.title}, {one.siteName || rating.semua}
            </strong>
            <p>
              {one.figures.ikm === null
                ? ikm.kosong
                : ikm.hasil(comma(one.figures.ikm), one.figures.letter ?? '', one.figures.word ?? '')}
            </p>
            <p class="petunjuk">{ikm.baris(number(one.n), one.figures.formula_version, one.figures.weight)}</p>
            {one.followUp && <p>{one.followUp}</p>}
            <p class="petunjuk">{laporan.keadaan[one.state] ?? one.state}</p>
            {one.files.length > 0 && (
              <Buttons>
                {one.files.map(({ id, kind }) => (
                  <a key={id} class="tombol" href={`/unduh/laporan/${id}`} download>
                    <span>{ikm.unduh[kind]}</span>
                    <span class="sr"> {one.title}</span>
                  </a>
                ))}
              </Buttons>
            )}
            {one.state === 'final' && <Publish id={one.id} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function IkmReports(): JSX.Element {
  const choices = useOnline(() => ask<{ ratingChoices: Choices }>(CHOICES).then(({ ratingChoices }) => ratingChoices), '');
  if (!readsFigures(working.value)) return <OtherRole />;
  return (
    <Page title={ikm.judul} layout="lebar">
      <p>{ikm.pengantar}</p>
      <OnlineState of={choices} />
      {choices.data && <Live choices={choices.data} />}
      <Frozen />
    </Page>
  );
}
