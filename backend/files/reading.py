"""The content of an account's own finished uploads, for rooms that read files."""

from __future__ import annotations

import asyncio

from backend.database.engine import Database
from backend.files.service import owned
from backend.files.storage import Storage
from sync.errors import Refusal
from sync.ids import is_uuid


class Uploads:
    """Gives rooms the content of an account's own finished uploads."""

    def __init__(self, db: Database, storage: Storage) -> None:
        self.db = db
        self.storage = storage

    async def read(self, account: str, upload: str) -> tuple[str, bytes]:
        """Name and content. Raises :class:`Refusal` ``not_found`` for anything but the account's whole file."""
        async with self.db.read() as session:
            found = await owned(session, account, [upload] if is_uuid(upload) else [])
        if not found:
            raise Refusal("not_found", "Berkas ini belum lengkap atau tidak ditemukan. Unggah lagi.")
        return found[0].name, await asyncio.to_thread(self.storage.content, found[0].location)
