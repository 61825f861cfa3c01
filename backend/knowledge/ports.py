"""What the room needs of the others, filled in where the server is wired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.identity.service.directory import Directory


class Threads(Protocol):
    """Conversations that notes are made from."""

    async def names(self, session: AsyncSession, agency: str, question: str) -> Sequence[str]:
        """Who is talked about in a thread, with titles; none for a thread that is not the agency's."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Units and settings of an agency; the conversations of the question service."""

    directory: Directory
    threads: Threads
