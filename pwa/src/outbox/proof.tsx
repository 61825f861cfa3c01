/** "Lihat bukti": number, both times, fingerprint and content of an item that the server accepted; printable. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { outbox } from '../identity/session';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import type { OutboxItem } from '../sync';
import { madeOf } from '../sync/made';
import { Button, Buttons } from '../ui/button';
import { Loading } from '../ui/feedback';
import { dateTime, receipt } from '../ui/format';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { Qr } from './qr';
import { copyText } from './save';
import { kindName } from './kind_name';
import { ownText } from './state';

/** First 16 hex digits of SHA-256 over the content, in groups of four. */
async function fingerprint(item: OutboxItem): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([item.kind, item.record, item.args]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).slice(0, 8);
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.match(/.{4}/g)?.join(' ') ?? hex;
}

export function Proof({ parts }: { parts: string[] }): JSX.Element {
  const items = outbox.value;
  const item = items?.find(({ id }) => id === parts[1]);
  const [print, setPrint] = useState('');
  useEffect(() => {
    if (item) void fingerprint(item).then(setPrint);
  }, [item?.id]);
  const back = { href: '/kotak-keluar', label: q.keluaran.judul };
  const code = item?.result?.receipt;
  if (!item || !code) {
    return (
      <Page title={q.bukti.judul} back={back}>
        {items === null ? <Loading /> : <p>{item ? q.bukti.belum : q.bukti.tidakAda}</p>}
      </Page>
    );
  }
  const shown = receipt(code);
  const url = `${location.origin}/resi/${shown}`;
  const text = [
    `${q.bukti.nomor} ${shown}`,
    q.bukti.dibuat(dateTime(madeOf(item))),
    item.acceptedAt ? q.bukti.diterima(dateTime(item.acceptedAt)) : '',
    `${q.bukti.sidik}: ${print}`,
    url,
  ]
    .filter(Boolean)
    .join('\n');
  return (
    <Page title={q.bukti.judul} tabTitle={`${q.bukti.judul} ${shown}`} above={kindName(item)} back={back}>
      <section class="kartu">
        <p class="petunjuk">{q.bukti.nomor}</p>
        <p class="kode-besar">{shown}</p>
        <ol class="linimasa">
          <li>
            <Icon name="hp" />
            <span>{q.bukti.dibuat(dateTime(madeOf(item)))}</span>
          </li>
          {item.acceptedAt && (
            <li>
              <Icon name="centang" />
              <span>{q.bukti.diterima(dateTime(item.acceptedAt))}</span>
            </li>
          )}
        </ol>
        <p>
          {q.bukti.sidik}: <span class="sidik">{print}</span>
        </p>
        {item.formerReceipt && <p>{q.bukti.sebelumnya(receipt(item.formerReceipt))}</p>}
        <Qr text={url} label={q.bukti.qr} />
        <p class="petunjuk">
          <a href={url} target="_blank" rel="noopener">
            {q.bukti.periksa(url.replace(/^https?:\/\//, ''))}
          </a>
        </p>
      </section>
      {ownText(item.args) && (
        <section class="bagian">
          <h2>{q.bukti.isi}</h2>
          <p class="kutip">{ownText(item.args)}</p>
        </section>
      )}
      <div class="tanpa-cetak">
        <Buttons stack>
          {typeof navigator.share === 'function' && (
            <Button kind="utama" icon="keluar" onClick={() => void navigator.share({ text }).catch(() => undefined)}>
              {q.bukti.bagikan}
            </Button>
          )}
          <Button onClick={() => window.print()}>{q.bukti.cetak}</Button>
          <Button icon="salin" onClick={() => void copyText(text)}>
            {t.umum.salin}
          </Button>
        </Buttons>
      </div>
    </Page>
  );
}
