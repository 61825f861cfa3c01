/** HR's look at a final evaluation: it is read online each time, and each time is logged. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { h } from '../strings/id_skp_hr';
import { n } from '../strings/id_skp_nilai';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { dateTime } from '../ui/format';
import { faultText } from '../ui/online';

interface Told {
  version: number;
  ratingResult: string;
  ratingBehaviour: string;
  predicateLabel: string;
  appraiserName: string;
  byName: string | null;
  finalisedAt: string;
  document: string | null;
}

const LOOK = 'query($id: ID!) { skpEvaluation(id: $id) }';

export function Look({ id, title }: { id: string; title: string }): JSX.Element {
  const [told, setTold] = useState<Told[] | null>(null);
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  async function look(): Promise<void> {
    setBusy(true);
    setFault('');
    try {
      setTold((await ask<{ skpEvaluation: { versions: Told[] } }>(LOOK, { id })).skpEvaluation.versions);
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  if (!told)
    return (
      <div class="bagian">
        <div>
          <Button icon="kunci" busy={busy} onClick={() => void look()}>
            {h.nilai.lihat(title)}
          </Button>
        </div>
        {fault && (
          <Banner tone="tunggu">
            <p>{fault}</p>
          </Banner>
        )}
      </div>
    );
  return (
    <section class="kartu" aria-label={title}>
      <p>
        <strong>{title}</strong>
      </p>
      {told.map((one) => (
        <div key={one.version}>
          {told.length > 1 && <p class="petunjuk">{h.nilai.versi(one.version)}</p>}
          <dl class="fakta">
            <dt>{n.predikat}</dt>
            <dd>
              <strong>{one.predicateLabel}</strong>
            </dd>
            <dt>{n.hasil}</dt>
            <dd>
              <strong>{n.rating[one.ratingResult]}</strong>
            </dd>
            <dt>{n.perilaku}</dt>
            <dd>
              <strong>{n.rating[one.ratingBehaviour]}</strong>
            </dd>
            {one.document && (
              <>
                <dt>{h.nilai.dokumen}</dt>
                <dd>
                  <strong>{one.document}</strong>
                </dd>
              </>
            )}
          </dl>
          <p class="petunjuk">{[one.appraiserName && n.oleh(one.appraiserName).replace(/\.$/, ''), n.final(dateTime(one.finalisedAt))].filter(Boolean).join('. ')}</p>
        </div>
      ))}
    </section>
  );
}
