/** Settings: look, own data, notices, devices, password. */
import type { JSX } from 'preact';
import { VERSION } from '../graphql';
import { l } from '../strings/id_lain';
import { setAppearance, textSize, theme, type TextSize, type Theme } from '../ui/appearance';
import { LinkButton } from '../ui/button';
import { Choice } from '../ui/fields';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { ChangePassword, Devices } from './devices';
import { Profile } from './profile';

const THEMES: { value: Theme; label: string }[] = [
  { value: 'terang', label: l.pengaturan.terang },
  { value: 'gelap', label: l.pengaturan.gelap },
  { value: 'hp', label: l.pengaturan.ikutHp },
];

function Look(): JSX.Element {
  const sizes = l.pengaturan.hurufNama.map((label, index) => ({
    value: String(index + 1),
    label,
    hint: l.pengaturan.hurufIsi[index],
  }));
  return (
    <section class="bagian">
      <h2>{l.pengaturan.tampilan}</h2>
      <div class="sepasang">
        <Choice
          label={l.pengaturan.tema}
          options={THEMES}
          value={theme.value}
          onChange={(value) => setAppearance({ theme: value as Theme })}
        />
        <Choice
          label={l.pengaturan.huruf}
          options={sizes}
          value={String(textSize.value)}
          onChange={(value) => setAppearance({ size: Number(value) as TextSize })}
        />
      </div>
    </section>
  );
}

export function Settings(): JSX.Element {
  return (
    <Page title={l.pengaturan.judul}>
      <Look />
      <section class="bagian">
        <h2>{l.pengaturan.dataDiri}</h2>
        <Profile />
      </section>
      <section class="bagian">
        <h2>{l.pengaturan.notifikasi}</h2>
        <div>
          <LinkButton href="/notifikasi" icon="lonceng">
            {l.pengaturan.keNotifikasi}
          </LinkButton>
        </div>
      </section>
      <section class="bagian">
        <h2>{l.pengaturan.perangkat}</h2>
        <Devices />
      </section>
      <details>
        <summary>
          <Icon name="panah" class="panah" />
          {l.pengaturan.sandi}
        </summary>
        <ChangePassword />
      </details>
      <p class="petunjuk">{l.pengaturan.versi(VERSION)}</p>
    </Page>
  );
}
