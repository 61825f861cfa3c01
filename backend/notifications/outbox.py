"""The two transactions around a pass over the network: claiming what is due, and writing down how it went."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.notifications.endpoints import endpoint_hash
from backend.notifications.models import Delivery, DeliveryAttempt, Preference, PushSubscription
from backend.notifications.rules import (
    DEFAULT_ZONE,
    FAILURES_UNTIL_REMOVED,
    MAX_ATTEMPTS,
    Outcome,
    State,
    Wishes,
    end_of,
    family,
    pause,
    quiet_until,
)
from backend.notifications.webpush_adapter import Answer, Target
from sync.ids import uuid4

LEASE = timedelta(minutes=2)
ZoneOf = Callable[[AsyncSession, Collection[str]], Awaitable[Mapping[str, str]]]
"""Port: agency ids to IANA zone names; missing ones count as ``DEFAULT_ZONE``."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery in our hands: what to send, and to which devices (those that do not have it yet)."""

    id: str
    claim: str
    agency: str
    account: str
    kind: str
    thread: str | None
    title: str
    body: str
    who: str
    count: int
    url: str
    expires: datetime
    attempts: int
    show_content: bool
    targets: tuple[Target, ...]
    ended: Mapping[str, Outcome]


@dataclass(slots=True)
class Sent:
    """A claimed delivery after its pass over the network: each target with the answer."""

    claimed: Claimed
    answers: list[tuple[Target, Answer]] = field(default_factory=list)


@dataclass(slots=True)
class Claims:
    """What one claim found: deliveries to send, and how others ended without being sent."""

    claimed: list[Claimed] = field(default_factory=list)
    ended: list[State] = field(default_factory=list)
    touched: int = 0


@dataclass(slots=True)
class Settled:
    """What a settling changed: the states that deliveries took, and subscriptions whose status changed."""

    states: list[State] = field(default_factory=list)
    subscriptions: list[PushSubscription] = field(default_factory=list)


def ready(now: datetime) -> Any:
    """The condition of deliveries that may be claimed at ``now``."""
    return col(Delivery.state).in_((State.WAITING, State.SENDING)) & (col(Delivery.not_before) <= now)


async def claim(session: AsyncSession, *, now: datetime, most: int, zone_of: ZoneOf | None) -> Claims:
    """Take up to ``most`` due deliveries; end, or put off, those that need no sending now."""
    chosen = await session.execute(
        select(Delivery)
        .where(ready(now))
        .order_by(col(Delivery.not_before), col(Delivery.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows: Sequence[Delivery] = chosen.scalars().all()
    claims = Claims(touched=len(rows))
    if not rows:
        return claims
    accounts = {row.account for row in rows}
    wishes = await _wishes(session, accounts)
    reachable = await _subscriptions(session, accounts)
    before = await _attempts(session, [row.id for row in rows])
    superseded = await _superseded(session, rows)
    unseen = await _unseen(session, rows, now)
    zones = await zone_of(session, {row.agency for row in rows}) if zone_of is not None else {}
    for row in rows:
        wish = wishes.get(row.account, Wishes())
        state, error = _verdict(row, wish, superseded=row.id in superseded, now=now)
        count, last = unseen.get((row.account, row.thread), (1, None))
        later = _later(row, wish, zones.get(row.agency, DEFAULT_ZONE), last, now)
        ended = before.get(row.id, {})
        targets = tuple(target for target in reachable.get(row.account, ()) if target.subscription not in ended)
        if state is None and later is not None:
            row.state, row.not_before, row.claim = State.WAITING, later, None
            continue
        if state is None and not targets:
            state = end_of(ended.values())
        if state is not None:
            _end(row, state, error, now)
            claims.ended.append(state)
            continue
        # Counted before it is sent: a message that takes the process down must not do so for ever.
        row.state, row.claim, row.not_before, row.attempts = State.SENDING, uuid4(), now + LEASE, row.attempts + 1
        claims.claimed.append(_claimed(row, wish, targets, ended, count))
    return claims


async def settle(session: AsyncSession, sent: Sequence[Sent], *, now: datetime) -> Settled:
    """Write down how each device answered, and what that makes of the delivery and the subscription."""
    settled = Settled()
    sent = sorted(sent, key=lambda one: one.claimed.id)
    held = await _still_held(session, sent)
    await _store_attempts(session, [one for one in sent if one.claimed.id in held], now)
    changes = [_change(one, now) for one in sent if one.claimed.id in held]
    if changes:
        connection = await session.connection()
        table = Delivery.__table__  # type: ignore[attr-defined]
        await connection.execute(
            update(table)
            .where(table.c.id == bindparam("b_id"), table.c.claim == bindparam("b_claim"))
            .values({name: bindparam(f"v_{name}") for name in _CHANGED}),
            changes,
        )
        settled.states = [change["v_state"] for change in changes]
    settled.subscriptions = await _mark_subscriptions(session, sent, now)
    return settled


_CHANGED = ("state", "not_before", "claim", "last_error", "ended", "title", "body", "who")


def _change(one: Sent, now: datetime) -> dict[str, Any]:
    claimed = one.claimed
    outcomes = {**claimed.ended, **{target.subscription: answer.outcome for target, answer in one.answers}}
    codes = [answer.code for _, answer in one.answers if answer.code is not None]
    again = [answer.retry_after for _, answer in one.answers if answer.outcome is Outcome.RETRY]
    change: dict[str, Any] = {
        "b_id": claimed.id,
        "b_claim": claimed.claim,
        "v_claim": None,
        "v_not_before": now,
        "v_last_error": codes[-1] if codes else None,
        "v_title": claimed.title,
        "v_body": claimed.body,
        "v_who": claimed.who,
        "v_ended": None,
        "v_state": State.WAITING,
    }
    if again and claimed.attempts < MAX_ATTEMPTS:
        asked = max((wish for wish in again if wish is not None), default=None)
        change["v_not_before"] = now + pause(claimed.attempts, random.random(), asked)  # noqa: S311 (spreads load)
        return change
    state = end_of(list(outcomes.values()))
    if state is State.DELIVERED:
        change["v_last_error"] = None
    return {**change, "v_state": state, "v_ended": now, "v_title": "", "v_body": "", "v_who": ""}


async def _still_held(session: AsyncSession, sent: Sequence[Sent]) -> set[str]:
    """Those whose claim is still ours: others were read elsewhere meanwhile, or taken over after the lease."""
    found = await session.execute(
        select(col(Delivery.id), col(Delivery.claim))
        .where(col(Delivery.id).in_([one.claimed.id for one in sent]))
        .order_by(col(Delivery.id))
        .with_for_update()
    )
    claims = {row.id: row.claim for row in found}
    return {one.claimed.id for one in sent if claims.get(one.claimed.id) == one.claimed.claim}


async def _store_attempts(session: AsyncSession, sent: Sequence[Sent], now: datetime) -> None:
    rows = [
        {
            "delivery": one.claimed.id,
            "subscription": target.subscription,
            "outcome": answer.outcome,
            "attempts": 1,
            "last_error": answer.code,
            "at": now,
        }
        for one in sent
        for target, answer in one.answers
    ]
    if not rows:
        return
    on_postgres = session.get_bind().dialect.name == "postgresql"
    statement: Any = (postgresql.insert if on_postgres else sqlite.insert)(DeliveryAttempt)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["delivery", "subscription"],
            set_={
                "outcome": statement.excluded.outcome,
                "last_error": statement.excluded.last_error,
                "at": statement.excluded.at,
                "attempts": col(DeliveryAttempt.attempts) + 1,
            },
        ),
        rows,
    )


async def _mark_subscriptions(session: AsyncSession, sent: Sequence[Sent], now: datetime) -> list[PushSubscription]:
    """Count successes and refusals; remove what is gone. Returns the rows whose shown status changed."""
    answers: dict[str, list[tuple[Target, Answer]]] = defaultdict(list)
    for one in sent:
        for target, answer in one.answers:
            answers[target.subscription].append((target, answer))
    found = await session.execute(
        select(PushSubscription)
        .where(col(PushSubscription.id).in_(sorted(answers)))
        .order_by(col(PushSubscription.id))
        .with_for_update()
    )
    changed = []
    for row in found.scalars():
        # A device may have subscribed anew while we spoke to its old endpoint.
        current = [answer for target, answer in answers[row.id] if endpoint_hash(target.endpoint) == row.endpoint_hash]
        shown = _shown(row)
        for answer in current:
            _mark(row, answer, now)
        if _shown(row) != shown:
            changed.append(row)
    return changed


def _mark(row: PushSubscription, answer: Answer, now: datetime) -> None:
    if answer.outcome is Outcome.DELIVERED:
        row.last_success_at, row.failures = now, 0
    elif answer.outcome is Outcome.FAILED:
        row.failures += 1
    gone = answer.outcome is Outcome.GONE
    if row.removed_at is None and (gone or row.failures >= FAILURES_UNTIL_REMOVED):
        row.removed_at, row.removed_reason = now, "gone" if gone else "failing"


def _shown(row: PushSubscription) -> tuple[bool, str | None]:
    """What the feed tells of it: reached or not, and the last success by the quarter of an hour.

    Every message would be a change of the feed otherwise.
    """
    last = row.last_success_at
    return row.removed_at is None, None if last is None else f"{last:%Y%m%d%H}{last.minute // 15}"


def _verdict(row: Delivery, wish: Wishes, *, superseded: bool, now: datetime) -> tuple[State | None, str | None]:
    if now >= row.expires:
        return State.EXPIRED, row.last_error
    if superseded:
        return State.SUPPRESSED, "superseded"
    if not wish.wants(row.kind):
        return State.SUPPRESSED, "preference"
    if row.attempts >= MAX_ATTEMPTS:
        return State.FAILED_PERMANENT, row.last_error or "lease_lost"
    return None, None


def _end(row: Delivery, state: State, error: str | None, now: datetime) -> None:
    row.state, row.ended, row.claim, row.title, row.body, row.who = state, now, None, "", "", ""
    row.last_error = error if error is not None else (None if state is State.DELIVERED else row.last_error)


def _later(row: Delivery, wish: Wishes, zone: str, last: datetime | None, now: datetime) -> datetime | None:
    """Until when it waits: for the end of the quiet hours, or for the gap after one that was not looked at."""
    of_kind = family(row.kind)
    if of_kind.always:
        return None
    quiet = quiet_until(now, wish.quiet, zone)
    if quiet is None and last is not None and last + of_kind.gap > now:
        return last + of_kind.gap
    return quiet


def _claimed(
    row: Delivery, wish: Wishes, targets: tuple[Target, ...], ended: Mapping[str, Outcome], count: int
) -> Claimed:
    return Claimed(
        id=row.id,
        claim=row.claim or "",
        agency=row.agency,
        account=row.account,
        kind=row.kind,
        thread=row.thread,
        title=row.title,
        body=row.body,
        who=row.who,
        count=count,
        url=row.url,
        expires=row.expires,
        attempts=row.attempts,
        show_content=wish.show_content,
        targets=targets,
        ended=ended,
    )


async def _wishes(session: AsyncSession, accounts: Iterable[str]) -> dict[str, Wishes]:
    found = await session.execute(
        select(col(Preference.account), col(Preference.body)).where(col(Preference.account).in_(sorted(accounts)))
    )
    return {row.account: Wishes.of(row.body) for row in found}


async def _subscriptions(session: AsyncSession, accounts: Iterable[str]) -> dict[str, list[Target]]:
    reach = PushSubscription
    found = await session.execute(
        select(col(reach.account), col(reach.id), col(reach.endpoint), col(reach.p256dh), col(reach.auth))
        .where(col(reach.account).in_(sorted(accounts)), col(reach.removed_at).is_(None))
        .order_by(col(reach.id))
    )
    by_account: dict[str, list[Target]] = defaultdict(list)
    for row in found:
        by_account[row.account].append(Target(row.id, row.endpoint, row.p256dh, row.auth))
    return by_account


async def _attempts(session: AsyncSession, ids: Sequence[str]) -> dict[str, dict[str, Outcome]]:
    """Devices that a delivery is through with, and how."""
    found = await session.execute(
        select(col(DeliveryAttempt.delivery), col(DeliveryAttempt.subscription), col(DeliveryAttempt.outcome)).where(
            col(DeliveryAttempt.delivery).in_(ids), col(DeliveryAttempt.outcome) != Outcome.RETRY
        )
    )
    through: dict[str, dict[str, Outcome]] = defaultdict(dict)
    for row in found:
        through[row.delivery][row.subscription] = Outcome(row.outcome)
    return through


async def _unseen(
    session: AsyncSession, rows: Sequence[Delivery], now: datetime
) -> dict[tuple[str, str | None], tuple[int, datetime | None]]:
    """For each person and thread: how many notices they have not looked at, and when the last one reached a device."""
    threads = sorted({row.thread for row in rows if row.thread is not None})
    if not threads:
        return {}
    reached = case((col(Delivery.state) == State.DELIVERED, col(Delivery.ended)))
    found = await session.execute(
        select(col(Delivery.account), col(Delivery.thread), func.count(), func.max(reached))
        .where(
            col(Delivery.account).in_(sorted({row.account for row in rows})),
            col(Delivery.thread).in_(threads),
            col(Delivery.seen).is_(None),
            col(Delivery.expires) > now,
        )
        .group_by(col(Delivery.account), col(Delivery.thread))
    )
    return {(account, thread): (count, last) for account, thread, count, last in found}


async def _superseded(session: AsyncSession, rows: Sequence[Delivery]) -> set[str]:
    """Deliveries of a thread that has a newer one: a person sees one live notice a thread, the newest."""
    threaded = [row.id for row in rows if row.thread is not None]
    if not threaded:
        return set()
    # Columns of the table rather than of the model: the same table stands on both sides.
    own: Any = Delivery.__table__  # type: ignore[attr-defined]
    newer = own.alias("newer")
    found = await session.execute(
        select(own.c.id).where(
            own.c.id.in_(threaded),
            exists().where(
                newer.c.account == own.c.account,
                newer.c.thread == own.c.thread,
                newer.c.state != State.SUPPRESSED,
                or_(newer.c.created > own.c.created, and_(newer.c.created == own.c.created, newer.c.id > own.c.id)),
            ),
        )
    )
    return set(found.scalars())
