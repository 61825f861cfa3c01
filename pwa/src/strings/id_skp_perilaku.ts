/** The seven values with three guides each in their fixed order, and the words of the appendix. */
import { hp } from './device';

export const b = {
  ekspektasi: 'Ekspektasi Khusus Pimpinan',
  nilaiPerilaku: {
    berorientasi_pelayanan: 'Berorientasi Pelayanan',
    akuntabel: 'Akuntabel',
    kompeten: 'Kompeten',
    harmonis: 'Harmonis',
    loyal: 'Loyal',
    adaptif: 'Adaptif',
    kolaboratif: 'Kolaboratif',
  } as Record<string, string>,
  panduan: {
    berorientasi_pelayanan: ['Mengenali apa yang dibutuhkan warga lalu memenuhinya', 'Sigap, ramah, memberi jalan keluar, dan bisa diandalkan', 'Terus memperbaiki cara melayani'],
    akuntabel: ['Jujur, teliti, tertib, dan menepati tanggung jawab', 'Memakai barang dan uang negara dengan hemat dan benar', 'Tidak memakai jabatan untuk kepentingan sendiri'],
    kompeten: ['Belajar terus mengikuti perubahan', 'Berbagi ilmu dengan rekan', 'Menyelesaikan tugas dengan mutu terbaik'],
    harmonis: ['Menghormati orang tanpa memandang latar belakang', 'Ringan tangan menolong', 'Menjaga suasana kerja yang baik'],
    loyal: ['Setia pada Pancasila, UUD 1945, NKRI, dan pemerintah yang sah', 'Menjaga nama baik rekan, pimpinan, instansi, dan negara', 'Menyimpan rahasia jabatan dan negara'],
    adaptif: ['Lekas menyesuaikan diri', 'Mencari cara baru dan mengembangkan gagasan', 'Bertindak sebelum diminta'],
    kolaboratif: ['Memberi ruang bagi pihak lain untuk ikut serta', 'Terbuka bekerja sama agar hasilnya lebih baik', 'Menggabungkan sumber daya untuk tujuan bersama'],
  } as Record<string, string[]>,
  bagianLampiran: {
    resources: 'Dukungan sumber daya',
    accountability: 'Skema pertanggungjawaban',
    consequences: 'Konsekuensi',
  } as Record<string, string>,
  ketentuan: {
    simpan: 'Simpan',
    tersimpan: `Tersimpan di ${hp}.`,
    belumDitulis: 'Belum ditulis.',
  },
};
