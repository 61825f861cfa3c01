"""Opening an account: sign-in, activation, passwords, sessions."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.audit import service as audit
from backend.database.engine import Database
from backend.identity.models import ACTIVATION, AGENCY, CREDENTIAL, DEVICE_SESSION, PERSON
from backend.identity.rules import numbers, passwords
from backend.identity.rules.names import full_name
from backend.identity.rules.roles import CLOSED_STATUSES
from backend.identity.service import credentials, throttle
from backend.identity.service.directory import Directory, SignedIn, token_hash
from backend.keys import Keys
from sync.actors import Actor
from sync.clock import Clock
from sync.errors import Refusal
from sync.ids import uuid7

# A session's use is written down this often: often enough for "active within ten minutes", rare enough to be cheap.
TOUCH = timedelta(minutes=2)
# Nobody is in more agencies than this; and the time of an answer must not tell in how many.
CANDIDATES = 2
# 144 random bits of a session's token: far beyond guessing, and every request of a phone carries them.
TOKEN_BYTES = 18

NOBODY = "00000000-0000-0000-0000-000000000000"

NO_MATCH = "Data masuk tidak cocok. Isian masih ada. Periksa lagi."
NO_CODE = "Kode aktivasi tidak cocok atau sudah tidak berlaku. Periksa lagi, atau minta kode baru ke admin instansi."


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the token goes into the cookie and nowhere else."""

    token: str
    signed_in: SignedIn


@dataclass(frozen=True, slots=True)
class _Candidate:
    account: str
    agency: str
    agency_code: str
    agency_name: str
    password_hash: str | None


class Access:
    """Everything that opens or closes a session. One a server."""

    def __init__(self, db: Database, keys: Keys, clock: Clock, directory: Directory, session_days: int) -> None:
        self.db = db
        self.keys = keys
        self.clock = clock
        self.directory = directory
        self.session_life = timedelta(days=session_days)

    async def sign_in(self, identifier: str, password: str, agency: str | None, *, address: str, label: str) -> Opened:
        """Open a session by NIP, staff code or e-mail; people outside the agency also by their mobile number.

        Raises :class:`Refusal`: ``invalid`` (a number that cannot be one, said before any look-up),
        ``throttled``, ``sign_in_failed`` (the same for unknown and for wrong, after the same time), and
        ``choose_agency`` with ``detail.agencies`` once the password fits in several.
        """
        where, plain = self._read(identifier)
        counters = throttle.keys_of(self.keys.lookup, plain, address)
        candidates = await self._candidates(where, agency, counters)
        known = [one for one in candidates if one.password_hash is not None][:8]
        fits = await credentials.fitting(password, [one.password_hash or "" for one in known], CANDIDATES)
        right = [one for one, fit in zip(known, fits, strict=True) if fit]
        if not right:
            raise Refusal("sign_in_failed", NO_MATCH)
        if len(right) > 1:
            raise _choose(right)
        async with self.db.writing() as connection:
            await throttle.forgive(connection, counters)
            return await self._open(connection, right[0], label)

    async def activate(
        self, identifier: str, code: str, password: str, agency: str | None, *, address: str, label: str
    ) -> Opened:
        """Choose a password with an activation code, and open a session. A reset ends all other sessions.

        Raises :class:`Refusal` as :meth:`sign_in` does, ``activation_failed``, and ``invalid`` for a password
        that cannot be used (the code stays unused then).
        """
        where, plain = self._read(identifier)
        counters = throttle.keys_of(self.keys.lookup, plain, address)
        candidates = await self._candidates(where, agency, counters)
        typed = passwords.read_code(code) or ""
        now = self.clock.now()
        async with self.db.reading() as connection:
            # As many looks for no account as for one in several agencies: the time must not tell.
            accounts = [one.account for one in candidates] + [NOBODY] * (CANDIDATES - len(candidates))
            codes = [await self._code(connection, account, typed, now) for account in accounts]
            right = [one for one, code_id in zip(candidates, codes, strict=False) if code_id is not None]
            known = await self._known_of(connection, right[0].account) if right else []
        if not right:
            raise Refusal("activation_failed", NO_CODE)
        _check_new(password, [plain, *known])
        hashed = await credentials.hash_password(password)
        async with self.db.writing() as connection:
            row = await self._code(connection, right[0].account, typed, now, lock=True)
            if row is None:
                raise Refusal("activation_failed", NO_CODE)
            await connection.execute(update(ACTIVATION).where(ACTIVATION.c.id == row).values(used=now))
            await self._set_password(connection, right[0].account, hashed, now)
            await self._revoke(connection, right[0].account, now)
            await throttle.forgive(connection, counters)
            await self._log(connection, right[0].agency, right[0].account, "account.activate", now)
            return await self._open(connection, right[0], label)

    async def change_password(self, signed_in: SignedIn, current: str, new: str, *, address: str) -> None:
        """Change one's own password; every other session of the account ends.

        Raises :class:`Refusal` ``invalid`` (field ``current`` or ``password``) and ``throttled``.
        """
        account, now = signed_in.viewer.account, self.clock.now()
        counters = throttle.keys_of(self.keys.lookup, f"account/{account}", address)
        async with self.db.writing() as connection:
            wait = await throttle.reserve(connection, counters, now)
            query = select(CREDENTIAL.c.password_hash).where(CREDENTIAL.c.account == account)
            stored = (await connection.execute(query)).scalar_one_or_none()
            known = await self._known_of(connection, account)
        _check_wait(wait)
        (fits,) = await credentials.fitting(current, [stored], 1) if stored else [False]
        if not fits:
            raise Refusal("invalid", "Kata sandi lama tidak cocok.", fields={"current": "Kata sandi lama tidak cocok."})
        _check_new(new, known)
        hashed = await credentials.hash_password(new)
        async with self.db.writing() as connection:
            await throttle.forgive(connection, counters)
            await self._set_password(connection, account, hashed, now)
            await self._revoke(connection, account, now, but=signed_in.id)
            await self._log(connection, signed_in.viewer.agency, account, "account.password", now)

    async def issue_code(self, connection: AsyncConnection, actor: Actor, account: str) -> tuple[str, datetime]:
        """A new activation code (shown once) and when it ends; codes before it are void. Who may is judged before."""
        now = self.clock.now()
        code = "".join(secrets.choice(passwords.CODE_SYMBOLS) for _ in range(passwords.CODE_LENGTH))
        expires = now + timedelta(days=passwords.CODE_DAYS)
        a = ACTIVATION.c
        open_ = (a.account == account, a.used.is_(None), a.voided.is_(None))
        await connection.execute(update(ACTIVATION).where(*open_).values(voided=now))
        issuer = None if actor.system else actor.account
        row = {
            "id": uuid7(), "account": account, "code_hash": self._code_hash(account, code), "issued": now,
            "issued_by": issuer, "expires": expires,
        }  # fmt: skip
        await connection.execute(insert(ACTIVATION), [row])
        await audit.record(
            connection, agency=actor.agency, actor=issuer, role=actor.role, act="account.issue_code",
            object_kind="account", object_id=account, at=now,
        )  # fmt: skip
        return code, expires

    async def touch(self, signed_in: SignedIn) -> bool:
        """Slide a session that is in use; ``True`` if the cookie should be sent again."""
        now = self.clock.now()
        if now - signed_in.last_seen < TOUCH:
            return False
        s = DEVICE_SESSION.c
        change = {"last_seen": now, "expires": now + self.session_life}
        async with self.db.writing() as connection:
            await connection.execute(update(DEVICE_SESSION).where(s.id == signed_in.id).values(change))
        return True

    async def sign_out(self, signed_in: SignedIn) -> None:
        """End this session."""
        await self.revoke(signed_in.viewer.account, signed_in.id)

    async def revoke(self, account: str, session: str) -> bool:
        """End one session of an account; ``False`` if the account has no such open session."""
        s, now = DEVICE_SESSION.c, self.clock.now()
        mine = (s.id == session, s.account == account, s.revoked.is_(None))
        async with self.db.writing() as connection:
            done = await connection.execute(update(DEVICE_SESSION).where(*mine).values(revoked=now).returning(s.agency))
            row = done.first()
            if row is not None:
                await self._log(connection, row.agency, account, "session.revoke", now, "device_session", session)
        return row is not None

    async def sessions(self, account: str) -> Sequence[Any]:
        """The open sessions of an account, last used first (rows of ``device_session``)."""
        s = DEVICE_SESSION.c
        query = select(DEVICE_SESSION).where(s.account == account, s.revoked.is_(None), s.expires > self.clock.now())
        async with self.db.reading() as connection:
            return (await connection.execute(query.order_by(s.last_seen.desc(), s.id))).all()

    def seal_key(self, account: str) -> str:
        """The key that an account's phones seal their stores with, base64 of 32 bytes."""
        return base64.b64encode(self.keys.derive("seal", f"store/{account}")).decode()

    def _read(self, identifier: str) -> tuple[ColumnElement[bool], str]:
        """How to look an identifier up, and its one spelling. Raises ``invalid`` before anything is looked up."""
        text = identifier.strip()
        if "@" in text:
            return PERSON.c.email_key == text.casefold()[:200], text.casefold()[:200]
        if numbers.looks_like_staff_code(text):
            code = numbers.parse_staff_code(text)
            if code is None:
                raise _invalid("Kode pegawai salah ketik: angka terakhirnya tidak cocok.")
            return PERSON.c.staff_code == code, code
        phone = numbers.mobile(text)
        if phone:  # people outside the agency may have nothing else
            return (PERSON.c.phone == phone) & (PERSON.c.kind == "EXTERNAL"), phone
        if not any(letter.isdigit() for letter in text):
            raise _invalid("Tulis NIP (18 angka), kode pegawai, atau email.")
        nip = numbers.parse_nip(text, self.clock.now().date() + timedelta(days=1))
        if not nip.ok:
            raise _invalid(nip.sentence)
        return PERSON.c.nip == nip.normalised, nip.normalised

    async def _candidates(self, where: ColumnElement[bool], agency: str | None, counters: Any) -> list[_Candidate]:
        now, p = self.clock.now(), PERSON.c
        query = (
            select(p.id, p.agency, AGENCY.c.code, AGENCY.c.name, CREDENTIAL.c.password_hash)
            .join(AGENCY, AGENCY.c.id == p.agency)
            .outerjoin(CREDENTIAL, CREDENTIAL.c.account == p.id)
            .where(where, p.status.not_in(CLOSED_STATUSES))
            .order_by(p.id)
        )
        if agency:
            query = query.where(AGENCY.c.code == agency.strip().upper())
        async with self.db.writing() as connection:
            wait = await throttle.reserve(connection, counters, now)
            rows = (await connection.execute(query)).all() if wait is None else []
        _check_wait(wait)
        return [_Candidate(*row) for row in rows]

    async def _open(self, connection: AsyncConnection, who: _Candidate, label: str) -> Opened:
        now, token, session = self.clock.now(), secrets.token_urlsafe(TOKEN_BYTES), uuid7()
        row = {
            "id": session, "token_hash": token_hash(token), "account": who.account, "agency": who.agency,
            "label": label[:120], "created": now, "last_seen": now, "expires": now + self.session_life,
        }  # fmt: skip
        await connection.execute(insert(DEVICE_SESSION), [row])
        await self._log(connection, who.agency, who.account, "session.open", now, "device_session", session)
        signed_in = await self.directory.signed_in(connection, token)
        if signed_in is None:
            raise Refusal("sign_in_failed", NO_MATCH)
        return Opened(token, signed_in)

    async def _code(
        self, connection: AsyncConnection, account: str, code: str, now: datetime, *, lock: bool = False
    ) -> str | None:
        a = ACTIVATION.c
        hashed = self._code_hash(account, code)
        query = select(a.id).where(
            a.account == account, a.code_hash == hashed, a.used.is_(None), a.voided.is_(None), a.expires > now
        )
        found = (await connection.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
        return None if found is None else str(found)

    def _code_hash(self, account: str, code: str) -> str:
        # 40 random bits: a keyed hash cannot be searched without the key, which is not in the database.
        return hmac.new(self.keys.lookup, f"activation/{account}/{code}".encode(), hashlib.sha256).hexdigest()

    async def _known_of(self, connection: AsyncConnection, account: str) -> list[str]:
        row = (await connection.execute(select(PERSON).where(PERSON.c.id == account))).one()
        shown = full_name(row.front_title, row.name, row.back_title)
        return [text for text in (row.name, shown, row.nip, row.staff_code, row.email) if text]

    async def _set_password(self, connection: AsyncConnection, account: str, hashed: str, now: datetime) -> None:
        await connection.execute(delete(CREDENTIAL).where(CREDENTIAL.c.account == account))
        await connection.execute(insert(CREDENTIAL), [{"account": account, "password_hash": hashed, "changed": now}])

    async def _revoke(self, connection: AsyncConnection, account: str, now: datetime, but: str | None = None) -> None:
        s = DEVICE_SESSION.c
        query = update(DEVICE_SESSION).where(s.account == account, s.revoked.is_(None)).values(revoked=now)
        await connection.execute(query if but is None else query.where(s.id != but))

    async def _log(
        self,
        connection: AsyncConnection,
        agency: str,
        account: str,
        act: str,
        now: datetime,
        kind: str = "account",
        object_id: str | None = None,
    ) -> None:
        await audit.record(
            connection, agency=agency, actor=account, role=None, act=act, object_kind=kind,
            object_id=object_id or account, at=now,
        )  # fmt: skip


def _invalid(sentence: str) -> Refusal:
    return Refusal("invalid", f"{sentence} Isian masih ada. Periksa lagi.", fields={"identifier": sentence})


def _choose(right: Sequence[_Candidate]) -> Refusal:
    agencies = [{"code": one.agency_code, "name": one.agency_name} for one in right]
    return Refusal("choose_agency", "Akun Anda ada di beberapa instansi. Pilih satu.", detail={"agencies": agencies})


def _check_wait(wait: timedelta | None) -> None:
    if wait is not None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        message = f"Terlalu banyak percobaan. Isian aman. Coba lagi {minutes} menit lagi, atau minta kode baru."
        raise Refusal("throttled", message, detail={"retryAfterMs": int(wait.total_seconds() * 1000)})


def _check_new(password: str, known: Sequence[str]) -> None:
    fault = passwords.password_fault(password, known)
    if fault is not None:
        raise Refusal("invalid", f"{fault} Isian lain masih ada.", fields={"password": fault})
