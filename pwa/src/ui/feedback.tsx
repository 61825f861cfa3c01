/** Banners, badges, loading, dialogs: how a page answers. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../strings/id';
import { Button } from './button';
import { Icon, type IconName } from './icons';

export type Tone = 'netral' | 'info' | 'sukses' | 'ungu' | 'tunggu' | 'bentrok' | 'galat';

const BANNER_ICONS: Record<Tone, IconName> = {
  netral: 'hp',
  info: 'bantuan',
  sukses: 'centang',
  ungu: 'orang',
  tunggu: 'jam',
  bentrok: 'dua',
  galat: 'seru',
};

type BannerProps = { tone?: Tone; icon?: IconName; children: ComponentChildren };

export function Banner({ tone = 'netral', icon, children }: BannerProps): JSX.Element {
  return (
    <div class={`banner ${tone}`} role={tone === 'galat' ? 'alert' : 'status'}>
      <Icon name={icon ?? BANNER_ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}

type BadgeProps = { tone: Tone; icon: IconName; solid?: boolean; children: ComponentChildren };

export function Badge({ tone, icon, solid = false, children }: BadgeProps): JSX.Element {
  return (
    <span class={`lencana ${tone}${solid ? ' padat' : ''}`}>
      <Icon name={icon} />
      <span>{children}</span>
    </span>
  );
}

const PATIENCE_MS = 10_000;

/** Grey lines while the first data comes; after ten seconds it says that leaving loses nothing. */
export function Loading(): JSX.Element {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="rangka" role="status">
      <p class="petunjuk">{late ? t.umum.masihMemuat : t.umum.memuat}</p>
      <i />
      <i />
      <i />
    </div>
  );
}

type DialogProps = { title: string; onClose: () => void; children: ComponentChildren; closable?: boolean };

/** A modal dialog: focus goes in and back, Esc closes, full screen on phones. */
export function Dialog({ title, onClose, children, closable = true }: DialogProps): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = box.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="isi-dialog">
        <div class="kepala-dialog">
          <h2 id={heading}>{title}</h2>
          {closable && (
            <Button kind="polos" icon="tutup" onClick={onClose}>
              {t.umum.tutup}
            </Button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}

const PAGE = 25;

/** A list in steps of 25. */
export function Stepped<Item>({
  items,
  render,
}: {
  items: readonly Item[];
  render: (item: Item) => JSX.Element;
}): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <ul class="daftar">{items.slice(0, shown).map(render)}</ul>
      {items.length > shown && <Button onClick={() => setShown(shown + PAGE)}>{t.umum.lagi}</Button>}
    </>
  );
}

export function Empty({ children }: { children: ComponentChildren }): JSX.Element {
  return <div class="kartu redup">{children}</div>;
}
