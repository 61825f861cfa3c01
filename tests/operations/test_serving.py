"""The server while its database goes and comes, with several processes, at its end, and in its log."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from sync.ids import uuid7
from tests.support import office
from tests.support.live import TYPING, events
from tests.support.phone import PUSH, Phone
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
TEXT = "Bagaimana cara mengurus tunjangan keluarga?"


@pytest.fixture(scope="module")
def server(
    postgres_server: PostgresServer, _postgres_office: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """The small agency on PostgreSQL, served by two processes as in production; one for all tests here."""
    template, keys_file = _postgres_office
    folder = tmp_path_factory.mktemp("serving")
    shutil.copy(keys_file, folder / "keys.json")
    settings = {"SAMBUNG_WORKERS": "2", "SAMBUNG_ENVIRONMENT": "production"}
    with ServerProcess(folder, postgres_server.create_database("serving", template), settings=settings) as running:
        both_are_up(running)
        yield running
    postgres_server.drop_database("serving")


def seen(server: ServerProcess, words: str, after: int = 0, times: int = 1) -> None:
    """Wait until the log of the server says this so many times, not counting its first ``after`` characters."""
    deadline = time.monotonic() + 60
    while server.log[after:].count(words) < times:
        assert time.monotonic() < deadline, server.log[-4000:]
        time.sleep(0.05)


def both_are_up(server: ServerProcess, after: int = 0) -> None:
    """Wait for the second process too: the server answers as soon as the first does."""
    seen(server, "Application startup complete.", after, times=2)


def until(server: ServerProcess, path: str, status: int, seconds: float = 20) -> None:
    """Wait until every process (both are asked) answers with this status."""
    deadline, row = time.monotonic() + seconds, 0
    while row < 6:
        row = row + 1 if httpx.get(server.url + path, timeout=15, verify=False).status_code == status else 0
        assert time.monotonic() < deadline, f"{path} did not become {status}"


async def test_a_stopped_database_is_busy_and_the_server_recovers_by_itself(
    server: ServerProcess, postgres_server: PostgresServer
) -> None:
    async with await office.sign_in(server, office.ASKER) as phone:
        await phone.push(phone.ask("Sebelum basis data berhenti"))
        batch = phone.batch(phone.ask("Selama basis data berhenti"))
        postgres_server.stop(keep=True)
        try:
            until(server, "/readyz", 503)
            for _ in range(4):
                reply = (await phone.data(PUSH, batch=batch))["syncPush"]
                assert (reply["code"], reply["results"]) == ("busy", [])
                assert reply["requestId"] == batch["requestId"]
                assert reply["retryAfterMs"] > 0
            answer = await phone.graphql("{ me { account } }")
            assert answer["errors"][0]["extensions"]["code"] == "busy"
            resi = await phone.http.get("/resi/K7QM2P9D")
            assert resi.status_code == 503
            assert "Coba lagi" in resi.text
            assert "sambung_database_up 0.0" in (await phone.http.get("/metrics")).text
            head = {"Tus-Resumable": "1.0.0"}
            file = await phone.http.head("/berkas/0198c0de-0000-7000-8000-000000000000", headers=head)
            assert file.status_code == 503
        finally:
            postgres_server.start()
        until(server, "/readyz", 200)
        for _ in range(20):
            reply = await phone.send(batch)
            if reply["code"] != "busy":
                break
        assert [result["status"] for result in reply["results"]] == ["applied"]
        assert (await phone.send(batch))["results"][0]["status"] == "duplicate"
        assert [body["text"] for body in (await phone.pull()).held("question").values()].count(
            "Selama basis data berhenti"
        ) == 1
    assert "Traceback" not in server.log
    assert "DETAIL" not in server.log


def test_a_server_that_starts_before_its_database_waits_for_it(
    server: ServerProcess, postgres_server: PostgresServer
) -> None:
    """After a power cut the database may come up last: neither the server ends over it nor one of its processes that
    is started anew meanwhile."""
    server.stop()
    told = len(server.log)
    postgres_server.stop(keep=True)
    try:
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(server.start)
            seen(server, "database_awaited", told)
            postgres_server.start()
            starting.result()
        both_are_up(server, told)
        told = len(server.log)
        postgres_server.stop(keep=True)
        assert server.process is not None
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        workers = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert len(workers) == 2, workers
        os.kill(int(workers[-1]), signal.SIGKILL)
        seen(server, "database_awaited", told)
    finally:
        postgres_server.start()
    until(server, "/readyz", 200)
    assert server.process.poll() is None


@asynccontextmanager
async def stream(phone: Phone) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of a live stream on a connection of its own."""
    async with httpx.AsyncClient(
        base_url=phone.http.base_url, cookies=phone.http.cookies, headers=phone.http.headers, timeout=30
    ) as http:
        headers = {"Accept": "text/event-stream"}
        async with http.stream("POST", "/graphql", json={"query": "subscription { poke }"}, headers=headers) as answer:
            assert answer.status_code == 200
            yield answer.aiter_lines()


async def following(lines: AsyncIterator[str], seconds: float = 15) -> str:
    """The name of the next event."""
    async with asyncio.timeout(seconds):
        async for line in lines:
            if line.startswith("event: "):
                return line.removeprefix("event: ")
    return "end"


async def test_pokes_and_the_end_of_a_session_reach_streams_on_every_process(server: ServerProcess) -> None:
    async with (
        await office.sign_in(server, office.ASKER) as phone,
        await office.sign_in(server, office.ASKER) as other,
        AsyncExitStack() as stack,
    ):
        streams = [await stack.enter_async_context(stream(phone)) for _ in range(8)]
        assert [await following(lines) for lines in streams] == ["next"] * 8
        [asked] = await phone.push(phone.ask(TEXT))
        assert asked["status"] == "applied"
        assert [await following(lines) for lines in streams] == ["next"] * 8
        shown = (await phone.http.get("/metrics")).text
        assert "sambung_live_streams 8.0" in shown
        assert 'sambung_mutations_total{kind="question.ask",status="applied"} ' in shown
        assert 'sambung_batches_total{code="ok"} ' in shown
        for name in ("sambung_jobs_lag_seconds", "sambung_deliveries_lag_seconds", "sambung_database_up 1.0"):
            assert name in shown

        devices = (await other.data("{ devices { id here } }"))["devices"]
        for device in devices:
            if not device["here"]:
                await other.data("mutation($i: ID!) { revokeDevice(id: $i) }", i=device["id"])
        ends = [[await following(lines), await following(lines)] for lines in streams]
        assert all("complete" in end for end in ends), ends
        pushed = (await phone.data(PUSH, batch=phone.batch(phone.ask("Setelah dicabut"))))["syncPush"]
        assert pushed["code"] == "signed_out"
        refused = await phone.http.post(
            "/graphql", json={"query": "subscription { poke }"}, headers={"Accept": "text/event-stream"}
        )
        assert refused.status_code == 401


async def test_presence_and_typing_reach_every_process(server: ServerProcess) -> None:
    async with (
        await office.sign_in(server, office.ASKER) as asker,
        await office.sign_in(server, office.OPERATOR) as operator,
        AsyncExitStack() as stack,
    ):
        # The unit of the operator is in charge of promotions.
        item = asker.mutation("question.ask", uuid7(), {"text": TEXT, "category": "pangkat"})
        [asked] = await asker.push(item)
        assert asked["status"] == "applied", asked
        pages = [await stack.enter_async_context(events(asker, q=item["record"])) for _ in range(8)]
        for page in pages:
            await page.moment(available=False)
        async with events(operator, q=item["record"]) as desk:
            for page in pages:
                await page.moment(available=True)
            await asker.data(TYPING, q=item["record"], on=True)
            await desk.moment(askerTyping=True)
        for page in pages:
            await page.moment(available=False)


async def test_the_end_of_the_server_answers_or_leaves_what_is_safe_to_send_again(server: ServerProcess) -> None:
    async with await office.sign_in(server, office.ASKER) as phone:
        batches = [phone.batch(phone.ask(f"Saat server berhenti {n}")) for n in range(12)]
        sending = [asyncio.create_task(phone.send(batch)) for batch in batches]
        await asyncio.sleep(0.02)
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        answers = await asyncio.gather(*sending, return_exceptions=True)
        await asyncio.to_thread(server.process.wait, 15)
        for answer in answers:
            assert isinstance(answer, dict | httpx.TransportError), answer
        server.process = None
        server.start()
        for batch, answer in zip(batches, answers, strict=True):
            [result] = (await phone.send(batch))["results"]
            assert result["status"] == "duplicate" if isinstance(answer, dict) else result["status"] in (
                "applied", "duplicate",
            )  # fmt: skip
        held = (await phone.pull()).held("question").values()
        texts = [body["text"] for body in held if body["text"].startswith("Saat server berhenti")]
        assert sorted(texts) == sorted(f"Saat server berhenti {n}" for n in range(12))


async def test_the_log_has_request_ids_and_nothing_personal(server: ServerProcess) -> None:
    async with await office.sign_in(server, office.ASKER) as phone:
        token = next(iter(phone.http.cookies.values()))
        await phone.push(phone.ask(TEXT))
        await phone.graphql("mutation($b: JSON!, $n: Int!) { syncPush(batch: $b) }", b={"text": TEXT}, n=TEXT)
        wrong = 'mutation($i: String!) { signIn(identifier: $i, password: "salah sekali") { account } }'
        await phone.graphql(wrong, i=office.OPERATOR.identifier)
        await phone.graphql(wrong, i="orang@contoh.id")
        answer = await phone.http.get("/resi/K7QM2P9D", headers={"X-Forwarded-For": "198.51.100.77"})
    with contextlib.suppress(AssertionError):
        server.stop()
    lines = [json.loads(line) for line in server.log.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert answer.headers["x-request-id"] in {line["request"] for line in requests}
    assert all({"route", "status", "ms", "request"} <= set(line) for line in requests)
    for secret in (
        TEXT, token, office.PASSWORD, "salah sekali", "K7QM", office.ASKER.identifier, office.OPERATOR.identifier,
        "orang@contoh.id", "Wulansari", "198.51.100.77",
    ):  # fmt: skip
        assert secret not in server.log, secret
