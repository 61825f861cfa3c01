/** Which addresses are the app itself, so that a stored page may answer them without signal. */

/** First segments of the app's own pages. Everything else (public pages, receipts, uploads, GraphQL) is the server's. */
const ROOMS = new Set([
  '', 'masuk', 'aktivasi', 'beranda', 'tanya', 'skp', 'bawahan', 'matriks', 'perjanjian', 'jawaban', 'jawaban-baku', 'kotak-masuk',
  'kotak-keluar', 'luring', 'notifikasi', 'pengaturan', 'bantuan', 'kelola', 'laporan', 'dasbor', 'pengumuman', 'catat',
  'buku-tamu', 'loket', 'kode-saya', 'pindai', 'usul', 'permohonan', 'verifikasi', 'parpol',
]);

export const isAppPage = (path: string): boolean => ROOMS.has(path.split('/')[1] ?? '');
