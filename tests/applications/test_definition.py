"""Everything that can be wrong with a definition is said, all at once, with code, place and sentence."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.applications.reading import MOST_BYTES, built_in, read, read_file, read_toml
from backend.applications.rules import flow_faults
from backend.applications.rules.canonical import canonical, digest
from backend.applications.rules.states import Act, State
from tests.applications.samples import FILES, SMALL, STEADY, first_field, first_item, raw, small

SOUND = [pytest.param(file, id=file.stem) for file in FILES]


@pytest.mark.parametrize("file", SOUND)
def test_the_three_services_are_without_faults(file: Path) -> None:
    assert [str(fault) for fault in read_file(file).faults] == []


def test_the_house_brings_two_services_and_the_third_is_a_file_of_the_tests() -> None:
    assert [service.code for service in built_in()] == ["sikap", "sisakat"]


def _nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"eq": ["kind", "a"]}
    for _ in range(depth):
        condition = {"not": condition}
    return condition


def _field(**member: Any) -> dict[str, Any]:
    return small(fields=[*copy.deepcopy(SMALL["fields"]), {"key": "baru", "label": "Baru", "type": "text"} | member])


def _steps(*left_out: str, **more: Any) -> dict[str, Any]:
    """The usual table written out, without some acts, with rows replaced or added by name."""
    rows: dict[str, dict[str, Any]] = {
        "buat": {"act": "buat", "to": "draf", "who": ["pemohon"]},
        "kirim": {"act": "kirim", "states": ["draf", "dikembalikan"], "to": "diajukan", "who": ["pemohon"]},
        "buka": {"act": "buka", "states": ["diajukan"], "to": "diperiksa", "who": ["verifikator"]},
        "kembalikan": {"act": "kembalikan", "states": ["diperiksa"], "to": "dikembalikan", "who": ["verifikator"]},
        "verifikasi": {"act": "verifikasi", "states": ["diperiksa"], "to": "diverifikasi", "who": ["verifikator"]},
        "terbitkan": {"act": "terbitkan", "states": ["diverifikasi"], "to": "selesai", "who": ["penerbit"]},
    }
    chosen = {name: row for name, row in (rows | more).items() if name not in left_out}
    return small(flow={"steps": list(chosen.values())})


def _rows(column: dict[str, Any]) -> dict[str, Any]:
    return _field(type="rows", columns=[{"key": "a", "label": "A"} | column])


def _letter(changed: dict[str, Any]) -> dict[str, Any]:
    return small(letters=[{"code": "N1", "title": "N"} | changed])


def _notice(changed: dict[str, Any], **more: Any) -> dict[str, Any]:
    return small(notices=[{"state": "selesai", "to": ["pemohon"], "text": "x"} | changed], **more)


def _due(changed: dict[str, Any]) -> dict[str, Any]:
    due = {"kind": "a", "fact": "tmtRank", "years": 4} | changed
    return small(periods={"months": [4], "kind": "kind", "due": [due]})


OUT = {"act": "proses_luar", "states": ["diverifikasi"], "to": "diproses_luar", "who": ["penerbit"]}
ASK = {"act": "minta_perbaikan", "states": ["diproses_luar"], "to": "perbaikan", "who": ["verifikator"]}
AGAIN = {"act": "kirim_ulang", "states": ["perbaikan"], "to": "diproses_luar", "who": ["pemohon"]}

FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    # shape
    ("UNKNOWN_MEMBER", "warna", small(warna="merah")),
    ("UNKNOWN_MEMBER", "fields.reason.wajib", first_field(wajib=True)),
    ("MISSING_MEMBER", "title", small(title=None)),
    ("MISSING_MEMBER", "fields[2].key", small(fields=[SMALL["fields"][0], {"label": "Tanpa kunci", "type": "text"}])),
    ("WRONG_TYPE", "version", small(version="1")),
    ("WRONG_TYPE", "version", small(version=True)),
    ("WRONG_TYPE", "fields", small(fields="semua")),
    ("WRONG_TYPE", "flow.outside", small(flow={"outside": 1})),
    ("BAD_CHOICE", "subject", small(subject="kapal")),
    ("BAD_CHOICE", "fields.reason.type", first_field(type="teks")),
    # head and keys
    ("BAD_TEXT", "title", small(title="Layanan \x00")),
    ("BAD_TEXT", "title", small(title="Layanan \ud800")),
    ("TOO_DEEP", "items[1]", first_item(when=_nested(400))),
    ("BAD_KEY", "code", small(code="Uji Coba")),
    ("BAD_KEY", "fields.9x", first_field(key="9x")),
    ("BAD_KEY", "items.surat", first_item(code="surat")),
    ("BAD_VERSION", "version", small(version=0)),
    ("BAD_VERSION", "version", small(version=10**30)),
    ("EMPTY_TEXT", "title", small(title="  ")),
    ("EMPTY_TEXT", "fields.reason", first_field(label=" ")),
    ("EMPTY_TEXT", "items.SURAT", first_item(label="")),
    ("DUPLICATE_KEY", "fields.kind", _field(key="kind")),
    ("DUPLICATE_KEY", "items.LAIN", first_item(code="LAIN")),
    ("DUPLICATE_KEY", "letters.NASKAH", small(letters=SMALL["letters"] * 2)),
    ("DUPLICATE_KEY", "fields.baru.options", _field(type="choice", options=[{"value": "x", "label": "X"}] * 2)),
    ("TOO_MANY", "fields", small(fields=[{"key": f"f{n}", "label": "F", "type": "text"} for n in range(101)])),
    ("TOO_MANY", "items", small(items=[{"code": f"ITEM{n}", "label": "I"} for n in range(61)])),
    ("TOO_MANY", "fields.baru.max", _field(type="rows", max=101, columns=[{"key": "a", "label": "A"}])),
    # fields
    ("OPTIONS_MISSING", "fields.baru.options", _field(type="choice", options=[{"value": "x", "label": "X"}])),
    ("OPTIONS_STRAY", "fields.baru.options", _field(options=[{"value": "x", "label": "X"}])),
    ("COLUMNS_MISSING", "fields.baru.columns", _field(type="rows")),
    ("COLUMNS_STRAY", "fields.baru.columns", _field(columns=[{"key": "a", "label": "A"}])),
    ("BAD_KEY", "fields.baru.columns.id", _rows({"key": "id"})),
    ("OUT_OF_RANGE", "fields.baru.columns.a", _rows({"max_length": 0})),
    ("LIMIT_REVERSED", "fields.baru", _field(min=5, max=4)),
    ("UNKNOWN_FACT", "fields.baru.fact", _field(fact="hobi")),
    ("FACT_MISSING", "fields.baru.fact", _field(owner="import")),
    ("UNKNOWN_VALIDATOR", "fields.baru.validators", _field(validators=["cantik"])),
    ("UNKNOWN_VALIDATOR", "fields.baru.validators", _field(validators=["whole"])),
    ("UNKNOWN_VALIDATOR", "fields.baru.validators", _field(validators=["next_rank"])),
    ("UNKNOWN_FIELD", "fields.baru.validators", _field(validators=["next_rank:rank:alasan"])),
    (
        "GROUP_OWNERS",
        "fields.g",
        small(
            fields=[
                {"key": "a", "label": "A", "type": "text", "group": "g"},
                {"key": "b", "label": "B", "type": "text", "group": "g", "owner": "officer"},
            ],
            letters=[],
        ),
    ),
    # documents
    ("FILE_TYPE", "items.SURAT.types", first_item(types=["svg"])),
    ("FILE_TYPE", "items.SURAT.types", first_item(types=[])),
    ("FILE_LIMIT", "items.SURAT.limit", first_item(limit=10_000_001)),
    ("FILE_LIMIT", "files.image_bytes", small(files={"image_bytes": 0})),
    ("VALID_WITHOUT_REUSE", "items.SURAT.valid_months", first_item(reusable=False, valid_months=3)),
    ("OUT_OF_RANGE", "items.SURAT.valid_months", first_item(valid_months=0)),
    ("OUT_OF_RANGE", "items.SURAT.valid_months", first_item(valid_months=10**9)),
    ("EMPTY_TEXT", "items.SURAT.must_text", first_item(must={"exists": "kind"})),
    ("UNKNOWN_LETTER", "items.SURAT.letter", first_item(letter="TIADA")),
    ("NAME_RULE", "files.name", small(files={"name": "{subject}.pdf"})),
    ("NAME_RULE", "files.name", small(files={"name": "../{code}_{version}.pdf"})),
    ("UNKNOWN_TOKEN", "files.name", small(files={"name": "{code}_{version}_{pemilik}.pdf"})),
    # conditions
    ("UNKNOWN_FIELD", "items.SURAT.when.eq", first_item(when={"eq": ["jenis", "a"]})),
    ("UNKNOWN_FACT", "items.SURAT.when.exists", first_item(when={"exists": "subject.hobi"})),
    ("CONDITION_VALUE", "items.SURAT.when.in", first_item(when={"in": ["kind", ["a", "c"]]})),
    ("CONDITION_VALUE", "items.SURAT.when.eq", first_item(when={"eq": ["subject.firstPromotion", "ya"]})),
    ("CONDITION_VALUE", "items.SURAT.when.gte", first_item(when={"gte": ["subject.tmtRank", "1-4-2026"]})),
    ("CONDITION_SHAPE", "items.SURAT.when", first_item(when={"sama": ["kind", "a"]})),
    ("CONDITION_SHAPE", "items.SURAT.when", first_item(when={"exists": "kind", "not": {"exists": "kind"}})),
    ("CONDITION_SHAPE", "items.SURAT.when", first_item(when="selalu")),
    ("CONDITION_SHAPE", "items.SURAT.when.all", first_item(when={"all": []})),
    ("CONDITION_SHAPE", "items.SURAT.when.any[0].eq", first_item(when={"any": [{"eq": ["kind"]}]})),
    ("CONDITION_SHAPE", "items.SURAT.when.exists", first_item(when={"exists": ["kind"]})),
    ("CONDITION_SHAPE", "items.SURAT.when.in", first_item(when={"in": ["kind", []]})),
    ("CONDITION_DEPTH", "items.SURAT.when" + ".not" * 9, first_item(when=_nested(12))),
    ("CONDITION_SIZE", "items.SURAT.when", first_item(when={"any": [{"exists": "kind"}] * 101})),
    ("NEVER_KNOWN", "items.SURAT.when.eq", first_item(when={"eq": ["people", "x"]})),
    ("NEVER_KNOWN", "items.SURAT.when.gte", first_item(when={"gte": ["kind", "a"]})),
    ("NEVER_KNOWN", "items.SURAT.when", first_item(when={"eq": ["note", "x"]})),
    ("CONDITION_CYCLE", "fields.reason.when", first_field(when={"eq": ["reason", "x"]})),
    ("EMPTY_TEXT", "confirm_text", small(confirm={"eq": ["kind", "a"]})),
    # roles and steps
    ("UNKNOWN_ROLE", "roles.pemohon", small(roles=SMALL["roles"] | {"pemohon": ["RAJA"]})),
    ("UNKNOWN_PART", "roles.tamu", small(roles=SMALL["roles"] | {"tamu": ["PEG"]})),
    ("ROLE_CONFLICT", "roles.pemohon", small(roles=SMALL["roles"] | {"pemohon": ["VER"]})),
    ("ROLE_MISSING", "roles", small(roles={"pemohon": ["PEG"], "penerbit": ["SUP"]})),
    ("UNKNOWN_STATE", "flow.names.tidur", small(flow={"names": {"tidur": "Tidur"}})),
    ("EMPTY_TEXT", "flow.names.selesai", small(flow={"names": {"selesai": ""}})),
    ("UNKNOWN_ACT", "flow.acts.terbang", small(flow={"acts": {"terbang": "Terbang"}})),
    ("UNKNOWN_ACT", "flow.who.terbang", small(flow={"who": {"terbang": ["pemohon"]}})),
    ("UNKNOWN_PART", "flow.who.terbitkan", small(flow={"who": {"terbitkan": ["tamu"]}})),
    ("NOBODY", "flow.who.terbitkan", small(flow={"who": {"terbitkan": []}})),
    ("WATCHER_ACTS", "flow.who.terbitkan", small(flow={"who": {"terbitkan": ["pemantau"]}})),
    ("STEP_UNUSED", "flow.who.kirim_ulang", small(flow={"outside": False, "who": {"kirim_ulang": ["pemohon"]}})),
    ("MISSING_STEP", "flow.steps", _steps("kembalikan")),
    ("MISSING_STEP", "flow.steps", _steps("terbitkan")),
    ("DEAD_END", "flow.steps", _steps("terbitkan")),
    ("UNREACHABLE_STATE", "flow.steps", _steps(ulang=AGAIN)),
    ("NO_EXIT", "flow.steps", _steps("terbitkan", luar=OUT, minta=ASK, ulang=AGAIN)),
    ("STEP_NOT_ALLOWED", "flow.steps[7]", _steps(lompat={**OUT, "states": ["draf"]})),
    ("STEP_NOT_ALLOWED", "flow.steps[7]", _steps(lompat={**OUT, "to": "selesai"})),
    ("UNKNOWN_STATE", "flow.steps[7]", _steps(lompat={**OUT, "to": "bulan"})),
    ("UNKNOWN_ACT", "flow.steps[7]", _steps(lompat={**OUT, "act": "lompat"})),
    # letters, output, notices, page
    ("BAD_KEY", "letters.naskah", small(letters=[{"code": "naskah", "title": "N"}])),
    ("EMPTY_TEXT", "letters.N1.title", small(letters=[{"code": "N1", "title": ""}])),
    ("BAD_KEY", "letters.N1.placeholders", _letter({"placeholders": ["nomor naskah"]})),
    (
        "LETTER_EARLY",
        "output.letter",
        small(
            letters=[{"code": "N1", "title": "N", "state": "draf"}],
            output={"code": "HASIL", "label": "U", "letter": "N1"},
        ),
    ),
    ("UNKNOWN_STATE", "letters.N1.state", _letter({"state": "tidur"})),
    ("UNKNOWN_TOKEN", "letters.N1.intro", _letter({"intro": "{hobi}"})),
    ("UNKNOWN_PLACEHOLDER", "letters.N1.intro", _letter({"intro": "${cap}"})),
    ("BAD_TOKEN", "letters.N1.intro", _letter({"intro": "{reason"})),
    ("EMPTY_TEXT", "letters.N1.lines[1]", _letter({"lines": [{"label": "", "value": ""}]})),
    ("BAD_KEY", "output.code", small(output={"code": "hasil", "label": "Unduh"})),
    ("EMPTY_TEXT", "output.label", small(output={"code": "HASIL", "label": ""})),
    ("UNKNOWN_LETTER", "output.letter", small(output={"code": "HASIL", "label": "U", "letter": "TIADA"})),
    ("LETTER_MISSING", "output.letter", small(output={"code": "HASIL", "label": "U", "signed": True})),
    ("UNKNOWN_TOKEN", "output.number_pattern", small(output={"code": "AB", "label": "U", "number_pattern": "{x}/1"})),
    ("UNKNOWN_STATE", "notices[1]", _notice({"state": "tidur"})),
    ("UNREACHABLE_STATE", "notices[1]", _notice({"state": "perbaikan"}, flow={"outside": False})),
    ("UNKNOWN_PART", "notices[1]", _notice({"to": ["tetangga"]})),
    ("NOBODY", "notices[1]", _notice({"to": []})),
    ("EMPTY_TEXT", "notices[1]", _notice({"text": ""})),
    ("TEXT_TOO_LONG", "notices[1]", _notice({"text": "x" * 301})),
    ("PRIVATE_TOKEN", "notices[1]", _notice({"text": "{subject.name}: {status}"})),
    ("PRIVATE_TOKEN", "notices[1]", _notice({"text": "NIP 199003152015041901"})),
    ("UNKNOWN_MEMBER", "messages.sapaan", small(messages={"sapaan": "Halo"})),
    ("EMPTY_TEXT", "messages.menu", small(messages={"menu": " "})),
    ("EMPTY_TEXT", "guard", small(guard=["contoh", ""])),
    ("BAD_ADDRESS", "page.video", small(page={"video": "http://contoh.test/v"})),
    ("EMPTY_TEXT", "page.fee", small(page={"fee": ""})),
    ("EMPTY_TEXT", "page.procedure", small(page={"procedure": ["Isi", ""]})),
    # times
    ("OUT_OF_RANGE", "timers.promise_minutes", small(timers={"promise_minutes": 0})),
    ("OUT_OF_RANGE", "retention.case_years", small(retention={"case_years": 0})),
    ("OUT_OF_RANGE", "retention.draft_days", small(retention={"draft_days": 0})),
    ("BAD_MONTHS", "periods.months", small(periods={"months": [4, 13]})),
    ("BAD_MONTHS", "periods.months", small(periods={"months": [4, 4]})),
    ("LIMIT_REVERSED", "periods", small(periods={"months": [4], "opens_months": 1, "closes_months": 1})),
    ("OUT_OF_RANGE", "periods.grace_hours", small(periods={"months": [4], "grace_hours": -1})),
    ("UNKNOWN_FIELD", "periods.kind", small(periods={"months": [4], "kind": "jenis"})),
    ("CONDITION_VALUE", "periods.due[1]", _due({"kind": "c"})),
    ("UNKNOWN_FACT", "periods.due[1]", _due({"fact": "rank"})),
    ("OUT_OF_RANGE", "periods.due[1]", _due({"years": -1})),
]  # fmt: skip


@pytest.mark.parametrize(("code", "path", "body"), FAULTS, ids=[f"{code}-{path}" for code, path, _ in FAULTS])
def test_every_fault_is_named_with_place_and_sentence(code: str, path: str, body: dict[str, Any]) -> None:
    result = read(body)
    assert result.service is None
    said = [(fault.code, fault.path) for fault in result.faults]
    assert (code, path) in said, said
    assert all(fault.text.endswith(".") for fault in result.faults)


SOURCES = ("reading.py", "rules/definition_faults.py", "rules/flow_faults.py", "rules/text_faults.py",
           "rules/conditions.py", "rules/names.py")  # fmt: skip


def test_every_code_that_can_be_said_has_its_case() -> None:
    room = Path(flow_faults.__file__).parent.parent
    text = "".join((room / source).read_text() for source in SOURCES)
    codes = set(re.findall(r'(?:Fault\(\s*[^"]*?(?:f?"[^"]*",)?\s*|_refused\(|: \()"([A-Z][A-Z_]+)"', text))
    assert len(codes) > 40
    of_files = {"FILE", "NOT_TOML", "TOO_LARGE"}
    assert codes - {code for code, _, _ in FAULTS} - of_files == set()


def test_one_mistake_is_one_fault() -> None:
    """What is unknown only because its own row was unreadable is not reported a second time."""
    fields = copy.deepcopy(SMALL["fields"])
    fields[1]["type"] = "pilihan"
    body = small(fields=fields, items=[{"code": "SURAT", "label": "S", "when": {"eq": ["kind", "a"]}}])
    assert [(fault.code, fault.path) for fault in read(body).faults] == [("BAD_CHOICE", "fields.kind.type")]
    options = [{"value": "a", "label": 1}, {"value": "b", "label": "B"}, {"value": "c", "label": "C"}]
    fields[1] |= {"type": "choice", "options": options}
    assert [fault.path for fault in read(body).faults] == ["fields.kind.options[1].label"]


def test_all_faults_come_at_once() -> None:
    """Faults of shape, of sense, of steps and of texts in one answer."""
    body = _steps("terbitkan")
    body["fields"][0]["type"] = "gambar"
    body["items"][0]["when"] = {"eq": ["tiada", "x"]}
    body["notices"][0]["text"] = ""
    body["warna"] = "merah"
    found = {fault.code for fault in read(body).faults}
    assert {"BAD_CHOICE", "UNKNOWN_FIELD", "EMPTY_TEXT", "UNKNOWN_MEMBER", "MISSING_STEP", "DEAD_END"} <= found


def test_a_file_that_is_no_definition_is_refused_in_words(tmp_path: Path) -> None:
    assert [fault.code for fault in read_file(tmp_path / "tiada.toml").faults] == ["FILE"]
    assert [fault.code for fault in read_toml(b"code = ").faults] == ["NOT_TOML"]
    assert [fault.code for fault in read_toml(b"\xff\xfe").faults] == ["NOT_TOML"]
    assert [fault.code for fault in read_toml(b"#" * (MOST_BYTES + 1)).faults] == ["TOO_LARGE"]
    assert [fault.code for fault in read([1]).faults] == ["WRONG_TYPE"]
    assert "WRONG_TYPE" in {fault.code for fault in read(small(version=float("nan"))).faults}
    assert "timers.promise_minutes" in {
        fault.path for fault in read_toml(b"[timers]\npromise_minutes = 2026-01-01T00:00:00\n").faults
    }


def test_a_table_without_any_way_to_the_end_is_refused_whatever_is_left_out() -> None:
    """Leaving a needed act out of the table is always a fault; leaving out rejection or cancelling is not."""
    acts = ["buat", "kirim", "buka", "kembalikan", "verifikasi", "terbitkan"]
    for act in acts:
        assert "MISSING_STEP" in {fault.code for fault in read(_steps(act)).faults}, act
    assert read(_steps()).service is not None
    assert set(acts) == {str(act) for act in flow_faults.NEEDED}


# --- one spelling --------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SOUND)
def test_canonical_json_reads_back_to_the_same_service(file: Path) -> None:
    service = read_file(file).service
    assert service is not None
    again = read(json.loads(canonical(service)))
    assert again.faults == ()
    assert again.service == service
    assert canonical(again.service) == canonical(service)
    assert digest(again.service) == digest(service)


def test_the_order_of_members_is_no_difference_the_order_of_rows_is() -> None:
    service = read(SMALL).service
    turned = read(dict(reversed(SMALL.items()))).service
    moved = read(small(items=SMALL["items"][::-1])).service
    assert service is not None
    assert turned is not None
    assert moved is not None
    assert digest(turned) == digest(service)
    assert digest(moved) != digest(service)


def test_what_stands_at_its_default_is_not_in_the_canonical_form() -> None:
    """So that a member which a later version of the software adds changes no stored hash."""
    bare, spelled = read(SMALL).service, read(small(flow={"outside": True}, one_active=False, guard=[])).service
    assert bare is not None
    assert spelled is not None
    assert canonical(bare) == canonical(spelled)
    assert "outside" not in canonical(bare)


json_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 200),
    st.floats(),
    st.text(max_size=6),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.sampled_from(["key", "code", "eq", "label", "x"]), st.text(max_size=3), max_size=2),
)


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for name, one in inner for found in _places(one, (*place, name)))][1 if not place else 0 :]


BODIES = [raw(file) for file in FILES]


@settings(STEADY, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_damage_to_a_definition_is_answered_never_a_crash(data: st.DataObject) -> None:
    """Whatever an administrator sends: a service without faults that survives its own spelling, or faults in words."""
    body = copy.deepcopy(data.draw(st.sampled_from(BODIES)))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(_places(body)))
        holder: Any = body
        for part in way:
            holder = holder[part]
        if data.draw(st.booleans()):
            holder[last] = data.draw(json_values)
        else:
            holder.pop(last)
        if not _places(body):
            break
    result = read(body)
    assert (result.service is None) == bool(result.faults)
    if result.service is not None:
        assert read(json.loads(canonical(result.service))).service == result.service
        steps = result.service.steps()
        assert any(step.act is Act.SUBMIT for step in steps)
        assert any(step.to is State.DONE for step in steps)
