"""Phones tell what is wrong on them, over HTTP; ``/metrics`` shows it, and nobody can tell too much."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import office
from tests.support.in_process import served
from tests.support.phone import SIGN_IN

REPORT = "mutation($t: [TroubleInput!]!, $v: String!) { reportTrouble(troubles: $t, appVersion: $v) }"


@pytest.fixture
async def client(sqlite_office: tuple[str, Path], tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The small agency, served from this machine."""
    async with served(*sqlite_office, tmp_path) as (_house, client):
        yield client


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    return dict((await client.post("/graphql", json={"query": query, "variables": variables})).json())


async def report(client: httpx.AsyncClient, **amounts: int) -> dict[str, Any]:
    troubles = [{"what": what.upper(), "amount": amount} for what, amount in amounts.items()]
    return await ask(client, REPORT, t=troubles, v="1.0.0")


async def test_only_who_is_signed_in_reports(client: httpx.AsyncClient) -> None:
    answer = await report(client, lost_items=1)
    assert answer["errors"][0]["extensions"]["code"] == "signed_out"


async def test_the_latest_word_of_a_phone_is_shown_and_can_end(client: httpx.AsyncClient) -> None:
    await ask(client, SIGN_IN, identifier=office.ASKER.identifier, password=office.PASSWORD)
    assert await report(client, lost_items=7, save_failed=2) == {"data": {"reportTrouble": True}}
    await report(client, lost_items=3)
    shown = (await client.get("/metrics")).text
    assert 'sambung_phone_troubles{what="lost_items"} 3.0' in shown
    assert 'sambung_phone_troubles{what="save_failed"} 2.0' in shown
    await report(client, lost_items=0, save_failed=0)
    shown = (await client.get("/metrics")).text
    assert 'sambung_troubled_phones{what="lost_items"} 0.0' in shown
    assert office.ASKER.identifier not in shown


@pytest.mark.parametrize("amount", [-5, 2**31 - 1])
async def test_amounts_stay_within_bounds(client: httpx.AsyncClient, amount: int) -> None:
    await ask(client, SIGN_IN, identifier=office.ASKER.identifier, password=office.PASSWORD)
    assert (await report(client, stuck_hours=amount))["data"]["reportTrouble"] is True
    shown = (await client.get("/metrics")).text
    assert f'sambung_phone_troubles{{what="stuck_hours"}} {"0.0" if amount < 0 else "1e+06"}' in shown


async def test_words_that_are_none_and_too_many_are_refused(client: httpx.AsyncClient) -> None:
    await ask(client, SIGN_IN, identifier=office.ASKER.identifier, password=office.PASSWORD)
    assert (await report(client, anything=1)).get("errors")
    many = await ask(client, REPORT, t=[{"what": "LOST_ITEMS", "amount": 1}] * 50, v="1.0.0")
    assert many["errors"][0]["extensions"]["code"] == "invalid"
    long = await ask(client, REPORT, t=[], v="9" * 33)
    assert long["errors"][0]["extensions"]["code"] == "invalid"
