"""The list of cases: every case once over all pages, by state and by name, each within the own scope."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from backend.applications.models import Application
from backend.applications.rules.names import folded
from backend.applications.service import listing, reports
from sync.errors import Refusal
from sync.ids import uuid7
from tests.applications.conftest import OPEN
from tests.applications.town import Town

NAMES = ("SITI  nur'aini", "Budi Santoso", "Made Ayu", "Drs. Nuraini, M.Pd.")


def row(town: Town, n: int, **more: Any) -> dict[str, Any]:
    """A case as it is stored; every third was sent at the same instant."""
    name = f"{NAMES[n % 4]} {n:03d}"
    return {
        "id": uuid7(), "agency": town.agency, "service": town.service("sikap"), "code": "sikap", "version": 1,
        "subject_kind": "employee", "subject": uuid7(), "subject_name": name, "subject_key": folded(name),
        "unit": town.units["DIKBUD"] if n % 2 else town.units["SKR"], "unit_name": "", "account": uuid7(),
        "account_name": "", "account_role": "", "behalf": False, "state": "diajukan" if n % 5 else "draf", "round": 0,
        "kind": "reguler", "period": "2027-04", "arrival": "", "facts": {}, "imported": {}, "claimed_by_name": "",
        "reason": "", "confirmed": "", "created_at": OPEN, "updated_at": OPEN,
        "submitted_at": OPEN + timedelta(seconds=n // 3) if n % 5 else None,
        "first_submitted_at": OPEN if n % 5 else None, **more,
    }  # fmt: skip


async def test_every_case_stands_once_on_the_pages_and_only_in_its_scope(town: Town) -> None:
    rows = [row(town, n) for n in range(130)]
    rows.append(row(town, 131, subject_kind="party", unit=None, first_submitted_at=None, code="sisakat"))
    async with town.db.writing() as connection:
        await connection.execute(insert(Application), rows)
    everywhere = reports.Scope(town.agency, None, officers=True)

    async def all_pages(scope: reports.Scope = everywhere, **more: str) -> list[str]:
        found: list[str] = []
        after = ""
        while True:
            async with town.db.read() as session:
                wanted = listing.Wanted(**{"code": "sikap", **more}, after=after)
                page = await listing.cases(session, scope, wanted)
            assert len(page.rows) <= listing.PAGE
            found += [one.id for one in page.rows]
            if not page.cursor:
                return found
            after = page.cursor

    def wanted(rows: list[dict[str, Any]]) -> list[str]:
        return sorted(one["id"] for one in rows)

    ours = rows[:-1]
    for found, expected in (
        (await all_pages(), ours),
        (await all_pages(state="diajukan"), [one for one in ours if one["state"] == "diajukan"]),
        (await all_pages(search="nuraini"), [one for one in ours if "nuraini" in one["subject_key"]]),
        (await all_pages(search="DRS. siti nur aini"), [one for one in ours if "sitinuraini" in one["subject_key"]]),
        (await all_pages(period="2027-10"), []), (await all_pages(search="..."), []), (await all_pages(search="%"), []),
        (await all_pages(code="sisakat"), []),
        (await all_pages(reports.Scope(town.agency, frozenset({town.units["DIKBUD"]}), officers=False)),
         [one for one in ours if one["unit"] == town.units["DIKBUD"]]),
    ):  # fmt: skip
        assert len(found) == len(set(found))
        assert sorted(found) == wanted(expected)
    for cursor in (
        "x",
        "[]",
        '["a"]',
        "[1, 2]",
        '["2027-01-01", "a"]',
        "{}" * 600,
        '["2027-01-01T00:00:00+00:00", "x"]',
    ):
        async with town.db.read() as session:
            with pytest.raises(Refusal, match="invalid"):
                await listing.cases(session, everywhere, listing.Wanted("sikap", state="diajukan", after=cursor))
