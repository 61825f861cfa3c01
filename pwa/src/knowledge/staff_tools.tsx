/** What the desk does with a note in force: a next version, "still holds", withdraw, and what it said before. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Article } from '../forms/bundle';
import { ask } from '../graphql';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { go } from '../router';
import { t } from '../strings/id';
import { p } from '../strings/id_pusat';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Badge, Dialog } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { date } from '../ui/format';
import { BASIS_MOST } from './form';

const LEAST = 10;
const APPROVERS = new Set(['BID', 'KTM']);
const VERSIONS = 'query($slug: String!) { articleVersions(slug: $slug) { version answer publishedAt withdrawn reason } }';

interface Version {
  version: number;
  answer: string;
  publishedAt: string;
  withdrawn: boolean;
  reason: string;
}

function Versions({ slug }: { slug: string }): JSX.Element {
  const [found, setFound] = useState<Version[] | 'failed' | null>(null);
  const load = (): void =>
    void ask<{ articleVersions: Version[] }>(VERSIONS, { slug }).then(
      ({ articleVersions }) => setFound(articleVersions),
      () => setFound('failed'),
    );
  if (found === null || found === 'failed')
    return (
      <>
        {found && <p role="status">{t.umum.perluSambungan}</p>}
        <div>
          <Button onClick={load}>{p.memuatVersi}</Button>
        </div>
      </>
    );
  return (
    <section class="bagian">
      <h3>{p.versi}</h3>
      {found.map(({ version, answer, publishedAt, withdrawn, reason }) => (
        <div key={version}>
          <p class="petunjuk">{p.versiKe(version, date(publishedAt))}</p>
          <p class="kutip">{withdrawn ? p.versiDitarik(reason) : answer}</p>
        </div>
      ))}
    </section>
  );
}

function Withdraw({ view, onClose }: { view: RecordView<Article>; onClose: () => void }): JSX.Element {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const as = working.value?.id;
  async function send(): Promise<void> {
    const short = reason.trim().length < LEAST;
    setError(short ? p.alasanSalah : undefined);
    if (short) return;
    const args = { reason: reason.trim() };
    if (!(await saving.save(() => mutate({ kind: 'article.withdraw', record: view.id, args, ...(as && { as }) })))) return;
    tell(p.ditarik);
    go('/jawaban', true);
  }
  return (
    <Dialog title={p.tarikJudul} onClose={onClose}>
      <p>{p.tarikIsi}</p>
      <TextArea label={p.alasan} value={reason} onInput={setReason} max={BASIS_MOST} rows={3} error={error} required />
      <NotSaved fault={saving.fault} text={reason} />
      <Buttons stack>
        <Button kind="bahaya" busy={saving.busy} onClick={() => void send()}>
          {p.tarik}
        </Button>
        <Button onClick={onClose}>{t.umum.batal}</Button>
      </Buttons>
    </Dialog>
  );
}

export function StaffTools({ view }: { view: RecordView<Article> }): JSX.Element {
  const [withdrawing, setWithdrawing] = useState(false);
  const saving = useSave();
  const { body } = view;
  const as = working.value?.id;
  const decides = APPROVERS.has(working.value?.role ?? '');
  async function check(): Promise<void> {
    const args = { version: body.version ?? 1 };
    if (await saving.save(() => mutate({ kind: 'article.check', record: view.id, args, ...(as && { as }) }))) tell(p.dicatat);
  }
  return (
    <section class="kartu tanpa-cetak">
      <h2>{p.meja}</h2>
      {view.pending.some(isWaiting) && (
        <Badge tone="netral" icon="hp">
          {p.menunggu}
        </Badge>
      )}
      <NotSaved fault={saving.fault} text={body.question} />
      <Buttons>
        <LinkButton icon="pensil" href={`/jawaban/ubah/${encodeURIComponent(body.slug)}`}>
          {p.ubah}
        </LinkButton>
        {decides && (
          <Button icon="centang" busy={saving.busy} onClick={() => void check()}>
            {p.masihBerlaku}
          </Button>
        )}
        {decides && <Button onClick={() => setWithdrawing(true)}>{p.tarik}</Button>}
      </Buttons>
      <Versions slug={body.slug} />
      {withdrawing && <Withdraw view={view} onClose={() => setWithdrawing(false)} />}
    </section>
  );
}
