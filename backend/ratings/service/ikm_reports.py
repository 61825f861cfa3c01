"""The satisfaction survey: answers that arrive, the index of a period, and its frozen reports."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col

from backend.calendar.rules import local_date
from backend.identity.service.directory import Directory
from backend.identity.service.tree import On, Tree
from backend.ratings.models import IkmAnswer, IkmReport, RatingInstrument, RatingService
from backend.ratings.report_bodies import IkmBody, IkmPaperArgs, IkmReportArgs, SurveyArgs
from backend.ratings.rules import ikm
from backend.ratings.service import ikm_files
from backend.ratings.service.reports import DESKS, period_given
from backend.ratings.service.thresholds import thresholds
from sync.errors import Refusal
from sync.writing import Item, Writing

COMPUTED, PUBLISHED = "final", "terbit"
PAGE, PAPER = "halaman", "kertas"
OLDEST_PAPER = timedelta(days=92)
"""A sheet of paper may wait about a quarter before it is typed in."""
PROFILE = ("sex", "age_band", "education", "work")
_SAFE = "Tidak ada yang berubah."
_NOTHING = "Tidak ada yang disimpan."


class IkmReports:
    """The handlers; ``directory`` gives units and zones."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def answer(self, w: Writing, items: Sequence[Item]) -> None:
        """``ikm.answer``: complete answers of a known service; elements are required on a screen."""
        await self._store(w, items, PAGE)

    async def paper(self, w: Writing, items: Sequence[Item]) -> None:
        """``ikm.paper``: what a visitor filled on paper, typed in at a desk; only here elements may stay blank."""
        await self._store(w, items, PAPER)

    async def _store(self, w: Writing, items: Sequence[Item], source: str) -> None:
        tree = await self._directory.trees.get(w.session, w.agency)
        instrument = await survey_instrument(w.session, w.agency, w.now)
        services = await offered(w.session, w.agency)
        for item in items:
            args: SurveyArgs = item.args
            fault = _fault(tree, services, instrument, args, blanks=source == PAPER)
            zone = tree.zone_at(w.now) if fault else tree.nodes[args.site].zone or tree.zone_at(w.now)
            day = today = local_date(zone, w.now)
            if isinstance(args, IkmPaperArgs):
                day = args.day
                if not fault and not timedelta(0) <= today - day <= OLDEST_PAPER:
                    fault = f"Tanggal lembar paling lama tiga bulan lalu, tidak di masa depan. {_NOTHING}"
            if fault is not None or instrument is None:
                item.lose("invalid", fault or "Survei belum dibuka. Tidak ada yang disimpan.")
                continue
            w.session.add(
                IkmAnswer(
                    id=item.record, agency=w.agency, site=args.site, service=args.service,
                    sex=args.sex, **{code.lower(): args.answers.get(code) for code in ikm.ELEMENTS},
                    age_band=args.age_band, education=args.education, work=args.work, made_at=w.now,
                    arrived_at=w.now, service_date=day, instrument=instrument.id,
                    code=getattr(args, "code", None), source=source, language=getattr(args, "language", "id"),
                )
            )  # fmt: skip
            w.publish("ikm_answer", item.record, {}, frozenset())
        await w.session.flush()

    async def make(self, w: Writing, item: Item) -> None:
        """``ikm.report``: computes the index by the policy in force and freezes it with its SHA-256."""
        args: IkmReportArgs = item.args
        period = period_given(args.period)
        tree = await self._directory.trees.get(w.session, w.agency)
        if args.site is not None and args.site not in tree.nodes:
            raise Refusal("not_found", f"Lokasi ini tidak ada. {_SAFE}")
        limits = await thresholds(w.session, w.agency, w.now)
        chosen = selection(w.agency, period.first, period.last, args.site, args.service)
        found = await figures(w.session, chosen, limits.weight_policy, limits.missing)
        frozen = orjson.dumps({**found, "follow_up": args.follow_up}, option=orjson.OPT_SORT_KEYS)
        report = IkmReport(
            id=item.record, agency=w.agency, site=args.site, service=args.service, period=period.code,
            first=period.first, last=period.last, state=COMPUTED, weight_policy=limits.weight_policy,
            missing=limits.missing, formula_version=ikm.FORMULA_VERSION, n=found["n"], figures=found,
            follow_up=args.follow_up, sha256=hashlib.sha256(frozen).hexdigest(), created=w.now,
            created_by=item.actor.account,
        )  # fmt: skip
        w.session.add(report)
        instrument = await survey_instrument(w.session, w.agency, w.now)
        elements = [] if instrument is None else instrument.body.get("elements", [])
        names = {one["code"]: one["label_id"] for one in elements}
        await ikm_files.keep(w, tree, report, names, chosen)
        await w.session.flush()
        _show(w, tree, report)

    async def publish(self, w: Writing, item: Item) -> None:
        """``ikm.publish``: from now on the site's page shows it; it is never recomputed."""
        report = await w.session.get(IkmReport, item.record)
        if report is None or report.agency != w.agency:
            raise Refusal("not_found", f"Laporan tidak ditemukan. {_SAFE}")
        if report.state == PUBLISHED:
            raise Refusal("state", f"Laporan ini sudah terbit. {_SAFE}")
        report.state, report.published = PUBLISHED, w.now
        w.session.add(report)
        await w.session.flush()
        _show(w, await self._directory.trees.get(w.session, w.agency), report)


def selection(
    agency: str, first: date, last: date, site: str | None, service: str | None
) -> tuple[ColumnElement[bool], ...]:
    """Which answers count: a period by local dates, both included; one site and service, or all."""
    where: list[ColumnElement[bool]] = [
        col(IkmAnswer.agency) == agency,
        col(IkmAnswer.service_date).between(first, last),
    ]
    if site is not None:
        where.append(col(IkmAnswer.site) == site)
    if service is not None:
        where.append(col(IkmAnswer.service) == service)
    return tuple(where)


async def figures(on: On, where: Sequence[ColumnElement[bool]], weight: str, missing: str) -> dict[str, Any]:
    """The whole index as plain JSON: figures, profile, and the other two weights for comparison.

    Without answers ``ikm`` is ``None`` and ``fault`` says why (``NO_DATA``, ``ELEMENT_WITHOUT_ANSWERS``).
    """
    base = await sums(on, where, missing)
    found: dict[str, Any] = {
        "formula_version": ikm.FORMULA_VERSION,
        "weight": weight,
        "missing": missing,
        "n": base.n,
        "n_excluded": base.n_excluded,
        "sums": list(base.sums),
        "counts": list(base.counts),
        "profile": await profile(on, where),
        "ikm": None,
        "fault": None,
        "comparison": {},
    }
    try:
        found |= ikm.compute(base, weight).wire()
        found["comparison"] = {
            other: {"ikm": computed.value, "letter": computed.letter}
            for other in ikm.WEIGHTS
            for computed in [ikm.compute(base, other)]
        }
    except ikm.IkmError as error:
        found["fault"] = error.code
    return found


async def sums(on: On, where: Sequence[ColumnElement[bool]], missing: str) -> ikm.Sums:
    """Sums and numbers of answers, added up by the database in one statement."""
    values = [col(getattr(IkmAnswer, code.lower())) for code in ikm.ELEMENTS]
    given = [value.is_not(None) for value in values]
    used = and_(*given) if missing == ikm.EXCLUDE_ROW else or_(*given)
    query = select(
        select(func.count(col(IkmAnswer.id))).where(*where).scalar_subquery(),
        func.count(),
        *[func.coalesce(func.sum(value), 0) for value in values],
        *[func.count(value) for value in values],
    ).where(*where, used)
    rows, n, *rest = (int(one) for one in (await on.execute(query)).one())
    elements = len(ikm.ELEMENTS)
    return ikm.Sums(n=n, n_excluded=rows - n, sums=tuple(rest[:elements]), counts=tuple(rest[elements:]))


async def profile(on: On, where: Sequence[ColumnElement[bool]]) -> dict[str, dict[str, int]]:
    """How many gave which sex, age band, education and work; ``""`` for those who did not say."""
    columns = [getattr(IkmAnswer, name) for name in PROFILE]
    found: dict[str, dict[str, int]] = {name: {} for name in PROFILE}
    query = select(*columns, func.count()).where(*where).group_by(*columns)
    for *given, times in await on.execute(query):
        for name, value in zip(PROFILE, given, strict=True):
            found[name][value or ""] = found[name].get(value or "", 0) + times
    return {name: dict(sorted(counts.items())) for name, counts in found.items()}


async def survey_instrument(on: On, agency: str, now: datetime) -> RatingInstrument | None:
    """The survey in force. Only the columns are read, so that a connection will do as well as a session."""
    c = RatingInstrument
    query = (
        select(col(c.id), col(c.version), col(c.issue), col(c.body), col(c.valid_from))
        .where(col(c.agency) == agency, col(c.family) == "IKM", col(c.valid_from) <= now)
        .order_by(col(c.valid_from).desc(), col(c.issue).desc())
        .limit(1)
    )
    row = (await on.execute(query)).first()
    if row is None:
        return None
    return RatingInstrument(
        id=row.id, agency=agency, family="IKM", version=row.version, issue=row.issue, body=row.body,
        valid_from=row.valid_from,
    )  # fmt: skip


async def offered(on: On, agency: str) -> dict[str, dict[str, str]]:
    """The services that can be chosen now: code to its short labels (``id``, ``en``), in their order."""
    c = RatingService
    query = (
        select(col(c.code), col(c.label_id), col(c.label_en), col(c.active), col(c.place))
        .where(col(c.agency) == agency)
        .order_by(col(c.version))
    )
    newest = {row.code: row for row in await on.execute(query)}
    rows = sorted((row for row in newest.values() if row.active), key=lambda row: (row.place, row.code))
    return {row.code: {"id": row.label_id, "en": row.label_en} for row in rows}


def _fault(
    tree: Tree, services: Mapping[str, object], instrument: RatingInstrument | None, args: SurveyArgs, *, blanks: bool
) -> str | None:
    node = tree.nodes.get(args.site)
    if node is None or not node.site:
        return "Lokasi ini tidak dikenal. Tidak ada yang disimpan."
    if args.service not in services:
        return "Jenis pelayanan ini tidak ada. Tidak ada yang disimpan. Pilih dari daftar."
    if any(one not in ikm.ANSWERS for one in args.answers.values()):
        return "Jawaban harus 1 sampai 4. Tidak ada yang disimpan."
    if blanks and not args.answers:
        return "Lembar ini kosong. Tidak ada yang disimpan. Isi minimal satu unsur."
    if not blanks and set(args.answers) != set(ikm.ELEMENTS):
        return "Sembilan pertanyaan harus dijawab 1 sampai 4. Tidak ada yang disimpan."
    known = {} if instrument is None else instrument.body.get("profile", {})
    for name in PROFILE:
        value = getattr(args, name)
        if value is not None and value not in known.get(name, ()):
            return "Data diri ini tidak dikenal. Tidak ada yang disimpan. Pilih dari daftar."
    return None


def _show(w: Writing, tree: Tree, report: IkmReport) -> None:
    units = {tree.root} | {node.id for node in tree.nodes.values() if node.site}
    body = IkmBody(
        period=report.period, title=period_given(report.period).title(), site=report.site, service=report.service,
        state=report.state, n=report.n, ikm=report.figures.get("ikm"), letter=report.figures.get("letter"),
        unit=tree.root,
    )  # fmt: skip
    w.publish("ikm_report", report.id, body, frozenset(f"role:{role}@{unit}" for role in DESKS for unit in units))
