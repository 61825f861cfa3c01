"""Reports of a service over a period, as a workbook or on paper: its cases with sums, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications.models import Application, ApplicationHistory, ApplicationOutput, ServiceDefinition
from backend.applications.rules.definition import Service, Subject
from backend.applications.rules.periods import find, is_overdue
from backend.applications.rules.recap import COUNTED, Line, Officer, officers, total
from backend.applications.rules.states import ACTIVE, Act, Part, State
from backend.applications.service.stored import as_service
from backend.reports.sheets import Sheet, workbook
from sync.actors import Viewer
from sync.errors import Refusal

TEMPLATE = Path(__file__).resolve().parent.parent / "templates" / "report.typ"
MOST = 20_000
"""Cases on one report; a wider question is asked in parts."""
_ACT_NAMES = {
    Act.SUBMIT: "Kirim", Act.OPEN: "Buka", Act.RETURN: "Kembalikan", Act.REJECT: "Tolak", Act.VERIFY: "Verifikasi",
    Act.SEND_OUT: "Proses luar", Act.CORRECT: "Minta perbaikan", Act.ISSUE: "Terbitkan",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may count. ``units``: of the employees (``None``: all); ``officers``: who did what, too."""

    agency: str
    units: frozenset[str] | None
    officers: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Which cases: sent first on these local days (both included), or of one period; ``today``: the local day on which
    it is asked, by which what has not come yet is late."""

    first: date
    last: date
    zone: tzinfo
    today: date
    period: str = ""

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """From the first midnight to the one after the last day."""
        since, until = (
            datetime(day.year, day.month, day.day, tzinfo=self.zone)
            for day in (self.first, self.last + timedelta(days=1))
        )
        return since, until


@dataclass(frozen=True, slots=True)
class Report:
    """A report's content."""

    service: Service
    agency: str
    span: Span
    lines: Sequence[Line]
    officers: Sequence[Officer]


async def current(session: AsyncSession, agency: str, code: str) -> Service | None:
    """The version in force of a service of the agency."""
    query = select(ServiceDefinition).where(
        col(ServiceDefinition.agency) == agency, col(ServiceDefinition.code) == code,
        col(ServiceDefinition.ended_at).is_(None),
    )  # fmt: skip
    row = (await session.execute(query)).scalars().first()
    return None if row is None else as_service(row)


def scope_of(viewer: Viewer, service: Service, root: str) -> Scope | None:
    """What a viewer may count of a service: office and watchers within their scope, an applying unit its own.
    Nobody counts on own data alone."""
    units: set[str] = set()
    office = False
    for actor in viewer.grants.values():
        played = {part for part, codes in service.roles.items() if actor.role in codes}
        if played & {Part.VERIFIER, Part.ISSUER, Part.WATCHER}:
            office = True
        if played:
            units |= actor.scope
    if not units:
        return None
    # A scope that holds the agency's root unit holds everything, people without a unit and parties too.
    return Scope(viewer.agency, None if office and root in units else frozenset(units), office)


async def report(session: AsyncSession, service: Service, scope: Scope, agency: str, span: Span) -> Report:
    """The cases of a span in order of sending; with the office's acts where the scope allows.

    Raises ``too_many`` beyond :data:`MOST` cases: sums of a part would be read as sums of the whole.
    """
    cases = _cases(service, scope, span)
    count = (await session.execute(select(func.count(col(Application.id))).where(*cases))).scalar_one()
    if count > MOST:
        said = f"{count:,} permohonan melebihi batas {MOST:,} untuk satu rekap. Persempit tanggal atau pilih periode."
        raise Refusal("too_many", said.replace(",", "."))
    columns = (
        Application.id, Application.subject, Application.subject_name, Application.unit_name, Application.kind,
        Application.period, Application.state, Application.first_submitted_at, Application.finished_at,
        Application.late, ApplicationOutput.number,
    )  # fmt: skip
    query = (
        select(*(col(one) for one in columns))
        .outerjoin(ApplicationOutput, col(ApplicationOutput.application) == col(Application.id))
        .where(*cases)
        .order_by(col(Application.first_submitted_at), col(Application.id))
    )
    lines = [_line(service, row, span) for row in (await session.execute(query)).mappings()]
    return Report(service, agency, span, lines, await _officers(session, service, scope, span))


def _cases(service: Service, scope: Scope, span: Span) -> list[ColumnElement[bool]]:
    wanted = [
        col(Application.agency) == scope.agency, col(Application.code) == service.code,
        col(Application.first_submitted_at).is_not(None),
    ]  # fmt: skip
    if span.period:
        wanted.append(col(Application.period) == span.period)
    else:
        since, until = span.instants
        wanted.append(and_(col(Application.first_submitted_at) >= since, col(Application.first_submitted_at) < until))
    if scope.units is not None:
        wanted.append(col(Application.unit).in_(sorted(scope.units)))
    return wanted


def _line(service: Service, row: Any, span: Span) -> Line:
    ended = row["finished_at"]
    end = None if ended is None else ended.astimezone(span.zone).date()
    return Line(
        name=row["subject_name"], unit=row["unit_name"], kind=_kind(service, row["kind"]), period=row["period"],
        state=State(row["state"]), sent=row["first_submitted_at"].astimezone(span.zone).date(), ended=end,
        number=row["number"] or "", late=_late(service, row, end, span.today), subject=row["subject"],
    )  # fmt: skip


def _kind(service: Service, value: str) -> str:
    for one in service.fields:
        for option in one.options:
            if service.periods is not None and one.key == service.periods.kind and option.value == value:
                return option.label
    return value


def _late(service: Service, row: Any, end: date | None, today: date) -> bool | None:
    """*Terlambat*: no output by the period's date, whether it came later or is still awaited; without a period the
    promise's verdict. Nothing is said of what was refused or cancelled."""
    period = find(service.periods, row["period"]) if service.periods and row["period"] else None
    if period is not None:
        state = State(row["state"])
        return is_overdue(period, end, today) if state is State.DONE or state in ACTIVE else None
    return None if row["late"] is None else row["late"] > 0


async def _officers(session: AsyncSession, service: Service, scope: Scope, span: Span) -> list[Officer]:
    if not scope.officers:
        return []
    h = ApplicationHistory
    since, until = span.instants
    query = (
        select(col(h.account), col(h.account_name), col(h.act), col(h.application))
        .join(Application, col(Application.id) == col(h.application))
        .where(
            col(h.agency) == scope.agency, col(h.account).is_not(None), col(h.act).in_(COUNTED), col(h.role) != "",
            col(Application.code) == service.code,
        )
        .order_by(col(h.at), col(h.id))
    )  # fmt: skip
    if span.period:
        query = query.where(col(Application.period) == span.period)
    else:
        query = query.where(col(h.at) >= since, col(h.at) < until)
    if scope.units is not None:
        query = query.where(col(Application.unit).in_(sorted(scope.units)))
    found = await session.execute(query)
    return officers((account, name, act, case) for account, name, act, case in found if account is not None)


def heading(found: Report) -> list[str]:
    """Title, agency and span, as they stand above both forms."""
    span = found.span
    told = f"Periode {span.period}" if span.period else f"Diajukan {span.first:%d-%m-%Y} s.d. {span.last:%d-%m-%Y}"
    return [f"Rekap {found.service.title}", found.agency, told]


HEADER = (
    "No.", "Nama", "Unit", "Jenis", "Periode", "Status", "Tanggal kirim", "Tanggal selesai", "Hari", "Terlambat",
    "Nomor",
)  # fmt: skip


def table(found: Report) -> list[list[str | int | None]]:
    """The cases, one row each."""
    said = {True: "ya", False: "tidak", None: ""}
    return [
        [
            number, line.name, line.unit, line.kind, line.period, found.service.state_name(line.state),
            line.sent.isoformat(), line.ended.isoformat() if line.ended else "", line.days, said[line.late],
            line.number,
        ]
        for number, line in enumerate(found.lines, 1)
    ]  # fmt: skip


def sums(found: Report) -> list[tuple[str, int]]:
    """The totals, each the sum of the rows above."""
    all_ = total(found.lines)
    subjects = "Partai dilayani" if found.service.subject is Subject.PARTY else "Pegawai"
    return [
        ("Jumlah permohonan", all_.cases), (f"{found.service.output.code} terbit", all_.done),
        ("Ditolak atau batal", all_.rejected), ("Masih berjalan", all_.under_way),
        ("Jumlah hari sampai terbit", all_.days), ("Terlambat", all_.late), (subjects, all_.subjects),
    ]  # fmt: skip


def as_workbook(found: Report, made: datetime) -> bytes:
    """XLSX: the cases with their totals, the office's acts."""
    rows: list[Sequence[Any]] = [*table(found)]
    all_ = total(found.lines)
    rows.append(["", "Jumlah", "", "", "", "", all_.cases, all_.done, all_.days, all_.late, ""])
    sheets = [
        Sheet("Permohonan", heading(found), HEADER, rows, (6, 32, 28, 24, 10, 22, 14, 16, 8, 12, 28)),
        Sheet("Jumlah", heading(found), ("Yang dihitung", "Jumlah"), [list(one) for one in sums(found)], (32, 12)),
    ]
    if found.officers:
        header = ("Petugas", "Permohonan", *(_ACT_NAMES[act] for act in COUNTED))
        acts: list[list[str | int | None]] = [[one.name, one.cases, *one.acts] for one in found.officers]
        sheets.append(Sheet("Petugas", heading(found), header, acts, (32, 14)))
    return workbook(heading(found)[0], sheets, made)


def on_paper(found: Report) -> dict[str, Any]:
    """The same for the template of the PDF."""
    return {
        "lines": heading(found), "header": list(HEADER), "sums": sums(found),
        "rows": [["" if cell is None else str(cell) for cell in row] for row in table(found)],
        "officer_header": ["Petugas", "Permohonan", *(_ACT_NAMES[act] for act in COUNTED)],
        "officers": [[one.name, str(one.cases), *(str(n) for n in one.acts)] for one in found.officers],
    }  # fmt: skip
