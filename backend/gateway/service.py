"""Gateways of agencies, their secrets, and texts put into the queue inside the caller's transaction."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.gateway.models import Gateway, GatewayText
from backend.gateway.rules import State
from backend.jobs import service as jobs
from backend.keys import Keys
from sync.errors import Refusal
from sync.ids import derived

DELIVER_JOB = "gateway.deliver"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text on its way out. ``id`` names it for good; ``about`` is what its owner knows it by."""

    id: str
    agency: str
    gateway: str
    address: str
    text: str
    about: str | None


async def enqueue(session: AsyncSession, out: Outgoing, now: datetime) -> None:
    """Put a text into the queue; the same ``id`` again has no effect."""
    row = {
        "id": out.id, "agency": out.agency, "gateway": out.gateway, "address": out.address, "text": out.text,
        "about": out.about, "state": State.WAITING, "tries": 0, "created": now,
    }  # fmt: skip
    on_postgres = session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql.insert if on_postgres else sqlite.insert)(GatewayText).values(row)
    done = await session.execute(statement.on_conflict_do_nothing().returning(col(GatewayText.id)))
    if done.first() is not None:
        await jobs.schedule(session, DELIVER_JOB, out.id, now, {"text": out.id}, out.agency)


async def again(session: AsyncSession, id: str, address: str, text: str, now: datetime) -> None:
    """Let a text that failed be tried anew. The gateway knows it by the same id, so it is still one text."""
    done = await session.execute(
        update(GatewayText)
        .where(col(GatewayText.id) == id, col(GatewayText.state) == State.FAILED)
        .values(state=State.WAITING, tries=0, address=address, text=text, last_error=None, ended=None)
        .returning(col(GatewayText.agency))
    )
    found = done.first()
    if found is not None:
        await jobs.schedule(session, DELIVER_JOB, id, now, {"text": id}, found.agency)


async def find(session: AsyncSession, id: str) -> Gateway | None:
    """An active gateway by the id in its address."""
    found = await session.execute(select(Gateway).where(col(Gateway.id) == id, col(Gateway.active).is_(True)))
    return found.scalars().first()


async def of_agency(session: AsyncSession, agency: str) -> Sequence[Gateway]:
    """All gateways of an agency, by code."""
    found = await session.execute(select(Gateway).where(col(Gateway.agency) == agency).order_by(col(Gateway.code)))
    return found.scalars().all()


async def install(
    session: AsyncSession, agency: str, code: str, *, owner: str, channel: str, name: str, url: str | None,
    now: datetime,
) -> Gateway:  # fmt: skip
    """Make or change a gateway. Raises ``invalid`` for an address that is not http or https."""
    if url is not None and not url.startswith(("https://", "http://")):
        raise Refusal("invalid", "Alamat gateway harus diawali https:// atau http://. Tidak ada yang berubah.")
    id = derived(agency, f"gateway:{code}")
    row = await session.get(Gateway, id)
    if row is None:
        row = Gateway(id=id, agency=agency, code=code, owner=owner, channel=channel, name=name, url=url, created=now)
        session.add(row)
    row.owner, row.channel, row.name, row.url, row.active = owner, channel, name, url, True
    await session.flush()
    return row


def secret(keys: Keys, gateway: Gateway) -> bytes:
    """What signs both ways, from the key file: a stolen database forges nothing. 43 URL-safe characters."""
    raw = keys.derive("sign", f"gateway:{gateway.id}:{gateway.secret_version}")
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
