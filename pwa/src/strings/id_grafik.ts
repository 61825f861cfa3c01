/** The Indonesian words around charts: each has its table and its file. */
export const grafik = {
  lihat: 'Lihat tabel',
  csv: 'Unduh CSV',
};
