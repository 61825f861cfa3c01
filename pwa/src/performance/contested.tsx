/** An objection of somebody below nobody, as HR reads and enters it. */
import type { JSX } from 'preact';
import { isWaiting } from '../outbox/state';
import { h } from '../strings/id_skp_hr';
import type { RecordView } from '../sync';
import { Decide } from './objections';
import { ObjectionCard } from './outcome';
import { Look } from './parts_hr';
import type { Objection } from './types';
import { Waits } from './waits';

/** An objection that nobody in the agency stands above. */
export function Contested({ view }: { view: RecordView<Objection> }): JSX.Element {
  return (
    <section class="bagian" aria-label={`${h.akar.keberatan}: ${view.body.employeeName}`}>
      <h3>{`${h.akar.keberatan}: ${view.body.employeeName}`}</h3>
      <ObjectionCard view={view} decides />
      <p class="petunjuk">{h.nilai.dicatat}</p>
      <Look id={view.body.evaluation} title={h.akar.lihatDulu} />
      {view.pending.some((item) => item.kind === 'skp.decide' && isWaiting(item)) ? (
        <div>
          <Waits />
        </div>
      ) : (
        <Decide view={view} evaluation={undefined} byHr />
      )}
    </section>
  );
}
