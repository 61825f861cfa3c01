"""Drafts of letters: filled from saved values, from the state on that the definition names, never signed here."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications import docx
from backend.applications.models import ApplicationLetter, Signer
from backend.applications.ports import House, Office
from backend.applications.rules.definition import Letter, Service
from backend.applications.rules.letters import NoDate, NotFillable, fill
from backend.applications.rules.names import folded
from backend.applications.rules.periods import find
from backend.applications.rules.states import Act, Part, State
from backend.applications.service.layouts import layout_of
from backend.applications.service.stored import Whole
from backend.applications.service.viewing import Seen
from sync.errors import Refusal
from sync.ids import derived

_ORDER = (
    State.DRAFT, State.SUBMITTED, State.CHECKED, State.VERIFIED, State.OUTSIDE, State.CORRECTION, State.DONE,
)  # fmt: skip
"""The way of a case; a returned one is back at its beginning, a refused or cancelled one has no letters."""
_OFFICE = frozenset({Part.VERIFIER, Part.ISSUER})


def readers(service: Service, code: str) -> frozenset[Part]:
    """Who gets the draft of a letter: of one that a document of the checklist is made of, whoever works on the case;
    of any other, the office's parts that carry it out or record what it became."""
    if any(item.letter == code for item in service.items):
        return frozenset(Part) - {Part.WATCHER}
    carrying = (step.who for step in service.steps() if step.act in (Act.SEND_OUT, Act.ISSUE))
    return _OFFICE.intersection(frozenset[Part]().union(*carrying))


def letter_of(seen: Seen, code: str) -> Letter:
    """The letter, if the reader may have its draft now. Raises ``not_found``, or ``state`` before its time."""
    service = seen.case.service
    letter = next((one for one in service.letters if one.code == code), None)
    if letter is None or not seen.parts & readers(service, code):
        raise Refusal("not_found", "Naskah ini tidak ditemukan. Kembali lalu muat ulang halaman.")
    state = State.DRAFT if seen.case.state is State.RETURNED else seen.case.state
    if state not in _ORDER or _ORDER.index(state) < _ORDER.index(State(letter.state)):
        wanted = service.state_name(State(letter.state))
        raise Refusal("state", f"Draf naskah baru ada sesudah tahap {wanted}. Tidak ada yang berubah.")
    return letter


async def draft(
    session: AsyncSession, house: House, seen: Seen, letter: Letter, now: datetime
) -> tuple[str, bytes]:  # fmt: skip
    """Name and content of the Word file. Its hash is kept, so that it does not come back as the signed file.

    Raises ``invalid`` if a value would be taken for an open place of the letter, or is no date where one is printed.
    """
    all_ = seen.case
    office = await house.office(session, all_.app.agency, now)
    told = await _told(session, all_, office)
    values = all_.values()
    try:
        filled = fill(all_.service, letter, values, told, held=all_.versions())
    except NotFillable as error:
        raise Refusal(
            "invalid", f"Isian {error} memuat tanda '${{'. Kembalikan permohonan agar isian itu diperbaiki."
        ) from None
    except NoDate as error:
        raise Refusal(
            "invalid", f"{error} bukan tanggal. Tulis seperti 2026-11-22, lalu unduh drafnya sekali lagi."
        ) from None
    own = await layout_of(session, all_.app.agency, all_.app.code, letter.code)
    data = await asyncio.to_thread(lambda: docx.docx_of(filled, told, own or docx.TEMPLATE.read_bytes()))
    sha256 = hashlib.sha256(data).hexdigest()
    id = derived(all_.app.id, f"letter:{letter.code}:{sha256}")
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Pressed twice it is the same draft.
    await session.execute(insert(ApplicationLetter).values(
        id=id, agency=all_.app.agency, application=all_.app.id, code=letter.code, round=all_.app.round,
        type=docx.MEDIA_TYPE, sha256=sha256, bytes=len(data), location="", at=now,
    ).on_conflict_do_nothing())  # fmt: skip
    name = f"draf_{letter.code}_{folded(all_.app.subject_name)[:40]}_{office.today:%Y%m%d}.docx"
    return name, data


async def _told(session: AsyncSession, all_: Whole, office: Office) -> dict[str, str]:
    facts = {f"subject.{name}": _text(value) for name, value in all_.app.facts.items()}
    period = find(all_.service.periods, all_.app.period) if all_.service.periods and all_.app.period else None
    signer = await signer_on(session, all_.app.agency, all_.app.code, office.today)
    return {
        **facts,
        "agency.address": office.address, "place": f"{office.place}, " if office.place else "",
        "subject.name": all_.app.subject_name,
        "agency.name": office.name,
        "period.name": period.name if period is not None else "",
        "signer.name": signer.name if signer is not None else "",
        "signer.position": signer.position if signer is not None else office.signer_position,
    }  # fmt: skip


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return str(value)


async def signer_on(session: AsyncSession, agency: str, code: str, day: date) -> Signer | None:
    """Who signs a service's outputs on a local day: a stand-in first, then whoever began last."""
    query = select(Signer).where(
        col(Signer.agency) == agency, col(Signer.code) == code, col(Signer.start) <= day,
        (col(Signer.end) >= day) | col(Signer.end).is_(None),
    )  # fmt: skip
    found = (await session.execute(query)).scalars()
    return max(found, key=lambda one: (one.stand_in, one.start, one.id), default=None)
