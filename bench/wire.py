"""Batches as the app writes them, and a bare HTTP/1.1 client that counts every byte and costs next to nothing."""

from __future__ import annotations

import asyncio
import gzip
import random
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import brotli
import orjson
import zstandard

from bench.kind import MUTATION, args
from sync.ids import uuid4, uuid7

PUSH = "mutation($batch: JSON!) { syncPush(batch: $batch) }"
PULL = (
    "query($account: ID!, $cursor: String, $limit: Int, $check: Boolean) "
    "{ syncPull(account: $account, cursor: $cursor, limit: $limit, check: $check) }"
)
ENCODINGS = "gzip, deflate, br, zstd"
"""What Chromium says it understands."""


@dataclass(slots=True)
class Phone:
    """One device of one signed-in account; ``cookie`` as in the Cookie header, ``identifier`` to sign in by."""

    account: str
    cookie: str
    identifier: str = ""
    device: str = field(default_factory=uuid4)
    seq: int = 0

    def item(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """A mutation with the members that the app writes, in its order."""
        self.seq += 1
        wall = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        clock = {"wall": wall, "lastServer": wall, "lastWall": wall, "sinceMs": 1234 + self.seq * 17}
        return {
            "id": uuid7(), "seq": self.seq, "kind": MUTATION, "kindVersion": 1, "record": uuid7(),
            "args": arguments, "clock": clock,
        }  # fmt: skip

    def batch(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        """The envelope around items."""
        return {
            "protocol": "sambung-sync/1", "requestId": uuid4(), "account": self.account, "deviceId": self.device,
            "epoch": None, "appVersion": "1.0.0", "highSeq": self.seq, "waiting": len(items), "voided": [],
            "mutations": items,
        }  # fmt: skip

    def push(self, chance: random.Random, officers: list[str], count: int = 50) -> bytes:
        """The body of a push of ``count`` new items."""
        items = [self.item(args(chance, chance.choice(officers))) for _ in range(count)]
        return orjson.dumps({"query": PUSH, "variables": {"batch": self.batch(items)}})

    def pull(self, cursor: str | None, limit: int | None = None) -> bytes:
        """The body of a pull."""
        variables = {"account": self.account, "cursor": cursor, "limit": limit}
        return orjson.dumps({"query": PULL, "variables": {k: v for k, v in variables.items() if v is not None}})


@dataclass(slots=True)
class Reply:
    """An answer: its status, headers (small letters), decoded body, and bytes on the wire both ways."""

    status: int
    headers: dict[str, str]
    body: bytes
    sent: int
    received: int

    def data(self, name: str) -> dict[str, Any]:
        """The value of a GraphQL field. Raises ``RuntimeError`` for every other answer."""
        content = orjson.loads(self.body)
        if self.status != 200 or content.get("errors") or (content["data"][name] or {}).get("code"):
            raise RuntimeError(f"{self.status}: {self.body[:400]!r}")
        return dict(content["data"][name])


class Line:
    """One keep-alive connection to the server on 127.0.0.1."""

    def __init__(self, port: int, cookie: str = "", *, browser: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookie = cookie
        self.browser = browser or {}
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Line:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self.writer is not None:
            self.writer.close()

    def head(self, size: int, encoding: str = "", accept: str = "") -> bytes:
        """The head of a POST to /graphql: what the app sets and what HTTP needs, then the browser's own."""
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Content-Type": "application/json",
            "X-Sambung-Client": "pwa/1.0.0",
            "Content-Length": str(size),
            "Accept-Encoding": ENCODINGS,
        }
        if encoding:
            headers["Content-Encoding"] = encoding
        if self.cookie:
            headers["Cookie"] = self.cookie
        if accept:
            headers["Accept"] = accept
        headers |= self.browser
        return "".join(["POST /graphql HTTP/1.1\r\n", *(f"{k}: {v}\r\n" for k, v in headers.items()), "\r\n"]).encode()

    def request(self, body: bytes, *, packed: bool = False) -> bytes:
        """A whole request, ready to be sent."""
        if packed:
            body = gzip.compress(body, 6, mtime=0)
        return self.head(len(body), "gzip" if packed else "") + body

    async def send(self, request: bytes) -> Reply:
        """Send a request and read its answer whole."""
        assert self.reader is not None
        assert self.writer is not None
        self.writer.write(request)
        raw = await self.reader.readuntil(b"\r\n\r\n")
        lines = raw.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        received = len(raw)
        if "content-length" in headers:
            body = await self.reader.readexactly(int(headers["content-length"]))
            received += len(body)
        else:
            body, size = await self._chunks()
            received += size
        return Reply(int(lines[0].split()[1]), headers, inflate(body, headers), len(request), received)

    async def ask(self, body: bytes, *, packed: bool = False) -> Reply:
        """Make a request of a body and send it."""
        return await self.send(self.request(body, packed=packed))

    async def _chunks(self) -> tuple[bytes, int]:
        assert self.reader is not None
        parts, size = [], 0
        while True:
            line = await self.reader.readuntil(b"\r\n")
            length = int(line, 16)
            part = await self.reader.readexactly(length + 2)
            size += len(line) + len(part)
            if length == 0:
                return b"".join(parts), size
            parts.append(part[:-2])


def inflate(body: bytes, headers: dict[str, str]) -> bytes:
    """The body as it was before its content encoding."""
    encoding = headers.get("content-encoding", "")
    if encoding == "br":
        return bytes(brotli.decompress(body))
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return zlib.decompress(body, wbits=31) if encoding == "gzip" else body
