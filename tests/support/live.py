"""Live streams as a page holds them: server-sent events over a connection of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.support.phone import Json, Phone

PRESENCE = "subscription($q: ID) { presence(question: $q) { available askerTyping officerTyping } }"
POKE = "subscription { poke }"
TYPING = "mutation($q: ID!, $on: Boolean!) { typing(question: $q, active: $on) }"


class Events:
    """What one stream says: ``(event, data)`` in its order."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> tuple[str, Json]:
        """The next event; ``("end", {})`` when the server hung up."""
        name = ""
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data:") and name:
                text = line.removeprefix("data:").strip()
                return name, json.loads(text) if text else {}
        return "end", {}

    async def moment(self, seconds: float = 15, **wanted: bool) -> Json:
        """Read on until a conversation's presence is so; fails after ``seconds``."""
        seen: list[Any] = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    name, content = await self.next()
                    assert name == "next", (name, content, seen)
                    now = content["data"]["presence"]
                    seen.append(now)
                    if all(now[key] is value for key, value in wanted.items()):
                        return dict(now)
        except TimeoutError:
            raise AssertionError(f"never {wanted}, but {seen}") from None


@asynccontextmanager
async def events(phone: Phone, query: str = PRESENCE, **variables: Any) -> AsyncIterator[Events]:
    """A live stream of somebody, open as long as the block lasts."""
    async with httpx.AsyncClient(
        base_url=phone.http.base_url, cookies=phone.http.cookies, headers=phone.http.headers, timeout=30, verify=False
    ) as http:
        body = {"query": query, "variables": variables}
        async with http.stream("POST", "/graphql", json=body, headers={"Accept": "text/event-stream"}) as answer:
            assert answer.status_code == 200
            yield Events(answer.aiter_lines())
