"""Putting notices into the outbox, and who can be reached: everything inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.jobs.wake import wake
from backend.notifications.endpoints import endpoint_hash
from backend.notifications.models import Delivery, Preference, PushSubscription
from backend.notifications.rules import ENDS, State, family
from sync.errors import Refusal
from sync.ids import uuid7

CHANNEL = "sambung_deliveries"
KEPT = timedelta(days=90)
TEST_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell one person. ``kind``: ``family`` or ``family.detail``; ``thread``: what it is about.

    ``title``, ``body`` and ``who`` (whose word it is) reach the lock screen only if the person chose to see content
    there. ``url`` is a path of the app and holds opaque ids only. ``after``: so long it waits whether the person reads
    the thread anyway, because it is open before them.
    """

    agency: str
    account: str
    kind: str
    title: str
    body: str
    url: str
    thread: str | None = None
    who: str = ""
    after: timedelta = timedelta(0)


async def notify(
    session: AsyncSession,
    *,
    agency: str,
    account: str,
    kind: str,
    title: str,
    body: str,
    url: str,
    now: datetime,
    thread: str | None = None,
) -> str:
    """Tell one person, once this transaction commits; returns the delivery's id. ``now``: aware."""
    [id] = await notify_all(session, [Notice(agency, account, kind, title, body, url, thread)], now=now)
    return id


async def notify_all(session: AsyncSession, notices: Sequence[Notice], *, now: datetime) -> list[str]:
    """Tell many people with one statement; returns the deliveries' ids in the same order."""
    if not notices:
        return []
    rows = [_row(notice, now) for notice in notices]
    await session.execute(insert(Delivery), rows)
    await wake(session, CHANNEL)
    return [row["id"] for row in rows]


async def send_test(session: AsyncSession, *, agency: str, account: str, now: datetime) -> str:
    """A trial notice to the person's own devices. Raises :class:`Refusal` ``too_many`` within ten seconds."""
    recent = await session.execute(
        select(col(Delivery.id)).where(
            col(Delivery.account) == account, col(Delivery.kind) == "test", col(Delivery.created) > now - TEST_PAUSE
        )
    )
    if recent.first() is not None:
        raise Refusal("too_many", "Uji coba baru saja dikirim. Tunggu 10 detik, lalu coba lagi.")
    return await notify(
        session, agency=agency, account=account, kind="test", title="", body="", url="/notifikasi", now=now,
        thread="test",
    )  # fmt: skip


async def suppress_thread(
    session: AsyncSession, account: str, thread: str, *, now: datetime, until: datetime | None = None
) -> int:
    """The person has read the thread on some device, as it was at ``until`` (left out: now): what was not sent yet
    stays unsent. Returns how many. The next notice of the thread counts from here.
    """
    own = [col(Delivery.account) == account, col(Delivery.thread) == thread]
    if until is not None:
        # What travels is cut to milliseconds.
        own.append(col(Delivery.created) < until + timedelta(milliseconds=1))
    stopped = await session.execute(
        update(Delivery)
        .where(*own, col(Delivery.state).in_((State.WAITING, State.SENDING)))
        .values(state=State.SUPPRESSED, last_error="read", ended=now, claim=None, title="", body="", who="")
        .returning(col(Delivery.id))
    )
    await session.execute(update(Delivery).where(*own, col(Delivery.seen).is_(None)).values(seen=now))
    return len(stopped.all())


async def set_preference(
    session: AsyncSession, *, account: str, agency: str, changes: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Replace the given members (wire names; ``None`` removes one); returns the whole new body."""
    stored = await session.get(Preference, account)
    body = {**(stored.body if stored is not None else {}), **changes}
    body = {name: value for name, value in body.items() if value is not None}
    values = {"account": account, "agency": agency, "body": body, "updated": now}
    on_postgres = session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql.insert if on_postgres else sqlite.insert)(Preference).values(**values)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["account"], set_={"body": body, "updated": now})
    )
    if stored is not None:
        await session.refresh(stored)
    return body


@dataclass(frozen=True, slots=True)
class Reach:
    """How a browser can be reached, as it told us; checked before."""

    endpoint: str
    p256dh: str
    auth: str
    label: str = ""


async def subscribe(
    session: AsyncSession, *, id: str, account: str, agency: str, device: str, reach: Reach, now: datetime
) -> list[PushSubscription]:
    """Reach this device from now on; returns every row that changed, the subscribed one first.

    One row a device: another row of the same device and account is replaced. The same endpoint under another
    account means that somebody else signed in on this browser: the earlier one loses it. Saying the same
    again changes nothing (an empty list), so a client may do it at every start.
    """
    hashed = endpoint_hash(reach.endpoint)
    if session.get_bind().dialect.name == "postgresql":
        # Two accounts of one browser at the same instant: the second waits here, not on a unique index.
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": hashed})
    found = await session.execute(
        select(PushSubscription).where(
            (col(PushSubscription.id) == id)
            | (col(PushSubscription.endpoint_hash) == hashed) & col(PushSubscription.removed_at).is_(None)
            | (col(PushSubscription.account) == account)
            & (col(PushSubscription.device) == device)
            & col(PushSubscription.removed_at).is_(None)
        )
    )
    rows = {row.id: row for row in found.scalars()}
    own = rows.pop(id, None)
    if own is not None and own.account != account:
        raise Refusal("not_found", "Perangkat ini tidak ditemukan. Muat ulang halaman, lalu coba lagi.")
    changed: list[PushSubscription] = []
    for row in rows.values():
        row.removed_at, row.removed_reason = now, "replaced" if row.account == account else "taken_over"
        changed.append(row)
    # The old rows must be out of the unique index before the new one enters it.
    await session.flush()
    wanted: dict[str, Any] = {
        "endpoint": reach.endpoint,
        "endpoint_hash": hashed,
        "p256dh": reach.p256dh,
        "auth": reach.auth,
        "label": reach.label,
        "device": device,
        "removed_at": None,
        "removed_reason": None,
    }
    if own is None:
        own = PushSubscription(id=id, agency=agency, account=account, created=now, **wanted)
        session.add(own)
    elif all(getattr(own, name) == value for name, value in wanted.items()):
        return changed
    else:
        if own.endpoint_hash != hashed:
            own.failures = 0
        for name, value in wanted.items():
            setattr(own, name, value)
    await session.flush()
    return [own, *changed]


async def unsubscribe(
    session: AsyncSession, *, id: str, account: str, device: str, now: datetime
) -> list[PushSubscription]:
    """Reach this device no more; returns the rows that changed (none if it was not reached anyway)."""
    found = await session.execute(
        select(PushSubscription).where(
            col(PushSubscription.account) == account,
            (col(PushSubscription.id) == id) | (col(PushSubscription.device) == device),
            col(PushSubscription.removed_at).is_(None),
        )
    )
    rows = list(found.scalars())
    for row in rows:
        row.removed_at, row.removed_reason = now, "unsubscribed"
    await session.flush()
    return rows


async def drop_device(session: AsyncSession, *, account: str, device: str, now: datetime) -> list[PushSubscription]:
    """The device was revoked or signed out: it gets no notices any more."""
    return await unsubscribe(session, id=device, account=account, device=device, now=now)


async def deliveries(session: AsyncSession, *, agency: str, first: int, state: State | None = None) -> list[Delivery]:
    """The agency's newest deliveries, at most ``first`` (capped at 200), without their texts."""
    query = select(Delivery).where(col(Delivery.agency) == agency)
    if state is not None:
        query = query.where(col(Delivery.state) == state)
    found = await session.execute(
        query.order_by(col(Delivery.created).desc(), col(Delivery.id).desc()).limit(max(1, min(first, 200)))
    )
    return list(found.scalars())


async def prune(session: AsyncSession, now: datetime) -> int:
    """Forget deliveries that ended, and subscriptions that were removed, 90 days ago; returns how many."""
    old = await session.execute(
        delete(Delivery)
        .where(col(Delivery.state).in_(ENDS), col(Delivery.ended) < now - KEPT)
        .returning(col(Delivery.id))
    )
    gone = await session.execute(
        delete(PushSubscription)
        .where(col(PushSubscription.removed_at) < now - KEPT)
        .returning(col(PushSubscription.id))
    )
    return len(old.all()) + len(gone.all())


def _row(notice: Notice, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "agency": notice.agency,
        "account": notice.account,
        "kind": notice.kind,
        "thread": notice.thread,
        "title": notice.title[:120],
        "body": notice.body[:500],
        "who": notice.who[:120],
        "url": notice.url,
        "created": now,
        "expires": now + family(notice.kind).lasts,
        "not_before": now + notice.after,
        "state": State.WAITING,
        "attempts": 0,
    }
