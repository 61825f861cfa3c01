"""The seven values of behaviour, in their fixed order, with three guides each.

In our own words; source: ``values_berakhlak.json``. *Loyal* is the fifth.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its code, its name on the screen, what it looks like at work."""

    no: int
    code: str
    label: str
    guides: tuple[str, str, str]


VALUES = (
    Value(1, "berorientasi_pelayanan", "Berorientasi Pelayanan", (
        "Mengenali apa yang dibutuhkan warga lalu memenuhinya",
        "Sigap, ramah, memberi jalan keluar, dan bisa diandalkan",
        "Terus memperbaiki cara melayani",
    )),
    Value(2, "akuntabel", "Akuntabel", (
        "Jujur, teliti, tertib, dan menepati tanggung jawab",
        "Memakai barang dan uang negara dengan hemat dan benar",
        "Tidak memakai jabatan untuk kepentingan sendiri",
    )),
    Value(3, "kompeten", "Kompeten", (
        "Belajar terus mengikuti perubahan",
        "Berbagi ilmu dengan rekan",
        "Menyelesaikan tugas dengan mutu terbaik",
    )),
    Value(4, "harmonis", "Harmonis", (
        "Menghormati orang tanpa memandang latar belakang",
        "Ringan tangan menolong",
        "Menjaga suasana kerja yang baik",
    )),
    Value(5, "loyal", "Loyal", (
        "Setia pada Pancasila, UUD 1945, NKRI, dan pemerintah yang sah",
        "Menjaga nama baik rekan, pimpinan, instansi, dan negara",
        "Menyimpan rahasia jabatan dan negara",
    )),
    Value(6, "adaptif", "Adaptif", (
        "Lekas menyesuaikan diri",
        "Mencari cara baru dan mengembangkan gagasan",
        "Bertindak sebelum diminta",
    )),
    Value(7, "kolaboratif", "Kolaboratif", (
        "Memberi ruang bagi pihak lain untuk ikut serta",
        "Terbuka bekerja sama agar hasilnya lebih baik",
        "Menggabungkan sumber daya untuk tujuan bersama",
    )),
)  # fmt: skip
