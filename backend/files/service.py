"""Beginning, finishing and giving up uploads."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn, Protocol

import structlog
from prometheus_client import Counter
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.database.engine import Database
from backend.files import content, inspect, pictures
from backend.files.inspect import Danger
from backend.files.models import File
from backend.files.rules import DAY, LABELS, LASTS, MOST_A_DAY, MOST_OPEN, Announced, FileState, proper_name
from backend.files.storage import Storage
from sync.actors import Viewer
from sync.clock import Clock
from sync.errors import Refusal

log = structlog.get_logger(__name__)

FINISHED = Counter("sambung_uploads_total", "Uploads by how they ended", ["outcome"])

DAMAGED = "hash_mismatch"
"""The code of a file that changed on the way."""

OnSettled = Callable[[str, str], Awaitable[None]]
"""Called after a file became whole, was refused or was given up: agency id, upload id. It may be called again."""


OnWhole = Callable[[File, str, bytes], Awaitable[None]]
"""Called with a checked content and its media type before the file counts as whole: who must read it first. It may be
called again."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A file that a record names before its bytes are here; ``sha256`` and ``bytes`` as its client announced them."""

    id: str
    name: str
    sha256: str
    bytes: int


class InWriting(Protocol):
    """A transaction of the engine."""

    @property
    def session(self) -> AsyncSession:
        """The transaction."""
        ...


class CompleteUploads:
    """Fills the engine's port for uploads that mutations wait for."""

    async def complete(self, w: InWriting, account: str, uploads: Sequence[str]) -> set[str]:
        """Those of the account's uploads that are wholly here."""
        return {file.id for file in await owned(w.session, account, uploads)}


async def owned(session: AsyncSession, account: str, ids: Collection[str]) -> list[File]:
    """The account's complete files among ``ids``; others are left out, whoever they belong to."""
    found = await session.execute(
        select(File).where(
            col(File.id).in_(sorted(ids)), col(File.account) == account, col(File.state) == FileState.COMPLETE
        )
    )
    return list(found.scalars())


async def expect(
    session: AsyncSession, agency: str, account: str, files: Sequence[Promised], now: datetime
) -> dict[str, File]:
    """Lock the account's files of these ids, made as ``announced`` where nothing of them is here yet; two statements.

    Whoever finishes such an upload waits for the caller's transaction, so that it finds what names the file. Files of
    other accounts are left out.
    """
    if not files:
        return {}
    wanted = {file.id: file for file in files}
    statement = _insert(session).values([
        _row(agency, account, wanted[id], now) | {"state": FileState.ANNOUNCED} for id in sorted(wanted)
    ])  # fmt: skip
    await session.execute(statement.on_conflict_do_nothing(index_elements=["id"]))
    found = await session.execute(
        select(File).where(col(File.id).in_(sorted(wanted))).order_by(col(File.id)).with_for_update()
    )
    return {file.id: file for file in found.scalars() if file.account == account}


def _insert(session: AsyncSession) -> Any:
    on_postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if on_postgres else sqlite.insert)(File)


def _row(agency: str, account: str, file: Promised, now: datetime) -> dict[str, Any]:
    return {
        "id": file.id,
        "agency": agency,
        "account": account,
        "name": file.name,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "location": Storage.new_location(),
        "created": now,
        "expires": now + LASTS,
    }


class Files:
    """Uploads of one server. ``most`` is the largest file in bytes, ``daily`` what one account sends within 24 hours
    (``None``: as much as it likes); ``on_settled`` wakes whoever waits, ``on_whole``
    reads a content before anybody can wait no longer for it."""

    def __init__(
        self, db: Database, clock: Clock, storage: Storage, *, most: int, on_settled: OnSettled,
        on_whole: OnWhole | None = None, daily: int | None = None,
    ) -> None:  # fmt: skip
        self._db = db
        self._clock = clock
        self._storage = storage
        self._most = most
        self._daily = daily
        self._on_settled = on_settled
        self._on_whole = on_whole

    @property
    def most(self) -> int:
        """The largest file, in bytes."""
        return self._most

    async def begin(self, viewer: Viewer, announced: Announced, length: int) -> File:
        """Begin an upload, or find the one that was begun with this id (its answer may have been lost).

        Raises :class:`Refusal`: ``empty``, ``too_large``, ``too_many``, ``quota`` (of a day), or ``id_reused`` if the
        id stands for another file.
        """
        if length == 0:
            raise Refusal("empty", "Berkas ini kosong. Pilih berkas lain; isian lain aman.")
        if length > self._most:
            raise Refusal(
                "too_large",
                f"Berkas ini lebih dari {self._most // 1_000_000} MB. Kecilkan lalu pilih lagi; isian lain aman.",
            )
        now = self._clock.now()
        async with self._db.write() as session:
            await self._limit(session, viewer.account, announced.id, length, now)
            file = await self._insert_or_lock(session, viewer, announced, length, now)
            same = (file.sha256, file.bytes) == (announced.sha256, length)
            if file.account != viewer.account or (file.state == FileState.COMPLETE and not same):
                raise Refusal("id_reused", "Nomor berkas ini sudah dipakai. Pilih berkasnya sekali lagi.")
            stale: str | None = None
            if file.state == FileState.REFUSED or (file.state != FileState.COMPLETE and not same):
                stale = file.location
                self._restart(file, announced, length)
            if file.state == FileState.ANNOUNCED:
                file.state = FileState.RECEIVING
            if file.state == FileState.RECEIVING:
                file.expires = now + LASTS
        if stale is not None:
            await asyncio.to_thread(self._storage.remove, stale)
        if file.state == FileState.RECEIVING:
            await asyncio.to_thread(self._storage.begin, file.location)
        else:
            # Its client has not heard that it is whole: perhaps nobody else has either.
            await self._tell(file)
        return file

    async def find(self, id: str, account: str) -> File:
        """The account's upload. Raises :class:`Refusal` ``not_found``, or ``gone`` for a refused one."""
        async with self._db.read() as session:
            file = await session.get(File, id)
        if file is None or file.account != account:
            raise _not_found()
        if file.state == FileState.REFUSED:
            raise Refusal("gone", "Berkas ini tidak diterima. Pilih berkasnya sekali lagi.")
        return file

    async def arrived(self, file: File) -> int:
        """How many bytes of it are here. Raises :class:`Refusal` ``gone`` if the disk lost an unfinished one."""
        if file.state == FileState.COMPLETE:
            return file.bytes
        size = await asyncio.to_thread(self._storage.size, file.location)
        if size is None:
            raise Refusal("gone", "Kiriman berkas ini terputus terlalu lama. Kirim ulang dari awal.")
        return size

    async def readable(self, id: str, viewer: Viewer, may_read: Callable[[Viewer, File], Awaitable[bool]]) -> File:
        """A complete file that the viewer owns, or may read by another's leave, in the own agency."""
        async with self._db.read() as session:
            file = await session.get(File, id)
        if file is None or file.state != FileState.COMPLETE or file.agency != viewer.agency:
            raise _not_found()
        if file.account != viewer.account and not await may_read(viewer, file):
            raise _not_found()
        return file

    async def finish(self, file: File) -> None:
        """All bytes are here: check them, keep the file and tell whoever waits. The caller holds its lock.

        Raises :class:`Refusal` ``hash_mismatch`` or ``type_refused``; then no byte is kept, and creating the
        upload again with the same id starts it anew.
        """
        data = await asyncio.to_thread(self._storage.arrived, file.location)
        if (await asyncio.to_thread(hashlib.sha256, data)).hexdigest() != file.sha256:
            await self._refuse(file, DAMAGED, "Berkas rusak di jalan. Berkas di HP aman; kirim ulang.")
        media_type, kept = await self._checked(file, data)
        if self._on_whole is not None:
            await self._on_whole(file, media_type, kept)
        await asyncio.to_thread(self._storage.keep, file.location, kept)
        async with self._db.write() as session:
            await session.execute(
                update(File)
                .where(_this(file), col(File.state) == FileState.RECEIVING)
                .values(
                    state=FileState.COMPLETE,
                    type=media_type,
                    name=proper_name(file.name, media_type),
                    completed=self._clock.now(),
                )
            )
        FINISHED.labels("complete").inc()
        await asyncio.to_thread(self._storage.settled, file.location)
        await self._tell(file)

    async def _checked(self, file: File, data: bytes) -> tuple[str, bytes]:
        """The type of an arrived content, and the bytes to keep: a picture is drawn anew, all else stays as it is."""
        media_type = await asyncio.to_thread(content.recognise, data)
        if media_type is None:
            seems = await asyncio.to_thread(content.sounds_like, data)
            seems = f" (terbaca sebagai {seems})" if seems else ""
            await self._refuse(
                file, "type_refused", f"Isi berkas ini{seems} tidak dapat diterima. Kirim {LABELS}; isian lain aman."
            )
        danger = await asyncio.to_thread(inspect.danger_of, data, media_type)
        if danger is None and media_type in pictures.TYPES:
            try:
                return media_type, await asyncio.to_thread(pictures.redraw, data, media_type)
            except pictures.Unreadable:
                danger = Danger.BROKEN
        if danger is not None:
            await self._refuse(file, danger, inspect.SENTENCES[danger])
        return media_type, data

    async def _tell(self, file: File) -> None:
        try:
            await self._on_settled(file.agency, file.id)
        except Exception as error:
            # What became of the file stays so all the same: it is told again when its client asks.
            log.error("on_settled_failed", file=file.id, error=type(error).__name__, exc_info=True)

    async def give_up(self, file: File) -> None:
        """The owner does not want an unfinished upload any more. Raises :class:`Refusal` ``state`` for a whole one."""
        async with self._db.write() as session:
            gone = await session.execute(
                update(File)
                .where(_this(file), col(File.state) == FileState.RECEIVING)
                .values(state=FileState.REFUSED, code="given_up")
                .returning(col(File.id))
            )
            if gone.first() is None:
                raise Refusal(
                    "state", "Berkas ini sudah terkirim lengkap dan tersimpan; tidak bisa dibatalkan di sini."
                )
        await asyncio.to_thread(self._storage.remove, file.location)
        await self._tell(file)

    async def expire(self) -> int:
        """Forget unfinished uploads whose time is over; returns how many."""
        async with self._db.write() as session:
            found = await session.execute(
                update(File)
                .where(
                    col(File.state).in_((FileState.ANNOUNCED, FileState.RECEIVING)),
                    col(File.expires) <= self._clock.now(),
                )
                .values(state=FileState.REFUSED, code="expired")
                .returning(col(File.location))
            )
            locations = list(found.scalars())
        for location in locations:
            await asyncio.to_thread(self._storage.remove, location)
        FINISHED.labels("expired").inc(len(locations))
        await asyncio.to_thread(self._storage.sweep, (LASTS + timedelta(days=1)).total_seconds())
        return len(locations)

    async def erase(self, ids: Sequence[str]) -> int:
        """Remove the content of files whose text was erased; returns how many were there. Harmless when repeated."""
        gone = 0
        for start in range(0, len(ids), 500):
            async with self._db.write() as session:
                found = await session.execute(
                    update(File)
                    .where(col(File.id).in_(list(ids[start : start + 500])), col(File.state) != FileState.REFUSED)
                    .values(state=FileState.REFUSED, code="erased", name="")
                    .returning(col(File.location))
                )
                locations = list(found.scalars())
            for location in locations:
                await asyncio.to_thread(self._storage.remove, location)
            gone += len(locations)
        return gone

    async def _limit(self, session: AsyncSession, account: str, id: str, length: int, now: datetime) -> None:
        open_ones = await session.execute(
            select(func.count())
            .select_from(File)
            .where(col(File.account) == account, col(File.state) == FileState.RECEIVING, col(File.id) != id)
        )
        if open_ones.scalar_one() >= MOST_OPEN:
            raise Refusal("too_many", "Terlalu banyak berkas menunggu. Tunggu sampai sebagian terkirim.")
        if self._daily is None:
            return
        today = await session.execute(
            select(func.count(), func.coalesce(func.sum(col(File.bytes)), 0)).where(
                col(File.account) == account, col(File.created) > now - DAY, col(File.id) != id,
                col(File.state).in_((FileState.RECEIVING, FileState.COMPLETE)),
            )
        )  # fmt: skip
        count, sent = today.one()
        if count >= MOST_A_DAY or sent + length > self._daily:
            raise Refusal(
                "quota",
                f"Dalam 24 jam terakhir Anda sudah mengirim {sent // 1_000_000} MB ({count} berkas); batasnya "
                f"{self._daily // 1_000_000} MB atau {MOST_A_DAY} berkas. Berkas aman di HP; dikirim lagi besok.",
            )

    async def _insert_or_lock(
        self, session: AsyncSession, viewer: Viewer, announced: Announced, length: int, now: datetime
    ) -> File:
        promised = Promised(announced.id, announced.name, announced.sha256, length)
        row = _row(viewer.agency, viewer.account, promised, now) | {"state": FileState.RECEIVING}
        await session.execute(_insert(session).values(row).on_conflict_do_nothing(index_elements=["id"]))
        found = await session.execute(select(File).where(col(File.id) == announced.id).with_for_update())
        return found.scalar_one()

    def _restart(self, file: File, announced: Announced, length: int) -> None:
        file.state, file.code, file.location = FileState.RECEIVING, None, self._storage.new_location()
        file.name, file.sha256, file.bytes = announced.name, announced.sha256, length

    async def _refuse(self, file: File, code: str, message: str) -> NoReturn:
        async with self._db.write() as session:
            await session.execute(
                update(File)
                .where(_this(file), col(File.state) == FileState.RECEIVING)
                .values(state=FileState.REFUSED, code=code)
            )
        await asyncio.to_thread(self._storage.remove, file.location)
        FINISHED.labels(code).inc()
        log.info("upload_refused", file=file.id, code=code)
        if code != DAMAGED:  # its client still has it, and sends it once more
            await self._tell(file)
        raise Refusal(code, message)


def _this(file: File) -> Any:
    """The row as this request saw it: begun again meanwhile, it has another location."""
    return (col(File.id) == file.id) & (col(File.location) == file.location)


def _not_found() -> Refusal:
    return Refusal("not_found", "Berkas ini tidak ditemukan. Kembali lalu muat ulang halaman.")
