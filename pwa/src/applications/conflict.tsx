/** Two words on one part of a case: both are kept, the person chooses one whole. A step that met a changed case is taken
 * anew on the case as it is now, never resent by itself. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { go } from '../router';
import { q } from '../strings/id_tanya';
import { b } from '../strings/id_usul_bagian';
import type { OutboxItem } from '../sync';
import { madeOf } from '../sync/made';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Choice, ErrorSummary } from '../ui/fields';
import { dateTime } from '../ui/format';
import { aboutOf, sideOf } from './conflict_words';
import { baseOf, wholeOf } from './view';

export function CaseConflict({ item }: { item: OutboxItem }): JSX.Element {
  const [pick, setPick] = useState('');
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const id = typeof item.args.application === 'string' ? item.args.application : item.record;
  const whole = wholeOf(id);
  const href = item.as && whole && !whole.own ? `/verifikasi/${id}` : `${whole ? baseOf(whole.view.body) : '/usul'}/${id}`;
  const fields = (item.result?.conflicts ?? []).filter((field) => field in item.args);
  const server = item.result?.server;
  const about = aboutOf(whole, item);
  async function choose(): Promise<void> {
    setError(pick ? undefined : q.pilihan.pilihDulu(about));
    if (!pick) return;
    const args = pick === 'mine' ? item.args : { ...item.args, ...Object.fromEntries(fields.map((field) => [field, server?.[field] ?? null])) };
    if (!(await saving.save(async () => client.value?.resolve(item.id, args)))) return;
    tell(q.pilihan.tersimpan);
    go(href, true);
  }
  if (!fields.length)
    return (
      <>
        <Banner tone="bentrok">
          <p>{item.result?.message ?? q.pilihan.berubah}</p>
        </Banner>
        <Buttons stack>
          <LinkButton href={href} kind="utama">
            {b.ditolak.buka}
          </LinkButton>
          <Button onClick={() => void client.value?.dismiss(item.id).then(() => go('/kotak-keluar', true))}>{q.pilihan.tutupKartu}</Button>
        </Buttons>
      </>
    );
  return (
    <section class="bagian">
      <ErrorSummary errors={{ 'usul-pilih': error }} />
      <Choice
        id="usul-pilih"
        label={about}
        error={error}
        options={[
          { value: 'mine', label: q.pilihan.punyaAnda(dateTime(madeOf(item))), hint: sideOf(whole, item, item.args) },
          { value: 'theirs', label: q.pilihan.punya(String(server?.changedBy ?? server?.byName ?? q.pilihan.server), ''), hint: sideOf(whole, item, server) },
        ]}
        value={pick}
        onChange={(value) => {
          setPick(value);
          setError(undefined);
        }}
      />
      <NotSaved fault={saving.fault} text={sideOf(whole, item, item.args)} />
      <Buttons stack>
        <Button kind="utama" busy={saving.busy} onClick={() => void choose()}>
          {q.pilihan.simpan}
        </Button>
        <LinkButton href={href}>{q.pilihan.nanti}</LinkButton>
      </Buttons>
    </section>
  );
}
