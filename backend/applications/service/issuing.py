"""What a case ends with: its output is checked, kept, served in *selesai* alone, and may replace an older one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import (
    Application,
    ApplicationLetter,
    ApplicationOutput,
    DocumentVersion,
    ServiceDefinition,
)
from backend.applications.ports import Office, Ports
from backend.applications.rules.documents import Signed, signed_doubts, signed_faults
from backend.applications.rules.fault import Fault
from backend.applications.rules.letter_numbers import read_number
from backend.applications.rules.names import download_name
from backend.applications.rules.refusals import Given
from backend.applications.rules.states import Act
from backend.applications.service.deciding import end, step
from backend.applications.service.documents import next_document
from backend.applications.service.noting import note
from backend.applications.service.rights import EMPLOYEE, PARTY_OFFICER
from backend.applications.service.showing import show_case, show_output
from backend.applications.service.stored import Whole, as_service, locked, whole
from backend.applications.service.writing import refuse_faults
from backend.files import service as uploads
from backend.files.models import File, FileReading
from backend.files.rules import LASTS
from sync.errors import Refusal
from sync.ids import derived
from sync.writing import Item, Writing

_KEEP = "Tidak ada yang berubah."


async def issue(ports: Ports, w: Writing, item: Item) -> None:
    """``application.issue``: number, date and file; doubts about the file need a reason.

    Raises ``invalid`` with everything that is wrong, ``confirm`` with the doubts while no reason was given.
    """
    args: bodies.IssueArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    to = step(all_, w, item, Act.ISSUE, Given(confirmed=args.confirmed))
    owned = await uploads.owned(w.session, item.actor.account, [args.upload])
    if not owned:
        raise Refusal("not_found", f"Berkas ini tidak ditemukan. {_KEEP} Pilih berkasnya sekali lagi.")
    file = owned[0]
    office = await ports.house.office(w.session, w.agency, w.now)
    signed = await _signed(ports, w, all_, file)
    number, faults = _number(all_, args, office)
    faults += signed_faults(all_.service, signed, await _drafts(w, all_), await _elsewhere(w, all_, file))
    refuse_faults(faults)
    doubts = signed_doubts(all_.service, signed, all_.app.subject_name)
    _refuse_doubts(doubts, args.confirmed)
    if all_.outside is not None and args.received_on is not None:
        all_.outside.received_on = args.received_on
    await _keep(ports, w, item, all_, file, signed, number, doubts)
    await w.session.execute(delete(FileReading).where(col(FileReading.id) == file.id))
    await end(ports, w, item, all_, Act.ISSUE, to, args.confirmed.strip())
    await _show(w, all_)


async def _signed(ports: Ports, w: Writing, all_: Whole, file: File) -> Signed:
    """What the file says, where the service asks for a signed one; nothing is read here."""
    if all_.service.output.signed:
        return await ports.papers.signed(w.session, file)
    return Signed(type=file.type or "", sha256=file.sha256, text=None, signature=False)


async def issues(ports: Ports, session: AsyncSession, agency: str, account: str, now: datetime) -> bool:
    """Whether an account records signed outputs of a service of the agency."""
    query = select(ServiceDefinition).where(
        col(ServiceDefinition.agency) == agency, col(ServiceDefinition.ended_at).is_(None)
    )
    services = [as_service(row) for row in (await session.execute(query)).scalars()]
    codes = {
        code
        for service in services if service.output.signed
        for step in service.steps() if step.act is Act.ISSUE
        for part in step.who
        for code in service.roles.get(part, ())
    }  # fmt: skip
    for code in sorted(codes - {EMPLOYEE, PARTY_OFFICER}):
        if account in await ports.house.officers(session, agency, code, None, now):
            return True
    return False


async def keep_reading(session: AsyncSession, file: str, text: str | None, signatures: int, now: datetime) -> None:
    """What a file said when it arrived; the first reading counts. Those that nobody judged are forgotten in time."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    said = None if text is None else text.replace("\0", "")
    row = insert(FileReading).values(id=file, text=said, signatures=signatures, at=now)
    await session.execute(row.on_conflict_do_nothing())
    await session.execute(delete(FileReading).where(col(FileReading.at) < now - LASTS))


def _number(all_: Whole, args: bodies.IssueArgs, office: Office) -> tuple[str, list[Fault]]:
    """The number in its one spelling, by the service's pattern or the agency's."""
    if not all_.service.output.number:
        return args.number.strip(), []
    pattern = all_.service.output.number_pattern or office.number_pattern
    found = read_number(args.number, pattern, office.unit_code, args.dated.year)
    if not found.ok:
        return "", [Fault("number", found.error, found.sentence)]
    return found.normalised, []


def _refuse_doubts(doubts: list[Fault], confirmed: str) -> None:
    if doubts and not confirmed.strip():
        said = " ".join(one.text for one in doubts)
        raise Refusal(
            "confirm", f"{said} Periksa, lalu tulis alasan bila tetap dipakai.",
            fields={f"confirmed.{one.code}": one.text for one in doubts},
        )  # fmt: skip


async def _drafts(w: Writing, all_: Whole) -> list[str]:
    """Hashes of the case's own drafts."""
    query = select(col(ApplicationLetter.sha256)).where(col(ApplicationLetter.application) == all_.app.id)
    return list((await w.session.execute(query)).scalars())


async def _elsewhere(w: Writing, all_: Whole, file: File) -> list[str]:
    """Hashes of other cases' files that equal this one's, whatever part they play there."""
    found = []
    for model in (DocumentVersion, ApplicationOutput, ApplicationLetter):
        query = select(col(model.sha256)).where(
            col(model.agency) == w.agency, col(model.sha256) == file.sha256,
            col(model.application) != all_.app.id,
        )  # fmt: skip
        found += list((await w.session.execute(query.limit(1))).scalars())
    return found


async def _keep(
    ports: Ports, w: Writing, item: Item, all_: Whole, file: File, signed: Signed, number: str, doubts: list[Fault]
) -> None:
    args: bodies.IssueArgs = item.args
    service, app = all_.service, all_.app
    subject = (await ports.house.subjects(w.session, w.agency, [app.subject])).get(app.subject)
    document = await next_document(w, app.subject, service.output.code)
    name = download_name(
        service.files.name, subject=subject.identifier if subject else app.subject_name, code=service.output.code,
        day=args.dated, version=document.newest,
    )  # fmt: skip
    reason = args.confirmed.strip()
    confirmed = f"{' '.join(one.text for one in doubts)} {reason}".strip() if doubts else reason
    row = ApplicationOutput(
        id=output_id(app.id), agency=w.agency, application=app.id, subject=app.subject, code=service.output.code,
        number=number, date=args.dated, file=file.id, sha256=signed.sha256, bytes=file.bytes, download_name=name,
        confirmed=confirmed, by=item.actor.account, by_name=item.actor.name, at=w.now,
    )  # fmt: skip
    w.session.add(row)
    await w.session.flush()


def output_id(application: str) -> str:
    """The record of a case's output."""
    return derived(application, "output")


async def _show(w: Writing, all_: Whole) -> None:
    """The output, to the applicant too from now on; an older one of the subject is *digantikan*, and kept."""
    row = await w.session.get(ApplicationOutput, output_id(all_.app.id))
    assert row is not None
    await show_output(w, all_, row)
    if not all_.service.output.replaces:
        return
    query = select(ApplicationOutput).where(
        col(ApplicationOutput.agency) == w.agency, col(ApplicationOutput.subject) == row.subject,
        col(ApplicationOutput.code) == row.code, col(ApplicationOutput.id) != row.id,
        col(ApplicationOutput.replaced_by).is_(None),
    )  # fmt: skip
    for old in (await w.session.execute(query)).scalars():
        old.replaced_by = row.id
        before = await whole(w, await locked(w, old.application))
        await show_output(w, before, old)


async def downloaded(_ports: Ports, w: Writing, item: Item) -> None:
    """``application.downloaded``: the first fetch of the output is recorded; later ones stand in the history."""
    args: bodies.DownloadedArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    row = await w.session.get(ApplicationOutput, output_id(item.record))
    if row is None:
        raise Refusal("state", "Belum ada keluaran. Tidak ada yang berubah.")
    first = row.downloaded_at is None
    if first:
        row.downloaded_at, row.downloaded_by = w.now, args.account
        all_.app.downloaded_at = w.now
        await w.session.flush()
        await show_output(w, all_, row)
        await show_case(w, all_)
    await note(w, all_, item.actor, "unduh", new={"account": args.account, "first": first})


async def case_of_output(w: Writing, file: str) -> Application | None:
    """The case that ended with this file."""
    query = (
        select(Application)
        .join(ApplicationOutput, col(ApplicationOutput.application) == col(Application.id))
        .where(col(ApplicationOutput.file) == file)
    )
    return (await w.session.execute(query)).scalars().first()
