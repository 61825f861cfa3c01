"""A phone written from the protocol alone: sending, pulling, back-off, sealing.

It talks through whatever the test puts between it and the server: :meth:`Phone.freeze` gives the text of a request,
:meth:`Phone.book` takes an answer, and in between anything may happen. ``crash_at`` names the place where it dies.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sync.clock import parse_wire, wire
from sync.digest import digest_of
from tests.machine.author import FAILED, OPEN, Author, unpulled
from tests.machine.disk import Disk, Row, Tables

SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
LONGEST_WAIT = 300 * SECOND


@dataclass
class Request:
    """A request on its way: the exact text, and what the phone means to do with the answer."""

    text: str
    id: str
    seqs: list[int]
    voided: list[int] = field(default_factory=list)


class Phone(Author):
    """One phone: a store for each account, the app open for one of them."""

    # --- sending ----------------------------------------------------------------------------------

    def due(self) -> list[Row]:
        """What the next batch may hold: behind a stuck item nothing of its record or chain goes."""
        held: set[str] = set()
        chosen: list[Row] = []
        for seq in sorted(self.here.outbox):
            row = self.here.outbox[seq]
            if row["state"] not in OPEN:
                continue
            item, engine = row["item"], row["item"]["kind"] == "sync.withdraw"
            blocked = not engine and not held.isdisjoint([item["record"], *item["dependsOn"]])
            if row["withdrawing"] or blocked or self.row_fails.get(seq, (0, 0))[0] > self.time:
                held |= {row["id"]} if engine else {row["id"], item["record"]}
            else:
                chosen.append(row)
        return chosen

    def wakes_at(self) -> int | None:
        """When the timer fires that is armed while anything waits."""
        if self.due() or self.here.meta["voided"]:
            return self.push_at
        tries = [self.row_fails.get(row["seq"], (0, 0))[0] for row in self.here.outbox.values() if row["state"] in OPEN]
        later = min((at for at in tries if at > self.time), default=None)
        return None if later is None else max(later, self.push_at)

    def freeze(self) -> Request | None:
        """The next request; ``tried`` and the text are on the disk before it leaves."""
        chosen = self.due()[: self.batch]
        meta = self.here.meta
        if not chosen and not meta["voided"]:
            return None
        self._point("before_freeze")
        with self.disk.write() as tables:
            for row in chosen:
                text = row["text"] or json.dumps(row["item"])
                tables.outbox[row["seq"]] = row | {"tried": True, "state": "sending", "text": text}
        self._point("after_freeze")
        waiting = sum(row["state"] in OPEN for row in self.here.outbox.values())
        id = self.dice.uuid()
        head = {
            "protocol": "sambung-sync/1", "requestId": id, "account": self.account, "deviceId": meta["device"],
            "epoch": meta["epoch"], "appVersion": self.version, "highSeq": meta["seq"], "waiting": waiting,
            "voided": meta["voided"],
        }  # fmt: skip
        texts = ",".join(self.here.outbox[row["seq"]]["text"] for row in chosen)
        return Request(
            f'{json.dumps(head)[:-1]}, "mutations": [{texts}]}}', id, [row["seq"] for row in chosen], meta["voided"]
        )

    def book(self, request: Request, reply: Any) -> None:
        """Take an answer; ``None`` is no answer. Only our own envelope to this very request counts."""
        self._point("before_store")
        good = (
            isinstance(reply, dict)
            and reply.get("protocol") == "sambung-sync/1"
            and reply.get("requestId") == request.id
        )
        code = reply.get("code") if good else None
        size = len(request.seqs)
        with self.disk.write() as tables:
            if good:
                self._learn(tables, reply)
            for seq in request.seqs:
                row = tables.outbox.get(seq)
                if row is not None and row["state"] == "sending" and (not good or code):
                    tables.outbox[seq] = row | {"state": "waiting"}
            if good and not code:
                self._settle(tables, request, reply)
            if code == "device_forked":
                tables.meta |= {"device": self.dice.uuid(), "from": tables.meta["seq"]}
            self._point("in_store")
        if good and not code:
            self.fails, self.push_at = 0, self.time
            self.pull_at = self.time
            self.batch = min(500, self.batch * 2) if size >= self.batch else self.batch
            return
        self.batch = max(1, size // 2) if code in (None, "batch_too_large") else self.batch
        if code in ("device_forked", "batch_too_large"):
            self.push_at = self.time
        else:
            self.fails += 1
            self.push_at = self.time + self._wait(self.fails, (reply or {}).get("retryAfterMs") if good else None)

    def _wait(self, fails: int, asked: int | None = None) -> int:
        most = min(LONGEST_WAIT, SECOND * 2 ** min(fails, 9))
        return max(int(self.dice.uniform(SECOND, most)), asked or 0)

    def _learn(self, tables: Tables, reply: dict[str, Any]) -> None:
        """The server's time, and whether its database was restored."""
        meta = tables.meta
        if "serverTime" in reply:
            meta["lastServer"], meta["lastWall"], self.heard = reply["serverTime"], wire(self.wall), self.time
        epoch = reply.get("epoch")
        if epoch is None or epoch == meta["epoch"]:
            return
        if meta["epoch"] is not None:
            since = _ms(reply["epochStart"]) - HOUR if reply["epochStart"] else 0
            meta["voided"], meta["told"] = [*meta["told"], *meta["voided"]], []
            for seq, row in tables.outbox.items():
                if row["state"] == "accepted" and _ms(row["acceptedAt"]) >= since:
                    former = row["result"].get("receipt")
                    tables.outbox[seq] = row | {"state": "waiting", "former": former, "result": None}
            # What ended without effect does not go again; who waits for it must hear of that.
            named = {id for row in tables.outbox.values() if row["state"] in OPEN for id in row["item"]["dependsOn"]}
            for row in [row for row in tables.outbox.values() if row["id"] in named and row["state"] in FAILED]:
                self._save(tables, self.dice.uuid(), "sync.withdraw", {"mutation": row["id"]}, row["id"])
        meta["epoch"] = epoch

    def _settle(self, tables: Tables, request: Request, reply: dict[str, Any]) -> None:
        meta, results = tables.meta, {one["id"]: one for one in reply["results"]}
        for seq in request.seqs:
            row = tables.outbox.get(seq)
            if row is None or row["state"] not in OPEN:
                continue
            tables.outbox[seq] = row = self._fate(row, results.get(row["id"]), reply["serverTime"])
            if row["item"]["kind"] == "sync.withdraw" and row["state"] not in OPEN:
                _end_withdrawal(tables, row)
        meta["told"] = [*meta["told"], *request.voided]
        meta["voided"] = [seq for seq in meta["voided"] if seq not in request.voided]
        known = {*meta["voided"], *meta["told"], *tables.outbox}
        ranges = reply["missingSeq"]
        missing = [seq for first, last in ranges for seq in range(max(first, meta["from"] + 1), last + 1)]
        meta["lost"] = [seq for seq in missing if seq not in known and seq <= meta["seq"]]

    def _fate(self, row: Row, result: dict[str, Any] | None, server_time: str) -> Row:
        status = (result or {}).get("status")
        if status in ("applied", "merged", "duplicate"):
            return row | {"state": "accepted", "result": result, "acceptedAt": server_time, "withdrawing": False}
        if status in FAILED:
            return row | {"state": status, "result": result, "withdrawing": False}
        fails = self.row_fails.get(row["seq"], (0, 0))[1] + 1
        self.row_fails[row["seq"]] = (self.time + self._wait(fails), fails)
        return row | {"state": "deferred" if status == "deferred" else "waiting", "result": result or row["result"]}

    # --- pulling ----------------------------------------------------------------------------------

    def cursor(self) -> str | None:
        """Where the next page begins."""
        meta = self.here.meta
        return (meta["staging"] or meta)["cursor"]

    def take_page(self, cursor: str | None, reply: Any) -> bool:
        """Store one page; whether there is more. A page that is not for the copy as it stands now is dropped."""
        self._point("before_page")
        good = isinstance(reply, dict) and reply.get("protocol") == "sambung-sync/1"
        if not good or reply["code"]:
            if good:
                with self.disk.write() as tables:
                    self._learn(tables, reply)
            self.fails += 1
            self.pull_at = self.time + self._wait(self.fails, reply.get("retryAfterMs") if good else None)
            return False
        with self.disk.write() as tables:
            meta = tables.meta
            self._learn(tables, reply)
            if (meta["staging"] or meta)["cursor"] != cursor:
                return False
            if reply["reset"]:
                meta["staging"], tables.next_records = {"cursor": None}, {}
            into = tables.records if meta["staging"] is None else tables.next_records
            into |= {
                (one["kind"], one["id"]): {"version": one["version"], "body": one["body"]} for one in reply["changes"]
            }
            for one in reply["removed"]:
                into.pop((one["kind"], one["id"]), None)
            if meta["staging"] is not None:
                meta["staging"] = {**meta["staging"], "cursor": reply["cursor"]}
                if not reply["more"]:
                    tables.records, tables.next_records = into, {}
                    meta |= {"cursor": reply["cursor"], "staging": None}
                self._point("in_swap")
            else:
                meta["cursor"] = reply["cursor"]
            if meta["staging"] is None:
                meta |= {"feed": int(reply["feed"]), "pulled": not reply["more"]}
        self.pages += 1
        self._point("after_page")
        if not reply["more"]:
            self.fails, self.pull_at = 0, self.time + 300 * SECOND
        return bool(reply["more"])

    def check(self, expected: dict[str, Any]) -> bool:
        """Compare digests; after two mismatches in a row the copy is fetched anew. Whether to pull again."""
        held = [(kind, id, stored["version"]) for (kind, id), stored in self.here.records.items()]
        fits = expected == {"count": len(held), "digest": digest_of(held)}
        with self.disk.write() as tables:
            meta = tables.meta
            meta["mismatches"] = 0 if fits else meta["mismatches"] + 1
            if meta["mismatches"] >= 2:
                meta |= {"mismatches": 0, "staging": {"cursor": None}}
                tables.next_records = {}
        return not fits

    def purge(self) -> None:
        """The journal keeps accepted rows for 30 days of the server's time."""
        with self.disk.write() as tables:
            last = tables.meta["lastServer"]
            for seq, row in list(tables.outbox.items()):
                if (
                    row["state"] == "accepted"
                    and not unpulled(row, tables)
                    and _ms(row["acceptedAt"]) < _ms(last) - 30 * DAY
                ):
                    del tables.outbox[seq]
                    tables.meta["told"] = [*tables.meta["told"], seq]

    # --- signing in and out -----------------------------------------------------------------------

    def sign_out(self, key: bytes | None) -> None:
        """Seal what waits with the account's key, which then leaves the phone; wipe what was pulled."""
        if key is not None:
            self.disk.seal(key)
        self.account = self.session = None
        self.boot()

    def sign_in(self, account: str, key: bytes) -> None:
        """Open the account's own store with the key that the server hands out; make one on the first time."""
        self.account = self.session = account
        self.disks.setdefault(account, Disk(account, self.dice.uuid())).open(key)
        self.boot()


def _ms(text: str) -> int:
    at = parse_wire(text)
    assert at is not None
    return at


def _end_withdrawal(tables: Tables, row: Row) -> None:
    """What was withdrawn is gone by its author's will; what was accepted first is asked for again."""
    for seq, target in list(tables.outbox.items()):
        if target["id"] != row["item"]["args"]["mutation"] or not target["withdrawing"]:
            continue
        if row["state"] == "accepted":
            del tables.outbox[seq]
            tables.meta["voided"] = [*tables.meta["voided"], seq]
        else:
            tables.outbox[seq] = target | {"withdrawing": False}
