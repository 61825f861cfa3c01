/** In the place of any page while the store of the person does not open: what is awaited, and that it goes on by itself. */
import type { JSX } from 'preact';
import { t } from '../strings/id';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Page } from '../ui/page';
import { obstacle } from './session';
import { applyUpdate } from '../ui/update';

export function Opening(): JSX.Element {
  const why = obstacle.value ?? 'blocked';
  return (
    <Page title={t.simpanan.judul} layout="sempit">
      <Banner tone={why === 'refused' ? 'galat' : 'tunggu'}>
        <p>{t.simpanan.sebab[why]}</p>
        <p>{t.simpanan.lanjut[why]}</p>
      </Banner>
      <Buttons stack>
        <Button icon="segar" kind="utama" onClick={() => void applyUpdate()}>
          {why === 'old' ? t.sambungan.perbarui : t.umum.bukaLagi}
        </Button>
        <LinkButton href="/bantuan">{t.nav.bantuan}</LinkButton>
      </Buttons>
    </Page>
  );
}
