"""People files: what is read, what is refused, what is applied, what is taken back."""

import io
import time
import zipfile
from datetime import date

import openpyxl
import pytest
from sqlalchemy import func, select

from backend.audit.models import AUDIT_ENTRY
from backend.identity.models import IMPORT_CHANGE, PERSON
from backend.identity.rules import sheet
from backend.identity.service.imports import reading, reports
from backend.identity.service.imports.applying import Upload, forget_undo
from sync.errors import Refusal
from tests.identity.house import HR, TEACHER, House

HEADER = "NIP,NAMA,UNIT,JABATAN,GOLONGAN,TMT_GOLONGAN,NO_HP"


def row(serial: int, name: str = "Ani Lestari", phone: str = "") -> str:
    return f"19900315201504{1 + serial % 2}{serial:03d},{name},DIKBUD,Guru,III/b,01/04/2020,{phone}"


def many(count: int) -> str:
    lines = [HEADER]
    for n in range(count):
        birth = f"{1968 + n // 336 % 12}{1 + n // 28 % 12:02d}{1 + n % 28:02d}"
        nip = f"{birth}200004{1 + n % 2}9{n // 4032:02d}"
        lines.append(f"{nip},Ani Lestari {n},DIKBUD,Guru,III/b,2020-04-01,")
    return "\n".join(lines)


def workbook(rows: list[list[object]]) -> bytes:
    made, output = openpyxl.Workbook(), io.BytesIO()
    for line in rows:
        made.active.append(line)
    made.save(output)
    return output.getvalue()


async def check(house: House, content: str | bytes, **more):
    upload = Upload("pegawai", content.encode() if isinstance(content, str) else content, **more)
    return await house.imports.check(house.agencies["SKR"], upload)


async def refusal(attempt) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await attempt
    return caught.value


async def count(house: House) -> int:
    async with house.db.reading() as connection:
        query = select(func.count()).select_from(PERSON).where(PERSON.c.agency == house.agencies["SKR"])
        return (await connection.execute(query)).scalar_one()


async def by_nip(house: House, nip: str) -> dict | None:
    async with house.db.reading() as connection:
        row = (await connection.execute(select(PERSON).where(PERSON.c.nip == nip))).mappings().first()
        return None if row is None else dict(row)


async def test_a_thousand_rows_twice_are_a_thousand_people(house: House) -> None:
    before = await count(house)
    first = await house.import_file(many(1000))
    assert (first.counts["new"], await count(house)) == (1000, before + 1000)
    second = await house.import_file(many(1000))
    assert [second.counts[name] for name in ("new", "changed", "wrong", "same")] == [0, 0, 0, 1000]


async def test_checking_stores_nothing_and_names_every_fault(house: House) -> None:
    before = await count(house)
    checked = await check(
        house,
        f"{HEADER}\n{row(901)}\n19900315201504190,Budi,DIKBUD,Guru,III/b,31/02/2020,\n"
        f"{row(902, name='=cmd()')}\n199003152015041903,,TIDAK ADA,Guru,V/z,2020-04-01,123\n",
    )
    assert await count(house) == before
    faults = {(one.line, one.column): one.reason for one in checked.plan.problems}
    assert "18 angka. Anda menulis 17" in faults[(3, "NIP")]
    assert "Tanggal tidak ada" in faults[(3, "TMT_GOLONGAN")]
    assert "rumus" in faults[(4, "NAMA")]
    assert {(5, "NAMA"), (5, "GOLONGAN"), (5, "NO_HP")} <= set(faults)
    assert checked.plan.counts["new"] == 1


async def test_good_rows_are_applied_and_published_to_their_people(house: House) -> None:
    await house.import_file(f"{HEADER}\n{row(901, phone='0812 0000 0009')}\nrusak,Budi,,,,,\n")
    person = await by_nip(house, "199003152015042901")
    assert (person["rank"], person["tmt_rank"]) == ("Penata Muda Tingkat I (III/b)", date(2020, 4, 1))
    record = await house.record("employee", person["id"])
    assert (record.body["phone"], record.audiences) == ("0812 0000 0009", {f"person:{person['id']}"})


async def test_a_failure_while_applying_stores_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await count(house)

    async def full(*_args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("backend.identity.service.imports.applying._remember", full)
    with pytest.raises(OSError, match="disk full"):
        await house.import_file(many(600))
    assert await count(house) == before


async def test_applying_asks_for_exactly_what_was_checked(house: House) -> None:
    upload = Upload("pegawai.csv", f"{HEADER}\n{row(901)}\n".encode())
    checked = await house.imports.check(house.agencies["SKR"], upload)
    await house.import_file(f"{HEADER}\n{row(901, name='Ani Lain')}\n")
    refused = await refusal(house.imports.apply(house.agencies["SKR"], upload, checked.digest, None))
    assert refused.code == "state"
    again = await house.imports.check(house.agencies["SKR"], upload)
    assert (await house.imports.apply(house.agencies["SKR"], upload, again.digest, None)).counts["changed"] == 1


async def test_what_the_employee_owns_stays_and_the_difference_is_listed(house: House) -> None:
    teacher = house.people[TEACHER]
    await house.edit((await house.viewer(teacher)).own, teacher, phone="081200000001")
    text = f"{HEADER}\n{TEACHER},Siti Nur'aini Kartika,DIKBUD,Guru Ahli Madya,IV/a,2019-04-01,081200000002\n"
    checked = await check(house, text)
    (difference,) = checked.plan.differences
    assert (difference.field, difference.kept, difference.source) == ("nomor HP", "081200000001", "081200000002")
    await house.import_file(text)
    person = await house.person(teacher)
    assert (person["phone"], person["position"]) == ("081200000001", "Guru Ahli Madya")


async def test_a_correction_stands_until_the_source_agrees(house: House) -> None:
    teacher, hr = house.people[TEACHER], await house.working_as(house.people[HR], "HRA")
    await house.edit(hr, teacher, position="Guru Ahli Madya")
    first = await house.import_file(f"{HEADER}\n{TEACHER},Siti Nur'aini Kartika,DIKBUD,Guru,,,\n")
    assert first.counts["same"] == 1
    assert (await house.person(teacher))["position"] == "Guru Ahli Madya"
    await house.import_file(f"NIP,NAMA,JABATAN\n{TEACHER},Siti Nur'aini Kartika,Guru Ahli Madya\n")
    person = await house.person(teacher)
    assert (person["position"], person["corrected"]) == ("Guru Ahli Madya", [])


async def test_one_number_with_different_content_makes_both_rows_wrong(house: House) -> None:
    checked = await check(house, f"{HEADER}\n{row(901)}\n{row(901, name='Ani Lain')}\n{row(903)}\n{row(903)}\n")
    assert [draft.line for draft in checked.wrong] == [2, 3]
    assert checked.plan.merged == [(5, "Ani Lestari")]
    assert checked.plan.counts["new"] == 1


async def test_people_who_are_not_in_the_source_are_listed_and_kept(house: House) -> None:
    checked = await check(house, f"{HEADER}\n{row(901)}\n")
    assert "Siti Nur'aini Kartika, S.Pd." in [name for _, name in checked.plan.absent]
    before = await count(house)
    await house.import_file(f"{HEADER}\n{row(901)}\n")
    assert await count(house) == before + 1


async def test_superiors_are_found_in_the_file_and_never_in_a_circle(house: House) -> None:
    header = "NIP,NAMA,NIP_ATASAN"
    one, two, three = "199003152015041901", "199003152015041902", "199003152015041903"
    await house.import_file(f"{header}\n{one},Ani,{two}\n{two},Budi,\n")
    assert (await by_nip(house, one))["superior"] == (await by_nip(house, two))["id"]
    circle = await check(house, f"{header}\n{three},Citra,{three}\n199003152015041904,Dedi,199003152015041905\n")
    assert [draft.line for draft in circle.wrong] == [2, 3]


async def test_an_implausible_nip_needs_a_written_reason(house: House) -> None:
    text = "NIP,NAMA\n200311022021111919,Ani Lestari\n"
    assert "di bawah 18 tahun" in (await check(house, text)).plan.problems[0].reason
    assert (await check(house, text, reason="Sesuai SK")).plan.counts["new"] == 1


async def test_a_staff_member_who_got_a_nip_is_the_same_person(house: House) -> None:
    before = await count(house)
    text = "NIP,KODE_STAF,NAMA,JENIS\n199506302024211906,SKR-00026,Sekar Ayu Ningtyas,PPPK\n"
    done = await house.import_file(text)
    assert (done.counts["merged"], done.counts["changed"], await count(house)) == (1, 1, before)
    assert (await house.person(house.people["SKR-00026"]))["kind"] == "PPPK"


async def test_an_import_can_be_taken_back_for_a_day(house: House) -> None:
    before = await house.person(house.people[TEACHER])
    start = await count(house)
    text = f"{HEADER}\n{row(901)}\n{TEACHER},Siti Nur'aini Kartika,DINKES,Guru Ahli Madya,IV/a,2019-04-01,\n"
    done = await house.import_file(text)
    new = await by_nip(house, "199003152015042901")
    undone = await house.imports.undo(house.agencies["SKR"], done.batch, None)
    assert (undone.removed, undone.restored, undone.kept) == (1, 1, 0)
    assert await count(house) == start
    assert await house.person(house.people[TEACHER]) == before
    assert (await house.record("employee", new["id"])).deleted
    assert (await refusal(house.imports.undo(house.agencies["SKR"], done.batch, None))).code == "state"
    assert (await refusal(house.imports.undo(house.agencies["TLP"], done.batch, None))).code == "not_found"


async def test_undoing_leaves_what_was_changed_or_used_since(house: House) -> None:
    done = await house.import_file(f"{HEADER}\n{row(901)}\n{row(902)}\n")
    used = await by_nip(house, "199003152015042901")
    await house.code_for(used["id"])
    undone = await house.imports.undo(house.agencies["SKR"], done.batch, None)
    assert (undone.removed, undone.kept) == (1, 1)
    assert await by_nip(house, "199003152015042901") is not None


async def test_after_a_day_an_import_is_final_and_its_memory_gone(house: House) -> None:
    done = await house.import_file(f"{HEADER}\n{row(901)}\n")
    now = house.clock.advance(hours=24, seconds=1)
    assert (await refusal(house.imports.undo(house.agencies["SKR"], done.batch, None))).code == "state"
    async with house.db.writing() as connection:
        await forget_undo(connection, now)
        assert (await connection.execute(select(func.count()).select_from(IMPORT_CHANGE))).scalar_one() == 0
        acts = (await connection.execute(select(AUDIT_ENTRY.c.act))).scalars().all()
    assert "people.import" in acts


async def test_a_county_is_checked_in_seconds(house: House) -> None:
    content = many(8161)
    start = time.perf_counter()
    checked = await check(house, content)
    assert checked.plan.counts["new"] == 8161
    assert time.perf_counter() - start < 20


async def test_columns_without_a_number_ask_to_be_mapped_by_hand(house: House) -> None:
    text = "Nomor Induk,Nama Lengkap\n199003152015041901,Ani Lestari\n"
    refused = await refusal(check(house, text))
    assert (refused.code, refused.detail["headers"]) == ("import_columns", ["Nomor Induk", "Nama Lengkap"])
    assert (await check(house, text, mapping={"NIP": "Nomor Induk"})).plan.counts["new"] == 1


def table_of(content: bytes) -> list[list[sheet.Cell]]:
    return reading.read_sheet(content).rows


def test_a_nip_stored_as_a_number_is_damaged() -> None:
    content = workbook([["NIP", "NAMA"], [199003152015041901, "Ani"], ["199003152015041901", "Ani"]])
    first, second = table_of(content)
    columns = {"NIP": 0, "NAMA": 1}
    wrong = sheet.read_row(2, first, columns, date(2026, 11, 20))
    assert [one.reason for one in wrong.problems] == ["Kolom NIP harus berformat teks."]
    assert sheet.read_row(3, second, columns, date(2026, 11, 20)).problems == []
    shown = sheet.read_row(2, ["1.99003E+17", "Ani"], columns, date(2026, 11, 20))
    assert shown.problems[0].reason == "Kolom NIP harus berformat teks."


@pytest.mark.parametrize("cell", ["2020-02-28", "28/02/2020", "28-02-2020", date(2020, 2, 28), 43889])
def test_dates_in_their_four_forms(cell: sheet.Cell) -> None:
    assert sheet.read_date(cell) == date(2020, 2, 28)


def test_semicolons_and_a_byte_order_mark_are_read() -> None:
    assert table_of(b"\xef\xbb\xbfNIP;NAMA\n1;Ani, S.Pd.\n") == [["1", "Ani, S.Pd."]]


def bomb() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 130_000_000)
    return output.getvalue()


def changed_sheet(old: bytes, new: bytes) -> bytes:
    """A workbook whose worksheet has ``new`` in place of ``old``."""
    output = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(workbook([["NIP", "NAMA"], ["1", "Ani"]])))
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.infolist():
            content = source.read(part)
            archive.writestr(part, content.replace(old, new) if "sheet1" in part.filename else content)
    return output.getvalue()


def moved_sheet(place: str) -> bytes:
    """A workbook that keeps its sheet under another name, with a cell so far away that a table of all would be huge."""
    output = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(changed_sheet(b'r="A2"', b'r="XFD1048576"')))
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.infolist():
            content = source.read(part).replace(b"worksheets/sheet1.xml", place.encode())
            archive.writestr(f"xl/{place}" if "sheet1.xml" in part.filename else part.filename, content)
    return output.getvalue()


HOSTILE = {
    "empty": b"",
    "only a header": b"NIP,NAMA\n",
    "too large": b"x" * (reading.MAX_BYTES + 1),
    "binary": bytes(range(256)) * 100,
    "latin-1": "NIP,NAMA\n1,Andr\xe9\n".encode("latin-1"),
    "utf-16": "NIP,NAMA\n1,Ani\n".encode("utf-16"),
    "open quote": b'NIP,NAMA\n"1,Ani\n',
    "old XLS": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "zip of something else": b"PK\x03\x04" + b"\0" * 100,
    "zip bomb": bomb(),
    "formula": workbook([["NIP", "NAMA"], ["=1+1", "Ani"]]),
    "cell at the end of the world": changed_sheet(b'r="A2"', b'r="XFD1048576"'),
    "sheet elsewhere": moved_sheet("other/data.xml"),
    "sheet with another ending": moved_sheet("worksheets/sheet1.txt"),
    "sheet in capitals": moved_sheet("worksheets/SHEET1.XML"),
    "cells without a place": changed_sheet(b'<c r="A2"', b"<c"),
    "place by an entity": changed_sheet(b'r="A2"', b'r="&#88;FD1048576"'),
    "entities": changed_sheet(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
    "too many rows": b"NIP,NAMA\n" + b"1,A\n" * 100_001,
    "too many columns": b"NIP,NAMA" + b",x" * 200 + b"\n1,A\n",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        reading.read_sheet(content)
    assert caught.value.code == "import_file"
    assert "Belum ada yang disimpan." in caught.value.message


def test_wrong_rows_come_back_without_formulas_and_can_be_uploaded_again() -> None:
    header: list[sheet.Cell] = ["NIP", "NAMA"]
    cells: list[sheet.Cell] = ["199003152015041901", "=HYPERLINK(1)"]
    draft = sheet.read_row(2, cells, {"NIP": 0, "NAMA": 1}, date(2026, 11, 20))
    assert b"'=HYPERLINK(1)" in reports.as_csv(header, [draft])
    for content in (reports.as_csv(header, [draft]), reports.as_xlsx(header, [draft])):
        again = reading.read_sheet(content)
        assert again.header == ["NIP", "NAMA", "ALASAN"]
        assert again.rows[0][:2] == cells
    assert openpyxl.load_workbook(io.BytesIO(reports.as_xlsx(header, [draft]))).active["B2"].data_type == "s"
