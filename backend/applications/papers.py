"""What an uploaded output says: read when it arrives, outside any transaction, and judged by what was stored then."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.rules.documents import Signed
from backend.files.models import File, FileReading
from backend.files.pdf import read_pdf
from sync.errors import Refusal

PDF = "application/pdf"
UNREAD = "Berkas ini belum dibaca server. Tidak ada yang berubah. Pilih berkasnya sekali lagi."


class StoredPapers:
    """Fills :class:`backend.applications.ports.Papers`."""

    async def read(self, data: bytes) -> tuple[str | None, int]:
        """Text and signatures; what nothing can be read in has no text. May take seconds."""
        found = await read_pdf(data)
        return (None, 0) if found is None else (found.text, found.signatures)

    async def signed(self, session: AsyncSession, file: File) -> Signed:
        """Type by content, hash, text and whether it holds a signature, as it was read when it arrived.

        Raises ``unread`` for a PDF that nobody has read: it came before its owner issued anything.
        """
        type = file.type or ""
        if type != PDF:
            return Signed(type=type, sha256=file.sha256, text=None, signature=False)
        found = await session.get(FileReading, file.id)
        if found is None:
            raise Refusal("unread", UNREAD)
        return Signed(type=type, sha256=file.sha256, text=found.text or None, signature=found.signatures > 0)
