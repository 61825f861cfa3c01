"""Cases of an invented office for the demonstration: drafts of promotions, and two parties, one of them approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.applications.house import IdentityHouse
from backend.applications.models import Application, ApplicationField, Party, PartyOfficer, ServiceDefinition
from backend.applications.ports import Subject
from backend.applications.rules.definition import Subject as About
from backend.applications.rules.names import folded, search_key
from backend.applications.rules.periods import proposal_faults, upcoming
from backend.applications.rules.states import State
from backend.applications.service import parties
from backend.applications.service.showing import show_case, show_values
from backend.applications.service.stored import Whole, as_service, imported, service_id, values_id
from backend.identity.service.directory import Directory
from sync.clock import Clock
from sync.ids import derived
from sync.writing import Writing

PROMOTED = (("opd_dikbud", "kepala_dikbud"), ("opd_distan", "kepala_distan"))
"""Who proposed whom, by key of the accounts."""


@dataclass(frozen=True, slots=True)
class _Story:
    key: str
    party: str
    officer: str
    position: str
    email: str
    approved: bool


PARTIES = (
    _Story(
        "parpol_a", "Partai Bintang Nusantara", "Bima Cakrawala", "Sekretaris DPW", "partai.bintang@example.id", True
    ),
    _Story("parpol_b", "Partai Samudra Karya", "Laras Anindita", "Wakil Ketua DPW", "partai.samudra@example.id", False),
)


async def seed(w: Writing, accounts: Mapping[str, str], clock: Clock) -> None:
    """Drafts of the period that comes, and parties. ``accounts``: key to account; an agency without these people, or
    without these services, gets nothing."""
    house = IdentityHouse(Directory(clock))
    sikap = await w.session.get(ServiceDefinition, service_id(w.agency, "sikap", 1))
    for by, of in PROMOTED:
        if sikap is not None and by in accounts and of in accounts:
            people = await house.subjects(w.session, w.agency, [accounts[by], accounts[of]])
            await _draft(w, house, sikap, people[accounts[by]], people[accounts[of]])
    sisakat = await w.session.get(ServiceDefinition, service_id(w.agency, "sisakat", 1))
    for story in PARTIES:
        if sisakat is not None and story.key in accounts:
            await _party(w, accounts[story.key], story)


async def _draft(w: Writing, house: IdentityHouse, row: ServiceDefinition, by: Subject, of: Subject) -> None:
    service = as_service(row)
    if proposal_faults(service, of.facts) or service.periods is None:
        return
    office = await house.office(w.session, w.agency, w.now)
    period = upcoming(service.periods, office.today)
    id = derived(w.agency, f"demo-case-{of.id}")
    app = Application(
        id=id, agency=w.agency, service=row.id, code=row.code, version=row.version, subject_kind=About.EMPLOYEE,
        subject=of.id, subject_name=of.name, subject_key=search_key(of.name) or folded(of.name), unit=of.unit,
        unit_name=of.unit_name, account=by.id, account_name=by.name, account_role="OPD", state=State.DRAFT,
        kind="reguler", period=period.code, active_key=f"{row.code}:{of.id}:{period.code}", facts=dict(of.facts),
        imported=imported(service, of.facts), created_at=w.now, updated_at=w.now,
    )  # fmt: skip
    written = ApplicationField(
        id=values_id(id, "promotion"), agency=w.agency, application=id, group="promotion", by_name=by.name, at=w.now,
        values={"kind": "reguler", "proposedRank": of.facts.get("nextRank"), "period": period.code},
    )  # fmt: skip
    w.session.add_all([app, written])
    await w.session.flush()
    all_ = Whole(app, service, groups={"promotion": written})
    await show_case(w, all_)
    await show_values(w, all_, written)


async def _party(w: Writing, account: str, story: _Story) -> None:
    party = Party(
        id=derived(w.agency, f"demo-party-{story.key}"), agency=w.agency, name=story.party,
        name_key=folded(story.party), created_at=w.now,
    )  # fmt: skip
    officer = PartyOfficer(
        id=account, agency=w.agency, party=party.id, name=story.officer, position=story.position, email=story.email,
        created_at=w.now, approved_at=w.now if story.approved else None,
        approved_by_name="Admin layanan" if story.approved else "",
    )  # fmt: skip
    w.session.add_all([party, officer])
    await w.session.flush()
    await parties.show(w, officer)
