"""The words of the public pages: (Indonesian, English)."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("Lapor rahasia", "Confidential report"),
    "choose": ("Pilih instansi yang Anda laporkan.", "Choose the agency that your report is about."),
    "nobody": ("Belum ada instansi yang menerima laporan rahasia.", "No agency takes confidential reports yet."),
    "promise": (
        "Tanpa nama. Akun, nomor, alamat, dan jam tidak disimpan. Jangan tutup halaman sebelum terkirim.",
        "No name. Account, number, address and time are not stored. Do not close this page before it was sent.",
    ),
    "readers": (
        "Hanya penerima laporan rahasia {agency} yang membacanya.",
        "Only the appointed recipients of {agency} read it.",
    ),
    "text": ("Apa yang terjadi?", "What happened?"),
    "hint": (
        "Tulis apa, di mana, tanggal berapa, dan siapa. Jangan tulis nama Anda.",
        "Write what, where, on which date, and who. Do not write your own name.",
    ),
    "files": ("Foto (boleh kosong)", "Photos (optional)"),
    "files_hint": (
        "Paling banyak 3 foto JPEG atau PNG, masing-masing 5 MB. Tempat, waktu, dan nama alat dihapus dari foto.",
        "At most 3 JPEG or PNG photos of 5 MB each. Place, time and device are removed from them.",
    ),
    "send": ("Kirim laporan", "Send report"),
    "sending": ("Mengirim. Jangan tutup halaman ini.", "Sending. Do not close this page."),
    "unsent": (
        "Belum terkirim karena tidak ada jawaban. Isian masih ada. Tekan kirim lagi.",
        "Not sent, because no answer came. Your text is still here. Press send again.",
    ),
    "sent": ("Laporan sudah diterima.", "Your report was received."),
    "code": (
        "Simpan kode ini. Hanya dengan kode ini Anda bisa membaca balasan atau menambah keterangan.",
        "Keep this code. Only with it can you read replies or add facts.",
    ),
    "lost_code": ("Kode yang hilang tidak bisa dicari lagi.", "A lost code cannot be found again."),
    "have": ("Sudah punya kode?", "Do you have a code?"),
    "code_label": ("Kode laporan", "Code of the report"),
    "open": ("Buka laporan", "Open report"),
    "no_code": (
        "Kode ini tidak ditemukan. Periksa lagi: 12 huruf dan angka.",
        "This code was not found. Check it: 12 letters and digits.",
    ),
    "often": (
        "Terlalu sering. Isian masih ada. Coba lagi satu menit lagi.",
        "Too often. Your text is still here. Try again in a minute.",
    ),
    "broken": (
        "Halaman ini sudah lama terbuka. Salin tulisan Anda, muat ulang, lalu kirim lagi.",
        "This page is too old. Copy your text, load it anew, and send again.",
    ),
    "short": ("Tulis apa yang terjadi, minimal 20 huruf.", "Write what happened, at least 20 letters."),
    "long": (
        "Tulisan melebihi 8.000 huruf. Isian masih ada. Pendekkan.",
        "The text is longer than 8,000 letters. It is still here. Shorten it.",
    ),
    "signs": (
        "Tulisan memuat tanda yang tidak terbaca. Isian masih ada. Ketik ulang bagian itu.",
        "The text has signs that cannot be read. It is still here. Type that part anew.",
    ),
    "files_many": ("Paling banyak 3 foto. Tulisan masih ada.", "At most 3 photos. Your text is still here."),
    "files_large": (
        "Ada foto lebih dari 5 MB. Tulisan masih ada. Pilih foto lain.",
        "A photo is larger than 5 MB. Your text is still here. Choose another.",
    ),
    "files_type": (
        "Ada berkas yang bukan foto JPEG atau PNG. Tulisan masih ada. Pilih foto lain.",
        "A file is no JPEG or PNG photo. Your text is still here. Choose another.",
    ),
    "busy": (
        "Server sedang sibuk. Isian masih ada. Coba lagi sebentar.",
        "The server is busy. Your text is still here. Try again soon.",
    ),
    "report": ("Laporan {day}", "Report of {day}"),
    "pelapor": ("Anda", "You"),
    "penerima": ("Penerima laporan", "Recipient"),
    "pictures": ("{n} foto", "{n} photo(s)"),
    "closed": ("Selesai ditangani {day}.", "Dealt with on {day}."),
    "waiting": ("Belum ada balasan. Buka lagi dengan kode Anda.", "No reply yet. Come back with your code."),
    "add": ("Tambah keterangan", "Add facts"),
    "add_send": ("Kirim keterangan", "Send facts"),
    "added": ("Keterangan sudah diterima.", "Your facts were received."),
    "lost": ("Halaman tidak ditemukan", "Page not found"),
}

FAULT_STATUS: Mapping[str, int] = {"often": 429, "busy": 503, "broken": 400, "files_large": 413}
"""Other faults answer 422."""
