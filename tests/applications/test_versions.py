"""A draft that moves to a newer version of its service: what that version asks for no more stands in nobody's way."""

from __future__ import annotations

from typing import Any

from backend.applications.models import ApplicationField, ApplicationItem, ApplicationSubmission
from tests.applications.samples import FILES, raw
from tests.applications.town import Town


async def second(town: Town, without: frozenset[str], version: int = 2) -> str:
    """Publish SIKAP without these fields and documents; the record of the version."""
    new: dict[str, Any] = raw(FILES[0]) | {"version": version}
    new["fields"] = [one for one in new["fields"] if one["key"] not in without]
    new["items"] = [one for one in new["items"] if one["code"] not in without]
    record = town.service("sikap", version)
    await town.done("hr_admin", "HRA", "service.publish", record, definition=new)
    return record


async def test_a_filled_field_and_a_document_that_fell_away_block_nothing(town: Town) -> None:
    """Sent, marked and verified without them; the rows stay, and count again where a later version asks again."""
    await town.grant("hr_admin", "SUP")
    case = await town.begin()
    await town.filled(case)
    await town.write("opd_dikbud", "OPD", case, "note", note="Berkas asli ada di unit.")
    record = await second(town, frozenset({"note", "SKP"}))
    await town.done("opd_dikbud", "OPD", "application.adopt_version", case, service=record)
    assert (await town.body("application", case))["missing"] == {}
    [loose] = await town.rows(ApplicationField, application=case, group="lepas")
    assert loose.values == {"note": "Berkas asli ada di unit."}
    assert [row.version for row in await town.rows(ApplicationItem, application=case, item="SKP")] != [None]
    await town.done("opd_dikbud", "OPD", "application.submit", case)
    [sent] = await town.rows(ApplicationSubmission, application=case)
    assert "note" not in sent.content["values"]
    assert [one["item"] for one in sent.content["items"]] == ["SK_PANGKAT", "SURAT_PENGANTAR"]
    await town.done("verifikator", "VER", "application.open", case)
    for item in ("SK_PANGKAT", "SURAT_PENGANTAR"):
        await town.mark(case, item)
    await town.done("verifikator", "VER", "application.verify", case)
    assert (await town.case(case)).state == "diverifikasi"


async def test_what_was_kept_counts_again_in_a_version_that_asks_for_it(small_town: Town) -> None:
    """Version 2 drops the note and the SKP, version 3 has both: nobody types or uploads them a second time."""
    town = small_town
    await town.grant("hr_admin", "SUP")
    case = await town.begin()
    await town.filled(case)
    await town.write("opd_dikbud", "OPD", case, "note", note="Berkas asli ada di unit.")
    for version, without in ((2, frozenset({"note", "SKP"})), (3, frozenset[str]())):
        record = await second(town, without, version)
        await town.done("opd_dikbud", "OPD", "application.adopt_version", case, service=record)
    await town.done("opd_dikbud", "OPD", "application.submit", case)
    [sent] = await town.rows(ApplicationSubmission, application=case)
    assert sent.content["values"]["note"] == "Berkas asli ada di unit."
    assert "SKP" in [one["item"] for one in sent.content["items"]]
