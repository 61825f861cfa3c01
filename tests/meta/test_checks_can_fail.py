"""Each check was seen to fail: a copy of the house gets one fault, and the check must say so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.postgres import PostgresMissing, find_binaries
from tests.support.server import ROOT, SAMBUNG

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the checks look at."""
    copy = tmp_path_factory.mktemp("house")
    for folder in ("sync", "backend", "scripts"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", ".importlinter", ".ci/run"):
        (copy / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, copy / file)
    return copy


@pytest.fixture
def fault(house: Path) -> Iterator[Faults]:
    """Put faults into files of the copy; they are taken out again."""
    faults = Faults(house)
    yield faults
    faults.undo()


class Faults:
    """Faults in files of the copy."""

    def __init__(self, house: Path) -> None:
        self.house = house
        self._before: dict[Path, str | None] = {}

    def add(self, file: str, text: str) -> None:
        """Append ``text`` to a file, which is made if it is not there."""
        path = self.house / file
        self._before.setdefault(path, path.read_text() if path.exists() else None)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((self._before[path] or "") + text)

    def undo(self) -> None:
        """The copy as it was."""
        for path, text in self._before.items():
            if text is None:
                path.unlink()
            else:
                path.write_text(text)


def run(house: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment in the copy."""
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=house, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_copy_keeps_every_contract(house: Path) -> None:
    done = run(house, "lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("sync/ids.py", "import backend.settings", "The engine knows no domain"),
        ("sync/merge.py", "import fastapi", "The engine knows no domain"),
        ("backend/questions/rules.py", "import pydantic", "Rules import the standard library only"),
        ("backend/calendar/rules.py", "import backend.keys", "Rules import the standard library only"),
        ("backend/performance/service.py", "import backend.questions.rules", "never another domain room"),
        ("backend/jobs/service.py", "import backend.questions.rules", "never another domain room"),
        ("backend/questions/models.py", "import backend.questions.records", "Inside a room"),
        ("backend/forms/service.py", "import backend.forms.records", "Inside a room"),
        ("backend/questions/bodies.py", "import backend.api.context", "Only the entry points"),
        ("backend/audit/service.py", "import backend.app", "Only the entry points"),
    ],
)
def test_import_contract_fails(house: Path, fault: Faults, file: str, line: str, contract: str) -> None:
    fault.add(str(Path(file).parent / "__init__.py"), "\n")
    fault.add(file, f"\n{line}\n")
    done = run(house, "lint-imports", "--no-cache")
    assert done.returncode == 1, done.stdout + done.stderr
    kept = [said for said in done.stdout.splitlines() if said.endswith("BROKEN")]
    assert any(contract in said for said in kept), done.stdout


def test_ruff_fails_on_a_mistake(house: Path, fault: Faults) -> None:
    assert run(house, "ruff", "check", "--no-cache", "sync/ids.py").returncode == 0
    fault.add("sync/ids.py", "\n\nimport os\n")
    assert run(house, "ruff", "check", "--no-cache", "sync/ids.py").returncode == 1


def test_ruff_fails_on_a_format(house: Path, fault: Faults) -> None:
    assert run(house, "ruff", "format", "--check", "--no-cache", "sync/ids.py").returncode == 0
    fault.add("sync/ids.py", "x = {  'a':1 }\n")
    assert run(house, "ruff", "format", "--check", "--no-cache", "sync/ids.py").returncode == 1


@pytest.mark.slow
def test_mypy_fails_on_a_missing_type(house: Path, fault: Faults, tmp_path: Path) -> None:
    cache = str(tmp_path / "mypy")
    assert run(house, "mypy", "--cache-dir", cache, "sync/ids.py").returncode == 0
    fault.add("sync/ids.py", "\n\ndef untyped(value):\n    return value\n")
    done = run(house, "mypy", "--cache-dir", cache, "sync/ids.py")
    assert done.returncode == 1
    assert "missing a type annotation" in done.stdout


def test_schema_drift_fails(tmp_path: Path) -> None:
    drifted = tmp_path / "schema.graphql"
    drifted.write_text((ROOT / "schema.graphql").read_text() + "\ntype Stray {\n  id: ID!\n}\n")
    command = [SAMBUNG, "schema", "--check"]
    assert subprocess.run([*command, ROOT / "schema.graphql"], cwd=ROOT, check=False).returncode == 0
    assert subprocess.run([*command, drifted], cwd=ROOT, check=False, capture_output=True).returncode == 1


@pytest.mark.parametrize(
    ("recipe", "passes"),
    [
        ("echo '12 passed in 3 s'", True),
        ("echo '1 failed, 12 passed in 3 s'; exit 1", False),
        ("echo 'no tests ran in 0.01s'; exit 5", False),
        ("echo 'no tests ran in 0.01s'", False),
        ("echo '0 passed'", False),
        ("true", False),
    ],
)
def test_ci_fails_when_a_test_fails_or_none_ran(house: Path, fault: Faults, recipe: str, passes: bool) -> None:
    fault.add("Makefile", f"test:\n\t@{recipe}\n")
    done = subprocess.run(["bash", house / ".ci/run"], cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is passes, done.stdout + done.stderr


def test_missing_postgres_is_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "_PLACES", ())
    with pytest.raises(PostgresMissing, match=r"make setup.*apt-get install postgresql"):
        find_binaries()
