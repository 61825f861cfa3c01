"""Runs named pytest tests over an engine with a fault in it, each run in a process of its own.

What takes long is loading the libraries. So one process (``python -m tests.sabotage.server``) loads them, and each run
is a fork of it that loads the edited engine. It reads one request a line, JSON ``{"name": ..., "edits": [...],
"tests": [...]}``, and answers one line each: JSON ``{"applied": [...], "said": {...}, "output": ...}``.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from tests.sabotage.fault import ROOT, Edit, Ran, Sabotage, edited

SECONDS = 90
_LIBRARIES = (
    "aiosqlite", "alembic.autogenerate", "alembic.command", "cryptography.hazmat.primitives.ciphers.aead", "httpx",
    "hypothesis", "itsdangerous", "orjson", "psycopg", "pydantic", "sqlalchemy.ext.asyncio", "sqlmodel", "structlog",
    "sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.dialects.postgresql.psycopg", "uuid_utils",
    "_hypothesis_pytestplugin", "pytest_asyncio.plugin", "pytest_timeout",
)  # fmt: skip


class _Loader(SourceFileLoader):
    """Loads a module from its edited source, past any compiled copy."""

    edits: Sequence[Edit] = ()

    def get_code(self, fullname: str) -> CodeType:
        file = Path(self.path).relative_to(ROOT).as_posix()
        source = edited(file, Path(self.path).read_text(encoding="utf-8"), self.edits)
        return compile(source, self.path, "exec", dont_inherit=True)


class Saboteur(MetaPathFinder):
    """Finds the modules that are to be edited before anybody else does; ``applied`` are the files that were loaded."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.edits = edits
        self.files = {edit.file.removesuffix(".py").replace("/", "."): edit.file for edit in edits}
        self.applied: set[str] = set()

    def find_spec(self, fullname: str, path: object, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec of an edited module; ``None`` leaves all others to the ordinary way."""
        if fullname not in self.files:
            return None
        place = str(ROOT / self.files[fullname])
        loader = _Loader(fullname, place)
        loader.edits = self.edits
        self.applied.add(self.files[fullname])
        return spec_from_file_location(fullname, place, loader=loader)


class Listener:
    """A pytest plugin that notes what each test said."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Note the first of setup, call and teardown that did not pass, else that it passed."""
        report = yield
        if self.said.get(item.nodeid, "passed") == "passed":
            self.said[item.nodeid] = _word(report, call)
        return report


def _word(report: pytest.TestReport, call: pytest.CallInfo[None]) -> str:
    if not report.failed or call.excinfo is None:
        return report.outcome
    error = call.excinfo.value
    first = (str(error).splitlines() or [""])[0][:300]
    # `pytest.raises` around what raised nothing is an assertion too; other failures of pytest are time-outs.
    expected = isinstance(error, AssertionError) or first.startswith("DID NOT RAISE")
    return f"{'assertion' if expected and call.when == 'call' else 'error'}: {type(error).__name__}: {first}"


def run(edits: Sequence[Edit], tests: Sequence[str]) -> Ran:
    """Run tests in this very process; it is spoiled afterwards."""
    saboteur, listener = Saboteur(edits), Listener()
    sys.meta_path.insert(0, saboteur)
    arguments = [
        "-q",
        "--tb=short",
        "--disable-warnings",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        f"--timeout={SECONDS - 10}",
        *tests,
    ]
    pytest.main(arguments, plugins=[listener])
    return Ran(frozenset(saboteur.applied), listener.said)


class Forge:
    """The process that holds the libraries, as its user sees it."""

    def __enter__(self) -> Forge:
        """Start it; the libraries load in the background."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sabotage.server"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.communicate(timeout=10)

    def run(self, sabotage: Sabotage) -> Ran:
        """Run the tests of a sabotage over the engine with its fault."""
        return self.tests(sabotage.edits, sabotage.tests)

    def tests(self, edits: Iterable[Edit], tests: Sequence[str]) -> Ran:
        """Run any tests over an engine with any edits."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        listed = [[edit.file, edit.before, edit.after] for edit in edits]
        self._process.stdin.write(json.dumps({"edits": listed, "tests": tests}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Ran(frozenset(answer["applied"]), answer["said"], answer["output"])


def main() -> None:
    """Serve requests until the input ends."""
    for library in _LIBRARIES:
        import_module(library)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_in_a_fork([Edit(*edit) for edit in request["edits"]], request["tests"])), flush=True)


def _in_a_fork(edits: Sequence[Edit], tests: Sequence[str]) -> dict[str, Any]:
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as log:
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            os._exit(_answer(writing, edits, tests))
        os.close(writing)
        answer = _read(reading, child)
        os.waitpid(child, 0)
        log.seek(0)
        return answer | {"output": log.read().decode(errors="replace")[-8000:]}


def _answer(pipe: int, edits: Sequence[Edit], tests: Sequence[str]) -> int:
    """The child: run the tests and write down what they said."""
    try:
        ran = run(edits, tests)
        with os.fdopen(pipe, "w") as out:
            json.dump({"applied": sorted(ran.applied), "said": dict(ran.said)}, out)
        return 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _read(pipe: int, child: int) -> dict[str, Any]:
    """What the child wrote until it ended, or nothing if it takes too long."""
    parts: list[bytes] = []
    deadline = time.monotonic() + SECONDS
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        part = os.read(pipe, 65_536) if ready else b""
        if not part:
            break
        parts.append(part)
    os.close(pipe)
    if not ready:
        os.kill(child, 9)
    return json.loads(b"".join(parts) or b'{"applied": [], "said": {}}')


if __name__ == "__main__":
    main()
