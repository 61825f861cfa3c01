"""The oracle: what a server must do with each delivery, by the protocol's words, in plain dictionaries.

It runs one delivery after the other, one item after the other, and knows nothing of waves, savepoints, feed
numbers or SQL. Whoever predicts another answer or another record than the engine gives has found a defect in one
of the two.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.machine.acts import MILLION, Act, No
from tests.machine.domain import People
from tests.machine.kinds import RULES

Key = tuple[str, str, str]
"""Agency, record kind, id."""

FORGOTTEN = frozenset({""})
HASHED = ("kind", "kindVersion", "record", "as", "args", "base", "baseVersion", "seen", "dependsOn", "resolves")


@dataclass(frozen=True)
class Record:
    """A record as it is; ``history`` names, for each version, the mutations that made it; ``moment`` counts the
    deliveries up to the one that made the present version."""

    body: dict[str, Any] = field(default_factory=dict)
    audiences: frozenset[str] = frozenset()
    version: int = 0
    deleted: bool = False
    history: dict[int, frozenset[str]] = field(default_factory=dict)
    moment: int = 0


@dataclass
class Known:
    """A mutation as the server remembers it; ``content`` is ``None`` for one that was withdrawn unseen."""

    id: str
    account: str
    content: Any
    status: str = "new"
    code: str | None = None
    device: str | None = None
    seq: int | None = None
    kind: str | None = None
    arrived: int = 0
    waits: frozenset[str] = frozenset()
    conflicts: list[str] = field(default_factory=list)
    item: dict[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return self.status in ("applied", "merged")

    @property
    def ended(self) -> bool:
        return self.status not in ("new", "deferred")


class Model:
    """One database."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.records: dict[Key, Record] = {}
        self.known: dict[str, Known] = {}
        self.stands: dict[str, str] = {}
        self.numbers: set[tuple[str, str]] = set()
        self.votes: set[tuple[str, str]] = set()
        self.devices: dict[str, str] = {}
        self.effects: dict[str, int] = {}
        self.answered: dict[str, frozenset[int]] = {}
        self.receipts: dict[str, str] = {}
        self.restores = 0
        self.moments = 0
        self.newer = False
        self.repaired = False
        self.uploads: set[str] = set()
        self._now = 0
        self._touched: dict[Key, tuple[str, ...]] = {}
        self._stuck: frozenset[str] = frozenset()

    def copy(self) -> Model:
        """A database of the same content: a backup, or a way that things may have gone."""
        twin = copy.copy(self)
        for name in ("numbers", "votes", "devices", "answered", "effects", "receipts", "stands"):
            setattr(twin, name, copy.copy(getattr(self, name)))
        twin.records, twin._touched = dict(self.records), {}
        twin.known = {id: copy.copy(known) for id, known in self.known.items()}
        return twin

    def seen_by(self, account: str) -> dict[tuple[str, str], tuple[int, dict[str, Any]]]:
        """Everything that an account must hold."""
        viewer = self.people.at(account)
        return {
            (kind, id): (record.version, record.body)
            for (agency, kind, id), record in self.records.items()
            if agency == viewer.agency and not record.deleted and record.audiences & viewer.audiences
        }

    def push(
        self, account: str, batch: dict[str, Any], now: int, stuck: frozenset[str] = frozenset()
    ) -> tuple[str | None, list[dict[str, Any]]]:
        """The batch's code and its results; ``stuck`` items wait although what they wait for may be there.

        (Two transactions at one time may not see each other: then an item waits until it is sent again.)
        """
        self._now, self._stuck = now, stuck
        viewer, device, items = self.people.at(account), batch["deviceId"], batch["mutations"]
        if self.devices.get(device, account) != account:
            return "device_forked", []
        taken = {(one.device, one.seq): one.id for one in self.known.values() if one.device == device}
        if any(item["id"] not in self.known and self._knows(item) and (device, item["seq"]) in taken for item in items):
            return "device_forked", []
        self.devices[device] = account
        answers: dict[str, dict[str, Any]] = {}
        ready: list[Known] = []
        for item in items:
            id = item["id"]
            if not self._knows(item):
                answers[id] = {"status": "retry", "code": "newer"}
                continue
            content = {name: item[name] for name in HASHED if name in item}
            known = self.known.get(id)
            if known is None:
                known = Known(id, account, content, device=device, seq=item["seq"], kind=item["kind"], arrived=now)
                known.item = item
                self.known[id] = known
                ready.append(known)
            elif known.account != account or (known.content is not None and known.content != content):
                answers[id] = {"status": "rejected", "code": "id_reused"}
            elif known.accepted:
                answers[id] = {"status": "duplicate", "first": known.status}
            elif known.status == "deferred" and known.code != "internal":
                ready.append(known)
        self._run(viewer.agency, ready)
        self._commit()
        ended = {item["seq"] for item in items if answers.get(item["id"], {}).get("status") != "retry"}
        self.answered[device] = self.answered.get(device, frozenset()) | ended
        for item in items:
            if item["id"] not in answers:
                known = self.known[item["id"]]
                answers[item["id"]] = {"status": known.status, "code": known.code, "conflicts": known.conflicts}
        return None, [{"id": item["id"], **answers[item["id"]]} for item in items]

    def completed(self, agency: str, needs: Sequence[str], now: int) -> None:
        """An upload is here."""
        self._now, self._stuck = now, frozenset()
        self._run(agency, self._waiting_for(set(needs), agency))
        self._commit()

    def replay(self, agency: str, id: str, now: int) -> None:
        """A defect was mended."""
        self._now, self._stuck = now, frozenset()
        self._run(agency, [self.known[id]])
        self._commit()

    def expire(self, agency: str, plan: str) -> tuple[str, str | None]:
        """A timer of the server closes a plan."""
        record = self.records.get((agency, "plan", plan))
        if record is None:
            return "rejected", "not_found"
        if record.deleted:
            return "rejected", "gone"
        if record.body["state"] != "open":
            return "rejected", "state"
        self._touch((agency, "plan", plan), {**record.body, "state": "closed"}, record.audiences, "timer")
        self._commit()
        return "applied", None

    def forget_deferred(self, before: int) -> int:
        """Five days later."""
        gone = [one.id for one in self.known.values() if one.status == "deferred" and one.code is None]
        gone = [id for id in gone if self.known[id].arrived < before]
        for id in gone:
            one = self.known.pop(id)
            assert one.device is not None
            self.answered[one.device] -= {one.seq}
        return len(gone)

    def shrink(self, before: int) -> None:
        """400 days later: id, owner, hash and status are left."""
        for known in self.known.values():
            if known.ended and known.arrived < before:
                known.device = known.seq = known.kind = known.code = None
                known.conflicts, known.arrived = [], before
        ended = {known.id for known in self.known.values() if known.ended and known.kind is None}
        for key, record in self.records.items():
            history = {version: ids if ids.isdisjoint(ended) else FORGOTTEN for version, ids in record.history.items()}
            self.records[key] = replace(record, history=history)

    def _knows(self, item: dict[str, Any]) -> bool:
        if item["kind"] == "mark.star":
            return self.newer
        newest = (4 if self.newer else 3) if item["kind"] == "plan.add" else 1
        return item["kind"] in RULES and item.get("kindVersion", 1) <= newest

    # --- order ------------------------------------------------------------------------------------

    def _run(self, agency: str, ready: list[Known]) -> None:
        """Items, and what waited for them, until nothing wakes any more."""
        told: set[str] = set()
        here: dict[str, Known] = {}
        while ready:
            here |= {one.id: one for one in ready}
            for one in self._in_order(ready):
                self._one(agency, one)
            ended = {id for id in here if id not in told and here[id].ended}
            told |= ended
            freed = ended | self._freed_by([here[id] for id in ended])
            ready = [one for one in self._waiting_for(freed, agency) if not one.ended]

    def _in_order(self, ready: list[Known]) -> list[Known]:
        by_id = {one.id: one for one in ready}
        chosen = {old: one.id for one in ready for old in one.item.get("resolves") or ()}
        order: list[Known] = []
        begun: set[str] = set()

        def visit(one: Known) -> None:
            begun.add(one.id)
            named = list(one.item.get("dependsOn") or ())
            named += [one.item["args"]["mutation"]] if one.item["kind"] == "sync.withdraw" else []
            for need in named:
                for id in (need, chosen.get(need)):
                    if id in by_id and id not in begun:
                        visit(by_id[id])
            order.append(one)

        for one in sorted(ready, key=lambda one: (one.item["seq"], one.id)):
            if one.id not in begun:
                visit(one)
        return order

    def _freed_by(self, ended: list[Known]) -> set[str]:
        freed: set[str] = set()
        for one in ended:
            if one.accepted:
                freed |= {old for old, choice in self.stands.items() if choice == one.id}
                if one.item["kind"] == "sync.withdraw":
                    freed.add(one.item["args"]["mutation"])
        return freed

    def _waiting_for(self, needs: set[str], agency: str) -> list[Known]:
        return [
            one
            for one in self.known.values()
            if one.status == "deferred" and one.waits & needs and self.people.agencies[one.account] == agency
        ]

    def _one(self, agency: str, one: Known) -> None:
        if one.ended:
            return
        before, touched = dict(self.records), dict(self._touched)
        numbers, votes = set(self.numbers), set(self.votes)
        viewer = self.people.at(one.account)
        try:
            one.status, one.code = Act(self, viewer, one)()
        except No as no:
            self.records, self._touched, self.numbers, self.votes = before, touched, numbers, votes
            one.status, one.code = no.status, no.code
            one.waits = frozenset(no.more if no.status == "deferred" else ())
            one.conflicts = sorted(no.more) if no.status == "conflict" else []
            return
        if one.kind != "sync.withdraw":
            self.effects[one.id] = self.effects.get(one.id, 0) + 1
        for old in one.item.get("resolves") or ():
            past = self.known.get(old)
            if past and past.account == one.account and past.status in ("conflict", "rejected"):
                self.stands[old] = one.id

    # --- records ----------------------------------------------------------------------------------

    def _touch(self, key: Key, body: dict[str, Any] | None, audiences: frozenset[str], by: str) -> None:
        record = self.records.get(key, Record())
        self.records[key] = replace(record, deleted=body is None, body=body or {}, audiences=audiences)
        self._touched[key] = (*self._touched.get(key, ()), by)

    def _commit(self) -> None:
        """Each record that was touched gets one new version."""
        self.moments += 1
        for key, ids in self._touched.items():
            record = self.records[key]
            version = self.restores * MILLION + record.version % MILLION + 1
            history = {**record.history, version: frozenset(ids)}
            self.records[key] = replace(record, version=version, history=history, moment=self.moments)
        self._touched = {}

    def stands_for(self, id: str) -> str:
        """Whose end counts for ``id``."""
        seen = {id}
        while id in self.stands and self.stands[id] not in seen:
            id = self.stands[id]
            seen.add(id)
        return id
