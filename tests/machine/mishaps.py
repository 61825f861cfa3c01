"""What befalls phones, lines, the server, its database and the calendar: the rules that nobody asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Coroutine
from typing import Any

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.machine.phone import DAY, HOUR, SECOND, Phone
from tests.machine.server import Crash
from tests.machine.world import World

PHONES = st.integers(0, 5)
PICK = st.integers(0, 7)
PLACES = st.sampled_from(
    [
        "before_save", "after_save", "before_freeze", "after_freeze", "before_store", "in_store", "before_page",
        "in_swap", "in_swap", "after_page",
    ]
)  # fmt: skip
PHONE_MISHAPS = [
    "phone_restarts", "line_is_cut_or_mended", "phone_clock_jumps", "app_is_updated", "session_changes",
    "another_person_signs_in", "profile_is_copied", "copy_is_spoilt", "storage_loses_a_row",
    "thief_sends_anothers_item",
]  # fmt: skip
SERVER_MISHAPS = [
    "server_clock_is_set", "server_is_in_trouble", "server_restarts", "server_is_upgraded", "old_apps_are_refused",
    "batches_must_be_small", "timer_fires", "timer_fires", "set_aside_is_replayed", "grant_changes", "grant_changes",
    "old_things_are_forgotten", "backup_is_taken", "backup_is_taken",
]  # fmt: skip
MOST_CLONES = 2
MOST_RESTORES = 3
MINUTES = 60 * SECOND


class Mishaps(RuleBasedStateMachine):
    """Rules that break things; the machine that inherits them knows the phones."""

    world: World

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        raise NotImplementedError

    def phone(self, n: int) -> Phone:
        raise NotImplementedError

    def note(self, what: str) -> None:
        self.world.counts[what] += 1

    @rule(n=PHONES, pick=PICK, what=st.sampled_from(PHONE_MISHAPS))
    def phone_mishap(self, n: int, pick: int, what: str) -> None:
        getattr(self, f"_{what}")(n, pick)

    @rule(n=PHONES, pick=PICK, what=st.sampled_from(SERVER_MISHAPS))
    def server_mishap(self, n: int, pick: int, what: str) -> None:
        getattr(self, f"_{what}")(n, pick)

    # --- phones and lines -------------------------------------------------------------------------

    @rule(n=PHONES, place=PLACES)
    def phone_will_die(self, n: int, place: str) -> None:
        self.phone(n).crash_at = place

    def _phone_restarts(self, n: int, pick: int) -> None:
        self.world.reboot(self.phone(n), "at rest")

    def _line_is_cut_or_mended(self, n: int, pick: int) -> None:
        self.world.cut ^= {self.phone(n).name}
        self.note("line cut or mended")

    def _phone_clock_jumps(self, n: int, pick: int) -> None:
        jump = [-2 * DAY, 2 * DAY, -HOUR, -(10**13), 0][pick % 5]
        self.phone(n).skew = jump
        self.note(f"phone clock {'1970' if jump < -DAY * 10 else jump}")

    def _server_clock_is_set(self, n: int, pick: int) -> None:
        minutes = 5 * (pick - 3)
        self.world.drift = minutes * MINUTES
        self.world.pass_time(0)
        self.note("server clock set")

    @rule(lapse=st.sampled_from([SECOND, 10 * SECOND, 10 * MINUTES, 3 * HOUR, DAY]))
    def time_passes(self, lapse: int) -> None:
        self.world.pass_time(lapse)
        for phone in self.world.open_phones():
            self.wait(self.world.tick(phone))

    def _app_is_updated(self, n: int, pick: int) -> None:
        self.phone(n).version = "2.0.0"
        self.note("app updated")

    def _session_changes(self, n: int, pick: int) -> None:
        what = ["expired", "back", "cookie of another"][pick % 3]
        phone = self.phone(n)
        other = self.world.budi if phone.account == self.world.ani else self.world.ani
        phone.session = {"expired": None, "back": phone.account, "cookie of another": other}[what]
        self.note(f"session {what}")

    def _another_person_signs_in(self, n: int, pick: int) -> None:
        who = ["ani", "budi", "citra", "same"][pick % 4]
        phone, world = self.phone(n), self.world
        account = phone.account if who == "same" else getattr(world, who)
        world.sign_out(phone)
        phone.sign_in(account, world.key_of(account))
        self.note("sign-out and another person")

    def _profile_is_copied(self, n: int, pick: int) -> None:
        if len(self.world.phones) < 4 + MOST_CLONES:
            self.world.clone(self.phone(n))
            self.note("profile copied")

    def _copy_is_spoilt(self, n: int, pick: int) -> None:
        how = "gone" if n % 2 else "changed"
        phone = self.phone(n)
        keys = sorted(phone.here.records)
        if not keys:
            return
        key = keys[pick % len(keys)]
        with phone.disk.write() as tables:
            if how == "gone":
                del tables.records[key]
            else:
                tables.records[key] = tables.records[key] | {"version": tables.records[key]["version"] + 7}
        self.world.ledger.spoilt.add((phone.name, phone.account or ""))
        self.note("copy spoilt")

    def _storage_loses_a_row(self, n: int, pick: int) -> None:
        phone = self.phone(n)
        rows = [row for row in phone.here.outbox.values() if not row["withdrawing"]]
        rows = [row for row in rows if row["item"]["kind"] != "sync.withdraw"]
        if rows:
            self.world.lose(phone, rows[pick % len(rows)])
            self.note("row lost")

    # --- requests that cross ----------------------------------------------------------------------

    @rule(n=PHONES, later_first=st.booleans(), booked_first=st.booleans())
    def two_tabs_flush(self, n: int, later_first: bool, booked_first: bool) -> None:
        """A lease was stolen: the same rows travel twice, in any order."""
        self.wait(self.world.interleave(self.phone(n), later_first, booked_first))

    @rule(n=PHONES, m=PHONES, reader=st.none() | PHONES)
    def at_one_time(self, n: int, m: int, reader: int | None) -> None:
        self.wait(self.world.race(self.phone(n), self.phone(m), None if reader is None else self.phone(reader)))

    def _thief_sends_anothers_item(self, n: int, pick: int) -> None:
        self.wait(self.world.steal(self.phone(n), pick))

    # --- the server -------------------------------------------------------------------------------

    @rule(point=st.sampled_from(["before_commit", "after_commit", "mid_reply"]))
    def server_will_die(self, point: str) -> None:
        self.world.server.faults.armed = (point, Crash(point))

    def _server_is_in_trouble(self, n: int, pick: int) -> None:
        what = ["disk", "memory", "collision"][pick % 3]
        sqlite = self.world.server.db.is_sqlite
        locked = (
            sqlite3.OperationalError("database is locked") if sqlite else psycopg.errors.DeadlockDetected("deadlock")
        )
        errors = {"disk": OSError("no space left"), "memory": MemoryError(), "collision": locked}
        self.world.server.faults.armed = ("before_commit", errors[what])

    def _server_restarts(self, n: int, pick: int) -> None:
        self.wait(self.world.server.restart())
        self.note("server restarts")

    def _server_is_upgraded(self, n: int, pick: int) -> None:
        server = self.world.server
        server.newer = server.model.newer = True
        self.wait(server.restart())
        self.note("server upgraded")

    def _old_apps_are_refused(self, n: int, pick: int) -> None:
        minimum = "2.0.0" if pick == 0 else "0.0.0"
        self.world.server.minimum = self.world.server.engine.minimum_app_version = minimum

    def _batches_must_be_small(self, n: int, pick: int) -> None:
        small = pick > 3
        self.world.server.small_batches = small
        self.wait(self.world.server.restart())

    def _timer_fires(self, n: int, pick: int) -> None:
        again = n % 2 == 0
        self.wait(self.world.fire_timer(pick, again))

    @precondition(lambda self: self.world.ledger.uploads - self.world.server.uploads.done)
    @rule(pick=PICK)
    def upload_is_complete(self, pick: int) -> None:
        world = self.world
        waiting = sorted(world.ledger.uploads - world.server.uploads.done)
        self.wait(world.server.upload(world.agencies, waiting[pick % len(waiting)]))
        self.note("upload complete")

    def _set_aside_is_replayed(self, n: int, pick: int) -> None:
        mended = pick % 2 == 0
        self.wait(self.world.server.repair(mended=mended))
        self.note(f"replay, {'mended' if mended else 'still broken'}")

    def _grant_changes(self, n: int, pick: int) -> None:
        who = ["ani", "budi"][pick % 2]
        world = self.world
        account = getattr(world, who)
        world.people.grants[account] = None if world.people.grants.get(account) else world.dice.uuid()
        self.note("grant gained or lost")

    def _old_things_are_forgotten(self, n: int, pick: int) -> None:
        job = ["deferred", "deferred", "details", "tombstones"][pick % 4]
        self.wait(self.world.forget(job))

    def _backup_is_taken(self, n: int, pick: int) -> None:
        self.wait(self.world.server.take_backup())
        self.world.backup_at = self.world.time
        self.note("backup")

    @precondition(lambda self: self.world.server.backup is not None and self.world.server.restores < MOST_RESTORES)
    @rule(announced=st.booleans())
    def backup_is_restored(self, announced: bool) -> None:
        self.wait(self.world.restore(announced))
