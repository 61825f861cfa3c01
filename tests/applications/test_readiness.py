"""Readiness of a rank promotion, a party certificate and the third service."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.form import as_form, value_faults
from backend.applications.rules.definition import FACTS as TOLD
from backend.applications.rules.fact_words import FACT_WORDS
from backend.applications.rules.fault import Fault
from backend.applications.rules.readiness import Held, Prediction, Readiness, Standing, mendable, readiness, within
from tests.applications.samples import FILES, STEADY, service

SIKAP, SISAKAT, THIRD = (service(file) for file in FILES)
PERSON = "019aa0c0-0000-7000-8000-000000000001"
FACTS: dict[str, Any] = {
    "name": "Ani Lestari",
    "rank": "Penata (III/c)",
    "tmtRank": "2023-04-01",
    "position": "Analis",
    "firstPromotion": False,
    "evaluations": 2,
    "evaluationsPoor": 0,
    "creditPointsMet": None,
}
VALUES: dict[str, Any] = {
    "employee": PERSON,
    "kind": "reguler",
    "currentRank": "Penata (III/c)",
    "tmtRank": "2023-04-01",
    "proposedRank": "Penata Tingkat I (III/d)",
    "period": "2027-04",
    "position": "Analis",
    "education": "S1",
    "newDiploma": "tidak",
}
REGULAR = {code: Held(code) for code in ("SK_PANGKAT", "SKP", "SURAT_PENGANTAR")}


def judged(values: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, held: Any = REGULAR) -> Readiness:
    values, facts = VALUES | (values or {}), FACTS | (facts or {})
    return readiness(SIKAP, values, facts, held, tuple(value_faults(SIKAP, values, facts)))


def standings(result: Readiness) -> dict[str, str]:
    return {row.code: str(row.standing) for row in result.rows}


def paths(result: Readiness) -> set[str]:
    return {fault.path for fault in result.faults}


def test_a_regular_promotion_with_its_three_documents_is_ready() -> None:
    result = judged()
    assert (result.ready, result.label, result.required, result.missing) == (True, "siap", 3, 0)
    assert result.prediction is Prediction.NONE
    assert standings(result)["SK_CPNS"] == "tidak perlu"


def test_what_is_missing_is_counted_and_named_and_predicts_btl() -> None:
    """Acceptance 6: one required item missing shows by its name."""
    result = judged(held={"SKP": Held("x")})
    assert result.label == "2 dari 3 belum ada"
    assert [fault.text for fault in result.faults] == [
        "SK pangkat terakhir belum ada.",
        "Surat pengantar unit kerja belum ada.",
    ]
    assert result.prediction is Prediction.BTL


def test_two_of_seven_for_a_functional_first_promotion_with_a_new_diploma() -> None:
    values = {"kind": "fungsional", "newDiploma": "ya"}
    needed = ("SK_CPNS", "SK_PNS", "SKP", "SK_JABATAN", "PAK", "IJAZAH", "SURAT_PENGANTAR")
    held = {code: Held(code) for code in needed if code not in ("PAK", "IJAZAH")}
    result = judged(values, {"firstPromotion": True}, held)
    assert result.label == "2 dari 7 belum ada"
    assert {code for code, said in standings(result).items() if said != "tidak perlu"} == set(needed)


def test_a_reused_document_needs_no_upload() -> None:
    """Acceptance 7."""
    result = judged(held=REGULAR | {"SK_PANGKAT": Held("v1", reused=True)})
    assert result.ready
    assert standings(result)["SK_PANGKAT"] == "dipakai ulang"


def test_a_broken_rule_predicts_tms_even_if_something_is_missing_too() -> None:
    result = judged(facts={"evaluationsPoor": 1}, held={})
    assert result.prediction is Prediction.TMS
    assert ("items.SKP", "RULE_NOT_MET") in {(fault.path, fault.code) for fault in result.faults}
    poor_credit = judged({"kind": "fungsional"}, {"creditPointsMet": False}, REGULAR)
    assert poor_credit.prediction is Prediction.TMS


def test_what_the_applicant_can_mend_of_what_blocks() -> None:
    """The place itself; a field that a check compares with; what a broken rule asks of the applicant; nothing that the
    personnel file alone says. A correction is judged by what was asked for."""
    values = {"kind": "fungsional", "proposedRank": "Pembina Utama (IV/e)", "education": ""}
    found = judged(values, {"creditPointsMet": False, "evaluationsPoor": 1})
    open_ = mendable(SIKAP, VALUES | values, found.faults)
    assert open_ == {"proposedRank", "rankReason", "education", "creditOnPaper", "SK_JABATAN", "PAK"}
    assert [fault.path for fault in within(found.faults, {"SKP", "PAK", "kind"})] == ["items.PAK"]
    unknown = judged(
        {"proposedRank": "Pembina (IV/a)", "currentRank": "III/d", "newDiploma": ""}, {"firstPromotion": None}
    )
    assert mendable(SIKAP, VALUES | {"newDiploma": ""}, unknown.faults) == {"newDiploma", "exempting"}


def test_without_final_evaluations_the_document_alone_counts() -> None:
    assert judged(facts={"evaluations": None, "evaluationsPoor": None}).ready


def test_an_unknown_fact_shows_as_unknown_and_blocks() -> None:
    facts = {name: value for name, value in FACTS.items() if name != "firstPromotion"}
    result = readiness(SIKAP, VALUES, facts, REGULAR)
    assert standings(result)["SK_PANGKAT"] == "belum diketahui"
    assert not result.ready
    blocked = [fault for fault in result.faults if fault.code == "UNKNOWN"]
    assert [fault.path for fault in blocked] == ["items.SK_CPNS", "items.SK_PANGKAT", "items.SK_PNS"]
    assert blocked[1].text == "SK pangkat terakhir: apakah ini kenaikan pangkat pertama belum diketahui."


def test_the_service_exam_is_asked_at_the_two_steps_unless_a_diploma_exempts() -> None:
    step = {"currentRank": "Penata Tingkat I (III/d)", "proposedRank": "Pembina (IV/a)"}
    assert standings(judged(step))["UJIAN"] == "belum diketahui"
    assert "fields.exempting" in paths(judged(step))
    assert standings(judged(step | {"exempting": "tidak"}))["UJIAN"] == "belum ada"
    assert standings(judged(step | {"exempting": "ya"}))["UJIAN"] == "tidak perlu"
    assert standings(judged())["UJIAN"] == "tidak perlu"


def test_another_rank_than_the_next_needs_a_reason() -> None:
    other = {"proposedRank": "Pembina (IV/a)", "exempting": "ya"}
    assert paths(judged(other)) == {"fields.proposedRank"}
    assert judged(other | {"rankReason": "Penghargaan luar biasa"}).ready
    assert paths(judged({"proposedRank": "Kapten"})) == {"fields.proposedRank"}


def test_everything_missing_comes_at_once() -> None:
    empty = readiness(SIKAP, {}, {}, {})
    required = {f"fields.{one.key}" for one in SIKAP.fields if one.required}
    assert required <= paths(empty)
    assert {"items.SKP", "items.SURAT_PENGANTAR", "items.PAK"} <= paths(empty)
    assert any(fault.text == "TMT golongan kosong. Minta petugas melengkapi." for fault in empty.faults)


def test_a_party_sends_only_a_whole_form() -> None:
    values = {
        "nama": "Rahmat", "jabatan": "Sekretaris", "nama_partai": "Partai Nusantara", "tingkat": "provinsi",
        "alamat": "Jl. Merdeka 5", "kelurahan": "Baru", "kecamatan": "Tengah", "nomor_sk": "12/SK/2026",
        "pengurus": [{"id": "r1", "jabatan": "Ketua", "nama": "Rahmat"}], "logo": PERSON,
    }  # fmt: skip
    held = {"SK_KEPENGURUSAN": Held("a"), "PERNYATAAN_TIDAK_MERANGKAP": Held("b")}
    assert readiness(SISAKAT, values, {}, held, tuple(value_faults(SISAKAT, values, {}))).label == "siap"
    for key in values:
        short = {name: value for name, value in values.items() if name != key}
        result = readiness(SISAKAT, short, {}, held)
        assert paths(result) == {f"fields.{key}"}
        assert result.label == "1 hal belum beres"


def test_the_third_service_is_judged_by_its_file_alone() -> None:
    """A service that exists as a definition only."""
    values = {"purpose": "lainnya", "copies": 2}
    result = readiness(THIRD, values, {}, {})
    assert paths(result) == {"fields.purposeText", "items.DOKUMEN"}
    assert standings(result)["SURAT_KUASA"] == Standing.OPTIONAL
    bank = {"purpose": "bank", "copies": 2}
    asked = readiness(THIRD, bank, {"positionType": "JF"}, {"DOKUMEN": Held("d")})
    assert asked.label == "1 dari 2 belum ada"
    assert readiness(THIRD, bank, {"positionType": "PELAKSANA"}, {"DOKUMEN": Held("d")}).ready
    assert paths(readiness(THIRD, bank, {}, {"DOKUMEN": Held("d")})) == {"items.SK_JABATAN"}


def test_values_are_judged_by_the_shared_form_and_by_what_it_does_not_know() -> None:
    values = {
        "purpose": "pinjam", "copies": 21, "neededBy": "besok", "purposeText": "x" * 201, "warna": "merah",
    }  # fmt: skip
    found = {fault.path: fault.text for fault in value_faults(THIRD, values | {"purpose": "lainnya"}, {})}
    assert set(found) == {"fields.copies", "fields.neededBy", "fields.purposeText", "fields.warna"}
    assert found["fields.copies"] == "Jumlah lembar paling banyak 20."
    assert [one.path for one in value_faults(THIRD, {"purpose": "pinjam"}, {})] == ["fields.purpose"]
    assert [one.path for one in value_faults(THIRD, {"copies": 1.5}, {})] == ["fields.copies"]
    assert {one.path for one in value_faults(THIRD, {"copies": float("inf")}, {})} == {"fields.copies"}
    assert {one.path for one in value_faults(THIRD, {"copies": 10**400}, {})} == {"fields.copies"}
    assert [one.path for one in value_faults(THIRD, {"neededBy": "20261122"}, {})] == ["fields.neededBy"]
    assert value_faults(THIRD, {"purpose": "bank", "purposeText": 5}, {}) == []
    assert [field.key for field in as_form(SISAKAT).fields][-1] == "nomor_sk"


def test_rows_files_and_people_are_judged() -> None:
    def found(value: Any, key: str = "pengurus") -> list[str]:
        return [fault.path for fault in value_faults(SISAKAT, {key: value}, {})]

    assert found([{"id": "r", "jabatan": "Ketua", "nama": "Ani"}] * 100) == []
    assert found([{"jabatan": "Ketua", "nama": "Ani"}] * 101) == ["fields.pengurus"]
    assert found("Ani") == ["fields.pengurus"]
    assert found([["Ani"]]) == ["fields.pengurus"]
    assert found([{"nama": 5, "umur": "7"}]) == ["fields.pengurus[1]", "fields.pengurus[1].nama"]
    assert found([{"nama": "x" * 151}]) == ["fields.pengurus[1].nama"]
    assert found(PERSON, "logo") == []
    assert found("../logo.svg", "logo") == ["fields.logo"]
    assert [fault.path for fault in value_faults(SIKAP, {"employee": 7}, {})] == ["fields.employee"]


texts = st.one_of(st.none(), st.booleans(), st.integers(-5, 10**20), st.floats(), st.text(max_size=5), st.just([]))
anything = st.one_of(texts, st.lists(texts, max_size=2), st.dictionaries(st.sampled_from(["nama", "id"]), texts))


@settings(STEADY)
@given(st.dictionaries(st.sampled_from([one.key for s in (SIKAP, SISAKAT, THIRD) for one in s.fields]), anything))
def test_any_values_are_answered_and_never_ready_with_documents_missing(values: dict[str, Any]) -> None:
    for one in (SIKAP, SISAKAT, THIRD):
        faults = value_faults(one, values, FACTS)
        result = readiness(one, values, FACTS, {}, tuple(faults))
        assert not result.ready
        assert all(isinstance(fault, Fault) and fault.text for fault in result.faults)


def test_every_fact_has_words_of_its_own() -> None:
    for subject, facts in TOLD.items():
        assert FACT_WORDS[subject].keys() == facts.keys()
        assert not set(FACT_WORDS[subject].values()) & set(facts)
