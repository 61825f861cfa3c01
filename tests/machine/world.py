"""Phones, the net between, and time: what one example of the state machine plays with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from backend.database.engine import Database
from backend.keys import Keys
from tests.machine import promises
from tests.machine.dice import Dice
from tests.machine.disk import PhoneCrash
from tests.machine.domain import People
from tests.machine.phone import DAY, HOUR, OPEN, SECOND, Phone, Request
from tests.machine.server import NoAnswer, Server

LONGEST_DRAIN = 2 * DAY
BACKUP_LIFE = 25 * DAY


class World:
    """Three phones of one agency (two of them one person's), and one of another agency."""

    def __init__(self, db: Database, keys: Keys, counts: Counter[str]) -> None:
        self.counts = counts
        self.people = People()
        self.dice = dice = Dice(0)
        self.server = Server(db, keys, self.people, counts)
        self.time = 0
        self.drift = 0
        home, abroad = dice.uuid(), dice.uuid()
        self.agencies = [home, abroad]
        self.ani, self.budi, self.citra = dice.uuid(), dice.uuid(), dice.uuid()
        self.people.agencies = {self.ani: home, self.budi: home, self.citra: abroad}
        self.grant = dice.uuid()
        self.people.grants = {self.budi: self.grant, self.citra: dice.uuid()}
        owners = [self.ani, self.ani, self.budi, self.citra]
        self.phones = [Phone(f"phone {n}", account, dice) for n, account in enumerate(owners)]
        self.cut: set[str] = set()
        self.late: list[tuple[str, str]] = []
        self.ledger = promises.Ledger(dice)
        self.timers: list[tuple[str, str, str]] = []
        self.forgotten: Counter[str] = Counter()
        self.backup_at = 0

    async def begin(self) -> None:
        """Start the server over an empty database."""
        await self.server.begin(self.agencies)

    def pass_time(self, lapse: int) -> None:
        """Let time go on, for everybody; the server's clock may be off by ``drift``."""
        self.time += lapse
        self.server.set_time(self.time + self.drift)
        for phone in self.phones:
            phone.time = self.time

    def key_of(self, account: str) -> bytes:
        """The key that the server hands out at sign-in, to seal that account's store."""
        return self.server.keys.derive("seal", f"store {account}")

    # --- a phone and its line ---------------------------------------------------------------------

    def act(self, phone: Phone, work: Callable[[], Any]) -> Any:
        """What a person does; if the phone dies of it, it starts again."""
        try:
            return work()
        except PhoneCrash as crash:
            self.reboot(phone, str(crash))
            return None

    def reboot(self, phone: Phone, place: str) -> None:
        """The app was killed and is opened again."""
        self.counts[f"phone dies {place}"] += 1
        phone.boot()

    async def deliver(self, phone: Phone, request: str) -> dict[str, Any] | None:
        """Carry a push to the server and its answer back; ``None`` if none came."""
        if phone.name in self.cut:
            self.counts["request into a cut line"] += 1
            return None
        try:
            reply = await self.server.push(phone.session, request)
        except NoAnswer:
            return None
        promises.i6_answer_is_mine(self, phone, reply)
        return reply

    async def flush(self, phone: Phone, fault: str = "") -> bool:
        """One batch; whether it was answered."""
        try:
            request = phone.freeze()
            if request is None:
                return True
            reply = await self._carry(phone, request, fault)
            phone.book(request, reply)
        except PhoneCrash as crash:
            self.reboot(phone, str(crash))
            return False
        return reply is not None and reply.get("code") is None

    async def _carry(self, phone: Phone, request: Request, fault: str) -> Any:
        self.counts[f"push {fault or 'plain'}"] += 1
        if fault == "request lost":
            return None
        if fault == "delayed" and phone.session is not None:
            self.late.append((phone.session, request.text))
            return None
        if fault == "portal":
            return {"html": "<title>Masuk Wi-Fi</title>"}
        if fault == "foreign answer":
            reply = await self.deliver(phone, request.text)
            return None if reply is None else reply | {"requestId": self.dice.uuid()}
        reply = await self.deliver(phone, request.text)
        if fault == "doubled":
            reply = await self.deliver(phone, request.text)
        return None if fault == "reply lost" else reply

    async def deliver_late(self, n: int) -> None:
        """A request that everybody had given up arrives after all."""
        session, request = self.late.pop(n % len(self.late))
        self.counts["request arrives late"] += 1
        try:
            await self.server.push(session, request)
        except NoAnswer:
            return

    async def pull(self, phone: Phone, limit: int | None = None, check: bool = False, pages: int = 200) -> bool:
        """Pull until nothing more comes or ``pages`` are read; whether the phone is complete."""
        try:
            for _ in range(pages):
                cursor = phone.cursor()
                reply = await self._page(phone, cursor, limit, check)
                promises.i6_page_is_mine(self, phone, reply)
                reset = bool(reply and reply.get("reset"))
                self.counts["pull page" if not reset else "pull reset"] += 1
                more = phone.take_page(cursor, reply)
                if reply is None or reply.get("code"):
                    self.counts[f"pull {reply.get('code') if reply else 'no answer'}"] += 1
                    return False
                if more:
                    continue
                if phone.here.meta["staging"] is None:
                    promises.i3_same_view(self, phone)
                if not check or reply["check"] is None or not phone.check(reply["check"]):
                    return True
            return False
        except PhoneCrash as crash:
            self.reboot(phone, str(crash))
            return False

    async def _page(self, phone: Phone, cursor: str | None, limit: int | None, check: bool) -> Any:
        if phone.name in self.cut:
            return None
        assert phone.account is not None
        return await self.server.pull(phone.session, phone.account, cursor, limit, check)

    def open_phones(self) -> Sequence[Phone]:
        """Phones that somebody has opened."""
        return [phone for phone in self.phones if phone.account is not None]

    # --- two at a time ----------------------------------------------------------------------------

    async def interleave(self, phone: Phone, later_first: bool, booked_first: bool) -> None:
        """Two tabs flush: the lease of one was stolen while it sent."""
        try:
            first, second = phone.freeze(), phone.freeze()
            if first is None or second is None:
                return
            self.counts["push by two tabs"] += 1
            order = [second, first] if later_first else [first, second]
            answers = {request.id: await self.deliver(phone, request.text) for request in order}
            for request in reversed(order) if booked_first else order:
                phone.book(request, answers[request.id])
        except PhoneCrash as crash:
            self.reboot(phone, str(crash))

    async def race(self, one: Phone, other: Phone, reader: Phone | None) -> None:
        """Two pushes, and a pull, reach the server at one time."""
        self.server.faults.armed = None
        sending: list[tuple[Phone, Request, str]] = []
        for phone in (one, other):
            try:
                request = phone.freeze()
            except PhoneCrash as crash:
                self.reboot(phone, str(crash))
                continue
            if request is not None and phone.session is not None and phone.name not in self.cut:
                sending.append((phone, request, phone.session))
        if len(sending) < 2:
            return
        reading = reader is not None and reader.session is not None and reader.name not in self.cut
        cursor = reader.cursor() if reader is not None and reading else None
        pulls = [self.pull_raw(reader, cursor)] if reader is not None and reading else []
        replies, pages = await self.server.race([(session, request.text) for _, request, session in sending], pulls)
        self.counts["push at one time"] += 1
        for (phone, request, _), reply in zip(sending, replies, strict=True):
            self.act(phone, lambda phone=phone, request=request, reply=reply: phone.book(request, reply))
        for page in pages:
            assert reader is not None
            self.act(reader, lambda page=page: reader.take_page(cursor, page))

    async def pull_raw(self, phone: Phone, cursor: str | None) -> Any:
        """A page while others write: what it must hold nobody can say, but what it must not skip shows later."""
        assert phone.account is not None
        return await self.server.pull(phone.session, phone.account, cursor, 3, False)

    async def steal(self, phone: Phone, pick: int) -> None:
        """Somebody sends another's item, or something of their own about what they may not see."""
        known = [one for one in self.server.model.known.values() if one.account != phone.account and one.item.get("id")]
        if not known or phone.session != phone.account or phone.name in self.cut:
            return
        item = known[pick % len(known)].item
        head = {
            "protocol": "sambung-sync/1", "requestId": self.dice.uuid(), "account": phone.account,
            "deviceId": self.dice.uuid(), "appVersion": "9.0.0", "highSeq": 2,
        }  # fmt: skip
        kinds = {"kind": "plan.edit", "kindVersion": 1, "args": {"title": "rahasia curian"}, "dependsOn": []}
        probe = {**item, **kinds, "id": self.dice.uuid(), "seq": 2, "baseVersion": 1, "base": {}, "as": None}
        batch = {**head, "mutations": [{**item, "seq": 1}, probe]}
        self.counts["push by a thief"] += 1
        await self.deliver(phone, json.dumps(batch))

    # --- what happens to a phone ------------------------------------------------------------------

    def clone(self, phone: Phone) -> None:
        """The browser's profile is copied to another phone."""
        twin = Phone(f"phone {len(self.phones)}", phone.account or "", self.dice)
        twin.disks = {account: disk.copy() for account, disk in phone.disks.items()}
        twin.account, twin.session, twin.version = phone.account, phone.session, phone.version
        twin.time = self.time
        twin.boot()
        for account, disk in phone.disks.items():
            self.ledger.copied.add(disk.tables.meta["device"])
            for told in (self.ledger.lost, self.ledger.rows):
                told[(twin.name, account)] = set(told.get((phone.name, account), ()))
            if (phone.name, account) in self.ledger.spoilt:
                self.ledger.spoilt.add((twin.name, account))
        self.phones.append(twin)

    def lose(self, phone: Phone, row: dict[str, Any]) -> None:
        """Storage forgets one row."""
        with phone.disk.write() as tables:
            del tables.outbox[row["seq"]]
        self.ledger.lost.setdefault((phone.name, phone.account or ""), set()).add(row["seq"])
        self.ledger.lost_ids.add(row["id"])

    # --- what the server does by itself -----------------------------------------------------------

    async def fire_timer(self, pick: int, again: bool) -> None:
        """A job of the server closes a plan; the same job may run twice."""
        old = [one for one in self.timers if one[2] in self.server.model.effects]
        if again and old:
            agency, plan, id = old[pick % len(old)]
        else:
            plans = [(agency, id) for agency, kind, id in self.server.model.records if kind == "plan"]
            if not plans:
                return
            agency, plan = plans[pick % len(plans)]
            id = self.dice.uuid()
            self.timers.append((agency, plan, id))
        await self.server.timer(agency, plan, id)
        self.counts["timer"] += 1

    async def forget(self, job: str) -> None:
        """A retention job, after as much time as it waits for; each once an example but the first."""
        if self.forgotten[job] >= (2 if job == "deferred" else 1):
            return
        self.forgotten[job] += 1
        self.pass_time({"deferred": 5 * DAY + HOUR, "details": 401 * DAY, "tombstones": 181 * DAY}[job])
        if self.time - self.backup_at > BACKUP_LIFE:
            self.server.backup = None
        await self.server.forget(job)
        self.counts[f"forgotten {job}"] += 1

    async def restore(self, announced: bool) -> None:
        """An older backup comes back; unannounced, the first phone that is ahead of it proves it."""
        server = self.server
        self.server.faults.armed = None
        epoch = server.engine.life.epoch
        await server.restore(announced=False)
        ahead = []
        for phone in self.open_phones():
            counter = await server.feed_of(self.people.agencies[phone.account or ""])
            meta = phone.here.meta
            whole = meta["staging"] is None and meta["epoch"] == epoch and phone.name not in self.cut
            if whole and phone.session == phone.account and meta["feed"] > counter:
                ahead.append(phone)
        restores = server.restores
        if announced or not ahead:
            await server.engine.renew("a backup was restored")
            await server.renewed()
        else:
            ahead[0].crash_at = None
            await self.pull(ahead[0])
        assert server.restores == restores + 1, "I4: a cursor from the future was not found out"
        self.counts[f"restore {'announced' if announced or not ahead else 'found out'}"] += 1

    # --- quiescence -------------------------------------------------------------------------------

    async def clear_faults(self) -> None:
        """All faults end: the net, the clocks, the sessions, the defects, the old apps, the missing uploads."""
        server = self.server
        self.cut.clear()
        server.newer = server.model.newer = True
        server.small_batches = False
        await server.restart()
        while self.late:
            await self.deliver_late(0)
        await server.repair(mended=True)
        for upload in sorted(self.ledger.uploads - server.uploads.done):
            await server.upload(self.agencies, upload)
        for phone in self.phones:
            phone.version, phone.crash_at = "2.0.0", None

    async def quiesce(self) -> None:
        """Clear the faults, let every phone drain by its own timers, and hold what came of it against the promises."""
        await self.clear_faults()
        for phone in self.phones:
            for account in list(phone.disks):
                if phone.account != account:
                    self.sign_out(phone)
                    phone.sign_in(account, self.key_of(account))
                phone.session = account
                await self._drain(phone)
        for phone in self.phones:
            for account in list(phone.disks):
                if phone.account != account:
                    self.sign_out(phone)
                    phone.sign_in(account, self.key_of(account))
                await self._settle(phone)
                await promises.at_rest(self, phone)
        await promises.of_the_server(self)
        self.counts["quiescence"] += 1

    def sign_out(self, phone: Phone) -> None:
        """Sign out, sealing what is there."""
        if phone.account is not None:
            phone.sign_out(self.key_of(phone.account))

    async def _drain(self, phone: Phone) -> None:
        """I5: no tap, no reload; only the timers that the phone armed itself."""
        promises.withdraw_what_hangs_on_lost_work(self, phone)
        phone.make("mark.set", {"at": 1, "colour": "end"}, record=self.ledger.mark_of(phone.account or ""))
        end = self.time + LONGEST_DRAIN
        while True:
            await self.tick(phone)
            if not any(row["state"] in OPEN for row in phone.here.outbox.values()):
                return
            wake = phone.wakes_at()
            assert wake is not None, f"I5: {phone.name} waits and no timer is armed"
            self.pass_time(max(wake - self.time, 1))
            assert self.time < end, f"I5: {phone.name} did not drain: {promises.open_rows(phone)}"

    async def _settle(self, phone: Phone) -> None:
        """One more round, so that what others sent meanwhile has come, and the server has heard every number."""
        phone.push_at = phone.pull_at = self.time
        phone.make("mark.set", {"at": 2, "colour": "end"}, record=self.ledger.mark_of(phone.account or ""))
        await self._drain_quick(phone)
        assert await self.pull(phone), "the last pull was refused"
        await self.pull(phone, check=True)
        await self.pull(phone, check=True)

    async def _drain_quick(self, phone: Phone) -> None:
        for _ in range(20):
            await self.flush(phone)
            if not any(row["state"] in OPEN for row in phone.here.outbox.values()):
                return
            self.pass_time(300 * SECOND)
        raise AssertionError(f"I5: {promises.open_rows(phone)}")

    async def tick(self, phone: Phone) -> None:
        """What the phone's timer does when it fires."""
        while phone.push_at <= self.time and (phone.due() or phone.here.meta["voided"]):
            if not await self.flush(phone):
                break
        if phone.pull_at <= self.time:
            await self.pull(phone)
