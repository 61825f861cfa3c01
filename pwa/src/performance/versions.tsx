/** Approved versions of a plan: to read, and to mark what changed since the last one. */
import type { JSX } from 'preact';
import { records } from '../identity/session';
import { s } from '../strings/id_skp';
import type { RecordView } from '../sync';
import { dateTime } from '../ui/format';
import { Icon } from '../ui/icons';
import { KIND } from './names';
import { rowsOf } from './result_form';
import type { Version } from './types';
import { contentOf, type OldResult } from './version_content';
import { inForce, type IndicatorView, type PlanView, type ResultView } from './view';
import { rowText } from './words';

const versionsOf = (plan: string): RecordView<Version>[] =>
  (records<Version>(KIND.version).value ?? [])
    .filter(({ body }) => body.plan === plan)
    .sort((a, b) => b.body.planVersion - a.body.planVersion);

const shape = (text: string, rows: readonly string[]): string => JSON.stringify([text, ...rows]);

/** RHK that are new or different since the version that was approved last; none before the first approval. */
export function useChanges(plan: PlanView, results: readonly ResultView[], indicators: readonly IndicatorView[]): ReadonlySet<string> {
  const last = versionsOf(plan.id).find(({ body }) => body.planVersion < plan.body.planVersion || !inForce(plan.body.status));
  if (!last) return new Set();
  const before = new Map(contentOf(last.body.content).map((old) => [old.id, shape(old.text, old.rows)]));
  const changed = results.filter(({ id, body }) => {
    const rows = rowsOf(id, indicators, plan.body.approach).map(({ body: row }) => row.narrative || rowText(row));
    return before.get(id) !== shape(body.text ?? '', rows);
  });
  return new Set(changed.map(({ id }) => id));
}

function Old({ results }: { results: OldResult[] }): JSX.Element {
  return (
    <ol class="bernomor">
      {results.map(({ id, text, rows }) => (
        <li key={id}>
          <div>
            <p>{text}</p>
            {rows.map((row) => (
              <p class="petunjuk" key={row}>
                {row}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The versions that were approved, the newest first. */
export function Versions({ plan }: { plan: PlanView }): JSX.Element | null {
  const all = versionsOf(plan.id);
  if (!all.length) return null;
  return (
    <section class="bagian" aria-label={s.versiLama.judul}>
      <h2>{s.versiLama.judul}</h2>
      {all.map(({ id, body }) => (
        <details key={id}>
          <summary>
            <Icon name="panah" class="panah" />
            {s.versiLama.satu(body.planVersion, body.approvedByName, dateTime(body.approvedAt))}
          </summary>
          <Old results={contentOf(body.content)} />
        </details>
      ))}
    </section>
  );
}
