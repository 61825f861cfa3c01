/** What an item of the outbox says of itself: badge, colour, reason. Pure, tested with a fixture for every state. */
import { t } from '../strings/id';
import type { Fields, OutboxItem, SyncStatus } from '../sync';
import { madeOf } from '../sync/made';
import { clock, receipt, size } from '../ui/format';
import type { Tone } from '../ui/feedback';
import type { IconName } from '../ui/icons';

export interface ItemBadge {
  tone: Tone;
  icon: IconName;
  text: string;
  solid?: boolean;
  /** A sentence under the badge: why it waits. */
  reason?: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Kinds of housekeeping that nobody needs to see while they simply wait or arrived. */
const QUIET = new Set(['question.read', 'preference.set', 'sync.withdraw', 'push.subscribe', 'push.unsubscribe']);

/** Kinds whose refusal changes nothing that a person could see or do: the item concerned tells its own state. */
const SILENT = new Set(['question.read', 'sync.withdraw']);

export const isQuiet = (item: OutboxItem): boolean =>
  SILENT.has(item.kind) || (QUIET.has(item.kind) && item.state !== 'conflict' && item.state !== 'rejected');
/** Not finally answered: it still has to arrive. */
export const isWaiting = (item: OutboxItem): boolean =>
  item.state === 'waiting' || item.state === 'sending' || item.state === 'deferred';

/** How many items are nowhere any more: neither on the server nor on this phone. */
export const lostItems = (status: SyncStatus | null): number =>
  (status?.lost ?? []).reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** Members that hold a person's own words, in the order of the screen. */
const WORDS =
  'text reason reasons phone email provisional assignedBy indicator target narrative amount link resources accountability consequences'.split(' ');
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-/;

/** The text that the person wrote, as far as the kind has one. A realisation is a `value` with its `note`. */
export function ownText(args: Fields): string {
  const more = Object.keys(args).filter((key) => key.startsWith('expect'));
  const parts = ['note' in args && args.value, ...WORDS.map((key) => args[key]), args.note, ...more.map((key) => args[key])];
  return parts.filter((part): part is string => typeof part === 'string' && part !== '' && !ID.test(part)).join('\n');
}

/** " Dicoba lagi 14.10." by the server's clock, or nothing. `at` is of the phone's clock, `now` of the server's. One more
 * than an hour ahead was written before the phone's clock was set back, and says nothing. */
export function again(at: number | null | undefined, status: SyncStatus | null, now: number): string {
  const shown = (at ?? 0) + (status?.serverSkewMs ?? 0);
  return shown > now && shown < now + HOUR ? t.kiriman.dicobaLagi(clock(shown)) : '';
}

function waitingReason(item: OutboxItem, status: SyncStatus | null, now: number): string {
  const when = again(item.nextTryAt ?? status?.nextTryAt, status, now);
  switch (status?.link) {
    case 'offline':
      return t.kiriman.menungguSinyal(when);
    case 'signed_out':
    case 'other_account':
      return t.kiriman.menungguMasuk;
    case 'portal':
      return t.kiriman.menungguWifi;
    case 'server':
      return t.kiriman.menungguServer(when);
    default:
      return t.kiriman.menungguGiliran;
  }
}

function waiting(item: OutboxItem, status: SyncStatus | null, now: number): ItemBadge {
  if (status?.link === 'update_needed') return { tone: 'tunggu', icon: 'unduh', text: t.kiriman.pembaruan };
  const days = Math.floor((now - Date.parse(madeOf(item, now))) / DAY);
  const badge: ItemBadge = {
    tone: 'netral',
    icon: 'hp',
    text: t.kiriman.tersimpan,
    reason: waitingReason(item, status, now),
  };
  if (days < 1) return badge;
  return { ...badge, tone: 'tunggu', reason: days === 1 ? t.kiriman.sehari : t.kiriman.berhari(days) };
}

function deferred(item: OutboxItem): ItemBadge {
  const { internal, file, lain } = t.kiriman.apa;
  const what =
    item.result?.code === 'internal' ? internal : item.dependsOn.some((id) => id.startsWith('file:')) ? file : lain;
  return { tone: 'tunggu', icon: 'hp', text: t.kiriman.menunggu(what) };
}

/** The badge of an item. `now` in ms since the epoch. */
export function itemBadge(item: OutboxItem, status: SyncStatus | null, now: number): ItemBadge {
  switch (item.state) {
    case 'waiting':
      return waiting(item, status, now);
    case 'sending':
      return { tone: 'info', icon: 'naik', text: t.kiriman.mengirim(size(item.bytes)) };
    case 'deferred':
      return deferred(item);
    case 'accepted': {
      const code = item.result?.receipt;
      const text = code ? t.kiriman.terkirimResi(receipt(code)) : t.kiriman.terkirim;
      return { tone: 'sukses', icon: 'centang', text };
    }
    case 'conflict':
      return { tone: 'bentrok', icon: 'dua', text: t.kiriman.perluPilih };
    case 'rejected': {
      if (item.result?.code === 'damaged') return { tone: 'galat', icon: 'seru', text: t.kiriman.ditolakSaja, reason: t.kiriman.rusak };
      // The first sentence says why; what is safe and what to do next follow below the badge.
      const [, why, next] = /^(.*?)\.(?:\s+(.+))?$/s.exec(item.result?.message ?? '') ?? [];
      return {
        tone: 'galat',
        icon: 'seru',
        text: why ? t.kiriman.ditolak(why) : t.kiriman.ditolakSaja,
        ...(next && { reason: next }),
      };
    }
  }
}
