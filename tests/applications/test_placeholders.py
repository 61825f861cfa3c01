"""Stand-in texts and placeholders never come from people, and never leave in a signed file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.rules.definition import PLACEHOLDERS
from backend.applications.rules.placeholders import USUAL_GUARD, entry_faults, guard_faults, is_stand_in, left_in
from tests.applications.samples import FILES, STEADY, made, service, small

SISAKAT = service(FILES[1])
GOOD = {
    "nama": "Rahmat Hidayat",
    "jabatan": "Sekretaris",
    "nama_partai": "Partai Nusantara Raya",
    "tingkat": "provinsi",
    "alamat": "Jalan Merdeka 5",
    "kelurahan": "Kota Baru",
    "kecamatan": "Tengah",
    "nomor_sk": "12/SK/2026",
    "pengurus": [{"jabatan": "Ketua", "nama": "Rahmat"}, {"jabatan": "Sekretaris", "nama": "Dewi"}],
}


@pytest.mark.parametrize("word", USUAL_GUARD)
def test_each_word_of_the_list_is_refused_whatever_spaces_and_case(word: str) -> None:
    for typed in (word, word.upper(), f"  {word.title()} ", word.replace(" ", "   "), f"\u200b{word}"):
        assert is_stand_in(typed, USUAL_GUARD), typed


@pytest.mark.parametrize(
    ("text", "stand_in"),
    [
        ("-", True),
        ("...", True),
        ("\u2026", True),
        (" - / . ", True),
        ("", False),
        ("Partai Anda Sejahtera", False),
        ("Testing", False),
        ("Anda Rahman", False),
        ("5", False),
    ],
)
def test_punctuation_only_is_a_stand_in_and_a_name_is_none(text: str, stand_in: bool) -> None:
    assert is_stand_in(text, USUAL_GUARD) is stand_in


def test_the_list_of_the_party_certificate_is_the_usual_one() -> None:
    assert SISAKAT.guard == USUAL_GUARD


def test_every_stand_in_is_named_by_its_field_at_once() -> None:
    assert guard_faults(SISAKAT, GOOD) == []
    values = GOOD | {
        "nama": "Nama Anda",
        "nama_partai": "  PARTAI   anda ",
        "nomor_sk": "...",
        "pengurus": [{"jabatan": "Pejabat", "nama": "Rahmat"}, {"jabatan": "Sekretaris", "nama": " "}, {}],
    }
    found = {(fault.path, fault.code) for fault in guard_faults(SISAKAT, values)}
    assert found == {
        ("fields.nama", "STAND_IN"),
        ("fields.nama_partai", "STAND_IN"),
        ("fields.nomor_sk", "STAND_IN"),
        ("fields.pengurus[1].jabatan", "STAND_IN"),
        ("fields.pengurus[2].nama", "MISSING"),
        ("fields.pengurus[3].jabatan", "MISSING"),
        ("fields.pengurus[3].nama", "MISSING"),
    }


def test_the_list_is_data_of_the_service() -> None:
    own = made(guard=["bapak ibu"])
    assert [fault.code for fault in guard_faults(own, {"reason": "Bapak  Ibu"})] == ["STAND_IN"]
    assert guard_faults(own, {"reason": "contoh"}) == []
    assert guard_faults(made(), {"reason": "contoh"}) == []


def test_a_placeholder_is_refused_at_entry_wherever_it_stands() -> None:
    values = GOOD | {"alamat": "Jalan ${nomor_naskah}", "pengurus": [{"jabatan": "Ketua", "nama": "${x"}]}
    found = entry_faults(SISAKAT, values)
    assert [fault.path for fault in found] == ["fields.alamat", "fields.pengurus[1].nama"]
    assert {fault.code for fault in found} == {"PLACEHOLDER"}
    assert entry_faults(SISAKAT, GOOD | {"alamat": "Toko $ {murah}"}) == []
    assert entry_faults(SISAKAT, {"pengurus": "rusak", "alamat": 5}) == []


def test_letters_keep_exactly_the_three_placeholders() -> None:
    letter = SISAKAT.letters[0]
    assert letter.placeholders == PLACEHOLDERS == ("nomor_naskah", "tanggal_naskah", "ttd_pengirim")
    assert small()["letters"][0].get("placeholders") is None


def test_the_certificate_has_its_eight_lines_in_order() -> None:
    """Acceptance 13: the lines that a draft will have."""
    assert [line.label for line in SISAKAT.letters[0].lines] == [
        "Nama",
        "Jabatan",
        "Nama Partai",
        "Alamat",
        "Tingkat",
        "Nomor SK",
        "Susunan Pengurus",
        "Surat pernyataan tidak merangkap",
    ]
    assert (SISAKAT.output.label, SISAKAT.flow.acts["verifikasi"]) == ("SKT", "verifikasi")


@settings(STEADY)
@given(st.sampled_from(PLACEHOLDERS), st.lists(st.sampled_from(["", " ", "\n", "\u00a0"]), min_size=20, max_size=20))
def test_a_placeholder_left_in_a_signed_file_is_found_through_the_spaces_of_its_pdf(name: str, gaps: list[str]) -> None:
    written = "".join(letter + gap for letter, gap in zip(f"${{{name}}}", gaps, strict=False))
    assert left_in(f"Nomor : {written} tanggal", PLACEHOLDERS) == [name]
    assert left_in(f"Nomor : {name}", PLACEHOLDERS) == []
