"""A PostgreSQL server of our own: started from the installed binaries, thrown away at the end."""

from __future__ import annotations

import atexit
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from tests.support.ports import free_port

OLDEST = 15
HOW_TO_INSTALL = (
    f"PostgreSQL {OLDEST} or newer was not found (initdb and postgres; looked on PATH and in /usr/lib/postgresql). "
    "Run `make setup`, or install it: `apt-get install postgresql` on Debian and Ubuntu, "
    "`dnf install postgresql-server` on Fedora, `brew install postgresql@16` on macOS."
)
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


class PostgresMissing(RuntimeError):
    """No usable PostgreSQL on this machine; the message says how to install it."""


def find_binaries() -> Path:
    """The folder with ``initdb`` and ``postgres`` of the newest installed server. Raises :class:`PostgresMissing`."""
    candidates = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for pattern in _PLACES:
        candidates += Path("/").glob(pattern.lstrip("/"))
    # A link on PATH may point at one program only; its real folder holds its siblings.
    candidates = [(folder / "initdb").resolve().parent for folder in candidates if (folder / "initdb").exists()]
    versions = {folder: _version(folder) for folder in candidates if (folder / "postgres").exists()}
    usable = {folder: version for folder, version in versions.items() if version >= OLDEST}
    if not usable:
        raise PostgresMissing(HOW_TO_INSTALL)
    return max(usable, key=lambda folder: usable[folder])


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said)
    return int(found.group(1)) if found else 0


def _run_as() -> dict[str, object]:
    """PostgreSQL refuses root: then it runs as ``postgres``, or as ``nobody`` where that user is missing."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class PostgresServer:
    """One server on a free port of 127.0.0.1 with a unix socket, trust authentication, in a folder of its own.

    ``durable=False`` turns fsync off: right for tests that never kill the server, wrong for crash tests.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.binaries = find_binaries()
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="sambung-pg-"))
        self.port = 0
        self._as = _run_as()
        self._process: subprocess.Popen[bytes] | None = None
        if self._as:
            os.chown(self.folder, int(str(self._as["user"])), int(str(self._as["group"])))

    def start(self) -> PostgresServer:
        """Make the cluster if it is new and start it; returns when it answers."""
        atexit.register(self.stop)
        data = self.folder / "data"
        if not data.exists():
            self._call("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.port = self.port or free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "max_connections": 200,
            "timezone": "UTC",
            "fsync": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            "autovacuum_naptime": "10s",
        }
        command: list[object] = [self.binaries / "postgres", "-D", data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "server.log").open("ab") as log:
            # A session of its own: Ctrl-C must reach the tests first, which then stop the server in order.
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                **self._as,  # type: ignore[call-overload]
            )
        self._wait()
        return self

    def stop(self, *, keep: bool = False) -> None:
        """Stop the server and throw its folder away (``keep``: leave the data for another start)."""
        if self._process is not None:
            self._end(signal.SIGINT)
        if not keep:
            atexit.unregister(self.stop)
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End it as a crash would: no shutdown, no checkpoint. ``start()`` recovers."""
        if self._process is not None:
            self._end(signal.SIGQUIT)

    def url(self, database: str) -> str:
        """The address of a database, as in ``DATABASE_URL``."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """One statement on the maintenance database, outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_database(self, name: str, template: str = "template0") -> str:
        """A new database, copied from ``template`` (which nobody may be using); returns its address."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _call(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [str(part) for part in (self.binaries / program, *arguments)],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            **self._as,  # type: ignore[call-overload]
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _wait(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                exited = self._process is None or self._process.poll() is not None
                if exited or time.monotonic() > deadline:
                    log = (self.folder / "server.log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log[-4000:]}") from None
            time.sleep(0.05)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
