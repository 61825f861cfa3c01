/** Approving a draft, by somebody who did not write in it; and throwing one away. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { articles } from '../forms/bundle';
import { me, mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { go } from '../router';
import { t } from '../strings/id';
import { p } from '../strings/id_pusat';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { Check } from '../ui/fields';
import { faults, type Note } from './form';
import type { ArticleDraft } from './types';

const APPROVERS = new Set(['BID', 'KTM']);

type ApprovalProps = {
  view: RecordView<ArticleDraft>;
  note: Note;
  /** Something typed was not saved yet. */
  dirty: boolean;
  /** Numbers or addresses stand in it. */
  contacts: boolean;
  onFaults: (errors: Record<string, string | undefined>) => void;
};

export function Approval({ view, note, dirty, contacts, onFaults }: ApprovalProps): JSX.Element | null {
  const [own, setOwn] = useState(false);
  const saving = useSave();
  const account = me.value?.account ?? '';
  if (!APPROVERS.has(working.value?.role ?? '') || view.body.authors.includes(account)) return null;
  const current = articles.value?.find(({ body }) => body.slug === view.body.slug)?.body;
  const as = working.value?.id;
  async function publish(): Promise<void> {
    const wrong = faults(note, true);
    onFaults(wrong);
    if (Object.values(wrong).some(Boolean)) return;
    const args = { over: current?.version ?? 0, contacts: own };
    const work = () => mutate({ kind: 'article.publish', record: view.id, args, ...(as && { as }) });
    if (!(await saving.save(work))) return;
    tell(p.terbit);
    go('/jawaban', true);
  }
  return (
    <section class="kartu" aria-label={p.terbitkan}>
      {current?.version && (
        <Banner tone="info">
          <p>{p.versiLain(current.version)}</p>
          <p class="kutip">{current.answer}</p>
        </Banner>
      )}
      {contacts && <Check label={p.kontakBoleh} checked={own} onChange={setOwn} />}
      {dirty && <p class="petunjuk">{p.simpanDulu}</p>}
      <NotSaved fault={saving.fault} text={note.answer} onRetry={() => void publish()} />
      {!dirty && (
        <Button kind="utama" icon="centang" busy={saving.busy} onClick={() => void publish()}>
          {p.terbitkan}
        </Button>
      )}
    </section>
  );
}

export function Discard({ view }: { view: RecordView<ArticleDraft> }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const saving = useSave();
  const as = working.value?.id;
  const wrote = view.body.authors.includes(me.value?.account ?? '');
  if (!wrote && !APPROVERS.has(working.value?.role ?? '')) return null;
  async function discard(): Promise<void> {
    if (!(await saving.save(() => mutate({ kind: 'article.discard', record: view.id, args: {}, ...(as && { as }) })))) return;
    tell(p.dibuang);
    go('/jawaban', true);
  }
  return (
    <div>
      <Button kind="bahaya" onClick={() => setOpen(true)}>
        {p.buang}
      </Button>
      {open && (
        <Dialog title={p.buang} onClose={() => setOpen(false)}>
          <p>{p.buangIsi}</p>
          <NotSaved fault={saving.fault} text={view.body.answer ?? ''} />
          <Buttons stack>
            <Button kind="bahaya" busy={saving.busy} onClick={() => void discard()}>
              {p.buang}
            </Button>
            <Button onClick={() => setOpen(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </div>
  );
}
