"""An agency's own layouts of letters: which one is in use, and putting a checked one in its place."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications.models import LetterTemplate
from sync.ids import uuid7
from sync.writing import Writing


async def layout_of(session: AsyncSession, agency: str, code: str, letter: str) -> bytes | None:
    """The agency's Word file for a letter of a service; ``None``: the house's own counts."""
    t = LetterTemplate
    query = select(col(t.content)).where(
        col(t.agency) == agency, col(t.code) == code, col(t.letter) == letter, col(t.ended_at).is_(None)
    )
    found: bytes | None = (await session.execute(query)).scalars().first()
    return found


async def put(w: Writing, code: str, letter: str, content: bytes | None) -> int:
    """Use a checked Word file from now on (``None``: the house's own again); its version, 0 for the house's. The same
    file again changes nothing."""
    t = LetterTemplate
    query = select(t).where(col(t.agency) == w.agency, col(t.code) == code, col(t.letter) == letter)
    known = list((await w.session.execute(query.order_by(col(t.version)).with_for_update())).scalars())
    sha256 = hashlib.sha256(content or b"").hexdigest()
    used = next((one for one in known if one.ended_at is None), None)
    if used is not None and content is not None and used.sha256 == sha256:
        return used.version
    await _end(w.session, w.agency, code, letter, w.now)
    if content is None:
        return 0
    version = 1 + max((one.version for one in known), default=0)
    w.session.add(LetterTemplate(
        id=uuid7(), agency=w.agency, code=code, letter=letter, version=version, content=content,
        sha256=sha256, at=w.now,
    ))  # fmt: skip
    await w.session.flush()
    return version


async def _end(session: AsyncSession, agency: str, code: str, letter: str, now: datetime) -> None:
    t = LetterTemplate
    await session.execute(
        update(t)
        .where(col(t.agency) == agency, col(t.code) == code, col(t.letter) == letter, col(t.ended_at).is_(None))
        .values(ended_at=now)
    )
