"""Keys of other systems of an agency (role KON): they read what is made for them, and cannot sign in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.identity.service.tree import On
from backend.performance.models import ServiceToken
from sync.actors import Actor
from sync.errors import Refusal
from sync.ids import is_uuid, uuid7

ROLE = "KON"
PREFIX = "sbk_"
"""So that a key that leaked into a text is recognised as one."""
_BYTES = 24


async def create(session: AsyncSession, agency: str, name: str, now: datetime) -> tuple[str, str]:
    """Make a key; its id and the key itself, which is nowhere kept. Raises ``invalid`` for an empty name."""
    if not 1 <= len(name.strip()) <= 80:
        raise Refusal("invalid", "Nama sistem 1 sampai 80 huruf. Tidak ada yang berubah.")
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    row = ServiceToken(id=uuid7(), agency=agency, name=name.strip(), token_hash=_hash(token), created=now)
    session.add(row)
    await session.flush()
    return row.id, token


async def revoke(session: AsyncSession, id: str, now: datetime) -> None:
    """Close a key. Raises ``not_found`` if there is no open one of that id."""
    done = None
    if is_uuid(id):
        done = await session.execute(
            update(ServiceToken)
            .where(col(ServiceToken.id) == id, col(ServiceToken.revoked).is_(None))
            .values(revoked=now)
            .returning(col(ServiceToken.id))
        )
    if done is None or done.first() is None:
        raise Refusal("not_found", "Kunci ini tidak ada atau sudah ditutup. Tidak ada yang berubah.")


async def consumer(on: On, token: str) -> Actor | None:
    """The system that a key belongs to, ``None`` for an unknown or closed one."""
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    t = ServiceToken
    found = await on.execute(
        select(col(t.id), col(t.agency), col(t.name)).where(col(t.token_hash) == _hash(token), col(t.revoked).is_(None))
    )
    row = found.first()
    return None if row is None else Actor(account=row.id, agency=row.agency, role=ROLE, name=row.name)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
