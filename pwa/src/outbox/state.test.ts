import { describe, expect, it } from 'vitest';
import type { OutboxItem, SyncStatus } from '../sync';
import { connection, type Surroundings } from './connection';
import { itemBadge, ownText } from './state';

const NOW = Date.parse('2026-11-21T07:05:00Z');

function item(change: Partial<OutboxItem>): OutboxItem {
  return {
    id: 'a',
    seq: 1,
    kind: 'question.ask',
    kindVersion: 1,
    record: 'r',
    args: { text: 'Kapan SK?' },
    tried: false,
    clock: { wall: '2026-11-21T07:00:00Z' },
    createdAt: '2026-11-21T07:00:00Z',
    bytes: 2048,
    dependsOn: [],
    resolves: [],
    state: 'waiting',
    ...change,
  };
}

function status(change: Partial<SyncStatus>): SyncStatus {
  return {
    device: 'd',
    seq: 0,
    link: 'ok',
    waiting: 0,
    deferred: 0,
    sending: null,
    conflicts: 0,
    rejected: 0,
    oldestWaiting: null,
    lastSentAt: null,
    lastPullAt: '2026-11-21T07:05:00Z',
    nextTryAt: null,
    pulling: false,
    serverSkewMs: 0,
    lost: [],
    selfReset: null,
    ...change,
  };
}

const around: Surroundings = { updateReady: false, clockUnderstood: false, apple: false, room: null, now: NOW };

describe('badge of an item', () => {
  it('queued says where it is and why it waits', () => {
    const badge = itemBadge(item({ nextTryAt: NOW + 300_000 }), status({ link: 'offline' }), NOW);
    expect(badge).toMatchObject({
      tone: 'netral',
      text: 'Tersimpan di HP',
      reason: 'Menunggu sinyal. Dicoba lagi 14.10.',
    });
  });
  it('turns amber after a day', () => {
    const badge = itemBadge(item({ createdAt: '2026-11-20T06:00:00Z' }), status({ link: 'offline' }), NOW);
    expect(badge).toMatchObject({ tone: 'tunggu', reason: 'Sudah 1 hari belum terkirim.' });
  });
  it.each([
    [{ state: 'sending' }, 'info', 'Mengirim 2 KB'],
    [
      { state: 'accepted', result: { id: 'a', status: 'applied', receipt: '7K4M2Q9X' } },
      'sukses',
      'Terkirim, no. resi 7K4M-2Q9X',
    ],
    [{ state: 'conflict' }, 'bentrok', 'Perlu Anda pilih'],
    [
      { state: 'rejected', result: { id: 'a', status: 'rejected', message: 'SKP sudah disetujui.' } },
      'galat',
      'Ditolak: SKP sudah disetujui',
    ],
    [
      { state: 'deferred', result: { id: 'a', status: 'deferred', code: 'internal' } },
      'tunggu',
      'Menunggu perbaikan dari pihak kami, tetap tersimpan',
    ],
  ] as [Partial<OutboxItem>, string, string][])('%j', (change, tone, text) => {
    expect(itemBadge(item(change), status({}), NOW)).toMatchObject({ tone, text });
  });
  it('names an old app', () =>
    expect(itemBadge(item({}), status({ link: 'update_needed' }), NOW).text).toBe('Perlu pembaruan aplikasi'));
  it('finds the text a person wrote', () =>
    expect(ownText({ text: 'Kapan SK?', kind: 'pertanyaan' })).toBe('Kapan SK?'));
  it.each([
    [{ evaluation: '018f0000-0000-7000-8000-000000000001', reasons: 'Target sudah tercapai.' }, 'Target sudah tercapai.'],
    [{ approach: 'kuantitatif', aspect: 'waktu', indicator: 'Hari kerja', target: '5', order: 2 }, 'Hari kerja\n5'],
    [{ indicator: '018f0000-0000-7000-8000-000000000001', round: 'triwulan-1', value: '12', note: 'selesai' }, '12\nselesai'],
    [{ resources: 'Dua laptop' }, 'Dua laptop'],
    [{ expectLoyal: 'Menjaga rahasia', consequences: 'Pembinaan' }, 'Pembinaan\nMenjaga rahasia'],
    [{ evaluation: 'e', value: 'loyal', text: 'Baik.' }, 'Baik.'],
  ])('finds what was written in a work plan: %j', (args, text) => expect(ownText(args)).toBe(text));
});

describe('connection strip', () => {
  const chip = (change: Partial<SyncStatus>, here: Partial<Surroundings> = {}) =>
    connection(status(change), { ...around, ...here }).chip;
  it('is quiet when all is well', () => expect(connection(status({}), around).well).toBe(true));
  it.each([
    [{ link: 'signed_out', waiting: 3 }, 'Sesi berakhir, 3 tersimpan'],
    [{ link: 'portal', waiting: 3 }, 'Wi-Fi minta masuk, 3 tersimpan'],
    [{ link: 'server', waiting: 3 }, 'Server belum menjawab, 3 tersimpan'],
    [{ link: 'offline', waiting: 3 }, 'Tanpa sinyal, 3 tersimpan'],
    [{ link: 'offline' }, 'Tanpa sinyal'],
    [{ serverSkewMs: 900_000 }, 'Jam HP tidak tepat'],
    [{ sending: { done: 1, total: 5, bytesLeft: 4096 }, waiting: 4 }, 'Mengirim 2 dari 5'],
  ] as [Partial<SyncStatus>, string][])('%j', (change, text) => expect(chip(change)).toBe(text));
  it('says that the phone is nearly full before anything else', () => {
    expect(chip({ link: 'offline' }, { room: { usage: 95, quota: 100, persisted: false } })).toBe('Penyimpanan hampir penuh');
    expect(chip({ link: 'offline' }, { room: { usage: 85, quota: 100, persisted: false } })).toBe('Tanpa sinyal');
  });
  it('offers the update, but never while sending', () => {
    expect(chip({}, { updateReady: true })).toBe('Pembaruan siap');
    expect(chip({ sending: { done: 0, total: 1, bytesLeft: 9 } }, { updateReady: true })).toBe('Mengirim 1 dari 1');
  });
});
