/** The frame of one page: its title in the tab and as the heading, which takes focus after a navigation. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { place } from '../router';
import { t } from '../strings/id';
import { LinkButton } from './button';
import { Icon } from './icons';

type PageProps = {
  title: string;
  /** Title of the tab when the heading alone would not be unique, or holds what a person wrote: the browser's history,
   * which the next person at the phone can open, keeps titles and addresses. */
  tabTitle?: string | undefined;
  /** Shows "Galat: " in the tab while a form waits to be mended. */
  faulty?: boolean;
  back?: { href: string; label: string } | undefined;
  /** Short text above the heading: step, place, date. */
  above?: ComponentChildren;
  below?: ComponentChildren;
  layout?: 'lebar' | 'lebar penuh' | 'sempit' | '';
  children: ComponentChildren;
};

let lastFocused = 0;

export function Page({ title, tabTitle, faulty, back, above, below, layout = '', children }: PageProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const { visit } = place.value;
  useEffect(() => {
    const name = t.umum.judul(tabTitle ?? title);
    document.title = faulty ? t.umum.galat(name) : name;
  }, [title, tabTitle, faulty]);
  useEffect(() => {
    // Not on the first page: the browser starts reading there by itself.
    if (visit !== lastFocused) heading.current?.focus({ preventScroll: true });
    lastFocused = visit;
  }, [visit]);
  return (
    <main id="isi" class={layout || undefined}>
      <div class="judul-halaman">
        {back && (
          <a class="kembali tanpa-cetak" href={back.href}>
            <Icon name="kembali" />
            {back.label}
          </a>
        )}
        {above && <div class="petunjuk">{above}</div>}
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {below}
      </div>
      {children}
    </main>
  );
}

/** A page of a role that the person does not work under now. */
export function OtherRole(): JSX.Element {
  return (
    <Page title={t.umum.perluPeran}>
      <p>{t.umum.perluPeranIsi}</p>
      <div>
        <LinkButton href="/beranda" kind="utama">
          {t.umum.keBeranda}
        </LinkButton>
      </div>
    </Page>
  );
}
