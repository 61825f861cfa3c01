"""Two questions of one asker become one thread: the later one goes on in the earlier one, both receipts lead there."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlmodel import col

from backend.jobs import service as jobs
from backend.questions import rules
from backend.questions.bodies import MergeArgs
from backend.questions.models import Question, QuestionFile, QuestionMessage, QuestionNote
from backend.questions.ports import Ports
from backend.questions.rules import Act, State
from backend.questions.service.desk import parts, step
from backend.questions.service.escalation import ESCALATE_JOB
from backend.questions.service.intake import LAPSE_JOB, ROUTE_JOB
from backend.questions.service.thread import ASKER, SYSTEM, event, load_all, message, publish, spread
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

_KEPT = "Keduanya tetap seperti semula."


async def merge(ports: Ports, w: Writing, item: Item) -> None:
    """``question.merge``: every message, note and file of the later question stands in the thread of the earlier one.

    The clock of the earlier one stays as it is. The later one ends without an answer of its own and names the thread.
    """
    args: MergeArgs = item.args
    await w.lock("question", [args.into])
    found = await load_all(w, [item.record, args.into])
    later, earlier = found.get(item.record), found.get(args.into)
    if later is None or earlier is None:
        raise Refusal("not_found", f"Pertanyaan tidak ditemukan. {_KEPT}")
    before = State(later.state)
    to = step(later, Act.MERGE, item.actor)
    _judge(later, earlier, item)
    later.state, later.merged_into, later.ended_at = to, earlier.id, w.now
    for job in (ROUTE_JOB, LAPSE_JOB, ESCALATE_JOB):
        await jobs.cancel(w.session, job, later.id)
    await _move(w, later, earlier)
    event(w, later, Act.MERGE, before, item.actor, into=earlier.id)
    event(w, earlier, Act.MERGED, State(earlier.state), item.actor, merged=later.id)
    await w.session.flush()
    office = await ports.house.office(w.session, w.agency)
    publish(w, office.root, later)
    await spread(w, office.root, [earlier])


def _judge(later: Question, earlier: Question, item: Item) -> None:
    number = rules.running_number(earlier.year, earlier.running, earlier.series)
    if rules.next_state(State(earlier.state), Act.MERGED, parts(item.actor, earlier)) is None:
        raise Refusal("state", f"Pertanyaan {number} sudah dibatalkan, jadi tidak bisa digabung. {_KEPT}")
    if earlier.merged_into is not None:
        raise Refusal("state", f"Pertanyaan {number} sudah digabung ke percakapan lain. {_KEPT} Pilih percakapan itu.")
    if later.asker != earlier.asker:
        raise Refusal("state", f"Kedua pertanyaan dari penanya yang berbeda. {_KEPT}")
    if (later.arrived_at, later.id) <= (earlier.arrived_at, earlier.id):
        raise Refusal("state", f"Pertanyaan yang lebih dulu masuk yang diteruskan. {_KEPT} Gabungkan sebaliknya.")


async def _move(w: Writing, later: Question, earlier: Question) -> None:
    """What was said moves; the text of the later question becomes a message with its own time."""
    first = message(
        w,
        earlier,
        derived(later.id, "merged"),
        later.text,
        author=ASKER,
        author_name=later.asker_name,
        account=later.asker,
        made=later.written_at,
        files=later.files,
    )
    first.at = later.arrived_at
    await w.session.flush()
    own = col(QuestionFile.question) == later.id, col(QuestionFile.message).is_(None)
    await w.session.execute(update(QuestionFile).where(*own).values(message=first.id))
    for table in (QuestionMessage, QuestionNote, QuestionFile):
        await w.session.execute(update(table).where(col(table.question) == later.id).values(question=earlier.id))
    later.files = []
    followers = await w.session.execute(select(Question).where(col(Question.merged_into) == later.id))
    for follower in followers.scalars():
        follower.merged_into = earlier.id
    number = rules.running_number(later.year, later.running, later.series)
    message(
        w,
        earlier,
        derived(later.id, "merged-notice"),
        f"Pertanyaan {number} digabung ke percakapan ini.",
        author=SYSTEM,
        author_name="Sistem",
        account=None,
        origin=SYSTEM,
    )
