"""The applicant's steps: send, send again what was asked for, cancel."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import ApplicationMark, ApplicationSubmission
from backend.applications.ports import Office, Ports
from backend.applications.rules.definition import Subject
from backend.applications.rules.fault import Fault
from backend.applications.rules.marks import Mark
from backend.applications.rules.periods import Arrival, arrival, find
from backend.applications.rules.refusals import Given
from backend.applications.rules.states import Act
from backend.applications.service.deciding import end, finish_step, step
from backend.applications.service.noting import show_history
from backend.applications.service.showing import ready, show_mark, show_parts, show_submission
from backend.applications.service.stored import Whole, locked, mark_id, whole
from backend.applications.service.subjects import refresh
from backend.applications.service.writing import carries
from sync.ids import uuid7
from sync.writing import Item, Writing

_PERIOD_TEXTS = {
    Arrival.EARLY: "Periode {name} dibuka {opens}. Draf aman. Kirim mulai tanggal itu.",
    Arrival.LATE: "Periode {name} sudah ditutup {closes}. Draf aman. Pilih periode lain.",
}


async def submit(ports: Ports, w: Writing, item: Item) -> None:
    """``application.submit``: judged with what the house knows now; refused with everything that is missing at once."""
    await _send(ports, w, item, Act.SUBMIT)


async def resend(ports: Ports, w: Writing, item: Item) -> None:
    """``application.resend``: what a correction request asked for is there; the request is *terjawab*."""
    await _send(ports, w, item, Act.RESEND)


async def _send(ports: Ports, w: Writing, item: Item, act: Act) -> None:
    all_ = await whole(w, await locked(w, item.record))
    app = all_.app
    # A correction is judged by what was verified: a rank that came meanwhile belongs to the next case.
    if act is Act.SUBMIT or all_.service.subject is Subject.PARTY:
        await refresh(ports, w, all_, item.actor.account)
    office = await ports.house.office(w.session, w.agency, w.now)
    came, faults = _period(all_, item, office, act, await _period_sent(w, all_))
    blocking = [*ready(all_).faults, *_account(all_), *faults]
    to = step(all_, w, item, act, Given(), blocking=tuple(sorted(set(blocking))))
    app.round += 1
    before, app.state = app.state, to
    for one in all_.open:
        one.closed_at = w.now
    all_.open = []
    app.submitted_at = app.updated_at = w.now
    first = app.first_submitted_at is None
    if first:
        app.first_submitted_at = w.now
    if came is not None:
        app.arrival = came
    await w.session.flush()
    await _carry_marks(w, all_, office)
    await show_parts(w, all_)
    if first:
        # To the office a party's case begins here: what was done before is shown along with it.
        await show_history(w, all_)
    await finish_step(ports, w, item, all_, act, before, round=app.round)
    await _receipt(w, item, all_)


def _account(all_: Whole) -> list[Fault]:
    """A new account of a party fills drafts; it sends once the office knows it."""
    if all_.service.subject is not Subject.PARTY or all_.app.facts.get("approved"):
        return []
    text = "Akun Anda menunggu persetujuan petugas. Isian aman; kirim setelah akun disetujui."
    return [Fault("account", "NOT_APPROVED", text)]


async def _period_sent(w: Writing, all_: Whole) -> str | None:
    """The period that the last sending named; ``None`` before the first."""
    settings = all_.service.periods
    if settings is None or all_.app.round == 0:
        return None
    query = select(ApplicationSubmission).where(
        col(ApplicationSubmission.application) == all_.app.id, col(ApplicationSubmission.round) == all_.app.round
    )
    row = (await w.session.execute(query)).scalars().first()
    return None if row is None else str(row.content["values"].get(settings.field) or "")


def _period(
    all_: Whole, item: Item, office: Office, act: Act, sent: str | None
) -> tuple[Arrival | None, list[Fault]]:  # fmt: skip
    """How the case came to its period, and why it cannot be in it; ``None``: that was judged when it was ``sent``. The
    outside may ask for a period that is not open yet, never for one that is over."""
    settings = all_.service.periods
    if settings is None:
        return None, []
    path = f"fields.{settings.field}"
    period = find(settings, all_.app.period)
    if period is None:
        text = f"Periode '{all_.app.period}' tidak ada. Pilih periode dari daftar."
        return None, [Fault(path, "PERIOD", text)] if all_.app.period else []
    if all_.app.period == sent:
        return None, []
    came = arrival(
        period, arrived=item.arrived, made=item.made, zone=office.zone, grace_hours=settings.grace_hours
    )  # fmt: skip
    early_asked = act is Act.RESEND and came is Arrival.EARLY
    text = "" if early_asked else _PERIOD_TEXTS.get(came, "")
    said = text.format(name=period.name, opens=f"{period.opens:%d-%m-%Y}", closes=f"{period.closes:%d-%m-%Y}")
    return came, [Fault(path, "PERIOD", said)] if said else []


async def _carry_marks(w: Writing, all_: Whole, office: Office) -> None:
    """A document that was found *Sesuai* before comes with its mark."""
    for code, version in all_.versions().items():
        checklist, document = all_.service.item(code), all_.documents.get(version)
        if checklist is None or document is None or document.application == all_.app.id:
            continue
        if not carries(checklist, document, office.today) or document.fine_on is None:
            continue
        row = all_.marks.get(code)
        if row is not None and row.mark is not None and row.version == version:
            continue
        if row is None:
            row = ApplicationMark(
                id=mark_id(all_.app.id, code), agency=w.agency, application=all_.app.id, item=code,
                day=document.fine_on, at=w.now,
            )  # fmt: skip
            w.session.add(row)
            all_.marks[code] = row
        row.mark, row.version, row.reason = Mark.FINE, version, ""
        row.by, row.by_name, row.day, row.at = None, "Permohonan sebelumnya", document.fine_on, w.now
        await show_mark(w, all_, row)


async def _receipt(w: Writing, item: Item, all_: Whole) -> None:
    app = all_.app
    row = ApplicationSubmission(
        id=uuid7(), agency=w.agency, application=app.id, round=app.round, receipt=item.receipt or "",
        account=item.actor.account, account_name=item.actor.name, content=content_of(all_), at=w.now,
        outcome=app.state,
    )  # fmt: skip
    w.session.add(row)
    await w.session.flush()
    await show_submission(w, all_, row)


def content_of(all_: Whole) -> dict[str, Any]:
    """A case as it is sent: what a receipt says."""
    items = []
    for code, version in sorted(all_.versions().items()):
        document, checklist = all_.documents.get(version), all_.service.item(code)
        if document is not None:
            items.append({
                "item": code, "label": checklist.label if checklist else code, "version": version,
                "number": document.number, "hash": document.sha256[:8],
            })  # fmt: skip
    return {"values": all_.values(), "items": items}


async def cancel(ports: Ports, w: Writing, item: Item) -> None:
    """``application.cancel``: before it was verified."""
    args: bodies.ReasonArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    to = step(all_, w, item, Act.CANCEL, Given(reason=args.reason))
    await end(ports, w, item, all_, Act.CANCEL, to, args.reason.strip())
