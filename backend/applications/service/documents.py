"""Documents of subjects: versions that are added, and who may read a file of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import (
    Application,
    ApplicationHistory,
    ApplicationOutput,
    Document,
    DocumentVersion,
    PartyOfficer,
)
from backend.applications.ports import Ports
from backend.applications.rules.definition import FieldType, Service, Subject
from backend.applications.rules.definition import Item as ChecklistItem
from backend.applications.rules.documents import document_fault
from backend.applications.rules.marks import may_write
from backend.applications.rules.names import download_name
from backend.applications.service.noting import note
from backend.applications.service.showing import DOCUMENT, OUTPUT, show_document
from backend.applications.service.stored import SAFE, Whole, locked, whole
from backend.files import service as uploads
from backend.files.models import File
from backend.files.rules import KINDS
from sync.actors import Viewer
from sync.ids import derived, uuid7
from sync.store import Store
from sync.writing import Item, Writing

_ENDINGS = {kind.type: kind.endings[0] for kind in KINDS}


def slot_of(service: Service, code: str) -> ChecklistItem | None:
    """What a file of that code must be: an item of the checklist, or a picture that a field asks for."""
    item = service.item(code)
    if item is not None:
        return item
    one = service.field(code)
    if one is None or one.type is not FieldType.IMAGE:
        return None
    return ChecklistItem(code=one.key, label=one.label, types=("png", "jpeg"))


async def add(ports: Ports, w: Writing, items: Sequence[Item]) -> None:
    """``document.add``: files that are wholly here, each as the next version of its subject's document."""
    for item in items:
        await _add(ports, w, item)


async def _add(ports: Ports, w: Writing, item: Item) -> None:
    args: bodies.DocumentArgs = item.args
    all_ = await whole(w, await locked(w, args.application))
    slot = slot_of(all_.service, args.item)
    if slot is None:
        item.lose("invalid", f"Dokumen ini tidak ada pada daftar syarat. {SAFE}")
        return
    if not may_write(all_.state, args.item, {one.target for one in all_.open}):
        now = all_.service.state_name(all_.state)
        item.lose("locked", f"Bagian ini terkunci pada tahap {now}. Berkas Anda tetap tersimpan sebagai salinan.")
        return
    owned = await uploads.owned(w.session, item.actor.account, [args.upload])
    if not owned or await _is_taken(w, args.upload):
        item.lose("not_found", f"Berkas ini tidak ditemukan atau sudah dipakai. {SAFE} Pilih berkasnya sekali lagi.")
        return
    fault = document_fault(all_.service, slot, owned[0].type or "", owned[0].bytes)
    if fault is not None:
        item.lose("invalid", fault.text)
        return
    version = await _stored(ports, w, item, all_, slot, owned[0])
    await show_document(w, all_, version)
    await note(
        w, all_, item.actor, "unggah", object=slot.code,
        new={"version": version.id, "number": version.number, "sha256": version.sha256[:8]},
    )  # fmt: skip


async def _is_taken(w: Writing, upload: str) -> bool:
    found = await w.session.execute(select(col(DocumentVersion.id)).where(col(DocumentVersion.file) == upload))
    return found.first() is not None


async def _stored(
    ports: Ports, w: Writing, item: Item, all_: Whole, slot: ChecklistItem, file: File
) -> DocumentVersion:
    subject = all_.app.subject
    document = await next_document(w, subject, slot.code)
    office = await ports.house.office(w.session, w.agency, w.now)
    name = download_name(
        all_.service.files.name, subject=await _number(ports, w, all_), code=slot.code, day=office.today,
        version=document.newest,
    )  # fmt: skip
    type = file.type or ""
    version = DocumentVersion(
        id=item.record, agency=w.agency, document=document.id, subject=subject, type=slot.code, number=document.newest,
        application=all_.app.id, file=file.id, media_type=type, bytes=file.bytes, sha256=file.sha256,
        download_name=f"{name.rpartition('.')[0]}.{_ENDINGS.get(type, 'pdf')}", by=item.actor.account,
        by_name=item.actor.name, day=office.today, at=w.now,
    )  # fmt: skip
    w.session.add(version)
    await w.session.flush()
    return version


async def next_document(w: Writing, subject: str, type: str) -> Document:
    """The document of a subject and type, locked until the commit, with the number of its next version in ``newest``.
    Outputs count with documents of the same code, so that no two files of a subject have one name."""
    id = derived(subject, f"document:{type}")
    insert: Any = postgresql.insert if w.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(Document).values(id=id, agency=w.agency, subject=subject, type=type, newest=0)
    await w.session.execute(first.on_conflict_do_nothing())
    query = select(Document).where(col(Document.id) == id).with_for_update()
    document = (await w.session.execute(query, execution_options={"populate_existing": True})).scalar_one()
    if document.newest == 0:
        # Outputs from before they were counted.
        same = (col(ApplicationOutput.subject) == subject, col(ApplicationOutput.code) == type)
        counted = await w.session.execute(select(func.count()).select_from(ApplicationOutput).where(*same))
        document.newest = counted.scalar_one()
    document.newest += 1
    return document


async def _number(ports: Ports, w: Writing, all_: Whole) -> str:
    """The subject's number in names of downloads: the NIP, or the party's name."""
    found = (await ports.house.subjects(w.session, w.agency, [all_.app.subject])).get(all_.app.subject)
    return found.identifier if found is not None and found.identifier else all_.app.subject_name


async def may_read(session: AsyncSession, viewer: Viewer, upload: str) -> bool:
    """Whether the viewer may see, now, a document version or an output that names the file."""
    versions = select(col(DocumentVersion.id)).where(
        col(DocumentVersion.file) == upload, col(DocumentVersion.agency) == viewer.agency
    )
    outputs = select(col(ApplicationOutput.id)).where(
        col(ApplicationOutput.file) == upload, col(ApplicationOutput.agency) == viewer.agency
    )
    keys = [(DOCUMENT, id) for id in (await session.execute(versions)).scalars()]
    keys += [(OUTPUT, id) for id in (await session.execute(outputs)).scalars()]
    store = Store(postgres=session.get_bind().dialect.name == "postgresql")
    found = await store.records(await session.connection(), viewer.agency, keys, lock=False)
    return any(not one.deleted and bool(one.audiences & viewer.audiences) for one in found.values())


async def party_case_of(session: AsyncSession, upload: str) -> Application | None:
    """The case of a party that a file came with or ended with."""
    for model in (DocumentVersion, ApplicationOutput):
        query = (
            select(Application)
            .join(model, col(model.application) == col(Application.id))
            .where(col(model.file) == upload, col(Application.subject_kind) == Subject.PARTY)
        )
        found = (await session.execute(query)).scalars().first()
        if found is not None:
            return found
    return None


async def note_reading(session: AsyncSession, case: Application, viewer: Viewer, object: str, now: datetime) -> None:
    """That somebody read of a party of which they are no officer: a row of the case's history. ``object``: the file's
    id, or what was read. Of a case of an employee, and for the party's own officers, nothing."""
    if case.subject_kind != Subject.PARTY:
        return
    officer = await session.get(PartyOfficer, viewer.account)
    if officer is not None and officer.party == case.subject:
        return
    session.add(ApplicationHistory(
        id=uuid7(), agency=case.agency, application=case.id, act="baca", account=viewer.account,
        account_name=viewer.own.name, at=now, object=object,
    ))  # fmt: skip
