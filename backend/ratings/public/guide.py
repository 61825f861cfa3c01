"""The guide for visitors: what it says, in two languages; set as a PDF of one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GUIDE: Mapping[str, Mapping[str, Any]] = {
    "id": {
        "title": "Panduan menilai pelayanan",
        "intro": "Anda dapat menilai petugas yang melayani Anda, setiap kali selesai dilayani. Gratis dan sukarela.",
        "sections": [
            {
                "title": "Cara menilai",
                "steps": [
                    "Pindai kode QR di meja, di papan, atau di layar petugas. Tidak ada kode? Buka alamat {url}/nilai, "
                    "lalu pilih lokasi dan petugas.",
                    "Periksa nama petugas di bagian atas. Bila keliru, kembali dan pilih nama yang benar.",
                    "Pilih jenis pelayanan, lalu indikator yang menjelaskan penilaian Anda.",
                    "Beri rating 1 (sangat buruk) sampai 5 (sangat baik).",
                    "Tulis nomor HP/WA Anda, lalu tekan KIRIM.",
                    "Bila berkenan, isi survei sembilan pertanyaan tentang pelayanan kami.",
                ],
            },
            {
                "title": "Indikator",
                "steps": [
                    "Profesional, Amanah, Cakap, Akuntabel, Kolaboratif. Artinya tertulis di halaman penilaian.",
                ],
            },
            {
                "title": "Data Anda",
                "steps": [
                    "Nomor HP/WA hanya dipakai agar satu kunjungan dihitung satu kali. Petugas tidak melihatnya, "
                    "nomor disimpan terenkripsi dan dihapus sesuai masa simpan yang tertulis di halaman penilaian.",
                    "Nama Anda tidak diminta. Petugas hanya melihat hasil gabungan, tidak pernah satu penilaian.",
                    "Satu penilaian untuk satu layanan pada satu hari. Layanan lain atau hari lain dapat dinilai lagi.",
                ],
            },
            {
                "title": "Bila ada masalah",
                "steps": [
                    "Sinyal putus: jangan tutup halaman. Tekan KIRIM sekali lagi; penilaian tidak terhitung dua kali.",
                    "'Kode ini tidak berlaku lagi': minta kode yang baru di loket.",
                    "Pelayanan kami tanpa suap dan gratifikasi. Jangan memberi apa pun kepada petugas. "
                    "Saluran aduan tertulis di bagian bawah setiap halaman.",
                ],
            },
        ],
    },
    "en": {
        "title": "How to rate our service",
        "intro": "You may rate the officer who served you after every service. It is free and voluntary.",
        "sections": [
            {
                "title": "Steps",
                "steps": [
                    "Scan the QR code on the desk, on the board or on the officer's screen. No code? Open {url}/nilai "
                    "and choose the site and the officer.",
                    "Check the officer's name at the top. If it is the wrong one, go back and choose again.",
                    "Choose the type of service, then the indicators that explain your rating.",
                    "Give a rating from 1 (very poor) to 5 (very good).",
                    "Enter your mobile number and press SEND.",
                    "If you like, answer nine questions about our service.",
                ],
            },
            {
                "title": "Indicators",
                "steps": [
                    "Professional, Trustworthy, Capable, Accountable, Collaborative. The form says what they mean.",
                ],
            },
            {
                "title": "Your data",
                "steps": [
                    "Your number only makes sure that one visit counts once. Staff never see it; it is stored "
                    "encrypted and deleted after the time that the form names.",
                    "We do not ask for your name. Officers see combined results only, never a single rating.",
                    "One rating for one service on one day. You may rate another service or another day again.",
                ],
            },
            {
                "title": "If something goes wrong",
                "steps": [
                    "No signal: do not close the page. Press SEND again; your rating will not count twice.",
                    "'This code is no longer valid': ask for the new code at the counter.",
                    "Our service is free of bribes and gratuities. Please give nothing to our staff. "
                    "Where to complain stands at the foot of every page.",
                ],
            },
        ],
    },
}


def content(language: str, public_url: str) -> Mapping[str, Any]:
    """The guide's texts with this server's address in their places."""
    text = GUIDE[language]
    shown = public_url.rstrip("/").split("://", 1)[-1]
    sections = [{**one, "steps": [step.replace("{url}", shown) for step in one["steps"]]} for one in text["sections"]]
    return {**text, "sections": sections, "language": language}
