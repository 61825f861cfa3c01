"""Backup and restore: database and files in one archive. Keys stay outside, on purpose."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tarfile
import tempfile
from pathlib import Path

from sqlalchemy import text

from backend.app import build_house
from backend.database.engine import Database
from backend.settings import Settings
from sync.errors import Refusal

DATABASE = {True: "database.sqlite3", False: "database.pgdump"}


async def backup(settings: Settings, target: Path) -> None:
    """Write a consistent copy of the running database, and the files, to ``target`` (a gzipped tar)."""
    db = Database(settings.database_url)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary) / DATABASE[db.is_sqlite]
            if db.is_sqlite:
                await asyncio.to_thread(_copy_sqlite, Path(db.url.database or ""), copy)
            else:
                await _run("pg_dump", "--format=custom", f"--file={copy}", f"--dbname={_plain(db)}")
            await asyncio.to_thread(_pack, target, copy, settings.data_dir)
    finally:
        await db.close()


async def restore(settings: Settings, source: Path) -> None:
    """Put a backup in place and begin a new epoch. Raises :class:`Refusal` if the database is not empty."""
    db = Database(settings.database_url)
    try:
        await _refuse_filled(db)
        with tempfile.TemporaryDirectory() as temporary:
            await asyncio.to_thread(_unpack, source, Path(temporary), settings.data_dir)
            copy = Path(temporary) / DATABASE[db.is_sqlite]
            if not copy.is_file():
                raise Refusal("invalid", "This backup was made of another kind of database.")
            await db.close()
            if db.is_sqlite:
                await asyncio.to_thread(_copy_sqlite, copy, Path(db.url.database or ""))
            else:
                await _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_plain(db)}", str(copy))
    finally:
        await db.close()
    house = build_house(settings)
    await house.engine.start()
    await house.engine.renew("restored by command")
    await house.stop(background=False)


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
    target.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


def _pack(target: Path, copy: Path, files: Path) -> None:
    temporary = target.with_name(target.name + ".part")
    with tarfile.open(temporary, "w:gz") as archive:
        archive.add(copy, copy.name)
        if files.is_dir():
            archive.add(files, "files")
    os.chmod(temporary, 0o600)
    temporary.replace(target)


def _unpack(source: Path, into: Path, files: Path) -> None:
    with tarfile.open(source) as archive:
        archive.extractall(into, filter="data")
    unpacked = into / "files"
    if unpacked.is_dir():
        shutil.copytree(unpacked, files, dirs_exist_ok=True)


def _plain(db: Database) -> str:
    return db.url.set(drivername="postgresql").render_as_string(hide_password=False)


async def _run(program: str, *arguments: str) -> None:
    found = _find(program)
    if found is None:
        raise Refusal("missing", f"{program} is missing: install the PostgreSQL client programs.")
    process = await asyncio.create_subprocess_exec(found, *arguments, stderr=asyncio.subprocess.PIPE)
    _, errors = await process.communicate()
    if process.returncode != 0:
        raise Refusal("failed", f"{program}: {errors.decode(errors='replace').strip()[-500:]}")


def _find(program: str) -> str | None:
    """The program on the path, or the newest of Debian's."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)
    return shutil.which(program) or next((str(path) for path in installed), None)
