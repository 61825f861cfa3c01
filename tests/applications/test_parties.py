"""Parties: sign-up, approval, own space, from the form to the certificate."""

from __future__ import annotations

import pytest

from backend.applications import bodies
from backend.applications.models import Application, ApplicationHistory, ApplicationOutput, ApplicationRow
from backend.applications.service import documents, parties
from backend.applications.service.stored import item_id
from sync.actors import system_actor
from sync.errors import Refusal
from sync.ids import uuid7
from tests.applications.town import Town


@pytest.fixture
async def town(small_town: Town) -> Town:
    """On SQLite: what the two databases could do differently is in the life of a case and in what waits."""
    return small_town


async def test_a_party_from_sign_up_to_certificate(town: Town) -> None:
    """Acceptance 12, 13: the sent form waits in the verifier's list with party and documents; *verifikasi* keeps actor
    and time; the output shows only in *selesai*, and the first download is recorded."""
    key = await town.party("Partai Bintang Fajar Sukaraya", "Rahayu Lestari", "rahayu@example.id", approved=False)
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case)
    early = await town.do(key, None, "application.submit", case)
    assert set(early.fields) == {"account"}
    assert not [one for one in await town.of_kind("verifikator", "application") if one["code"] == "sisakat"]
    await town.done("super_layanan", "SUP", "party.approve", town.people[key], approved=True)
    await town.done(key, None, "application.submit", case)
    [waiting] = [one for one in await town.of_kind("verifikator", "application") if one["code"] == "sisakat"]
    assert (waiting["state"], waiting["subjectName"]) == ("diajukan", "Partai Bintang Fajar Sukaraya")
    assert waiting["dates"]["submitted"]
    [receipt] = await town.of_kind("verifikator", "application_submission")
    assert [one["item"] for one in receipt["items"]] == ["PERNYATAAN_TIDAK_MERANGKAP", "SK_KEPENGURUSAN"]
    assert [row["nama"] for row in receipt["values"]["pengurus"]] == ["Bima Sakti", "Rahayu Lestari"]
    await town.done("verifikator", "VER", "application.open", case)
    for item in ("SK_KEPENGURUSAN", "PERNYATAAN_TIDAK_MERANGKAP"):
        await town.mark(case, item)
    await town.done("verifikator", "VER", "application.verify", case)
    row = await town.case(case)
    assert (row.verified_by, row.verified_at) == (town.people["verifikator"], town.clock.now())
    await town.done("super_layanan", "SUP", "application.send_out", case, sentOn="2027-01-15")
    assert not await town.of_kind(key, "application_output")
    said = {
        "number": "823.4/12/412.900/2027",
        "dated": "2027-01-15",
        "upload": await town.upload("super_layanan", town.paper()),
    }
    doubted = await town.do("super_layanan", "SUP", "application.issue", case, **said)
    assert (doubted.status, doubted.code) == ("rejected", "confirm")
    await town.done("super_layanan", "SUP", "application.issue", case, confirmed="Diperiksa di SRIKANDI.", **said)
    [output] = await town.of_kind(key, "application_output")
    assert (output["label"], output["number"]) == ("SKT", said["number"])
    for _ in range(2):
        done = await town.engine.execute(
            system_actor(town.agency), "application.downloaded", case, {"account": town.people[key]}
        )
        assert done.status == "applied"
    [stored] = await town.rows(ApplicationOutput, application=case)
    assert stored.downloaded_by == town.people[key]
    assert (await town.body("application", case))["stateName"] == "Diunduh"
    fetched = [one.new["first"] for one in await town.rows(ApplicationHistory, application=case, act="unduh")]
    assert fetched == [True, False]


async def test_a_second_sign_up_is_refused(town: Town) -> None:
    """Acceptance 11: the same identifier, or the same party unit, in whatever spelling, has a space already."""
    await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    for party, email in (("Partai Lain", "RAHAYU@example.id"), ("PARTAI  bintang-fajar", "lain@example.id")):
        args = bodies.SignUpArgs(party=party, name="Sari", email=email)
        with pytest.raises(Refusal, match="sudah") as refused:
            async with town.engine.writing(town.agency) as w:
                await parties.sign_up(w, args, "x", town.clock.now().date())
        assert refused.value.code == "exists"
    args = bodies.SignUpArgs(party="contoh", name="...", email="")
    with pytest.raises(Refusal) as faulty:
        async with town.engine.writing(town.agency) as w:
            await parties.sign_up(w, args, "x", town.clock.now().date())
    assert set(faulty.value.fields) == {"party", "name", "email"}


async def test_a_refused_stranger_keeps_no_party_out(town: Town) -> None:
    """Whoever signed up in a party's name and was refused holds it back no longer: its own officer signs up, sees no
    draft of the stranger, and the stranger's refusal is not taken back beside it. A space from which something was
    sent stays taken."""
    name = "Partai Bintang Fajar"
    stranger = await town.party(name, "Orang Lain", "asing@example.id", approved=False)
    draft = await town.begin(stranger, None, "sisakat", "")
    refused = {"approved": False, "reason": "Bukan pengurus."}
    await town.done("super_layanan", "SUP", "party.approve", town.people[stranger], **refused)
    await town.done("super_layanan", "SUP", "party.approve", town.people[stranger], approved=True)
    with pytest.raises(Refusal, match="sudah punya ruang"):
        await town.party(name, "Rahayu Lestari", "rahayu@example.id")
    await town.done("super_layanan", "SUP", "party.approve", town.people[stranger], **refused)
    own = await town.party(name, "Rahayu Lestari", "rahayu@example.id")
    assert draft not in {id for _, id in await town.pull(own)}
    late = await town.do("super_layanan", "SUP", "party.approve", town.people[stranger], approved=True)
    assert (late.status, late.code) == ("rejected", "exists")
    case = await town.begin(own, None, "sisakat", "")
    await town.biodata(own, case)
    await town.done(own, None, "application.submit", case)
    await town.done("super_layanan", "SUP", "party.approve", town.people[own], **refused)
    with pytest.raises(Refusal, match="sudah punya ruang"):
        await town.party(name, "Sari Dewi", "sari@example.id")


async def test_nothing_of_another_party_is_reachable(town: Town) -> None:
    """Another party's case, by its id, is *not found* for every act, and each try is noted."""
    one = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    other = await town.party("Partai Samudra", "Bagas Pratama", "bagas@example.id")
    case = await town.begin(one, None, "sisakat", "")
    assert not [kind for kind, id in await town.pull(other) if id == case]
    for kind in ("application.submit", "application.cancel"):
        refused = await town.do(other, None, kind, case)
        assert (refused.status, refused.code) == ("rejected", "not_found")
    written = await town.write(other, None, case, "nama", nama="Orang lain")
    mine = await town.begin(other, None, "sisakat", "")
    await town.biodata(one, case)
    logo = next(body["values"]["logo"] for body in await town.of_kind(one, "application_values")
                if body["group"] == "logo")  # fmt: skip
    stolen = await town.write(other, None, mine, "logo", logo=logo)
    attached = await town.do(other, None, "application.attach", item_id(mine, "SK_KEPENGURUSAN"), application=mine,
                             item="SK_KEPENGURUSAN", version=await town.held(case, "SK_KEPENGURUSAN"))  # fmt: skip
    assert {stolen.code, attached.code} == {"not_found"}
    rows = len(await town.rows(ApplicationRow, application=case))
    added = await town.do(other, None, "document.add", uuid7(), application=case, item="logo", upload=uuid7())
    row = await town.do(other, None, "application.row", uuid7(), application=case, field="pengurus", cells={}, order=1)
    begun = await town.do(other, None, "application.create", uuid7(), service=town.service("sikap"),
                          subject=town.people["guru"])  # fmt: skip
    assert {one.code for one in (written, added, row)} == {"not_found"}
    assert begun.code == "forbidden"
    assert len(await town.rows(ApplicationRow, application=case)) == rows


async def test_a_party_has_further_officers_with_accounts_of_their_own(town: Town) -> None:
    """Another officer sees the party's cases, sent and finished ones too, and who else acts for it, fills one and sends
    only once SUP approved; nothing of other parties; an identifier that is taken and a party that is full are refused;
    a refused officer sees no case any longer."""
    first = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    other = await town.party("Partai Samudra", "Bagas Pratama", "bagas@example.id")
    foreign = await town.begin(other, None, "sisakat", "")
    case = await _certified(town, first)
    said = {"number": "823.4/12/412.900/2027", "dated": "2027-01-15", "confirmed": "Diperiksa di SRIKANDI."}
    await town.done("super_layanan", "SUP", "application.issue", case, **said,
                    upload=await town.upload("super_layanan", town.paper()))  # fmt: skip
    async with town.db.read() as session:
        party = await parties.of(session, town.agency, town.people[first], None)
        assert party is not None
        assert await parties.of(session, town.agency, town.people[other], party.id) is None
        assert await parties.of(session, town.agency, town.people["guru"], None) is None
        assert await parties.find(session, town.agency, "' OR 1=1") is None
    args = bodies.SignUpArgs(party=party.name, name="Dewi Anggraini", position="Bendahara", email="dewi@example.id")

    async def added(**changed: str) -> str:
        async with town.engine.writing(town.agency) as w:
            return await parties.add(w, party, args.model_copy(update=changed), town.clock.now().date(), None)

    town.people["dewi"] = await added()
    for changed in ({}, {"email": "RAHAYU@example.id"}):
        with pytest.raises(Refusal) as taken:
            await added(**changed)
        assert taken.value.code == "exists"
    mine, all_ = await town.pull("dewi"), await town.pull(first)
    shared = ("application", "application_values", "application_row", "application_item", "document_version",
              "application_mark", "application_submission", "application_output", "application_history")  # fmt: skip
    for kind in shared:
        assert {id for name, id in mine if name == kind} == {id for name, id in all_ if name == kind} != set(), kind
    assert foreign not in {id for _, id in mine}
    both = {town.people[first], town.people["dewi"]}
    assert {id for name, id in mine if name == "party_account"} == both
    assert {id for name, id in all_ if name == "party_account"} == both
    assert {id for name, id in await town.pull(other) if name == "party_account"} == {town.people[other]}
    stolen = await town.write("dewi", None, foreign, "nama", nama="Orang lain")
    assert stolen.code == "not_found"
    draft = await town.begin("dewi", None, "sisakat", "")
    await town.biodata("dewi", draft)
    assert set((await town.do("dewi", None, "application.submit", draft)).fields) == {"account"}
    await town.done("super_layanan", "SUP", "party.approve", town.people["dewi"], approved=True)
    await town.done("dewi", None, "application.submit", draft)
    await town.done("super_layanan", "SUP", "party.approve", town.people["dewi"], approved=False, reason="Mundur.")
    left = await town.pull("dewi")
    assert not {name for name, _ in left} & set(shared)
    assert {id for name, id in left if name == "party_account"} == {town.people["dewi"]}
    assert {id for name, id in await town.pull(first) if name == "application"} == {case, draft}
    for number in range(parties.MOST_OFFICERS - 1):
        await added(email=f"p{number}@example.id")
    with pytest.raises(Refusal) as full:
        await added(email="penuh@example.id")
    assert full.value.code == "too_many"


async def test_without_officers_a_draft_is_nobodys_and_once_sent_its_whole_way_is_the_offices(town: Town) -> None:
    """While the office knows none of a party's officers, what was never sent is on no phone and its files open for
    nobody; taken back, the officer has everything again. With the first *kirim* the office reads what came before."""
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case)
    apart = ("party_account", "service")
    mine = {one for one in await town.pull(key) if one[0] not in apart}
    files = [one["file"] for one in await town.of_kind(key, "document_version")]
    office = ("verifikator", "super_layanan", "sekretaris", "kepala_bkpsdm", "sekda")
    refused = {"approved": False, "reason": "Bukan pengurus."}
    await town.done("super_layanan", "SUP", "party.approve", town.people[key], **refused)
    for who in (*office, key):
        held = await town.pull(who)
        assert not held.keys() & mine, who
        assert not [body for body in held.values() if body.get("application") == case], who
        viewer = await town.viewer(who)
        async with town.db.read() as session:
            assert not [file for file in files if await documents.may_read(session, viewer, file)], who
    await town.done("super_layanan", "SUP", "party.approve", town.people[key], approved=True)
    assert {one for one in await town.pull(key) if one[0] not in apart} == mine
    assert not (await town.pull("verifikator")).keys() & mine
    await town.done(key, None, "application.submit", case)
    acts = [one["act"] for one in await town.of_kind(key, "application_history")]
    assert {"buat", "unggah", "lampirkan", "kirim"} <= set(acts)
    for who in office:
        told = [one["act"] for one in await town.of_kind(who, "application_history")]
        assert sorted(told) == sorted(acts), who


async def test_placeholders_are_refused_by_field(town: Town) -> None:
    """The guard at *kirim* names each stand-in; a post without a name and a value with ``${`` too."""
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case, nama=" Nama  ANDA ", nomor_sk="...")
    await town.done(key, None, "application.row", uuid7(), application=case, field="pengurus", order=9,
                    cells={"jabatan": "Bendahara", "nama": ""})  # fmt: skip
    refused = await town.do(key, None, "application.submit", case)
    assert set(refused.fields) == {"fields.nama", "fields.nomor_sk", "fields.pengurus[3].nama"}
    placeholder = await town.write(key, None, case, "nama", nama="${ttd_pengirim}")
    assert (placeholder.status, set(placeholder.fields)) == ("rejected", {"fields.nama"})
    assert (await town.case(case)).state == "draf"


async def test_an_unusual_level_is_confirmed_with_a_reason(town: Town) -> None:
    """*Tingkat* outside the agency's level: the verifier writes why."""
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case, tingkat="kabupaten")
    await town.done(key, None, "application.submit", case)
    await town.done("verifikator", "VER", "application.open", case)
    for item in ("SK_KEPENGURUSAN", "PERNYATAAN_TIDAK_MERANGKAP"):
        await town.mark(case, item)
    refused = await town.do("verifikator", "VER", "application.verify", case)
    assert set(refused.fields) == {"confirmed"}
    await town.done("verifikator", "VER", "application.verify", case, confirmed="Pengurus cabang, kantor setuju.")
    rows: list[Application] = await town.rows(Application, id=case)
    assert rows[0].confirmed.startswith("Pengurus cabang")


async def _certified(town: Town, key: str, previous: str | None = None) -> str:
    """A case of a party up to the work outside."""
    case = await town.begin(key, None, "sisakat", "", previous=previous)
    await town.biodata(key, case)
    await town.done(key, None, "application.submit", case)
    await town.done("verifikator", "VER", "application.open", case)
    for item in ("SK_KEPENGURUSAN", "PERNYATAAN_TIDAK_MERANGKAP"):
        await town.mark(case, item)
    await town.done("verifikator", "VER", "application.verify", case)
    await town.done("super_layanan", "SUP", "application.send_out", case, sentOn="2027-01-15")
    return case


async def test_a_new_certificate_replaces_the_old_one_and_no_file_serves_twice(town: Town) -> None:
    """A committee change is a new case linked to the old one, whose certificate is *digantikan* and kept. A number off
    the pattern and a file of another case are refused at once, each named."""
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    first, data = await _certified(town, key), town.paper()
    said = {"number": "823.4/12/412.900/2027", "dated": "2027-01-15", "confirmed": "Diperiksa di SRIKANDI."}
    await town.done("super_layanan", "SUP", "application.issue", first, **said,
                    upload=await town.upload("super_layanan", data))  # fmt: skip
    second = await _certified(town, key, first)
    again = await town.upload("super_layanan", data)
    refused = await town.do("super_layanan", "SUP", "application.issue", second, upload=again,
                            **{**said, "number": "nomor ${nomor_naskah}"})  # fmt: skip
    assert set(refused.fields) == {"number", "output"}
    foreign = await town.do("verifikator", "VER", "application.issue", second, upload=again, **said)
    assert (foreign.status, foreign.code) == ("rejected", "forbidden")
    await town.done("super_layanan", "SUP", "application.issue", second, **said,
                    upload=await town.upload("super_layanan", town.paper()))  # fmt: skip
    outputs = {one["application"]: one.get("replacedBy") for one in await town.of_kind(key, "application_output")}
    assert outputs == {first: town.output(second), second: None}
    names = {one["application"]: one["name"][-15:] for one in await town.of_kind(key, "application_output")}
    assert names == {first: "20270115_v1.pdf", second: "20270115_v2.pdf"}
