"""The evaluation report: six parts from measurements and from what staff wrote, frozen when it becomes final."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from backend.evaluation.models import EvaluationFile, EvaluationReport, ServiceSurvey
from sync.errors import Refusal
from sync.ids import uuid7
from tests.evaluation.leaders import EvaluatedOffice, Leaders, answered, wib
from tests.questions.test_batches import counted

PARTS = ["Latar Belakang", "Tujuan Kegiatan", "Pelaksanaan Kegiatan", "Hasil Evaluasi", "Hambatan", "Rekomendasi"]
REPORT = "query($id: ID!) { evaluationReport(id: $id) }"
OBSTACLES = (
    "Sinyal di Kecamatan Hulu Selasar sering putus.",
    "Loket tutup pada jam istirahat tanpa petugas pengganti.",
)
NEXT_QUARTER = {"month": 12, "day": 31}


async def _opened(office: EvaluatedOffice, period: str = "2026-Q4") -> str:
    record = uuid7()
    done = await office.does("ketua_tim", "KTM", "evaluation.open", record, period=period)
    assert done.status == "applied", done.wire()
    return record


async def _read(leaders: Leaders, record: str, key: str = "ketua_tim") -> dict[str, Any]:
    found: dict[str, Any] = (await leaders.ask(key, REPORT, id=record))["evaluationReport"]
    return found


async def test_two_obstacles_and_no_survey_acceptance_15(office: EvaluatedOffice, leaders: Leaders) -> None:
    """Six parts, the conclusion, both obstacles, and *belum ada data* for satisfaction."""
    await answered(office, wib(23, 8), wib(23, 9))
    for text, (key, role) in zip(OBSTACLES, (("operator1", "OPR"), ("loket", "LKT")), strict=True):
        done = await office.does(key, role, "evaluation.obstacle", period="2026-Q4", text=text)
        assert done.status == "applied", done.wire()
    content = await _read(leaders, await _opened(office))
    assert [part["title"] for part in content["parts"]] == PARTS
    assert content["parts"][4]["items"] == list(OBSTACLES)
    sections = {one["title"]: one for one in content["parts"][3]["sections"]}
    assert list(sections) == ["Akses layanan", "Waktu penanganan", "Kepuasan", "Kecepatan respons"]
    assert sections["Kepuasan"]["paragraphs"][0] == "Pengguna yang puas (nilai 3 atau 4): belum ada data."
    assert sections["Kepuasan"]["tables"] == []
    assert "%" not in " ".join(sections["Kepuasan"]["paragraphs"])
    assert "100,0% (n = 1)" in sections["Kecepatan respons"]["paragraphs"][0]
    assert content["conclusion"][-1] == "Pengguna yang puas: belum ada data."
    assert (content["place"], content["chair"]) == ("Sekar Rimba Kota", (await office.viewer("ketua_tim")).own.name)
    assert content["date"] == "23 November 2026"


async def test_satisfied_share_stands_beside_its_n(office: EvaluatedOffice, leaders: Leaders) -> None:
    """3 or 4 overall is satisfied; the first answer of a question stands; only a closed question is asked about."""
    marks = {"ease": 4, "speed": 3, "clarity": 4}
    first, second = [await answered(office, wib(day, 8), wib(day, 9)) for day in (23, 24)]
    early = await office.does("guru", None, "survey.answer", question=first, overall=4, **marks)
    assert (early.status, early.code) == ("rejected", "state")
    for record, overall in ((first, 2), (second, 3)):
        await office.act("guru", None, "question.close", record)
        done = await office.does(
            "guru", None, "survey.answer", question=record, overall=overall, comment="Cepat.", **marks
        )
        assert done.status == "applied", done.wire()
    again = await office.does("guru", None, "survey.answer", question=first, overall=4, **marks)
    assert (again.status, again.code) == ("rejected", "exists")
    stranger = await office.does("penyuluh", None, "survey.answer", question=first, overall=1, **marks)
    assert stranger.status == "rejected"
    team = {"period": "2026-Q4", "overall": 4, **marks}
    assert (await office.does("operator1", "OPR", "survey.team", **team)).status == "applied"
    assert (await office.does("operator1", "OPR", "survey.team", **team)).code == "exists"
    assert (await office.does("guru", None, "survey.team", **team)).status == "rejected"
    found = (await leaders.ask("sekda", '{ surveyResults(period: "2026-Q4") }'))["surveyResults"]
    assert (found["users"]["n"], found["users"]["satisfied"], found["users"]["share"]) == (2, 1, "50.0")
    assert found["users"]["means"]["overall"] == "2.50"
    assert (found["team"]["n"], found["team"]["share"]) == (1, "100.0")
    assert [one["comment"] for one in found["comments"]] == ["Cepat.", "Cepat."]
    assert await office.count(ServiceSurvey) == 3
    assert "guru" not in str(found)
    assert {body["about"] for body in await office.of_kind("guru", "service_survey")} == {first, second}
    assert await office.of_kind("ketua_tim", "service_survey") == []


async def test_a_draft_is_written_and_a_final_report_never_changes(office: EvaluatedOffice, leaders: Leaders) -> None:
    await answered(office, wib(23, 8), wib(23, 9))
    record = await _opened(office)
    twice = await office.does("ketua_tim", "KTM", "evaluation.open", period="2026-Q4")
    assert (twice.status, twice.code) == ("rejected", "exists")
    early = await office.does("ketua_tim", "KTM", "evaluation.finish", record)
    assert (early.status, early.code) == ("rejected", "state")
    office.clock.set(wib(31, 9, month=12))
    office.clock.advance(days=1)
    bare = await office.does("ketua_tim", "KTM", "evaluation.finish", record)
    assert (bare.status, bare.code) == ("rejected", "invalid")
    words = {"background": "Latar.", "recommendation": "=Tambah operator", "place": "Sekar Rimba", "chair": "Ketua"}
    assert (await office.does("operator1", "OPR", "evaluation.write", record, **words)).status == "rejected"
    assert (await office.does("ketua_tim", "KTM", "evaluation.write", record, **words)).status == "applied"
    assert (await office.does("ketua_tim", "KTM", "evaluation.finish", record)).status == "applied"
    fixed = await _read(leaders, record)
    assert fixed["parts"][5]["paragraphs"] == ["=Tambah operator"]
    await answered(office, office.clock.now(), office.clock.now())
    await office.does("operator1", "OPR", "evaluation.obstacle", period="2026-Q4", text="Terlambat ditulis petugas.")
    assert await _read(leaders, record) == fixed
    late = await office.does("ketua_tim", "KTM", "evaluation.write", record, **words)
    assert (late.status, late.code) == ("rejected", "state")
    files = {one.kind: one for one in await office.rows(EvaluationFile, report=record)}
    assert files["pdf"].content.startswith(b"%PDF")
    assert {one.sha256 for one in files.values()} == {hashlib.sha256(one.content).hexdigest() for one in files.values()}
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))
    assert "Balasan pertama tiap pekan" in book.sheetnames
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)
    for statement in (
        update(EvaluationReport).values(state="draf"),
        update(EvaluationFile).values(sha256="0" * 64),
        delete(EvaluationFile),
    ):
        with pytest.raises(DBAPIError):
            async with office.db.write() as session:
                await session.execute(statement)


async def test_a_withdrawn_obstacle_is_in_no_report(office: EvaluatedOffice, leaders: Leaders) -> None:
    record = uuid7()
    await office.does("operator1", "OPR", "evaluation.obstacle", record, period="2026-Q4", text=OBSTACLES[0])
    assert (await office.does("operator2", "OPR", "evaluation.withdraw", record)).status == "rejected"
    assert (await office.does("operator1", "OPR", "evaluation.withdraw", record)).status == "applied"
    content = await _read(leaders, await _opened(office))
    assert content["parts"][4]["items"] == []
    assert [body["withdrawn"] for body in await office.of_kind("ketua_tim", "evaluation_obstacle")] == [True]
    for wrong in ({"period": "2027-Q1", "text": OBSTACLES[0]}, {"period": "2026-11", "text": OBSTACLES[0]},
                  {"period": "2026-Q4", "text": "pendek"}):  # fmt: skip
        assert (await office.does("operator1", "OPR", "evaluation.obstacle", **wrong)).code == "invalid"


async def test_visitors_before_and_after_and_no_claim_without_data(office: EvaluatedOffice, leaders: Leaders) -> None:
    async def told() -> str:
        content = await _read(leaders, report)
        return " ".join(content["parts"][3]["sections"][0]["paragraphs"])

    report = await _opened(office)
    assert "Kunjungan ke kantor sebelum dan sesudah layanan: belum ada data." in await told()
    for month, total in (("2026-07", 200), ("2026-08", 999), ("2026-08", 210), ("2026-09", 190)):
        parts = {"konsultasi": 10, "usul": 20}
        done = await office.does("loket", "LKT", "visitors.month", month=month, total=total, parts=parts)
        assert done.status == "applied", done.wire()
    cost = {"started": "2026-10", "litres": "6", "price": 10000, "meal": 50000}
    assert (await office.does("loket", "LKT", "visitors.cost", **cost)).status == "rejected"
    assert (await office.does("ketua_tim", "KTM", "visitors.cost", **cost)).status == "applied"
    assert "Sesudah layanan: belum ada data, jadi penurunan belum dapat dinyatakan." in await told()
    for month, total in (("2026-10", 150), ("2026-11", 160)):
        await office.does("admin_penyaring", "ADM", "visitors.month", month=month, total=total)
    assert "Penghematan (perkiraan): 90 x Rp110.000 = Rp9.900.000." in await told()
    too_many = await office.does("loket", "LKT", "visitors.month", month="2026-10", total=5, parts={"usul": 6})
    assert (too_many.status, too_many.code) == ("rejected", "invalid")
    stray = await office.does("loket", "LKT", "visitors.month", month="2026-10", total=5, parts={"lain_lain": 1})
    assert (stray.status, stray.code) == ("rejected", "invalid")
    found = (await leaders.ask("loket", "{ visitorFigures }"))["visitorFigures"]
    assert [(one["month"], one["total"]) for one in found["months"]][1] == ("2026-08", 210)
    assert found["months"][0]["unexplained"] == 170
    assert found["road"] == {"km": 61, "units": 10, "litres": "3.7", "price": 10000, "meal": 50000}


async def test_reports_cost_a_fixed_number_of_statements_and_strangers_find_none(
    office: EvaluatedOffice, leaders: Leaders
) -> None:
    record = await _opened(office)
    costs = []
    for number in range(2):
        for place in range(5 * number):
            text = f"Hambatan nomor {place} yang cukup panjang."
            await office.does("operator1", "OPR", "evaluation.obstacle", period="2026-Q4", text=text)
        context = await leaders.context("sekda")
        with counted(office.db) as seen:
            await leaders.schema.execute(REPORT, {"id": record}, context_value=context)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 24, costs
    for key, id, code in (
        ("operator1", record, "forbidden"),
        ("sekda", uuid7(), "not_found"),
        ("sekda", "x", "not_found"),
    ):
        with pytest.raises(Refusal) as refused:
            await _read(leaders, id, key)
        assert refused.value.code == code
