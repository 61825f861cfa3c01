"""What comes out of plans and evaluations: roster, matrix, monitoring, data pull, national record, awards, paper.

Acceptance statements 8 (the print), 13 (HR's look), 14 and 16.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import openpyxl
import pytest
import strawberry
from sqlalchemy import event, select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.config import StrawberryConfig

from backend.api.context import Context
from backend.api.scalars import SCALARS
from backend.audit.models import AUDIT_ENTRY
from backend.database.engine import Database
from backend.identity.models import AGENCY_SETTINGS, PERSON
from backend.identity.service import tree as trees
from backend.identity.service.directory import SignedIn
from backend.jobs.runner import Runner
from backend.keys import Keys
from backend.performance import graphql
from backend.performance.downloads import Downloads
from backend.performance.models import Export, Plan
from backend.performance.service import cases, consumers, national, paper, views
from backend.performance.service.matrix import matrix
from backend.performance.service.views import Scope
from backend.reports.pdf import compile_now
from backend.settings import Settings
from sync.actors import Viewer
from sync.errors import Refusal
from sync.ids import uuid7
from tests.performance.evaluated import ANNUAL, EvaluatedTown
from tests.performance.target import NationalRecord
from tests.performance.town import TREE
from tests.support.clock import SettableClock


class Reader:
    """Asks the room's queries as somebody of the town, or with a key."""

    def __init__(self, town: EvaluatedTown, keys: Keys) -> None:
        self.town, self.keys = town, keys
        self.schema = strawberry.Schema(query=graphql.Query, config=StrawberryConfig(scalar_map=SCALARS))

    async def ask(self, key: str | None, query: str, bearer: str = "") -> Any:
        """The one field of an answer; raises the refusal if there is one."""
        town, now = self.town, self.town.clock.now()
        headers = [(b"authorization", f"Bearer {bearer}".encode())] if bearer else []
        session = None
        if key is not None:
            async with town.db.reading() as connection:
                account = await town.directory.account(connection, town.people[key])
            assert account is not None
            session = SignedIn(uuid7(), account, "", now, now, now)
        context = Context(
            settings=Settings(), keys=self.keys, db=town.db, engine=town.engine, clock=town.clock,
            request=Request({"type": "http", "headers": headers}), response=Response(),
            ports={"directory": town.directory}, session=session,
        )  # fmt: skip
        result = await self.schema.execute(query, context_value=context)
        for error in result.errors or ():
            raise error.original_error or error
        assert result.data is not None
        return next(iter(result.data.values()))


@pytest.fixture
async def town(sqlite_db: Database, keys: Keys, clock: SettableClock) -> EvaluatedTown:
    """The fixture tree; 20 November 2026."""
    made = EvaluatedTown(sqlite_db, keys, clock)
    await made.build()
    return made


@pytest.fixture
def reader(town: EvaluatedTown, keys: Keys) -> Reader:
    return Reader(town, keys)


async def _only_the_tree(town: EvaluatedTown) -> None:
    """Nobody but the thirteen of the fixture owes a plan."""
    tree = [town.people[one[0]] for one in TREE]
    async with town.db.writing() as connection:
        await connection.execute(update(PERSON).where(PERSON.c.id.not_in(tree)).values(kind="NON_ASN"))


async def _plans(town: EvaluatedTown, count: int, turn: int = 1) -> None:
    """Approved plans of the first people of the tree, as rows."""
    async with town.db.write() as session:
        for key, name, _, unit, *_ in TREE[:count]:
            session.add(Plan(
                id=uuid7(), agency=town.agency, period=town.period, year=2026, person=town.people[key],
                person_name=name, unit=town.units[unit], unit_name=unit, turn=turn, form="ja_jf",
                approach="kuantitatif",
                status="persetujuan", version=1, approved_version=1, start=date(2026, 1, 1), end=date(2026, 12, 31),
                created_at=town.clock.now(), updated_at=town.clock.now(),
            ))  # fmt: skip


async def test_roster_covers_thirteen_of_thirteen_and_twelve_of_thirteen(town: EvaluatedTown, reader: Reader) -> None:
    """Acceptance 14: coverage, the four columns, numbers masked without the HR role, exempt people apart."""
    await _only_the_tree(town)
    await _plans(town, 12)
    found = await reader.ask("hra", "{ skpRoster(year: 2026) }")
    assert found["coverage"]["sentence"] == "12 dari 13 (92,3%)"
    assert [one["no"] for one in found["rows"]] == list(range(1, 14))
    assert found["rows"][0]["nip"].replace(" ", "").isdigit()
    below = await reader.ask("kepala", "{ skpRoster(year: 2026) }")
    assert [one["name"] for one in below["rows"]] == ["Bagas Pramudya", "Sekar Anjani"]
    assert all("*" in one["nip"] for one in below["rows"])
    assert (await reader.ask("pppk", "{ skpRoster(year: 2026) }"))["rows"] == []
    with pytest.raises(Refusal, match="not_found"):
        await reader.ask("kepala", f'{{ skpRoster(year: 2026, unit: "{town.units["BKPSDM"]}") }}')
    tree = await _tree(town)
    async with town.db.read() as session:
        scope = Scope(town.agency, full=True)
        book = paper.roster_workbook(
            tree, await views.roster(session, tree, scope, 2026, date(2026, 11, 20), limit=None), town.clock.now()
        )
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=5)]
    assert ["NO", "NAMA", "NIP", "STATUS SKP", None] in rows
    assert sum(row[3] == "Persetujuan" for row in rows) == 12
    exempt = {"person": town.people["pppk"], "reason": "tugas_belajar", "from": "2026-01-01"}
    await town.done("hra", "HRA", "skp.exempt", uuid7(), **exempt)
    found = await reader.ask("hra", "{ skpRoster(year: 2026) }")
    assert found["coverage"]["sentence"] == "12 dari 12 (100,0%)"
    assert [(one["name"], one["status"]) for one in found["exempt"]] == [("Nadia Larasati", "tugas belajar")]
    late = await reader.ask("hra", "{ skpMonitoring(year: 2026) }")
    assert (late["rows"], late["late"]) == ([], 293)


async def test_matrix_adds_up_to_the_stored_results(town: EvaluatedTown, reader: Reader) -> None:
    """Rows and columns each come to the number of stored RHK; *tambahan* and *belum bertaut* stand apart."""
    results = await town.in_force(2)
    await town.begin("kabid_b")
    await town.result("kabid_b", "Belum bertaut")
    await town.result("kabid_b", "Tambahan", kind="tambahan")
    found = await reader.ask("kepala", "{ skpMatrix(year: 2026) }")
    assert found["total"] == 4
    assert sum(one["total"] for one in found["rows"]) == 4
    assert sum(one["total"] for one in found["columns"]) + sum(found["totals"].values()) == 4
    [column] = found["columns"]
    assert (column["ownerName"], column["total"]) == ("Lestari Ambarwati", 2)
    cells = {one["name"]: one["cells"] for one in found["rows"]}
    assert [one["id"] for one in cells["Bagas Pramudya"][column["id"]]] == results
    assert set(cells["Sekar Anjani"]) == {"tambahan", "belum_bertaut"}
    whole = await reader.ask("hra", "{ skpMatrix(year: 2026) }")
    assert (whole["total"], whole["people"]) == (6, 4)
    assert (await reader.ask("analis", "{ skpMatrix(year: 2026) }"))["rows"] == []


async def test_views_take_the_same_statements_whatever_their_length(town: EvaluatedTown) -> None:
    await town.in_force()
    few = await _statements(town)
    await _plans(town, 13, turn=2)
    assert await _statements(town) == few
    assert max(few) <= 7


async def _statements(town: EvaluatedTown) -> list[int]:
    tree, today, scope = await _tree(town), date(2026, 11, 20), Scope(town.agency, full=True)
    counts: list[int] = []

    def count(*_: Any) -> None:
        counts[-1] += 1

    engine = town.db.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        async with town.db.read() as session:
            for look in (
                lambda: views.roster(session, tree, scope, 2026, today),
                lambda: views.monitoring(session, tree, scope, 2026, today),
                lambda: matrix(session, scope, 2026),
            ):
                counts.append(0)
                await look()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return counts


async def test_hr_sees_final_ratings_without_feedback_and_every_look_is_logged(
    town: EvaluatedTown, reader: Reader
) -> None:
    """Acceptance 13, HR's part; to everybody else the evaluation is not found."""
    [rhk] = await town.in_force()
    await town.prove(rhk)
    id = await town.rated([rhk])
    look = f'{{ skpEvaluation(id: "{id}") }}'
    with pytest.raises(Refusal, match="not_found"):
        await reader.ask("hra", look)
    await town.must("kepala", "skp.finalise", id)
    found = await reader.ask("hra", look)
    assert [one["predicate"] for one in found["versions"]] == ["baik"]
    assert "feedback" not in str(found)
    for key in ("kabid_b", "analis", "sekda"):
        with pytest.raises(Refusal, match="not_found"):
            await reader.ask(key, look)
    async with town.db.reading() as connection:
        query = select(AUDIT_ENTRY.c.actor, AUDIT_ENTRY.c.refused).where(AUDIT_ENTRY.c.act == "skp.look")
        logged = [(row.actor, bool(row.refused)) for row in await connection.execute(query)]
    assert logged.count((town.people["hra"], False)) == 1
    assert sum(refused for _, refused in logged) == 3


async def test_other_systems_pull_final_evaluations_by_a_cursor(town: EvaluatedTown, reader: Reader) -> None:
    """The same question has the same answer; a corrected evaluation comes again as a new version."""
    [rhk] = await town.in_force()
    id = await town.finalised([rhk], round=ANNUAL, result="di_bawah", behaviour="sesuai")
    async with town.db.write() as session:
        key_id, key = await consumers.create(session, town.agency, "KON mutasi", town.clock.now())
    pull = '{ finalEvaluations(after: "%s") { rows { id version predicate nip year } cursor more } }'
    first = await reader.ask(None, pull % 0, key)
    assert first == await reader.ask(None, pull % 0, key)
    assert [(one["id"], one["version"], one["predicate"]) for one in first["rows"]] == [(id, 1, "butuh_perbaikan")]
    assert (await reader.ask(None, pull % first["cursor"], key))["rows"] == []
    objection = uuid7()
    await town.must("kabid_a", "skp.accept", id)
    await town.must("kabid_a", "skp.object", objection, evaluation=id, reasons="Target sudah tercapai penuh.")
    await town.must("sekda", "skp.decide", objection, ratingResult="sesuai", reason="Bukti mendukung.")
    later = await reader.ask(None, pull % first["cursor"], key)
    assert [(one["id"], one["version"], one["predicate"]) for one in later["rows"]] == [(id, 2, "baik")]
    async with town.db.write() as session:
        await consumers.revoke(session, key_id, town.clock.now())
    for wrong in (key, "", "sbk_tebakan"):
        with pytest.raises(Refusal, match="signed_out"):
            await reader.ask(None, pull % 0, wrong)


async def test_rows_wait_while_the_national_record_is_down(town: EvaluatedTown, reader: Reader, keys: Keys) -> None:
    """Acceptance 16: evaluations proceed, the backlog counts; later each row is there once, a refused one says why."""
    [rhk] = await town.in_force()
    with NationalRecord() as record:
        record.secret = national.secret(keys, town.agency)
        record.down = True
        await _national(town, record.url)
        adapter = national.HttpAdapter(town.clock)
        runner = Runner(town.db, town.clock, national.National(
            town.db, town.engine, keys, town.directory, adapter
        ).functions())  # fmt: skip
        first = await town.finalised([rhk])
        await runner.run_due()
        second = await town.finalised([rhk], round="triwulan-2")
        await runner.run_due()
        waiting = await reader.ask("hra", "{ skpNational(year: 2026) }")
        assert waiting["counts"] == {"menunggu": 2, "terkirim": 0, "ditolak": 0}
        assert town.units["DIKBUD"] in {one["unit"] for one in waiting["unitsWithout"]}
        town.clock.advance(timedelta(days=1))
        record.down = False
        record.refuses[second] = "NIP tidak dikenal"
        await runner.run_due()
        found = await reader.ask("hra", "{ skpNational(year: 2026) }")
        assert found["counts"] == {"menunggu": 0, "terkirim": 1, "ditolak": 1}
        assert [one["reason"] for one in found["refused"]] == ["NIP tidak dikenal"]
        record.refuses.clear()
        [refused] = await town.rows(Export, state="ditolak")
        await town.done("hra", "HRA", "skp.export_resend", refused.id)
        await runner.run_due()
        await runner.run_due()
        await adapter.close()
    assert set(record.rows) == {first, second}
    assert record.rows[first]["predikat"] == "baik"
    assert record.forged == 0
    assert not await town.of_kind("hra", "skp_export")


async def _national(town: EvaluatedTown, url: str) -> None:
    """The agency's settings name the record."""
    async with town.db.writing() as connection:
        rows = (await connection.execute(select(AGENCY_SETTINGS))).mappings().all()
        for row in rows:
            body = {**row["body"], "national_record": {"name": "e-Kinerja BKN", "url": url}}
            where = (AGENCY_SETTINGS.c.agency == row["agency"], AGENCY_SETTINGS.c.version == row["version"])
            await connection.execute(update(AGENCY_SETTINGS).where(*where).values(body=body))
        await trees.changed(connection, town.agency)


async def test_awards_are_proposed_longest_late_first(town: EvaluatedTown, reader: Reader) -> None:
    """HR notes what is held, and a new counting date after a break."""
    await _only_the_tree(town)
    kabid = town.people["kabid_a"]
    async with town.db.writing() as connection:
        await connection.execute(update(PERSON).values(tmt_cpns=date(2020, 1, 1)))
        await connection.execute(update(PERSON).where(PERSON.c.id == kabid).values(tmt_cpns=date(1996, 3, 1)))
    found = await reader.ask("hra", "{ skpAwards }")
    assert [(one["name"], one["propose"], one["monthsLate"]) for one in found["rows"]] == [("Bagas Pramudya", "XXX", 8)]
    held = {"person": kabid, "award": "XXX", "decree": "Keppres 1/2026", "day": "2026-08-17"}
    await town.done("hra", "HRA", "skp.award", uuid7(), **held)
    assert (await town.do("hra", "HRA", "skp.award", uuid7(), **held)).code == "exists"
    assert (await reader.ask("hra", "{ skpAwards }"))["rows"] == []
    again = {"person": town.people["kabid_b"], "start": "2016-11-01", "reason": "Selesai CLTN"}
    await town.done("hra", "HRA", "skp.count_from", uuid7(), **again)
    [row] = (await reader.ask("hra", "{ skpAwards }"))["rows"]
    assert (row["name"], row["propose"], row["recounted"]) == ("Sekar Anjani", "X", True)
    assert (await town.do("kepala", None, "skp.award", uuid7(), **held)).status == "rejected"


async def test_credit_points_follow_from_annual_predicates(town: EvaluatedTown, reader: Reader) -> None:
    [rhk] = await town.in_force()
    await town.finalised([rhk], round=ANNUAL, result="di_atas", behaviour="di_atas")
    assert "jabatan fungsional" in (await reader.ask("kabid_a", "{ skpCredit }"))["why"]
    async with town.db.writing() as connection:
        level = {"position_type": "JF", "position_level": "Ahli Muda"}
        await connection.execute(update(PERSON).where(PERSON.c.id == town.people["kabid_a"]).values(**level))
    found = await reader.ask("kabid_a", "{ skpCredit }")
    assert ([one["points"] for one in found["lines"]], found["total"]) == (["37.50"], "37.50")
    with pytest.raises(Refusal, match="forbidden"):
        await reader.ask("kabid_b", f'{{ skpCredit(person: "{town.people["kabid_a"]}") }}')
    look = f'{{ skpCredit(person: "{town.people["kabid_a"]}") }}'
    assert (await reader.ask("hra", look))["total"] == "37.50"
    await town.grant("analis_b", "HRA", "SEKRETARIAT")
    with pytest.raises(Refusal, match="not_found"):
        await reader.ask("analis_b", look)


async def test_distribution_warns_and_never_blocks(town: EvaluatedTown, reader: Reader) -> None:
    [rhk] = await town.in_force()
    await town.finalised([rhk])
    root = town.units["SKR"]
    found = await reader.ask("hra", f'{{ skpDistribution(year: 2026, round: "triwulan-1", unit: "{root}") }}')
    assert (found["n"], found["warnings"]) == (1, [])
    with pytest.raises(Refusal, match="forbidden"):
        await reader.ask("kepala", f'{{ skpDistribution(year: 2026, round: "triwulan-1", unit: "{root}") }}')


async def test_print_holds_titles_both_kinds_seven_values_and_two_signatures(town: EvaluatedTown) -> None:
    """Acceptance 8: the seven values with Loyal fifth, A and B, the appendix, two signature blocks; and it sets."""
    [rhk] = await town.in_force()
    id = await town.finalised([rhk])
    tree = await _tree(town)
    now = datetime(2026, 11, 20, 2, tzinfo=UTC)
    async with town.db.read() as session:
        plan = await session.get(Plan, town.plan_of("kabid_a"))
        assert plan is not None
        said = await paper.plan_data(session, tree, plan, now)
        told = await paper.evaluation_data(session, tree, await cases.load(session, id), now)
    assert (said["title"], said["approach_line"]) == ("SASARAN KINERJA PEGAWAI", "PENDEKATAN HASIL KERJA KUANTITATIF")
    assert said["form_line"] == "BAGI PEJABAT ADMINISTRASI DAN PEJABAT FUNGSIONAL"
    assert [one["label"] for one in said["values"]][4] == "Loyal"
    assert (len(said["values"]), len(said["main"]), said["additional"]) == (7, 1, [])
    assert said["main"][0]["parent"] == "Indeks layanan naik"
    assert told["predicate"] == "Baik"
    template = (paper.TEMPLATES / "plan.typ").read_text()
    assert all(part in template for part in ("A. UTAMA", "B. TAMBAHAN", "Lampiran SKP", "#signatures()"))
    for name, data in (("plan.typ", said), ("evaluation.typ", told)):
        assert compile_now(paper.TEMPLATES / name, data, now).startswith(b"%PDF")


async def test_papers_are_for_both_sides_and_hr(town: EvaluatedTown) -> None:
    """Over HTTP: peers get 404; feedback is not HR's to read, and the employee's only after *final*."""
    [rhk] = await town.in_force()
    await town.prove(rhk)
    id = await town.rated([rhk])

    async def viewer(request: Request) -> Viewer | None:
        key = request.headers.get("x-who")
        return None if key is None else await town.viewer(key)

    app = Starlette(routes=Downloads(town.db, town.directory, viewer).routes())
    plan, evaluation = f"/unduh/skp/{town.plan_of('kabid_a')}", f"/unduh/skp/{town.plan_of('kabid_a')}/triwulan-1"
    roster = "/unduh/skp/rekap/2026"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:

        async def status(key: str | None, path: str) -> int:
            return (await client.get(path, headers={} if key is None else {"x-who": key})).status_code

        assert [await status(key, plan) for key in ("kabid_a", "kepala", "hra")] == [200] * 3
        assert [await status(key, plan) for key in ("kabid_b", "analis", "sekda")] == [404] * 3
        assert [await status(key, evaluation) for key in ("kepala", "kabid_a", "hra", "kabid_b")] == [
            200,
            404,
            404,
            404,
        ]
        await town.must("kepala", "skp.finalise", id)
        assert await status("kabid_a", evaluation) == 200
        assert [await status(None, path) for path in (plan, evaluation, roster)] == [401] * 3
        assert await status("kabid_a", f"{plan[:-1]}x") == 404
        assert (await client.get(roster, headers={"x-who": "hra"})).content[:2] == b"PK"
        assert await status("kepala", f"{roster}?unit={town.units['BKPSDM']}") == 404


async def _tree(town: EvaluatedTown) -> Any:
    async with town.db.reading() as connection:
        return await town.directory.trees.get(connection, town.agency)
