"""What a person does on a simulated phone: saving, taking back, choosing; and what the screen shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sync.clock import to_ms, wire
from sync.digest import digest_of
from tests.machine.dice import Dice
from tests.machine.disk import Disk, PhoneCrash, Row, Tables
from tests.machine.kinds import RECORDS, RULES, UNITS
from tests.support.clock import START

OPEN = ("waiting", "sending", "deferred")
FAILED = ("conflict", "rejected")


class Author:
    """One phone: a store for each account, the app open for one of them."""

    def __init__(self, name: str, account: str, dice: Dice) -> None:
        self.name = name
        self.dice = dice
        self.disks: dict[str, Disk] = {account: Disk(account, dice.uuid())}
        self.account: str | None = account
        self.session: str | None = account
        self.version = "1.0.0"
        self.skew = 0
        self.time = 0
        self.crash_at: str | None = None
        self.boot()

    def boot(self) -> None:
        """The app starts: all that was only in memory is gone."""
        self.crash_at = None
        self.heard: int | None = None
        self.batch = 25
        self.fails = 0
        self.push_at = self.pull_at = self.time
        self.row_fails: dict[int, tuple[int, int]] = {}
        self.pages = 0

    @property
    def disk(self) -> Disk:
        """The store of the account that the app is open for."""
        assert self.account is not None
        return self.disks[self.account]

    @property
    def here(self) -> Tables:
        """What is on that disk."""
        return self.disk.tables

    @property
    def wall(self) -> int:
        """What the phone's clock says; it may lie."""
        return max(0, to_ms(START) + self.time + self.skew)

    def _point(self, name: str) -> None:
        if self.crash_at == name:
            raise PhoneCrash(name)

    # --- what a person does -----------------------------------------------------------------------

    def make(
        self, kind: str, args: dict[str, Any], *, record: str | None = None, sees: Iterable[str] = (),
        saw: Sequence[tuple[str, str, int]] = (), also: Sequence[str] = (), **more: Any,
    ) -> str:  # fmt: skip
        """Save one item; its id. It is saved when this returns."""
        id = self.dice.uuid()
        with self.disk.write() as tables:
            self._save(tables, id, kind, args, record, sees, saw, also, **more)
            self._point("before_save")
        self._point("after_save")
        self.push_at = min(self.push_at, self.time)
        return id

    def _save(
        self, tables: Tables, id: str, kind: str, args: dict[str, Any], record: str | None, sees: Iterable[str] = (),
        saw: Sequence[tuple[str, str, int]] = (), also: Sequence[str] = (), **more: Any,
    ) -> None:  # fmt: skip
        meta = tables.meta
        meta["seq"] = seq = meta["seq"] + 1
        item = {
            "id": id, "seq": seq, "kind": kind, "kindVersion": 1, "record": record or self.dice.uuid(), "args": args,
        }  # fmt: skip
        ground = self._ground(tables, kind, record, args, list(sees))
        ground["dependsOn"] += also
        item |= ground | more
        if kind == "plan.seal":
            item |= {"seenDigest": digest_of(saw), "oracleSaw": list(saw)}
        since = None if self.heard is None else self.time - self.heard
        item["clock"] = {name: meta[name] for name in ("lastServer", "lastWall")}
        item["clock"] |= {"wall": wire(self.wall), "sinceMs": since}
        tables.outbox[seq] = {
            "id": id, "seq": seq, "item": item, "text": None, "tried": False, "state": "waiting", "result": None,
            "acceptedAt": None, "withdrawing": False, "dismissed": False, "former": None,
        }  # fmt: skip

    def _ground(
        self, tables: Tables, kind: str, record: str | None, args: dict[str, Any], sees: list[str]
    ) -> dict[str, Any]:
        """What the item stands on ("Chains"): versions pulled, own work not pulled, fields as shown."""
        rule, named = RULES[kind], set[str]()
        ordered = rule in ("command", "claim")
        parents = [args["plan"]] if "plan" in args else []
        for id in {record, *parents, *sees} - {None}:
            own = [row for row in self._live(tables) if _touches(row, id) and not row["withdrawing"]]
            if own and ordered:
                named.add(own[-1]["id"])
            named |= {row["id"] for row in own if _creates(row, id)}
            if id == record and rule == "fields":
                for unit in {UNITS[name] for name in args}:
                    edits = [row for row in own if row["item"]["kind"] == kind and set(unit) & set(row["item"]["args"])]
                    named |= {edits[-1]["id"]} if edits else set()
        ground: dict[str, Any] = {"dependsOn": sorted(named)}
        held = tables.records.get((RECORDS[kind], record or ""))
        if held is not None:
            ground["baseVersion"] = held["version"]
        if rule == "fields":
            shown = self.show(tables).get((RECORDS[kind], record or ""), {})
            ground["base"] = {name: shown.get(name) for unit in {UNITS[name] for name in args} for name in unit}
        if ordered:
            seen = {id: tables.records.get(("plan", id)) for id in (record or "", *sees)}
            ground["seen"] = {id: stored["version"] for id, stored in seen.items() if stored is not None}
        return ground

    def _live(self, tables: Tables) -> list[Row]:
        """Own work that the screen shows and the copy does not hold yet, in order."""
        rows = [tables.outbox[seq] for seq in sorted(tables.outbox)]
        return [row for row in rows if row["state"] in OPEN or unpulled(row, tables)]

    def show(self, tables: Tables | None = None) -> dict[tuple[str, str], dict[str, Any]]:
        """Server records with own waiting work laid over them."""
        tables = tables or self.here
        view = {key: dict(stored["body"]) for key, stored in tables.records.items()}
        for row in self._live(tables):
            item, kind = row["item"], row["item"]["kind"]
            key, args = (RECORDS[kind], item["record"]), item["args"]
            if row["withdrawing"]:
                continue
            if kind == "plan.add":
                title = args.get("title", args.get("name"))
                view.setdefault(key, {"title": title, "state": "open", "owner": self.account, "notes": 0})
            elif kind == "plan.edit":
                view[key] = {**view.get(key, {"state": "open", "owner": self.account, "notes": 0}), **args}
            elif kind in ("plan.note", "vote.cast"):
                view.setdefault(key, dict(args))
            elif kind == "plan.delete":
                view.pop(key, None)
        return view

    def withdraw(self, seq: int) -> str:
        """Delete an item: never tried and named by nobody, it goes; else the server is asked."""
        row = self.here.outbox[seq]
        if not row["tried"] and not self._followed(row["id"]):
            with self.disk.write() as tables:
                del tables.outbox[seq]
                tables.meta["voided"] = [*tables.meta["voided"], seq]
                self._point("before_save")
            return "deleted"
        if not row["withdrawing"]:
            self.make("sync.withdraw", {"mutation": row["id"]}, record=row["id"])
            with self.disk.write() as tables:
                tables.outbox[seq] = row | {"withdrawing": True}
        return "withdrawing"

    def _followed(self, id: str) -> bool:
        return any(id in row["item"]["dependsOn"] for row in self.here.outbox.values() if row["state"] in OPEN)

    def resolve(self, seq: int, args: dict[str, Any]) -> str:
        """The choice over a conflict: base is what the card showed."""
        row = self.here.outbox[seq]
        item = row["item"]
        more: dict[str, Any] = {"resolves": [*item.get("resolves", ()), row["id"]]}
        server = (row["result"] or {}).get("server") or {}
        if item["kind"] == "plan.edit":
            more["base"] = {name: server.get(name) for key in args for name in UNITS[key]}
        if item["kind"] == "plan.seal":
            more |= {"saw": self.notes_on(item["record"]), "sees": self.notes_shown(item["record"])}
        id = self.make(item["kind"], args, record=item["record"], **{"as": item.get("as")}, **more)
        self.dismiss(seq)
        return id

    def dismiss(self, seq: int) -> None:
        """The author puts away what has its final answer."""
        with self.disk.write() as tables:
            tables.outbox[seq] = tables.outbox[seq] | {"dismissed": True}

    def edit_waiting(self, seq: int, args: dict[str, Any]) -> bool:
        """Edit an item in place; only while it was never tried."""
        with self.disk.write() as tables:
            row = tables.outbox[seq]
            if row["tried"]:
                return False
            tables.outbox[seq] = row | {"item": {**row["item"], "args": {**row["item"]["args"], **args}}}
        return True

    def notes_on(self, plan: str) -> list[tuple[str, str, int]]:
        """The pulled notes of a plan, with their versions."""
        return [
            (kind, id, stored["version"])
            for (kind, id), stored in self.here.records.items()
            if kind == "note" and stored["body"]["plan"] == plan
        ]

    def notes_shown(self, plan: str) -> list[str]:
        """The notes of a plan on the screen, own ones not pulled yet among them."""
        return [id for (kind, id), body in self.show().items() if kind == "note" and body["plan"] == plan]


def unpulled(row: Row, tables: Tables) -> bool:
    """Whether the copy does not hold an accepted item yet."""
    return row["state"] == "accepted" and int(row["result"].get("feed", 0)) > tables.meta["feed"]


def _touches(row: Row, id: str | None) -> bool:
    return id in (row["item"]["record"], row["item"]["args"].get("plan"))


def _creates(row: Row, id: str | None) -> bool:
    item = row["item"]
    makes = item["kind"] == "plan.add" or (item["kind"] == "plan.edit" and item.get("baseVersion") is None)
    return item["record"] == id and makes
