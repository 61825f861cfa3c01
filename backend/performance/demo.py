"""Plans of an invented office for the demonstration: every status occurs, and the cascade goes four levels down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend.identity.service.directory import Directory
from backend.performance.bodies import AgreementBody
from backend.performance.house import IdentityHouse
from backend.performance.models import Agreement, AgreementItem, IndicatorRow, Period, Plan, PlanVersion, WorkResult
from backend.performance.ports import Employee
from backend.performance.rules import plan as rules
from backend.performance.rules.plan import Status
from backend.performance.service.settings import show_item, show_period, unit_audiences
from backend.performance.service.showing import show_version, show_whole
from backend.performance.service.stored import Whole, content_of, plan_id
from sync.clock import Clock, to_ms, wire
from sync.ids import derived
from sync.writing import Writing


@dataclass(frozen=True, slots=True)
class Story:
    """One plan: whose, where it stands, its results as (text, result served above, indicator, target, unit)."""

    key: str
    status: Status
    results: Sequence[tuple[str, int | None, str, str, str]]
    said: str = ""


LEADERS: Sequence[Story] = (
    Story("sekda", Status.APPROVED, (
        ("Meningkatnya tata kelola pemerintahan daerah", None, "Indeks reformasi birokrasi", "75", "nilai"),
    )),
    Story("kepala_bkpsdm", Status.APPROVED, (
        ("Meningkatnya mutu layanan kepegawaian", None, "Indeks kepuasan layanan", "88", "nilai"),
        ("Meningkatnya penerapan sistem merit", None, "Indeks sistem merit", "300", "nilai"),
    )),
)  # fmt: skip
STAFF: Sequence[Story] = (
    Story("kabid_kinerja", Status.APPROVED, (
        ("Terlaksananya penilaian kinerja tepat waktu", 1, "Pegawai yang dinilai tepat waktu", "95", "persen"),
        ("Terjawabnya pertanyaan kepegawaian tepat waktu", 0, "Pertanyaan terjawab dua jam", "90", "persen"),
    )),
    Story("kabid_mutasi", Status.SUBMITTED, (
        ("Terbitnya SK kenaikan pangkat tepat waktu", 0, "SK terbit tepat waktu", "98", "persen"),
    )),
    Story("kabid_ppi", Status.RETURNED, (
        ("Tersedianya data pegawai yang mutakhir", 1, "Data pegawai lengkap", "90", "persen"),
    ), "Target 90 persen sudah tercapai tahun lalu. Naikkan menjadi 97 persen."),
    Story("analis", Status.APPROVED, (
        ("Tersusunnya hasil analisis kinerja per triwulan", 0, "Laporan analisis", "4", "laporan"),
        ("Tersedianya panduan penilaian kinerja", 1, "Panduan terbit", "2", "dokumen"),
    )),
    Story("pelaksana", Status.DRAFT, (
        ("Tersedianya rekap penilaian kinerja", 0, "Rekap per triwulan", "4", "rekap"),
        ("Terarsipnya dokumen penilaian", None, "", "", ""),
    )),
)  # fmt: skip


async def seed(w: Writing, accounts: Mapping[str, str], clock: Clock) -> None:
    """This year with its plans, and last year's of one employee to copy from. ``accounts``: key to account; an agency
    without the people of the stories gets its year alone."""
    house = IdentityHouse(Directory(clock))
    today = await house.today(w.session, w.agency, w.now)
    periods = [_period(w, today.year - 1), _period(w, today.year)]
    wanted = [story.key for story in (*LEADERS, *STAFF)]
    if not all(key in accounts for key in wanted):
        return
    found = await house.employees(w.session, w.agency, [accounts[key] for key in wanted])
    people = {key: found[accounts[key]] for key in wanted}
    told: dict[str, Whole] = {}
    for story in (*LEADERS, *STAFF):
        await _tell(w, periods[1], story, people[story.key], told)
    old = Story("pelaksana", Status.APPROVED, STAFF[-1].results[:1])
    await _tell(w, periods[0], old, people["pelaksana"], {})


def _period(w: Writing, year: int) -> Period:
    row = Period(
        id=derived(w.agency, f"demo-skp-{year}"), agency=w.agency, year=year, start=date(year, 1, 1),
        end=date(year, 12, 31), rhythm="triwulanan", gate="ajukan", due_on=date(year, 1, 31),
    )  # fmt: skip
    w.session.add(row)
    show_period(w, row)
    return row


async def _tell(w: Writing, period: Period, story: Story, person: Employee, told: dict[str, Whole]) -> None:
    id = plan_id(period.id, person.id)
    submitted = w.now - timedelta(days=40)
    plan = Plan(
        id=id, agency=w.agency, period=period.id, year=period.year, person=person.id, person_name=person.name,
        unit=person.unit or "", unit_name=person.unit_name, position=person.position, form=person.form,
        approach=rules.QUANTITATIVE, appraiser=person.superior, appraiser_name=person.superior_name,
        root=person.root, status=story.status, start=period.start, end=period.end, created_at=submitted,
        updated_at=submitted,
        terms={"resources": "Perangkat kerja dan jaringan.", "accountability": "Laporan setiap triwulan."},
    )  # fmt: skip
    item = await _agreement(w, plan) if person.form == rules.JPT else None
    above = told.get(plan.appraiser or "")
    all_ = Whole(plan, [], [])
    for number, result in enumerate(story.results):
        _result(w, all_, number, result, item, above)
    told[person.id] = all_
    w.session.add_all([plan, *all_.results, *all_.rows])
    version = _submitted(w, all_, story) if story.status != Status.DRAFT else None
    await w.session.flush()
    show_whole(w, all_)
    if version is not None and story.status == Status.APPROVED:
        show_version(w, plan, version)


def _result(
    w: Writing, all_: Whole, number: int, said: tuple[str, int | None, str, str, str], item: str | None,
    above: Whole | None,
) -> None:  # fmt: skip
    text, served, indicator, target, unit = said
    plan = all_.plan
    result = WorkResult(
        id=derived(plan.id, f"rhk-{number}"), agency=w.agency, plan=plan.id, order=number, kind=rules.MAIN, text=text,
        agreement_item=item, perspective="penerima_layanan" if plan.form == rules.JPT else None,
    )  # fmt: skip
    if above is not None and served is not None and plan.form == rules.JA_JF:
        link = above.results[served]
        result.superior_rhk, result.superior_text, result.superior_version = link.id, link.text, 1
    elif served is None and plan.form == rules.JA_JF:
        result.provisional = "Penilaian kinerja yang tertib"
    all_.results.append(result)
    if indicator:
        all_.rows.append(IndicatorRow(
            id=derived(result.id, "row"), agency=w.agency, plan=plan.id, rhk=result.id, order=0,
            approach=plan.approach, aspect=None if plan.form == rules.JPT else "kuantitas", indicator=indicator,
            target=target, unit=unit,
        ))  # fmt: skip


def _submitted(w: Writing, all_: Whole, story: Story) -> PlanVersion:
    plan = all_.plan
    plan.version, plan.submitted_at = 1, plan.created_at
    version = PlanVersion(
        id=derived(plan.id, "version-1"), agency=w.agency, plan=plan.id, version=1, content=content_of(all_),
        outcome=story.status, submitted_at=plan.created_at, appraiser=plan.appraiser, reason=story.said,
    )  # fmt: skip
    if story.status != Status.SUBMITTED:
        version.decided_at = plan.created_at + timedelta(days=2)
        version.decided_by, version.decided_by_name = plan.appraiser, plan.appraiser_name or "Admin instansi"
    if story.status == Status.APPROVED:
        plan.approved_version, plan.approved_at = 1, version.decided_at
        plan.approved_by, plan.approved_by_name = version.decided_by, version.decided_by_name
        if plan.root:
            plan.document, plan.document_date = f"100/1/SK/{plan.year}", plan.start + timedelta(days=5)
    plan.returned_reason = story.said
    w.session.add(version)
    return version


async def _agreement(w: Writing, plan: Plan) -> str:
    """The fixed performance agreement of the leader's unit; its one item."""
    row = Agreement(
        id=derived(plan.id, "agreement"), agency=w.agency, unit=plan.unit, year=plan.year,
        document=f"PK/{plan.year}/01", document_date=plan.start + timedelta(days=4), fixed_at=w.now,
        fixed_by_name="Admin instansi",
    )  # fmt: skip
    item = AgreementItem(
        id=derived(plan.id, "agreement-item"), agency=w.agency, unit=plan.unit, year=plan.year, order=0,
        text="Meningkatnya tata kelola dan layanan publik", indicator="Indeks pelayanan publik", target="4,20",
    )  # fmt: skip
    w.session.add_all([row, item])
    await w.session.flush()
    show_item(w, item, fixed=True)
    body = AgreementBody(
        unit=row.unit, unit_name=plan.unit_name, year=row.year, document=row.document,
        document_date=row.document_date, fixed_at=wire(to_ms(row.fixed_at)), fixed_by_name=row.fixed_by_name,
    )  # fmt: skip
    w.publish("skp_agreement", row.id, body, unit_audiences(row.unit))
    return item.id
