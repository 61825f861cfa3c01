"""Files that a record carries: announced with it, sent by tus under the same id, before or after; how one stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from backend.files import service as uploads
from backend.files.inspect import SENTENCES, Danger
from backend.files.models import File
from backend.files.rules import FileState, clean_name
from sync.registry import Wire
from sync.words import Id

AWAITED, HERE, REFUSED = "menunggu", "ada", "ditolak"
_GIVEN_UP = "Pengirim membatalkan berkas ini."


class FileArgs(Wire):
    """A file that a record names; ``bytes`` and ``sha256`` (hex) of what the phone holds."""

    id: Id
    name: Annotated[str, StringConstraints(max_length=500)]
    bytes: Annotated[int, Field(ge=0, le=2**53)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class FileBody(Wire):
    """A file of a record. ``state``: menunggu, ada, ditolak; ``fault`` says in words why it was refused."""

    id: str
    name: str
    bytes: int
    state: str
    type: str | None = None
    fault: str | None = None

    def wire(self) -> dict[str, Any]:
        """As it is stored with its record and travels in the feed."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


async def expect(
    session: AsyncSession, agency: str, named: Iterable[tuple[str, Sequence[FileArgs]]], now: datetime
) -> dict[tuple[str, str], File]:
    """Lock what each account names (account, its files); by account and id, files of others left out.

    Accounts are locked in their order, so that two batches never wait for each other. No statement at all where nobody
    names a file.
    """
    by_account: dict[str, list[uploads.Promised]] = {}
    for account, files in named:
        promised = [uploads.Promised(one.id, clean_name(one.name), one.sha256, one.bytes) for one in files]
        by_account.setdefault(account, []).extend(promised)
    known: dict[tuple[str, str], File] = {}
    for account, promises in sorted(by_account.items()):
        found = await uploads.expect(session, agency, account, promises, now)
        known |= {(account, id): file for id, file in found.items()}
    return known


def body_of(
    file: File, name: str, size: int, *, wrong_type: str, fits: Callable[[File], bool] = lambda _file: True
) -> FileBody:
    """How a file stands now. One that broke on the way is sent once more, so it is still awaited.

    ``name`` and ``size`` as its record announced them; ``fits`` says whether the room takes a whole file,
    ``wrong_type`` is its sentence where not.
    """
    if file.state == FileState.COMPLETE:
        if fits(file):
            return FileBody(id=file.id, name=file.name, bytes=file.bytes, state=HERE, type=file.type)
        return FileBody(id=file.id, name=name, bytes=size, state=REFUSED, fault=wrong_type)
    if file.state == FileState.REFUSED and file.code not in (uploads.DAMAGED, "expired"):
        fault = _GIVEN_UP if file.code == "given_up" else wrong_type
        if file.code in set(Danger):
            fault = SENTENCES[Danger(file.code)]
        return FileBody(id=file.id, name=name, bytes=size, state=REFUSED, fault=fault)
    return FileBody(id=file.id, name=name, bytes=size, state=AWAITED)
