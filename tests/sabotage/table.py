"""The one list of sabotages, and the page of the documentation that is made from it."""

from __future__ import annotations

from tests.sabotage.fault import ROOT, Sabotage
from tests.sabotage.phone_faults import PHONE
from tests.sabotage.server_faults import SERVER

PAGE = ROOT / "docs/reliability.md"
BEGIN = "<!-- sabotage: made by `python -m tests.sabotage --write` -->"
END = "<!-- /sabotage -->"

SABOTAGES: tuple[Sabotage, ...] = tuple(sorted((*SERVER, *PHONE), key=lambda one: one.promise))


def markdown() -> str:
    """The table as Markdown, ordered by promise; the paths of tests are cut where that hides nothing."""
    lines = ["| promise | sabotage | what a careless developer would have done | turns red |", "|---|---|---|---|"]
    for one in SABOTAGES:
        tests = "<br>".join(f"`{test.removeprefix('tests/').removeprefix('src/')}`" for test in one.tests)
        lines.append(f"| {one.promise} | {one.name} | {one.breaks} | {tests} |")
    return "\n".join(lines) + "\n"


def section(page: str) -> str:
    """What the page holds between the markers."""
    return page.partition(BEGIN)[2].partition(END)[0].strip() + "\n"


def written(page: str) -> str:
    """The page with the present table between the markers."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{markdown()}\n{END}{rest.partition(END)[2]}"
