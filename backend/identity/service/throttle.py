"""Counting guesses in the database, so that a restart or a second process forgets none."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.database.types import Instant
from backend.identity.models import SIGN_IN_THROTTLE
from backend.identity.rules.throttle import ADDRESS, IDENTIFIER, SIGN_UPS, Brake, address_group

_T = SIGN_IN_THROTTLE.c
_MAKE = text(
    "INSERT INTO sign_in_throttle (key, failures, last) VALUES (:key, 0, :now) ON CONFLICT DO NOTHING"
).bindparams(bindparam("now", type_=Instant))


def keys_of(lookup: bytes, identifier: str, address: str) -> dict[str, Brake]:
    """The counters that one attempt touches: keyed hashes, so that the table holds no number and no address."""
    return {
        _hash(lookup, f"identifier/{identifier}"): IDENTIFIER,
        _hash(lookup, f"address/{address_group(address)}"): ADDRESS,
    }


def keys_of_sign_up(lookup: bytes, identifiers: Iterable[str], address: str) -> dict[str, Brake]:
    """The counters of opening an account: each identifier that is given, and the address by a brake of its own, which
    takes nobody's sign-in."""
    counters = {_hash(lookup, f"sign-up/{one}"): IDENTIFIER for one in identifiers if one}
    return counters | {_hash(lookup, f"sign-up-address/{address_group(address)}"): SIGN_UPS}


def _hash(lookup: bytes, value: str) -> str:
    return hmac.new(lookup, f"throttle/{value}".encode(), hashlib.sha256).hexdigest()


async def reserve(connection: AsyncConnection, counters: Mapping[str, Brake], now: datetime) -> timedelta | None:
    """Count an attempt as failed before it is judged; the wait if it may not be tried now.

    Counting first is what holds back many guesses at once: each sees those before it.
    """
    waits: list[timedelta] = []
    for key in sorted(counters):
        await connection.execute(_MAKE, {"key": key, "now": now})
        row = (await connection.execute(select(SIGN_IN_THROTTLE).where(_T.key == key).with_for_update())).one()
        if row.blocked_until is not None and row.blocked_until > now:
            waits.append(row.blocked_until - now)
            continue
        failures = counters[key].remembered(row.failures, row.last, now) + 1
        wait = counters[key].wait(failures)
        blocked = None if wait is None else now + wait
        change = {"failures": failures, "last": now, "blocked_until": blocked}
        await connection.execute(update(SIGN_IN_THROTTLE).where(_T.key == key).values(change))
    return max(waits, default=None)


async def forgive(connection: AsyncConnection, counters: Mapping[str, Brake]) -> None:
    """The attempt was right: the identifier starts afresh, the address gets its attempt back."""
    for key in sorted(counters):
        afresh = counters[key] is IDENTIFIER
        left = 0 if afresh else case((_T.failures > 0, _T.failures - 1), else_=0)
        change = {"failures": left, "blocked_until": None}
        await connection.execute(update(SIGN_IN_THROTTLE).where(_T.key == key).values(change))


async def forget_old(connection: AsyncConnection, now: datetime) -> None:
    """Delete counters that no longer count; called by a nightly job."""
    await connection.execute(delete(SIGN_IN_THROTTLE).where(_T.last < now - timedelta(days=1)))
