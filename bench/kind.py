"""The bench-only kind ``bench.add``: an ``append`` of about 250 bytes of JSON, shaped like a rating of an officer.

It goes the whole way of every kind: validation, its own table, the feed with two audiences (the author and a desk).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import Field
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from sync.clock import to_ms
from sync.columns import Uid
from sync.protocol import Uuid
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule, Wire
from sync.store import encode
from sync.writing import Item, Writing

MUTATION = "bench.add"
RECORD = "bench_item"
TAGS = ("ramah", "cepat", "jelas", "teliti", "rapi", "sabar")
WORDS = (
    "petugas",
    "melayani",
    "dengan",
    "baik",
    "dan",
    "cepat",
    "antrean",
    "panjang",
    "terima",
    "kasih",
    "berkas",
    "lengkap",
)

metadata = MetaData()
table = Table(
    RECORD,
    metadata,
    Column("id", Uid, primary_key=True),
    Column("agency", Uid, nullable=False),
    Column("account", Uid, nullable=False),
    Column("officer", Uid, nullable=False),
    Column("score", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("arrived", BigInteger, nullable=False),
)


class AddArgs(Wire):
    """A rating: who, how good, what for, in which words; ``phone`` sealed for somebody else, base64."""

    officer: Uuid
    score: int = Field(ge=1, le=5)
    tags: list[str] = Field(default_factory=list, max_length=6)
    comment: str = Field(default="", max_length=500)
    phone: str | None = Field(default=None, max_length=200)


async def add(w: Writing, items: Sequence[Item]) -> None:
    """Store and publish the whole batch: one statement."""
    rows = []
    for item in items:
        body = orjson.dumps(item.raw)
        rows.append(
            {"id": item.record, "account": item.actor.account, "officer": item.args.officer,
             "score": item.args.score, "body": body.decode()}
        )  # fmt: skip
        audiences = frozenset({f"person:{item.actor.account}", f"role:OPR@{w.agency}"})
        w.publish_encoded(RECORD, item.record, body, audiences)
    await w.store.run(
        w.connection,
        f"INSERT INTO {RECORD} (id, agency, account, officer, score, body, arrived) "
        "SELECT r.id, :agency, r.account, r.officer, r.score, r.body, :now FROM "
        + w.store.rows("id uid, account uid, officer uid, score int, body text")
        + " WHERE true ON CONFLICT DO NOTHING",
        rows=encode(rows),
        agency=w.agency,
        now=to_ms(w.now),
    )


def declare(registry: Registry) -> None:
    """Add the kind to a server's registry."""
    registry.record(RecordKind(RECORD, AddArgs, "a measured record"))
    registry.mutation(
        MutationKind(
            MUTATION,
            RECORD,
            Rule.APPEND,
            AddArgs,
            Permission(lambda _actor, _item, _stored: True, "whoever is signed in"),
            add,
            "add a measured record",
            loser="keep",
            title="Uji",
        )
    )


def args(chance: random.Random, officer: str) -> dict[str, Any]:
    """Arguments of 250 bytes as JSON text."""
    found = {"officer": officer, "score": chance.randint(1, 5), "tags": chance.sample(TAGS, 2), "comment": ""}
    words = " ".join(chance.choices(WORDS, k=40))
    found["comment"] = words[: 250 - len(orjson.dumps(found))]
    return found
