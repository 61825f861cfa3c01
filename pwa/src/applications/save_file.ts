/** Saves a file that the server makes or keeps. A link alone does nothing without signal and says nothing. */
import { headersOf } from '../graphql';
import { author } from '../identity/author';

/** The name that the server gave the file. */
function nameOf(disposition: string | null): string | undefined {
  const coded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  return coded ? decodeURIComponent(coded) : /filename="([^"]+)"/i.exec(disposition ?? '')?.[1];
}

/** A slow line takes minutes for a big file, and a report is long in the making; one that brings nothing for so long is dead. */
const QUIET_MS = 120_000;

/** The whole answer; given up when nothing of it came for `quiet` ms. */
export async function fetched(address: string, init: RequestInit, quiet = QUIET_MS): Promise<{ answer: Response; bytes: Blob }> {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => ended.abort(), quiet);
  };
  alive();
  try {
    const answer = await fetch(address, { ...init, signal: ended.signal });
    const parts: BlobPart[] = [];
    const reader = answer.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      alive();
      parts.push(part.value);
    }
    return { answer, bytes: new Blob(parts, { type: answer.headers.get('Content-Type') ?? '' }) };
  } finally {
    clearTimeout(timer);
  }
}

/** Gives a sentence for the person if there is no file: the server's, or `unreached`. */
export async function saveFile(address: string, name: string, unreached: string): Promise<string | undefined> {
  let answer: Response;
  let bytes: Blob;
  try {
    ({ answer, bytes } = await fetched(address, { credentials: 'same-origin', headers: headersOf(author.id) }));
  } catch {
    return unreached;
  }
  const type = answer.headers.get('Content-Type') ?? '';
  if (!answer.ok) {
    const said = /json/.test(type) ? (JSON.parse(await bytes.text()) as { message?: string }).message : undefined;
    return said ?? unreached;
  }
  // A page in between (a sign-in of a network) answers too; it is no file.
  if (!type || /html/.test(type)) return unreached;
  const kept = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = kept;
  link.download = nameOf(answer.headers.get('Content-Disposition')) ?? name;
  link.click();
  // The browser reads the address after this turn.
  setTimeout(() => URL.revokeObjectURL(kept), 60_000);
  return undefined;
}
