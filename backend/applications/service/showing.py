"""Publishing a case and its parts: what each says, and who may see it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from backend.applications import bodies
from backend.applications.form import value_faults
from backend.applications.models import (
    Application,
    ApplicationField,
    ApplicationItem,
    ApplicationMark,
    ApplicationOutput,
    ApplicationRow,
    ApplicationSubmission,
    DocumentVersion,
    PartyOfficer,
)
from backend.applications.rules.clocks import Times, judge
from backend.applications.rules.definition import Service, Subject
from backend.applications.rules.readiness import Prediction, Readiness, readiness, within
from backend.applications.rules.states import WITH_APPLICANT, Act, Part, State
from backend.applications.service.rights import EMPLOYEE, PARTY_OFFICER, roles_of, who_of
from backend.applications.service.stored import CASE, ITEM, MARK, ROW, VALUES, Whole
from backend.identity.models import PERSON
from backend.identity.rules.numbers import mask_nip
from sync.clock import to_ms, wire
from sync.writing import Writing

OUTPUT, SUBMISSION, DOCUMENT = "application_output", "application_submission", "document_version"
_NIP = re.compile(r"[0-9]{18,}")
_SHOWN = 4


def masked_name(name: str) -> str:
    """The name of a download for those who may not read a NIP: four of its digits, then a letter that every disk takes
    in a name."""
    return _NIP.sub(lambda found: found[0][:_SHOWN] + "x" * (len(found[0]) - _SHOWN), name)


def at(instant: datetime | None) -> str | None:
    """An instant as it travels."""
    return None if instant is None else wire(to_ms(instant))


async def officers_of(w: Writing, app: Application) -> list[str]:
    """Accounts of the party that a case is about."""
    if app.subject_kind != Subject.PARTY:
        return []
    query = select(col(PartyOfficer.id)).where(
        col(PartyOfficer.party) == app.subject, col(PartyOfficer.refused_at).is_(None)
    )
    return sorted((await w.session.execute(query)).scalars())


def audiences(app: Application, service: Service, officers: Sequence[str]) -> frozenset[str]:
    """Whoever plays a part. What a party has not sent yet is its own affair, even while none of its officers is left;
    without a unit an employee's case is in nobody's units."""
    found: set[str] = set()
    party = app.subject_kind == Subject.PARTY
    for part, codes in service.roles.items():
        for code in codes:
            if code == EMPLOYEE:
                continue
            if code == PARTY_OFFICER:
                found.update(f"person:{account}" for account in officers)
            elif not party:
                found.update([f"role:{code}@{app.unit}"] if app.unit is not None else ())
            elif part in (Part.APPLICANT, Part.BEHALF) or app.first_submitted_at is not None:
                found.add(f"role:{code}@{app.unit or app.agency}")
    if not party:
        found.add(f"person:{app.subject}")
    return frozenset(found)


def ready(all_: Whole) -> Readiness:
    """How ready the case is, by what the server knows; of a correction request only what was asked for counts."""
    values, facts = all_.values(), all_.app.facts
    found = readiness(all_.service, values, facts, all_.held(), tuple(value_faults(all_.service, values, facts)))
    if all_.state is not State.CORRECTION:
        return found
    faults = within(found.faults, {one.target for one in all_.open})
    return replace(found, faults=faults, prediction=Prediction.BTL if faults else Prediction.NONE)


async def show_case(w: Writing, all_: Whole) -> None:
    """The case's record."""
    app, service = all_.app, all_.service
    officers = await officers_of(w, app)
    with_applicant = all_.state in WITH_APPLICANT
    hidden = all_.hidden() if with_applicant else frozenset()
    judged = ready(all_) if with_applicant else None
    waits = service.subject is Subject.PARTY and not app.facts.get("approved")
    body = bodies.ApplicationBody(
        service=app.service, code=app.code, version=app.version, title=service.title, subject_kind=app.subject_kind,
        subject=app.subject, subject_name=app.subject_name, subject_identifier=await _identifier(w, app),
        officers=officers, unit=app.unit, unit_name=app.unit_name, account=app.account, account_name=app.account_name,
        behalf=app.behalf, state=app.state,
        state_name=service.state_name(all_.state, downloaded=app.downloaded_at is not None),
        round=app.round, kind=app.kind, period=app.period, arrival=app.arrival, previous=app.previous,
        roles=roles_of(service), who=who_of(service), facts=dict(app.facts), imported=dict(app.imported),
        claimed_by=app.claimed_by, claimed_by_name=app.claimed_by_name, reason=app.reason, waits_approval=waits,
        missing={one.path: one.text for one in judged.faults} if judged else {},
        prediction=judged.prediction if judged else "",
        reopened=[
            bodies.Reopened(
                target=one.target, act=one.act, reason=one.reason, asked_at=at(one.asked_at) or "",
                asked_by_name=one.asked_by_name,
                answered=one.act == Act.SUBMIT or one.target in hidden
                or _answered(all_, one.target, one.version, one.written_at),
            )
            for one in all_.open
        ],
        outside=None if all_.outside is None else bodies.Outside(
            system=all_.outside.system, sent_on=all_.outside.sent_on, received_on=all_.outside.received_on,
            note=all_.outside.note,
        ),
        dates=bodies.Dates(
            created=at(app.created_at) or "", first_submitted=at(app.first_submitted_at),
            submitted=at(app.submitted_at), opened=at(app.opened_at), verified=at(app.verified_at),
            sent_out=at(app.sent_out_at), finished=at(app.finished_at), downloaded=at(app.downloaded_at),
        ),
        promise=_promise(app, service), changed_by=app.account_name, changed_at=at(app.updated_at) or "",
    )  # fmt: skip
    w.publish(CASE, app.id, body, audiences(app, service, officers))


def _answered(all_: Whole, target: str, version: str | None, written: object) -> bool:
    item = all_.items.get(target)
    if item is not None:
        return item.version is not None and item.version != version
    return written is not None


def _promise(app: Application, service: Service) -> bodies.Promise | None:
    if app.service_clock is None or app.total_clock is None:
        return None
    times = Times(app.service_clock, app.service_working or 0, app.total_clock, app.total_working or 0, app.finished_at)
    verdict = judge(service.timers, times)
    return bodies.Promise(
        service_clock=times.service_clock, service_working=times.service_working, total_clock=times.total_clock,
        total_working=times.total_working, late=None if verdict is None else verdict.late,
        sentence="" if verdict is None else verdict.sentence,
    )  # fmt: skip


async def _identifier(w: Writing, app: Application) -> str:
    if app.subject_kind != Subject.EMPLOYEE:
        return ""
    query = select(PERSON.c.nip, PERSON.c.staff_code).where(PERSON.c.id == app.subject)
    row = (await w.session.execute(query)).first()
    if row is None:
        return ""
    return mask_nip(row.nip) if row.nip else row.staff_code or ""


async def seers(w: Writing, all_: Whole) -> frozenset[str]:
    """Who sees the case's parts: whoever sees the case."""
    return audiences(all_.app, all_.service, await officers_of(w, all_.app))


async def show_values(w: Writing, all_: Whole, row: ApplicationField) -> None:
    """One merge group."""
    body = bodies.ValuesBody(
        application=row.application, group=row.group, values=row.values, changed_by=row.by_name,
        changed_at=at(row.at) or "",
    )  # fmt: skip
    w.publish(VALUES, row.id, body, await seers(w, all_))


async def show_row(w: Writing, all_: Whole, row: ApplicationRow) -> None:
    """One row of a field of rows."""
    body = bodies.RowBody(
        application=row.application, field=row.field, cells=row.cells, order=row.order, removed=row.removed,
        changed_by=row.by_name, changed_at=at(row.at) or "",
    )  # fmt: skip
    w.publish(ROW, row.id, body, await seers(w, all_))


async def show_item(w: Writing, all_: Whole, row: ApplicationItem) -> None:
    """What an item points to."""
    body = bodies.ItemBody(
        application=row.application, item=row.item, version=row.version, reused=row.reused,
        valid_until=row.valid_until, changed_by=row.by_name, changed_at=at(row.at) or "",
    )  # fmt: skip
    w.publish(ITEM, row.id, body, await seers(w, all_))


async def show_mark(w: Writing, all_: Whole, row: ApplicationMark) -> None:
    """A verifier's word."""
    body = bodies.MarkBody(
        application=row.application, item=row.item, version=row.version, mark=row.mark, reason=row.reason or None,
        by_name=row.by_name, at=at(row.at) or "",
    )  # fmt: skip
    w.publish(MARK, row.id, body, await seers(w, all_))


async def show_document(
    w: Writing, all_: Whole, row: DocumentVersion, without: frozenset[str] = frozenset()
) -> None:  # fmt: skip
    """One version of a document: to whoever sees the case that it came with or is used in; ``without``: no longer to
    these. Who only watches reads the record too, so the name in it holds no NIP."""
    body = bodies.DocumentBody(
        subject=row.subject, item=row.type, number=row.number, application=row.application, file=row.file,
        type=row.media_type, bytes=row.bytes, sha256=row.sha256, name=masked_name(row.download_name),
        by_name=row.by_name, at=at(row.at) or "", fine_on=row.fine_on, valid_until=row.valid_until,
    )  # fmt: skip
    held = (await w.current(DOCUMENT, [row.id])).get(row.id)
    before = frozenset[str]() if held is None or held.deleted else held.audiences
    w.publish(DOCUMENT, row.id, body, (before - without) | await seers(w, all_))


async def show_submission(w: Writing, all_: Whole, row: ApplicationSubmission) -> None:
    """A receipt."""
    body = bodies.SubmissionBody(
        application=row.application, round=row.round, receipt=row.receipt, by_name=row.account_name,
        at=at(row.at) or "", values=row.content["values"], outcome=row.outcome,
        items=[bodies.SubmissionItem.model_validate(one) for one in row.content["items"]],
    )  # fmt: skip
    w.publish(SUBMISSION, row.id, body, await seers(w, all_))


async def show_output(w: Writing, all_: Whole, row: ApplicationOutput) -> None:
    """What the case ended with; there is none before *selesai*."""
    if all_.state is not State.DONE:
        return
    body = bodies.OutputBody(
        application=row.application, subject=row.subject, code=row.code, label=all_.service.output.label,
        number=row.number, dated=row.date, file=row.file, bytes=row.bytes, sha256=row.sha256,
        name=masked_name(row.download_name), by_name=row.by_name, at=at(row.at) or "", replaced_by=row.replaced_by,
        downloaded_at=at(row.downloaded_at),
    )  # fmt: skip
    w.publish(OUTPUT, row.id, body, await seers(w, all_))


async def show_parts(w: Writing, all_: Whole) -> None:
    """Everything of a case, after who may see it changed."""
    await show_case(w, all_)
    for group in all_.groups.values():
        await show_values(w, all_, group)
    for row in all_.rows:
        await show_row(w, all_, row)
    for item in all_.items.values():
        await show_item(w, all_, item)
    for version in all_.documents.values():
        await show_document(w, all_, version)
