"""Conversations of a whole agency: 8,161 people on file, 40 operators with a live stream, 200 messages at once.

What was sent is looked for in the database and at each operator: once each. "Sent to seen" is from the push of one
side until the other side, poked by its stream, has pulled the message; on an idle line one message at a time, and in
two real browsers from the press of the button until the words stand on the other screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import orjson
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import insert, select, text

from backend.app import House
from backend.identity.models import AGENCY, DEVICE_SESSION, PERSON, ROLE_GRANT
from backend.identity.service.directory import token_hash
from bench.house import Engine, Ground, ground, serving
from bench.report import Row, ms, percentile
from bench.streams import Stream
from bench.wire import PUSH, Line, Phone, Reply
from sync.ids import uuid4, uuid7
from tests.support.chromium import DESK, PHONE, Profile, Screen
from tests.support.phone import Phone as TestPhone
from tests.support.postgres import PostgresServer
from tests.support.stage import Stage, ask, make_town, on_phone, open_stage, sign_in

PEOPLE, ASKERS, OPERATORS = 8161, 200, 40
IDLE_MESSAGES, BROWSER_MESSAGES = 100, 20
GATHER = 0.05
"""The app bundles pokes for so long before it pulls."""
HOLD = 1.0
LIMIT = 120.0
QUESTION = "Kapan SK kenaikan pangkat saya terbit, nomor {n}?"


@dataclass(slots=True)
class Desk:
    """One operator: what was pulled, when each question was first seen, and how often it came as new."""

    phone: Phone
    seen: dict[str, float] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    cursor: str | None = None


def rows(engine: Engine, server: PostgresServer | None, *, quick: bool) -> list[Row]:
    """The burst and the idle line on one database."""
    askers = ASKERS // 4 if quick else ASKERS
    with ground(engine, "talk", server) as made:
        phones = asyncio.run(_prepare(made, askers + OPERATORS))
        workers = "2" if engine == "PostgreSQL" else "1"
        with serving(made, SAMBUNG_WORKERS=workers) as process:
            talk = _Talk(made, process.port, phones[:askers], [Desk(phone) for phone in phones[askers:]])
            return asyncio.run(talk.measure(engine, IDLE_MESSAGES // 4 if quick else IDLE_MESSAGES))


def browsers(*, quick: bool) -> list[Row]:
    """Two real browsers on one machine, the asker's phone and an operator's desk."""
    count = BROWSER_MESSAGES // 4 if quick else BROWSER_MESSAGES
    with tempfile.TemporaryDirectory(prefix="sambung-talk-") as name:
        folder = Path(name)
        with open_stage(folder / "stage", make_town(folder)) as stage, sync_playwright() as driver:
            asker = Profile(driver, folder / "asker", stage.server.url, Screen(PHONE))
            desk = Profile(driver, folder / "desk", stage.server.url, Screen(DESK))
            try:
                up, down = _converse(stage, asker, desk, count)
            finally:
                asker.close()
                desk.close()
    worst = max(percentile(up, 95), percentile(down, 95))
    return [
        Row(
            what="sent to seen, two real browsers, idle line",
            hold="p95 < 1 s",
            measured=f"{ms(percentile(up, 50))} / {ms(percentile(up, 95))} to the desk, "
            f"{ms(percentile(down, 50))} / {ms(percentile(down, 95))} to the asker (p50 / p95)",
            held=worst < HOLD,
            note=f"{count} messages each way, from the press of the button until the words stand on the other screen",
            data={"up": up, "down": down},
        )
    ]


class _Talk:
    def __init__(self, made: Ground, port: int, askers: list[Phone], desks: list[Desk]) -> None:
        self.made, self.port, self.askers, self.desks = made, port, askers, desks
        self.complete = asyncio.Event()
        self.wanted = 0

    async def measure(self, engine: Engine, idle: int) -> list[Row]:
        async with contextlib.AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(Line(self.port, phone.cookie)) for phone in self.askers]
            watching = [asyncio.create_task(self._watch(desk)) for desk in self.desks]
            try:
                await self._ready()
                talking = asyncio.create_task(self._talk(lines, idle))
                await asyncio.wait([talking, *watching], return_when=asyncio.FIRST_COMPLETED)
                # A desk ends by itself only when something is wrong with it.
                for ended in (task for task in watching if task.done()):
                    ended.result()
                burst, waits = await talking
            finally:
                for task in watching:
                    task.cancel()
                await asyncio.gather(*watching, return_exceptions=True)
        lost, doubled = await self._count(len(self.askers) + idle)
        streams = len(self.desks)
        people = f"{PEOPLE:,} people, {OPERATORS} operators, {engine}"
        return [
            Row(
                what=f"{len(self.askers)} messages at once, {people}",
                hold="0 lost, 0 doubled",
                measured=f"{lost} lost, {doubled} doubled; an operator has all after {ms(percentile(burst, 50))} "
                f"(the last of {streams}: {ms(max(burst))})",
                held=lost == doubled == 0,
                note="every operator hears of every question; each is told to all at the queue of its unit",
                data={"lost": lost, "doubled": doubled, "complete": burst},
            ),
            Row(
                what=f"sent to seen, idle line, {people}",
                hold="p95 < 1 s",
                measured=f"{ms(percentile(waits, 50))} / {ms(percentile(waits, 95))} / {ms(max(waits))} "
                "(p50 / p95 / longest)",
                held=percentile(waits, 95) < HOLD,
                note=f"{idle} messages, each until the slowest of {streams} operators has pulled it; "
                f"{GATHER * 1000:.0f} ms of it are the app's own gathering of pokes",
                data={"waits": waits},
            ),
        ]

    async def _talk(self, lines: list[Line], idle: int) -> tuple[list[float], list[float]]:
        return await self._burst(lines), await self._idle(lines[0], idle)

    async def _watch(self, desk: Desk) -> None:
        """Hold a stream; after each poke gather, then pull to the end."""
        async with contextlib.AsyncExitStack() as stack:
            line = await stack.enter_async_context(Line(self.port, desk.phone.cookie))
            stream = Stream(self.port, desk.phone.cookie)
            await stream.open(stack)
            while True:
                await self._pull(desk, line)
                await stream.event()
                await asyncio.sleep(GATHER)

    async def _pull(self, desk: Desk, line: Line) -> None:
        more = True
        while more:
            page = (await _served(line, desk.phone.pull(desk.cursor))).data("syncPull")
            desk.cursor, more = page["cursor"], page.get("more", False)
            for change in page["changes"]:
                if change["kind"] == "question" and change["version"] == 1:
                    desk.times[change["id"]] += 1
                if change["kind"] == "question":
                    desk.seen.setdefault(change["id"], time.perf_counter())
        if all(len(one.seen) >= self.wanted for one in self.desks):
            self.complete.set()

    async def _ready(self) -> None:
        async with asyncio.timeout(LIMIT):
            while not all(desk.cursor for desk in self.desks):
                await asyncio.sleep(0.05)

    async def _burst(self, lines: list[Line]) -> list[float]:
        self.wanted = len(lines)
        started = time.perf_counter()
        await asyncio.gather(
            *(self._ask(phone, line, n) for n, (phone, line) in enumerate(zip(self.askers, lines, strict=True)))
        )
        await self._all_seen()
        return [max(desk.seen.values()) - started for desk in self.desks]

    async def _idle(self, line: Line, count: int) -> list[float]:
        waits = []
        for n in range(count):
            self.wanted += 1
            started = time.perf_counter()
            record = await self._ask(self.askers[0], line, 1000 + n)
            await self._all_seen()
            waits.append(max(desk.seen[record] for desk in self.desks) - started)
        return waits

    async def _all_seen(self) -> None:
        async with asyncio.timeout(LIMIT):
            while not all(len(desk.seen) >= self.wanted for desk in self.desks):
                self.complete.clear()
                await self.complete.wait()

    async def _ask(self, phone: Phone, line: Line, n: int) -> str:
        item = phone.item({"text": QUESTION.format(n=n)})
        item["kind"] = "question.ask"
        body = orjson.dumps({"query": PUSH, "variables": {"batch": phone.batch([item])}})
        [result] = (await _served(line, body)).data("syncPush")["results"]
        if result["status"] not in ("applied", "duplicate"):
            raise RuntimeError(f"not stored: {result}")
        return str(item["record"])

    async def _count(self, sent: int) -> tuple[int, int]:
        """Questions that are missing anywhere, and those that are there more than once."""
        async with self.made.house() as house, house.db.reading() as connection:
            stored, numbers, receipts = (
                await connection.execute(
                    text("SELECT count(*), count(DISTINCT series || running), count(DISTINCT receipt) FROM question")
                )
            ).one()
        lost = max(sent - stored, 0) + sum(sent - len(desk.seen) for desk in self.desks)
        doubled = max(stored - sent, 0) + (stored - numbers) + (stored - receipts)
        return lost, doubled + sum(times - 1 for desk in self.desks for times in desk.times.values())


async def _served(line: Line, body: bytes) -> Reply:
    """Ask until the server takes it: one that is full says when to come again, and the app obeys."""
    while (reply := await line.ask(body)).status == 503:
        await asyncio.sleep(float(reply.headers["retry-after"]))
    return reply


async def _prepare(made: Ground, active: int) -> list[Phone]:
    """So many people on file; the first ``active`` with a session, the last of those as operators of the agency."""
    accounts, tokens = [uuid7() for _ in range(PEOPLE)], [uuid4() for _ in range(active)]
    async with made.house() as house:
        now = house.clock.now()
        async with house.db.writing() as connection:
            found = await connection.execute(select(PERSON).where(PERSON.c.id == made.phones[1].account))
            person = dict(found.mappings().one())
            await connection.execute(
                insert(PERSON), [person | {"id": id, "staff_code": f"T{n:06}"} for n, id in enumerate(accounts)]
            )
            sessions = [
                {"id": uuid7(), "token_hash": token_hash(token), "account": account, "agency": made.agency,
                 "label": "", "created": now, "last_seen": now, "expires": now + timedelta(days=60)}
                for account, token in zip(accounts, tokens, strict=False)
            ]  # fmt: skip
            await connection.execute(insert(DEVICE_SESSION), sessions)
            root = await _root(house, made.agency)
            grants = [
                {"id": uuid7(), "agency": made.agency, "person": account, "role": "OPR", "unit": root,
                 "start": now.date() - timedelta(days=1), "stand_in": False, "granted": now}
                for account in accounts[active - OPERATORS : active]
            ]  # fmt: skip
            await connection.execute(insert(ROLE_GRANT), grants)
            await connection.execute(AGENCY.update().values(tree_version=AGENCY.c.tree_version + 1))
    return [Phone(account, f"sambung={token}") for account, token in zip(accounts, tokens, strict=False)]


async def _root(house: House, agency: str) -> str:
    async with house.db.reading() as connection:
        return (await house.directory.trees.get(connection, agency)).root


# --- two browsers ---

WATCH = """() => { window.seen = {}; new MutationObserver(() => {
  for (const { textContent: said } of document.querySelectorAll('.percakapan .teks')) window.seen[said] ??= Date.now();
}).observe(document.body, { childList: true, subtree: true, characterData: true });
addEventListener('click', (event) => { window.pressed = performance.timeOrigin + event.timeStamp; }, true); }"""


def _converse(stage: Stage, asker: Profile, desk: Profile, count: int) -> tuple[list[float], list[float]]:
    page, other = sign_in(asker, "guru"), sign_in(desk, "operator1")
    question = QUESTION.format(n=0)
    ask(page, question)
    page.get_by_text("no. resi").first.wait_for()
    on_phone(stage, "admin_penyaring", lambda phone: _filtered(phone, question))
    other.goto(desk.origin + "/kotak-masuk")
    other.get_by_role("link", name=question).first.click()
    _take(other)
    for one in (page, other):
        one.evaluate(WATCH)
    up, down = [], []
    for n in range(count):
        up.append(_say(page, other, "Tulis pesan", f"Pesan {n} dari penanya."))
        _take(other)
        down.append(_say(other, page, "Jawaban", f"Jawaban {n} dari petugas."))
    return up, down


async def _filtered(phone: TestPhone, question: str) -> None:
    id, body = next((id, body) for id, body in phone.held("question").items() if body["text"] == question)
    if body["state"] == "baru":
        args = {"category": body["category"], "unit": body["unit"], "holder": None}
        await phone.push(phone.command("question.assign", id, args, role="ADM"))


def _take(desk: Page) -> None:
    """A reopened thread is taken again when its holder is not on duty."""
    answer = desk.get_by_role("radio", name="Jawab penanya")
    claim = desk.get_by_role("button", name="Ambil", exact=True)
    claim.or_(answer).first.wait_for()
    if claim.count():
        claim.click()
    answer.check()


def _say(writer: Page, reader: Page, label: str, words: str) -> float:
    writer.get_by_label(label, exact=True).fill(words)
    writer.get_by_role("button", name="Kirim", exact=True).click()
    reader.wait_for_function("(words) => words in window.seen", arg=words)
    sent, seen = (
        float(writer.evaluate("window.pressed")),
        float(reader.evaluate("(words) => window.seen[words]", words)),
    )
    return (seen - sent) / 1000
