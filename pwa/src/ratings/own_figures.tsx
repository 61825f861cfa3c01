/** "Rating saya": an officer's own mean, n and indicator counts as of Monday; no dates, no single answers. */
import type { JSX } from 'preact';
import { ask } from '../graphql';
import { laporan } from '../strings/id_laporan';
import { Empty } from '../ui/feedback';
import { longDate, number } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { Page } from '../ui/page';
import { Bars } from '../ui/charts';
import { comma } from '../ui/periods';
import './reports.css';
import { INDICATORS, type OwnPart } from './report_types';

interface Own {
  minimum: number;
  until: string;
  v1: OwnPart | null;
  v2: OwnPart | null;
}

const { saya, rating } = laporan;

function Half({ part, title }: { part: OwnPart; title: string }): JSX.Element {
  const counts = INDICATORS.map((code) => ({
    label: code,
    value: Number(part.indicator_counts?.[code] ?? part.indicator_means?.[code] ?? 0),
    text: part.indicator_counts ? number(part.indicator_counts[code] ?? 0) : comma(part.indicator_means?.[code] ?? ''),
  }));
  return (
    <section class="bagian">
      <h2>{title}</h2>
      <dl class="fakta">
        <div>
          <dt>{saya.rata}</dt>
          <dd>{comma(part.mean)}</dd>
        </div>
        <div>
          <dt>{saya.jumlah}</dt>
          <dd>{number(part.n)}</dd>
        </div>
      </dl>
      <h3>{saya.indikator}</h3>
      <Bars bars={counts} most={part.indicator_counts ? part.n : 5} />
    </section>
  );
}

export function OwnFigures(): JSX.Element {
  const own = useOnline(() => ask<{ ownRatings: Own }>('{ ownRatings }').then(({ ownRatings }) => ownRatings), '');
  const { data } = own;
  return (
    <Page title={saya.judul} layout="sempit">
      <OnlineState of={own} />
      {data && <p>{saya.pengantar(longDate(`${data.until}T05:00:00Z`))}</p>}
      {data && !data.v1 && !data.v2 && (
        <Empty>
          <p>{saya.belum(number(data.minimum))}</p>
        </Empty>
      )}
      {data?.v1 && <Half part={data.v1} title={rating.v1} />}
      {data?.v2 && <Half part={data.v2} title={rating.v2} />}
    </Page>
  );
}
