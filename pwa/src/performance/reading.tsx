/** One RHK to read: for the appraiser, and wherever nothing may be changed. */
import type { JSX } from 'preact';
import { p } from '../strings/id_skp_pilihan';
import { s } from '../strings/id_skp';
import { r } from '../strings/id_skp_rhk';
import type { Plan } from './types';
import { linkText, type IndicatorView, type ResultView } from './view';

export function Measured({ rows, plan }: { rows: readonly IndicatorView[]; plan: Plan }): JSX.Element | null {
  if (plan.approach === 'kualitatif') {
    const narrative = rows.find(({ body }) => body.narrative)?.body.narrative;
    return narrative ? <p class="kutip">{narrative}</p> : null;
  }
  if (!rows.length) return null;
  const { form } = plan;
  return (
    <div class="tabel-gulung" tabIndex={0} role="region" aria-label={r.indikator}>
      <table>
        <caption class="sr">{r.indikator}</caption>
        <thead>
          <tr>
            {form === 'ja_jf' && <th scope="col">{r.aspek}</th>}
            <th scope="col">{r.namaIndikator}</th>
            <th scope="col">{r.target}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, body: row }) => (
            <tr key={id}>
              {form === 'ja_jf' && <td data-kolom={r.aspek}>{p.aspek[row.aspect ?? ''] ?? row.aspect}</td>}
              <td data-kolom={r.namaIndikator}>{row.indicator}</td>
              <td data-kolom={r.target}>{[row.target, row.unit].filter(Boolean).join(' ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ReadResult({ view, rows, plan }: { view: ResultView; rows: readonly IndicatorView[]; plan: Plan }): JSX.Element {
  const { body } = view;
  const link = linkText(body);
  return (
    <section class="kartu">
      <p class="jawaban-utama">{body.text}</p>
      {link && <p class="petunjuk">{link}</p>}
      {body.perspective && <p class="petunjuk">{`${r.perspektif}: ${r.perspektifPilihan[body.perspective] ?? body.perspective}`}</p>}
      {body.assignedBy && <p class="petunjuk">{`${r.penugasan}: ${body.assignedBy}`}</p>}
      {body.unchangedSince && <p class="petunjuk">{s.tidakBerubah(body.unchangedSince)}</p>}
      <Measured rows={rows} plan={plan} />
    </section>
  );
}
