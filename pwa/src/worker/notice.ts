/** What the lock screen shows for a push message, and where a tap leads (pure). */

export interface Notice {
  title: string;
  options: NotificationOptions & { renotify?: boolean; data: { url: string } };
}

const FALLBACK = 'Sambung: ada kabar untuk Anda.';

const words = (value: unknown, otherwise: string): string => (typeof value === 'string' && value ? value : otherwise);

/** An address within this app; anything else leads home. */
export function inside(url: unknown, origin: string): string {
  try {
    const target = new URL(words(url, '/'), origin);
    return target.origin === origin ? target.href : `${origin}/`;
  } catch {
    return `${origin}/`;
  }
}

/** `payload` is `{v: 1, title, body, tag, url, thread}`; whatever else came still shows a sentence, because a message
 * that shows nothing costs the right to send. One notification stands for a conversation: the newest replaces it. */
export function notice(payload: unknown, origin: string): Notice {
  const { v, title, body, tag, url, thread } = (payload ?? {}) as Record<string, unknown>;
  const known = v === 1;
  const together = known ? words(thread, words(tag, 'sambung')) : 'sambung';
  return {
    title: known ? words(title, FALLBACK) : FALLBACK,
    options: {
      body: known ? words(body, '') : '',
      tag: together,
      renotify: true,
      lang: 'id',
      icon: '/icons/icon-192.png',
      badge: '/icons/badge-96.png',
      data: { url: inside(known ? url : '/', origin) },
    },
  };
}
