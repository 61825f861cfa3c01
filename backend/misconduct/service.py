"""Taking reports from nobody in particular, and letting the appointed recipients read and answer.

Outside the sync engine on purpose: no device, outbox, journal, feed, receipt, audit actor or line of the access log.
What is stored is sealed with a key of the key file, and dated by the day of the agency.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.audit import service as audit
from backend.database.engine import Database
from backend.identity.models import AGENCY, ROLE_GRANT
from backend.identity.service.directory import Directory
from backend.keys import Keys
from backend.misconduct import rules
from backend.misconduct.models import Picture, Report, Word
from backend.notifications.service import Notice, notify_all
from sync.actors import Actor
from sync.clock import Clock
from sync.errors import Refusal
from sync.ids import uuid4

RECIPIENTS = "WBS"
NOT_FOUND = "Laporan tidak ditemukan. Tidak ada yang berubah."


@dataclass(frozen=True, slots=True)
class Shown:
    """One word as it is read; ``pictures``: (id, media type)."""

    author: str
    day: date
    text: str
    pictures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """One report as it is read."""

    id: str
    agency: str
    day: date
    closed: date | None
    fresh: bool
    words: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody sends: the id that the form was given (a resend stores nothing twice), and bare pictures."""

    form: str
    text: str
    pictures: Sequence[tuple[str, bytes]] = ()


class Misconduct:
    """The room's one service."""

    def __init__(self, db: Database, keys: Keys, clock: Clock, directory: Directory) -> None:
        self.db, self.keys, self.clock, self.directory = db, keys, clock, directory

    # --- for whoever reports ---

    async def agencies(self) -> list[tuple[str, str, str]]:
        """Agencies (id, code in small letters, name) where somebody is appointed to read reports."""
        found = []
        async with self.db.read() as session:
            g = ROLE_GRANT.c
            appointed = select(g.agency).where(g.role == RECIPIENTS, g.revoked.is_(None))
            rows = await session.execute(
                select(AGENCY.c.id, AGENCY.c.code, AGENCY.c.name)
                .where(AGENCY.c.id.in_(appointed))
                .order_by(AGENCY.c.name)
            )
            for id, code, name in rows.all():
                if await self.directory.officers(session, id, RECIPIENTS, self.clock.now()):
                    found.append((id, str(code).lower(), name))
        return found

    async def submit(self, agency: str, written: Written) -> str:
        """Store a report; its code, the same for the same form."""
        code = rules.code_of(self._mac("code", written.form))
        report = self._id("report", written.form)
        async with self.db.write() as session:
            today = await self._today(session, agency)
            row = {
                "id": report, "agency": agency, "code_hash": self._code_hash(code), "day": today, "fresh": True,
            }  # fmt: skip
            on_postgres = session.get_bind().dialect.name == "postgresql"
            statement = (postgresql.insert if on_postgres else sqlite.insert)(Report).values(**row)
            made = await session.execute(statement.on_conflict_do_nothing().returning(col(Report.id)))
            if made.first() is not None:
                await self._write(session, report, agency, rules.REPORTER, today, written)
        return code

    async def add(self, code: str, written: Written) -> None:
        """Further facts to a report. Raises :class:`Refusal` ``not_found``."""
        async with self.db.write() as session:
            report = await self._by_code(session, code, lock=True)
            if report is None:
                raise Refusal("not_found", NOT_FOUND)
            today = await self._today(session, report.agency)
            await self._write(session, report.id, report.agency, rules.REPORTER, today, written)
            report.fresh, report.closed = True, None

    async def by_code(self, code: str) -> Thread | None:
        """The report that a code opens."""
        async with self.db.read() as session:
            report = await self._by_code(session, code)
            return None if report is None else (await self._threads(session, [report]))[0]

    # --- for the recipients ---

    async def listed(self, recipient: Actor) -> list[Thread]:
        """All reports of the recipient's agency, unread and then newest first; at most 200."""
        async with self.db.read() as session:
            found = await session.execute(
                select(Report)
                .where(col(Report.agency) == recipient.agency)
                .order_by(col(Report.fresh).desc(), col(Report.day).desc(), col(Report.id))
                .limit(200)
            )
            return await self._threads(session, found.scalars().all())

    async def opened(self, recipient: Actor, id: str) -> Thread:
        """One report, which counts as read from now on; the reading is logged. Raises ``not_found``."""
        async with self.db.write() as session:
            report = await self._own(session, recipient, id)
            [thread] = await self._threads(session, [report])
            report.fresh = False
            await self._log(session, recipient, "misconduct.read", id)
        return replace(thread, fresh=False)

    async def answer(self, recipient: Actor, id: str, written: Written) -> Thread:
        """A reply, which the author reads with the code. Raises ``not_found``."""
        async with self.db.write() as session:
            report = await self._own(session, recipient, id)
            today = await self._today(session, report.agency)
            await self._write(session, id, report.agency, rules.RECIPIENT, today, written)
            await self._log(session, recipient, "misconduct.reply", id)
            await session.flush()
            return (await self._threads(session, [report]))[0]

    async def close(self, recipient: Actor, id: str) -> Thread:
        """The matter is dealt with; a further fact of the author opens it again. Raises ``not_found``."""
        async with self.db.write() as session:
            report = await self._own(session, recipient, id)
            report.closed = report.closed or await self._today(session, report.agency)
            await self._log(session, recipient, "misconduct.close", id)
            return (await self._threads(session, [report]))[0]

    async def picture(self, recipient: Actor, id: str) -> tuple[str, bytes]:
        """Media type and bytes of a picture. Raises ``not_found``."""
        async with self.db.read() as session:
            found = await session.get(Picture, id)
            report = None if found is None else await session.get(Report, found.report)
            if found is None or report is None or report.agency != recipient.agency:
                raise Refusal("not_found", NOT_FOUND)
            return found.type, self._open(report.agency, found.id, found.sealed)

    async def remind(self) -> None:
        """Once a night: recipients hear that something unread waits. A notice at once would tell when it came."""
        now = self.clock.now()
        async with self.db.write() as session:
            found = await session.execute(select(col(Report.agency)).where(col(Report.fresh)).distinct())
            for agency in found.scalars().all():
                officers = await self.directory.officers(session, agency, RECIPIENTS, now)
                await notify_all(
                    session,
                    [
                        Notice(
                            agency, account, "work.report", "Laporan rahasia", "Ada laporan yang belum dibaca.",
                            "/kelola/laporan-rahasia", "laporan-rahasia",
                        )
                        for account in sorted({officer.account for officer in officers})
                    ],
                    now=now,
                )  # fmt: skip

    # --- inside ---

    async def _today(self, session: AsyncSession, agency: str) -> date:
        return (await self.directory.trees.get(session, agency)).today(self.clock.now())

    async def _by_code(self, session: AsyncSession, code: str, *, lock: bool = False) -> Report | None:
        query = select(Report).where(col(Report.code_hash) == self._code_hash(code))
        return (await session.execute(query.with_for_update() if lock else query)).scalars().first()

    async def _own(self, session: AsyncSession, recipient: Actor, id: str) -> Report:
        query = select(Report).where(col(Report.id) == id, col(Report.agency) == recipient.agency)
        report = (await session.execute(query.with_for_update())).scalars().first()
        if report is None:
            raise Refusal("not_found", NOT_FOUND)
        return report

    async def _write(
        self, session: AsyncSession, report: str, agency: str, author: str, today: date, written: Written
    ) -> None:
        """Add a word, unless the same form was stored before; the report's row is locked, or new."""
        id = self._id("word", f"{report}/{written.form}")
        if await session.get(Word, id) is not None:
            return
        last = await session.execute(select(func.max(Word.place)).where(col(Word.report) == report))
        place = int(last.scalar() or 0) + 1
        sealed = self._seal(agency, id, written.text.strip().encode())
        session.add(Word(id=id, report=report, place=place, author=author, day=today, sealed=sealed))
        for type, content in written.pictures:
            picture = uuid4()
            session.add(
                Picture(
                    id=picture, report=report, word=id, type=type, sealed=self._seal(agency, picture, content)
                )
            )  # fmt: skip

    async def _threads(self, session: AsyncSession, reports: Sequence[Report]) -> list[Thread]:
        """Two statements, however many reports."""
        await session.flush()
        ids = [report.id for report in reports]
        words = await session.execute(select(Word).where(col(Word.report).in_(ids)).order_by(col(Word.place)))
        pictures = await session.execute(
            select(col(Picture.id), col(Picture.word), col(Picture.type))
            .where(col(Picture.report).in_(ids))
            .order_by(col(Picture.id))
        )
        shown: dict[str, list[tuple[str, str]]] = {}
        for id, word, type in pictures:
            shown.setdefault(word, []).append((id, type))
        agencies = {report.id: report.agency for report in reports}
        texts: dict[str, list[Shown]] = {}
        for one in words.scalars():
            text = self._open(agencies[one.report], one.id, one.sealed).decode()
            texts.setdefault(one.report, []).append(Shown(one.author, one.day, text, tuple(shown.get(one.id, ()))))
        return [
            Thread(one.id, one.agency, one.day, one.closed, one.fresh, tuple(texts.get(one.id, ()))) for one in reports
        ]

    async def _log(self, session: AsyncSession, recipient: Actor, act: str, id: str) -> None:
        await audit.record(
            session, agency=recipient.agency, actor=recipient.account, role=RECIPIENTS, act=act,
            object_kind="misconduct_report", object_id=id, at=self.clock.now(),
        )  # fmt: skip

    def _mac(self, purpose: str, value: str) -> bytes:
        return hmac.new(self.keys.lookup, f"misconduct/{purpose}/{value}".encode(), hashlib.sha256).digest()

    def _code_hash(self, code: str) -> str:
        return self._mac("code-hash", code).hex()

    def _id(self, purpose: str, value: str) -> str:
        """An id that follows from the form's without telling it, in the shape of a random UUID."""
        raw = bytearray(self._mac(purpose, value)[:16])
        raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
        text = raw.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _cipher(self, agency: str) -> AESGCM:
        return AESGCM(self.keys.derive("seal", f"misconduct/{agency}"))

    def _seal(self, agency: str, id: str, plain: bytes) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher(agency).encrypt(nonce, plain, id.encode())

    def _open(self, agency: str, id: str, sealed: bytes) -> bytes:
        return self._cipher(agency).decrypt(sealed[:12], sealed[12:], id.encode())
