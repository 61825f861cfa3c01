"""The service document of a range of dates, recaps, and the routes that hand files out."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from backend.evaluation.models import ServiceDocument
from backend.evaluation.service import documents, recaps
from backend.questions.models import Question
from backend.service_figures import ServiceFigures
from backend.visitors.models import GuestVisit
from sync.ids import uuid7
from tests.evaluation.leaders import EvaluatedOffice, Leaders, answered, wib
from tests.questions.test_batches import counted

CUTI = "Bagaimana mengurus cuti besar saya?"
RANGE = {"first": "2026-11-23", "last": "2026-11-24", "reason": "Arsip bulanan"}


async def _content(office: EvaluatedOffice, record: str) -> dict[str, Any]:
    async with office.db.read() as session:
        tree = await office.directory.trees.get(session, office.agency)
        drawn = await session.get(ServiceDocument, record)
        assert drawn is not None
        return await documents.content(session, ServiceFigures(), tree, drawn, office.clock.now())


async def _drawn(office: EvaluatedOffice, **args: Any) -> dict[str, Any]:
    record = uuid7()
    done = await office.does("ketua_tim", "KTM", "evaluation.document", record, **{**RANGE, **args})
    assert done.status == "applied", done.wire()
    return await _content(office, record)


async def test_a_document_holds_exactly_the_answered_questions_of_its_dates_acceptance_14(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    """Both ends are included by the agency's clock; lists and documents filter by kind and category."""
    first = await answered(office, wib(23, 8), wib(23, 9))
    last = await answered(office, wib(24, 8), wib(24, 15, 59, 59), text=CUTI)
    await answered(office, wib(24, 8), wib(25, 8))
    office.clock.set(wib(24, 12))
    await office.ask("penyuluh", "Belum dijawab, kapan SK pangkat?")
    office.clock.set(wib(26, 9))
    found = await _drawn(office)
    numbers = {row.id: f"{row.year}-{row.running:05d}" for row in await office.rows(Question)}
    assert [one["number"] for one in found["questions"]] == [numbers[first], numbers[last]]
    assert found["n"] == 2
    entry = found["questions"][1]
    assert (entry["text"], entry["category"], entry["kind"]) == (CUTI, "Cuti", "Pertanyaan")
    assert [(one["by"], one["text"]) for one in entry["said"]][-1][1] == "Bulan depan."
    assert "1972" not in entry["asker"].replace("1972****", "")
    assert [one["text"] for one in (await _drawn(office, category="cuti"))["questions"]] == [CUTI]
    assert (await _drawn(office, kind="keluhan"))["n"] == 0
    figures = await leaders.ask(
        "ketua_tim", '{ questionFigures(period: "2026-11", category: "cuti", kind: "pertanyaan") }'
    )
    assert figures["questionFigures"]["items"] == 1


async def test_only_the_head_of_the_team_takes_questions_out_and_with_a_reason(office: EvaluatedOffice) -> None:
    for key, role in (("operator1", "OPR"), ("admin_penyaring", "ADM"), ("telepon", "TEL"), ("loket", "LKT")):
        done = await office.does(key, role, "evaluation.document", **RANGE)
        assert done.status == "rejected"
    for wrong in ({"reason": "  "}, {"last": "2026-11-01"}, {"last": "2028-01-01"}, {"first": "2026-02-30"}):
        done = await office.does("ketua_tim", "KTM", "evaluation.document", **{**RANGE, **wrong})
        assert (done.status, done.code) == ("rejected", "invalid")
    assert (await office.does("ketua_tim", "KTM", "evaluation.document", **RANGE)).status == "applied"
    assert [row.reason for row in await office.rows(ServiceDocument)] == [RANGE["reason"]]


async def test_internal_notes_and_replaced_answers_are_in_no_document(office: EvaluatedOffice) -> None:
    record = await answered(office, wib(23, 8), wib(23, 9))
    await office.act("operator1", "OPR", "question.note", uuid7(), question=record, text="Hanya petugas.")
    held = await office.pull("guru")
    [answer] = [id for (kind, id), body in held.items() if kind == "message" and body["author"] == "petugas"]
    for text in ("Tanggal 2.", "Tanggal 1."):
        given = {"text": text, "messageId": uuid7(), "versionOf": answer}
        done = await office.act("operator1", "OPR", "question.correct", record, **given)
        assert done.status == "applied", done.wire()
    [entry] = (await _drawn(office))["questions"]
    assert [one["text"] for one in entry["said"]] == ["Tanggal 1."]


async def test_documents_and_recaps_become_files(office: EvaluatedOffice) -> None:
    await answered(office, wib(23, 8), wib(23, 9), text="=1+1 apakah pangkat saya sudah terbit?")
    found = await _drawn(office)
    pdf = await documents.make(found, "pdf", office.clock.now())
    assert pdf.startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(await documents.make(found, "xlsx", office.clock.now())))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    await office.does("loket", "LKT", "visitors.month", month="2026-10", total=2743,
                      parts={"konsultasi": 413, "usul": 2324, "legalisir": 3})  # fmt: skip
    async with office.db.read() as session:
        tree = await office.directory.trees.get(session, office.agency)
        with counted(office.db) as seen:
            recap = await recaps.recap(session, ServiceFigures(), tree, 2026, office.clock.now())
    assert len(seen) <= 6
    assert {one["label"]: one["total"] for one in recap["visitors"]} == {
        "Konsultasi": 413, "Usul urusan kepegawaian": 2324, "Legalisir": 3, "Lainnya": 0, "Tidak dijelaskan": 3,
        "Jumlah": 2743,
    }  # fmt: skip
    kinds = {one["label"]: one for one in recap["kinds"]}
    assert sum(one["total"] for one in kinds.values()) == len(office.people)
    assert (kinds["PNS"]["asked"], kinds["PNS"]["unknown"]) == (1, kinds["PNS"]["total"])
    sheets = openpyxl.load_workbook(io.BytesIO(recaps.as_workbook(recap, office.clock.now()))).sheetnames
    assert sheets == ["Rekap tamu", "Rekap pegawai", "Per kecamatan"]


@pytest.mark.parametrize("year", [1999, 2100])
async def test_a_year_that_is_none_is_refused(office: EvaluatedOffice, leaders: Leaders, year: int) -> None:
    with pytest.raises(Exception, match="Tahun ini tidak dikenal"):
        await leaders.ask("sekda", "query($year: Int!) { serviceRecap(year: $year) }", year=year)


async def test_months_that_nobody_entered_are_counted_from_the_guest_register(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    """By the agency's clock; a total that was entered by hand counts instead."""
    async with office.db.write() as session:
        for day, hour, month, purpose in (
            (30, 23, 11, "usul"), (1, 8, 12, "usul"), (2, 8, 12, "konsultasi"), (2, 9, 10, "legalisir"),
        ):  # fmt: skip
            session.add(GuestVisit(
                id=uuid7(), agency=office.agency, counter=office.units["SKR"], name="Tamu", purpose=purpose,
                account=office.people["loket"], at=wib(day, hour, month=month), arrived=wib(day, hour, month=month),
            ))  # fmt: skip
    office.clock.set(wib(3, 9, month=12))
    await office.does("loket", "LKT", "visitors.month", month="2026-10", total=40)
    found = (await leaders.ask("loket", "{ visitorFigures }"))["visitorFigures"]["months"]
    assert [(one["month"], one["total"], one["source"]) for one in found] == [
        ("2026-10", 40, "diisi"), ("2026-11", 1, "buku tamu"), ("2026-12", 2, "buku tamu"),
    ]  # fmt: skip
    assert found[2]["parts"] == {"usul": 1, "konsultasi": 1}
