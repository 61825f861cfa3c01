"""A note is written at the desk, read by a second pair of eyes, held by the phones, and looked at again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.forms import service as forms
from backend.forms.models import Article
from backend.knowledge.models import ArticleDraft
from backend.knowledge.service import articles
from backend.knowledge.service.reviews import Reviews
from backend.notifications.models import Delivery
from sync.ids import uuid7
from tests.knowledge.conftest import NOTE, Desk


async def test_a_note_is_approved_by_another_and_reaches_every_phone(desk: Desk) -> None:
    record = await desk.draft()
    assert await desk.of_kind("guru", "article_draft") == []
    [seen] = await desk.of_kind("kabid_mutasi", "article_draft")
    assert (seen["answer"], seen["authors"]) == (NOTE["answer"], [desk.people["operator1"]])
    done = await desk.do("kabid_mutasi", "BID", "article.publish", record)
    assert done.status == "applied", done.wire()
    [body] = await desk.of_kind("guru", "article")
    assert (body["version"], body["steps"], body["basis"]) == (1, ["Tulis surat.", "Kirim."], "PP 11/2017")
    assert (body["checkedAt"], body["reviewOn"]) == ("2026-11-20", "2027-05-19")
    assert body["checkedBy"] == "Bidang Mutasi dan Promosi"
    assert await desk.of_kind("kabid_mutasi", "article_draft") == []
    assert await desk.count(ArticleDraft) == 0


@pytest.mark.parametrize(
    ("key", "role", "code"),
    [
        ("operator2", "OPR", "forbidden"), ("admin_penyaring", "ADM", "forbidden"), ("kabid_ppi", "BID", "forbidden"),
        ("kepala_bkpsdm", "KPL", "not_found"), ("guru", None, "not_found"),
    ],
)  # fmt: skip
async def test_only_the_unit_in_charge_and_the_team_lead_approve(
    desk: Desk, key: str, role: str | None, code: str
) -> None:
    record = await desk.draft()
    assert (await desk.do(key, role, "article.publish", record)).code == code
    assert await desk.of_kind("guru", "article") == []


async def test_who_wrote_in_a_draft_does_not_approve_it(desk: Desk) -> None:
    record = await desk.draft()
    edited = await desk.do("kabid_mutasi", "BID", "article.draft", record, answer="Paling lama 3 bulan, sekali saja.")
    assert edited.status == "applied", edited.wire()
    assert (await desk.do("kabid_mutasi", "BID", "article.publish", record)).code == "forbidden"
    assert (await desk.do("ketua_tim", "KTM", "article.publish", record)).status == "applied"


@pytest.mark.parametrize(
    "more",
    [
        {"answer": "Pendek"}, {"basis": " "}, {"validFrom": ""}, {"validFrom": "2026-02-30"}, {"question": "x" * 201},
        {"category": "gosip"}, {"steps": "\n".join(f"Langkah {n}" for n in range(21))},
    ],
)  # fmt: skip
async def test_an_unfinished_note_is_not_published_and_stays(desk: Desk, more: dict[str, Any]) -> None:
    record = uuid7()
    unit = desk.units["MUTASI"]
    begun = await desk.do("operator1", "OPR", "article.draft", record, unit=unit, **{**NOTE, **more})
    if begun.status == "applied":
        refused = await desk.do("kabid_mutasi", "BID", "article.publish", record)
        assert refused.code == "invalid", refused.wire()
    else:
        assert begun.code == "invalid"
    assert await desk.of_kind("guru", "article") == []


async def test_personal_data_of_the_conversation_is_not_published(desk: Desk) -> None:
    question = await desk.answered()
    name = (await desk.question(question)).asker_name
    bare = name.split(",")[0]
    record = await desk.draft(answer=f"Usul {bare} terbit bulan depan, hubungi 0812 0000 0001.", source=question)
    refused = await desk.do("kabid_mutasi", "BID", "article.publish", record)
    assert refused.code == "invalid"
    assert "nama penanya" in (refused.message or "")
    fixed = await desk.do("operator1", "OPR", "article.draft", record, answer="Usul terbit, hubungi 0812 0000 0001.")
    assert fixed.status == "applied", fixed.wire()
    assert "nomor HP" in ((await desk.do("kabid_mutasi", "BID", "article.publish", record)).message or "")
    allowed = await desk.do("kabid_mutasi", "BID", "article.publish", record, contacts=True)
    assert allowed.status == "applied", allowed.wire()
    [body] = await desk.of_kind("guru", "article")
    assert question not in str(body)


async def test_a_number_of_a_person_is_never_published(desk: Desk) -> None:
    record = await desk.draft(answer="NIP 199003152015041901 sudah benar di sistem.")
    assert (await desk.do("kabid_mutasi", "BID", "article.publish", record, contacts=True)).code == "invalid"


async def test_a_note_for_sub_districts_reaches_who_serves_there_and_the_desks(desk: Desk) -> None:
    await desk.published(areas=[desk.units["SKR-K09"]])
    assert len(await desk.of_kind("guru", "article")) == 1
    assert await desk.of_kind("penyuluh", "article") == []
    assert len(await desk.of_kind("kabid_ppi", "article")) == 1
    strange = await desk.do("operator1", "OPR", "article.draft", uuid7(), unit=desk.units["MUTASI"], areas=[uuid7()])
    assert strange.code == "invalid"


async def test_two_writers_of_a_draft_keep_both_works_or_choose(desk: Desk) -> None:
    record = await desk.draft()
    one, other = desk.phone("operator1"), desk.phone("operator2")
    version = await desk.version("article_draft", record)

    async def item(phone: Any, key: str, **args: Any) -> dict[str, Any]:
        grant = (await desk.actor(key, "OPR")).grant
        made: dict[str, Any] = phone.item("article.draft", record, grant=grant, **args)
        return made | {"base": NOTE, "baseVersion": version}

    [first] = await one.send(await item(one, "operator1", question="Berapa lama cuti besar?"))
    [second] = await other.send(await item(other, "operator2", basis="Peraturan BKN 24/2017"))
    assert (first["status"], second["status"]) == ("applied", "merged")
    [third] = await one.send(await item(one, "operator1", answer="Tiga bulan, sekali lima tahun."))
    assert third["status"] == "conflict"
    assert set(third["conflicts"]) == {"answer", "basis", "steps", "validFrom"}


async def test_a_change_is_a_new_version_over_the_one_that_was_seen(desk: Desk) -> None:
    body = await desk.published()
    records = [await desk.draft(slug=body["slug"], answer=f"Paling lama {n} bulan saja.") for n in (2, 3)]
    blind = await desk.do("kabid_mutasi", "BID", "article.publish", records[0])
    assert blind.code == "state"
    done = await desk.do("kabid_mutasi", "BID", "article.publish", records[0], over=1)
    assert done.status == "applied", done.wire()
    late = await desk.do("kabid_mutasi", "BID", "article.publish", records[1], over=1)
    assert late.code == "state"
    [now] = await desk.of_kind("guru", "article")
    assert (now["version"], now["answer"]) == (2, "Paling lama 2 bulan saja.")
    async with desk.db.read() as session:
        kept = await articles.versions(session, await desk.viewer("guru"), body["slug"])
    assert [(row.version, row.answer) for row in kept] == [(2, now["answer"]), (1, NOTE["answer"])]


async def test_two_approvals_at_once_make_one_version(desk: Desk) -> None:
    record = await desk.draft()
    answers = await asyncio.gather(
        *[
            desk.do(key, role, "article.publish", record)
            for key, role in (("kabid_mutasi", "BID"), ("ketua_tim", "KTM"))
        ]
    )
    assert sorted(answer.status for answer in answers) in (["applied", "conflict"], ["applied", "rejected"])
    assert await desk.count(Article) == 1


async def test_a_note_is_due_again_after_180_days_and_checked_by_its_unit(desk: Desk) -> None:
    body = await desk.published()
    desk.clock.advance(timedelta(days=181))
    id = desk.article(body["slug"])
    for key, role in (("operator1", "OPR"), ("kabid_ppi", "BID")):
        assert (await desk.do(key, role, "article.check", id, version=1)).code == "forbidden"
    assert (await desk.do("kabid_mutasi", "BID", "article.check", id, version=7)).code == "state"
    assert (await desk.do("kabid_mutasi", "BID", "article.check", id, version=1)).status == "applied"
    [now] = await desk.of_kind("guru", "article")
    assert (now["version"], now["checkedAt"], now["reviewOn"]) == (2, "2027-05-20", "2027-11-16")
    assert now["answer"] == body["answer"]


async def test_a_due_note_is_told_to_its_unit_on_the_day_and_on_mondays(desk: Desk) -> None:
    body = await desk.published()
    night = Reviews(desk.db, desk.engine, desk.directory)
    told: list[tuple[str, int]] = []
    # 180 days after Friday 20 November 2026 is Wednesday 19 May 2027.
    for days in (179, 1, 1, 4, 1):
        desk.clock.advance(timedelta(days=days))
        await night.remind()
        told.append((desk.clock.now().strftime("%a"), await desk.count(Delivery)))
    assert told == [("Tue", 0), ("Wed", 2), ("Thu", 2), ("Mon", 4), ("Tue", 4)]
    notices = await desk.rows(Delivery)
    assert {one.account for one in notices} == {desk.people["kabid_mutasi"], desk.people["ketua_tim"]}
    assert {(one.kind, one.body) for one in notices} == {("deadline.review", "1 jawaban perlu diperiksa ulang.")}
    assert (await desk.do("kabid_mutasi", "BID", "article.check", desk.article(body["slug"]), version=1)).code is None
    desk.clock.advance(timedelta(days=6))
    await night.remind()
    assert await desk.count(Delivery) == 4


async def test_a_withdrawn_note_leaves_the_phones_and_may_come_back(desk: Desk) -> None:
    body = await desk.published()
    id = desk.article(body["slug"])
    assert (await desk.do("kabid_mutasi", "BID", "article.withdraw", id, reason="usang")).code == "invalid"
    gone = await desk.do("kabid_mutasi", "BID", "article.withdraw", id, reason="Peraturannya sudah dicabut.")
    assert gone.status == "applied", gone.wire()
    assert await desk.of_kind("guru", "article") == []
    async with desk.db.read() as session:
        assert await articles.versions(session, await desk.viewer("guru"), body["slug"]) == []
        kept = await articles.versions(session, await desk.viewer("operator1"), body["slug"])
        assert [(row.version, row.reason) for row in kept] == [(2, "Peraturannya sudah dicabut."), (1, "")]
    async with desk.engine.writing(desk.agency) as w:
        await forms.publish_bundle(w, desk.agency)
    assert await desk.of_kind("guru", "article") == []
    back = await desk.draft(slug=body["slug"])
    assert (await desk.do("kabid_mutasi", "BID", "article.publish", back, over=2)).status == "applied"
    [now] = await desk.of_kind("guru", "article")
    assert now["version"] == 3


async def test_a_draft_is_thrown_away_by_its_author_or_the_unit(desk: Desk) -> None:
    record = await desk.draft()
    assert (await desk.do("operator2", "OPR", "article.discard", record)).code == "forbidden"
    assert (await desk.do("operator1", "OPR", "article.discard", record)).status == "applied"
    assert (await desk.do("operator1", "OPR", "article.draft", record, answer="Masih ada?")).code == "gone"
    assert await desk.count(ArticleDraft) == 0


async def test_where_a_draft_comes_from_is_said_once(desk: Desk) -> None:
    record = await desk.draft()
    moved = await desk.do("operator1", "OPR", "article.draft", record, unit=desk.units["PPI"])
    assert moved.code == "forbidden"
    foreign = await desk.do("kabid_mutasi", "BID", "article.draft", uuid7(), **{**NOTE, "unit": desk.units["PPI"]})
    assert foreign.code == "forbidden"
    assert (
        await desk.do("guru", None, "article.draft", uuid7(), **{**NOTE, "unit": desk.units["PPI"]})
    ).code == "forbidden"


async def test_canned_answers_are_proposed_by_all_and_put_into_use_by_few(desk: Desk) -> None:
    record, text = uuid7(), "Baik Bapak/Ibu {nama}, usul Anda kami periksa."
    assert (await desk.do("telepon", "TEL", "canned.draft", record, title="Diperiksa", text=text)).status == "applied"
    assert (await desk.do("operator1", "OPR", "canned.publish", record)).code == "forbidden"
    assert (await desk.do("kabid_ppi", "BID", "canned.publish", record)).status == "applied"
    [body] = await desk.of_kind("operator2", "canned_answer")
    assert (body["state"], body["version"], body["text"]) == ("berlaku", 1, text)
    assert await desk.of_kind("guru", "canned_answer") == []
    assert (await desk.do("telepon", "TEL", "canned.draft", record, text="Lain sekali dari itu.")).code == "state"
    assert (await desk.do("ketua_tim", "KTM", "canned.publish", record)).code == "state"


async def test_a_canned_answer_in_use_changes_by_versions_and_ends(desk: Desk) -> None:
    record = uuid7()
    args = {"title": "Diperiksa", "text": "Usul Anda kami periksa."}
    assert (await desk.do("ketua_tim", "KTM", "canned.draft", record, **args)).status == "applied"
    assert (await desk.do("ketua_tim", "KTM", "canned.revise", record, **args)).code == "state"
    assert (await desk.do("ketua_tim", "KTM", "canned.publish", record)).status == "applied"
    wrong = await desk.do("ketua_tim", "KTM", "canned.revise", record, title="Diperiksa", text="Halo {apa saja} Anda.")
    assert wrong.code == "invalid"
    stale = await desk.version("canned_answer", record)
    better = {**args, "text": "Usul Anda kami periksa hari ini."}
    assert (await desk.do("ketua_tim", "KTM", "canned.revise", record, **better)).status == "applied"
    actor = await desk.actor("admin_penyaring", "ADM")
    late = await desk.engine.execute(actor, "canned.revise", record, args, seen={record: stale or 0})
    assert late.status == "conflict"
    [body] = await desk.of_kind("operator1", "canned_answer")
    assert (body["version"], body["text"]) == (2, better["text"])
    assert (await desk.do("ketua_tim", "KTM", "canned.retire", record)).status == "applied"
    assert await desk.of_kind("operator1", "canned_answer") == []
