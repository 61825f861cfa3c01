"""Sentences of the pages of codes and places, as (Indonesian, English)."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "agencies": ("Nilai pelayanan", "Rate our service"),
    "agencies_why": ("Pilih instansi yang melayani Anda.", "Choose the office that served you."),
    "no_agency": ("Belum ada instansi yang menerima penilaian di sini.", "No office takes ratings here yet."),
    "sites": ("Di mana Anda dilayani?", "Where were you served?"),
    "no_site": ("Belum ada lokasi pelayanan.", "There are no service sites yet."),
    "officers": ("Siapa yang melayani Anda?", "Who served you?"),
    "on_duty": ("Petugas yang bertugas di {site}.", "Officers on duty at {site}."),
    "no_officer": ("Belum ada petugas di lokasi ini.", "There are no officers at this site yet."),
    "search": ("Cari nama petugas", "Search for an officer"),
    "find": ("Cari", "Search"),
    "none_found": (
        "Tidak ada petugas dengan nama itu. Periksa lagi, atau hapus isian pencarian.",
        "No officer of that name. Check the spelling, or clear the search.",
    ),
    "more": (
        "{n} petugas lain tidak ditampilkan. Tulis sebagian nama untuk mencari.",
        "{n} more officers are not shown. Type part of a name to search.",
    ),
    "all": ("Tampilkan semua", "Show all"),
    "other_site": ("Lokasi lain", "Other sites"),
    "survey": ("Isi survei kepuasan lokasi ini", "Take the satisfaction survey of this site"),
    "mine": ("QR saya", "My QR code"),
    "mine_why": (
        "Untuk petugas: tulis NIP atau kode pegawai Anda. Nomor tidak disimpan.",
        "For officers: type your employee number. It is not stored.",
    ),
    "mine_choose": ("Pilih instansi Anda.", "Choose your office."),
    "number": ("NIP atau kode pegawai", "Employee number"),
    "show": ("Tampilkan QR", "Show the QR code"),
    "neutral": (
        "Tidak ditemukan atau belum aktif. Hubungi koordinator.",
        "Not found or not active yet. Please ask your coordinator.",
    ),
    "often": ("Terlalu sering", "Too many tries"),
    "often_why": ("Tunggu satu menit, lalu coba lagi.", "Please wait a minute, then try again."),
    "qr": ("Kode QR penilaian {who}", "QR code to rate {who}"),
    "static": (
        "Kode ini tetap: penilaian lewat kode ini dihitung, dan ditampilkan sebagai tanpa bukti hadir. "
        "Kode yang berganti tiap menit ada di aplikasi, menu Kode QR saya.",
        "This code stays the same: ratings through it count, and are shown as without proof of presence. "
        "The code that changes every minute is in the app.",
    ),
    "open": ("Buka lembar penilaian", "Open the rating form"),
    "print": ("Cetak", "Print"),
    "poster-a4": ("Poster A4 (PDF)", "Poster, A4 (PDF)"),
    "poster-a5": ("Poster A5 (PDF)", "Poster, A5 (PDF)"),
    "kartu-a4": ("Kartu meja A4 lipat (PDF)", "Table card, folded A4 (PDF)"),
    "kartu-a5": ("Kartu meja A5 lipat (PDF)", "Table card, folded A5 (PDF)"),
    "again": ("Tampilkan kode pegawai lain", "Show another employee's code"),
    "lost": ("Halaman ini tidak ada", "There is no such page"),
    "lost_why": ("Periksa lagi alamatnya, atau pilih dari daftar.", "Check the address, or choose from the list."),
    "list": ("Daftar lokasi dan petugas", "List of sites and officers"),
}


def words(name: str, **values: object) -> tuple[str, str]:
    """Both texts of a name, their places filled; not escaped."""
    indonesian, english = WORDS[name]
    return indonesian.format(**values), english.format(**values)


def titled(language: str, name: str) -> str:
    """One text as the title of a page: plain, the frame escapes it."""
    return WORDS[name][language == "en"]
