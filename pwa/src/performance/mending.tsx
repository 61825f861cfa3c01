/** What did not go through on a plan's records: a value to choose, or a text that came after the lock and stays as a copy. */
import type { JSX } from 'preact';
import { client } from '../identity/session';
import { copyText } from '../outbox/save';
import { kindName } from '../outbox/kind_name';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import type { OutboxItem } from '../sync';
import { madeOf } from '../sync/made';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Badge, Banner } from '../ui/feedback';
import { dateTime } from '../ui/format';
import { inForce, type PlanView } from './view';
import { writtenText } from './words';

type Held = { pending: readonly OutboxItem[] } | undefined;

/** Own items on these records in a state, each once. */
export function itemsOn(views: readonly Held[], state: OutboxItem['state']): OutboxItem[] {
  const found = views.flatMap((view) => view?.pending ?? []).filter((item) => item.state === state);
  return [...new Map(found.map((item) => [item.id, item])).values()];
}

function Copy({ item, plan }: { item: OutboxItem; plan: PlanView | undefined }): JSX.Element {
  const text = writtenText(item.args);
  return (
    <article class="kartu" aria-label={kindName(item)}>
      <div>
        <Badge tone="galat" icon="seru">
          {t.kiriman.ditolakSaja}
        </Badge>
      </div>
      <p>{item.result?.code === 'locked' ? s.salinan.isi : item.result?.message}</p>
      <p class="petunjuk">{`${kindName(item)}, ${dateTime(madeOf(item))}`}</p>
      {text && <p class="kutip">{text}</p>}
      <Buttons>
        {item.result?.code === 'locked' && plan && inForce(plan.body.status) && !plan.body.revisionReason && (
          <LinkButton href={`/skp/${plan.id}?revisi=1`} kind="utama">
            {s.revisi}
          </LinkButton>
        )}
        {text && (
          <Button icon="salin" about={kindName(item)} onClick={() => void copyText(text)}>
            {t.umum.salin}
          </Button>
        )}
        <Button icon="tutup" about={kindName(item)} onClick={() => void client.value?.dismiss(item.id)}>
          {s.salinan.hapus}
        </Button>
      </Buttons>
    </article>
  );
}

/** Shown above the records concerned; nothing while all is well. */
export function Conflicts({ of, plan }: { of: readonly Held[]; plan?: PlanView }): JSX.Element | null {
  const open = itemsOn(of, 'conflict');
  const refused = itemsOn(of, 'rejected');
  if (!open.length && !refused.length) return null;
  return (
    <section class="bagian" aria-label={s.pilihan.perlu(open.length + refused.length)}>
      {open.map((item) => (
        <Banner key={item.id} tone="bentrok">
          <p>
            <strong>{`${t.kiriman.perluPilih}: ${kindName(item)}.`}</strong> {s.pilihan.keduanya}
          </p>
          <div>
            <LinkButton href={`/kotak-keluar/pilih/${item.id}`} kind="utama">
              {s.pilihan.buka}
            </LinkButton>
          </div>
        </Banner>
      ))}
      {refused.map((item) => (
        <Copy key={item.id} item={item} plan={plan} />
      ))}
    </section>
  );
}
