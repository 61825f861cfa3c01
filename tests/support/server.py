"""The real server as a process of its own, which tests start, kill and start again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from backend.keys import Keys
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SAMBUNG = Path(sys.executable).with_name("sambung")
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "COVERAGE_PROCESS_START")


@dataclass
class ServerProcess:
    """A server on ``database_url`` with its keys, files and log in ``folder``.

    ``public_port`` is the port that browsers use when a proxy stands before it. ``settings`` are further
    environment variables. With ``faulty`` it can be armed to die at a point (:meth:`arm`).
    """

    folder: Path
    database_url: str
    public_port: int | None = None
    faulty: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.faults = self.folder / "faults"
        self.faults.mkdir(exist_ok=True)
        if not self.keys_file.exists():
            Keys.create(self.keys_file)

    @property
    def keys_file(self) -> Path:
        """Where its secrets are."""
        return self.folder / "keys.json"

    @property
    def log_file(self) -> Path:
        """What it printed."""
        return self.folder / "server.log"

    @property
    def url(self) -> str:
        """Its own address, without any proxy."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of the process: nothing of the developer's settings leaks in."""
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        own = {
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "SAMBUNG_PUBLIC_URL": f"http://127.0.0.1:{self.public_port or self.port}",
            "SAMBUNG_ENVIRONMENT": "development",
            "SAMBUNG_KEYS_FILE": str(self.keys_file),
            "SAMBUNG_DATA_DIR": str(self.folder / "data"),
            "SAMBUNG_PUSH_PRIVATE_ENDPOINTS": "true",
            "SAMBUNG_TEST_FAULTS": str(self.faults),
        }
        return {**inherited, **own, **self.settings}

    def __enter__(self) -> ServerProcess:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def command(
        self, *arguments: str, check: bool = True, seconds: float = 180, program: Sequence[str | Path] = (SAMBUNG,)
    ) -> subprocess.CompletedProcess[str]:
        """Run ``sambung ARGUMENTS`` in the server's environment; raises ``AssertionError`` with what it printed.

        ``program`` stands in the place of ``sambung``.
        """
        done = subprocess.run(
            [*program, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"sambung {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done

    def commands(self, *lines: Sequence[str], seconds: float = 180) -> list[str]:
        """Run several commands as :meth:`command` does, in one process that is loaded once; returns what each printed.

        Raises ``AssertionError`` with what was printed if one of them fails.
        """
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.commands"],
            input=json.dumps(lines),
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"one of {lines} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        said: list[str] = json.loads(done.stdout)
        return said

    def start(self) -> ServerProcess:
        """Start it and wait until it is ready."""
        program = [sys.executable, "-m", "tests.support.faulty_server"] if self.faulty else [SAMBUNG, "serve"]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(program, env=self.environment, cwd=ROOT, stdout=log, stderr=log)
        self._wait("/readyz")
        return self

    def stop(self) -> None:
        """End it in order, or by force after 20 s."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def arm(self, point: str, after: int = 0) -> None:
        """Let it die at the next pass of ``point`` (``after``: let so many passes go by)."""
        assert self.faulty, "only a faulty server can be armed"
        (self.faults / point).write_text(str(after))

    def set_clock(self, ahead_seconds: float) -> None:
        """Set its clock so far ahead of the true time from now on, at once for all that it does."""
        assert self.faulty, "only a faulty server has a clock that can be moved"
        new = self.faults / "clock.new"
        new.write_text(str(ahead_seconds))
        new.replace(self.faults / "clock")

    def wait_dead(self, seconds: float = 20) -> None:
        """Wait until it has died by itself."""
        assert self.process is not None
        self.process.wait(seconds)
        self.process = None

    @property
    def log(self) -> str:
        """What it printed so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def _wait(self, path: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        said = "nothing"
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise AssertionError(f"the server ended at start:\n{self.log[-4000:]}")
            try:
                answer = httpx.get(self.url + path, timeout=5, verify=False)
                if answer.status_code == 200:
                    return
                said = f"{answer.status_code} {answer.text[:500]}"
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        self.kill()
        raise AssertionError(f"{path} was not ready after {seconds:.0f} s and said {said}:\n{self.log[-4000:]}")

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
