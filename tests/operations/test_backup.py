"""A backup while people write, and what a restore brings back: everything, once, in a new epoch."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import shutil
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from backend.database import migrate
from sync.ids import uuid4
from tests.support import office
from tests.support.phone import Json, Phone
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"
TUS = {"Tus-Resumable": "1.0.0"}


def counts(url: str) -> dict[str, int]:
    """The number of rows of every table of the server."""
    names = [name for metadata in migrate.all_metadata() for name in metadata.tables]
    address = make_url(url)
    engine = create_engine(address.set(drivername="postgresql+psycopg") if address.host else address)
    try:
        with engine.connect() as connection:
            return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}
    finally:
        engine.dispose()


def hashes(server: ServerProcess) -> dict[str, str]:
    """The stored files by place, with their hashes."""
    root = server.folder / "data"
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


async def upload(phone: Phone, content: bytes, *, whole: bool = True) -> None:
    """Send a file as the app does; without ``whole`` only its first half."""
    facts = {"filename": "surat.pdf", "sha256": hashlib.sha256(content).hexdigest(), "uploadId": uuid4()}
    pairs = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in facts.items())
    made = await phone.http.post(
        "/berkas", headers={**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": pairs}
    )
    assert made.status_code == 201, made.text
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    part = content if whole else content[: len(content) // 2]
    sent = await phone.http.patch(made.headers["location"], headers=headers, content=part)
    assert sent.status_code == 204, sent.text


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ServerProcess, ServerProcess]:
    """The small agency, and an empty machine with a copy of its key file."""
    url, keys_file = request.getfixturevalue(f"{request.param}_office")
    empty = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if request.param == "postgres":
        empty = request.getfixturevalue("empty_postgres_url")
    servers = []
    for name, address in (("old", url), ("new", empty)):
        (tmp_path / name).mkdir()
        shutil.copy(keys_file, tmp_path / name / "keys.json")
        settings = {"SAMBUNG_BACKGROUND": "false"}
        servers.append(ServerProcess(tmp_path / name, address, settings=settings))
    return servers[0], servers[1]


async def test_a_backup_taken_while_people_write_brings_everything_back_once(
    pair: tuple[ServerProcess, ServerProcess], tmp_path: Path
) -> None:
    old, new = pair
    archive = tmp_path / "backup.tar.gz"
    batches: list[Json] = []
    with old:
        async with await office.sign_in(old, office.ASKER) as phone:
            await upload(phone, PDF)
            await upload(phone, PDF[:-7] + b"\n%%EOF\n", whole=False)
            running = asyncio.create_task(asyncio.to_thread(old.command, "backup", str(archive)))
            while not running.done() or len(batches) < 3:
                batches.append(phone.batch(phone.ask(f"Pertanyaan {len(batches)}")))
                assert (await phone.send(batches[-1]))["results"][0]["status"] == "applied"
                await asyncio.sleep(0.05)
            await running
            epoch = phone.epoch
            cookies = dict(phone.http.cookies)
    assert archive.stat().st_mode & 0o777 == 0o600

    new.command("restore", str(archive))
    assert set(hashes(new).values()) == set(hashes(old).values())
    assert (new.folder / "data" / "whole").stat().st_mode & 0o077 == 0
    with new:
        async with Phone(new.url) as phone:
            phone.http.cookies.update(cookies)
            phone.account = batches[0]["account"]
            for batch in batches:
                reply = await phone.send(batch)
                assert reply["epoch"] != epoch
                assert reply["results"][0]["status"] in ("applied", "duplicate"), reply
            await phone.pull()
            texts = sorted(body["text"] for body in phone.held("question").values())
            assert texts == sorted(f"Pertanyaan {n}" for n in range(len(batches)))


def test_counts_and_files_are_equal_and_a_filled_database_is_left_alone(
    pair: tuple[ServerProcess, ServerProcess], tmp_path: Path
) -> None:
    old, new = pair
    (old.folder / "data" / "whole" / "ab").mkdir(parents=True)
    (old.folder / "data" / "whole" / "ab" / "abcd").write_bytes(PDF)
    archive = tmp_path / "backup.tar.gz"
    old.command("backup", str(archive))
    before = counts(old.database_url)
    new.command("restore", str(archive))
    assert counts(new.database_url) == before
    assert before["person"] == len(office.EVERYBODY)
    assert before["audit_entry"] > 0
    assert hashes(new) == hashes(old)

    again = new.command("restore", str(archive), check=False)
    assert (again.returncode, "not empty" in again.stderr) == (1, True)
    assert counts(new.database_url) == before


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00 cut"])
def test_what_is_no_backup_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    server = ServerProcess(tmp_path / "server", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    file = tmp_path / "backup.tar.gz"
    file.write_bytes(content)
    done = server.command("restore", str(file), check=False)
    assert done.returncode == 1
    assert "no whole backup" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failed_restore_leaves_postgres_empty(
    empty_postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """All or nothing: half a database would look like a filled one to the next attempt."""
    server = ServerProcess(tmp_path / "server", empty_postgres_url)
    source = postgres_server.create_database("half")
    with psycopg.connect(source) as connection:
        connection.execute("CREATE TABLE sambung_a (id integer)")
        connection.execute("CREATE TABLE b (id integer)")
    archive = tmp_path / "backup.tar.gz"
    ServerProcess(tmp_path / "source", source).command("backup", str(archive))
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("CREATE SCHEMA other")
        connection.execute("CREATE TYPE public.b AS (x integer)")
    done = server.command("restore", str(archive), check=False)
    assert done.returncode == 1
    assert "pg_restore" in done.stderr
    with psycopg.connect(empty_postgres_url) as connection:
        found = connection.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
        assert found.fetchone() == (0,)
    postgres_server.drop_database("half")


def test_keys_are_never_replaced_and_doctor_says_what_is_missing(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "server", f"sqlite:///{tmp_path / 'none.sqlite3'}")
    content = server.keys_file.read_bytes()
    assert server.command("keys", check=False).returncode == 1
    assert server.keys_file.read_bytes() == content

    server.keys_file.chmod(0o644)
    (server.folder / "data").write_text("a file where a folder should be")
    server.settings = {"SAMBUNG_ENVIRONMENT": "production", "SAMBUNG_PWA_DIR": str(tmp_path), "SAMBUNG_WORKERS": "2"}
    said = server.command("doctor", check=False)
    assert said.returncode == 1
    for missing in ("can be read by others", "not built", "not https", "TRUSTED_PROXIES", "PostgreSQL", "no files",
                    "not migrated"):  # fmt: skip
        assert missing in said.stderr, missing
    server.keys_file.unlink()
    assert "no key file" in server.command("doctor", check=False).stderr
