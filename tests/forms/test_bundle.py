"""Versions of forms and articles, and the bundle that a phone holds for work without signal."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.database.engine import Database
from backend.forms import service as forms
from backend.forms.models import FormDefinition, ImmutableVersionError
from backend.forms.rules import Field, FieldType
from backend.forms.service import ArticleText
from backend.keys import Keys
from backend.questions.service import categories
from backend.questions.service.setup import open_desk
from sync.errors import Refusal
from sync.ids import uuid7
from tests.questions.office import Office
from tests.support.clock import SettableClock

FIELDS = [Field("text", "Isi pertanyaan", FieldType.LONG_TEXT, required=True, min_length=20)]


@pytest.fixture
async def office(db: Database, keys: Keys, clock: SettableClock) -> Office:
    return await Office(db, keys, clock).build()


def _article(slug: str, *areas: str) -> ArticleText:
    today = date(2026, 11, 3)
    return ArticleText(
        slug, "Cuti besar: syarat?", "Tiga bulan sebelum berangkat.", ("Tulis surat.", "Kirim."), "PP 11/2017",
        today, today, "Ketua Tim", areas,
    )  # fmt: skip


async def _publish(office: Office) -> None:
    async with office.engine.writing(office.agency) as w:
        await open_desk(w.session, office.agency, w.now)
        await forms.publish_bundle(w, office.agency)


async def test_every_phone_of_the_agency_holds_form_categories_and_hours(office: Office) -> None:
    await _publish(office)
    held = {kind: body for (kind, _), body in (await office.pull("guru")).items()}
    assert set(held) == {"form", "category_set", "office_hours"}
    assert held["form"]["code"] == "tanya"
    assert [field["key"] for field in held["form"]["fields"]] == ["text", "kind", "category"]
    assert held["form"]["fields"][0]["minLength"] == 10
    assert len(held["category_set"]["categories"]) == 17
    pangkat = next(one for one in held["category_set"]["categories"] if one["code"] == "pangkat")
    assert set(pangkat) == {"code", "label", "keywords", "unit", "unitId", "unitName", "opening"}
    assert (pangkat["unitId"], pangkat["unitName"]) == (office.units["MUTASI"], "Bidang Mutasi dan Promosi")
    assert held["office_hours"]["zone"] == "WIB"
    assert held["office_hours"]["week"]["mon"][0] == ["07:30", "12:00"]
    assert held["office_hours"]["targetMinutes"] == 120


async def test_an_article_of_a_sub_district_reaches_only_who_serves_there(office: Office) -> None:
    async with office.engine.writing(office.agency) as w:
        await forms.publish_article(w.session, office.agency, _article("cuti-besar"), w.now)
        await forms.publish_article(w.session, office.agency, _article("kurir", office.units["SKR-K09"]), w.now)
        await forms.publish_bundle(w, office.agency)
    assert {body["slug"] for body in await office.of_kind("guru", "article")} == {"cuti-besar", "kurir"}
    assert {body["slug"] for body in await office.of_kind("penyuluh", "article")} == {"cuti-besar"}
    [local] = [body for body in await office.of_kind("guru", "article") if body["slug"] == "kurir"]
    assert local["area"] == office.units["SKR-K09"]


async def test_a_new_version_replaces_the_old_one_on_the_phones(office: Office) -> None:
    for _ in range(2):
        async with office.engine.writing(office.agency) as w:
            await forms.publish_article(w.session, office.agency, _article("cuti-besar"), w.now)
            await forms.publish_bundle(w, office.agency)
    [body] = await office.of_kind("guru", "article")
    assert body["version"] == 2


async def _draft(session: AsyncSession, office: Office) -> FormDefinition:
    return await forms.draft_form(session, office.agency, "tanya", "Tanya", FIELDS, office.clock.now())


async def test_a_published_version_of_a_form_never_changes(office: Office) -> None:
    async with office.db.write() as session:
        draft = await _draft(session, office)
        edited = await forms.edit_draft(session, draft.id, "Tanya petugas", FIELDS)
        assert edited.title == "Tanya petugas"
        await forms.publish_form(session, draft.id, office.clock.now())
        with pytest.raises(Refusal) as refused:
            await forms.edit_draft(session, draft.id, "Lain", FIELDS)
        assert refused.value.code == "locked"
        with pytest.raises(Refusal) as again:
            await forms.publish_form(session, draft.id, office.clock.now())
        assert again.value.code == "state"
    async with office.db.write() as session:
        row = await session.get(FormDefinition, draft.id)
        assert row is not None
        row.title = "Diam-diam"
        with pytest.raises(ImmutableVersionError):
            await session.flush()
        await session.rollback()
    async with office.db.write() as session:
        assert (await _draft(session, office)).version == 2


async def test_the_published_form_judges_a_question(office: Office) -> None:
    async with office.db.write() as session:
        draft = await _draft(session, office)
        await forms.publish_form(session, draft.id, office.clock.now())
    answer = await office.act("guru", None, "question.ask", uuid7(), text="Kapan terbit?")
    assert (answer.status, answer.code) == ("rejected", "invalid")
    assert answer.message == "Isi pertanyaan minimal 20 huruf. Anda menulis 13."


async def test_a_faulty_form_is_refused_with_every_fault(office: Office) -> None:
    bad, now = [Field("Salah", "", FieldType.TEXT)], office.clock.now()
    async with office.db.write() as session:
        with pytest.raises(Refusal) as refused:
            await forms.draft_form(session, office.agency, "tanya", "Tanya", bad, now)
    assert refused.value.code == "invalid"


@pytest.mark.parametrize(
    "content",
    [
        {"kinds": [], "categories": []},
        {"kinds": "x"},
        {"kinds": [{"code": "pertanyaan", "label": "P"}], "categories": [{"code": "lainnya", "label": "L"}]},
        {
            "kinds": [{"code": "pertanyaan", "label": "P"}],
            "categories": [{"code": "lainnya", "label": "L", "unit": "X"}] * 2,
        },
    ],
)
async def test_a_faulty_list_of_categories_leaves_the_old_one_in_force(office: Office, content: object) -> None:
    async with office.db.write() as session:
        await categories.install(session, office.agency, office.clock.now())
    with pytest.raises(Refusal):
        async with office.db.write() as session:
            await categories.replace(session, office.agency, content, office.clock.now())  # type: ignore[arg-type]
    async with office.db.read() as session:
        current = await forms.catalogue(session, office.agency, "pertanyaan")
    assert current is not None
    assert current.version == 1


async def test_own_categories_of_an_agency_route_its_questions(office: Office) -> None:
    content = {
        "kinds": [{"code": "pertanyaan", "label": "Pertanyaan"}],
        "categories": [
            {"code": "air", "label": "Air bersih", "unit": "KOMINFO", "keywords": ["air"]},
            {"code": "lainnya", "label": "Lainnya", "unit": "SEKRETARIAT"},
        ],
    }
    async with office.db.write() as session:
        await categories.replace(session, office.agency, content, office.clock.now())
    question = await office.question(await office.ask(text="kapan air mengalir lagi"))
    assert (question.category, question.unit) == ("air", office.units["KOMINFO"])
