"""Backup and restore: database and files in one archive. Keys stay outside, on purpose."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from pathlib import Path

from sqlalchemy import text

from backend.app import build_house
from backend.database import migrate
from backend.database.engine import Database
from backend.settings import Settings
from sync.errors import Refusal

DATABASE = {True: "database.sqlite3", False: "database.pgdump"}
PROGRAMS = ("pg_dump", "pg_restore")
# What is still arriving first: a file that is finished meanwhile is then found at the second place, not at none.
FOLDERS = ("arriving", "whole")


async def backup(settings: Settings, target: Path) -> None:
    """Write a consistent copy of the running database, and the files, to ``target`` (a gzipped tar, mode 0600).

    Raises :class:`Refusal` if a program is missing or the copy cannot be made; ``target`` is whole or not there.
    """
    db = Database(settings.database_url)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary) / DATABASE[db.is_sqlite]
            if db.is_sqlite:
                await asyncio.to_thread(_copy_sqlite, Path(db.url.database or ""), copy)
            else:
                await _run(db, "pg_dump", "--format=custom", f"--file={copy}")
            # The files after the database: every file that the copy names is there by now.
            await asyncio.to_thread(_pack, target, copy, settings.data_dir)
    except OSError as error:
        raise Refusal("failed", f"The backup could not be written: {error.strerror or error}") from None
    finally:
        await db.close()


async def restore(settings: Settings, source: Path) -> None:
    """Put a backup in place, bring it to the newest schema and begin a new epoch.

    Raises :class:`Refusal` if the database is not empty or the archive is no backup of this kind of database;
    nothing was changed then.
    """
    db = Database(settings.database_url)
    try:
        await _refuse_filled(db)
        with tempfile.TemporaryDirectory() as temporary:
            await asyncio.to_thread(_unpack, source, Path(temporary))
            copy = Path(temporary) / DATABASE[db.is_sqlite]
            if not copy.is_file():
                raise Refusal("invalid", "This backup was made of another kind of database.")
            await asyncio.to_thread(_place, Path(temporary) / "files", settings.data_dir)
            await db.close()
            if db.is_sqlite:
                await asyncio.to_thread(_copy_sqlite, copy, Path(db.url.database or ""))
            else:
                await _run(db, "pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", str(copy))
        await migrate.upgrade(db)
    finally:
        await db.close()
    house = build_house(settings)
    try:
        await house.engine.start()
        await house.engine.renew("restored by command")
    finally:
        await house.stop(background=False)


def missing_programs(settings: Settings) -> list[str]:
    """The programs that backup and restore of this database need and that are not installed."""
    return [] if settings.database_url.startswith("sqlite") else [name for name in PROGRAMS if _find(name) is None]


async def _refuse_filled(db: Database) -> None:
    listing = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
        if db.is_sqlite
        else "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    )
    async with db.reading() as connection:
        tables = (await connection.execute(text(listing))).scalar_one()
    if tables:
        raise Refusal("exists", "The database is not empty; a restore never overwrites. Name an empty one.")


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise Refusal("missing", f"There is no database {source}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


def _pack(target: Path, copy: Path, files: Path) -> None:
    temporary = target.with_name(target.name + ".part")
    # Nobody else may read it, not even while it is written: it holds everything that the agencies hold.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz") as archive:
                archive.add(copy, copy.name)
                for folder in FOLDERS:
                    for path in sorted((files / folder).rglob("*")):
                        _add(archive, path, f"files/{path.relative_to(files)}")
            raw.flush()
            os.fsync(raw.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    """Add a file as it is at this moment; one that was finished or given up meanwhile is left out."""
    try:
        with path.open("rb") as file:
            content = archive.gettarinfo(arcname=name, fileobj=file)
            if content.isreg():
                # Read as far as it says now: somebody may be writing to it, or may cut it back.
                data = file.read(content.size)
                content.size = len(data)
                archive.addfile(content, io.BytesIO(data))
    except (FileNotFoundError, IsADirectoryError):
        return


def _unpack(source: Path, into: Path) -> None:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(into, filter="data")
    except FileNotFoundError:
        raise Refusal("missing", f"There is no file {source}.") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refusal("invalid", f"{source} is no whole backup: {error}") from None


def _place(unpacked: Path, files: Path) -> None:
    """Put files where the server keeps them, in folders that nobody else may read."""
    for path in sorted(unpacked.rglob("*")):
        target = files / path.relative_to(unpacked)
        if path.is_file():
            for folder in (files, *reversed(target.relative_to(files).parents)):
                (files / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o600)


async def _run(db: Database, program: str, *arguments: str) -> None:
    found = _find(program)
    if found is None:
        raise Refusal("missing", f"{program} is missing: install the PostgreSQL client programs.")
    # The password travels in the environment: the arguments of a process are everybody's to read.
    address = db.url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": str(db.url.password)} if db.url.password else {})}
    process = await asyncio.create_subprocess_exec(
        found, f"--dbname={address}", *arguments, stderr=asyncio.subprocess.PIPE, env=environment
    )
    _, errors = await process.communicate()
    if process.returncode != 0:
        raise Refusal("failed", f"{program}: {errors.decode(errors='replace').strip()[-500:]}")


def _find(program: str) -> str | None:
    """The program on the path, or the newest of Debian's."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)
    return shutil.which(program) or next((str(path) for path in installed), None)
