"""The row of full-text search: 500 answers on a phone with a slow processor."""

from __future__ import annotations

import json
import random
from typing import Any

from playwright.sync_api import Page

from bench.report import Row, median, percentile
from tests.support.server import ROOT

ARTICLES = 500
QUERIES = (
    "kapan gaji berkala saya naik", "pangakt", "cuti", "mengajukan pensiun", "syarat kenaikan pangkat reguler",
    "surat keterangan dokter untuk cuti sakit lebih dari empat belas hari", "tunjangn keluarga", "pindah",
    "bagaimana memperpanjang perjanjian kerja", "e", "kendaraan dinas yang rusak", "kartu identitas pegawai hilang",
)  # fmt: skip


def row(page: Page) -> Row:
    """Measure on the open measuring page, whose processor is slowed already."""
    articles = many(ARTICLES)
    taken: dict[str, Any] = page.evaluate("([a, q]) => bench.search(a, q)", [articles, QUERIES])
    each, cold = taken["each"], taken["cold"][0]
    size = sum(len(one["question"]) + len(one["answer"]) + sum(map(len, one["steps"])) for one in articles)
    return Row(
        what=f"full-text search in {ARTICLES} answers on the phone, 4x slowed CPU",
        hold="every search < 100 ms",
        measured=f"p50 {median(each):.1f} ms, slowest {max(each):.1f} ms; with nothing read before {cold:.0f} ms",
        floor=f"plain look at every text {median(taken['floor']):.1f} ms",
        ratio=f"{median(each) / max(median(taken['floor']), 0.1):.0f}x",
        held=max(each) < 100,
        note=f"{size // 1000:,} kB of text; typos, roots and rare words count; p95 {percentile(each, 95):.1f} ms",
        data={"each": each, "cold": cold, "found": taken["found"]},
    )


def many(count: int) -> list[dict[str, Any]]:
    """So many different answers, grown from those of the demonstration, each with words of its own."""
    seeds = json.loads((ROOT / "backend" / "demo" / "articles.json").read_text())["articles"]
    draw = random.Random(count)  # the same answers each time
    syllables = [a + b for a in "bdgjklmnprst" for b in "aiueo"]
    sentences = [part for one in seeds for part in one["answer"].split(". ")]

    def word() -> str:
        return "".join(draw.choices(syllables, k=draw.randint(2, 4)))

    return [
        {
            "slug": f"jawaban-{number}",
            "question": f"{seeds[number % len(seeds)]['question'].rstrip('?')} {word()} {word()}?",
            "answer": ". ".join([*draw.sample(sentences, 4), *(f"{word()} {word()} {word()}" for _ in range(4))]),
            "steps": [*seeds[number % len(seeds)]["steps"], f"Siapkan {word()} dan {word()}."],
        }
        for number in range(count)
    ]
