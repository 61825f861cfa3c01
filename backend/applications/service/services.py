"""Services of an agency: publishing a version, signers, defects and wishes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import Application, ServiceDefinition, ServiceFeedback, Signer
from backend.applications.reading import read
from backend.applications.rules.canonical import digest, plain
from backend.applications.rules.definition import Service
from backend.applications.service.rights import roles_of, who_of
from backend.applications.service.showing import at
from backend.applications.service.stored import as_service, service_id
from sync.answers import MESSAGES
from sync.errors import Refusal
from sync.writing import Item, Writing

SERVICE, SIGNER, FEEDBACK = "service", "service_signer", "service_feedback"
_KEEP = "Tidak ada yang berubah."


async def publish(w: Writing, item: Item) -> None:
    """``service.publish``: the next version of a service. Running cases keep theirs.

    Raises ``invalid`` with every fault of the definition by its place.
    """
    args: bodies.PublishArgs = item.args
    found = read(args.definition)
    if found.service is None:
        said = " ".join(f"{one.path}: {one.text}" for one in found.faults[:5])
        raise Refusal("invalid", f"{said} {_KEEP}", fields={one.path: one.text for one in found.faults})
    if item.record != service_id(w.agency, found.service.code, found.service.version):
        raise Refusal("not_found", MESSAGES["not_found"])
    await put(w, found.service, account=item.actor.account, name=item.actor.name)


async def put(w: Writing, service: Service, *, account: str | None = None, name: str = "Sistem") -> ServiceDefinition:
    """Store a version and let it be the current one. Raises ``exists`` for a number that is not higher."""
    query = select(ServiceDefinition).where(
        col(ServiceDefinition.agency) == w.agency, col(ServiceDefinition.code) == service.code
    )
    older = sorted((await w.session.execute(query)).scalars(), key=lambda one: one.version)
    if older and older[-1].version >= service.version:
        raise Refusal("exists", f"Versi {older[-1].version} sudah terbit. Naikkan nomor versi. {_KEEP}")
    row = ServiceDefinition(
        id=service_id(w.agency, service.code, service.version), agency=w.agency, code=service.code,
        version=service.version, title=service.title, subject_kind=service.subject, definition=plain(service),
        digest=digest(service), published_at=w.now, published_by=account, published_by_name=name,
    )  # fmt: skip
    w.session.add(row)
    for one in older:
        if one.ended_at is None:
            one.ended_at = w.now
            show(w, one)
    await w.session.flush()
    show(w, row)
    return row


async def has(w: Writing, code: str) -> bool:
    """Whether the agency has a version of a service."""
    query = select(col(ServiceDefinition.id)).where(
        col(ServiceDefinition.agency) == w.agency, col(ServiceDefinition.code) == code
    )
    return (await w.session.execute(query)).first() is not None


def show(w: Writing, row: ServiceDefinition) -> None:
    """A version, to everybody of the agency: phones judge readiness by it."""
    service = as_service(row)
    body = bodies.ServiceBody(
        code=row.code, version=row.version, title=row.title, subject=row.subject_kind, roles=roles_of(service),
        who=who_of(service), current=row.ended_at is None, digest=row.digest, definition=row.definition,
        published_at=at(row.published_at) or "", published_by_name=row.published_by_name,
    )  # fmt: skip
    w.publish(SERVICE, row.id, body, {f"agency:{w.agency}"})


async def sign(w: Writing, item: Item) -> None:
    """``service.signer``: who signs, from when to when. Raises ``invalid`` for dates that cannot be."""
    args: bodies.SignerArgs = item.args
    if args.end is not None and args.end < args.start:
        raise Refusal("invalid", f"Tanggal selesai mendahului tanggal mulai. {_KEEP}", fields={"end": "Periksa."})
    if args.stand_in and args.end is None:
        raise Refusal("invalid", f"Pengganti perlu tanggal mulai dan tanggal selesai. {_KEEP}", fields={"end": "Isi."})
    if not await has(w, args.code):
        raise Refusal("not_found", f"Layanan ini tidak ditemukan. {_KEEP} Pilih layanan dari daftar.")
    if not args.name.strip() or not args.position.strip():
        raise Refusal("invalid", f"Isi nama dan jabatan penanda tangan. {_KEEP}")
    row = await w.session.get(Signer, item.record)
    if row is not None and row.agency != w.agency:
        raise Refusal("not_found", MESSAGES["not_found"], unpermitted=True)
    if row is None:
        row = Signer(id=item.record, agency=w.agency, code=args.code, name="", position="", start=args.start)
        w.session.add(row)
    row.code, row.name, row.position = args.code, args.name.strip(), args.position.strip()
    row.stand_in, row.start, row.end = args.stand_in, args.start, args.end
    body = bodies.SignerBody(
        code=row.code, name=row.name, position=row.position, stand_in=row.stand_in, start=row.start, end=row.end
    )
    w.publish(SIGNER, row.id, body, {f"role:{code}@{w.agency}" for code in ("SUP", "VER", "HRA")})


async def feedback(w: Writing, items: Sequence[Item]) -> None:
    """``feedback.add``: a defect or a wish about a service, perhaps about one case of it."""
    for item in items:
        args: bodies.FeedbackArgs = item.args
        if not args.text.strip():
            item.lose("invalid", "Tulis dulu masukannya. Tidak ada yang berubah.")
            continue
        if not await has(w, args.code):
            item.lose("not_found", f"Layanan ini tidak ditemukan. {_KEEP} Pilih layanan dari daftar.")
            continue
        if args.application is not None and not await _sees(w, item, args.application, args.code):
            item.lose("not_found", MESSAGES["not_found"])
            continue
        row = ServiceFeedback(
            id=item.record, agency=w.agency, code=args.code, application=args.application, text=args.text.strip(),
            reporter=item.actor.account, reporter_name=item.actor.name, at=w.now,
        )  # fmt: skip
        w.session.add(row)
        _show_feedback(w, row)


async def _sees(w: Writing, item: Item, application: str, code: str) -> bool:
    found = await w.session.get(Application, application)
    if found is None or found.agency != w.agency or found.code != code:
        return False
    record = (await w.current("application", [application])).get(application)
    return record is not None and bool(record.audiences & item.actor.audiences)


async def handle(w: Writing, item: Item) -> None:
    """``feedback.handle``: what became of it, by whom."""
    args: bodies.HandleArgs = item.args
    row = await w.session.get(ServiceFeedback, item.record)
    if row is None or row.agency != w.agency:
        raise Refusal("not_found", MESSAGES["not_found"])
    if not args.follow_up.strip():
        raise Refusal("invalid", f"Tulis tindak lanjutnya. {_KEEP}", fields={"followUp": "Wajib diisi."})
    row.status, row.follow_up, row.handled_at = args.status, args.follow_up.strip(), w.now
    row.handler, row.handler_name = item.actor.account, item.actor.name
    _show_feedback(w, row)


def _show_feedback(w: Writing, row: ServiceFeedback) -> None:
    body = bodies.FeedbackBody(
        code=row.code, application=row.application, text=row.text, reporter_name=row.reporter_name,
        at=at(row.at) or "", status=row.status, handler_name=row.handler_name, follow_up=row.follow_up,
        handled_at=at(row.handled_at),
    )  # fmt: skip
    office = {f"role:{code}@{w.agency}" for code in ("SUP", "VER", "PGW")}
    w.publish(FEEDBACK, row.id, body, office | {f"person:{row.reporter}"})
