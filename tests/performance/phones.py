"""Simulated phones of the plan: a copy that is pulled, an outbox, the screen as copy plus overlay.

They send what a real phone sends: frozen items with the base that the screen showed, what they stand on, the versions
and the digest that were seen. A reply may be lost; the items are sent again as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from backend.performance.rules.plan import EMPLOYEES, SUPERIORS
from sync.digest import digest_of
from sync.ids import uuid7
from tests.performance.town import CONTENT, Town

Body = dict[str, Any]
LINK = ("kind", "superiorRhk", "provisional", "assignedBy")
ROW = ("approach", "aspect", "indicator", "target", "unit", "narrative")
RECORD = {"skp.rhk": "skp_rhk", "skp.rhk_remove": "skp_rhk", "skp.indicator": "skp_indicator",
          "skp.indicator_remove": "skp_indicator"}  # fmt: skip
FIELDS = frozenset({"skp.draft", "skp.expect", "skp.rhk", "skp.indicator"})
ENDED = ("applied", "merged", "duplicate")


def group(kind: str, name: str) -> tuple[str, ...]:
    """The fields that merge with one."""
    for names, of in ((LINK, "skp.rhk"), (ROW, "skp.indicator")):
        if kind == of and name in names:
            return names
    return (name,)


def as_read(records: Iterable[tuple[str, str, Body]], plan: str) -> Body:
    """What a screen with these records shows of a plan: approach, texts of both sides, results with their rows."""
    held = list(records)
    header = next(body for kind, id, body in held if kind == "skp" and id == plan)
    results = sorted(
        ((body.get("order", 10_001), id, body) for kind, id, body in held
         if kind == "skp_rhk" and body["plan"] == plan and not body.get("removed")), key=lambda one: one[:2],
    )  # fmt: skip
    rows = sorted(
        ((body.get("order", 10_001), id, body) for kind, id, body in held
         if kind == "skp_indicator" and body["plan"] == plan and not body.get("removed")), key=lambda one: one[:2],
    )  # fmt: skip
    narrated = header["approach"] == "kualitatif"
    return {
        "approach": header["approach"],
        "terms": {name: header[name] for name in (*EMPLOYEES, *SUPERIORS) if header.get(name) is not None},
        "results": [
            {
                "id": id, "kind": body["kind"], "text": body.get("text"), "superiorRhk": body.get("superiorRhk"),
                "rows": [
                    {"id": row_id, **{name: row.get(name) for name in ROW[1:]}}
                    for _, row_id, row in rows
                    if row["rhk"] == id and _counts(row, narrated=narrated)
                ],
            }
            for _, id, body in results
        ],
    }  # fmt: skip


def _counts(row: Body, *, narrated: bool) -> bool:
    return bool(row.get("narrative")) if narrated else any(row.get(name) for name in ("indicator", "target", "aspect"))


@dataclass
class SkpPhone:
    """One device of somebody. ``cards`` are conflicts to choose in, ``copies`` what was refused and is kept."""

    town: Town
    key: str
    plan: str
    device: str = field(default_factory=uuid7)
    seq: int = 0
    cursor: str | None = None
    held: dict[tuple[str, str], tuple[int, Body]] = field(default_factory=dict)
    outbox: list[Body] = field(default_factory=list)
    made: dict[str, Body] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    cards: list[Body] = field(default_factory=list)
    copies: list[Body] = field(default_factory=list)

    def show(self) -> dict[tuple[str, str], Body]:
        """The screen: what was pulled, and over it what waits."""
        shown = {key: dict(body) for key, (_, body) in self.held.items()}
        for item in self.outbox:
            key = (RECORD.get(item["kind"], "skp"), item["record"])
            if item["kind"] in FIELDS:
                body = shown.setdefault(
                    key, {"employee": self.town.people[self.key], "status": "draf", "planVersion": 0}
                )
                body.update(item["args"])
            elif item["kind"].endswith("_remove") and key in shown:
                shown[key]["removed"] = True
        return shown

    def parts(self, kind: str) -> list[tuple[str, Body]]:
        """Results or rows of the plan on the screen, by id."""
        return sorted(
            (id, body) for (name, id), body in self.show().items() if name == kind and body["plan"] == self.plan
        )

    @property
    def header(self) -> Body:
        """The header on the screen; empty before it is known."""
        return self.show().get(("skp", self.plan), {})

    def reads(self) -> Body:
        """What the screen says of the plan."""
        return as_read([(kind, id, body) for (kind, id), body in self.show().items()], self.plan)

    def save(self, kind: str, record: str, resolves: str | None = None, /, **args: Any) -> str:
        """One item into the outbox; its id."""
        self.seq += 1
        item: Body = {
            "id": uuid7(), "seq": self.seq, "kind": kind, "kindVersion": 1, "record": record, "as": None, "args": args,
        }  # fmt: skip
        if resolves is not None:
            item["resolves"] = [resolves]
        key = (RECORD.get(kind, "skp"), record)
        if key in self.held:
            item["baseVersion"] = self.held[key][0]
        if kind in FIELDS:
            shown = self.show().get(key, {})
            item["base"] = {name: shown.get(name) for one in args for name in group(kind, one)}
        else:
            self._saw(item, key)
        item["dependsOn"] = self._stands_on(item, key)
        frozen: Body = json.loads(json.dumps(item))
        self.outbox.append(frozen)
        self.made[item["id"]] = frozen
        return str(item["id"])

    def _saw(self, item: Body, key: tuple[str, str]) -> None:
        """Versions and digest of what a command is about, as pulled."""
        if key in self.held:
            item["seen"] = {key[1]: self.held[key][0]}
        about = {
            "skp.approach": lambda kind, _id, _body: kind == "skp_indicator",
            "skp.rhk_remove": lambda _kind, id, body: key[1] in (id, body.get("rhk")),
        }.get(item["kind"], lambda _kind, _id, _body: True)
        mine = [
            (kind, id, version)
            for (kind, id), (version, body) in self.held.items()
            if kind in CONTENT and self.plan in (id, body.get("plan")) and about(kind, id, body)
        ]
        if item["kind"] != "skp.approach":
            item.setdefault("seen", {}).update({id: version for _, id, version in mine})
        item["seenDigest"] = digest_of(mine)

    def _stands_on(self, item: Body, key: tuple[str, str]) -> list[str]:
        """Own work that the copy does not hold yet: the same field or group, what begins a record; a command: all."""
        named = set()
        for other in self.outbox:
            same = (RECORD.get(other["kind"], "skp"), other["record"]) == key
            if (
                item["kind"] not in FIELDS
                or (
                    same
                    and (
                        other["kind"] not in FIELDS
                        or "plan" in other["args"]
                        or "year" in other["args"]
                        or any(set(group(item["kind"], name)) & set(other["args"]) for name in item["args"])
                    )
                )
                or (other["record"] in (item["args"].get("plan"), item["args"].get("rhk")) and other["kind"] in FIELDS)
            ):
                named.add(other["id"])
        return sorted(named)

    async def sync(self, *, lose_reply: bool = False) -> None:
        """Send what waits and pull; with ``lose_reply`` the server has it and the phone does not know."""
        if self.outbox:
            viewer = await self.town.viewer(self.key)
            batch = {
                "protocol": "sambung-sync/1", "requestId": uuid7(), "account": viewer.account, "deviceId": self.device,
                "epoch": None, "appVersion": "1.0.0", "highSeq": self.seq, "waiting": len(self.outbox), "voided": [],
                "mutations": self.outbox,
            }  # fmt: skip
            reply = await self.town.engine.push(viewer, json.loads(json.dumps(batch)))
            if lose_reply or reply["code"] == "busy":
                return
            assert reply["code"] is None, reply
            for result in reply["results"]:
                self._settle(result)
        await self.pull()

    def _settle(self, result: Body) -> None:
        if result["status"] in ("deferred", "retry"):
            assert result.get("code") != "internal", result
            return
        item = self.made[result["id"]]
        self.outbox = [one for one in self.outbox if one["id"] != item["id"]]
        self.ended[item["id"]] = result["status"]
        if result["status"] == "conflict":
            self.cards.append({"item": item, "result": result})
        elif result["status"] not in ENDED:
            self.copies.append({"item": item, "result": result})

    async def pull(self) -> None:
        """Everything new."""
        viewer, more = await self.town.viewer(self.key), True
        while more:
            raw = await self.town.engine.pull(viewer, viewer.account, self.cursor, None, False)
            page = orjson.loads(orjson.dumps(raw))
            if page["code"] == "busy":
                continue
            assert page["code"] is None, page
            for one in page["changes"]:
                self.held[(one["kind"], one["id"])] = (one["version"], one["body"])
            for one in page.get("removed", []):
                self.held.pop((one["kind"], one["id"]), None)
            self.cursor, more = page["cursor"], page["more"]

    def choose(self, *, mine: bool) -> None:
        """The oldest card: keep mine over what the server has now, or take theirs. A stopped command is dropped."""
        card = self.cards.pop(0)
        item = card["item"]
        key = (RECORD.get(item["kind"], "skp"), item["record"])
        if not mine or item["kind"] not in FIELDS or key not in self.held:
            return
        args = {name: value for name, value in item["args"].items() if name not in ("plan", "rhk", "year")}
        if self.held[key][1].get("removed"):
            args["removed"] = False
        if "approach" in args or item["kind"] == "skp.indicator":
            args["approach"] = self.held.get(("skp", self.plan), (0, {"approach": "kuantitatif"}))[1]["approach"]
        self.save(item["kind"], item["record"], item["id"], **args)
