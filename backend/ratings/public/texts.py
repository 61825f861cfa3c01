"""Sentences of the public pages, Indonesian and English; what an instrument asks stands in the instrument."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    "skip": ("Langsung ke isi", "Skip to content"),
    "other": ("English", "Bahasa Indonesia"),
    "size": ("Ukuran huruf", "Text size"),
    "size0": ("Huruf biasa", "Normal text"),
    "size1": ("Huruf besar", "Larger text"),
    "size2": ("Huruf sangat besar", "Largest text"),
    "clean": (
        "Layanan ini tanpa suap dan gratifikasi. Jangan memberi apa pun kepada petugas.",
        "No bribes, no gifts. Please give nothing to our staff.",
    ),
    "complain": ("Aduan", "Complaints"),
    "phone": ("telepon", "phone"),
    "guide": ("Unduh panduan penilaian (PDF)", "Download the rating guide (PDF)"),
    "choose": ("Pilih", "Choose"),
    "many": ("Boleh lebih dari satu.", "You may choose more than one."),
    "why_phone": (
        "Hanya untuk mencegah penilaian ganda. Petugas tidak melihatnya. Dihapus setelah {n} hari.",
        "Only to prevent double ratings. Staff never see it. Deleted after {n} days.",
    ),
    "optional": ("boleh kosong", "optional"),
    "required": ("Tanda * berarti wajib diisi.", "Fields marked * are required."),
    "faults": ("Ada yang perlu dilengkapi", "Something is missing"),
    "fault": ("Galat", "Error"),
    "nothing_stored": ("Belum ada yang tersimpan. Perbaiki, lalu tekan lagi tombol {send}.",
                       "Nothing has been stored yet. Correct it, then press {send} again."),
    "service_REQUIRED": ("Pilih jenis pelayanan.", "Choose a type of service."),
    "service_UNKNOWN": (
        "Pilih jenis pelayanan dari daftar ini.", "Choose a type of service from this list."),
    "indicators_REQUIRED": ("Pilih minimal satu indikator.", "Choose at least one indicator."),
    "indicators_UNKNOWN": ("Pilih indikator dari daftar ini.", "Choose indicators from this list."),
    "indicators_DUPLICATE": ("Pilih setiap indikator satu kali saja.", "Choose each indicator only once."),
    "score_REQUIRED": ("Pilih rating 1 sampai 5.", "Choose a rating from 1 to 5."),
    "score_RANGE": ("Pilih rating 1 sampai 5.", "Choose a rating from 1 to 5."),
    "score_WRONG_VERSION": (
        "Lembar ini meminta satu rating. Muat ulang halaman, lalu isi lagi.",
        "This form takes one rating. Reload the page and fill it in again.",
    ),
    "scores_WRONG_VERSION": (
        "Lembar ini meminta satu rating untuk setiap indikator. Muat ulang halaman, lalu isi lagi.",
        "This form takes one rating for each indicator. Reload the page and fill it in again.",
    ),
    "phone_REQUIRED": ("Isi nomor HP/WA Anda.", "Enter your mobile number."),
    "phone_WRONG": (
        "Nomor Indonesia 10-13 angka; nomor luar negeri diawali + dan kode negara.",
        "Indonesian numbers have 10-13 digits; other numbers begin with + and the country code.",
    ),
    "rate": ("Nilai petugas", "Rate our officer"),
    "thanks": ("Terima kasih, penilaian Anda telah kami terima.", "Thank you, we have received your rating."),
    "thanks_why": (
        "Penilaian Anda membantu kami memperbaiki pelayanan. Petugas tidak melihat siapa yang menilai.",
        "Your rating helps us improve. The officer cannot see who rated.",
    ),
    "repeated": (
        "Penilaian Anda untuk layanan ini sudah kami terima.",
        "We have already received your rating for this service.",
    ),
    "repeated_why": (
        "Satu kunjungan dihitung satu kali. Untuk layanan lain atau hari lain, Anda bisa menilai lagi.",
        "One visit counts once. You can rate again for another service or on another day.",
    ),
    "used": (
        "Penilaian dari lembar ini sudah kami terima.",
        "We have already received a rating from this form.",
    ),
    "used_why": (
        "Yang pertama yang berlaku; isian kedua tidak disimpan. Untuk menilai layanan lain, buka lembar baru.",
        "The first one counts; the second was not stored. To rate another service, open a new form.",
    ),
    "survey": ("Isi survei 9 pertanyaan", "Take the survey (9 questions)"),
    "again": ("Buka lembar baru", "Open a new form"),
    "revoked": (
        "Kode ini tidak berlaku lagi. Tidak ada yang disimpan.",
        "This code is no longer valid. Nothing has been stored.",
    ),
    "revoked_why": (
        "Minta kode yang baru di loket, atau pilih lokasi dan petugas di daftar ini.",
        "Ask for the new code at the counter, or choose the site and the officer in this list.",
    ),
    "unknown": ("Kode ini tidak dikenal", "We do not know this code"),
    "unknown_why": (
        "Periksa lagi alamatnya, pindai ulang kode di loket, atau pilih dari daftar. Tidak ada yang disimpan.",
        "Check the address, scan the code at the counter again, or choose from the list. Nothing has been stored.",
    ),
    "list": ("Daftar lokasi dan petugas", "List of sites and officers"),
    "form_broken": (
        "Lembar ini tidak bisa dibaca. Tidak ada yang disimpan. Buka lagi dari kode di loket.",
        "This form cannot be read. Nothing has been stored. Open it again from the code at the counter.",
    ),
    "busy": ("Server sedang sibuk", "Our server is busy"),
    "busy_why": (
        "Belum tersimpan, isian Anda masih di bawah ini. Tunggu sebentar, lalu tekan lagi tombol {send}.",
        "Not stored yet; your answers are still below. Wait a moment, then press {send} again.",
    ),
    "busy_alone": (
        "Belum tersimpan. Tunggu sebentar, kembali ke halaman sebelumnya, lalu kirim lagi.",
        "Not stored yet. Wait a moment, go back to the page before, and send it again.",
    ),
    "often": ("Terlalu banyak kiriman dari jaringan ini", "Too many ratings from this network"),
    "often_why": (
        "Belum tersimpan. Tunggu satu menit, lalu tekan lagi tombol {send}.",
        "Not stored yet. Wait a minute, then press {send} again.",
    ),
    "unsent": ("Belum terkirim. Jangan tutup halaman ini.", "Not sent yet. Do not close this page."),
    "sending": ("Mengirim...", "Sending..."),
}  # fmt: skip

LANGUAGES = ("id", "en")


def say(language: str, name: str, **values: object) -> str:
    """A sentence in a language; ``values`` fill its places."""
    text = TEXTS[name][LANGUAGES.index(language)]
    return text.format(**values) if values else text
