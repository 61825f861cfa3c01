"""The evaluation report of a quarter: six parts, a conclusion, place, date and the head of the team.

What people wrote stands as they wrote it; results are filled from measurements; nothing is claimed without data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.evaluation.rules.surveys import ASPECTS
from backend.evaluation.rules.words import NO_DATA, decimal, lapse, number, rupiah, share

DRAFT, FINAL = "draf", "final"
WRITTEN: Mapping[str, str] = {
    "background": "Latar Belakang",
    "purpose": "Tujuan Kegiatan",
    "execution": "Pelaksanaan Kegiatan",
    "recommendation": "Rekomendasi",
    "conclusion": "Kesimpulan",
}
"""The texts that people write, by the part that holds them."""
TEXT_MAX = 6000
OBSTACLE_MAX = 2000

Table = dict[str, Any]


def first_texts(agency: str) -> dict[str, str]:
    """What a new report begins with; every word of it can be changed."""
    return {
        "background": (
            f"Pegawai di lingkungan {agency} bekerja tersebar sampai ke kecamatan. Sebelum ada layanan tanya jawab, "
            "banyak pertanyaan kepegawaian hanya bisa diurus dengan datang ke kantor."
        ),
        "purpose": (
            "Menilai apakah layanan mudah dijangkau, cepat menjawab, dan memuaskan; mencatat hambatan; "
            "dan menetapkan perbaikan triwulan berikutnya."
        ),
        "execution": "",
        "recommendation": "",
        "conclusion": "",
    }


def parts(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The six parts in their order: ``{"title", "paragraphs", "lists", "tables"}``.

    ``content`` holds ``agency``, ``texts``, ``figures``, ``obstacles``, ``surveys``, ``visitors``.
    """
    texts, figures = content["texts"], content["figures"]
    return [
        _part(WRITTEN["background"], _paragraphs(texts.get("background", ""))),
        _part(WRITTEN["purpose"], _paragraphs(texts.get("purpose", ""))),
        _part(WRITTEN["execution"], [*_paragraphs(texts.get("execution", "")), _done(figures)]),
        {**_part("Hasil Evaluasi", []), "sections": _results(content)},
        _obstacles(content["obstacles"]),
        _part(WRITTEN["recommendation"], _paragraphs(texts.get("recommendation", "")) or ["Belum ditulis."]),
    ]


def conclusion(content: Mapping[str, Any]) -> list[str]:
    """What the figures say in one paragraph each, then what people added."""
    figures, surveys = content["figures"], content["surveys"]
    kpi, within = figures["kpi"], figures["within"]
    said = [
        f"Dalam {figures['period']['title']} masuk {number(figures['items'])} pertanyaan. Pegawai yang dilayani: "
        f"{number(kpi['served'])}. OPD aktif: {number(kpi['units']['active'])} dari {number(kpi['units']['of'])}.",
        f"Balasan pertama dalam batas {figures['target']} menit kerja: {share(within['share'], within['n'])}. "
        f"Rata-rata penanganan: {_with_n(kpi['handling'])}.",
        f"Pengguna yang puas: {share(surveys['users']['share'], surveys['users']['n'])}.",
    ]
    return [*said, *_paragraphs(content["texts"].get("conclusion", ""))]


def _part(title: str, paragraphs: Sequence[str]) -> dict[str, Any]:
    return {"title": title, "paragraphs": list(paragraphs), "items": [], "tables": [], "sections": []}


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _with_n(measure: Mapping[str, Any], of: str = "working") -> str:
    mean = measure[of]
    return NO_DATA if mean is None else f"{lapse(mean)} (n = {number(measure['n'])})"


def _done(figures: Mapping[str, Any]) -> str:
    channels = ", ".join(f"{one['label']} {number(one['items'])}" for one in figures["channels"])
    if not channels:
        return f"Dalam {figures['period']['title']} belum ada pertanyaan yang masuk."
    return (
        f"Dalam {figures['period']['title']} masuk {number(figures['items'])} pertanyaan melalui: {channels}. "
        f"Sebanyak {number(figures['replied'])} sudah dibalas petugas."
    )


def _results(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    figures = content["figures"]
    return [
        _access(figures, content["visitors"]),
        _times(figures),
        _satisfaction(content["surveys"]),
        _speed(figures),
    ]


def _access(figures: Mapping[str, Any], visitors: Mapping[str, Any]) -> dict[str, Any]:
    kpi = figures["kpi"]
    found = _part(
        "Akses layanan",
        [
            f"OPD aktif: {number(kpi['units']['active'])} dari {number(kpi['units']['of'])} unit langsung di bawah "
            f"instansi. Pegawai berbeda yang dilayani: {number(kpi['served'])}.",
            *visitors_told(visitors),
        ],
    )
    found["tables"] = [
        _table("Pertanyaan per kanal", ["Kanal", "Masuk", "Dibalas (n)"], figures["channels"], ("items", "n")),
        _table("Pertanyaan per topik", ["Topik", "Masuk", "Dibalas (n)"], figures["categories"], ("items", "n")),
        _table("Pertanyaan per jenis", ["Jenis", "Masuk", "Dibalas (n)"], figures["kinds"], ("items", "n")),
    ]
    return found


def visitors_told(visitors: Mapping[str, Any]) -> list[str]:
    """The sentences about visits to the office; no reduction without months after the start."""
    compared = visitors["compared"]
    if compared is None:
        return [f"Kunjungan ke kantor sebelum dan sesudah layanan: {NO_DATA}."]
    before = f"Rata-rata kunjungan sebelum layanan {decimal(compared['before_avg'])} orang per bulan"
    counted = f"({number(visitors['before_n'])} bulan)"
    if compared["after_avg"] is None:
        return [f"{before} {counted}. Sesudah layanan: {NO_DATA}, jadi penurunan belum dapat dinyatakan."]
    after = f"sesudah layanan {decimal(compared['after_avg'])} orang per bulan ({number(visitors['after_n'])} bulan)"
    if not compared["claim"]:
        return [f"{before} {counted}, {after}. Tidak ada penurunan."]
    cost = visitors["cost"]
    sum_of = f"{decimal(cost['litres'])} liter x {rupiah(cost['price'])} + makan {rupiah(cost['meal'])}"
    return [
        f"{before} {counted}, {after}. Kunjungan terhindar: {number(compared['avoided'])}.",
        f"Penghematan ({compared['label']}): {number(compared['avoided'])} x {rupiah(cost['per_visit'])} = "
        f"{rupiah(compared['saving'])}. Biaya satu kunjungan: {sum_of} + lain-lain {rupiah(cost['other'])}.",
    ]


def _times(figures: Mapping[str, Any]) -> dict[str, Any]:
    found = _part("Waktu penanganan", [f"Rata-rata penanganan dalam jam kerja: {_with_n(figures['handling'])}."])
    found["tables"] = [
        {
            "title": "Waktu dalam jam kerja dan jam dinding",
            "header": ["Ukuran", "Jam kerja", "Jam dinding", "n"],
            "rows": [
                [name, lapse(figures[key]["working"]), lapse(figures[key]["clock"]), figures[key]["n"]]
                for key, name in (
                    ("response", "Balasan pertama"),
                    ("filter", "Menunggu disaring"),
                    ("answer", "Menunggu dibalas"),
                    ("handling", "Penanganan"),
                )
            ],
        }
    ]
    return found


def _satisfaction(surveys: Mapping[str, Any]) -> dict[str, Any]:
    users, team = surveys["users"], surveys["team"]
    found = _part(
        "Kepuasan",
        [
            f"Pengguna yang puas (nilai 3 atau 4): {share(users['share'], users['n'])}.",
            f"Survei tim, yang puas: {share(team['share'], team['n'])}.",
        ],
    )
    if users["n"] or team["n"]:
        found["tables"] = [{
            "title": "Rata-rata nilai survei, skala 1 sampai 4",
            "header": ["Aspek", f"Pengguna (n = {number(users['n'])})", f"Tim (n = {number(team['n'])})"],
            "rows": [[name, _mean(users, key), _mean(team, key)] for key, name in ASPECTS.items()],
        }]  # fmt: skip
    return found


def _mean(survey: Mapping[str, Any], aspect: str) -> str:
    mean = survey["means"][aspect]
    return NO_DATA if mean is None else decimal(mean)


def _speed(figures: Mapping[str, Any]) -> dict[str, Any]:
    within = figures["within"]
    found = _part(
        "Kecepatan respons",
        [
            f"Rata-rata balasan pertama dalam jam kerja: {_with_n(figures['response'])}. Dalam batas "
            f"{figures['target']} menit kerja: {share(within['share'], within['n'])}.",
        ],
    )
    if figures["at_once"]:
        found["paragraphs"].append(
            f"Telepon dan loket yang dijawab seketika: {number(figures['at_once'])}, di luar rata-rata tertulis."
        )
    found["tables"] = [
        {
            "title": "Balasan pertama tiap pekan",
            "header": ["Pekan mulai", "Masuk", "Dibalas (n)", "Rata-rata jam kerja", "Tepat waktu"],
            "rows": [
                [one["label"], one["items"], one["n"], lapse(one["mean"]), share(one["within"], one["n"])]
                for one in figures["curve"]
            ],
        }
    ]
    return found


def _obstacles(obstacles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = _part("Hambatan", [] if obstacles else ["Tidak ada hambatan yang dicatat petugas dalam periode ini."])
    found["items"] = [one["text"] + (f" Upaya: {one['effort']}" if one["effort"] else "") for one in obstacles]
    return found


def _table(title: str, header: list[str], lines: Sequence[Mapping[str, Any]], values: Sequence[str]) -> Table:
    rows = [[line["label"], *[line[value] for value in values]] for line in lines]
    return {"title": title, "header": header, "rows": rows}
