/** Words of the chat menu. */

export const menu = {
  judul: 'Menu jawaban ASMIRANDA',
  pengantar: 'Jawaban otomatis per topik. Di setiap langkah Anda bisa bicara dengan petugas.',
  kembali: 'Kembali ke topik',
  jumlah: (n: number) => `${n} jawaban`,
  kosong: 'Belum ada jawaban yang tersimpan di HP ini.',
  petugas: 'Bicara dengan petugas',
  lengkap: 'Buka jawaban lengkap',
  ingin: (topik: string) => (topik ? `Saya ingin bicara dengan petugas: ${topik}.` : 'Saya ingin bicara dengan petugas.'),
};
