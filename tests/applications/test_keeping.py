"""How long drafts and ended cases are kept: nothing goes early, nothing that others need goes, nothing comes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog

from backend.applications.models import (
    Application,
    ApplicationField,
    ApplicationHistory,
    ApplicationItem,
    ApplicationOutput,
    ApplicationSubmission,
    DocumentVersion,
)
from backend.applications.reading import built_in
from backend.applications.rules.definition import Retention
from backend.applications.service import services
from backend.applications.service.stored import service_id
from backend.files.models import File
from sync.ids import uuid7
from tests.applications.town import Town

TEN_YEARS = timedelta(days=3_660)


async def kept(town: Town) -> list[dict[str, Any]]:
    """The night's work; what it told the operator."""
    with structlog.testing.capture_logs() as said:
        await town.served().keep(town.engine, town.files.erase)
    return [dict(one) for one in said if one["event"].startswith("applications_")]


async def states(town: Town, versions: list[str]) -> dict[str, str]:
    """What became of the files of document versions."""
    rows = {row.file: row.id for row in await town.rows(DocumentVersion) if row.id in versions}
    return {rows[file.id]: file.state for file in await town.rows(File) if file.id in rows}


async def test_a_draft_that_nobody_touches_is_forgotten_and_no_other(town: Town) -> None:
    """The definition says 365 days: at 365 it is there, a second later its words and files are gone, its history is
    not, and whoever had it open offline is told."""
    case = await town.begin()
    version = await town.document("opd_dikbud", "OPD", case, "SKP")
    await town.write("opd_dikbud", "OPD", case, "education", education="S1 Pendidikan")
    acts = len(await town.rows(ApplicationHistory, application=case))
    town.clock.advance(days=365)
    [quiet] = await kept(town)
    assert (quiet["cases"], quiet["files"]) == (0, 0)
    assert (await town.case(case)).state == "draf"
    town.clock.advance(seconds=1)
    [said] = await kept(town)
    assert (said["cases"], said["files"]) == (1, 1)
    row = await town.case(case)
    assert (row.state, row.facts, row.active_key, row.erased_at) == ("batal", {}, None, town.clock.now())
    assert not await town.rows(ApplicationField, application=case)
    assert not await town.rows(ApplicationItem, application=case)
    assert await states(town, [version]) == {version: "refused"}
    history = await town.rows(ApplicationHistory, application=case)
    assert (len(history), history[-1].act, history[-1].account) == (acts + 1, "hapus_draf", None)
    for who in ("opd_dikbud", "guru", "verifikator"):
        assert not [key for key, body in (await town.pull(who)).items() if case in (key[1], body.get("application"))]
    late = await town.write("opd_dikbud", "OPD", case, "education", education="S2")
    assert (late.status, late.code) == ("rejected", "gone")
    assert (await town.do("opd_dikbud", "OPD", "application.submit", case)).status == "rejected"
    [again] = await kept(town)
    assert (again["cases"], again["files"]) == (0, 0)
    assert await town.begin(), "the person and the period are free for a new one"


async def test_a_touch_anywhere_in_a_draft_counts_and_sent_cases_stay(town: Town) -> None:
    """A file that came last week keeps the draft; what was sent or returned is nobody's forgotten draft."""
    touched = await town.begin()
    town.clock.advance(days=360)
    upload = await town.upload("opd_dikbud", town.paper())
    await town.done("opd_dikbud", "OPD", "document.add", uuid7(), application=touched, item="SKP", upload=upload)
    town.clock.advance(days=364)
    assert [one["cases"] for one in await kept(town)] == [0]
    assert (await town.case(touched)).state == "draf"
    async with town.engine.writing(town.agency) as w:
        row = await w.session.get(Application, touched)
        assert row is not None
        row.state = "dikembalikan"
    town.clock.advance(days=4_000)
    assert [one["cases"] for one in await kept(town)] == [0]


async def test_an_ended_case_leaves_after_its_years_with_what_nobody_needs(town: Town) -> None:
    """Ten years: values and papers go; history, output and what a later case uses stay; receipts keep their hashes."""
    case = await town.finished()
    old = {code: await town.held(case, code) for code in ("SK_PANGKAT", "SKP", "SURAT_PENGANTAR")}
    acts = len(await town.rows(ApplicationHistory, application=case))
    town.clock.advance(TEN_YEARS - timedelta(days=30))
    later = await town.begin()
    await town.attach("opd_dikbud", "OPD", later, "SKP", old["SKP"])
    assert [one["cases"] for one in await kept(town)] == [0]
    town.clock.advance(days=30)
    [said] = await kept(town)
    assert said["cases"] == 1
    assert not await town.rows(ApplicationField, application=case)
    [receipt] = await town.rows(ApplicationSubmission, application=case)
    assert (receipt.content["values"], len(receipt.content["items"])) == ({}, 3)
    assert len(await town.rows(ApplicationHistory, application=case)) == acts + 1
    gone = {row.type for row in await town.rows(DocumentVersion, application=case) if row.erased_at is not None}
    assert "SKP" not in gone
    assert "SURAT_PENGANTAR" in gone
    [output] = await town.rows(ApplicationOutput, application=case)
    assert output.erased_at is None
    assert [one["number"] for one in await town.of_kind("guru", "application_output")] == [output.number]
    held = {id for kind, id in await town.pull("guru") if kind == "application"}
    assert held == {later}
    page = await town.rows(File, id=output.file)
    assert page[0].state == "complete"


async def test_an_output_goes_only_where_the_definition_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """``output_years``: record and file go then; a server that died before the file was removed removes it later."""
    [sikap] = [one for one in built_in() if one.code == "sikap"]
    newer = replace(sikap, version=2, retention=Retention(case_years=10, output_years=12))
    async with town.engine.writing(town.agency) as w:
        await services.put(w, newer)
    monkeypatch.setattr(town, "service", lambda code: service_id(town.agency, code, 2))
    case = await town.finished()
    town.clock.advance(TEN_YEARS)
    assert [one["outputs"] for one in await kept(town)] == [0]
    town.clock.advance(days=732)

    async def dies(_ids: object) -> int:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await town.served().keep(town.engine, dies)
    [output] = await town.rows(ApplicationOutput, application=case)
    assert output.erased_at is not None
    assert not await town.of_kind("guru", "application_output")
    [said] = await kept(town)
    assert (said["outputs"], said["files"]) == (0, 1)
    [file] = await town.rows(File, id=output.file)
    assert file.state == "refused"


async def test_somebody_who_writes_at_that_moment_wins_or_is_told(town: Town) -> None:
    """The night and a late hand at the same draft: either the words are there and the draft too, or neither."""
    case = await town.begin()
    town.clock.advance(days=366)
    written, _ = await asyncio.gather(
        town.write("opd_dikbud", "OPD", case, "education", education="S1 Pendidikan"), kept(town)
    )
    row, values = await town.case(case), await town.rows(ApplicationField, application=case)
    if written.status in ("applied", "merged"):
        assert (row.state, row.erased_at, len(values)) == ("draf", None, 1)
    else:
        assert (row.state, len(values)) == ("batal", 0)
