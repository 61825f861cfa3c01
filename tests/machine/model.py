"""The oracle: what a server must do with each delivery, by the protocol's words, in plain dictionaries.

It runs one delivery after the other, one item after the other, and knows nothing of waves, savepoints, feed
numbers or SQL. Whoever predicts another answer or another record than the engine gives has found a defect in one
of the two.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sync.actors import Actor, Viewer
from tests.machine.domain import UNIT, People, audiences_of

Key = tuple[str, str, str]
"""Agency, record kind, id."""

MILLION = 1_000_000
FORGOTTEN = frozenset({""})
RULES = {
    "plan.add": "append", "plan.edit": "fields", "plan.close": "command", "plan.seal": "command",
    "plan.approve": "command", "plan.delete": "command", "plan.take": "claim", "plan.note": "append",
    "vote.cast": "append", "mark.set": "register", "mark.star": "register", "sync.withdraw": "register",
}  # fmt: skip
RECORDS = {name: name.split(".")[0] for name in RULES} | {
    "plan.note": "note", "mark.star": "mark", "sync.withdraw": "mutation",
}  # fmt: skip
UNITS = {"title": ("title",), "start": ("start", "end"), "end": ("start", "end"), "rank": ("rank",)}
HASHED = ("kind", "kindVersion", "record", "as", "args", "base", "baseVersion", "seen", "dependsOn", "resolves")


@dataclass(frozen=True)
class Record:
    """A record as it is; ``history`` names, for each version, the mutations that made it."""

    body: dict[str, Any] = field(default_factory=dict)
    audiences: frozenset[str] = frozenset()
    version: int = 0
    deleted: bool = False
    history: dict[int, frozenset[str]] = field(default_factory=dict)


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


class No(Exception):
    """An item does not run: status, code, and what it waits for or which fields differ."""

    def __init__(self, status: str, code: str | None, more: Iterable[str] = ()) -> None:
        self.status, self.code, self.more = status, code, list(more)


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
        for key, ids in self._touched.items():
            record = self.records[key]
            version = self.restores * MILLION + record.version % MILLION + 1
            history = {**record.history, version: frozenset(ids)}
            self.records[key] = replace(record, version=version, history=history)
        self._touched = {}

    def stands_for(self, id: str) -> str:
        """Whose end counts for ``id``."""
        seen = {id}
        while id in self.stands and self.stands[id] not in seen:
            id = self.stands[id]
            seen.add(id)
        return id


class Act:
    """One item against the records."""

    def __init__(self, model: Model, viewer: Viewer, one: Known) -> None:
        self.model, self.viewer, self.one, self.item = model, viewer, one, one.item
        self.kind, self.rule = one.item["kind"], RULES[one.item["kind"]]
        self.args = dict(one.item.get("args") or {})
        if self.kind == "plan.add" and "name" in self.args:
            self.args["title"] = self.args.pop("name")

    def __call__(self) -> tuple[str, str | None]:
        """Status and code. Raises :class:`No`."""
        if self.kind == "plan.add" and not self.args["title"]:
            raise No("rejected", "invalid")
        grant = self.item.get("as")
        actor = self.viewer.own if grant is None else self.viewer.grants.get(grant)
        if actor is None:
            raise No("rejected", "forbidden")
        self.actor: Actor = actor
        self._dependencies()
        if self.kind == "sync.withdraw":
            return self._withdraw()
        target = self.args["plan"] if "plan" in self.args else self.item["record"]
        self.on = self._key("plan" if "plan" in self.args else RECORDS[self.kind], target)
        self.record = self.model.records.get(self.on)
        self._permission()
        steps: dict[str, Callable[[], tuple[str, str | None]]] = {
            "plan.add": self._add, "plan.edit": self._edit, "plan.delete": self._delete, "plan.take": self._take,
            "plan.note": self._note, "vote.cast": self._vote, "mark.set": self._mark, "mark.star": self._mark,
        }  # fmt: skip
        return steps.get(self.kind, self._step)()

    def _key(self, kind: str, id: str) -> Key:
        return self.viewer.agency, kind, id

    def _dependencies(self) -> None:
        pending = []
        if self.one.id in self.model._stuck:
            raise No("deferred", None, self.item.get("dependsOn") or ())
        for need in self.item.get("dependsOn") or ():
            if need.startswith("file:"):
                if need[5:] not in self.model.uploads:
                    pending.append(need)
                continue
            past = self.model.known.get(self.model.stands_for(need))
            if past is None or past.account != self.one.account or not past.ended:
                pending.append(need)
            elif not past.accepted:
                claim = past.kind is not None and RULES[past.kind] == "claim"
                if self.rule in ("command", "fields") and not claim:
                    raise No("conflict", "chain")
                raise No("rejected", "dependency")
        if pending:
            raise No("deferred", None, pending)

    def _withdraw(self) -> tuple[str, str | None]:
        id = self.args["mutation"]
        past = self.model.known.get(id)
        if past is None:
            self.model.known[id] = Known(
                id,
                self.one.account,
                None,
                "rejected",
                "withdrawn",
                arrived=self.model._now,
                item={"kind": "", "seq": 0},
            )
            return "applied", None
        if past.account != self.one.account or id == self.one.id:
            raise No("rejected", "not_found")
        if past.accepted:
            raise No("rejected", "state")
        if past.status == "deferred":
            past.status, past.code, past.waits = "rejected", "withdrawn", frozenset()
        return "applied", None

    def _permission(self) -> None:
        record, creates = self.record, self.kind in ("plan.add", "mark.set", "mark.star")
        creates |= self.kind == "plan.edit" and self.item.get("baseVersion") is None
        if record is None and not creates:
            raise No("rejected", "not_found")
        visible = record is None or bool(record.audiences & self.actor.audiences)
        if record is not None and record.deleted:
            raise No("rejected", "gone" if visible else "not_found")
        if self.rule == "append" and self._key(RECORDS[self.kind], self.item["record"]) in self.model.records:
            raise No("rejected", "exists")
        if record is None:
            return
        mine = record.body.get("owner") == self.actor.account
        may = {
            "plan.add": True, "plan.delete": mine, "mark.set": mine, "mark.star": mine,
            "plan.approve": visible and self.actor.role is not None,
        }.get(self.kind, visible)  # fmt: skip
        if not may:
            raise No("rejected", "forbidden" if visible else "not_found")

    def _own(self, id: str) -> bool:
        """Whether a mutation is work that the author had on the screen."""
        other = self.model.known.get(id)
        if other is None or other.account != self.one.account or not other.accepted:
            return False
        named = {self.model.stands_for(need) for need in self.item.get("dependsOn") or ()}
        same = other.device is not None and other.device == self.one.device and (other.seq or 0) < self.item["seq"]
        return id in named or same

    def _fresh(self, key: Key, carried: int) -> bool:
        """Whether all that came after the version carried is the author's own work."""
        record = self.model.records[key]
        if carried and carried not in record.history:
            return False
        later = [ids for version, ids in record.history.items() if version > carried]
        now = self.model._touched.get(key, ())
        return all(self._own(id) for id in now) and all(self._own_version(ids) for ids in later)

    def _own_version(self, ids: frozenset[str]) -> bool:
        """Whether one version is the author's: made on one phone, by nothing or not only by what came later there."""
        known = self.model.known
        hands = {(known[id].account, known[id].device) if id in known else ("", id) for id in ids}
        return len(hands) == 1 and any(self._own(id) for id in ids)

    def _check_seen(self) -> None:
        seen = self.item.get("seen") or {}
        if self.item["record"] not in seen and not self._fresh(self.on, 0):
            raise No("conflict", None)
        for id, version in seen.items():
            found = [
                key for kind in ("plan", "note", "vote", "mark") if (key := self._key(kind, id)) in self.model.records
            ]
            if not any(self.model.records[key].audiences & self.actor.audiences for key in found):
                raise No("conflict", None)
            if not all(self._fresh(key, version) for key in found):
                raise No("conflict", None)
        if self.kind == "plan.seal" and not self._saw_notes():
            raise No("conflict", None)

    def _saw_notes(self) -> bool:
        """The phone tells the oracle, beside the protocol, which notes its digest stands for."""
        saw = {id: version for kind, id, version in self.item["oracleSaw"]}
        named = {self.model.stands_for(need) for need in self.item.get("dependsOn") or ()}
        notes = {
            id: record
            for (agency, kind, id), record in self.model.records.items()
            if (agency, kind) == (self.viewer.agency, "note") and record.body.get("plan") == self.item["record"]
        }
        # A note of this very delivery has no version yet: nobody can have carried it.
        now = {id: note for id, note in notes.items() if note.version}
        if not all(self._own(by) for id in notes for by in self.model._touched.get(self._key("note", id), ())):
            return False
        unnamed = {id: note.version for id, note in now.items() if named.isdisjoint(note.history[note.version])}
        return saw in ({id: note.version for id, note in now.items()}, unnamed)

    def _publish(self, kind: str, id: str, body: dict[str, Any] | None, audiences: Iterable[str]) -> None:
        shown = None if body is None else {name: value for name, value in body.items() if value is not None}
        self.model._touch(self._key(kind, id), shown, frozenset(audiences), self.one.id)

    def _add(self) -> tuple[str, str | None]:
        number = self.args.get("number")
        agency, account = self.viewer.agency, self.actor.account
        if number is not None and (agency, number) in self.model.numbers:
            raise No("rejected", "exists")
        if self.args.get("boom") and not self.model.repaired:
            raise No("deferred", "internal")
        if number is not None:
            self.model.numbers.add((agency, number))
        body = {"title": self.args["title"], "state": "open", "owner": account, "notes": 0}
        audiences = audiences_of(self.args.get("scope", "own"), agency, UNIT, account)
        self._publish("plan", self.item["record"], body, audiences)
        return "applied", None

    def _edit(self) -> tuple[str, str | None]:
        theirs = {} if self.record is None else self.record.body
        base = self.item.get("base") or {}
        owner = self.record is None or theirs.get("owner") == self.actor.account
        if any((name == "rank" and self.actor.role is None) or (name != "rank" and not owner) for name in self.args):
            raise No("rejected", "forbidden")
        changes: dict[str, Any] = {}
        clashes: set[str] = set()
        for names in {UNITS[name] for name in self.args}:
            mine = {name: self.args.get(name, base.get(name)) for name in names}
            if all(mine[name] == base.get(name) for name in names) or all(mine[n] == theirs.get(n) for n in names):
                continue
            if any(theirs.get(name) != base.get(name) for name in names):
                clashes |= set(names)
            changes |= {name: self.args[name] for name in names if name in self.args}
        if clashes:
            raise No("conflict", None, clashes)
        if self.record is not None and theirs["state"] == "approved":
            raise No("rejected", "locked")
        stale = self.record is not None and not self._fresh(self.on, self.item.get("baseVersion") or 0)
        audiences = self.record.audiences if self.record else {f"person:{self.actor.account}"}
        fresh = {"state": "open", "notes": 0, "owner": self.actor.account}
        self._publish("plan", self.item["record"], {**fresh, **theirs, **changes}, audiences)
        return "merged" if stale else "applied", None

    def _step(self) -> tuple[str, str | None]:
        self._check_seen()
        assert self.record is not None
        needed, reached = ("closed", "approved") if self.kind == "plan.approve" else ("open", "closed")
        if self.args.get("boom") and not self.model.repaired:
            raise No("deferred", "internal")
        if self.record.body["state"] != needed:
            raise No("rejected", "state")
        owner = [f"person:{self.record.body['owner']}"]
        audiences = owner if self.kind == "plan.seal" else self.record.audiences
        self._publish("plan", self.item["record"], {**self.record.body, "state": reached}, audiences)
        return "applied", None

    def _delete(self) -> tuple[str, str | None]:
        self._check_seen()
        assert self.record is not None
        self._publish("plan", self.item["record"], None, self.record.audiences)
        return "applied", None

    def _take(self) -> tuple[str, str | None]:
        assert self.record is not None
        if self.record.body.get("holder") not in (None, self.actor.account):
            raise No("rejected", "held")
        body = {**self.record.body, "holder": self.actor.account}
        self._publish("plan", self.item["record"], body, self.record.audiences)
        return "applied", None

    def _note(self) -> tuple[str, str | None]:
        plan = self.record
        assert plan is not None
        self._publish("note", self.item["record"], self.args, plan.audiences)
        state = "open" if plan.body["state"] == "closed" else plan.body["state"]
        self._publish(
            "plan", self.on[2], {**plan.body, "notes": plan.body["notes"] + 1, "state": state}, plan.audiences
        )
        return "applied", None

    def _vote(self) -> tuple[str, str | None]:
        assert self.record is not None
        first = (self.on[2], self.actor.account) not in self.model.votes
        self.model.votes.add((self.on[2], self.actor.account))
        self._publish("vote", self.item["record"], {**self.args, "counted": first}, self.record.audiences)
        return "applied", None if first else "again"

    def _mark(self) -> tuple[str, str | None]:
        at = max(self.args["at"], self.record.body["at"] if self.record else 0)
        body = {"at": at, "colour": self.args["colour"], "owner": self.actor.account}
        self._publish("mark", self.item["record"], body, {f"person:{self.actor.account}"})
        return "applied", None
