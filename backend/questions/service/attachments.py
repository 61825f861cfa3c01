"""Files of questions and messages: named when the text arrives, there when their upload is whole.

The text never waits for its files. Both meet in whatever order they come: naming a file locks its row, and whoever
finishes the upload waits for that lock before it looks which thread names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.files import carried
from backend.files.carried import FileArgs
from backend.files.models import File
from backend.files.rules import clean_name
from backend.questions import rules
from backend.questions.bodies import FileSettledArgs
from backend.questions.models import Question, QuestionFile, QuestionMessage
from backend.questions.ports import Ports
from backend.questions.service.reading import readable
from backend.questions.service.thread import load, publish
from sync.actors import Viewer
from sync.errors import Refusal
from sync.writing import Item, Writing

_TAKEN = "Berkas ini sudah dipakai di tulisan lain. Tulisan aman. Pilih berkasnya sekali lagi."
_TYPE = "Jenis berkas ini tidak diterima. Kirim foto atau PDF; tulisan lain aman."


def fault_of(files: Sequence[FileArgs]) -> str | None:
    """What is wrong with the files of one text, in words."""
    return rules.files_fault([(file.id, file.name, file.bytes) for file in files])


class Attachments:
    """The files that the texts of one batch name: locked in one go, then handed out text by text."""

    def __init__(self, w: Writing, known: Mapping[tuple[str, str], File], taken: set[str]) -> None:
        self._w = w
        self._known = known
        self._taken = taken

    @classmethod
    async def expect(cls, w: Writing, named: Iterable[tuple[str, Sequence[FileArgs]]]) -> Attachments:
        """Lock what each account names: (account, its files). No statement at all where nobody names a file."""
        known = await carried.expect(w.session, w.agency, named, w.now)
        if not known:
            return cls(w, known, set())
        named_before = select(col(QuestionFile.id)).where(col(QuestionFile.id).in_(sorted({id for _, id in known})))
        return cls(w, known, set((await w.session.execute(named_before)).scalars()))

    def fault(self, account: str, files: Sequence[FileArgs]) -> str | None:
        """What stands against these files of one account: another's, or named by another text already."""
        if any(file.id in self._taken or (account, file.id) not in self._known for file in files):
            return _TAKEN
        return None

    def take(self, account: str, files: Sequence[FileArgs], question: str, message: str | None) -> list[dict[str, Any]]:
        """Bind files to a thread; what the question or message carries of them."""
        bodies = []
        for given in files:
            file = self._known[account, given.id]
            self._taken.add(given.id)
            self._w.session.add(QuestionFile(id=given.id, agency=self._w.agency, question=question, message=message))
            bodies.append(_body(file, clean_name(given.name), given.bytes))
        return bodies


def _body(file: File, name: str, size: int) -> dict[str, Any]:
    """How a file stands now, as the text carries it."""
    return carried.body_of(file, name, size, wrong_type=_TYPE, fits=_fits).wire()


def _fits(file: File) -> bool:
    return file.type in rules.FILE_TYPES and file.bytes <= rules.FILE_BYTES


async def settle(ports: Ports, w: Writing, item: Item) -> None:
    """``question.file``: the text that names the file shows how it stands now; harmless when repeated."""
    args: FileSettledArgs = item.args
    question = await load(w, item.record)
    link = await w.session.get(QuestionFile, args.file)
    file = await w.session.get(File, args.file)
    if link is None or file is None or link.question != question.id:
        return
    said = None if link.message is None else await w.session.get(QuestionMessage, link.message)
    holder: Question | QuestionMessage = question if said is None else said
    now = [_renewed(body, file) if body["id"] == file.id else body for body in holder.files]
    if now == holder.files:
        return
    holder.files = now
    await w.session.flush()
    office = await ports.house.office(w.session, w.agency)
    publish(w, office.root, question, messages=[] if said is None else [said])


def _renewed(body: Mapping[str, Any], file: File) -> dict[str, Any]:
    return _body(file, str(body["name"]), int(body["bytes"]))


async def thread_of(session: AsyncSession, file: str) -> str | None:
    """The question whose thread names a file."""
    link = await session.get(QuestionFile, file)
    return None if link is None else link.question


async def may_read(session: AsyncSession, viewer: Viewer, file: str) -> bool:
    """Whether a file belongs to a thread that the viewer may read."""
    query = (
        select(col(QuestionFile.id))
        .join(Question, col(Question.id) == col(QuestionFile.question))
        .where(col(QuestionFile.id) == file, readable(viewer))
    )
    return (await session.execute(query)).first() is not None


def checked(files: Sequence[FileArgs], attachments: Attachments, account: str) -> None:
    """The same for one command. Raises ``invalid``."""
    fault = fault_of(files) or attachments.fault(account, files)
    if fault is not None:
        raise Refusal("invalid", fault, fields={"files": fault})
