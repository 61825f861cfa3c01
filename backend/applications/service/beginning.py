"""Beginning a case, and moving a draft to a newer version of its service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import (
    Application,
    ApplicationField,
    DocumentVersion,
    PartyOfficer,
    ServiceDefinition,
)
from backend.applications.ports import Ports, Subject
from backend.applications.rules import changes
from backend.applications.rules.definition import Service
from backend.applications.rules.definition import Subject as About
from backend.applications.rules.names import folded, search_key
from backend.applications.rules.refusals import Case, Given, refusals
from backend.applications.rules.states import Act, Part, State
from backend.applications.service.noting import note
from backend.applications.service.rights import parts_of, roles_of
from backend.applications.service.showing import show_case, show_document, show_values
from backend.applications.service.stored import (
    SAFE,
    VALUES,
    Whole,
    as_service,
    definition,
    group_of,
    imported,
    locked,
    values_id,
    whole,
)
from backend.applications.service.subjects import employee_subject, faults, party_subject
from backend.applications.service.writing import carries, claim_key, refuse_faults
from sync.answers import MESSAGES
from sync.errors import Refusal
from sync.writing import Item, Writing


async def create(ports: Ports, w: Writing, item: Item) -> None:
    """``application.create``: a draft for an employee of the applicant's units, for oneself, or for one's party.

    Raises ``not_found`` (nobody of that id, or of another's unit: noted), ``invalid`` (data of the personnel file that
    is missing, by name; a warning about the NIP without a reason), ``exists`` (one is under way).
    """
    args: bodies.CreateArgs = item.args
    if w.state(("application", item.record)) is not None:
        raise Refusal("exists", f"Permohonan ini sudah ada. {SAFE}")
    row = await definition(w, args.service)
    service = as_service(row)
    if row.ended_at is not None:
        raise Refusal("invalid", f"Layanan ini sudah punya versi baru. {SAFE} Muat ulang, lalu mulai lagi.")
    subject = await subject_of(ports, w, item, service, args.subject)
    over = subject.unit
    if service.subject is About.EMPLOYEE and over is None:
        # Of an employee without a unit only those read what is missing whose say covers everybody.
        over = (await ports.house.office(w.session, w.agency, w.now)).root
    behalf = _part(service, item, subject, over) is Part.BEHALF
    refuse_faults(faults(service, subject))
    if subject.warning and item.actor.role is not None and not args.reason.strip():
        raise Refusal("invalid", f"{subject.warning} {SAFE}", fields={"reason": subject.warning})
    app = Application(
        id=item.record, agency=w.agency, service=row.id, code=row.code, version=row.version,
        subject_kind=service.subject, subject=subject.id, subject_name=subject.name,
        subject_key=search_key(subject.name) or folded(subject.name), unit=subject.unit,
        unit_name=args.behalf.strip() or subject.unit_name, account=item.actor.account, account_name=item.actor.name,
        account_role=item.actor.role or "", behalf=behalf, state=State.DRAFT,
        previous=await _previous(w, args, subject), facts=dict(subject.facts),
        imported=imported(service, subject.facts), reason=args.reason.strip(), created_at=w.now, updated_at=w.now,
    )  # fmt: skip
    if service.one_active:
        await claim_key(w, app)
    w.session.add(app)
    await w.session.flush()
    all_ = Whole(app, service)
    await show_case(w, all_)
    await _offer(ports, w, all_)
    await note(
        w, all_, item.actor, Act.CREATE, reason=app.reason, new={"subject": subject.name, "version": row.version}
    )


async def _offer(ports: Ports, w: Writing, all_: Whole) -> None:
    """What was found *Sesuai* before and still counts, the newest of each document: to whoever sees this case, for an
    employee may have come from units whose cases nobody here sees."""
    checklist = {item.code: item for item in all_.service.items if item.reusable}
    d = DocumentVersion
    query = (
        select(d)
        .where(
            col(d.agency) == w.agency, col(d.subject) == all_.app.subject, col(d.type).in_(sorted(checklist)),
            col(d.fine_on).is_not(None), col(d.erased_at).is_(None),
        )
        .order_by(col(d.number).desc())
    )  # fmt: skip
    today = (await ports.house.office(w.session, w.agency, w.now)).today
    newest: dict[str, DocumentVersion] = {}
    for version in (await w.session.execute(query)).scalars():
        if carries(checklist[version.type], version, today):
            newest.setdefault(version.type, version)
    for version in newest.values():
        await show_document(w, all_, version)


def _part(service: Service, item: Item, subject: Subject, over: str | None) -> Part:
    """As what the actor begins it. Raises ``not_found``, noted, for whom the actor has no say over; ``over``: the unit
    that this is about, none for a party."""
    actor = item.actor
    body: Mapping[str, Any] = {
        "roles": roles_of(service), "subject": subject.id, "subjectKind": service.subject, "unit": over,
        "behalf": True, "account": actor.account,
        "officers": [actor.account] if service.subject is About.PARTY else [],
    }  # fmt: skip
    parts = parts_of(actor, body)
    if refusals(service, Case(None), Act.CREATE, parts, Given()):
        raise Refusal("not_found", MESSAGES["not_found"], unpermitted=True)
    return Part.APPLICANT if Part.APPLICANT in parts else Part.BEHALF


async def subject_of(ports: Ports, w: Writing, item: Item, service: Service, id: str | None) -> Subject:
    """The employee, or the actor's own party. Raises ``not_found``."""
    if service.subject is About.PARTY:
        officer = await w.session.get(PartyOfficer, item.actor.account)
        if officer is None or officer.agency != w.agency or officer.refused_at is not None:
            raise Refusal("not_found", MESSAGES["not_found"], unpermitted=True)
        return await party_subject(w, officer)
    wanted = id or (item.actor.account if item.actor.role is None else "")
    found = await employee_subject(ports, w, wanted)
    if found is None:
        raise Refusal("not_found", f"Pegawai ini tidak ditemukan. {SAFE}", unpermitted=True)
    return found


async def _previous(w: Writing, args: bodies.CreateArgs, subject: Subject) -> str | None:
    if args.previous is None:
        return None
    found = await w.session.get(Application, args.previous)
    if found is None or found.agency != w.agency or found.subject != subject.id or found.state != State.DONE:
        raise Refusal("not_found", f"Permohonan sebelumnya tidak ditemukan. {SAFE}")
    return found.id


async def adopt(ports: Ports, w: Writing, item: Item) -> None:
    """``application.adopt_version``: an explicit act; the differences stand in the history. Only for a draft, forward.

    Values are kept by their field keys; what the newer version no longer asks for is kept unused.
    """
    args: bodies.AdoptArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    new = await definition(w, args.service)
    if all_.state is not State.DRAFT:
        raise Refusal("locked", f"Hanya draf yang dapat pindah versi. {SAFE}")
    if new.code != all_.app.code or new.version <= all_.app.version or new.ended_at is not None:
        raise Refusal("invalid", f"Versi ini tidak lebih baru. {SAFE}")
    service = as_service(new)
    differences = changes.for_draft(all_.service, service, all_.values(), list(all_.versions()))
    written = {key: value for row in all_.groups.values() for key, value in row.values.items()}
    old = all_.app.version
    all_.app.service, all_.app.version, all_.app.updated_at = new.id, new.version, w.now
    all_.app.imported = imported(service, all_.app.facts)
    all_.service = service
    await _regroup(w, all_, written, item.actor.name)
    await show_case(w, all_)
    await _offer(ports, w, all_)
    await note(
        w, all_, item.actor, "pindah_versi", old={"version": old},
        new={"version": new.version, "changes": [one.text for one in differences]},
    )  # fmt: skip


async def _regroup(w: Writing, all_: Whole, written: Mapping[str, Any], name: str) -> None:
    """Groups may be others in the newer version: every value goes to the record where it is written now."""
    wanted: dict[str, dict[str, Any]] = {}
    for key, value in written.items():
        one = all_.service.field(key)
        wanted.setdefault(group_of(one) if one is not None else "lepas", {})[key] = value
    for group in set(all_.groups) - set(wanted):
        row = all_.groups.pop(group)
        w.unpublish(VALUES, row.id)
        await w.session.delete(row)
    for group, values in wanted.items():
        found = all_.groups.get(group)
        if found is None:
            found = ApplicationField(
                id=values_id(all_.app.id, group), agency=w.agency, application=all_.app.id, group=group, at=w.now
            )
            w.session.add(found)
            all_.groups[group] = found
        if found.values != values:
            found.values, found.by_name, found.at = values, name, w.now
            await show_values(w, all_, found)
    await w.session.flush()


async def current_version(w: Writing, code: str) -> ServiceDefinition | None:
    """The version with which new cases begin."""
    query = select(ServiceDefinition).where(
        col(ServiceDefinition.agency) == w.agency, col(ServiceDefinition.code) == code,
        col(ServiceDefinition.ended_at).is_(None),
    )  # fmt: skip
    return (await w.session.execute(query)).scalars().first()
