"""Exactly once over real HTTP: the server dies at the worst moments, and batches come again and again."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.support import office
from tests.support.server import ServerProcess

pytestmark = pytest.mark.slow
TEXT = "Kapan SK kenaikan pangkat saya terbit?"


@pytest.fixture
def server(office_server: ServerProcess) -> ServerProcess:
    """The small agency on a server that can be armed to die; on SQLite and on PostgreSQL."""
    return office_server


async def questions(server: ServerProcess) -> dict[str, Any]:
    """What a new phone of the same asker finds on the server."""
    async with await office.sign_in(server, office.ASKER) as fresh:
        return (await fresh.pull()).held("question")


@pytest.mark.parametrize(
    ("point", "took_effect"), [("before_commit", False), ("after_commit", True), ("mid_reply", True)]
)
async def test_the_server_dies_and_the_question_arrives_once(
    server: ServerProcess, point: str, took_effect: bool
) -> None:
    async with await office.sign_in(server, office.ASKER) as phone:
        ask = phone.ask(TEXT)
        batch = phone.batch(ask)
        server.arm(point)
        with pytest.raises(httpx.TransportError):
            await phone.send(batch)
        server.wait_dead()

        server.start()
        assert len(await questions(server)) == int(took_effect)
        [first] = (await phone.send(batch))["results"]
        [again] = (await phone.send(batch))["results"]

    assert first["status"] == ("duplicate" if took_effect else "applied")
    assert (again["status"], again["first"]) == ("duplicate", "applied")
    assert again["receipt"] == first["receipt"]
    held = await questions(server)
    assert [body["text"] for body in held.values()] == [TEXT]
    assert list(held) == [ask["record"]]
    assert held[ask["record"]]["receipt"] == first["receipt"]


async def test_the_same_batch_100_times_one_after_another(server: ServerProcess) -> None:
    async with await office.sign_in(server, office.ASKER) as phone:
        batch = phone.batch(phone.ask(TEXT), phone.ask("Apa syarat cuti besar untuk guru?"))
        answers = [(await phone.send(batch))["results"] for _ in range(100)]
    assert [result["status"] for result in answers[0]] == ["applied", "applied"]
    assert {result["status"] for results in answers[1:] for result in results} == {"duplicate"}
    assert len({(result["id"], result["receipt"]) for results in answers for result in results}) == 2
    assert len(await questions(server)) == 2


async def test_the_same_batch_100_times_over_16_connections(server: ServerProcess) -> None:
    async with await office.sign_in(server, office.ASKER, connections=16) as phone:
        batch = phone.batch(phone.ask(TEXT))
        turns = asyncio.Semaphore(16)

        async def send() -> dict[str, Any]:
            async with turns:
                while (reply := await phone.send(batch))["code"] == "busy":
                    await asyncio.sleep(reply["retryAfterMs"] / 1000)
                return dict(reply["results"][0])

        results = await asyncio.gather(*(send() for _ in range(100)))
    statuses = [result["status"] for result in results]
    assert statuses.count("applied") == 1
    assert statuses.count("duplicate") == 99
    assert len({result["receipt"] for result in results}) == 1
    assert len(await questions(server)) == 1


async def test_a_killed_server_keeps_every_answered_question(server: ServerProcess) -> None:
    """Killed at random moments under load, resent by the phone: nothing lost, nothing twice."""
    async with await office.sign_in(server, office.ASKER) as phone:
        texts = {f"Pertanyaan nomor {number} tentang pangkat" for number in range(12)}
        receipts: dict[str, str] = {}
        for index, text in enumerate(sorted(texts)):
            ask = phone.ask(text)
            batch = phone.batch(ask)
            if index % 4 == 1:
                server.arm(("before_commit", "after_commit", "mid_reply")[index // 4])
            while ask["id"] not in receipts:
                try:
                    for result in (await phone.send(batch))["results"]:
                        receipts[result["id"]] = result["receipt"]
                except httpx.TransportError:
                    server.wait_dead()
                    server.start()
    held = await questions(server)
    assert {body["text"] for body in held.values()} == texts
    assert len(held) == len(texts)
    assert len(set(receipts.values())) == len(texts)
