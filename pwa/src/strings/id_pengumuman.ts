/** Words of announcements. */

export const pengumuman = {
  judul: 'Pengumuman',
  pengantar: 'Ditulis satu kali. Teks untuk web, Instagram, Facebook, dan grup WhatsApp dibuat otomatis.',
  kosong: 'Belum ada pengumuman.',
  tulis: 'Pengumuman baru',
  ubah: 'Ubah pengumuman',
  ubahTombol: 'Ubah',
  batal: 'Batal mengubah',
  judulIsi: 'Judul',
  isi: 'Isi pengumuman',
  simpan: 'Simpan',
  tampilkan: 'Tampilkan ke semua pegawai',
  ditampilkan: 'Ditampilkan ke semua pegawai.',
  tersimpan: 'Pengumuman tersimpan.',
  isiJudul: 'Tulis judul, paling panjang 120 huruf.',
  isiTeks: 'Tulis isi, paling panjang 1.800 huruf.',
  keadaan: (versi: number, tampil: boolean) => `Versi ${versi}, ${tampil ? 'ditampilkan' : 'belum ditampilkan'}`,
  menunggu: 'Teks untuk setiap tempat dibuat setelah terkirim.',
  salinTeks: 'Salin teks',
  tempat: { web: 'Web', instagram: 'Instagram', facebook: 'Facebook', whatsapp: 'Grup WhatsApp' } as Record<string, string>,
};
