"""Reading service applications online: whom to propose, who is due, a whole history; a party's sign-up; definitions."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

import strawberry
from sqlalchemy import select

from backend.applications.bodies import SignUpArgs
from backend.applications.models import Application
from backend.applications.reading import read_toml
from backend.applications.room import Applications
from backend.applications.rules.canonical import plain
from backend.applications.rules.definition import Service
from backend.applications.rules.definition import Subject as About
from backend.applications.rules.fault import Fault as Faulty
from backend.applications.rules.states import Part, State
from backend.applications.service import documents, listing, parties, reports, searching
from backend.applications.service.searching import Found
from backend.applications.service.stored import CASE, service_id
from backend.audit import service as audit
from backend.context import JSON, RequestContext
from backend.identity.graphql.common import FORBIDDEN, NOT_FOUND, Info, access, address, tree
from backend.identity.models import AGENCY
from backend.identity.rules import numbers
from backend.identity.rules.passwords import password_fault, show_code
from backend.identity.service import credentials, throttle
from backend.identity.service.tree import read_tree
from sync.clock import to_ms, wire
from sync.errors import Refusal
from sync.ids import is_uuid


@strawberry.type(description="Somebody who may be proposed.")
class Applicant:
    """``facts``: what the house tells; ``missing``: sentences that refuse; ``warnings``: those that a reason passes."""

    id: strawberry.ID
    name: str
    unit_name: str
    position: str | None
    rank: str | None
    tmt_rank: str | None
    facts: JSON
    missing: list[str]
    warnings: list[str]

    @staticmethod
    def of(found: Found) -> Applicant:
        """From what was found."""
        one, facts = found.subject, dict(found.subject.facts)
        return Applicant(
            id=strawberry.ID(one.id), name=one.name, unit_name=one.unit_name, position=facts.get("position"),
            rank=facts.get("rank"), tmt_rank=facts.get("tmtRank"), facts=cast(JSON, facts),
            missing=list(found.missing), warnings=list(found.warnings),
        )  # fmt: skip


@strawberry.type(description="A page of people.")
class Applicants:
    """``more``: there are others; type more of the name."""

    rows: list[Applicant]
    more: bool


@strawberry.type(description="Somebody who is due in a period.")
class DueApplicant:
    """``kind``: by which rule."""

    kind: str
    person: Applicant


@strawberry.type(description="One act on a case, with everything that it changed.")
class ApplicationAct:
    """``at``: instant in UTC; ``old`` and ``new``: values."""

    act: str
    by_name: str
    role: str
    behalf: str
    at: str
    before: str
    after: str
    object: str
    reason: str
    old: JSON
    new: JSON


@strawberry.type(description="A case in a list.")
class ListedCase:
    """``submittedAt``: instant in UTC of the last sending."""

    id: strawberry.ID
    subject_name: str
    unit_name: str
    kind: str
    period: str
    state: str
    state_name: str
    submitted_at: str | None
    claimed_by_name: str


@strawberry.type(description="A page of cases.")
class ListedCases:
    """``cursor`` leads on; empty at the end."""

    rows: list[ListedCase]
    cursor: str


@strawberry.type(description="One fault of a definition.")
class DefinitionFault:
    """``path``: where; ``code``: stable; ``text``: a sentence."""

    path: str
    code: str
    text: str

    @staticmethod
    def of(fault: Faulty) -> DefinitionFault:
        """From a fault of the rules."""
        return DefinitionFault(path=fault.path, code=fault.code, text=fault.text)


@strawberry.type(description="What came of reading a definition.")
class CheckedDefinition:
    """No faults: it can be published."""

    title: str | None
    version: int | None
    faults: list[DefinitionFault]


@strawberry.input(description="A party officer's new account. One of `email` and `phone` is there.")
class PartySignUpInput:
    """``agency``: its code."""

    agency: str
    party: str
    name: str
    position: str = ""
    email: str = ""
    phone: str = ""
    password: str


@strawberry.input(description="One more officer of a party. One of `email` and `phone` is there.")
class PartyOfficerInput:
    """``party``: whose, for SUP; an officer of a party adds to the own one."""

    name: str
    position: str = ""
    email: str = ""
    phone: str = ""
    party: strawberry.ID | None = None


@strawberry.type(description="The account of a party's new officer; the code opens it and is shown once.")
class AddedPartyOfficer:
    """``expires``: instant in UTC."""

    account: strawberry.ID
    code: str
    expires: str


def _room(context: RequestContext) -> Applications:
    found = context.ports["applications"]
    assert isinstance(found, Applications)
    return found


async def _units(context: RequestContext, service: str) -> tuple[Service, Collection[str] | None]:
    """The service, and the units whose people the caller may propose. Raises ``not_found``, logged."""
    viewer = context.require()
    async with context.db.read() as session:
        found = await searching.service_of(session, viewer.agency, service) if is_uuid(service) else None
    if found is not None:
        codes = {code for part in (Part.APPLICANT, Part.BEHALF) for code in found.roles.get(part, ())}
        scopes = [actor.scope for actor in viewer.grants.values() if actor.role in codes]
        units = await tree(context)
        if scopes:
            joined = frozenset().union(*scopes)
            return found, None if units.root in joined else joined
    await audit.refused(
        context.db, actor=viewer.own, act="application.search", object_kind="service", object_id=service[:36],
        at=context.clock.now(),
    )  # fmt: skip
    raise Refusal("not_found", NOT_FOUND)


def _checked(toml: str) -> tuple[CheckedDefinition, Service | None]:
    found = read_toml(toml.encode())
    faults = [DefinitionFault.of(fault) for fault in found.faults]
    service = found.service
    title, version = (None, None) if service is None else (service.title, service.version)
    return CheckedDefinition(title=title, version=version, faults=faults), service


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="People to propose by any part of the name; titles, case and signs do not matter.")
    async def applicants(self, info: Info, service: strawberry.ID, search: str) -> Applicants:
        """Raises ``not_found`` for whoever proposes nobody."""
        context = info.context
        found, units = await _units(context, service)
        viewer = context.require()
        async with context.db.read() as session:
            rows, more = await searching.people(
                session, _room(context).ports, context.clock, viewer.agency, found, search, units
            )
        return Applicants(rows=[Applicant.of(one) for one in rows], more=more)

    @strawberry.field(description="Who is due in a period (`2027-04`), with the kind; nobody else.")
    async def application_due(self, info: Info, service: strawberry.ID, period: str) -> list[DueApplicant]:
        """Raises ``not_found`` for whoever proposes nobody."""
        context = info.context
        found, units = await _units(context, service)
        viewer = context.require()
        async with context.db.read() as session:
            rows = await searching.due(
                session, _room(context).ports, context.clock, viewer.agency, found, period[:7], units
            )
        return [DueApplicant(kind=kind, person=Applicant.of(one)) for one, kind in rows]

    @strawberry.field(description="Cases of a service where the caller works: of a state by sending, else by name.")
    async def applications(
        self, info: Info, code: str, state: str = "", period: str = "", search: str = "", after: str = ""
    ) -> ListedCases:
        """Raises ``not_found`` for whoever plays no part in the service, ``invalid`` for a foreign cursor."""
        context = info.context
        viewer = context.require()
        root = (await tree(context)).root
        async with context.db.read() as session:
            service = await reports.current(session, viewer.agency, code[:40])
            scope = None if service is None else reports.scope_of(viewer, service, root)
            if service is None or scope is None:
                raise Refusal("not_found", NOT_FOUND)
            wanted = listing.Wanted(service.code, state[:16], period[:7], search, after)
            page = await listing.cases(session, scope, wanted)
        rows = [
            ListedCase(
                id=strawberry.ID(row.id), subject_name=row.subject_name, unit_name=row.unit_name, kind=row.kind,
                period=row.period, state=row.state, state_name=service.state_name(State(row.state)),
                submitted_at=None if row.submitted_at is None else wire(to_ms(row.submitted_at)),
                claimed_by_name=row.claimed_by_name,
            )
            for row in page.rows
        ]  # fmt: skip
        return ListedCases(rows=rows, cursor=page.cursor)

    @strawberry.field(description="Every act on a case that the caller sees, edits of fields included.")
    async def application_history(self, info: Info, application: strawberry.ID) -> list[ApplicationAct]:
        """Raises ``not_found``, logged, for a case that the caller does not see."""
        context = info.context
        viewer = context.require()
        if is_uuid(application):
            async with context.db.reading() as connection:
                held = await context.engine.store.records(connection, viewer.agency, [(CASE, application)], lock=False)
            record = held.get((CASE, application))
            if record is not None and record.audiences & viewer.audiences:
                async with context.db.read() as session:
                    rows = await searching.history(session, viewer.agency, application)
                    case = await session.get(Application, application)
                if case is not None and case.subject_kind == About.PARTY:
                    async with context.db.write() as session:
                        await documents.note_reading(session, case, viewer, "riwayat", context.clock.now())
                return [
                    ApplicationAct(
                        act=row.act, by_name=row.account_name, role=row.role, behalf=row.behalf,
                        at=wire(to_ms(row.at)), before=row.before, after=row.after, object=row.object,
                        reason=row.reason, old=cast(JSON, row.old), new=cast(JSON, row.new),
                    )
                    for row in rows
                ]  # fmt: skip
        await audit.refused(
            context.db, actor=viewer.own, act="application.history", object_kind=CASE, object_id=application[:36],
            at=context.clock.now(),
        )  # fmt: skip
        raise Refusal("not_found", NOT_FOUND)

    @strawberry.field(description="Everything that is wrong with a definition, as TOML.")
    async def service_check(self, info: Info, toml: str) -> CheckedDefinition:
        """Raises ``forbidden`` for whoever administers nothing."""
        viewer = info.context.require()
        if not any(actor.works_as("HRA", "SUP") for actor in viewer.grants.values()):
            raise Refusal("forbidden", FORBIDDEN)
        return _checked(toml)[0]


@strawberry.type
class Mutation:
    """What is not a mutation of the engine: a first account, and a definition as TOML."""

    @strawberry.mutation(description="A party officer opens an account; the office approves it before it can send.")
    async def party_sign_up(self, info: Info, account: PartySignUpInput) -> bool:
        """Raises ``invalid`` by input, ``exists``, ``not_found`` (no such agency), ``throttled``."""
        context = info.context
        args = _sign_up_args(account)
        fault = password_fault(account.password, [account.name, account.email, account.party])
        if fault is not None:
            raise Refusal("invalid", fault, fields={"password": fault})
        agency = await _agency(context, account.agency, args)
        hashed = await credentials.hash_password(account.password)
        async with context.engine.writing(agency) as w:
            units = await read_tree(w.connection, agency)
            await parties.sign_up(w, args, hashed, units.today(w.now))
        return True

    @strawberry.mutation(
        description="One more officer of a party: by SUP, or by an approved officer of the same party."
    )
    async def add_party_officer(self, info: Info, officer: PartyOfficerInput) -> AddedPartyOfficer:
        """Added by an officer, the account fills drafts until SUP approves it. Raises ``invalid``, ``exists``,
        ``too_many``; ``not_found``, logged, for another party."""
        context = info.context
        viewer = context.require()
        office = next((one for one in viewer.grants.values() if one.works_as("SUP")), None)
        wanted = None if officer.party is None else str(officer.party)
        async with context.db.read() as session:
            party = (
                await parties.find(session, viewer.agency, wanted) if office is not None
                else await parties.of(session, viewer.agency, viewer.account, wanted)
            )  # fmt: skip
        actor = office or viewer.own
        if party is None:
            await audit.refused(
                context.db, actor=actor, act="party.add_officer", object_kind="party", object_id=(wanted or "")[:36],
                at=context.clock.now(),
            )  # fmt: skip
            raise Refusal("not_found", NOT_FOUND)
        args = _line_args({name: getattr(officer, name) for name in ("name", "position", "email", "phone")}, party.name)
        async with context.engine.writing(viewer.agency) as w:
            units = await read_tree(w.connection, viewer.agency)
            account = await parties.add(w, party, args, units.today(w.now), office)
            code, expires = await access(context).issue_code(w.connection, actor, account)
        return AddedPartyOfficer(account=strawberry.ID(account), code=show_code(code), expires=wire(to_ms(expires)))

    @strawberry.mutation(description="Publish the next version of a service from TOML; faults come back by place.")
    async def service_load(self, info: Info, toml: str) -> CheckedDefinition:
        """Raises what ``service.publish`` refuses."""
        context = info.context
        viewer = context.require()
        checked, service = _checked(toml)
        if service is None:
            return checked
        actor = next((one for one in viewer.grants.values() if one.works_as("HRA", "SUP")), viewer.own)
        record = service_id(viewer.agency, service.code, service.version)
        answer = await context.engine.execute(actor, "service.publish", record, {"definition": plain(service)})
        if answer.failed:
            raise Refusal(answer.code or "state", answer.message or FORBIDDEN, fields=answer.fields)
        return checked


def _sign_up_args(account: PartySignUpInput) -> SignUpArgs:
    return _line_args({name: getattr(account, name) for name in ("name", "position", "email", "phone")}, account.party)


def _line_args(lines: Mapping[str, str], party: str) -> SignUpArgs:
    said = {"party": party, **lines}
    long = {name: "Terlalu panjang. Pendekkan." for name, text in said.items() if len(text) > 200}
    if long:
        raise Refusal("invalid", "Isian terlalu panjang. Pendekkan.", fields=long)
    return SignUpArgs(**said)


async def _agency(context: RequestContext, code: str, args: SignUpArgs) -> str:
    """The agency that takes parties' applications. Guessing is braked by identifier, and widely by address: many
    officers may stand behind one."""
    given = (args.email.strip().casefold(), numbers.mobile(args.phone))
    counters = throttle.keys_of_sign_up(context.keys.lookup, given, address(context))
    now = context.clock.now()
    async with context.db.writing() as connection:
        wait = await throttle.reserve(connection, counters, now)
        row = (await connection.execute(select(AGENCY.c.id).where(AGENCY.c.code == code.strip().upper()[:20]))).first()
    if wait is not None:
        raise Refusal("throttled", "Terlalu sering mencoba. Tunggu sebentar, lalu coba lagi. Isian aman.")
    if row is None:
        text = "Kode instansi ini tidak dikenal. Periksa lagi; isian lain aman."
        raise Refusal("not_found", text, fields={"agency": text})
    return str(row.id)
