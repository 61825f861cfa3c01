"""Presence and typing: true while a stream lives, told to nobody else, and stored nowhere."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

from sync.ids import uuid7
from tests.support import office
from tests.support.live import POKE, TYPING, events
from tests.support.phone import Phone
from tests.support.server import ServerProcess
from tests.support.stored import everything_stored

TEXT = "Kapan SK kenaikan pangkat saya terbit?"


async def routed_question(asker: Phone, filter_: Phone) -> str:
    """A question in the queue of the unit where the small agency's operator works."""
    item = asker.ask(TEXT)
    [asked] = await asker.push(item)
    assert asked["status"] == "applied", asked
    body = (await filter_.pull()).held("question")[item["record"]]
    if body["state"] == "baru":
        args = {"category": body["category"], "unit": body["unit"], "holder": None}
        [assigned] = await filter_.push(filter_.command("question.assign", item["record"], args, role="ADM"))
        assert assigned["status"] == "applied", assigned
    return str(item["record"])


async def test_an_officer_is_available_and_writes_only_while_the_stream_lives(office_server: ServerProcess) -> None:
    async with (
        await office.sign_in(office_server, office.ASKER) as asker,
        await office.sign_in(office_server, office.OPERATOR) as operator,
        await office.sign_in(office_server, office.FILTER) as filter_,
    ):
        question = await routed_question(asker, filter_)
        before = everything_stored(office_server.database_url)
        async with events(asker, q=question) as mine:
            assert await mine.moment() == {"available": False, "askerTyping": False, "officerTyping": False}
            async with events(operator) as inbox:
                await inbox.moment(available=False)
                await mine.moment(available=True, officerTyping=False)
                async with events(operator, q=question) as desk:
                    await desk.moment()
                    await asker.data(TYPING, q=question, on=True)
                    assert await desk.moment(askerTyping=True) == {
                        "available": False, "askerTyping": True, "officerTyping": False,
                    }  # fmt: skip
                    await asker.data(TYPING, q=question, on=False)
                    await desk.moment(askerTyping=False)
                    await operator.data(TYPING, q=question, on=True)
                    assert (await mine.moment(officerTyping=True))["askerTyping"] is False
                # The page of the conversation is gone: nobody writes there, but the inbox is still open.
                assert (await mine.moment(officerTyping=False))["available"] is True
            await mine.moment(available=False)
            # Nobody types on: it ends by itself.
            await operator.data(TYPING, q=question, on=True)
            await mine.moment(officerTyping=True)
            await mine.moment(officerTyping=False)
        assert everything_stored(office_server.database_url) == before
        await is_nobody_elses(asker, operator)
        await many_at_once(office_server, operator)


async def is_nobody_elses(asker: Phone, operator: Phone) -> None:
    """A conversation that is not one's own looks like one that does not exist."""
    item = operator.ask("Berapa sisa cuti tahunan saya tahun ini?")
    [asked] = await operator.push(item)
    assert asked["status"] == "applied", asked
    for foreign in (item["record"], uuid7(), "bukan-id"):
        async with events(asker, q=foreign) as stream:
            name, content = await stream.next()
            assert (name, content["errors"][0]["extensions"]["code"]) == ("next", "not_found")
        answer = await asker.graphql(TYPING, q=foreign, on=True)
        assert answer["errors"][0]["extensions"]["code"] == "not_found"
    async with events(operator, q=item["record"]) as own:
        # Who asked is not the one who answers: one's own page makes nobody available.
        await own.moment(available=False)


AT_ONCE = 20


async def many_at_once(server: ServerProcess, operator: Phone) -> None:
    """Twenty devices send in the same moment, each twice: every message is there once, and told to the desk."""
    await operator.pull()
    before = set(operator.held("question"))
    async with AsyncExitStack() as stack, events(operator, POKE) as stream:
        await stream.next()
        phones = [await stack.enter_async_context(await office.sign_in(server, office.ASKER)) for _ in range(AT_ONCE)]
        items = [
            phone.mutation("question.ask", uuid7(), {"text": f"{TEXT} Nomor {n}.", "category": "pangkat"})
            for n, phone in enumerate(phones)
        ]
        batches = [phone.batch(item) for phone, item in zip(phones, items, strict=True)]
        sent = [phone.send(batch) for phone, batch in zip(phones * 2, batches * 2, strict=True)]
        answers = await asyncio.gather(*sent)
        assert Counter(result["status"] for answer in answers for result in answer["results"]) == {
            "applied": AT_ONCE, "duplicate": AT_ONCE,
        }  # fmt: skip
        async with asyncio.timeout(15):
            while len(new := operator.held("question").keys() - before) < AT_ONCE:
                assert (await stream.next())[0] == "next"
                await operator.pull()
        assert new == {item["record"] for item in items}
        numbers = [operator.held("question")[id]["number"] for id in new]
        assert len(set(numbers)) == AT_ONCE
