"""The recipients' desk: reading, replying, closing. Everybody else is refused, and that is logged."""

from __future__ import annotations

import base64
from datetime import date
from typing import cast

import strawberry

from backend.audit import service as audit
from backend.context import RequestContext
from backend.misconduct import rules
from backend.misconduct.service import RECIPIENTS, Misconduct, Thread, Written
from sync.actors import Actor
from sync.errors import Refusal
from sync.ids import is_uuid

_FAULTS = {
    "short": "Tulis balasan dulu.",
    "long": "Balasan melebihi 8.000 huruf. Tulisan masih ada. Pendekkan.",
    "signs": "Balasan memuat tanda yang tidak terbaca. Tulisan masih ada. Ketik ulang bagian itu.",
}


@strawberry.type(name="MisconductWord", description="One message of a report; `author`: pelapor or penerima.")
class WordRow:
    """``pictures``: ids."""

    author: str
    day: date
    text: str
    pictures: list[strawberry.ID]


@strawberry.type(name="MisconductReport", description="An anonymous report. Days, never times.")
class ReportRow:
    """``fresh``: the reporter wrote since it was last opened."""

    id: strawberry.ID
    day: date
    closed: date | None
    fresh: bool
    words: list[WordRow]


@strawberry.type(name="MisconductPicture", description="A picture without its metadata.")
class PictureRow:
    """``content``: base64."""

    type: str
    content: str


def _row(thread: Thread) -> ReportRow:
    words = [
        WordRow(
            author=one.author,
            day=one.day,
            text=one.text,
            pictures=[strawberry.ID(id) for id, _ in one.pictures],
        )
        for one in thread.words
    ]
    return ReportRow(id=strawberry.ID(thread.id), day=thread.day, closed=thread.closed, fresh=thread.fresh, words=words)


async def _recipient(info: strawberry.Info, act: str, id: str | None = None) -> tuple[Misconduct, Actor]:
    context = cast(RequestContext, info.context)
    viewer = context.require()
    actor = next((one for one in viewer.grants.values() if one.works_as(RECIPIENTS)), None)
    if actor is None:
        await audit.refused(
            context.db, actor=viewer.own, act=act, object_kind="misconduct_report", object_id=id,
            at=context.clock.now(),
        )  # fmt: skip
        raise Refusal("forbidden", "Laporan rahasia hanya untuk penerimanya. Tidak ada yang berubah.")
    if id is not None and not is_uuid(id):
        raise Refusal("not_found", "Laporan tidak ditemukan. Tidak ada yang berubah.")
    return cast(Misconduct, context.ports["misconduct"]), actor


async def _reports(info: strawberry.Info) -> list[ReportRow]:
    room, actor = await _recipient(info, "misconduct.list")
    return [_row(thread) for thread in await room.listed(actor)]


async def _picture(info: strawberry.Info, id: strawberry.ID) -> PictureRow:
    room, actor = await _recipient(info, "misconduct.picture", str(id))
    type, content = await room.picture(actor, str(id))
    return PictureRow(type=type, content=base64.b64encode(content).decode())


async def _open(info: strawberry.Info, id: strawberry.ID) -> ReportRow:
    room, actor = await _recipient(info, "misconduct.read", str(id))
    return _row(await room.opened(actor, str(id)))


async def _reply(info: strawberry.Info, id: strawberry.ID, word: strawberry.ID, text: str) -> ReportRow:
    room, actor = await _recipient(info, "misconduct.reply", str(id))
    fault = rules.text_fault(text, least=1)
    if fault is not None or not is_uuid(str(word)):
        raise Refusal("invalid", _FAULTS[fault or "short"], fields={"text": _FAULTS[fault or "short"]})
    return _row(await room.answer(actor, str(id), Written(str(word), text)))


async def _close(info: strawberry.Info, id: strawberry.ID) -> ReportRow:
    room, actor = await _recipient(info, "misconduct.close", str(id))
    return _row(await room.close(actor, str(id)))


@strawberry.type
class Query:
    """Reading, for WBS alone: `forbidden` to everybody else."""

    misconduct_reports: list[ReportRow] = strawberry.field(
        resolver=_reports, description="All reports of the agency, unread first, at most 200; for WBS."
    )
    misconduct_picture: PictureRow = strawberry.field(resolver=_picture, description="One picture; for WBS.")


@strawberry.type
class Mutation:
    """Acting, for WBS alone. ``misconduct_reply`` takes the client's own id of the word: a repeated call acts once."""

    misconduct_open: ReportRow = strawberry.mutation(
        resolver=_open, description="Open a report: it counts as read, and the reading is logged."
    )
    misconduct_reply: ReportRow = strawberry.mutation(
        resolver=_reply, description="Reply; the author reads it with the code. `word`: the client's own UUID."
    )
    misconduct_close: ReportRow = strawberry.mutation(
        resolver=_close, description="The matter is dealt with; further facts open it again."
    )
