"""Names of downloads, and a search by name that does not fail."""

from __future__ import annotations

import itertools
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.rules.names import (
    download_name,
    folded,
    is_named,
    mentions,
    next_version,
    search_key,
)
from backend.identity.rules.names import search_key as stored_key
from backend.identity.rules.names import split_titles
from tests.applications.samples import STEADY
from tests.support.server import ROOT

RULE = "{subject}_{code}_{date}_v{version}.pdf"
FIRST = ("Siti", "Nur'aini", "Ma'ruf", "I Gusti Ayu", "Muhammad", "Andi Tenri", "La Ode", "Ni Made", "Abdul", "Yosef")
LAST = ("Nuraini", "Al-Ghifari", "D'Almeida", "Hutasoit", "Putri Wulandari")
STAFF = [f"{first} {last}" for first, last in itertools.product(FIRST, LAST)]
WAYS = (
    lambda name: f"  {name.upper().replace(' ', '   ')} ",
    lambda name: name.lower().replace("'", "").replace("-", " "),
    lambda name: f"Dr. Hj. {name.replace(chr(39), chr(0x2019))}, S.Kom., M.Si.",
    lambda name: f"drs {name[: len(name) * 2 // 3].strip()}",
)


def test_a_person_is_found_200_of_200_times() -> None:
    """Acceptance 2: any part; case, spaces, apostrophe and titles ignored. Fifty people, four ways to type each."""
    tries = [(way(name), name) for name in STAFF for way in WAYS]
    found = [name for typed, name in tries if is_named(typed, folded(name))]
    assert (len(tries), len(found)) == (200, 200)


@pytest.mark.parametrize(
    ("typed", "name", "found"),
    [
        ("SITI  nur'aini", "Siti Nur\u2019aini", True),
        ("nuraini", "Siti Nur'aini", True),
        ("Dra. Siti Nuraini, M.M.", "Siti Nur'aini", True),
        ("Hj Siti Nuraini SE MM", "Siti Nur'aini", True),
        ("Drs.H.Siti Nuraini", "Siti Nur'aini", True),
        ("Ir Suk", "Sukarti", True),
        ("dr", "Hendra", True),
        ("Siti Aminah", "Siti Nur'aini", False),
        ("Budi", "Siti Nur'aini", False),
        ("", "Siti Nur'aini", False),
        (" '.- ", "Siti Nur'aini", False),
    ],
)
def test_who_is_meant(typed: str, name: str, found: bool) -> None:
    """Acceptance 2; nothing typed finds nobody, and the screen then says *tidak ditemukan*."""
    assert is_named(typed, folded(name)) is found


def test_demo_people_are_found_by_every_word_and_by_their_full_title() -> None:
    people = json.loads((ROOT / "backend" / "demo" / "demo_accounts.json").read_text())["accounts"]
    for shown in (one["name"] for one in people):
        bare = split_titles(shown)[1]
        key = stored_key(shown)
        assert is_named(shown, key), shown
        assert all(is_named(word, key) for word in bare.split()), shown


@settings(STEADY)
@given(st.text(st.characters(codec="utf-8", categories=("L", "Zs"), include_characters="'\u2019`-"), max_size=30))
def test_folding_is_the_one_of_the_personnel_file(name: str) -> None:
    """The database searches the key that the personnel file stores; a name without titles folds to the same."""
    if stored_key(name) and split_titles(name)[0] == "":
        assert stored_key(name) == folded(name)
        assert is_named(name, folded(name))


def test_nothing_but_titles_is_looked_for_as_it_was_typed() -> None:
    assert search_key("Hj.") == "hj"
    assert search_key("H. Ir.") == "ir"
    assert search_key("  ") == ""


@pytest.mark.parametrize(
    ("subject", "code", "version", "name"),
    [
        ("199003152015041901", "SK_PANGKAT", 2, "199003152015041901_SK_PANGKAT_20261122_v2.pdf"),
        ("KKL-00018", "SKP", 1, "KKL-00018_SKP_20261122_v1.pdf"),
        ("../../etc/passwd", "SKP", 1, "etc-passwd_SKP_20261122_v1.pdf"),
        ("a\r\nb\u202e", "SKP", 1, "a-b_SKP_20261122_v1.pdf"),
        ("", "SKP", 10, "x_SKP_20261122_v10.pdf"),
    ],
)
def test_a_download_is_called_by_the_rule_whatever_the_sender_wrote(
    subject: str, code: str, version: int, name: str
) -> None:
    assert download_name(RULE, subject=subject, code=code, day=date(2026, 11, 22), version=version) == name


def test_versions_rise_per_subject_and_type() -> None:
    assert next_version([]) == 1
    assert next_version([1, 2, 5]) == 6


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nama Partai : PARTAI  NUSANTARA\nRAYA", True),
        ("Partai Nusa ntara Ra\u00adya", True),
        ("Partai Nusantara Jaya", False),
        ("", False),
    ],
)
def test_a_signed_file_names_its_party_whatever_the_line_breaks(text: str, found: bool) -> None:
    assert mentions(text, "Partai Nusantara Raya") is found
    assert mentions(text, "") is False
