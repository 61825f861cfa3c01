"""Files that records of the room name: promised when the record arrives, there when their upload is whole.

Naming a file locks its row; whoever finishes the upload waits for that lock before it looks which record names it.
Who may read a file is who may see the record that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.files import carried
from backend.files.carried import FileArgs, FileBody
from backend.files.models import File
from backend.files.rules import clean_name
from backend.performance.models import NamedFile
from sync.actors import Viewer
from sync.store import Store
from sync.writing import Writing

TAKEN = "Berkas ini sudah dipakai di tempat lain. Tulisan aman. Pilih berkasnya sekali lagi."
_TYPE = "Jenis berkas ini tidak diterima. Kirim PDF, foto JPEG, gambar PNG, XLSX atau DOCX."


@dataclass(slots=True)
class Promises:
    """The files that one transaction's records name: locked in one go, then handed out record by record."""

    w: Writing
    known: Mapping[tuple[str, str], File]
    taken: set[str] = field(default_factory=set)

    @staticmethod
    async def expect(w: Writing, named: Iterable[tuple[str, Sequence[FileArgs]]]) -> Promises:
        """Lock what each account names: (account, its files). No statement at all where nobody names a file."""
        known = await carried.expect(w.session, w.agency, named, w.now)
        if not known:
            return Promises(w, known)
        before = select(col(NamedFile.id)).where(col(NamedFile.id).in_(sorted({id for _, id in known})))
        return Promises(w, known, set((await w.session.execute(before)).scalars()))

    def fault(self, account: str, files: Sequence[FileArgs], most: int) -> str | None:
        """What stands against these files of one account, in words; ``most`` bytes each."""
        if any(one.bytes > most for one in files):
            return f"Berkas paling besar {most // (1024 * 1024)} MB. Kecilkan lalu pilih lagi; tulisan aman."
        if any(not one.bytes for one in files):
            return "Berkas ini kosong. Pilih berkas lain; tulisan aman."
        if len({one.id for one in files}) < len(files):
            return TAKEN
        if any(one.id in self.taken or (account, one.id) not in self.known for one in files):
            return TAKEN
        return None

    def take(self, account: str, files: Sequence[FileArgs], kind: str, record: str) -> list[dict[str, Any]]:
        """Bind files to a record; what it carries of them."""
        bodies = []
        for given in files:
            self.taken.add(given.id)
            self.w.session.add(NamedFile(id=given.id, agency=self.w.agency, kind=kind, record=record))
            bodies.append(body_of(self.known[account, given.id], clean_name(given.name), given.bytes).wire())
        return bodies


def body_of(file: File, name: str, size: int) -> FileBody:
    """How a file stands now; every type that uploads take will do."""
    return carried.body_of(file, name, size, wrong_type=_TYPE)


def renewed(bodies: Sequence[Mapping[str, Any]], file: File) -> list[dict[str, Any]]:
    """The files of a record with one of them as it stands now."""
    return [
        body_of(file, str(one["name"]), int(one["bytes"])).wire() if one["id"] == file.id else dict(one)
        for one in bodies
    ]


SETTLES: Mapping[str, str] = {
    "skp_log": "skp.log_file",
    "skp_evidence": "skp.evidence_file",
    "skp_feedback": "skp.feedback_file",
}
"""Kind of record to the act of the server that shows how a file of it stands now."""


async def named(session: AsyncSession, upload: str) -> NamedFile | None:
    """Which record names an upload."""
    return await session.get(NamedFile, upload)


async def may_read(session: AsyncSession, viewer: Viewer, upload: str) -> bool:
    """Whether the viewer may see the record that names the file, now."""
    link = await named(session, upload)
    if link is None or link.agency != viewer.agency:
        return False
    store = Store(postgres=session.get_bind().dialect.name == "postgresql")
    connection = await session.connection()
    found = await store.records(connection, link.agency, [(link.kind, link.record)], lock=False)
    stored = found.get((link.kind, link.record))
    return stored is not None and not stored.deleted and bool(stored.audiences & viewer.audiences)
