"""Thousands of phones that come back within a minute, simulated honestly in a process of their own.

Each has its own TCP connection and session cookie, sends gzip, waits as the app does (full jitter from 1 s to 5 min,
``Retry-After`` and ``retryAfterMs`` obeyed), counts only an answer in the protocol's envelope, and pulls to the end.
One phone in fifty hangs up before the first reply: it cannot know that its items arrived, and sends them again.
"""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench.kind import args
from bench.wire import PUSH, Line, Phone, Reply

ITEMS = 3
LIMIT = 400.0
"""Seconds after which the crowd is given up: whoever is not through then has lost."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
PATIENCE = 61.0
"""The time-out of a small push: 60 s and a second for each 256 bytes."""


@dataclass(frozen=True, slots=True)
class Device:
    """One phone before it comes back; ``at`` in seconds after the start."""

    account: str
    cookie: str
    cursor: str
    at: float


@dataclass(slots=True)
class Crowd:
    """What became of all of them; ``waited`` from a phone's first try until its items were answered and all pulled."""

    waited: list[float] = field(default_factory=list)
    drained: float = 0.0
    items: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    unfinished: int = 0


def run(port: int, devices: list[Device], officers: list[str], seed: int) -> Crowd:
    """All of them, from now on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 16_384)), hard))
    return asyncio.run(_run(port, devices, officers, random.Random(seed)))


async def _run(port: int, devices: list[Device], officers: list[str], chance: random.Random) -> Crowd:
    crowd, started = Crowd(), time.monotonic()

    async def one(device: Device) -> None:
        await asyncio.sleep(device.at)
        phone = _Back(port, device, officers, chance, crowd)
        begun = time.monotonic()
        try:
            async with asyncio.timeout(LIMIT - device.at):
                await phone.through()
        except TimeoutError:
            crowd.unfinished += 1
            return
        now = time.monotonic()
        crowd.waited.append(now - begun)
        crowd.drained = max(crowd.drained, now - started)

    await asyncio.gather(*(one(device) for device in devices))
    return crowd


class _Back:
    """One phone on its way."""

    def __init__(self, port: int, device: Device, officers: list[str], chance: random.Random, crowd: Crowd) -> None:
        self.port, self.device, self.chance, self.crowd = port, device, chance, crowd
        self.phone = Phone(device.account, device.cookie)
        self.items = [self.phone.item(args(chance, chance.choice(officers))) for _ in range(ITEMS)]
        self.line: Line | None = None
        self.failures = 0
        self.hangs_up = chance.random() < 0.02
        crowd.items += [item["id"] for item in self.items]

    async def through(self) -> None:
        """Send what waits, then pull what is newer."""
        try:
            waiting = self.items
            while waiting:
                batch = self.phone.batch(waiting)
                body = orjson.dumps({"query": PUSH, "variables": {"batch": batch}})
                reply = await self._ask(body, "syncPush", batch["requestId"])
                ended = {one["id"] for one in reply["results"] if one["status"] in ("applied", "duplicate")}
                waiting = [item for item in waiting if item["id"] not in ended]
                if waiting:
                    await self._wait(0)
            cursor, more = self.device.cursor, True
            while more:
                page = await self._ask(self.phone.pull(cursor), "syncPull", None)
                cursor, more = page["cursor"], page["more"]
        finally:
            await self._close()

    async def _ask(self, body: bytes, name: str, request: str | None) -> dict[str, Any]:
        """Ask until there is an answer that counts."""
        while True:
            asked = 0.0
            started = time.monotonic()
            try:
                reply = await asyncio.wait_for(self._once(body), PATIENCE)
                self.crowd.seconds.append(time.monotonic() - started)
                self.crowd.statuses[str(reply.status)] += 1
                content = _envelope(reply, name, request)
                if content is not None and not content.get("code"):
                    self.failures = 0
                    return content
                asked = float(reply.headers.get("retry-after", 0))
                if reply.status == 503 and not asked:
                    self.crowd.statuses["503 without Retry-After"] += 1
                if content is not None:
                    self.crowd.statuses[f"envelope {content['code']}"] += 1
                    asked = max(asked, (content.get("retryAfterMs") or 0) / 1000)
            except (OSError, EOFError, TimeoutError) as error:
                self.crowd.statuses[type(error).__name__] += 1
                await self._close()
            await self._wait(asked)

    async def _once(self, body: bytes) -> Reply:
        if self.line is None:
            self.line = Line(self.port, self.device.cookie)
            await self.line.__aenter__()
        if self.hangs_up:
            self.hangs_up = False
            assert self.line.writer is not None
            self.line.writer.write(self.line.request(body, packed=True))
            await self.line.writer.drain()
            await asyncio.sleep(0.02)
            raise ConnectionAbortedError
        return await self.line.ask(body, packed=True)

    async def _wait(self, asked: float) -> None:
        """Full jitter, or as long as the server asked for; a waiting phone keeps no connection open."""
        self.failures += 1
        longest = min(FIRST_WAIT * 2**self.failures, LONGEST_WAIT)
        wait = max(asked, self.chance.uniform(0, longest))
        if wait > 2:
            await self._close()
        await asyncio.sleep(wait)

    async def _close(self) -> None:
        if self.line is not None:
            await self.line.__aexit__()
            self.line = None


def _envelope(reply: Reply, name: str, request: str | None) -> dict[str, Any] | None:
    """The protocol's own answer; anything else is no answer, whatever its status says."""
    if not reply.headers.get("content-type", "").startswith("application/json"):
        return None
    content: Any = (orjson.loads(reply.body).get("data") or {}).get(name)
    if not content or content.get("protocol") != "sambung-sync/1" or content.get("requestId") != request:
        return None
    return dict(content)
