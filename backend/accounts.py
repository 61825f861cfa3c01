"""Accounts of a server: people, and counter tablets."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.identity.service.directory import Directory
from backend.ratings.service.kiosks import Kiosks
from sync.actors import Viewer


class Accounts:
    """Fills :class:`sync.actors.Viewers`: an account is a person's, or a counter tablet's."""

    def __init__(self, directory: Directory, kiosks: Kiosks) -> None:
        self.directory = directory
        self.kiosks = kiosks

    async def viewer(self, connection: AsyncConnection, account: str) -> Viewer | None:
        """Who it is now, or ``None`` if it may not act any more."""
        found = await self.directory.viewer(connection, account)
        return found or await self.kiosks.viewer(connection, account)
