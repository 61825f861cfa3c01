"""Rank promotion: entry, periods, due list, names, what both sides see, reuse, notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from backend.applications.models import ApplicationHistory, ApplicationItem, ApplicationNotice, DocumentVersion
from backend.applications.rules.periods import of_year, open_on
from backend.applications.service import notices, searching
from backend.audit.models import AuditEntry
from backend.gateway import service as gateway
from backend.gateway.models import Gateway, GatewayText
from backend.identity.models import PERSON
from backend.identity.rules.names import split_titles
from backend.identity.service.people import new_person
from sync.ids import uuid7
from tests.applications.samples import FILES, service
from tests.applications.town import PROMOTION, Town

NAMES = (
    ("Drs. H. Siti Nur'aini", "SITI  nur'aini"), ("Siti Nuraini, S.Pd.", "nuraini"), ("Ahmad Fu'ad", "FUAD"),
    ("Dr. Ir. Lalu Muh. Zain, M.T.", "lalu muh zain"), ("I Gusti Ayu Oka", "gusti   AYU oka"),
    ("Ni Made Ari Sa'adah", "saadah"), ("Hj. Baiq Ma'rifah, S.E., M.M.", "Baiq Ma\u2019rifah"),
    ("Muhammad Al-Fatih", "al fatih"), ("Ratna D\u00e9wi", "ratna dewi"), ("R. Bambang Sutejo", "bambang SUTEJO"),
)  # fmt: skip


@pytest.fixture
async def town(small_town: Town) -> Town:
    """On SQLite: what the two databases could do differently is in the life of a case and in what waits."""
    return small_town


async def test_anybody_is_found_by_any_part_of_the_name(town: Town) -> None:
    """Acceptance 2: 200 of 200 searches find the person, whatever case, spaces, apostrophes, titles; else nobody."""
    people = []
    for number in range(20):
        for place, (shown, _) in enumerate(NAMES):
            front, bare, back = split_titles(shown)
            name = f"{bare} {chr(97 + number) * 4}"
            people.append(new_person(
                town.agency, town.clock.now(), kind="PNS", name=name, front_title=front,
                back_title=back, nip=f"19800101200503{place:02d}{number:02d}", unit=town.units["DIKBUD"],
            ))  # fmt: skip
    async with town.db.writing() as connection:
        await connection.execute(insert(PERSON), people)
    sikap = service(FILES[0])
    found = 0
    async with town.db.read() as session:
        for number in range(20):
            for _, typed in NAMES:
                wanted = f"{typed} {chr(97 + number) * 4}"
                rows, _ = await searching.people(
                    session, town.rooms, town.clock, town.agency, sikap, wanted, [town.units["DIKBUD"]]
                )
                found += any(chr(97 + number) * 4 in one.subject.name for one in rows)
        nobody = await searching.people(session, town.rooms, town.clock, town.agency, sikap, "tidak ada ini", None)
        signs = await searching.people(session, town.rooms, town.clock, town.agency, sikap, "' . -", None)
    assert found == 200
    assert nobody == signs == ([], False)


async def test_an_empty_tmt_is_named_and_then_it_works(town: Town) -> None:
    """Acceptance 3: *Usulkan PNS ini* is refused naming TMT; after the officer filled it, it works."""
    await town.know("guru", tmt_rank=None)
    args = {"service": town.service("sikap"), "subject": town.people["guru"]}
    refused = await town.do("opd_dikbud", "OPD", "application.create", uuid7(), **args)
    assert (refused.code, refused.fields) == (
        "invalid", {"subject.tmtRank": "TMT golongan kosong. Minta petugas melengkapi."},
    )  # fmt: skip
    await town.know("guru", tmt_rank=date(2023, 4, 1))
    await town.done("opd_dikbud", "OPD", "application.create", uuid7(), **args)


async def test_one_case_for_an_employee_and_a_period_at_a_time(town: Town) -> None:
    """A second draft of the same person is refused; another period, and after the end of the first, it works."""
    first = await town.begin()
    args = {"service": town.service("sikap"), "subject": town.people["guru"]}
    refused = await town.do("opd_dikbud", "OPD", "application.create", uuid7(), **args)
    assert refused.code == "exists"
    await town.write("opd_dikbud", "OPD", first, "promotion", **PROMOTION)
    second = await town.begin()
    taken = await town.write("opd_dikbud", "OPD", second, "promotion", **PROMOTION)
    assert taken.code == "exists"
    await town.done("opd_dikbud", "OPD", "application.cancel", first, reason="Salah isi")
    assert (await town.write("opd_dikbud", "OPD", second, "promotion", **PROMOTION)).status == "applied"


async def test_periods_and_who_is_due(town: Town) -> None:
    """Acceptance 4: April and Oktober; the list of a period holds those due, others not."""
    sikap = service(FILES[0])
    assert sikap.periods is not None
    assert [one.code for one in of_year(sikap.periods, 2027)] == ["2027-04", "2027-10"]
    assert [one.code for one in open_on(sikap.periods, date(2027, 1, 15))] == ["2027-04"]
    await town.know("kepala_dikbud", rank="Pembina (IV/a)", tmt_rank=date(2023, 10, 1), tmt_cpns=date(1994, 3, 1))
    dues = {}
    async with town.db.read() as session:
        for period in ("2027-04", "2027-10", "2027-05"):
            rows = await searching.due(session, town.rooms, town.clock, town.agency, sikap, period, None)
            dues[period] = {(one.subject.id, kind) for one, kind in rows}
    guru, head = (town.people["guru"], "reguler"), (town.people["kepala_dikbud"], "reguler")
    assert dues == {"2027-04": {guru}, "2027-10": {guru, head}, "2027-05": set()}


async def test_early_late_and_by_the_clocks_evidence(town: Town) -> None:
    """A closed period refuses with its date; the draft stays."""
    case = await town.begin()
    await town.filled(case)
    town.clock.set(town.clock.now() + timedelta(days=80))
    late = await town.do("opd_dikbud", "OPD", "application.submit", case)
    assert set(late.fields) == {"fields.period"}
    assert "ditutup" in (late.message or "")
    await town.write("opd_dikbud", "OPD", case, "promotion", **{**PROMOTION, "period": "2027-10"})
    early = await town.do("opd_dikbud", "OPD", "application.submit", case)
    assert "dibuka" in (early.message or "")
    assert (await town.case(case)).state == "draf"


async def test_an_officer_enters_in_the_name_of_a_unit(town: Town) -> None:
    """Acceptance 5: account and *atas nama* stand in the history; another verifier may not write in it."""
    case = await town.begin("verifikator", "VER", behalf="Dinas Pendidikan")
    row = await town.case(case)
    assert (row.account, row.behalf, row.unit_name) == (town.people["verifikator"], True, "Dinas Pendidikan")
    await town.filled(case, "verifikator", "VER")
    await town.done("verifikator", "VER", "application.submit", case)
    acts = {(one.act, one.account_name, one.behalf) for one in await town.rows(ApplicationHistory, application=case)}
    assert ("kirim", "Melati Puspitasari, S.H.", "Dinas Pendidikan") in acts
    await town.grant("super_layanan", "VER")
    other = await town.do("super_layanan", "VER", "application.cancel", case)
    assert (other.status, other.code) == ("rejected", "forbidden")


async def test_another_units_manager_finds_nothing(town: Town) -> None:
    """Another OPD gets *not found* for the employee and for the case, and both tries are noted."""
    case = await town.begin()
    before = len(await town.rows(AuditEntry))
    begun = await town.do("opd_distan", "OPD", "application.create", uuid7(), service=town.service("sikap"),
                          subject=town.people["guru"])  # fmt: skip
    sent = await town.do("opd_distan", "OPD", "application.submit", case)
    written = await town.write("opd_distan", "OPD", case, "promotion", **PROMOTION)
    assert {begun.code, sent.code, written.code} == {"not_found"}
    assert not [id for kind, id in await town.pull("opd_distan") if id == case]
    assert len(await town.rows(AuditEntry)) > before


async def test_what_is_missing_shows_on_both_sides(town: Town) -> None:
    """Acceptance 6: one document short, verifier and applicant read its name; the employee sees status and dates of
    the own case, and nobody else's."""
    case = await town.begin()
    await town.filled(case)
    await town.attach("opd_dikbud", "OPD", case, "SKP", None)
    lacks = {"items.SKP": "SKP dua tahun terakhir belum ada."}
    for reader in ("opd_dikbud", "verifikator", "guru"):
        [body] = await town.of_kind(reader, "application")
        assert body["missing"] == lacks, reader
        assert (body["stateName"], body["prediction"], body["dates"]["created"][:10]) == ("Draf", "BTL", "2027-01-15")
    refused = await town.do("opd_dikbud", "OPD", "application.submit", case)
    assert refused.fields == lacks
    assert not await town.of_kind("penyuluh", "application")


async def test_a_document_is_used_again_with_its_mark(town: Town) -> None:
    """Acceptance 7: SK_PANGKAT of April is offered in Oktober, needs no upload and comes with its mark; a newer version
    changes no older case."""
    first = await town.finished()
    [row] = await town.rows(ApplicationItem, application=first, item="SK_PANGKAT")
    town.clock.set(town.clock.now() + timedelta(days=150))
    second = await town.begin()
    offered = [one for one in await town.of_kind("opd_dikbud", "document_version") if one["item"] == "SK_PANGKAT"]
    assert [one["fineOn"] for one in offered] == ["2027-01-15"]
    await town.filled(second)
    await town.attach("opd_dikbud", "OPD", second, "SK_PANGKAT", row.version)
    await town.write("opd_dikbud", "OPD", second, "promotion", **{**PROMOTION, "period": "2027-10"})
    await town.done("opd_dikbud", "OPD", "application.submit", second)
    body = next(one for one in await town.of_kind("verifikator", "application_item")
                if one["application"] == second and one["item"] == "SK_PANGKAT")  # fmt: skip
    assert (body["version"], body["reused"]) == (row.version, True)
    marks = [one for one in await town.of_kind("verifikator", "application_mark") if one["application"] == second]
    assert [(one["item"], one["mark"]) for one in marks] == [("SK_PANGKAT", "sesuai")]
    [old] = await town.rows(ApplicationItem, application=first, item="SK_PANGKAT")
    assert old.version == row.version
    numbers = [one.number for one in await town.rows(DocumentVersion, type="SK_PANGKAT")]
    # The decree of April is the second file of that name.
    assert sorted(numbers) == [1, 3]


async def test_texts_wait_for_their_gateway_and_follow_the_profile(town: Town) -> None:
    """Acceptance 9: without a gateway cases go on and the text waits, listed; a changed number counts for the next
    text; a bad one is listed to the office; nobody's number or NIP stands in a text."""
    await town.submitted()
    [waiting] = await town.of_kind("verifikator", "application_notice")
    assert (waiting["status"], waiting["toName"]) == ("antre", "Siti Nur'aini Kartika, S.Pd.")
    assert "belum dipasang" in waiting["problem"]
    async with town.db.write() as session:
        door = await gateway.install(
            session, town.agency, "wa", owner="questions", channel="whatsapp", name="WA", url=None, now=town.clock.now()
        )
        await session.execute(update(Gateway).values(active=False))
    case = (await town.rows(ApplicationNotice))[0].application
    await town.done("verifikator", "VER", "application.open", case)
    await town.done("verifikator", "VER", "application.return", case, reasons={"SKP": "Buram."})
    assert await town.rows(GatewayText) == []
    async with town.db.write() as session:
        await session.execute(update(Gateway).values(active=True))
    await town.know("guru", phone="0812 0000 0002")
    async with town.engine.writing(town.agency) as w:
        assert await notices.forward(town.rooms, w) == (2, None)
    queued = await town.rows(GatewayText)
    assert {(one.gateway, one.address) for one in queued} == {(door.id, "6281200000002")}
    assert {one.text for one in queued} == {
        "Usul kenaikan pangkat Anda: Diajukan. Lihat di Sambung.",
        "Usul kenaikan pangkat Anda: Dikembalikan (BTL). Lihat di Sambung.",
    }
    await town.know("guru", phone="tanya Pak RT")
    await town.document("opd_dikbud", "OPD", case, "SKP")
    await town.done("opd_dikbud", "OPD", "application.submit", case)
    problems = [one["problem"] for one in await town.of_kind("verifikator", "application_notice")]
    assert "Nomor HP tidak dapat dipakai." in problems
    assert (await town.case(case)).state == "diajukan"
