"""Reading online: who sees what, searching, paging, and how many statements that costs."""

from typing import Any

import pytest
import strawberry
from starlette.requests import Request
from starlette.responses import Response

from backend.api.context import Context
from backend.identity.service.directory import SignedIn
from backend.keys import Keys
from backend.questions import demo, graphql
from backend.questions.models import Question
from backend.questions.service import reading
from backend.settings import Settings
from sync.errors import Refusal
from sync.ids import uuid7
from tests.questions.office import Office
from tests.questions.test_batches import counted

LIST = """query($filter: QuestionFilter, $first: Int! = 25, $after: String) {
  questions(filter: $filter, first: $first, after: $after) {
    more cursor
    rows { id number text kind category unit unitName state askerName askerNip holderName arrivedAt dueAt receipt }
  }
}"""
THREAD = """query($id: ID!) {
  question(id: $id) {
    version
    question { id state }
    messages { id author authorName origin text at }
    notes { text authorName }
    events { act before after actorName role at }
    filterWait { workingMinutes clockMinutes }
    response { workingMinutes clockMinutes }
  }
}"""


class Desk:
    """GraphQL as somebody of the office."""

    def __init__(self, office: Office, keys: Keys) -> None:
        self.office, self.keys = office, keys
        self.schema = strawberry.Schema(query=graphql.Query)

    async def context(self, key: str) -> Context:
        """The context of a request by somebody."""
        async with self.office.db.reading() as connection:
            account = await self.office.directory.account(connection, self.office.people[key])
        assert account is not None
        now = self.office.clock.now()
        return Context(
            settings=Settings(), keys=self.keys, db=self.office.db, engine=self.office.engine,
            clock=self.office.clock, request=Request({"type": "http", "headers": []}), response=Response(),
            ports={"directory": self.office.directory}, session=SignedIn(uuid7(), account, "", now, now, now),
        )  # fmt: skip

    async def ask(self, key: str, query: str, **variables: Any) -> Any:
        """The data of an answer; raises the refusal if there is one."""
        result = await self.schema.execute(query, variables, context_value=await self.context(key))
        for error in result.errors or ():
            raise error.original_error or error
        assert result.data is not None
        return result.data

    async def rows(self, key: str, **wanted: Any) -> list[dict[str, Any]]:
        """The rows of a filtered list."""
        found: list[dict[str, Any]] = (await self.ask(key, LIST, filter=wanted, first=50))["questions"]["rows"]
        return found


@pytest.fixture
def desk(office: Office, keys: Keys) -> Desk:
    return Desk(office, keys)


async def _seed(office: Office) -> list[Question]:
    async with office.engine.writing(office.agency) as w:
        await demo.seed(w, [office.people[key] for key in ("guru", "penyuluh", "analis")], office.clock)
    return await office.rows(Question)


async def test_an_asker_sees_own_questions_only_and_a_desk_those_of_its_units(office: Office, desk: Desk) -> None:
    rows = await _seed(office)
    own = {row.id for row in rows if row.asker == office.people["guru"]}
    listed = await desk.rows("guru")
    assert {row["id"] for row in listed} <= own
    assert len(listed) == 50
    assert await desk.rows("pelaksana") == []
    unit = office.units["MUTASI"]
    assert {row["unit"] for row in await desk.rows("kabid_mutasi")} == {unit}
    assert len({row["unit"] for row in await desk.rows("operator1")}) > 3
    assert await desk.rows("teknisi") == []


async def test_pages_follow_each_other_without_gap_or_twin(office: Office, desk: Desk) -> None:
    rows = await _seed(office)
    seen: list[str] = []
    after = None
    while True:
        page = (await desk.ask("operator1", LIST, first=50, after=after))["questions"]
        seen += [row["id"] for row in page["rows"]]
        after = page["cursor"]
        if not page["more"]:
            break
    assert seen == [row.id for row in sorted(rows, key=lambda row: (row.arrived_at, row.id), reverse=True)]


async def test_filters_and_search_narrow_the_list(office: Office, desk: Desk) -> None:
    rows = await _seed(office)
    states = ["baru", "diteruskan"]
    assert {row["state"] for row in await desk.rows("operator1", state=states)} == set(states)
    assert {row["category"] for row in await desk.rows("operator1", category="cuti")} == {"cuti"}
    assert {row["kind"] for row in await desk.rows("operator1", kind="keluhan")} == {"keluhan"}
    assert {row["unit"] for row in await desk.rows("operator1", unit=office.units["PPI"])} == {office.units["PPI"]}
    held = {row.id for row in rows if row.holder == office.people["operator1"]}
    assert {row["id"] for row in await desk.rows("operator1", mine=True)} <= held
    assert all("pensiun" in row["text"].lower() for row in await desk.rows("operator1", text="PENSIUN"))
    assert await desk.rows("operator1", text="100%_tidak ada") == []
    [row] = await desk.rows("operator1", text="2026-00007")
    assert row["number"] == "2026-00007"
    fresh = await office.question(await office.ask())
    assert fresh.receipt is not None
    shown = f"{fresh.receipt[:4]}-{fresh.receipt[4:]}".lower()
    assert [row["id"] for row in await desk.rows("operator1", text=shown)] == [fresh.id]


async def test_a_list_is_one_statement_and_a_thread_a_fixed_number(office: Office, desk: Desk) -> None:
    await _seed(office)
    context = await desk.context("operator1")
    for first in (1, 20, 50):
        with counted(office.db) as seen:
            await desk.schema.execute(LIST, {"first": first}, context_value=context)
        assert len([one for one in seen if "question" in one]) == 1
    busy = await office.answered()
    with counted(office.db) as seen:
        await desk.schema.execute(THREAD, {"id": busy}, context_value=context)
    assert len([one for one in seen if one.lstrip().upper().startswith("SELECT")]) == 6


async def test_the_desk_reads_the_whole_thread_the_asker_no_notes_or_events(office: Office, desk: Desk) -> None:
    office.clock.advance(minutes=10)
    record = await office.ask()
    await office.take("operator1", record)
    await office.act("operator1", "OPR", "question.note", uuid7(), question=record, text="Hanya petugas.")
    office.clock.advance(minutes=30)
    await office.act("operator1", "OPR", "question.answer", record, text="Bulan depan.", messageId=uuid7())
    thread = (await desk.ask("operator1", THREAD, id=record))["question"]
    assert thread["version"] == str(await office.version("question", record))
    assert [one["text"] for one in thread["notes"]] == ["Hanya petugas."]
    assert [one["act"] for one in thread["events"]] == ["masuk", "disaring_otomatis", "ambil", "jawab"]
    assert thread["response"] == {"workingMinutes": 30, "clockMinutes": 30}
    assert thread["filterWait"] == {"workingMinutes": 0, "clockMinutes": 0}
    own = (await desk.ask("guru", THREAD, id=record))["question"]
    assert (own["notes"], own["events"]) == ([], [])
    assert [one["text"] for one in own["messages"]] == ["Bulan depan."]


async def test_a_foreign_thread_is_not_found_like_an_unknown_one(office: Office, desk: Desk) -> None:
    record = await office.ask()
    refusals = []
    for key, id in (("penyuluh", record), ("penyuluh", uuid7()), ("kabid_ppi", record), ("teknisi", "bukan-uuid")):
        with pytest.raises(Refusal) as refused:
            await desk.ask(key, THREAD, id=id)
        refusals.append((refused.value.code, refused.value.message))
    assert len(set(refusals)) == 1
    assert refusals[0][0] == "not_found"


async def test_the_filter_lists_whom_it_can_assign_to_and_nobody_else_does(office: Office, desk: Desk) -> None:
    query = "{ questionOperators { account name over unitName } }"
    listed = (await desk.ask("admin_penyaring", query))["questionOperators"]
    assert {one["account"] for one in listed} == {office.people[f"operator{n}"] for n in (1, 2, 3)}
    assert {one["over"] for one in listed} == {office.units["SKR"]}
    for key in ("guru", "operator1", "teknisi"):
        with pytest.raises(Refusal) as refused:
            await desk.ask(key, query)
        assert refused.value.code == "forbidden"


@pytest.mark.parametrize("cursor", ["", "x", "////", "MjAyNg==", "MjAyNi0xMS0yMCBhYmM="])
async def test_a_forged_cursor_is_refused(office: Office, desk: Desk, cursor: str) -> None:
    with pytest.raises(Refusal) as refused:
        await desk.ask("guru", LIST, after=cursor)
    assert refused.value.code == "invalid"


async def test_first_is_capped(office: Office) -> None:
    await _seed(office)
    viewer = await office.viewer("operator1")
    async with office.db.read() as session:
        for first, given in ((-5, 1), (0, 1), (10_000, reading.MAX_ROWS)):
            page = await reading.page(session, viewer, reading.Filter(), first, None)
            assert len(page.rows) == given
