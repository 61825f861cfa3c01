"""Rules about people that need no database: numbers, names, phones, passwords, grants."""

import json
from datetime import date
from pathlib import Path

import pytest

from backend.identity.rules import names, numbers, passwords, phones, roles, throttle

VECTORS = Path(__file__).parent.parent / "vectors"


def cases(name: str) -> list[dict]:
    return json.loads((VECTORS / name).read_text())["cases"]


@pytest.mark.parametrize("case", cases("nip.json"))
def test_nip(case: dict) -> None:
    nip = numbers.parse_nip(case["in"]["nip"], date.fromisoformat(case["in"]["as_of"]))
    got = {"ok": nip.ok, "errors": list(nip.errors), "warnings": list(nip.warnings)}
    if nip.ok:
        got |= {
            "normalised": nip.normalised,
            "kind": nip.kind,
            "birth_date": str(nip.birth_date),
            "service_start": nip.service_start,
            "sex": nip.sex,
        }
    assert got == case["out"]


@pytest.mark.parametrize("case", cases("phone.json"))
def test_phone(case: dict) -> None:
    phone = phones.parse_phone(case["in"]["raw"])
    if phone.error:
        got = {"ok": False, "error": phone.error}
    else:
        hashed = phone.keyed_hash(bytes.fromhex(case["in"]["key_hex"]))
        got = {
            "ok": True,
            "e164": phone.e164,
            "region": phone.region,
            "masked": phone.masked,
            "hmac_sha256": hashed,
        }
    assert got == case["out"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("19900315201504190", "18 angka. Anda menulis 17"),
        ("1990031520150419012", "Anda menulis 19"),
        ("19900315201504190O", "hanya boleh berisi angka"),
    ],
)
def test_a_refused_nip_names_the_rule(raw: str, words: str) -> None:
    assert words in numbers.parse_nip(raw, date(2026, 11, 20)).sentence


def test_others_see_the_year_of_birth_of_a_nip() -> None:
    assert numbers.mask_nip("199003152015041901") == "1990**** ****** * ***"
    assert numbers.show_nip("199003152015041901") == "19900315 201504 1 901"


def test_staff_codes_carry_a_check_digit() -> None:
    assert numbers.staff_code("KKL", 1) == "KKL-00018"
    assert numbers.parse_staff_code(" kkl-00018 ") == "KKL-00018"
    for wrong in ("KKL-00017", "KKL-0018", "K-00018", "KKLKKLK-00018", "KKL00018", ""):
        assert numbers.parse_staff_code(wrong) is None


def test_titles_stand_apart_from_the_name() -> None:
    assert names.split_titles("Dr. Lestari Ambarwati, S.E., M.M.") == ("Dr.", "Lestari Ambarwati", "S.E., M.M.")
    assert names.split_titles("Siti Nur'aini Kartika, S.Pd.") == ("", "Siti Nur'aini Kartika", "S.Pd.")
    assert names.split_titles("Prof. Dr. Ir. H. Adi") == ("Prof. Dr. Ir. H.", "Adi", "")
    assert names.split_titles("H. M. Yusuf") == ("H.", "M. Yusuf", "")
    assert names.full_name("Dr.", "Lestari Ambarwati", "S.E., M.M.") == "Dr. Lestari Ambarwati, S.E., M.M."


@pytest.mark.parametrize(
    "typed", ["siti nuraini", "NUR'AINI", "Nur\u2019aini  Kartika", "nur aini", "Dr. Siti Nuraini, M.Pd."]
)
def test_a_name_is_found_however_it_is_typed(typed: str) -> None:
    assert names.search_key(typed) in names.search_key("Siti Nur'aini Kartika")


def test_passwords_of_twelve_letters_that_nobody_can_guess() -> None:
    assert passwords.password_fault("kuda lari pagi") is None
    assert "Anda menulis 11" in (passwords.password_fault("kuda lari x") or "")
    for weak in ("aaaaaaaaaaaa", "123456789012", "Password 1234", "199003152015041901", "Lestari Ambarwati", "x" * 201):
        assert passwords.password_fault(weak, ["199003152015041901", "Lestari Ambarwati"])


def test_codes_are_read_as_people_type_them() -> None:
    assert passwords.read_code("k7qm-2p9d") == "K7QM2P9D"
    assert passwords.read_code(" oil1 0000 ") == "01110000"
    assert passwords.read_code("K7QM2P9") is None
    assert passwords.read_code("K7QM2P9U") is None


def test_a_grant_holds_on_both_its_days() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    assert roles.holds(first, last, first)
    assert roles.holds(first, last, last)
    assert not roles.holds(first, last, date(2026, 12, 1))
    assert not roles.holds(first, None, date(2026, 10, 31))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "PEG"}, "role"),
        ({"role": "ATS"}, "role"),
        ({"stand_in": True}, "to"),
        ({"end": date(2025, 1, 1)}, "to"),
        ({"kind": "EXTERNAL"}, "person"),
        ({"kind": "NON_ASN", "role": "DPB"}, "role"),
    ],
)
def test_a_faulty_grant_names_the_input(change: dict, field: str) -> None:
    good = {"kind": "PNS", "role": "OPR", "start": date(2026, 1, 1), "end": None, "stand_in": False}
    assert roles.grant_fault(**good) == {}
    assert list(roles.grant_fault(**{**good, **change})) == [field]


def test_empty_required_fields_are_named() -> None:
    assert roles.incomplete("PNS", dict.fromkeys(roles.REQUIRED, "x") | {"tmtRank": None}) == ["TMT golongan"]
    assert roles.incomplete("NON_ASN", {"unit": "x", "position": "x", "superior": "x"}) == []


def test_a_unit_below_itself_is_a_cycle() -> None:
    assert roles.has_cycle({"a": "b", "b": "a"}, ["a"])
    assert not roles.has_cycle({"a": "b", "b": None}, ["a", "b"])


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51234", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1:2:3:4", "2001:db8::"),
        ("2001:db8:0:0:ffff::9", "2001:db8::"),
        ("[2001:db8::5]:443", "2001:db8::"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
    ],
)
def test_one_address_has_one_spelling(address: str, group: str) -> None:
    """However it is written: else each spelling would have a brake of its own."""
    assert throttle.address_group(address) == group
