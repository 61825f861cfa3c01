/** Acting appraisers and exemptions that are in force or to come, for one person or for all; HR ends them here. */
import type { JSX } from 'preact';
import { now, records } from '../identity/session';
import { isWaiting } from '../outbox/state';
import { h } from '../strings/id_skp_hr';
import type { RecordView } from '../sync';
import { Empty } from '../ui/feedback';
import { date, dayOf } from '../ui/format';
import { End } from './hr_form';
import { KIND } from './names';
import type { Acting, Exemption } from './types';
import { Waits } from './waits';

/** What is over is history and not listed. */
function lasting<Body extends { to?: string | null }>(views: readonly RecordView<Body>[]): RecordView<Body>[] {
  const today = dayOf(now.value);
  return views.filter(({ body }) => !body.to || body.to >= today);
}

const days = ({ from, to }: { from: string; to?: string | null }): string => h.masa(date(from), to ? date(to) : '');

type RowProps = { view: RecordView<unknown>; title: string; detail: string; kind: 'skp.acting_end' | 'skp.exempt_end' };

function Row({ view, title, detail, kind }: RowProps): JSX.Element {
  return (
    <li class="kartu">
      <div>
        <strong>{title}</strong>
        <p class="petunjuk">{detail}</p>
      </div>
      {view.pending.some(isWaiting) ? <Waits /> : view.version !== null && <End kind={kind} record={view.id} about={title} />}
    </li>
  );
}

/** `of`: the appraiser who is stood in for. */
export const useActing = (of?: string): RecordView<Acting>[] =>
  lasting(records<Acting>(KIND.acting).value ?? []).filter(({ body }) => !of || body.appraiser === of);

/** `of`: the person who is exempt. */
export const useExemptions = (of?: string): RecordView<Exemption>[] =>
  lasting(records<Exemption>(KIND.exemption).value ?? []).filter(({ body }) => !of || body.person === of);

/** `of`: the appraiser whose stand-ins are listed; everybody's without it. */
export function ActingList({ of }: { of?: string }): JSX.Element {
  const listed = useActing(of);
  if (!listed.length)
    return (
      <Empty>
        <p>{h.pengganti.kosong}</p>
      </Empty>
    );
  return (
    <ul class="daftar">
      {listed.map((view) => (
        <Row
          key={view.id}
          view={view}
          kind="skp.acting_end"
          title={view.body.actingName ? h.pengganti.baris(view.body.actingName, view.body.appraiserName ?? '') : h.pengganti.judul}
          detail={days(view.body)}
        />
      ))}
    </ul>
  );
}

/** `of`: the person; everybody without it. */
export function ExemptionList({ of }: { of?: string }): JSX.Element {
  const listed = useExemptions(of);
  if (!listed.length)
    return (
      <Empty>
        <p>{h.kecuali.kosong}</p>
      </Empty>
    );
  return (
    <ul class="daftar">
      {listed.map((view) => {
        const why = h.kecuali.sebabPilihan[view.body.reason] ?? view.body.reason;
        return (
          <Row
            key={view.id}
            view={view}
            kind="skp.exempt_end"
            title={(!of && view.body.personName) || why}
            detail={[of ? null : why, days(view.body), view.body.note].filter(Boolean).join(', ')}
          />
        );
      })}
    </ul>
  );
}
