"""From an empty database, without any demo data, to a first answered question: as a new agency begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.ids import uuid7
from tests.support import office
from tests.support.server import ServerProcess

QUESTION = "Apa saja syarat kenaikan pangkat reguler?"
ANSWER = "Syaratnya ada di halaman Pusat jawaban; usul dibuka 1 Desember."


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_new_agency_answers_its_first_question(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    if kind == "postgres":
        url = request.getfixturevalue("empty_postgres_url")
    server = ServerProcess(tmp_path / "server", url)
    codes = office.create(server)
    with server:
        await office.activate(server, codes)
        asker = await office.sign_in(server, office.ASKER)
        desk = await office.sign_in(server, office.OPERATOR)
        admin = await office.sign_in(server, office.FILTER)

        ask = asker.ask(QUESTION)
        [asked] = await asker.push(ask)
        assert asked["status"] == "applied", asked
        id = ask["record"]

        body = (await admin.pull()).held("question")[id]
        if body["state"] == "baru":
            args = {"category": body["category"], "unit": body["unit"], "holder": None}
            [filtered] = await admin.push(admin.command("question.assign", id, args, role="ADM"))
            assert filtered["status"] == "applied", filtered
        await desk.pull()
        [claimed] = await desk.push(desk.command("question.claim", id, {}, role="OPR"))
        assert claimed["status"] == "applied", claimed
        await desk.pull()
        args = {"text": ANSWER, "messageId": uuid7()}
        [answered] = await desk.push(desk.command("question.answer", id, args, role="OPR"))
        assert answered["status"] == "applied", answered

        await asker.pull()
        assert asker.held("question")[id]["state"] == "dijawab"
        texts = [message["text"] for message in asker.held("message").values() if message["author"] == "petugas"]
        assert texts == [ANSWER]
        for phone in (asker, desk, admin):
            await phone.http.aclose()
