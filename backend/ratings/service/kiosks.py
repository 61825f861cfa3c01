"""Counter tablets: pairing, their own identity in the sync protocol, the staff's PIN, release.

A kiosk is no person: its ``account`` is in no list of people and holds no role. It has a session of its own, opened
by a pairing code, and may push ratings; it sees what concerns its site. Released, or paired anew, the old session may
still hand in for 30 days what it holds, marked as such, and sees nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import Response

from backend.audit import service as audit
from backend.database.engine import Database
from backend.identity.models import DEVICE_SESSION
from backend.identity.rules import passwords
from backend.identity.rules.throttle import address_group
from backend.identity.service import throttle
from backend.identity.service.directory import Directory, token_hash
from backend.keys import Keys
from backend.ratings.models import RatingKiosk
from backend.ratings.rules import pins
from backend.ratings.service import counters, presence
from sync.actors import Actor, Viewer
from sync.clock import Clock
from sync.errors import Refusal
from sync.ids import uuid4, uuid7
from sync.writing import Writing

CODE_LIFE = timedelta(minutes=30)
SESSION_LIFE = timedelta(days=400)
"""As long as browsers keep a cookie; it slides with use."""
TOUCH = timedelta(hours=12)
GRACE = timedelta(days=30)
"""So long a released tablet may hand in what it holds."""
TOKEN_BYTES = 18
NO_CODE = "Kode tidak cocok atau sudah tidak berlaku. Minta kode baru ke tim rating."
NO_KIOSK = "Tablet ini tidak ditemukan. Muat ulang daftarnya."


def cookie_name(secure: bool) -> str:
    """The tablet's own cookie: beside a person's session, never in its place. Named as that one is."""
    return "__Host-sambung-loket" if secure else "sambung-loket"


def set_cookie(response: Response, token: str, *, secure: bool) -> None:
    """Give a tablet its cookie: persistent, HttpOnly, SameSite=Lax, Secure wherever there is TLS."""
    age = int(SESSION_LIFE.total_seconds())
    response.set_cookie(
        cookie_name(secure), token, max_age=age, path="/", secure=secure, httponly=True, samesite="lax"
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issued:
    """A pairing code, shown once; ``expires`` is UTC."""

    kiosk: str
    code: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Paired:
    """A tablet's new session: the token goes into its cookie and nowhere else."""

    token: str
    kiosk: str
    account: str
    site: str


@dataclass(frozen=True, slots=True)
class KioskSession:
    """A tablet's session: its viewer for the engine; ``stale``: its use should be written down."""

    id: str
    viewer: Viewer
    stale: bool


class Kiosks:
    """Everything about counter tablets. One a server; fills a part of the port :class:`sync.actors.Viewers`."""

    def __init__(self, db: Database, keys: Keys, clock: Clock, directory: Directory) -> None:
        self.db = db
        self.keys = keys
        self.clock = clock
        self.directory = directory
        self.writing: Callable[[str], AbstractAsyncContextManager[Writing]]
        """A transaction that publishes: the engine's, which itself asks here who a tablet is."""

    async def add(self, actor: Actor, site: str, name: str) -> tuple[Issued, str]:
        """A new tablet for a site, with its first code and the PIN of its staff, both shown once.

        Who may is judged before. Raises :class:`Refusal` ``invalid`` for a unit that is no site of the agency.
        """
        name = " ".join(name.split())[:80]
        if not name:
            raise Refusal("invalid", "Beri tablet ini nama.", fields={"name": "Beri tablet ini nama."})
        pin, kiosk = pins.new_pin(), uuid7()
        async with self.db.writing() as connection:
            now = self.clock.now()
            tree = await self.directory.trees.get(connection, actor.agency)
            node = tree.in_force(site, tree.today(now))
            if node is None or not node.site:
                raise Refusal("invalid", "Pilih lokasi layanan.", fields={"site": "Pilih lokasi layanan."})
            row = {
                "id": kiosk, "agency": actor.agency, "site": site, "name": name, "account": uuid4(),
                "pin_hash": pins.check_of(pin).stored(), "created": now, "created_by": actor.account,
                "step_secret": presence.new_screen_key(self.keys, kiosk),
            }  # fmt: skip
            await connection.execute(insert(RatingKiosk), [row])
            issued = await self._issue(connection, actor, kiosk, now)
            await self._log(connection, actor, "kiosk.add", kiosk, now)
        return issued, pin

    async def issue_code(self, actor: Actor, kiosk: str) -> Issued:
        """A new pairing code for a tablet that lost its session, or for one that takes its place."""
        async with self.db.writing() as connection:
            now = self.clock.now()
            await self._open_row(connection, actor.agency, kiosk)
            issued = await self._issue(connection, actor, kiosk, now)
            await self._log(connection, actor, "kiosk.code", kiosk, now)
        return issued

    async def issue_pin(self, actor: Actor, kiosk: str) -> str:
        """A new PIN, shown once; the tablet learns of it with its next pull."""
        pin = pins.new_pin()
        check = pins.check_of(pin).stored()
        async with self.writing(actor.agency) as w:
            await self._open_row(w.connection, actor.agency, kiosk)
            change = update(RatingKiosk).where(col(RatingKiosk.id) == kiosk).values(pin_hash=check)
            await w.connection.execute(change)
            await counters.publish(w, self.keys, self.directory, kiosk)
            await self._log(w.connection, actor, "kiosk.pin", kiosk, w.now)
        return pin

    async def release(self, actor: Actor, kiosk: str) -> None:
        """End a tablet's work: it hands in what it holds and sees nothing any more."""
        async with self.writing(actor.agency) as w:
            row = await self._open_row(w.connection, actor.agency, kiosk)
            change = {"revoked": w.now, "pairing_hash": None, "pairing_expires": None}
            await w.connection.execute(update(RatingKiosk).where(col(RatingKiosk.id) == kiosk).values(change))
            await self._end_sessions(w.connection, row["account"], w.now)
            w.unpublish("kiosk", kiosk)
            await self._log(w.connection, actor, "kiosk.release", kiosk, w.now)

    async def pair(self, code: str, *, address: str) -> Paired:
        """Bind the tablet that brings a code. Raises :class:`Refusal` ``pairing_failed`` and ``throttled``.

        The account stays the kiosk's own over any number of pairings: what a tablet holds goes through after it.
        """
        counted = f"kiosk/{address_group(address)}"
        tries = throttle.keys_of(self.keys.lookup, counted, address)
        async with self.db.writing() as connection:
            wait = await throttle.reserve(connection, tries, self.clock.now())
        if wait is not None:
            raise Refusal("throttled", "Terlalu banyak percobaan. Tunggu sebentar, lalu coba lagi.")
        typed = passwords.read_code(code)
        found = None if typed is None else await self._waiting(typed)
        if found is None:
            raise Refusal("pairing_failed", NO_CODE, fields={"code": NO_CODE})
        token = secrets.token_urlsafe(TOKEN_BYTES)
        async with self.writing(found["agency"]) as w:
            taken = await w.connection.execute(
                update(RatingKiosk)
                .where(col(RatingKiosk.id) == found["id"], col(RatingKiosk.pairing_hash) == found["pairing_hash"])
                .values(pairing_hash=None, pairing_expires=None, paired=w.now)
            )
            if taken.rowcount != 1:
                raise Refusal("pairing_failed", NO_CODE, fields={"code": NO_CODE})
            await self._end_sessions(w.connection, found["account"], w.now)
            session = {
                "id": uuid7(), "token_hash": token_hash(token), "account": found["account"],
                "agency": found["agency"], "label": found["name"], "created": w.now, "last_seen": w.now,
                "expires": w.now + SESSION_LIFE, "revoked": None,
            }  # fmt: skip
            await w.connection.execute(insert(DEVICE_SESSION), [session])
            await throttle.forgive(w.connection, tries)
            await counters.publish(w, self.keys, self.directory, found["id"])
            await counters.arm(w.session, found["agency"], w.now)
            await audit.record(
                w.connection, agency=found["agency"], actor=None, role=None, act="kiosk.pair", object_kind="kiosk",
                object_id=found["id"], at=w.now,
            )  # fmt: skip
        return Paired(token, found["id"], found["account"], found["site"])

    async def session(self, token: str) -> KioskSession | None:
        """The session of a tablet's cookie; ``None`` if it never was one, or is over for good."""
        s, k, now = DEVICE_SESSION.c, RatingKiosk, self.clock.now()
        query = (
            select(
                s.id, s.last_seen, s.expires, s.revoked.label("closed"),
                col(k.id).label("kiosk"), col(k.account), col(k.agency), col(k.site), col(k.name), col(k.revoked),
            )
            .join(RatingKiosk, col(k.account) == s.account)
            .where(s.token_hash == token_hash(token))
        )  # fmt: skip
        async with self.db.glancing() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        ended = min((at for at in (row["closed"], row["revoked"], row["expires"]) if at and at <= now), default=None)
        if ended is not None and ended + GRACE <= now:
            return None
        stale = ended is None and now - row["last_seen"] >= TOUCH
        return KioskSession(row["id"], _viewer({**row, "id": row["kiosk"]}, released=ended is not None), stale)

    async def from_cookie(self, request: Request, response: Response, *, secure: bool) -> Viewer | None:
        """The tablet that asks, if it is one; its session slides with use, and its cookie with it."""
        token = request.cookies.get(cookie_name(secure))
        session = await self.session(token) if token and len(token) <= 200 else None
        if session is not None and session.stale:
            await self.touch(session)
            set_cookie(response, token or "", secure=secure)
        return None if session is None else session.viewer

    async def touch(self, session: KioskSession) -> None:
        """Slide a session that is in use."""
        now = self.clock.now()
        change = {"last_seen": now, "expires": now + SESSION_LIFE}
        async with self.db.writing() as connection:
            await connection.execute(update(DEVICE_SESSION).where(DEVICE_SESSION.c.id == session.id).values(change))

    async def viewer(self, connection: AsyncConnection, account: str) -> Viewer | None:
        """The kiosk of an account, for what waited on the server; ``None`` if it is none."""
        query = select(RatingKiosk.__table__).where(col(RatingKiosk.account) == account)  # type: ignore[attr-defined]
        row = (await connection.execute(query)).mappings().first()
        return None if row is None else _viewer(row, released=row["revoked"] is not None)

    async def listing(self, connection: AsyncConnection, agency: str, sites: Collection[str]) -> Sequence[Any]:
        """The tablets of these sites, by name, released ones last."""
        k = RatingKiosk
        query = (
            select(RatingKiosk.__table__)  # type: ignore[attr-defined]
            .where(col(k.agency) == agency, col(k.site).in_(list(sites)))
            .order_by(col(k.revoked).is_not(None), col(k.name), col(k.id))
        )
        rows: Sequence[Any] = (await connection.execute(query)).mappings().all()
        return rows

    async def _issue(self, connection: AsyncConnection, actor: Actor, kiosk: str, now: datetime) -> Issued:
        code = "".join(secrets.choice(passwords.CODE_SYMBOLS) for _ in range(passwords.CODE_LENGTH))
        change = {"pairing_hash": self._hash(code), "pairing_expires": now + CODE_LIFE}
        mine = (col(RatingKiosk.id) == kiosk, col(RatingKiosk.agency) == actor.agency)
        await connection.execute(update(RatingKiosk).where(*mine).values(change))
        return Issued(kiosk, code, now + CODE_LIFE)

    async def _waiting(self, code: str) -> Any:
        k, now = RatingKiosk, self.clock.now()
        wanted: tuple[ColumnElement[bool], ...] = (
            col(k.pairing_hash) == self._hash(code), col(k.pairing_expires) > now, col(k.revoked).is_(None),
        )  # fmt: skip
        async with self.db.reading() as connection:
            query = select(RatingKiosk.__table__).where(*wanted)  # type: ignore[attr-defined]
            return (await connection.execute(query)).mappings().first()

    async def _open_row(self, connection: AsyncConnection, agency: str, kiosk: str) -> Any:
        k = RatingKiosk
        query = select(RatingKiosk.__table__).where(  # type: ignore[attr-defined]
            col(k.id) == kiosk, col(k.agency) == agency, col(k.revoked).is_(None)
        )
        row = (await connection.execute(query.with_for_update())).mappings().first()
        if row is None:
            raise Refusal("not_found", NO_KIOSK)
        return row

    async def _end_sessions(self, connection: AsyncConnection, account: str, now: datetime) -> None:
        s = DEVICE_SESSION.c
        mine = (s.account == account, s.revoked.is_(None))
        await connection.execute(update(DEVICE_SESSION).where(*mine).values(revoked=now))

    async def _log(self, connection: AsyncConnection, actor: Actor, act: str, kiosk: str, now: datetime) -> None:
        await audit.record(
            connection, agency=actor.agency, actor=actor.account, role=actor.role, act=act, object_kind="kiosk",
            object_id=kiosk, at=now,
        )  # fmt: skip

    def _hash(self, code: str) -> str:
        # 40 random bits: a keyed hash cannot be searched without the key, which is not in the database.
        return hmac.new(self.keys.lookup, f"kiosk/{code}".encode(), hashlib.sha256).hexdigest()


def _viewer(row: Any, *, released: bool) -> Viewer:
    """Who a tablet is for the engine. ``facts``: ``kiosk`` and ``site`` (ids), ``released``."""
    audiences = frozenset() if released else frozenset({f"person:{row['account']}", f"area:{row['site']}"})
    facts = {"kiosk": row["id"], "site": row["site"], "released": released}
    return Viewer(Actor(row["account"], row["agency"], audiences, name=row["name"], facts=facts))
