/** The Indonesian words of the form of a case beside its fields: what is not saved, what another wrote. */
export const f = {
  belumDisimpan: 'Ada isian yang belum disimpan',
  belumDisimpanIsi: (labels: string) => `Belum disimpan: ${labels}. Simpan isian dulu, supaya yang dikirim sama dengan yang Anda tulis.`,
  buka: 'Buka isian',
  tertinggal: 'Tulisan ini belum disimpan saat isian terkunci. Kantor tidak menerimanya.',
  salin: 'Salin tulisan ini',
  urutan: (n: number) => `urutan ke-${n}`,
  buang: 'Buang tulisan ini',
};
