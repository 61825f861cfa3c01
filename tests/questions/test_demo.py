"""The past questions of the demonstration."""

from collections import Counter

from backend.jobs.models import Job
from backend.questions import demo
from backend.questions.models import Question, QuestionCounter, QuestionEvent, QuestionMessage
from backend.questions.rules import State
from tests.questions.office import Office


async def test_seed_tells_hundreds_of_questions_in_every_state(office: Office) -> None:
    people = [office.people[key] for key in ("guru", "penyuluh", "pelaksana", "analis")]
    async with office.engine.writing(office.agency) as w:
        assert await demo.seed(w, people, office.clock) == demo.COUNT
    rows = await office.rows(Question)
    states = Counter(row.state for row in rows)
    assert set(states) == set(State)
    assert len({row.category for row in rows}) == 17
    assert {row.asker for row in rows} == set(people)
    assert sorted(row.running for row in rows) == list(range(1, demo.COUNT + 1))
    assert [row.last for row in await office.rows_by_year(QuestionCounter)] == [demo.COUNT]
    for row in rows:
        assert row.arrived_at <= row.last_message_at <= office.clock.now()
        assert (row.ended_at is not None) == (row.state in (State.CLOSED, State.CANCELLED))
        assert (row.answered_at is not None) == (row.state in (State.ANSWERED, State.CLOSED))
    assert await office.count(QuestionMessage) > demo.COUNT
    assert await office.count(QuestionEvent) > 3 * demo.COUNT
    waiting = Counter(job.kind for job in await office.rows(Job))
    assert waiting == {"question.lapse": states[State.ANSWERED], "question.route": states[State.NEW]}


async def test_what_the_demo_published_is_what_the_desk_and_the_asker_pull(office: Office) -> None:
    async with office.engine.writing(office.agency) as w:
        await demo.seed(w, [office.people["guru"]], office.clock)
    rows = await office.rows(Question)
    assert len(await office.of_kind("guru", "question")) == len(rows)
    on_desk = [row for row in rows if row.desk]
    assert 0 < len(on_desk) < len(rows)
    assert len(await office.of_kind("operator1", "question")) == len(on_desk)
    new = next(row.id for row in rows if row.state == State.NEW)
    unit = office.units["PPI"]
    done = await office.act("admin_penyaring", "ADM", "question.assign", new, category="sk", unit=unit)
    assert done.status == "applied", done.wire()
    fresh = await office.question(await office.ask())
    assert fresh.running == demo.COUNT + 1
