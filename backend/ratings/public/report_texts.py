"""Sentences of the publication and survey pages, Indonesian and English; questions stand in the instrument."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from backend.ratings.public.layout import Reader
from backend.ratings.public.texts import LANGUAGES

TEXTS: Mapping[str, tuple[str, str]] = {
    "published": ("Hasil penilaian pelayanan", "Results of our service ratings"),
    "published_list": ("Hasil penilaian per lokasi", "Results by site"),
    "none_yet": ("Belum ada hasil yang diterbitkan untuk lokasi ini.", "No results have been published for this site."),
    "gone": ("Lokasi ini tidak dikenal", "We do not know this site"),
    "gone_why": (
        "Periksa lagi alamatnya, atau pilih lokasi dari daftar.",
        "Check the address, or choose a site from the list.",
    ),
    "officers": ("Penilaian petugas", "Ratings of our officers"),
    "officer": ("Petugas", "Officer"),
    "mean": ("Rata-rata (1-5)", "Mean (1-5)"),
    "index": ("Indeks", "Index"),
    "n": ("n", "n"),
    "v1": ("Satu rating untuk setiap pelayanan", "One rating for each service"),
    "v2": ("Satu rating untuk setiap indikator", "One rating for each indicator"),
    "not_yet": ("data belum cukup", "not enough data"),
    "hidden": ("{k} tidak ditampilkan.", "{k} not shown."),
    "least": (
        "Rata-rata ditampilkan mulai {n} penilaian. Nama dengan rata-rata di bawah {floor} tidak ditampilkan.",
        "Means are shown from {n} ratings. Names with a mean below {floor} are not shown.",
    ),
    "frozen": ("Diterbitkan {day}. Sidik jari data: {hash}", "Published {day}. Fingerprint of the data: {hash}"),
    "ikm": ("Indeks kepuasan masyarakat (IKM)", "Satisfaction index (IKM)"),
    "ikm_line": (
        "{period}: {ikm}, mutu {letter} ({word}), n = {n}, rumus {formula}, bobot {weight}",
        "{period}: {ikm}, grade {letter}, n = {n}, formula {formula}, weight {weight}",
    ),
    "lowest": ("Tiga unsur terendah", "The three lowest elements"),
    "element": ("Unsur", "Element"),
    "average": ("Rata-rata (1-4)", "Mean (1-4)"),
    "plan": ("Rencana tindak lanjut", "What we will do"),
    "recompute": ("Unduh data untuk menghitung ulang (JSON)", "Download the data to recompute (JSON)"),
    "whole": ("Seluruh lokasi", "All sites"),
    "survey": ("Survei kepuasan", "Satisfaction survey"),
    "back": ("Kembali", "Back"),
    "step": ("Halaman {k} dari 4", "Page {k} of 4"),
    "about": (
        "Tanpa nama dan tanpa nomor HP. Data diri boleh dikosongkan.",
        "No name and no phone number. You may leave out what concerns yourself.",
    ),
    "service": ("Jenis pelayanan", "Type of service"),
    "service_missing": ("Pilih jenis pelayanan dari daftar ini.", "Choose a type of service from this list."),
    "answer_missing": ("Pilih satu jawaban.", "Choose one answer."),
    "profile_wrong": ("Pilih dari daftar ini.", "Choose from this list."),
    "sex": ("Jenis kelamin", "Sex"),
    "age_band": ("Umur", "Age"),
    "education": ("Pendidikan", "Education"),
    "work": ("Pekerjaan", "Work"),
    "unsaid": ("Tidak ingin menjawab", "Prefer not to say"),
    "L": ("Laki-laki", "Male"),
    "P": ("Perempuan", "Female"),
    "next": ("Lanjut", "Next"),
    "send": ("KIRIM", "SEND"),
    "missing": ("Ada yang belum dijawab", "Something is missing"),
    "not_stored": (
        "Belum ada yang tersimpan. Lengkapi, lalu tekan lagi tombolnya.",
        "Nothing has been stored yet. Complete it, then press the button again.",
    ),
    "survey_thanks": ("Terima kasih, jawaban Anda telah kami terima.", "Thank you, we have received your answers."),
    "survey_why": (
        "Jawaban Anda dihitung bersama jawaban lain; tidak ada nama di dalamnya.",
        "Your answers are counted together with others; there is no name in them.",
    ),
    "survey_busy": (
        "Server sedang sibuk. Belum tersimpan; jawaban Anda masih ada. Tunggu sebentar, lalu tekan lagi tombolnya.",
        "Our server is busy. Not stored yet; your answers are still here. Wait a moment, then press the button again.",
    ),
    "survey_often": (
        "Terlalu banyak kiriman dari jaringan ini. Belum tersimpan. Tunggu satu menit, lalu tekan lagi tombolnya.",
        "Too many answers from this network. Not stored yet. Wait a minute, then press the button again.",
    ),
}
WORDS_EN: Mapping[str, str] = {
    "ASN": "Civil servant",
    "TNI/Polri": "Military or police",
    "Swasta": "Employee",
    "Wirausaha": "Self-employed",
    "Pelajar/Mahasiswa": "Student",
    "Lainnya": "Other",
    "SD": "Primary school",
    "SMP": "Junior high school",
    "SMA": "Senior high school",
    "D1-D4": "Diploma",
    "S1": "Bachelor",
    "S2-S3": "Master or doctor",
}


def plain(reader: Reader, name: str, **values: object) -> str:
    """A sentence in the reader's language, as plain text."""
    return TEXTS[name][LANGUAGES.index(reader.language)].format(**values)


def told(reader: Reader, name: str, **values: object) -> str:
    """The same ready for HTML."""
    return escape(plain(reader, name, **values))


def figure(reader: Reader, text: str) -> str:
    """A printed figure as the language writes it: 4,62 or 4.62."""
    return escape(text.replace(".", ",") if reader.language == "id" else text)


def option(reader: Reader, name: str, value: str) -> str:
    """One choice of the profile in the reader's language, ready for HTML."""
    if name == "sex":
        return told(reader, value)
    return escape(WORDS_EN.get(value, value) if reader.language == "en" else value)
