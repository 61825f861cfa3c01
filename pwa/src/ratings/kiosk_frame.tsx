/** What stands around every screen of the counter tablet: place, languages, text size, the no-gratuity line. */
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { words, type Language, type Words } from '../strings/loket';
import { setAppearance, textSize, type TextSize } from '../ui/appearance';
import { Button } from '../ui/button';
import { Mark } from '../ui/icons';
import { config } from './kiosk_session';

export const language = signal<Language>('id');

export const w = (): Words => words[language.value];

/** One of the two texts, in the visitor's language. */
export const inLanguage = (id: string, en: string): string => (language.value === 'en' ? en : id);

const SIZES = ['A', 'A+', 'A++'] as const;

/** As the next visitor finds it. */
export function resetFrame(): void {
  language.value = 'id';
  if (textSize.value !== 1) setAppearance({ size: 1 });
  scrollTo(0, 0);
}

type FrameProps = {
  title: string;
  above?: string | undefined;
  children: ComponentChildren;
  /** Buttons at the foot. */
  foot?: ComponentChildren;
  /** The staff's screens have one language and no complaint line. */
  plain?: boolean;
};

export function Frame({ title, above, children, foot, plain = false }: FrameProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const lang = plain ? 'id' : language.value;
  useEffect(() => {
    document.title = `${title} - Sambung`;
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [title]);
  useEffect(() => {
    document.documentElement.lang = lang;
    return () => {
      document.documentElement.lang = 'id';
    };
  }, [lang]);
  const held = config.value;
  return (
    <div class="loket">
      <header class="kepala-loket">
        <span class="tempat">
          <Mark />
          <span>{held?.siteName ?? 'Sambung'}</span>
        </span>
        <Button
          aria-label={w().ukuran(SIZES[textSize.value - 1]!)}
          onClick={() => setAppearance({ size: ((textSize.value % 3) + 1) as TextSize })}
        >
          {SIZES[textSize.value - 1]}
        </Button>
        {!plain &&
          (['id', 'en'] as const).map((one) => (
            <Button key={one} aria-pressed={language.value === one} onClick={() => (language.value = one)}>
              <span lang={one}>{words[one].bahasa}</span>
            </Button>
          ))}
      </header>
      <main id="isi">
        <div class="judul-halaman">
          {above && <p class="petunjuk">{above}</p>}
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
        </div>
        {children}
      </main>
      <footer class="kaki-loket">
        {!plain && (
          <p class="petunjuk">
            {w().antikorupsi} {held?.channels.length ? w().aduan(held.channels.join(', ')) : ''}
          </p>
        )}
        {foot}
      </footer>
    </div>
  );
}

