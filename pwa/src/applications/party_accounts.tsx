/** Accounts of parties' officers that the office has not decided on. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { y } from '../strings/id_layanan';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { dateTime } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { KIND, type PartyAccount } from './types';

const ReasonDialog = lazyPart(() => import('./reason').then((module) => module.ReasonDialog));

function Account({ view }: { view: RecordView<PartyAccount> }): JSX.Element {
  const { partyName, name, position, at } = view.body;
  const [refusing, setRefusing] = useState(false);
  const saving = useSave();
  const decide = (args: Record<string, unknown>, draft?: string): Promise<unknown> =>
    mutate({ kind: 'party.approve', record: view.id, args, ...(working.value && { as: working.value.id }), ...(draft && { draft }) });
  return (
    <li class="kartu">
      <h3>{partyName}</h3>
      <p class="petunjuk">{[name, position, dateTime(at)].filter(Boolean).join(', ')}</p>
      <NotSaved fault={saving.fault} text={partyName} />
      <Buttons>
        <Button kind="utama" about={partyName} busy={saving.busy} onClick={() => void saving.save(() => decide({ approved: true })).then((ok) => ok && tell(y.parpol.disetujui))}>
          {y.parpol.setujui}
        </Button>
        <Button about={partyName} onClick={() => setRefusing(true)}>
          {y.parpol.tolakAkun}
        </Button>
      </Buttons>
      {refusing && (
        <ReasonDialog
          draft={`parpol:tolak:${view.id}`}
          title={y.parpol.tolakAkun}
          done={y.parpol.disetujui}
          work={(reason, draft) => decide({ approved: false, reason }, draft)}
          onClose={() => setRefusing(false)}
        />
      )}
    </li>
  );
}

export function PartyAccounts(): JSX.Element | null {
  const waiting = (records<PartyAccount>(KIND.party).value ?? []).filter(({ body, pending }) => !body.approved && !body.refused && !pending.some(isWaiting));
  if (!waiting.length || working.value?.role !== 'SUP') return null;
  return (
    <section class="bagian" aria-labelledby="akun-partai">
      <h2 id="akun-partai">{y.parpol.akun}</h2>
      <ul class="daftar">
        {waiting.map((view) => (
          <Account key={view.id} view={view} />
        ))}
      </ul>
    </section>
  );
}
