import type { ComponentChildren, JSX } from 'preact';
import { t } from '../strings/id';
import { Icon, type IconName } from './icons';

interface Look {
  kind?: 'utama' | 'kedua' | 'bahaya' | 'polos';
  icon?: IconName;
  children: ComponentChildren;
  class?: string;
}

function look({ kind = 'kedua', class: extra }: Look): string {
  return ['tombol', kind === 'kedua' ? '' : kind, extra ?? ''].filter(Boolean).join(' ');
}

type ButtonProps = Look & {
  /** Work is under way: the button keeps focus, says so in words and ignores presses. */
  busy?: boolean;
  /** What the button acts on, for those who hear it without its surroundings. */
  about?: string;
  onClick?: (event: MouseEvent) => void;
  type?: 'button' | 'submit';
  id?: string;
} & {
  'aria-pressed'?: boolean;
  'aria-expanded'?: boolean;
  'aria-controls'?: string;
  'aria-haspopup'?: 'dialog';
  'aria-label'?: string;
};

export function Button(props: ButtonProps): JSX.Element {
  const { kind, icon, children, class: extra, busy = false, about, onClick, type = 'button', ...more } = props;
  return (
    <button
      {...more}
      type={type}
      class={look({ kind, class: extra, children })}
      aria-disabled={busy ? 'true' : undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon && <Icon name={icon} />}
      <span>
        {busy ? t.umum.tunggu : children}
        {about && <span class="sr"> {about}</span>}
      </span>
    </button>
  );
}

export function LinkButton({
  href,
  icon,
  children,
  kind,
  class: extra,
  onClick,
}: Look & { href: string; onClick?: () => void }): JSX.Element {
  return (
    <a href={href} class={look({ kind, class: extra, children })} onClick={onClick}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

/** Buttons side by side; full width and stacked where there is no room. */
export function Buttons({ children, stack = false }: { children: ComponentChildren; stack?: boolean }): JSX.Element {
  return <div class={stack ? 'tombol-baris lebar' : 'tombol-baris'}>{children}</div>;
}
