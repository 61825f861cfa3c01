/** Theme and text size: kept on the device (they belong to the eyes in front of it, also after sign-out). */
import { signal } from '@preact/signals';

export type Theme = 'terang' | 'gelap' | 'hp';
export type TextSize = 1 | 2 | 3;

const KEY = 'sambung.tampilan';

function saved(): { theme: Theme; size: TextSize } {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '{}') as { theme?: Theme; size?: TextSize };
    return { theme: found.theme ?? 'hp', size: found.size ?? 1 };
  } catch {
    return { theme: 'hp', size: 1 };
  }
}

const start = saved();
export const theme = signal<Theme>(start.theme);
export const textSize = signal<TextSize>(start.size);

function apply(): void {
  const dark = theme.value === 'gelap' || (theme.value === 'hp' && matchMedia('(prefers-color-scheme: dark)').matches);
  const root = document.documentElement;
  root.dataset.theme = dark ? 'gelap' : 'terang';
  root.dataset.size = String(textSize.value);
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', dark ? '#16211F' : '#0B5952');
}

/** Changes theme or size at once and keeps it on the device; a closed storage only loses the keeping. */
export function setAppearance(change: { theme?: Theme; size?: TextSize }): void {
  if (change.theme) theme.value = change.theme;
  if (change.size) textSize.value = change.size;
  try {
    localStorage.setItem(KEY, JSON.stringify({ theme: theme.value, size: textSize.value }));
  } catch {
    // Private windows may refuse storage; the page still looks as chosen.
  }
  apply();
}

/** Follows the system while the theme is "Ikut HP". */
export function watchAppearance(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    const now = saved();
    theme.value = now.theme;
    textSize.value = now.size;
    apply();
  });
  apply();
}
