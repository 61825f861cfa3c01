/** "/laporan/pertanyaan": evaluation reports by quarter; obstacles and the team's survey for whoever works there. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { seesDashboard, worksInService } from '../identity/roles';
import { mutate, now, records, unread, working } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { NotSaved, useSave } from '../outbox/save';
import { arsip } from '../strings/id_arsip';
import { evaluasi } from '../strings/id_evaluasi';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Table } from '../ui/charts';
import { Badge, Empty } from '../ui/feedback';
import { Select } from '../ui/fields';
import { isoDay } from './words';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { comma, quarters } from '../ui/periods';
import { Obstacles } from './obstacles';
import { ReportPage } from './report';
import { Survey } from './survey';
import type { Evaluation, SurveyResult, SurveyResults } from './types';

const { laporan, survei, pengunjung } = evaluasi;
const RESULTS = 'query($period: String!) { surveyResults(period: $period) }';

function Begin({ period }: { period: string }): JSX.Element {
  const saving = useSave();
  const as = working.value?.id;
  const work = () => mutate({ kind: 'evaluation.open', args: { period }, ...(as && { as }) });
  return (
    <>
      <NotSaved fault={saving.fault} text={period} />
      <Buttons>
        <Button
          kind="utama"
          busy={saving.busy}
          onClick={() => void saving.save(work).then((ok) => ok && tell(laporan.mulaiTersimpan))}
        >
          {laporan.mulai}
        </Button>
      </Buttons>
    </>
  );
}

function Results({ period, title }: { period: string; title: string }): JSX.Element {
  const found = useOnline(
    () => ask<{ surveyResults: SurveyResults }>(RESULTS, { period }).then(({ surveyResults }) => surveyResults),
    period,
  );
  const data = found.data;
  const mean = (one: SurveyResult, aspect: string): string => comma(one.means[aspect] ?? survei.belum);
  return (
    <section class="bagian">
      <h2>{survei.hasil}</h2>
      <OnlineState of={found} />
      {data && (
        <>
          <dl class="angka-kunci">
            {([['users', survei.pengguna], ['team', survei.tim]] as const).map(([key, name]) => (
              <div key={key}>
                <dt>
                  {survei.puas}, {name}
                </dt>
                <dd class="nilai">{data[key].share === null ? survei.belum : `${comma(data[key].share)}%`}</dd>
                <dd class="petunjuk">n = {data[key].n}</dd>
              </div>
            ))}
          </dl>
          {data.users.n + data.team.n > 0 && (
            <Table
              caption={survei.rata(title)}
              head={[survei.aspekJudul, survei.pengguna, survei.tim]}
              rows={Object.entries(survei.aspek).map(([aspect, name]) => [name, mean(data.users, aspect), mean(data.team, aspect)])}
              file={`survei-${period}`}
              fold="named"
            />
          )}
          {data.comments.length > 0 && (
            <details>
              <summary>{survei.komentarJudul}</summary>
              <ul>
                {data.comments.map((one, place) => (
                  <li key={place}>
                    {one.comment} ({one.overall})
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  );
}

function Listed({ all }: { all: RecordView<Evaluation>[] }): JSX.Element {
  return (
    <section class="bagian">
      <h2>{laporan.daftar}</h2>
      {!all.length && (
        <Empty>
          <p>{laporan.kosong}</p>
        </Empty>
      )}
      <ul class="daftar">
        {all.map(({ id, body }) => (
          <li key={id}>
            <a class="kartu-tautan" href={`/laporan/pertanyaan/${id}`}>
              <span class="isi">{body.title}</span>
              <Badge tone={body.state === 'final' ? 'sukses' : 'info'} icon={body.state === 'final' ? 'kunci' : 'pensil'}>
                {laporan.keadaan[body.state] ?? body.state}
              </Badge>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Evaluations({ parts }: { parts: string[] }): JSX.Element {
  const all = records<Evaluation>('evaluation_report').value;
  const options = quarters(isoDay(now.value));
  const [period, setPeriod] = useState(options[0]?.value ?? '');
  const leads = seesDashboard(working.value);
  const works = worksInService(working.value);
  if (!leads && !works) return <OtherRole />;
  const sorted = [...(all ?? [])].sort((a, b) => b.body.period.localeCompare(a.body.period));
  const chosen = sorted.find(({ id }) => id === parts[1]);
  if (leads && chosen) return <ReportPage id={chosen.id} body={chosen.body} />;
  const title = options.find(({ value }) => value === period)?.label ?? period;
  const begun = sorted.some(({ body }) => body.period === period);
  return (
    <Page title={laporan.judul} layout="lebar">
      <p>{laporan.pengantar}</p>
      {leads && (all === null || (unread.value && !all.length) ? <NotYet /> : <Listed all={sorted} />)}
      <Select label={laporan.triwulan} options={options} value={period} onChange={setPeriod} />
      {working.value?.role === 'KTM' && !begun && <Begin key={period} period={period} />}
      <Obstacles period={period} title={title} writes={works} />
      {leads && <Results period={period} title={title} />}
      {works && (
        <details>
          <summary>{survei.judulTim}</summary>
          <Survey key={`survei-${period}`} survey="tim" about={period} />
        </details>
      )}
      {leads && (
        <Buttons>
          <LinkButton href="/laporan/pengunjung" icon="orang">
            {pengunjung.judul}
          </LinkButton>
          <LinkButton href="/laporan/arsip" icon="buku">
            {arsip.judul}
          </LinkButton>
        </Buttons>
      )}
    </Page>
  );
}

