"""Which files are taken, which signed files are refused or doubted, and what a letter holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.rules.documents import Signed, document_fault, signed_doubts, signed_faults
from backend.applications.rules.letters import NotFillable, fill
from tests.applications.samples import FILES, STEADY, service

SIKAP, SISAKAT, THIRD = (service(file) for file in FILES)
PDF = "application/pdf"
PARTY = "Partai Nusantara Raya"
GOOD = Signed(PDF, "aa", f"SURAT KETERANGAN TERDAFTAR\nNama Partai : {PARTY.upper()}", signature=True)


@pytest.mark.parametrize(
    ("type", "size", "code", "words"),
    [
        (PDF, 10_000_000, "", ""),
        (PDF, 1, "", ""),
        (PDF, 0, "FILE_EMPTY", "kosong"),
        (PDF, 10_000_001, "FILE_LIMIT", "10 MB"),
        ("image/jpeg", 500, "FILE_TYPE", "Ini bukan PDF. Berkas lama tetap ada."),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", 500, "FILE_TYPE", "bukan PDF"),
        ("image/svg+xml", 500, "FILE_TYPE", "bukan PDF"),
    ],
)
def test_a_document_is_taken_by_its_content_and_size(type: str, size: int, code: str, words: str) -> None:
    """Acceptance 8: judged by content, whatever the file is called, with the reason or the limit."""
    fault = document_fault(SISAKAT, SISAKAT.items[0], type, size)
    assert (fault.code if fault else "") == code
    assert words in (fault.text if fault else "")


def test_limits_are_those_of_the_definition() -> None:
    document = THIRD.items[0]
    assert document_fault(THIRD, document, "image/png", 5_000_000) is None
    assert document_fault(THIRD, document, PDF, 5_000_001) is not None
    image = replace(document, limit=None)
    fault = document_fault(THIRD, image, "image/jpeg", 1_000_001)
    assert fault is not None
    assert "1 MB" in fault.text
    assert document_fault(THIRD, image, PDF, 10_000_000) is None


def test_the_right_signed_file_is_taken_without_questions() -> None:
    assert signed_faults(SISAKAT, GOOD, drafts=["bb"], others=["cc"]) == []
    assert signed_doubts(SISAKAT, GOOD, PARTY) == []


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"type": "image/png"}, ["FILE_TYPE"]),
        ({"sha256": "bb"}, ["OWN_DRAFT"]),
        ({"sha256": "cc"}, ["USED_ELSEWHERE"]),
        ({"text": f"{PARTY} Nomor : $ {{nomor_\nnaskah}} dan ${{ttd_pengirim}}"}, ["STILL_DRAFT", "STILL_DRAFT"]),
        ({"sha256": "bb", "text": "${tanggal_naskah}"}, ["OWN_DRAFT", "STILL_DRAFT"]),
    ],
)
def test_a_wrong_signed_file_is_refused_with_every_reason(changed: dict[str, Any], codes: list[str]) -> None:
    faults = signed_faults(SISAKAT, replace(GOOD, **changed), drafts=["bb"], others=["cc"])
    assert [fault.code for fault in faults] == codes
    if "STILL_DRAFT" in codes:
        assert faults[-1].text.startswith("Masih draf: ada ${")


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"text": "Partai Lain"}, ["NAME_DIFFERS"]),
        ({"text": None}, ["NO_TEXT"]),
        ({"text": " \n"}, ["NO_TEXT"]),
        ({"signature": False}, ["NO_SIGNATURE"]),
        ({"text": "Partai Lain", "signature": False}, ["NAME_DIFFERS", "NO_SIGNATURE"]),
    ],
)
def test_a_doubtful_signed_file_waits_for_a_confirmation(changed: dict[str, Any], codes: list[str]) -> None:
    doubtful = replace(GOOD, **changed)
    assert signed_faults(SISAKAT, doubtful, [], []) == []
    assert [doubt.code for doubt in signed_doubts(SISAKAT, doubtful, PARTY)] == codes


def test_an_output_that_is_not_signed_here_is_only_looked_at_for_type_and_reuse() -> None:
    scan = Signed(PDF, "aa", None, signature=False)
    assert signed_doubts(SIKAP, scan, "Ani") == []
    assert [fault.code for fault in signed_faults(SIKAP, scan, [], ["aa"])] == ["USED_ELSEWHERE"]


VALUES: dict[str, Any] = {
    "nama": "Rahmat #1 {nama_partai} <b>",
    "jabatan": "Sekretaris \\ $x$",
    "nama_partai": PARTY,
    "tingkat": "kabupaten",
    "alamat": "Jl. Merdeka 5",
    "kelurahan": "Baru",
    "kecamatan": "Tengah",
    "nomor_sk": "12/SK/2026",
    "pengurus": [
        {"id": "b", "jabatan": "Wakil", "nama": "Dewi"},
        {"id": "a", "jabatan": "Ketua", "nama": "Rahmat"},
    ],
}
TOLD = {"agency.name": "Badan Kesatuan Bangsa dan Politik"}


def test_a_draft_has_its_eight_lines_in_order_and_three_open_places() -> None:
    """Acceptance 13: values character for character, officers in entered order, placeholders unreplaced."""
    letter = fill(SISAKAT, SISAKAT.letters[0], VALUES, TOLD, held=["PERNYATAAN_TIDAK_MERANGKAP"])
    assert letter.title == "SURAT KETERANGAN TERDAFTAR"
    assert letter.intro.startswith("Badan Kesatuan Bangsa dan Politik menerangkan bahwa susunan pengurus")
    assert [(line.label, line.text) for line in letter.lines] == [
        ("Nama", "Rahmat #1 {nama_partai} <b>"),
        ("Jabatan", "Sekretaris \\ $x$"),
        ("Nama Partai", PARTY),
        ("Alamat", "Jl. Merdeka 5, Kelurahan Baru, Kecamatan Tengah"),
        ("Tingkat", "Kabupaten/Kota"),
        ("Nomor SK", "12/SK/2026"),
        ("Susunan Pengurus", ""),
        ("Surat pernyataan tidak merangkap", "Terlampir"),
    ]
    assert letter.lines[6].rows == ("Wakil, Dewi", "Ketua, Rahmat")
    assert letter.open == ("${nomor_naskah}", "${tanggal_naskah}", "${ttd_pengirim}")


def test_a_value_with_a_placeholder_never_gets_into_a_letter() -> None:
    with pytest.raises(NotFillable, match="alamat"):
        fill(SISAKAT, SISAKAT.letters[0], VALUES | {"alamat": "${nomor_naskah}"}, TOLD)
    with pytest.raises(NotFillable, match="pengurus"):
        fill(SISAKAT, SISAKAT.letters[0], VALUES | {"pengurus": [{"nama": "${x}"}]}, TOLD)
    with pytest.raises(NotFillable, match="agency"):
        fill(SISAKAT, SISAKAT.letters[0], VALUES, {"agency.name": "${y}"})


def test_two_values_side_by_side_make_no_placeholder() -> None:
    line = replace(SISAKAT.letters[0].lines[0], value="{nama}{jabatan}")
    letter = replace(SISAKAT.letters[0], lines=(line,))
    with pytest.raises(NotFillable):
        fill(SISAKAT, letter, VALUES | {"nama": "$", "jabatan": "{nomor_naskah}"}, TOLD)


@settings(STEADY)
@given(st.text(max_size=30).filter(lambda text: "${" not in text))
def test_any_text_stands_in_the_letter_as_it_was_saved(text: str) -> None:
    letter = fill(SISAKAT, SISAKAT.letters[0], VALUES | {"nama": text}, TOLD)
    assert letter.lines[0].text == text
    assert all("${" not in line.text for line in letter.lines)


def test_a_cover_letter_of_a_promotion_names_kind_and_period_in_words() -> None:
    values = {"kind": "struktural", "position": "Analis", "currentRank": "Penata (III/c)"}
    told = {"subject.name": "Ani Lestari", "period.name": "April 2027"}
    letter = fill(SIKAP, SIKAP.letters[0], values, told)
    assert "untuk periode April 2027:" in letter.intro
    assert [line.text for line in letter.lines] == [
        "Ani Lestari",
        "Analis",
        "Penata (III/c)",
        "",
        "Pilihan jabatan struktural",
    ]
