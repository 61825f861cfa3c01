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
