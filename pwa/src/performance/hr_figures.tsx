/** What HR alone reads of plans as a whole: predicates beside the unit's achievement, the queue to the national record, awards. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { mutate, now, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { m } from '../strings/id_skp_rekap';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Empty, Loading } from '../ui/feedback';
import { Select } from '../ui/fields';
import { Icon } from '../ui/icons';
import { OnlineState, useOnline } from '../ui/online';
import { dayOf } from '../ui/format';
import { Folded, NO_PAPER, Paper, as, paperFault, useHrForm } from './hr_form';
import { derived } from './ids';
import { KIND } from './names';
import { roundOn, roundsOf } from './rounds';
import type { Period } from './types';
import type { Whole } from './whole_choice';

const { angka: w } = m;

interface Distribution {
  n: number;
  counts: { predicate: string; label: string; n: number }[];
  achievement: string | null;
  achievementLabel: string;
  warnings: string[];
}

interface National {
  name: string;
  counts: Record<string, number>;
  refused: { id: string; reason: string; name: string }[];
  unitsWithout: { unit: string; name: string }[];
}

interface Awards {
  rows: { person: string; name: string; unitName: string; propose: string | null; monthsLate: number }[];
  unclear: { person: string; name: string; code: string }[];
}

const DISTRIBUTION = 'query($unit: ID!, $year: Int!, $round: String!) { skpDistribution(unit: $unit, year: $year, round: $round) }';
const NATIONAL = 'query($year: Int!) { skpNational(year: $year) }';
const AWARDS = 'query($unit: ID) { skpAwards(unit: $unit) }';

/** What the unit achieved as an organisation, with the document that says so. */
function Achieve({ what, round, again }: { what: Whole; round: string; again: () => void }): JSX.Element {
  const form = useHrForm({
    key: `skp:capaian:${what.unit}:${what.year}:${round}`,
    empty: { ...NO_PAPER, value: '' },
    check: (typed) => ({ 'capaian-apa': typed.value ? undefined : w.isiCapaian, 'capaian-dokumen': paperFault(typed) }),
    work: async ({ value, document, documentDate }, draft) => {
      const record = await derived(what.unit, `${what.year}:${round}`);
      const args = { unit: what.unit, year: what.year, round, value, document: document.trim(), documentDate };
      await mutate({ kind: 'skp.achieve', record, args, draft, ...as() });
    },
    done: w.capaianTersimpan,
  });
  const { value } = form;
  if (!value) return <Loading />;
  return (
    <Folded title={w.capaian}>
      <Select
        id="capaian-apa"
        label={w.capaian}
        empty={w.belumCapaian}
        options={Object.entries(w.capaianPilihan).map(([code, label]) => ({ value: code, label }))}
        value={value.value}
        onChange={(chosen) => form.set({ value: chosen })}
        error={form.errors['capaian-apa']}
      />
      <Paper value={value} set={form.set} error={form.errors['capaian-dokumen']} id="capaian-dokumen" />
      <NotSaved fault={form.fault} text={value.document} onRetry={() => void form.save()} />
      <Buttons>
        <Button icon="simpan" busy={form.busy} onClick={() => void form.save().then((stored) => stored && setTimeout(again, 3_000))}>
          {w.simpanCapaian}
        </Button>
      </Buttons>
    </Folded>
  );
}

function Spread({ what }: { what: Whole }): JSX.Element {
  const period = (records<Period>(KIND.period).value ?? []).find(({ body }) => body.year === what.year)?.body;
  const rhythm = period?.rhythm ?? 'triwulanan';
  const [chosen, setChosen] = useState('');
  const round = chosen || roundOn(rhythm, what.year, dayOf(now.value));
  const found = useOnline(
    () => ask<{ skpDistribution: Distribution }>(DISTRIBUTION, { ...what, round }).then(({ skpDistribution }) => skpDistribution),
    `${what.unit}:${what.year}:${round}`,
  );
  const { data } = found;
  return (
    <>
      <Select label={w.periode} options={roundsOf(rhythm, what.year)} value={round} onChange={setChosen} />
      <OnlineState of={found} />
      {data && (
        <div class="kartu">
          <p>{data.n ? w.n(data.n) : w.belumAda}</p>
          {data.n > 0 && (
            <dl class="fakta">
              {data.counts.map(({ predicate, label, n }) => [<dt key={`${predicate}-n`}>{label}</dt>, <dd key={predicate}>{n}</dd>])}
            </dl>
          )}
          <p class="petunjuk">{`${w.capaian}: ${data.achievementLabel || w.belumCapaian}`}</p>
          {data.warnings.length > 0 && (
            <Banner tone="tunggu">
              <ul>
                {data.warnings.map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
              <p>{w.peringatan}</p>
            </Banner>
          )}
          <Achieve key={`${what.unit}:${what.year}:${round}`} what={what} round={round} again={found.again} />
        </div>
      )}
    </>
  );
}

function Queue({ year }: { year: number }): JSX.Element {
  const found = useOnline(() => ask<{ skpNational: National }>(NATIONAL, { year }).then(({ skpNational }) => skpNational), String(year));
  const saving = useSave();
  const { data } = found;
  const resend = (id: string) =>
    saving.save(() => mutate({ kind: 'skp.export_resend', record: id, args: {}, ...as() })).then((ok) => ok && tell(w.dikirimUlang));
  if (!data) return <OnlineState of={found} />;
  return (
    <section class="bagian">
      <h2>{w.nasional(data.name)}</h2>
      <dl class="fakta">
        {Object.entries(data.counts).map(([state, n]) => [<dt key={`${state}-n`}>{w.keadaan[state] ?? state}</dt>, <dd key={state}>{n}</dd>])}
      </dl>
      <NotSaved fault={saving.fault} text={w.kirimUlang} />
      {data.refused.map(({ id, name, reason }) => (
        <div class="kartu" key={id}>
          <div>
            <strong>{name}</strong>
            <p class="petunjuk">{reason}</p>
          </div>
          <div>
            <Button icon="segar" about={name} busy={saving.busy} onClick={() => void resend(id)}>
              {w.kirimUlang}
            </Button>
          </div>
        </div>
      ))}
      {data.unitsWithout.length > 0 && (
        <details>
          <summary>
            <Icon name="panah" class="panah" />
            {w.tanpaData(data.unitsWithout.length)}
          </summary>
          <ul class="butir">
            {data.unitsWithout.map(({ unit, name }) => (
              <li key={unit}>{name}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Due({ unit }: { unit: string }): JSX.Element {
  const found = useOnline(() => ask<{ skpAwards: Awards }>(AWARDS, { unit: unit || null }).then(({ skpAwards }) => skpAwards), unit);
  const { data } = found;
  if (!data) return <OnlineState of={found} />;
  return (
    <section class="bagian">
      <h2>{w.penghargaan}</h2>
      {!data.rows.length && (
        <Empty>
          <p>{w.penghargaanKosong}</p>
        </Empty>
      )}
      <details>
        <summary>
          <Icon name="panah" class="panah" />
          {`${w.penghargaan} (${data.rows.length})`}
        </summary>
        <ul class="butir">
          {data.rows.map(({ person, name, unitName, propose, monthsLate }) => (
            <li key={person}>{[name, unitName, propose, w.telat(monthsLate)].filter(Boolean).join(', ')}</li>
          ))}
        </ul>
      </details>
      {data.unclear.length > 0 && <p class="petunjuk">{w.tidakJelas(data.unclear.length)}</p>}
    </section>
  );
}

export function HrFigures({ what }: { what: Whole }): JSX.Element {
  return (
    <>
      <section class="bagian">
        <h2>{w.sebaran}</h2>
        {what.unit ? <Spread what={what} /> : <p class="petunjuk">{w.sebaranIsi}</p>}
      </section>
      <Queue year={what.year} />
      <Due unit={what.unit} />
    </>
  );
}
