"""A third service that is nothing but a file of data, from draft to its output; no code knows its name."""

from __future__ import annotations

from pathlib import Path

from backend.applications.reading import read_file
from backend.applications.service import services
from tests.applications.samples import THIRD
from tests.applications.test_outputs import asking, get
from tests.applications.town import Town


async def test_a_service_of_data_alone_goes_from_draft_to_its_output(small_town: Town) -> None:
    """The employee asks for oneself; the definition's fields, papers, words, clock and names hold; there is no work
    outside; what was put out is downloaded under the rule's name."""
    town = small_town
    service = read_file(THIRD).service
    assert service is not None
    async with town.engine.writing(town.agency) as w:
        await services.put(w, service)
    case = await town.begin("guru", None, "legalisir", "")
    early = await town.do("guru", None, "application.submit", case)
    assert set(early.fields) >= {"fields.purpose", "fields.copies", "items.DOKUMEN"}
    for group, value in (("purpose", "sekolah"), ("copies", 3)):
        answer = await town.write("guru", None, case, group, **{group: value})
        assert answer.status in ("applied", "merged"), answer.wire()
    await town.document("guru", None, case, "DOKUMEN")
    await town.done("guru", None, "application.submit", case)
    town.clock.advance(minutes=30)
    await town.done("verifikator", "VER", "application.open", case)
    await town.mark(case, "DOKUMEN")
    await town.done("verifikator", "VER", "application.verify", case)
    outside = await town.do("verifikator", "VER", "application.send_out", case, sentOn="2027-01-15")
    assert outside.status == "rejected"
    data = town.paper()
    upload = await town.upload("verifikator", data)
    await town.done("verifikator", "VER", "application.issue", case, dated="2027-01-15", upload=upload)
    body = await town.body("application", case)
    assert (body["state"], body["stateName"], body["promise"]["late"]) == ("selesai", "Siap diambil", 0)
    assert body["promise"]["serviceClock"] == 1_800
    [output] = await town.of_kind("guru", "application_output")
    assert output["label"] == "Unduh hasil legalisir"
    async with asking(town) as client:
        fetched = await get(client, "guru", f"/berkas/{upload}/isi")
        assert fetched.content == data
        assert "LEGALISIR_20270115_v1.pdf" in fetched.headers["content-disposition"]


def test_no_code_knows_the_third_service() -> None:
    """Its name stands nowhere in the room, on the server or on the phone."""
    root = Path(__file__).parents[2]
    files = [*root.glob("backend/applications/**/*.py"), *root.glob("pwa/src/applications/**/*.ts*")]
    assert files
    assert [file.name for file in files if "legalisir" in file.read_text().lower()] == []
