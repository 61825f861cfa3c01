/** The Indonesian words of what comes after a case's page itself: its acts, its rows, its refusals. */
import { hp } from './device';

export const b = {
  keluaran: (number: string, day: string) => `Nomor ${number}, tanggal ${day}`,
  mulai: (title: string) => `Buat ${title}`,
  digantikan: 'Digantikan oleh yang lebih baru',
  langkah: {
    kirimIsi: 'Setelah dikirim, isian terkunci sampai diperiksa.',
    terkirim: `Tersimpan di ${hp} dan segera dikirim.`,
    batalkan: (party: boolean) => (party ? 'Batalkan permohonan' : 'Batalkan usul'),
    batalkanIsi: 'Yang dibatalkan tidak bisa dilanjutkan.',
    alasan: 'Alasan',
    alasanIsi: 'Tulis alasan, 10 sampai 4.000 huruf.',
    dibatalkan: 'Pembatalan tersimpan.',
    versiBaru: (n: number) => `Layanan ini punya versi ${n} yang lebih baru.`,
    versiBaruIsi: 'Draf Anda tetap memakai versi lama sampai Anda pindahkan.',
    lihatBeda: 'Lihat perbedaan',
    pindah: 'Pindah ke versi baru',
  },
  form: {
    pilih: 'Pilih',
    baris: (n: number) => `${n} baris`,
    barisKe: (label: string, n: number) => `${label}, baris ${n}`,
    tambahBaris: 'Tambah baris',
    hapusBaris: 'Hapus',
    naik: 'Naik',
    turun: 'Turun',
    urungkan: 'Urungkan',
    barisDihapus: 'Baris dihapus.',
    barisPenuh: (n: number) => `Paling banyak ${n} baris.`,
    pilihGambar: 'Pilih gambar',
    gantiGambar: 'Ganti gambar',
    adaGambar: 'Gambar sudah dipilih',
    dibuka: (period: string, day: string) => `${period}, dibuka ${day}`,
  },
  ditolak: {
    tanpaPesan: 'Kiriman ini tidak diterima. Isinya tetap tersimpan.',
    pilih: 'Buka pilihan',
    tutup: 'Mengerti',
    buka: 'Buka permohonan',
  },
};
