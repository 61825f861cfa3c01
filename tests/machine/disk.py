"""What survives a crash of a simulated phone: a plain dictionary, changed by whole transactions only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Row = dict[str, Any]


class PhoneCrash(Exception):
    """The browser is killed here; the argument names the place."""


def new_meta(device: str) -> dict[str, Any]:
    """Where a new store stands with the server."""
    return {
        "device": device, "seq": 0, "from": 0, "voided": [], "told": [], "epoch": None, "cursor": None, "feed": 0,
        "staging": None, "mismatches": 0, "lost": [], "lastServer": None, "lastWall": None, "pulled": False,
    }  # fmt: skip


@dataclass
class Tables:
    """The stores of one account: ``outbox`` by seq (journal included), ``records`` by (kind, id)."""

    meta: dict[str, Any]
    outbox: dict[int, Row] = field(default_factory=dict)
    records: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    next_records: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def copy(self) -> Tables:
        """Rows are replaced, never changed, so that the tables alone need copying."""
        return Tables(dict(self.meta), dict(self.outbox), dict(self.records), dict(self.next_records))


class Disk:
    """One account's store on one phone."""

    def __init__(self, account: str, device: str) -> None:
        self.account = account
        self.tables = Tables(new_meta(device))
        self.sealed: bytes | None = None

    @contextmanager
    def write(self) -> Iterator[Tables]:
        """One transaction: all of it, or on any exception nothing."""
        tables = self.tables.copy()
        yield tables
        self.tables = tables

    def copy(self) -> Disk:
        """The same bytes on another phone."""
        twin = Disk(self.account, self.tables.meta["device"])
        twin.tables, twin.sealed = self.tables.copy(), self.sealed
        return twin

    def seal(self, key: bytes) -> None:
        """Encrypt outbox and journal, wipe what was pulled."""
        nonce = os.urandom(12)
        content = json.dumps(sorted(self.tables.outbox.items())).encode()
        self.sealed = nonce + AESGCM(key).encrypt(nonce, content, self.account.encode())
        meta = {**self.tables.meta, "cursor": None, "feed": 0, "staging": None, "pulled": False}
        self.tables = Tables(meta)

    def open(self, key: bytes) -> None:
        """Decrypt what :meth:`seal` left."""
        if self.sealed is not None:
            content = AESGCM(key).decrypt(self.sealed[:12], self.sealed[12:], self.account.encode())
            self.tables = Tables(self.tables.meta, dict(json.loads(content)))
            self.sealed = None

    def dump(self) -> str:
        """Everything that somebody with the phone in hand could read."""
        tables = self.tables
        shown = [tables.meta, tables.outbox, [*tables.records.values()], [*tables.next_records.values()]]
        return json.dumps(shown) + repr(self.sealed)
