"""What one item does to the oracle's records, by the rule that its kind declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sync.actors import Actor, Viewer
from tests.machine.domain import UNIT, audiences_of
from tests.machine.kinds import RECORDS, RULES, UNITS

if TYPE_CHECKING:
    from tests.machine.model import Key, Known, Model


MILLION = 1_000_000
"""So far apart lie the versions of two lives of a database."""


class No(Exception):
    """An item does not run: status, code, and what it waits for or which fields differ."""

    def __init__(self, status: str, code: str | None, more: Iterable[str] = ()) -> None:
        self.status, self.code, self.more = status, code, list(more)


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
            self.model.known[id] = type(self.one)(
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
        if carried and carried != record.version and carried // MILLION != record.version // MILLION:
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
        # It pulled now, or before one of the deliveries in which the named work took effect.
        late = {id: note.moment for id, note in now.items() if not named.isdisjoint(note.history[note.version])}
        return any(
            saw == {id: note.version for id, note in now.items() if late.get(id, -1) < moment}
            for moment in {self.model.moments + 1, *late.values()}
        )

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
        # Made and deleted in one transaction: nobody ever held it, so nobody hears that it is gone.
        self._publish("plan", self.item["record"], None, self.record.audiences if self.record.version else ())
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
