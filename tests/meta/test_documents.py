"""What the documents say of the code is what the code says."""

from __future__ import annotations

import re

from backend.cli import registry_of_kinds
from tests.support.server import ROOT


def test_table_of_kinds_is_current() -> None:
    written = (ROOT / "docs" / "kinds.md").read_text()
    assert written.endswith(registry_of_kinds().table()), "run: uv run sambung kinds, and put it into docs/kinds.md"


def test_links_between_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for document in documents:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} points to {target}"


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))


def test_files_that_documents_name_are_there() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        named = re.findall(
            r"`((?:tests|pwa|sync|backend|bench|docs|scripts)/[\w/.-]+)(?:::[^`]*)?`", document.read_text()
        )
        roots = (ROOT, ROOT / "tests", ROOT / "pwa" / "src")
        assert [path for path in named if not any((root / path).exists() for root in roots)] == [], document.name


def test_every_fault_suite_is_told_of_and_there() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text()
    told = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    there = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "e2e" / "faults").glob("test_*.py")}
    assert told == there
