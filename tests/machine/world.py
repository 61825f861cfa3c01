"""Phones, the net between, and time: what one example of the state machine plays with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from backend.database.engine import Database
from backend.keys import Keys
from tests.machine import promises
from tests.machine.dice import Dice
from tests.machine.disk import PhoneCrash
from tests.machine.domain import People
from tests.machine.phone import DAY, OPEN, SECOND, Phone, Request
from tests.machine.server import NoAnswer, Server

LONGEST_DRAIN = 2 * DAY


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
