/** One item of the outbox: what it is, where it is, why it waits, and what can be done with it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ASK_ABOUT, rescue } from '../forms/rescue';
import { client, me, now, records, status } from '../identity/session';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import type { OutboxItem } from '../sync';
import { madeOf } from '../sync/made';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Badge } from '../ui/feedback';
import { lazyPart } from '../ui/lazy';
import { receipt, size, when } from '../ui/format';
import { DeleteDialog, EditDialog, ExportDialog } from './dialogs';
import { copyText } from './save';
import { kindName } from './kind_name';
import { itemBadge, ownText } from './state';

const KeptFiles = lazyPart(() => import('../attachments/waiting').then((module) => module.KeptFiles));

/** Where the person can go on from a rejected or sent item, if there is such a place. */
function questionOf(item: OutboxItem): string | null {
  if (typeof item.args.question === 'string') return item.args.question;
  return item.kind.startsWith('question.') ? item.record : null;
}

/** The plan that an item is about, as far as the item says. */
function planOf({ kind, args, record, result }: OutboxItem): string | null {
  if (!kind.startsWith('skp.')) return null;
  const named = args.plan ?? result?.server?.plan;
  return typeof named === 'string' ? named : HEADER.has(kind) ? record : null;
}

/** The case that an item is about. */
function caseOf({ kind, args, record, as }: OutboxItem): string | null {
  if (!/^(application|document)\./.test(kind)) return null;
  return `${as && /mark|open|return|reject|verify|send_out|correct|issue/.test(kind) ? '/verifikasi' : '/usul'}/${typeof args.application === 'string' ? args.application : record}`;
}

/** Acts whose record is the plan itself. */
const HEADER = new Set(['draft', 'expect', 'approach', 'submit', 'withdraw', 'approve', 'return', 'revise', 'confirm', 'copy'].map((act) => `skp.${act}`));

/** Whose plan an item is about, if it is somebody else's: twelve approvals look alike otherwise. */
function whose(item: OutboxItem): string {
  const plan = planOf(item);
  const body = plan && records<{ employee: string; employeeName: string }>('skp').value?.find(({ id }) => id === plan)?.body;
  return body && body.employee !== me.value?.account ? body.employeeName : '';
}

function Actions({
  item,
  about,
  show,
}: {
  item: OutboxItem;
  about: string;
  show: (dialog: 'edit' | 'export' | 'delete') => void;
}): JSX.Element {
  const copy = (
    <Button icon="salin" about={about} onClick={() => void copyText(ownText(item.args))}>
      {t.umum.salin}
    </Button>
  );
  const question = questionOf(item);
  const plan = planOf(item);
  const application = caseOf(item);
  switch (item.state) {
    case 'accepted':
      return (
        <Buttons>
          <LinkButton href={`/kotak-keluar/bukti/${item.id}`}>{q.keluaran.lihatBukti}</LinkButton>
          {ownText(item.args) && copy}
        </Buttons>
      );
    case 'conflict':
      return (
        <Buttons>
          <LinkButton href={`/kotak-keluar/pilih/${item.id}`} kind="utama">
            {q.keluaran.bukaPilihan}
          </LinkButton>
        </Buttons>
      );
    case 'rejected':
      return (
        <Buttons>
          {question && item.kind !== 'question.ask' && (
            <LinkButton href={`/tanya/${question}`} kind="utama">
              {q.keluaran.bukaPercakapan}
            </LinkButton>
          )}
          {plan && (
            <LinkButton href={`/skp/${plan}`} kind="utama">
              {t.kiriman.bukaSkp}
            </LinkButton>
          )}
          {application && (
            <LinkButton href={application} kind="utama">
              {t.kiriman.bukaUsul}
            </LinkButton>
          )}
          {item.kind === 'question.ask' && (
            <LinkButton
              href="/tanya/baru"
              kind="utama"
              onClick={() => rescue(me.value?.account ?? '', ASK_ABOUT, ownText(item.args))}
            >
              {t.beranda.tanyaPetugas}
            </LinkButton>
          )}
          <KeptFiles item={item} />
          {copy}
          <Button icon="tutup" about={about} onClick={() => void client.value?.dismiss(item.id)}>
            {q.keluaran.hapusSalinan}
          </Button>
        </Buttons>
      );
    default:
      return (
        <Buttons>
          {item.state !== 'sending' && (
            <Button icon="segar" about={about} onClick={() => void client.value?.retry(item.id)}>
              {q.keluaran.cobaLagi}
            </Button>
          )}
          {!item.tried && typeof item.args.text === 'string' && (
            <Button icon="pensil" about={about} onClick={() => show('edit')}>
              {q.keluaran.ubah}
            </Button>
          )}
          {copy}
          <Button icon="unduh" about={about} onClick={() => show('export')}>
            {q.keluaran.ekspor}
          </Button>
          <Button kind="bahaya" icon="tutup" about={about} onClick={() => show('delete')}>
            {t.umum.hapus}
          </Button>
        </Buttons>
      );
  }
}

export function OutboxCard({ item }: { item: OutboxItem }): JSX.Element {
  const [dialog, setDialog] = useState<'edit' | 'export' | 'delete' | null>(null);
  const badge = itemBadge(item, status.value, now.value);
  const text = ownText(item.args);
  const who = whose(item);
  const about = [kindName(item), who, text.slice(0, 40)].filter(Boolean).join(' ');
  const close = () => setDialog(null);
  return (
    <article class="kartu" aria-label={about}>
      <div>
        <h3>{kindName(item)}</h3>
        {who && <p>{who}</p>}
        {text && <p class="potong">{text}</p>}
      </div>
      <div>
        <Badge {...badge}>{badge.text}</Badge>
      </div>
      {item.withdrawing ? <p>{q.keluaran.menarik}</p> : badge.reason && <p>{badge.reason}</p>}
      <p class="petunjuk">
        {when(madeOf(item, now.value), now.value)}, {size(item.bytes)}
        {item.formerReceipt && `, ${q.bukti.sebelumnya(receipt(item.formerReceipt))}`}
      </p>
      {!item.withdrawing && <Actions item={item} about={about} show={setDialog} />}
      {dialog === 'edit' && <EditDialog item={item} onClose={close} />}
      {dialog === 'export' && <ExportDialog ids={[item.id]} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog item={item} onClose={close} />}
    </article>
  );
}
