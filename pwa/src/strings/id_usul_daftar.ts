/** The Indonesian words of the list of cases. */

export const l = {
  kosong: 'Belum ada usul.',
  kosongIsi: 'Usul yang dibuat untuk Anda tampak di sini.',
  kosongParpol: 'Belum ada permohonan.',
  masukan: 'Beri masukan',
  pengurus: 'Pengurus partai',
  rekap: 'Rekap permohonan',
  berjalan: 'Sedang berjalan',
  lampau: 'Sudah berakhir',
  dikirim: (day: string) => `dikirim ${day}`,
  dibuat: (day: string) => `dibuat ${day}`,
};
