/** "Kotak Keluar": everything that still has to arrive, what needs a choice, and what arrived in the last 30 days. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { moving } from '../attachments/moving';
import { client, outbox, status } from '../identity/session';
import { lazyPart } from '../ui/lazy';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import type { OutboxItem } from '../sync';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner, Empty, Loading } from '../ui/feedback';
import { dateTime, size } from '../ui/format';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { OutboxCard } from './card';
import { ExportDialog } from './dialogs';
import { isQuiet, isWaiting, lostItems } from './state';

const PAGE = 25;
const WaitingFiles = lazyPart(() => import('../attachments/waiting').then((module) => module.WaitingFiles));

function Cards({ title, items }: { title: string; items: OutboxItem[] }): JSX.Element | null {
  if (!items.length) return null;
  return (
    <section class="bagian">
      <h2>{title}</h2>
      {items.map((item) => (
        <OutboxCard key={item.id} item={item} />
      ))}
    </section>
  );
}

function Sent({ items }: { items: OutboxItem[] }): JSX.Element | null {
  const [shown, setShown] = useState(PAGE);
  if (!items.length) return null;
  const newest = [...items].reverse();
  return (
    <details>
      <summary>
        <Icon name="panah" class="panah" />
        {q.keluaran.terkirim30(items.length)}
      </summary>
      <div class="bagian">
        {newest.slice(0, shown).map((item) => (
          <OutboxCard key={item.id} item={item} />
        ))}
        {newest.length > shown && <Button onClick={() => setShown(shown + PAGE)}>{t.umum.lagi}</Button>}
      </div>
    </details>
  );
}

function Nothing(): JSX.Element {
  return (
    <Empty>
      <p>{q.keluaran.kosong}</p>
    </Empty>
  );
}

export function Outbox(): JSX.Element {
  const [exporting, setExporting] = useState(false);
  const items = outbox.value;
  const state = status.value;
  const seen = (items ?? []).filter((item) => !isQuiet(item));
  const waiting = seen.filter(isWaiting);
  const bytes = waiting.reduce((sum, item) => sum + item.bytes, 0);
  const lost = lostItems(state);
  return (
    <Page
      title={q.keluaran.judul}
      below={
        <p class="petunjuk">
          {waiting.length > 0 && `${q.keluaran.menunggu(waiting.length, size(bytes))}. `}
          {state?.lastSentAt ? q.keluaran.terakhir(dateTime(state.lastSentAt)) : q.keluaran.belumPernah}
        </p>
      }
    >
      {items === null ? (
        <Loading />
      ) : (
        <>
          {lost > 0 && (
            <Banner tone="galat">
              <p>{q.keluaran.hilang(lost)}</p>
            </Banner>
          )}
          {waiting.length > 0 && (
            <Buttons stack>
              {state?.link === 'signed_out' || state?.link === 'other_account' ? (
                // Sending again would only be refused again.
                <LinkButton href="/masuk?ke=/kotak-keluar" kind="utama" icon="kunci">
                  {t.sambungan.masuk}
                </LinkButton>
              ) : (
                <Button kind="utama" icon="keluar" onClick={() => void client.value?.retry()}>
                  {q.keluaran.kirimSekarang}
                </Button>
              )}
            </Buttons>
          )}
          <Cards title={q.keluaran.perluPilih} items={seen.filter(({ state: at }) => at === 'conflict')} />
          <Cards title={q.keluaran.ditolak} items={seen.filter(({ state: at }) => at === 'rejected')} />
          <Cards title={q.keluaran.belumTerkirim} items={waiting} />
          {moving.value.size ? <WaitingFiles otherwise={waiting.length ? null : <Nothing />} /> : !waiting.length && <Nothing />}
          <Sent items={seen.filter(({ state: at }) => at === 'accepted')} />
          {seen.length > 0 && (
            <div>
              <Button icon="unduh" onClick={() => setExporting(true)}>
                {q.keluaran.eksporSemua}
              </Button>
            </div>
          )}
        </>
      )}
      {exporting && <ExportDialog onClose={() => setExporting(false)} />}
    </Page>
  );
}
