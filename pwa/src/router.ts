/** The address bar as a signal. Links are ordinary anchors; clicks on same-origin paths stay inside the page. */
import { signal } from '@preact/signals';

export interface Place {
  path: string;
  query: URLSearchParams;
  /** Grows with every navigation, so that a page knows it was entered anew. */
  visit: number;
}

function here(visit: number): Place {
  const path = location.pathname.replace(/\/+$/, '') || '/';
  return { path, query: new URLSearchParams(location.search), visit };
}

export const place = signal<Place>(here(0));

/** Goes to a path of the app. `replace` leaves no step in the history (after sign-in, after sending). */
export function go(to: string, replace = false): void {
  if (replace) history.replaceState({ inside: true }, '', to);
  else history.pushState({ inside: true }, '', to);
  place.value = here(place.value.visit + 1);
  scrollTo(0, 0);
}

/** Path segments after the first, e.g. `/tanya/ID` gives `['ID']`. */
export function rest(path: string): string[] {
  return path.split('/').slice(2).map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A damaged address finds nothing; it must not break the page.
    return part;
  }
}

function clicked(event: MouseEvent): void {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.hash && link.pathname === location.pathname) return;
  // Pages that the server writes itself are left to it.
  if (/^\/(lapor-rahasia|resi|n|nilai|survei|publikasi|panduan|qr-saya|landing|berkas|graphql)\b/.test(link.pathname)) return;
  if (/^\/[^/]+\/(nilai|qr-saya|lapor-rahasia)\b/.test(link.pathname)) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

export function startRouter(): void {
  addEventListener('popstate', () => {
    place.value = here(place.value.visit + 1);
  });
  document.addEventListener('click', clicked);
}
