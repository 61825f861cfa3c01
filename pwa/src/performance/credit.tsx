/** Credit points of a functional post, from the final annual evaluations: read online. */
import type { JSX } from 'preact';
import { ask } from '../graphql';
import { h } from '../strings/id_skp_hr';
import { OnlineState, useOnline } from '../ui/online';

interface Credit {
  level: string | null;
  coefficient?: string;
  lines: { year: number; months: number; predicateLabel: string; points: string }[];
  total?: string;
  why?: string;
}

const CREDIT = 'query($person: ID) { skpCredit(person: $person) }';

/** Those of somebody whom HR administers (every look is logged), or one's own. */
export function Points({ person }: { person?: string }): JSX.Element {
  const found = useOnline(() => ask<{ skpCredit: Credit }>(CREDIT, { person: person ?? null }).then(({ skpCredit }) => skpCredit), person ?? '');
  const { data } = found;
  if (!data) return <OnlineState of={found} />;
  if (data.why) return <p>{data.why}</p>;
  return (
    <>
      <p class="petunjuk">{h.kredit.jenjang(data.level ?? '', data.coefficient ?? '')}</p>
      <dl class="fakta">
        {data.lines.map(({ year, months, predicateLabel, points }, at) => [
          <dt key={`${at}-n`}>{h.kredit.baris(year, months, predicateLabel)}</dt>,
          <dd key={at}>{points}</dd>,
        ])}
        <dt>{h.kredit.jumlah}</dt>
        <dd>
          <strong>{data.total}</strong>
        </dd>
      </dl>
    </>
  );
}
