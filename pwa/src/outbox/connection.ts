/** The one sentence about the connection: which row of the table wins, in words and colour. Pure, tested. */
import { t } from '../strings/id';
import type { SyncStatus } from '../sync';
import { size, time } from '../ui/format';
import type { Tone } from '../ui/feedback';
import type { IconName } from '../ui/icons';
import { again } from './state';
import type { Room } from '../ui/storage';

export type ConnectionAction =
  'storage' | 'sign_in' | 'portal' | 'retry' | 'outbox' | 'update' | 'understood' | 'close';

export interface Connection {
  /** Stable name of the row, for announcements: a new count is no new state. */
  row: string;
  well: boolean;
  tone: Tone;
  icon: IconName;
  chip: string;
  sheet: string;
  action: ConnectionAction;
  button: string;
}

export interface Surroundings {
  updateReady: boolean;
  /** The person has read that the phone's clock is off. */
  clockUnderstood: boolean;
  /** iPhones send only while the app is open. */
  apple: boolean;
  room: Room | null;
  now: number;
}

const FULL = 0.9;
const CLOCK_OFF_MS = 10 * 60_000;

type Row = (status: SyncStatus, around: Surroundings) => Omit<Connection, 'row' | 'well'> | null;

/** Highest row first: the first that applies wins. */
const ROWS: Record<string, Row> = {
  full: (_status, { room }) =>
    room && room.quota > 0 && room.usage / room.quota > FULL
      ? {
          tone: 'tunggu',
          icon: 'simpan',
          chip: t.sambungan.penuh,
          action: 'storage',
          button: t.sambungan.aturSimpanan,
          sheet: t.sambungan.penuhIsi(size(room.quota - room.usage)),
        }
      : null,
  storage: ({ link }) =>
    link === 'storage'
      ? {
          tone: 'galat',
          icon: 'seru',
          chip: t.sambungan.menyimpan,
          sheet: t.sambungan.menyimpanIsi,
          action: 'retry',
          button: t.sambungan.cobaSekarang,
        }
      : null,
  session: ({ link, waiting }) =>
    link === 'signed_out' || link === 'other_account'
      ? {
          tone: 'tunggu',
          icon: 'kunci',
          action: 'sign_in',
          button: t.sambungan.masuk,
          sheet: t.sambungan.sesiIsi,
          chip: (link === 'signed_out' ? t.sambungan.sesi : t.sambungan.akunLain)(t.sambungan.tersimpan(waiting)),
        }
      : null,
  portal: ({ link, waiting }) =>
    link === 'portal'
      ? {
          tone: 'tunggu',
          icon: 'sinyal',
          chip: t.sambungan.wifi(t.sambungan.tersimpan(waiting)),
          sheet: t.sambungan.wifiIsi,
          action: 'portal',
          button: t.sambungan.bukaWifi,
        }
      : null,
  server: (status, { now }) =>
    status.link === 'server'
      ? {
          tone: 'tunggu',
          icon: 'jam',
          chip: t.sambungan.server(t.sambungan.tersimpan(status.waiting)),
          sheet: t.sambungan.serverIsi(again(status.nextTryAt, status, now)),
          action: 'retry',
          button: t.sambungan.cobaSekarang,
        }
      : null,
  offline: ({ link, waiting }, { apple }) =>
    link === 'offline'
      ? {
          tone: 'netral',
          icon: 'tanpa',
          chip: t.sambungan.tanpaSinyal(t.sambungan.tersimpan(waiting)),
          action: 'outbox',
          sheet: apple ? t.sambungan.tanpaSinyalIphone : t.sambungan.tanpaSinyalIsi,
          button: t.sambungan.kotakKeluar,
        }
      : null,
  old: ({ link, waiting }) =>
    link === 'update_needed'
      ? {
          tone: 'tunggu',
          icon: 'unduh',
          chip: t.sambungan.aplikasiLama(t.sambungan.tersimpan(waiting)),
          sheet: t.sambungan.aplikasiLamaIsi,
          action: 'update',
          button: t.sambungan.perbarui,
        }
      : null,
  update: ({ sending }, { updateReady }) =>
    updateReady && !sending
      ? {
          tone: 'info',
          icon: 'unduh',
          chip: t.sambungan.pembaruan,
          sheet: t.sambungan.pembaruanIsi,
          action: 'update',
          button: t.sambungan.perbarui,
        }
      : null,
  clock: ({ serverSkewMs }, { clockUnderstood }) =>
    serverSkewMs !== null && Math.abs(serverSkewMs) > CLOCK_OFF_MS && !clockUnderstood
      ? {
          tone: 'tunggu',
          icon: 'jam',
          chip: t.sambungan.jam,
          sheet: t.sambungan.jamIsi,
          action: 'understood',
          button: t.sambungan.mengerti,
        }
      : null,
  sending: ({ sending }) =>
    sending
      ? {
          tone: 'info',
          icon: 'naik',
          chip: t.sambungan.mengirim(Math.min(sending.done + 1, sending.total), sending.total),
          sheet: t.sambungan.mengirimIsi(size(sending.bytesLeft)),
          action: 'outbox',
          button: t.sambungan.kotakKeluar,
        }
      : null,
};

/** The row that wins now. */
export function connection(status: SyncStatus, around: Surroundings): Connection {
  for (const [row, of] of Object.entries(ROWS)) {
    const found = of(status, around);
    if (found) return { row, well: false, ...found };
  }
  const at = status.lastSentAt ?? status.lastPullAt;
  return {
    row: 'well',
    well: true,
    tone: 'sukses',
    icon: 'centang',
    chip: t.sambungan.baik,
    action: 'close',
    button: t.umum.tutup,
    sheet: t.sambungan.baikIsi(time(at ?? around.now)),
  };
}
