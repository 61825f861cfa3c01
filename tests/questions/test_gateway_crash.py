"""The server is killed between receipt and answer, at the webhook and at the delivery: no double, no loss."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sync.ids import uuid7
from tests.support import office
from tests.support.messenger import Messenger, signed
from tests.support.phone import Phone
from tests.support.server import ServerProcess

pytestmark = pytest.mark.slow
SENDER = "+6281200000555"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerProcess]:
    """The small agency on a server that delivers in the background and can be armed to die; on both databases."""
    url, keys_file = request.getfixturevalue(f"{request.param}_office")
    folder = tmp_path / "server"
    folder.mkdir()
    shutil.copy(keys_file, folder / "keys.json")
    made = ServerProcess(folder, url, faulty=True)
    yield made
    made.stop()


@pytest.fixture
def messenger() -> Iterator[Messenger]:
    """The other side, which outlives our server."""
    with Messenger() as running:
        yield running


class Sender:
    """Messages of one person, as the gateway posts them."""

    def __init__(self, server: ServerProcess, messenger: Messenger) -> None:
        said = server.command(
            "gateway", "install", "--agency", "UJI", "--code", "wa", "--url", messenger.url
        ).stdout.split()
        self.path, messenger.secret = said[said.index("address") + 1], said[said.index("secret") + 1]
        self.server, self.secret, self.ahead = server, messenger.secret, 0.0

    def post(self, id: str, text: str) -> int:
        """Post one; the status."""
        body = json.dumps({"id": id, "from": SENDER, "name": "Bu Rina", "text": text}).encode()
        headers = signed(self.secret, body, time.time() + self.ahead)
        return httpx.post(self.server.url + self.path, content=body, headers=headers, timeout=30).status_code

    def later(self, seconds: float) -> None:
        """Move the server's clock on: a lease of a dead process ends after a minute."""
        self.ahead += seconds
        self.server.set_clock(self.ahead)


async def answer(phone: Phone, text: str) -> str:
    """The operator takes what is open and answers; the message's id."""
    await phone.pull()
    [(record, body)] = phone.held("question").items()
    if body.get("holderId") is None:
        [taken] = await phone.push(phone.command("question.claim", record, {}, "OPR"))
        assert taken["status"] == "applied", taken
        await phone.pull()
    message = uuid7()
    args = {"text": text, "messageId": message}
    [done] = await phone.push(phone.command("question.answer", record, args, "OPR"))
    assert done["status"] == "applied", done
    return message


async def filtered(server: ServerProcess) -> None:
    """The filter hands the one question to the queue of its unit."""
    async with await office.sign_in(server, office.FILTER) as phone:
        await phone.pull()
        [(record, body)] = phone.held("question").items()
        args = {"category": body["category"], "unit": body["unit"]}
        [done] = await phone.push(phone.command("question.assign", record, args, "ADM"))
        assert done["status"] == "applied", done


async def told(phone: Phone, message: str) -> None:
    """Wait until the operator's phone shows the message as sent."""
    deadline, found = time.monotonic() + 90, None
    while found != "terkirim":
        assert time.monotonic() < deadline, found
        await phone.pull()
        found = phone.held("message")[message].get("delivery")


async def test_5_killed_between_receipt_and_answer_nothing_is_lost_or_doubled(
    server: ServerProcess, messenger: Messenger
) -> None:
    sender = Sender(server, messenger)
    server.start()
    for point, id in (("before_commit", "m1"), ("after_commit", "m2")):
        server.arm(point)
        with pytest.raises(httpx.TransportError):
            sender.post(id, f"Promosi jabatan {id}")
        server.wait_dead()
        server.start()
        assert [sender.post(id, f"Promosi jabatan {id}") for _ in range(2)] == [200, 200]
    await filtered(server)
    async with await office.sign_in(server, office.OPERATOR) as phone:
        await phone.pull()
        [body] = phone.held("question").values()
        said = sorted(one["text"] for one in phone.held("message").values())
        assert (body["text"], said) == ("Promosi jabatan m1", ["Promosi jabatan m2"])
        for round_, (point, posts) in enumerate((("gateway_handed_over", 2), ("gateway_written_down", 1))):
            server.arm(point)
            sent = await answer(phone, f"Jawaban {round_}")
            server.wait_dead()
            assert messenger.posts.count(sent) == 1
            sender.later(90)
            server.start()
            await told(phone, sent)
            assert messenger.posts.count(sent) == posts
            assert sender.post(f"next{round_}", "Baik, lalu?") == 200
    assert sorted(one["text"] for one in messenger.texts.values()) == ["Jawaban 0", "Jawaban 1"]
    assert messenger.forged == []
