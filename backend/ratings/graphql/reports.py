"""Reports of ratings and of satisfaction for the desks, and an officer's own figures."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from backend.context import JSON
from backend.identity.graphql.common import Info, directory, stamp, tree, working_as
from backend.identity.service.tree import Tree
from backend.ratings.models import IkmReport
from backend.ratings.service import figures, ikm_reports, report_reading
from backend.ratings.service.report_reading import FileFacts, Listed
from backend.ratings.service.reports import DESKS, period_given, report_body
from backend.ratings.service.thresholds import thresholds
from sync.errors import Refusal
from sync.ids import is_uuid

READERS = ("TRK", "KSB", "KPL")
_NOT_FOUND = "Laporan tidak ditemukan. Muat ulang daftar laporan."


@strawberry.type(description="One act on a report; at is UTC, minutes are working time since the act before.")
class RatingReportStepRow:
    """``act``: centang, selesai, kembali."""

    step: int
    act: str
    name: str
    role: str | None
    at: str
    minutes: int | None
    limit: int | None
    late: bool
    reason: str


@strawberry.type(description="A report of ratings on its way; version is what a command carries in seen.")
class RatingReportRow:
    """``due``: the step that is due; ``setHash`` digests the fixed set of ratings."""

    id: strawberry.ID
    number: int
    period: str
    title: str
    state: str
    due: int | None
    set_hash: str | None
    n: int | None
    corrects: strawberry.ID | None
    version: str
    steps: list[RatingReportStepRow]


@strawberry.type(description="A frozen file of a final report; downloaded from /unduh/laporan/ and its id.")
class RatingReportFileRow:
    """``kind``: xlsx, pdf."""

    id: strawberry.ID
    kind: str
    name: str
    sha256: str


@strawberry.type(description="A report with its figures, as they were fixed; null before step 3.")
class RatingReportDetail:
    """``figures``: counts, total, officers, sites, by_site, services, late; exact means as fractions."""

    report: RatingReportRow
    figures: JSON | None
    files: list[RatingReportFileRow]


@strawberry.type(description="A satisfaction index as it was computed and frozen.")
class IkmReportRow:
    """``figures`` as :func:`backend.ratings.service.ikm_reports.figures` gives them."""

    id: strawberry.ID
    period: str
    title: str
    site: strawberry.ID | None
    site_name: str
    service: str | None
    state: str
    n: int
    figures: JSON
    follow_up: str
    sha256: str | None
    created: str
    version: str
    files: list[RatingReportFileRow]


@strawberry.type
class ReportQuery:
    """Reading of reports."""

    @strawberry.field(description="Reports of the agency, the newest first; for TRK, KOR, KSB, KPL. At most 60.")
    async def rating_reports(self, info: Info) -> list[RatingReportRow]:
        """Raises ``signed_out`` or ``forbidden``."""
        actor = await working_as(info.context, DESKS, "rating.reports", kind="rating_report")
        units = await tree(info.context)
        async with info.context.db.read() as session:
            found = await report_reading.reports(session, actor.agency)
        return [_row(units, one) for one in found]

    @strawberry.field(description="One report with its figures and files; for TRK, KSB, KPL.")
    async def rating_report(self, info: Info, id: strawberry.ID) -> RatingReportDetail:
        """Raises ``not_found`` for everything that is not the agency's."""
        actor = await working_as(info.context, READERS, "rating.report", kind="rating_report")
        units = await tree(info.context)
        async with info.context.db.read() as session:
            found = await report_reading.report(session, actor.agency, str(id)) if is_uuid(str(id)) else None
            if found is None:
                raise Refusal("not_found", _NOT_FOUND)
            files = await report_reading.files(session, str(id))
        return RatingReportDetail(
            report=_row(units, found),
            figures=JSON(found.report.figures) if found.report.set_hash else None,
            files=[_file(one) for one in files],
        )

    @strawberry.field(description="The figures of a running period (2026-11, 2026-Q4), not fixed; for TRK, KSB, KPL.")
    async def rating_figures(self, info: Info, period: str) -> JSON:
        """Raises ``invalid`` for a period that is none."""
        actor = await working_as(info.context, READERS, "rating.figures", kind="rating_report")
        given, units = period_given(period), await tree(info.context)
        async with info.context.db.reading() as connection:
            limits = await thresholds(connection, actor.agency, info.context.clock.now())
            return JSON(await figures.live(connection, units, given.first, given.last, limits))

    @strawberry.field(description="The caller's own mean, n and indicator counts, as of Monday; null parts below n.")
    async def own_ratings(self, info: Info) -> JSON:
        """Raises ``signed_out``. Nobody reads another's."""
        viewer, units = info.context.require(), await tree(info.context)
        now = info.context.clock.now()
        async with info.context.db.reading() as connection:
            limits = await thresholds(connection, viewer.agency, now)
            until = report_reading.monday(units, now)
            return JSON(await report_reading.own(connection, viewer.agency, viewer.account, until, limits))

    @strawberry.field(description="The index of a running period, by the policy in force; for TRK, KSB, KPL.")
    async def ikm_figures(
        self, info: Info, period: str, site: strawberry.ID | None = None, service: str | None = None
    ) -> JSON:
        """Raises ``invalid`` for a period that is none."""
        actor = await working_as(info.context, READERS, "ikm.figures", kind="ikm_report")
        given = period_given(period)
        chosen = str(site) if site is not None and is_uuid(str(site)) else None
        where = ikm_reports.selection(actor.agency, given.first, given.last, chosen, service)
        async with info.context.db.reading() as connection:
            limits = await thresholds(connection, actor.agency, info.context.clock.now())
            return JSON(await ikm_reports.figures(connection, where, limits.weight_policy, limits.missing))

    @strawberry.field(description="Computed indexes, the newest first; for TRK, KOR, KSB, KPL. At most 60.")
    async def ikm_reports(self, info: Info) -> list[IkmReportRow]:
        """Raises ``signed_out`` or ``forbidden``."""
        actor = await working_as(info.context, DESKS, "ikm.reports", kind="ikm_report")
        units = await tree(info.context)
        async with info.context.db.read() as session:
            found = await report_reading.ikm_reports(session, actor.agency)
            files = await report_reading.ikm_files(session, [one.id for one, _ in found])
        return [_ikm(units.unit_name(one.site), one, version, files[one.id]) for one, version in found]

    @strawberry.field(description="The agency's sites and services, to choose a report by; for TRK, KOR, KSB, KPL.")
    async def rating_choices(self, info: Info) -> JSON:
        """``{"sites": [{"id", "name"}], "services": [{"code", "label"}], "today"}``; today is the local date."""
        actor = await working_as(info.context, DESKS, "rating.choices", kind="rating_report")
        units = await tree(info.context)
        async with info.context.db.reading() as connection:
            services = await figures.labels(connection, actor.agency)
        sites = sorted((node.name, node.id) for node in units.nodes.values() if node.site)
        return JSON({
            "sites": [{"id": id, "name": name} for name, id in sites],
            "services": [{"code": code, "label": names["id"]} for code, names in sorted(services.items())],
            "today": units.today(directory(info.context).clock.now()).isoformat(),
        })  # fmt: skip


def _row(units: Tree, one: Listed) -> RatingReportRow:
    body = report_body(units, one.report, one.steps)
    return RatingReportRow(
        id=strawberry.ID(one.report.id),
        number=body.number,
        period=body.period,
        title=body.title,
        state=body.state,
        due=body.due,
        set_hash=body.set_hash,
        n=body.n,
        corrects=None if body.corrects is None else strawberry.ID(body.corrects),
        version=str(one.version),
        steps=[RatingReportStepRow(**step.model_dump()) for step in body.steps],
    )


def _file(one: FileFacts) -> RatingReportFileRow:
    return RatingReportFileRow(id=strawberry.ID(one.id), kind=one.kind, name=one.name, sha256=one.sha256)


def _ikm(site_name: str, one: IkmReport, version: int, files: Sequence[FileFacts]) -> IkmReportRow:
    return IkmReportRow(
        id=strawberry.ID(one.id),
        period=one.period,
        title=period_given(one.period).title(),
        site=None if one.site is None else strawberry.ID(one.site),
        site_name=site_name,
        service=one.service,
        state=one.state,
        n=one.n,
        figures=JSON(one.figures),
        follow_up=one.follow_up,
        sha256=one.sha256,
        created=stamp(one.created),
        version=str(version),
        files=[_file(file) for file in files],
    )
