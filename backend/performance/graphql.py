"""Reading work plans online: roster, who is late, matrix, what evaluations came to, the data pull of other systems."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import strawberry

from backend.audit import service as audit
from backend.context import JSON, RequestContext
from backend.identity.graphql.common import NOT_FOUND, Info, tree, working_as
from backend.identity.service.tree import Tree
from backend.performance.plan_queries import PlanQuery
from backend.performance.rules.credit_points import COEFFICIENTS
from backend.performance.rules.standing import national_name, standing_of
from backend.performance.service import consumers, matrix, national, results, views
from backend.performance.service.facts import round_given
from backend.performance.service.views import Scope
from sync.actors import Actor
from sync.errors import Refusal
from sync.ids import is_uuid

HR = ("HRA",)
UNKNOWN_KEY = "Kunci sistem tidak dikenal atau sudah ditutup."


async def scope_of(context: RequestContext, units: Tree, unit: str | None, act: str) -> Scope:
    """Whom the caller reads: HR the units of the grant (or ``unit`` with all below), others the people directly below.

    Raises ``not_found``, logged, for a unit that the caller does not administer.
    """
    viewer = context.require()
    hr = [actor for actor in viewer.grants.values() if actor.works_as(*HR)]
    if unit is None and hr:
        return Scope(viewer.agency, None if units.root in hr[0].scope else hr[0].scope, full=True)
    if unit is None:
        return Scope(viewer.agency, superior=viewer.account)
    if any(unit in actor.scope for actor in hr) and unit in units.nodes:
        return Scope(viewer.agency, None if unit == units.root else units.below(unit), full=True)
    now = context.clock.now()
    await audit.refused(context.db, actor=viewer.own, act=act, object_kind="skp", object_id=unit, at=now)
    raise Refusal("not_found", NOT_FOUND)


async def _logged(context: RequestContext, actor: Actor, act: str, kind: str, id: str | None) -> None:
    async with context.db.write() as session:
        await audit.record(
            session, agency=actor.agency, actor=actor.account, role=actor.role, act=act, object_kind=kind,
            object_id=id, at=context.clock.now(),
        )  # fmt: skip


@strawberry.type(description="One version of a final evaluation, for systems that read them.")
class FinalEvaluation:
    """``id`` stays; a corrected evaluation comes again with a higher ``version``. Ratings and predicate as codes."""

    id: strawberry.ID
    version: int
    number: int
    nip: str | None
    name: str
    employee: strawberry.ID
    year: int
    round: str
    months: int
    rating_result: str
    rating_behaviour: str
    predicate: str
    predicate_label: str
    appraiser_name: str
    finalised_at: str

    @staticmethod
    def of(one: results.Pulled) -> FinalEvaluation:
        """From a stored version."""
        said = one.content
        return FinalEvaluation(
            id=strawberry.ID(one.evaluation), version=one.version, number=one.number, nip=said["nip"],
            name=said["employeeName"], employee=strawberry.ID(said["employee"]), year=said["year"],
            round=said["round"], months=said["months"], rating_result=said["ratingResult"],
            rating_behaviour=said["ratingBehaviour"], predicate=said["predicate"],
            predicate_label=said["predicateLabel"], appraiser_name=said["appraiserName"],
            finalised_at=said["finalisedAt"],
        )  # fmt: skip


@strawberry.type(description="Up to 500 final evaluations in the order of their numbers.")
class FinalEvaluations:
    """``cursor`` goes on where this page ended, now or in a year; ``more``: there is a next page already."""

    rows: list[FinalEvaluation]
    cursor: str
    more: bool


async def consumer_of(context: RequestContext) -> Actor:
    """The system whose key the request brings in ``Authorization: Bearer``. Raises ``signed_out``."""
    scheme, _, token = context.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        async with context.db.reading() as connection:
            found = await consumers.consumer(connection, token.strip())
        if found is not None:
            return found
    raise Refusal("signed_out", UNKNOWN_KEY)


@strawberry.type
class Query(PlanQuery):
    """What the room answers online."""

    @strawberry.field(description="Plans of a unit's people with coverage: HR; a superior: the people directly below.")
    async def skp_roster(
        self, info: Info, year: int, unit: strawberry.ID | None = None, after: str | None = None
    ) -> JSON:
        """As :func:`backend.performance.service.views.roster` gives it. Raises ``not_found``."""
        context, units = info.context, await tree(info.context)
        scope = await scope_of(context, units, unit, "skp.roster")
        async with context.db.read() as session:
            today = units.today(context.clock.now())
            return JSON(await views.roster(session, units, scope, year, today, after))

    @strawberry.field(description="Who is late with a plan, by unit and by name, and how many evaluations are final.")
    async def skp_monitoring(
        self, info: Info, year: int, unit: strawberry.ID | None = None, after: str | None = None
    ) -> JSON:
        """As :func:`backend.performance.service.views.monitoring` gives it. Raises ``not_found``."""
        context, units = info.context, await tree(info.context)
        scope = await scope_of(context, units, unit, "skp.monitoring")
        async with context.db.read() as session:
            today = units.today(context.clock.now())
            return JSON(await views.monitoring(session, units, scope, year, today, after))

    @strawberry.field(description="MPPH: employees against the superior's results, with totals.")
    async def skp_matrix(
        self, info: Info, year: int, unit: strawberry.ID | None = None, after: str | None = None
    ) -> JSON:
        """As :func:`backend.performance.service.matrix.matrix` gives it. Raises ``not_found``."""
        context, units = info.context, await tree(info.context)
        scope = await scope_of(context, units, unit, "skp.matrix")
        async with context.db.read() as session:
            return JSON(await matrix.matrix(session, scope, year, after))

    @strawberry.field(description="Final predicates of a unit beside its achievement, with warnings; HR, logged.")
    async def skp_distribution(self, info: Info, year: int, round: str, unit: strawberry.ID) -> JSON:
        """As :func:`backend.performance.service.results.distribution` gives it. Raises ``not_found``, ``forbidden``."""
        context, units = info.context, await tree(info.context)
        actor = await working_as(context, HR, "skp.distribution", kind="skp_evaluation", about=str(unit))
        if str(unit) not in actor.scope or str(unit) not in units.nodes:
            raise Refusal("not_found", NOT_FOUND)
        await _logged(context, actor, "skp.distribution_look", "unit", str(unit))
        below = None if unit == units.root else units.below(str(unit))
        async with context.db.read() as session:
            found = await results.distribution(session, actor.agency, below, str(unit), year, round_given(round))
        return JSON(found)

    @strawberry.field(description="Ratings and predicate of a final evaluation; HR, every look is logged.")
    async def skp_evaluation(self, info: Info, id: strawberry.ID) -> JSON:
        """As :func:`backend.performance.service.results.for_hr` gives it; to everybody else it is not found."""
        context = info.context
        viewer = context.require()
        actor = next((one for one in viewer.grants.values() if one.works_as(*HR)), None)
        if actor is None or not is_uuid(str(id)):
            now = context.clock.now()
            await audit.refused(
                context.db, actor=viewer.own, act="skp.look", object_kind="skp_evaluation", object_id=str(id), at=now
            )
            raise Refusal("not_found", "Penilaian ini tidak ditemukan atau belum ditetapkan.")
        async with context.db.read() as session:
            found = await results.for_hr(session, actor.agency, str(id), actor.scope)
        await _logged(context, actor, "skp.look", "skp_evaluation", str(id))
        return JSON(found)

    @strawberry.field(description="The queue to the national record: counts, refused rows, units without data; HR.")
    async def skp_national(self, info: Info, year: int) -> JSON:
        """As :func:`backend.performance.service.national.backlog` gives it, with the record's ``name`` and what the own
        plans are beside it (``standing``: pendamping, utama)."""
        context, units = info.context, await tree(info.context)
        actor = await working_as(context, HR, "skp.national", kind="skp_export")
        async with context.db.read() as session:
            within = None if units.root in actor.scope else actor.scope
            found = await national.backlog(session, actor.agency, year, within)
        given = units.settings_at(context.clock.now()).body
        missing = [{"unit": unit, "name": units.unit_name(unit)} for unit in found["unitsWithout"]]
        return JSON({**found, "unitsWithout": missing, "name": national_name(given), "standing": standing_of(given)})

    @strawberry.field(description="What the agency's plans are beside the national record: to everybody of it.")
    async def skp_standing(self, info: Info) -> JSON:
        """``{"standing": pendamping or utama, "name": the national record's}``. Raises ``signed_out``."""
        context = info.context
        context.require()
        given = (await tree(context)).settings_at(context.clock.now()).body
        return JSON({"standing": standing_of(given), "name": national_name(given)})

    @strawberry.field(description="Long-service awards that are late, due or near; HR.")
    async def skp_awards(self, info: Info, unit: strawberry.ID | None = None) -> JSON:
        """As :func:`backend.performance.service.results.awards` gives it. Raises ``forbidden``, ``not_found``."""
        context, units = info.context, await tree(info.context)
        await working_as(context, HR, "skp.awards", kind="skp_award")
        scope = await scope_of(context, units, unit, "skp.awards")
        async with context.db.read() as session:
            return JSON(await results.awards(session, units, scope.units, units.today(context.clock.now())))

    @strawberry.field(description="Credit points of the caller, or of somebody whom the caller administers as HR.")
    async def skp_credit(self, info: Info, person: strawberry.ID | None = None) -> JSON:
        """As :func:`backend.performance.service.results.credit` gives it. Raises ``forbidden``."""
        context, units = info.context, await tree(info.context)
        about = context.require().account
        if person is not None and str(person) != about:
            actor = await working_as(context, HR, "skp.credit", kind="skp_evaluation", about=str(person))
            about = str(person) if is_uuid(str(person)) else units.root
            async with context.db.read() as session:
                if await results.unit_of(session, actor.agency, about) not in actor.scope:
                    raise Refusal("not_found", NOT_FOUND)
            await _logged(context, actor, "skp.credit_look", "person", str(person))
        own = units.settings_at(context.clock.now()).body.get("credit_coefficients") or {}
        async with context.db.read() as session:
            return JSON(await results.credit(session, units, about, {**COEFFICIENTS, **own}))

    @strawberry.field(description="Final evaluations with a number above the cursor; for systems with a key (KON).")
    async def final_evaluations(self, info: Info, after: str = "0", limit: int = 100) -> FinalEvaluations:
        """Raises ``signed_out`` without a key, ``invalid`` for a cursor that is none."""
        context = info.context
        actor = await consumer_of(context)
        if not (after.isascii() and after.isdigit() and len(after) <= 18):
            raise Refusal("invalid", "Kursor tidak terbaca. Mulai dari 0, atau pakai kursor jawaban terakhir.")
        async with context.db.read() as session:
            rows, more = await results.pull(session, actor.agency, int(after), limit)
        await _logged(context, actor, "skp.pull", "skp_evaluation", None)
        cursor = str(rows[-1].number) if rows else after
        return FinalEvaluations(rows=[FinalEvaluation.of(one) for one in rows], cursor=cursor, more=more)
