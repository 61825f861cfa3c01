/** "/laporan/rating": the running period, the list of reports, and one report with its figures and its path. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { readsFigures, seesReports } from '../identity/roles';
import { mutate, records, unread, working } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { NotSaved, useSave } from '../outbox/save';
import { laporan } from '../strings/id_laporan';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Banner, Empty } from '../ui/feedback';
import { Select } from '../ui/fields';
import { number } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { months, quarters } from '../ui/periods';
import { FigureTables } from './report_figures';
import { ReportPath } from './report_path';
import './reports.css';
import type { Choices, Figures, Report, ReportFile } from './report_types';

const CHOICES = '{ ratingChoices }';
const LIVE = 'query($period: String!) { ratingFigures(period: $period) }';
const DETAIL = 'query($id: ID!) { ratingReport(id: $id) { figures files { id kind name sha256 } } }';
const { rating, keadaan } = laporan;
const FROZEN = ['final', 'terbit'];

/** Asks the server to begin a report; `corrects` names the final one that it replaces. */
function Begin({ period, corrects, label }: { period: string; corrects?: string; label: string }): JSX.Element | null {
  const saving = useSave();
  if (working.value?.role !== 'TRK') return null;
  const work = () =>
    mutate({
      kind: 'rating.report_open',
      args: { period, corrects: corrects ?? null },
      ...(working.value && { as: working.value.id }),
    });
  return (
    <>
      <NotSaved fault={saving.fault} text={period} />
      <Buttons>
        <Button busy={saving.busy} onClick={() => void saving.save(work).then((ok) => ok && tell(rating.mulaiTersimpan))}>
          {label}
        </Button>
      </Buttons>
    </>
  );
}

function Live({ choices }: { choices: Choices }): JSX.Element {
  const options = [...months(choices.today), ...quarters(choices.today)];
  const [period, setPeriod] = useState(options[0]?.value ?? '');
  const list = useOnline(
    () => ask<{ ratingFigures: Figures }>(LIVE, { period }).then(({ ratingFigures }) => ratingFigures),
    period,
  );
  const title = options.find(({ value }) => value === period)?.label ?? period;
  return (
    <section class="bagian">
      <h2>{rating.berjalan}</h2>
      <Select label={rating.periode} options={options} value={period} onChange={setPeriod} />
      <OnlineState of={list} />
      {list.data && <FigureTables figures={list.data} period={title} />}
      <Begin period={period} label={rating.mulai} />
    </section>
  );
}

function Listed({ all }: { all: RecordView<Report>[] }): JSX.Element {
  return (
    <section class="bagian">
      <h2>{rating.daftar}</h2>
      {!all.length && (
        <Empty>
          <p>{rating.kosong}</p>
        </Empty>
      )}
      <ul class="daftar">
        {all.map(({ id, body }) => (
          <li key={id}>
            <a class="kartu-tautan" href={`/laporan/rating/${id}`}>
              <span class="isi">{rating.nomor(number(body.number), body.title)}</span>
              <Badge tone={FROZEN.includes(body.state) ? 'sukses' : 'info'} icon={FROZEN.includes(body.state) ? 'kunci' : 'jam'}>
                {keadaan[body.state] ?? body.state}
              </Badge>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Detail({ id, body }: { id: string; body: Report }): JSX.Element {
  const reads = readsFigures(working.value);
  return (
    <Page
      title={rating.nomor(number(body.number), body.title)}
      layout="lebar"
      back={{ href: '/laporan/rating', label: rating.kembali }}
      above={keadaan[body.state] ?? body.state}
    >
      {FROZEN.includes(body.state) && (
        <Banner tone="info">
          <p>{rating.terkunci}</p>
        </Banner>
      )}
      <ReportPath id={id} body={body} />
      {reads && body.setHash && <FixedFigures key={body.state} id={id} title={body.title} />}
      {!body.setHash && <p class="petunjuk">{rating.belumDitarik}</p>}
      {body.setHash && <p class="petunjuk sidik">{rating.sidik(body.setHash)}</p>}
      {FROZEN.includes(body.state) && (
        <section class="bagian">
          <p class="petunjuk">{rating.koreksiIsi}</p>
          <Begin period={body.period} corrects={id} label={rating.koreksi} />
        </section>
      )}
    </Page>
  );
}

function FixedFigures({ id, title }: { id: string; title: string }): JSX.Element {
  const found = useOnline(
    () =>
      ask<{ ratingReport: { figures: Figures | null; files: ReportFile[] } }>(DETAIL, { id }).then(
        ({ ratingReport }) => ratingReport,
      ),
    id,
  );
  return (
    <>
      <OnlineState of={found} />
      {found.data?.figures && <FigureTables figures={found.data.figures} period={title} />}
      {found.data && found.data.files.length > 0 && (
        <Buttons>
          {found.data.files.map((file) => (
            <a class="tombol" key={file.id} href={`/unduh/laporan/${file.id}`} download={file.name}>
              <span>{rating.unduh[file.kind] ?? file.name}</span>
            </a>
          ))}
        </Buttons>
      )}
    </>
  );
}

export function RatingReports({ parts }: { parts: string[] }): JSX.Element {
  const all = records<Report>('rating_report').value;
  const choices = useOnline(() => ask<{ ratingChoices: Choices }>(CHOICES).then(({ ratingChoices }) => ratingChoices), '');
  if (!seesReports(working.value)) return <OtherRole />;
  const sorted = [...(all ?? [])].sort((a, b) => b.body.number - a.body.number);
  const chosen = sorted.find(({ id }) => id === parts[1]);
  if (parts[1] && chosen) return <Detail id={chosen.id} body={chosen.body} />;
  return (
    <Page title={rating.judul} layout="lebar">
      <p>{rating.pengantar}</p>
      {all === null || (unread.value && !all.length) ? <NotYet /> : <Listed all={sorted} />}
      {readsFigures(working.value) && (
        <>
          <OnlineState of={choices} />
          {choices.data && <Live choices={choices.data} />}
        </>
      )}
    </Page>
  );
}
