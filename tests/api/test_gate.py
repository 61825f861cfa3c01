"""Load shedding: whoever comes beyond what is worked on hears when to come again, and nothing of it was taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from backend.api.gate import HALF_LIFE, LONGEST, Gate
from backend.app import create_app
from backend.settings import Settings
from tests.api.test_hostile import ME, code_of, post
from tests.support.clock import SettableClock

BATCH = {"protocol": "sambung-sync/1"}
PUSH = {"query": "mutation($batch: JSON!) { syncPush(batch: $batch) }", "variables": {"batch": BATCH}}


class Slow:
    """A body that is still on its way: the rest comes when it is let go."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.rest = asyncio.Event()
        self.begun = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.content[:10]
        self.begun.set()
        await self.rest.wait()
        yield self.content[10:]


@pytest.fixture
async def app(settings: Settings, clock: SettableClock) -> AsyncIterator[FastAPI]:
    """A server that works on one request at a time."""
    app = create_app(settings.model_copy(update={"requests_at_once": 1}), clock=clock)
    async with app.router.lifespan_context(app):
        yield app


async def test_beyond_what_is_worked_on_503_says_when_to_come_again(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, inside, go_on = app.state.house.engine, asyncio.Event(), asyncio.Event()
    directory, straight = app.state.house.directory, app.state.house.directory.signed_in

    async def held(*args: object) -> object:
        inside.set()
        await go_on.wait()
        return await straight(*args)

    monkeypatch.setattr(directory, "signed_in", held)
    client.cookies.set("__Host-sambung", "x", domain="sambung.test")
    first = asyncio.create_task(post(client, ME))
    await inside.wait()
    pushes: list[object] = []
    monkeypatch.setattr(engine, "push", lambda *args: pushes.append(args))
    refused = await client.post("/graphql", json=PUSH)
    assert (refused.status_code, code_of(refused)) == (503, "busy")
    assert 1 <= int(refused.headers["retry-after"]) <= LONGEST + 1
    assert pushes == []
    assert (await client.get("/healthz")).status_code == 200
    go_on.set()
    assert (await first).status_code == 200
    assert (await post(client, ME)).status_code == 200


async def test_a_slow_line_holds_no_place(client: httpx.AsyncClient) -> None:
    slow = Slow(b'{"query": "{ me { account } }"}')
    headers = {"Content-Type": "application/json"}
    sending = asyncio.create_task(client.post("/graphql", content=slow, headers=headers))
    await slow.begun.wait()
    assert (await post(client, ME)).status_code == 200
    slow.rest.set()
    assert (await sending).status_code == 200


async def test_a_place_comes_back_whatever_happens(client: httpx.AsyncClient) -> None:
    for _ in range(3):
        assert (await post(client, "{ no such thing")).status_code == 200
        assert (await client.post("/graphql", content=b"{")).status_code in (400, 415)
        assert (await post(client, ME)).status_code == 200


def test_the_wait_grows_with_what_was_refused_and_shrinks_again() -> None:
    now = [0.0]
    gate = Gate(1, now=lambda: now[0], chance=lambda: 0.999)

    def refuse(times: int) -> int:
        for _ in range(times):
            assert not gate.enter()
        return gate.seconds()

    assert gate.enter()
    calm = refuse(1)
    gate.leave()
    assert gate.enter()
    crowd = refuse(8)
    flood = refuse(1000)
    assert calm < crowd < flood == LONGEST
    now[0] += 20 * HALF_LIFE
    gate.leave()
    assert gate.enter()
    assert refuse(1) <= calm


def test_refused_phones_do_not_come_back_together() -> None:
    gate = Gate(1)
    assert gate.enter()
    waits = set()
    for _ in range(200):
        assert not gate.enter()
        waits.add(gate.seconds())
    assert len(waits) > 20
