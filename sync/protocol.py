"""The words of ``sambung-sync/1`` on the wire: what a batch may hold and how it is read.

JSON member names are exactly those of the protocol. Null or empty members may be left out; unknown members
are ignored, so that a newer phone can speak to an older server.
"""

from __future__ import annotations

import hmac
import re
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from sync.clock import parse_wire
from sync.errors import ProtocolRefusal

PROTOCOL = "sambung-sync/1"
MAX_MUTATIONS = 500
MAX_ITEM_BYTES = 64 * 1024
MAX_SEQ = 2**31 - 1

_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
Uuid = Annotated[str, StringConstraints(pattern=_UUID)]
Need = Annotated[str, StringConstraints(pattern=r"^(file:)?" + _UUID[1:])]
Seq = Annotated[int, Field(ge=1, le=MAX_SEQ, strict=True)]
HASHED = (
    "kind", "kindVersion", "record", "as", "args", "base", "baseVersion", "seen", "dependsOn", "resolves",
)  # fmt: skip


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


class Evidence(_Wire):
    """What the phone's clocks said when the item was made; strings that are no instant count as missing."""

    wall: Any = None
    last_server: Any = None
    last_wall: Any = None
    since_ms: Any = None

    def instants(self) -> dict[str, int | None]:
        """The evidence in ms since 1970 UTC, as :func:`sync.clock.made_at` takes it."""
        since = self.since_ms
        return {
            "wall": parse_wire(self.wall),
            "last_server": parse_wire(self.last_server),
            "last_wall": parse_wire(self.last_wall),
            "since_ms": int(since) if type(since) in (int, float) and abs(since) < 2**53 else None,
        }


class MutationIn(_Wire):
    """One mutation as received."""

    id: Uuid
    seq: Seq
    kind: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    kind_version: Annotated[int, Field(ge=1, le=10_000)] = 1
    record: Uuid
    grant: Uuid | None = Field(None, alias="as")
    depends_on: Annotated[list[Need], Field(max_length=100)] | None = None
    resolves: Annotated[list[Uuid], Field(max_length=20)] | None = None
    base_version: Annotated[int, Field(ge=0, le=2**62)] | None = None
    base: dict[str, Any] | None = None
    args: dict[str, Any] | None = None
    seen: dict[Uuid, Annotated[int, Field(ge=0, le=2**62)]] | None = None
    seen_digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] | None = None
    clock: Evidence | None = None


class BatchIn(_Wire):
    """The envelope of a push; its mutations are judged one by one."""

    protocol: str
    request_id: Uuid
    account: Uuid
    device_id: Uuid
    epoch: Uuid | None = None
    app_version: Annotated[str, StringConstraints(max_length=32, pattern=r"^[ -~]*$")] = "0.0.0"
    high_seq: Annotated[int, Field(ge=0, le=MAX_SEQ)] = 0
    waiting: Annotated[int, Field(ge=0, le=MAX_SEQ)] = 0
    voided: Annotated[list[Seq], Field(max_length=10_000)] | None = None
    mutations: list[Any] = Field(default_factory=list)


_MANY = TypeAdapter(list[MutationIn])
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Received:
    """One mutation of a batch: the model if it could be read, what it hashes to, and its content.

    ``content`` holds the hashed members as canonical JSON; ``seq`` is ``None`` if not even that could be read.
    """

    __slots__ = ("content", "fault", "hash", "id", "model", "seq")

    def __init__(self, raw: Any, model: MutationIn | None, key: bytes) -> None:
        self.model = model
        self.fault: str | None = None
        self.hash = ""
        self.content = b""
        if model is None:
            given = raw if isinstance(raw, dict) else {}
            id, seq = given.get("id"), given.get("seq")
            self.id = id[:64].encode("utf-8", "replace").decode() if isinstance(id, str) else ""
            self.seq = seq if type(seq) is int and 1 <= seq <= MAX_SEQ else None
            self.fault = "bentuknya tidak terbaca"
            return
        self.id, self.seq = model.id, model.seq
        try:
            content = orjson.dumps({name: raw[name] for name in HASHED if name in raw}, option=orjson.OPT_SORT_KEYS)
        except (TypeError, ValueError):  # deeper than 250 levels, beyond 64 bits, half a surrogate pair
            self.fault = "ada angka atau huruf yang tidak bisa disimpan"
            return
        self.content = content
        self.hash = hmac.digest(key, content, "sha256").hex()[:32]
        if len(content) > MAX_ITEM_BYTES:
            self.fault = "lebih besar dari 64 KB"
        elif b"\\u0000" in content and _NUL.search(content):
            self.fault = "ada huruf yang tidak bisa disimpan"

    def sealable(self) -> bytes:
        """What has to be kept to run it later: the hashed members and what else a run looks at."""
        assert self.model is not None
        rest = {"id": self.id, "seq": self.model.seq, "seenDigest": self.model.seen_digest}
        return orjson.dumps(orjson.loads(self.content) | rest)


def read_batch(raw: Any, key: bytes, max_bytes: int | None = None) -> tuple[BatchIn, list[Received]]:
    """Read a decoded batch. ``key`` is the secret of the item hashes, ``max_bytes`` the most that its items hold.

    Raises :class:`ProtocolRefusal` (``malformed``, ``batch_too_large``) if the envelope cannot be used; an
    item that cannot be read is returned with its fault.
    """
    try:
        batch = BatchIn.model_validate(raw)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"][:2])
        raise ProtocolRefusal("malformed", f"Kiriman tidak terbaca ({where}).") from None
    if batch.protocol != PROTOCOL:
        raise ProtocolRefusal("update_needed", "Aplikasi perlu diperbarui. Isian tetap tersimpan.")
    if len(batch.mutations) > MAX_MUTATIONS:
        raise _too_large()
    try:
        models: list[MutationIn | None] = list(_MANY.validate_python(batch.mutations))
    except ValidationError:
        models = [_one(item) for item in batch.mutations]
    received = [Received(item, model, key) for item, model in zip(batch.mutations, models, strict=True)]
    if max_bytes is not None and len(received) > 1 and sum(len(one.content) for one in received) > max_bytes:
        raise _too_large()
    return batch, received


def _too_large() -> ProtocolRefusal:
    return ProtocolRefusal("batch_too_large", "Kiriman terlalu besar. Dikirim ulang dalam bagian lebih kecil.")


def read_item(raw: Any, key: bytes) -> Received:
    """Read one mutation outside a batch (typed GraphQL, timers, deferred items)."""
    return Received(raw, _one(raw), key)


def _one(item: Any) -> MutationIn | None:
    try:
        return MutationIn.model_validate(item)
    except ValidationError:
        return None
