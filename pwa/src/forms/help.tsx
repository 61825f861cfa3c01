/** Help: the steps of every task, office hours and the telephone; works offline and signed out. */
import type { JSX } from 'preact';
import { stage } from '../identity/session';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { officeHours, servicePhone } from './bundle';
import type { Weekday } from './office_hours';

const DAYS: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function Hours(): JSX.Element | null {
  const hours = officeHours.value;
  if (!hours) return null;
  return (
    <section class="bagian">
      <h2>{l.bantuan.jam}</h2>
      <dl class="rincian kartu">
        {DAYS.flatMap((day, index) => {
          const open = (hours.week[day] ?? []).map(([from, to]) => `${from}-${to}`.replace(/:/g, '.')).join(', ');
          return [
            <dt key={day}>{l.bantuan.hari[index]}</dt>,
            <dd key={`${day}-jam`}>{open ? `${open} ${hours.zone}` : l.bantuan.tutup}</dd>,
          ];
        })}
      </dl>
    </section>
  );
}

export function Help(): JSX.Element {
  const phone = servicePhone.value;
  const inside = stage.value === 'open';
  return (
    <Page title={l.bantuan.judul}>
      <section class="kartu">
        <h2>{l.bantuan.telepon}</h2>
        <p>{l.bantuan.teleponIsi}</p>
        {phone ? (
          <div>
            <a class="tombol utama" href={`tel:${phone.replace(/[^\d+]/g, '')}`}>
              <Icon name="telepon" />
              <span>{phone}</span>
            </a>
          </div>
        ) : (
          <p class="petunjuk">{l.bantuan.tanpaNomor}</p>
        )}
      </section>
      {l.bantuan.cara.map(({ judul, langkah }) => (
        <section class="bagian" key={judul}>
          <h2>{judul}</h2>
          <ol class="bernomor baca">
            {langkah.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      ))}
      <Hours />
      <section class="bagian">
        <h2>{l.bantuan.rahasia}</h2>
        <p>{l.bantuan.rahasiaIsi}</p>
        <div>
          <a class="tombol" href="/lapor-rahasia">
            {l.bantuan.rahasia}
          </a>
        </div>
      </section>
      <div class="tanpa-cetak">
        <Buttons stack>
          {inside ? (
            <LinkButton kind="utama" icon="tanya" href="/tanya/baru">
              {l.bantuan.tanya}
            </LinkButton>
          ) : (
            <LinkButton kind="utama" href="/masuk">
              {t.masuk.judul}
            </LinkButton>
          )}
          <Button onClick={() => print()}>{l.jawaban.cetak}</Button>
        </Buttons>
      </div>
    </Page>
  );
}
