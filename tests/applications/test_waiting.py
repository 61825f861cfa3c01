"""Work that waits for its files, and people at the same case at the same time."""

from __future__ import annotations

import asyncio
from typing import Any

from backend.applications import bodies
from backend.applications.models import ApplicationHistory, ApplicationNotice, DocumentVersion
from backend.applications.service import documents, notices, parties
from backend.applications.service.stored import item_id
from backend.gateway import service as gateway
from backend.gateway.models import GatewayText
from backend.identity.service.people import publish_people
from backend.identity.service.tree import read_tree
from backend.jobs.runner import Runner
from sync.errors import Refusal
from sync.ids import uuid7
from tests.applications.town import Town


async def test_sending_waits_for_its_uploads(town: Town) -> None:
    """*Kirim* depends on its documents and they on their files: everything is ``deferred`` and runs by itself once the
    bytes are there. A record is never sent silently without its file."""
    case = await town.begin()
    await town.filled(case)
    await town.attach("opd_dikbud", "OPD", case, "SKP", None)
    phone, viewer = town.phone("opd_dikbud"), await town.viewer("opd_dikbud")
    grant = next(id for id, actor in viewer.grants.items() if actor.role == "OPD")
    upload, version, data = uuid7(), uuid7(), town.paper()
    seen, digest = await town.seen("application.submit", case)
    add = phone.item("document.add", version, grant=grant, application=case, item="SKP", upload=upload)
    attach = phone.item("application.attach", item_id(case, "SKP"), grant=grant, application=case, item="SKP",
                        version=version)  # fmt: skip
    send = phone.item("application.submit", case, grant=grant)
    add |= {"dependsOn": [f"file:{upload}"]}
    attach |= {
        "dependsOn": [add["id"]], "base": {"application": case, "item": "SKP", "version": None},
        "baseVersion": await town.version("application_item", item_id(case, "SKP")),
    }  # fmt: skip
    send |= {"dependsOn": [attach["id"]], "seen": seen, "seenDigest": digest}
    assert {one["status"] for one in await phone.send(add, attach, send)} == {"deferred"}
    assert (await town.case(case)).state == "draf"
    await town.upload("opd_dikbud", data, id=upload)
    assert [one["status"] for one in await phone.send(add, attach, send)] == ["duplicate"] * 3
    assert (await town.case(case)).state == "diajukan"


async def test_sending_while_one_of_two_uploads_is_still_on_its_way(town: Town) -> None:
    """The phone has pulled what the first paper did and holds both still for under way when the person sends, and the
    second one takes effect before that arrives: nobody else touched the case, so nothing is a conflict."""
    case = await town.begin()
    await town.filled(case)
    phone, viewer = town.phone("opd_dikbud"), await town.viewer("opd_dikbud")
    grant = next(id for id, actor in viewer.grants.items() if actor.role == "OPD")
    files, papers = [uuid7(), uuid7()], [town.paper(), town.paper()]
    acts: list[dict[str, Any]] = []
    for code, upload in zip(("SKP", "SURAT_PENGANTAR"), files, strict=True):
        version = uuid7()
        add = phone.item("document.add", version, grant=grant, application=case, item=code, upload=upload)
        attach = phone.item("application.attach", item_id(case, code), grant=grant, application=case, item=code,
                            version=version)  # fmt: skip
        base = {"application": case, "item": code, "version": await town.held(case, code)}
        acts += [
            add | {"dependsOn": [f"file:{upload}"]},
            attach | {"dependsOn": [add["id"]], "base": base,
                      "baseVersion": await town.version("application_item", item_id(case, code))},
        ]  # fmt: skip
    assert {one["status"] for one in await phone.send(*acts)} == {"deferred"}
    await town.upload("opd_dikbud", papers[0], id=files[0])
    seen, digest = await town.seen("application.submit", case)
    named = [one["id"] for one in acts if one["kind"] == "application.attach"]
    send = phone.item("application.submit", case, grant=grant)
    send |= {"dependsOn": named, "seen": seen, "seenDigest": digest}
    await town.upload("opd_dikbud", papers[1], id=files[1])
    [sent] = await phone.send(send)
    assert sent["status"] == "applied", sent
    assert (await town.case(case)).state == "diajukan"


async def test_a_text_goes_when_its_gateway_is_back_or_its_number_changed(town: Town) -> None:
    """Acceptance 9: the gateway is looked for every ten minutes while a text waits for it; a number that somebody
    writes into the profile counts at once. Nobody waits for the night, and nothing is tried when nothing waits."""
    runner = Runner(town.db, town.clock, town.served().functions(town.engine))
    await town.submitted()
    assert await runner.run_due() == 0, "not before ten minutes"
    for _ in range(2):
        town.clock.advance(minutes=10)
        assert (await runner.run_due(), await town.rows(GatewayText)) == (1, [])
    async with town.db.write() as session:
        await gateway.install(session, town.agency, "wa", owner="questions", channel="whatsapp", name="WA", url=None,
                              now=town.clock.now())  # fmt: skip
    town.clock.advance(minutes=10)
    assert await runner.run_due() == 1
    assert [one.address for one in await town.rows(GatewayText)] == ["6281200000001"]
    town.clock.advance(minutes=10)
    assert await runner.run_due() == 0

    await town.know("guru", phone="tanya Pak RT")
    [case] = {row.application for row in await town.rows(ApplicationNotice)}
    await town.done("verifikator", "VER", "application.open", case)
    await town.done("verifikator", "VER", "application.return", case, reasons={"SKP": "Buram."})
    town.clock.advance(days=1)
    assert await runner.run_due() == 0, "a bad number is nothing to ask for again and again"
    town.engine.ports = {"people_changed": notices.people_changed}
    await town.know("guru", phone="0812 0000 0009")
    async with town.engine.writing(town.agency) as w:
        await publish_people(w, await read_tree(w.connection, town.agency), {town.people["guru"]})
    assert await runner.run_due() == 1
    assert {one.address for one in await town.rows(GatewayText)} == {"6281200000001", "6281200000009"}
    async with town.engine.writing(town.agency) as w:
        await publish_people(w, await read_tree(w.connection, town.agency), {town.people["guru"]})
    assert await runner.run_due() == 0


async def test_two_documents_for_one_item_are_a_conflict_and_both_stay(town: Town) -> None:
    """Two phones attach for one item: the second one chooses; both versions are there."""
    case = await town.begin()
    first = await town.document("opd_dikbud", "OPD", case, "SKP")
    upload, second = await town.upload("opd_dikbud", town.paper()), uuid7()
    await town.done("opd_dikbud", "OPD", "document.add", second, application=case, item="SKP", upload=upload)
    base = {"application": case, "item": "SKP", "version": None}
    answer = await town.do("opd_dikbud", "OPD", "application.attach", item_id(case, "SKP"), base=base,
                           application=case, item="SKP", version=second)  # fmt: skip
    assert (answer.status, answer.conflicts) == ("conflict", ["version"])
    held = {one["number"] for one in await town.of_kind("verifikator", "document_version")}
    assert (held, (await town.body("application_item", item_id(case, "SKP")))["version"]) == ({1, 2}, first)


async def test_two_first_versions_at_the_same_moment_have_two_numbers(town: Town) -> None:
    """Two cases of one person get their first paper of a kind at once: both are kept, no two have one name."""
    one = await town.begin()
    await town.write("opd_dikbud", "OPD", one, "promotion", kind="reguler", period="2027-04")
    other = await town.begin()
    uploads = [await town.upload("opd_dikbud", town.paper()) for _ in range(2)]
    added = await asyncio.gather(*(
        town.do("opd_dikbud", "OPD", "document.add", uuid7(), application=case, item="IJAZAH", upload=upload)
        for case, upload in zip((one, other), uploads, strict=True)
    ))  # fmt: skip
    assert {answer.status for answer in added} == {"applied"}, [answer.wire() for answer in added]
    rows = [row for row in await town.rows(DocumentVersion) if row.type == "IJAZAH"]
    assert sorted(row.number for row in rows) == [1, 2]
    assert len({row.download_name for row in rows}) == 2


async def test_one_of_two_verifiers_has_it(town: Town) -> None:
    """Two verifiers open a case at the same moment: one has it, the other reads who."""
    await town.grant("super_layanan", "VER")
    case = await town.submitted()
    answers = await asyncio.gather(
        *(town.do(key, "VER", "application.open", case) for key in ("verifikator", "super_layanan"))
    )
    assert sorted(one.status for one in answers) == ["applied", "rejected"]
    [refused] = [one for one in answers if one.status == "rejected"]
    assert refused.code == "held"
    assert len(await town.rows(ApplicationHistory, application=case, act="buka")) == 1


async def test_a_case_is_taken_over_from_whoever_has_it(town: Town) -> None:
    """A verifier is away: of two colleagues who take over at the same moment one has the case, the other reads who; the
    marks stay, the history says from whom, and what the first one decides unseen changes nothing."""
    for key in ("super_layanan", "hr_admin"):
        await town.grant(key, "VER")
    case, holder = await town.checked(), town.people["verifikator"]
    await town.mark(case, "SKP", "perlu_diperbaiki", "Buram.")
    _, before = await town.seen("application.return", case)
    assert (await town.do("super_layanan", "VER", "application.open", case)).code == "held"
    assert (await town.do("opd_dikbud", "OPD", "application.open", case, holder=holder)).code == "forbidden"
    answers = await asyncio.gather(
        *(town.do(key, "VER", "application.open", case, holder=holder) for key in ("super_layanan", "hr_admin"))
    )
    assert sorted(one.status for one in answers) == ["applied", "rejected"], [one.wire() for one in answers]
    app = await town.case(case)
    assert app.state == "diperiksa"
    assert app.claimed_by in (town.people["super_layanan"], town.people["hr_admin"])
    [refused] = [one for one in answers if one.status == "rejected"]
    assert refused.code == "held"
    assert app.claimed_by_name in (refused.message or "")
    [noted] = await town.rows(ApplicationHistory, application=case, act="ambil_alih")
    assert (noted.account, noted.after) == (app.claimed_by, "")
    assert noted.old["holder"] != noted.new["holder"] == app.claimed_by_name
    late = await town.do("verifikator", "VER", "application.return", case, digest=before)
    assert late.status == "conflict"
    key = next(key for key in ("super_layanan", "hr_admin") if town.people[key] == app.claimed_by)
    await town.done(key, "VER", "application.return", case)
    assert (await town.case(case)).state == "dikembalikan"


async def test_of_sign_ups_at_the_same_moment_one_has_the_space(town: Town) -> None:
    """Acceptance 11: a double press, or two officers of one party: the others read that the space is taken."""

    async def sign_up(email: str) -> str:
        args = bodies.SignUpArgs(party="Partai Bintang Fajar", name="Rahayu Lestari", email=email)
        try:
            async with town.engine.writing(town.agency) as w:
                await parties.sign_up(w, args, "no-password", town.clock.now().date())
        except Refusal as refusal:
            return refusal.code
        return "made"

    emails = ("rahayu@example.id", "rahayu@example.id", "bagas@example.id", "RAHAYU@example.id")
    assert sorted(await asyncio.gather(*map(sign_up, emails))) == ["exists", "exists", "exists", "made"]


async def test_a_stale_decision_is_a_conflict(town: Town) -> None:
    """A verifier who decides on what changed since gets a conflict; the case stays."""
    case = await town.checked()
    _, digest = await town.seen("application.verify", case)
    await town.mark(case, "SKP", "perlu_diperbaiki", "Buram.")
    await town.grant("super_layanan", "VER")
    late = await town.do("super_layanan", "VER", "application.return", case, digest=digest, reasons={"SKP": "Buram."})
    assert late.status == "conflict"
    assert (await town.case(case)).state == "diperiksa"


async def test_reading_a_partys_file_is_noted(town: Town) -> None:
    """Reads of party data stand in the history; whoever sees no record that names a file reads nothing."""
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    other = await town.party("Partai Samudra", "Bagas Pratama", "bagas@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case)
    await town.done(key, None, "application.submit", case)
    [document] = [one for one in await town.of_kind("verifikator", "document_version") if one["item"] == "logo"]
    async with town.db.read() as session:
        allowed = {
            who: await documents.may_read(session, await town.viewer(who), document["file"])
            for who in ("verifikator", other, "operator1")
        }
    assert allowed == {"verifikator": True, other: False, "operator1": False}
    room = town.served()
    file = await town.files.find(document["file"], town.people[key])
    assert await room.may_read(await town.viewer("verifikator"), file)
    assert not await room.may_read(await town.viewer(other), file)
    [noted] = await town.rows(ApplicationHistory, application=case, act="baca")
    assert noted.account == town.people["verifikator"]
