"""Whose case it is: units of employees, moves between them, and what those read who only watch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from backend.applications.models import Application, ApplicationItem, DocumentVersion
from backend.applications.service import searching
from backend.applications.service.rights import parts_of
from backend.applications.service.showing import audiences, masked_name
from backend.applications.service.stored import item_id
from backend.audit.models import AuditEntry
from backend.identity.models import PERSON
from sync.ids import uuid7
from tests.applications.samples import FILES, service
from tests.applications.test_outputs import asking, get
from tests.applications.town import PROMOTION, Town


@pytest.fixture
async def town(small_town: Town) -> Town:
    """On SQLite: what the two databases could do differently is in the life of a case and in what waits."""
    return small_town


async def test_an_employee_without_a_unit_is_no_units_applicant(town: Town) -> None:
    """Who is *belum lengkap* by the unit is nobody's to propose: to a unit's manager not found, and noted; whose say
    covers the agency reads which field is empty, in the search too; with the unit it works, and other units see
    nothing."""
    await town.know("guru", unit=None)
    args = {"service": town.service("sikap"), "subject": town.people["guru"]}
    for who in ("opd_dikbud", "opd_distan"):
        refused = await town.do(who, "OPD", "application.create", uuid7(), **args)
        assert (refused.status, refused.code) == ("rejected", "not_found")
    assert len(await town.rows(AuditEntry, act="application.create", refused=True)) == 2
    named = await town.do("verifikator", "VER", "application.create", uuid7(), **args)
    text = "Unit kerja kosong. Minta petugas melengkapi."
    assert (named.code, named.fields) == ("invalid", {"subject.unit": text})
    assert not await town.rows(Application)
    sikap = service(FILES[0])
    async with town.db.read() as session:
        [found], _ = await searching.people(
            session, town.rooms, town.clock, town.agency, sikap, "nuraini", None
        )  # fmt: skip
        [(due, _)] = await searching.due(session, town.rooms, town.clock, town.agency, sikap, "2027-04", None)
    assert found.missing == due.missing == (text,)
    await town.know("guru", unit=town.units["DIKBUD"])
    case = await town.begin("verifikator", "VER")
    assert case in {id for _, id in await town.pull("opd_dikbud")}
    assert case not in {id for _, id in await town.pull("opd_distan")}


async def test_a_case_without_a_unit_gives_nobody_a_part_by_unit(town: Town) -> None:
    """Should a case stand there without one, only the employee reads it."""
    case = await town.begin()
    body = {name: value for name, value in (await town.body("application", case)).items() if name != "unit"}
    for key, role in (("opd_dikbud", "OPD"), ("opd_distan", "OPD"), ("verifikator", "VER"), ("super_layanan", "SUP")):
        assert parts_of(await town.actor(key, role), body) == frozenset(), key
    row = await town.case(case)
    row.unit = None
    assert audiences(row, service(FILES[0]), []) == {f"person:{town.people['guru']}"}


async def test_after_a_move_what_was_found_fine_is_offered_in_the_new_unit_acceptance_7(town: Town) -> None:
    """Acceptance 7 across units: a document *Sesuai* in April reaches the new unit's manager with the case of Oktober,
    opens, needs no upload and comes with its mark; what was not found fine, is too old or has no content stays away."""
    first = await town.finished()
    [row] = await town.rows(ApplicationItem, application=first, item="SK_PANGKAT")
    [letter] = await town.rows(ApplicationItem, application=first, item="SURAT_PENGANTAR")
    await town.know("guru", unit=town.units["DISTAN"])
    town.clock.set(town.clock.now() + timedelta(days=150))
    assert not await town.of_kind("opd_distan", "document_version")
    second = await town.begin("opd_distan")
    offered = {one["item"]: one for one in await town.of_kind("opd_distan", "document_version")}
    reusable = {one.code for one in service(FILES[0]).items if one.reusable}
    assert offered.keys() == reusable & {"SK_PANGKAT", "SKP", "SURAT_PENGANTAR"}
    assert offered["SK_PANGKAT"]["fineOn"] == "2027-01-15"
    async with asking(town) as client:
        opened = await get(client, "opd_distan", f"/berkas/{offered['SK_PANGKAT']['file']}/isi")
        assert opened.status_code == 200
        [nip] = await _nips(town, "guru")
        assert f'"{nip}_SK_PANGKAT_20270115_v1.pdf"' in opened.headers["content-disposition"], "it is their own now"
    await town.filled(second, "opd_distan", "OPD")
    await town.attach("opd_distan", "OPD", second, "SK_PANGKAT", row.version)
    await town.write("opd_distan", "OPD", second, "promotion", **{**PROMOTION, "period": "2027-10"})
    await town.done("opd_distan", "OPD", "application.submit", second)
    marks = [one for one in await town.of_kind("verifikator", "application_mark") if one["application"] == second]
    assert [(one["item"], one["mark"]) for one in marks] == [("SK_PANGKAT", "sesuai")]
    assert letter.version not in {id for _, id in await town.pull("opd_distan")}


async def test_a_version_whose_content_is_gone_is_neither_offered_nor_taken(town: Town) -> None:
    """What keeping time removed cannot be used again: the item is asked for anew."""
    first = await town.finished()
    [row] = await town.rows(ApplicationItem, application=first, item="SK_PANGKAT")
    async with town.db.write() as session:
        await session.execute(update(DocumentVersion).values(erased_at=town.clock.now()))
    await town.know("guru", unit=town.units["DISTAN"])
    second = await town.begin("opd_distan")
    assert not await town.of_kind("opd_distan", "document_version")
    refused = await town.do(
        "opd_distan", "OPD", "application.attach", item_id(second, "SK_PANGKAT"), application=second,
        item="SK_PANGKAT", version=row.version,
    )  # fmt: skip
    assert (refused.status, refused.code) == ("rejected", "not_found")


async def test_who_only_watches_reads_four_digits_of_a_nip(town: Town) -> None:
    """Names of downloads follow the rule for the employee, the unit's manager and the office; on phones, and for who
    only watches, they hold four digits. Nothing that a watcher pulls holds the number."""
    case = await town.finished()
    [nip] = await _nips(town, "guru")
    for who in ("sekretaris", "kepala_bkpsdm", "sekda", "verifikator", "super_layanan", "opd_dikbud", "guru"):
        held = await town.pull(who)
        assert [id for kind, id in held if kind == "application_output"], who
        parts = [body for (kind, _), body in held.items() if kind.startswith(("application", "document"))]
        assert nip not in str(parts), who
    [document] = [one for one in await town.of_kind("sekretaris", "document_version") if one["item"] == "SKP"]
    [output] = await town.of_kind("sekretaris", "application_output")
    assert document["name"] == "1972xxxxxxxxxxxxxx_SKP_20270115_v1.pdf"
    async with asking(town) as client:
        for file, name in ((document["file"], "SKP_20270115_v1"), (output["file"], "SK_PANGKAT_20270320_v2")):
            for who, number in (
                ("sekretaris", "1972xxxxxxxxxxxxxx"), ("sekda", "1972xxxxxxxxxxxxxx"), ("guru", nip),
                ("opd_dikbud", nip), ("verifikator", nip), ("super_layanan", nip),
            ):  # fmt: skip
                answer = await get(client, who, f"/berkas/{file}/isi")
                assert answer.headers["content-disposition"] == f'attachment; filename="{number}_{name}.pdf"', who
    assert (await town.case(case)).downloaded_at is not None


def test_a_name_is_masked_wherever_the_rule_puts_the_number() -> None:
    """At the end, beside the date, twice; a staff code is no NIP."""
    nip = "197203151998032901"
    for name in (
        f"{nip}_SKP_20270115_v1.pdf",
        f"SKP_v1_{nip}.pdf",
        f"SKP{nip}20270115.pdf",
        f"20270115{nip}_{nip}.pdf",
    ):
        masked = masked_name(name)
        assert nip[:5] not in masked.replace("20270115", "")
        assert len(masked) == len(name)
    assert masked_name("KKL-00018_SKP_20270115_v1.pdf") == "KKL-00018_SKP_20270115_v1.pdf"


async def _nips(town: Town, *keys: str) -> list[str]:
    async with town.db.reading() as connection:
        rows = await connection.execute(PERSON.select().where(PERSON.c.id.in_([town.people[key] for key in keys])))
        return [row.nip for row in rows]
