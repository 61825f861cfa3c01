"""The state machine: what people, phones, the net, the server and the calendar may do, in any order."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Coroutine
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from backend.database.engine import Database
from backend.keys import Keys
from tests.machine import promises
from tests.machine.mishaps import PHONES, PICK, Mishaps
from tests.machine.phone import FAILED, OPEN, Phone
from tests.machine.world import World

SMALL = st.integers(0, 3)

ACTS = ["add", "add", "edit", "edit", "edit", "remark", "sync", "sync", "mark", "close", "seal", "approve", "take"]

NAMES = st.sampled_from(["title", "start", "end", "dates", "rank"])
LINE = st.sampled_from(
    ["", "", "", "", "", "request lost", "reply lost", "reply lost", "doubled", "delayed", "portal", "foreign answer"]
)


class SyncMachine(Mishaps):
    """One example: one world. ``loop``, ``db``, ``keys`` and ``counts`` are given by who runs it."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    db: ClassVar[Database]
    keys: ClassVar[Keys]
    counts: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.world = World(self.db, self.keys, self.counts)
        self.words = 0
        self.wait(self.world.begin())
        self.counts["examples"] += 1

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def phone(self, n: int) -> Phone:
        """One of the phones that are open."""
        phones = self.world.open_phones()
        return phones[n % len(phones)]

    def word(self) -> str:
        """A text that nobody else wrote."""
        self.words += 1
        return f"rahasia {self.words}"

    def plan(self, phone: Phone, n: int) -> str:
        """One of the plans on the phone's screen; on an empty one, a new plan is made."""
        plans = [id for kind, id in phone.show() if kind == "plan"]
        if plans:
            return plans[n % len(plans)]
        record = self.world.dice.uuid()
        self.make(phone, "plan.add", {"title": self.word(), "scope": "agency"}, kindVersion=3, record=record)
        return record

    def make(self, phone: Phone, kind: str, args: dict[str, Any], **more: Any) -> None:
        assert phone.account is not None
        if more.pop("role", False):
            more["as"] = self.world.people.grants.get(phone.account) or self.world.grant
        self.counts["items"] += 1
        self.world.act(phone, lambda: phone.make(kind, args, **more))

    # --- people -----------------------------------------------------------------------------------

    @rule(
        n=PHONES,
        scope=st.sampled_from(["own", "unit", "agency", "agency"]),
        number=st.sampled_from([None, None, "1", "2"]),
    )
    def add(self, n: int, scope: str, number: str | None) -> None:
        args = {"title": self.word(), "scope": scope}
        self.make(self.phone(n), "plan.add", args | ({"number": number} if number else {}), kindVersion=3)

    @rule(n=PHONES, how=st.sampled_from(["old", "newer", "empty", "boom", "star"]))
    def add_strangely(self, n: int, how: str) -> None:
        phone, title = self.phone(n), self.word()
        if how == "star":
            mark = self.world.ledger.mark_of(phone.account or "")
            self.make(phone, "mark.star", {"at": 1, "colour": "star"}, record=mark)
            return
        version, args = {
            "old": (2, {"name": title}), "newer": (4, {"title": title}), "empty": (3, {"title": ""}),
            "boom": (3, {"title": title, "boom": True}),
        }[how]  # fmt: skip
        self.make(phone, "plan.add", {**args, "scope": "agency"}, kindVersion=version)

    @rule(
        n=PHONES,
        pick=PICK,
        name=st.sampled_from(["title", "start", "end", "dates", "rank"]),
        value=SMALL,
        role=st.booleans(),
    )
    def edit(self, n: int, pick: int, name: str, value: int, role: bool) -> None:
        phone = self.phone(n)
        self.change(phone, self.plan(phone, pick), name, value, role)

    def change(self, phone: Phone, plan: str, name: str, value: int, role: bool) -> None:
        """Edit one field, or a group of two."""
        args: dict[str, Any] = {
            "title": {"title": f"rahasia t{value}"}, "start": {"start": value}, "end": {"end": value},
            "dates": {"start": value, "end": value + 1}, "rank": {"rank": f"III/{value}"},
        }[name]  # fmt: skip
        self.make(phone, "plan.edit", args, record=plan, role=role and name == "rank")

    @rule(n=PHONES)
    def edit_what_is_not_there(self, n: int) -> None:
        self.make(self.phone(n), "plan.edit", {"title": self.word()}, record=self.world.dice.uuid())

    @rule(
        n=PHONES, pick=PICK, kind=st.sampled_from(["close", "close", "seal", "approve", "delete", "take"]),
        other=st.none() | PICK, boom=st.sampled_from([False] * 7 + [True]),
    )  # fmt: skip
    def step(self, n: int, pick: int, kind: str, other: int | None, boom: bool) -> None:
        phone = self.phone(n)
        plan = self.plan(phone, pick)
        args = {"boom": True} if boom and kind in ("close", "seal", "approve") else {}
        sees = [] if other is None or kind == "take" else [self.plan(phone, other)]
        saw = phone.notes_on(plan) if kind == "seal" else ()
        sees += phone.notes_shown(plan) if kind == "seal" else []
        self.make(phone, f"plan.{kind}", args, record=plan, sees=sees, saw=saw, role=kind == "approve")

    @rule(n=PHONES, pick=PICK, kind=st.sampled_from(["plan.note", "plan.note", "vote.cast"]), value=SMALL)
    def remark(self, n: int, pick: int, kind: str, value: int) -> None:
        phone = self.phone(n)
        args = {"text": self.word()} if kind == "plan.note" else {"value": value}
        self.make(phone, kind, {"plan": self.plan(phone, pick), **args})

    @rule(n=PHONES, at=SMALL, colour=st.sampled_from(["red", "blue"]))
    def mark(self, n: int, at: int, colour: str) -> None:
        phone = self.phone(n)
        self.make(
            phone, "mark.set", {"at": at, "colour": colour}, record=self.world.ledger.mark_of(phone.account or "")
        )

    @rule(n=PHONES, pick=st.none() | PICK)
    def wait_for_upload(self, n: int, pick: int | None) -> None:
        phone, upload = self.phone(n), self.world.dice.uuid()
        self.world.ledger.uploads.add(upload)
        if pick is None:
            args = {"title": self.word(), "scope": "agency"}
            self.make(phone, "plan.add", args, kindVersion=3, also=[f"file:{upload}"])
        else:
            args = {"plan": self.plan(phone, pick), "text": self.word()}
            self.make(phone, "plan.note", args, also=[f"file:{upload}"])

    @rule(n=PHONES, pick=PICK, how=st.sampled_from(["withdraw", "withdraw", "dismiss", "resolve", "resolve", "edit"]))
    def look_after(self, n: int, pick: int, how: str) -> None:
        phone = self.phone(n)
        states = {"withdraw": OPEN, "edit": OPEN, "dismiss": FAILED, "resolve": ("conflict",)}[how]
        rows = [
            row for row in phone.here.outbox.values()
            if row["state"] in states and not row["dismissed"] and row["item"]["kind"] != "sync.withdraw"
        ]  # fmt: skip
        if not rows:
            return
        row = rows[pick % len(rows)]
        if how == "withdraw":
            self.world.act(phone, lambda: phone.withdraw(row["seq"]))
        elif how == "dismiss":
            phone.dismiss(row["seq"])
        elif how == "resolve":
            self.world.act(phone, lambda: phone.resolve(row["seq"], row["item"]["args"]))
        elif row["item"]["kind"] == "plan.add":
            phone.edit_waiting(row["seq"], {"scope": "agency"})
            self.world.ledger.saved.pop((row["id"], phone.name), None)
        self.counts[f"author {how}"] += 1

    @rule(n=PHONES, acts=st.lists(st.tuples(st.sampled_from(ACTS), PICK, SMALL), min_size=2, max_size=5))
    def busy_hour(self, n: int, acts: list[tuple[str, int, int]]) -> None:
        """Several things in a row, as people do."""
        for act, pick, value in acts:
            if act == "add":
                self.add(n, ["own", "unit", "agency", "agency"][value], [None, None, "1", "2"][pick % 4])
            elif act == "edit":
                self.edit(n, pick, ["title", "start", "end", "dates", "rank"][pick % 5], value, pick > 4)
            elif act == "remark":
                self.remark(n, pick, ["plan.note", "vote.cast"][value % 2], value)
            elif act == "sync":
                self.sync(n)
            elif act == "mark":
                self.mark(n, value, "green")
            else:
                self.step(n, pick, act, None if value else pick + 1, False)

    @rule(n=PHONES, pick=PICK, one=st.tuples(NAMES, SMALL), other=st.tuples(NAMES, SMALL), step=st.booleans())
    def both_at_one_plan(self, n: int, pick: int, one: tuple[str, int], other: tuple[str, int], step: bool) -> None:
        """Two phones see the same plan, and both change it before either hears of the other."""
        first = self.phone(n)
        others = [phone for phone in self.world.open_phones() if phone is not first]
        second = next((phone for phone in others if phone.account == first.account), others[pick % len(others)])
        self.settle(first, second)
        there = second.show()
        plans = [id for kind, id in first.show() if kind == "plan" and (kind, id) in there]
        if not plans:
            return
        self.change(first, plans[pick % len(plans)], *one, True)
        if step:
            self.make(second, "plan.close", {}, record=plans[pick % len(plans)])
        else:
            self.change(second, plans[pick % len(plans)], *other, True)
        self.settle(first, second)

    @rule(pick=PICK)
    def desk_comes_or_goes(self, pick: int) -> None:
        """A grant changes while its holder has pulled what it shows."""
        makers = [phone for phone in self.world.open_phones() if phone.account == self.world.ani]
        desks = [phone for phone in self.world.open_phones() if phone.account == self.world.budi]
        if makers and desks:
            maker, desk = makers[pick % len(makers)], desks[pick % len(desks)]
            self.make(maker, "plan.add", {"title": self.word(), "scope": "unit"}, kindVersion=3)
            self.settle(maker, desk)
            self.server_mishap(0, 1, "grant_changes")
            self.settle(desk)

    def settle(self, *phones: Phone) -> None:
        """Flush and pull each."""
        for phone in phones:
            if self.wait(self.world.flush(phone)):
                self.wait(self.world.pull(phone))

    # --- the line ---------------------------------------------------------------------------------

    @rule(n=PHONES, line=LINE)
    def flush(self, n: int, line: str) -> None:
        phone = self.phone(n)
        self.wait(self.world.flush(phone, line))

    @rule(
        n=PHONES,
        limit=st.sampled_from([None, None, 1, 2, 3]),
        check=st.booleans(),
        pages=st.sampled_from([200, 200, 1, 2]),
    )
    def pull(self, n: int, limit: int | None, check: bool, pages: int) -> None:
        self.wait(self.world.pull(self.phone(n), limit, check, pages))

    @rule(n=PHONES)
    def sync(self, n: int) -> None:
        self.settle(self.phone(n))

    @rule(n=PHONES, m=PHONES)
    def sync_two(self, n: int, m: int) -> None:
        self.sync(n)
        self.sync(m)

    @precondition(lambda self: bool(self.world.late))
    @rule(n=PICK)
    def late(self, n: int) -> None:
        self.wait(self.world.deliver_late(n))

    @rule(n=PHONES)
    def empty_the_outbox(self, n: int) -> None:
        """I8 while other things are broken: what is stuck holds back nothing else."""
        phone = self.phone(n)
        for _ in range(50):
            if not phone.due():
                break
            if not self.wait(self.world.flush(phone)):
                return
        promises.i8_nothing_is_held_back(phone)

    # --- what must hold at each step and in the end -----------------------------------------------

    @invariant()
    def holds(self) -> None:
        self.counts["steps"] += 1
        for phone in self.world.phones:
            promises.each_step(self.world, phone)
            promises.no_flicker(phone)
            self.wait(promises.cursor_is_not_ahead(self.world, phone))

    def teardown(self) -> None:
        if hasattr(self, "world") and sys.exc_info()[0] is None:
            self.wait(self.world.quiesce())
