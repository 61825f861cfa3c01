"""Posts that arrive while a transaction runs go into the next one together.

A transaction costs some twenty statements, whether it stores one rating or fifty: when a ship has come in, those who
wait share one. Whoever comes alone waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.actors import system_actor
from sync.answers import Answer
from sync.engine import SyncEngine

KIND = "rating.submit"
MOST = 50
"""So many ratings share a transaction."""

Waiting = tuple[str, Mapping[str, Any], asyncio.Future[Answer]]


@dataclass(slots=True)
class Together:
    """The ratings of one server process on their way in, by agency. Not for threads."""

    engine: SyncEngine
    _waiting: dict[str, list[Waiting]] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def submit(self, agency: str, rating: str, args: Mapping[str, Any]) -> Answer:
        """Store one rating; its answer. Raises :class:`sync.errors.Refusal` ``busy`` if the house cannot serve now."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(agency, []).append((rating, args, answer))
        if agency not in self._tasks:
            self._tasks[agency] = asyncio.create_task(self._run(agency))
        return await answer

    async def _run(self, agency: str) -> None:
        try:
            while waiting := self._waiting.get(agency):
                now, self._waiting[agency] = waiting[:MOST], waiting[MOST:]
                await self._store(agency, now)
        finally:
            del self._tasks[agency]

    async def _store(self, agency: str, now: list[Waiting]) -> None:
        actor = system_actor(agency, "Pengguna jasa")
        try:
            answers = await self.engine.execute_all(actor, KIND, [(rating, rating, args) for rating, args, _ in now])
        except Exception as error:
            for _, _, waiting in now:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        for answer, (_, _, waiting) in zip(answers, now, strict=True):
            if not waiting.done():  # whoever hung up is stored all the same
                waiting.set_result(answer)
