"""Services of an agency: publishing, adopting a newer version, signers, feedback."""

from __future__ import annotations

import pytest

from backend.applications.models import ApplicationHistory, ServiceFeedback
from sync.ids import uuid7
from tests.applications.samples import THIRD, raw
from tests.applications.town import PROMOTION, Town


@pytest.fixture
async def town(small_town: Town) -> Town:
    """On SQLite: what the two databases could do differently is in the life of a case and in what waits."""
    return small_town


async def test_only_hr_with_sup_publishes_and_a_draft_moves_when_told(town: Town) -> None:
    """A running case keeps its version; a draft moves by an act that lists the differences; values stay."""
    new = raw(THIRD.parents[2] / "backend" / "applications" / "data" / "sikap.toml") | {"version": 2}
    new["fields"] = [one for one in new["fields"] if one["key"] != "note"]
    new["items"] = [*new["items"], {"code": "PAKTA", "label": "Pakta integritas"}]
    record, args = town.service("sikap", 2), {"definition": new}
    for key, role in (("hr_admin", "HRA"), ("super_layanan", "SUP"), ("verifikator", "VER")):
        refused = await town.do(key, role, "service.publish", record, **args)
        assert (refused.status, refused.code) == ("rejected", "forbidden")
    await town.grant("hr_admin", "SUP")
    case = await town.begin()
    await town.write("opd_dikbud", "OPD", case, "promotion", **PROMOTION)
    broken = {**new, "flow": {**new["flow"], "steps": [{"act": "kirim", "to": "selesai", "states": ["draf"]}]}}
    faulty = await town.do("hr_admin", "HRA", "service.publish", record, definition=broken)
    assert faulty.code == "invalid"
    assert any(name.startswith("flow") for name in faulty.fields)
    await town.done("hr_admin", "HRA", "service.publish", record, **args)
    again = await town.do("hr_admin", "HRA", "service.publish", record, **args)
    assert again.code == "exists"
    assert [(await town.body("service", town.service("sikap", n)))["current"] for n in (1, 2)] == [False, True]
    old = await town.do("opd_dikbud", "OPD", "application.create", uuid7(), service=town.service("sikap"),
                        subject=town.people["opd_dikbud"])  # fmt: skip
    assert old.code == "invalid"
    assert "PAKTA" not in str((await town.body("application", case))["missing"])
    await town.done("opd_dikbud", "OPD", "application.adopt_version", case, service=record)
    body = await town.body("application", case)
    assert (body["version"], body["missing"]["items.PAKTA"]) == (2, "Pakta integritas belum ada.")
    [moved] = await town.rows(ApplicationHistory, application=case, act="pindah_versi")
    assert "Dokumen 'Pakta integritas' baru." in moved.new["changes"]
    assert (await town.case(case)).period == "2027-04"


async def test_a_third_service_is_nothing_but_its_definition(town: Town) -> None:
    """Certified copies: published, applied for by an employee, verified and issued without work outside."""
    await town.grant("hr_admin", "SUP")
    definition = raw(THIRD)
    await town.done("hr_admin", "SUP", "service.publish", town.service("legalisir"), definition=definition)
    case = await town.begin("guru", None, "legalisir")
    refused = await town.do("guru", None, "application.submit", case)
    assert refused.fields
    answer = await town.write("guru", None, case, "purpose", purpose="Melamar beasiswa")
    assert answer.status == "applied", answer.wire()
    cancelled = await town.done("guru", None, "application.cancel", case, reason="Sudah ada")
    assert cancelled.status == "applied"
    assert (await town.case(case)).state == "batal"


async def test_signers_and_feedback(town: Town) -> None:
    """A stand-in signer has both dates; a defect is told, handled, and its reporter sees what became of it."""
    said = {"code": "sisakat", "name": "Iqbal Hakim, S.T.", "position": "Plh. Kepala", "standIn": True,
            "start": "2027-01-01"}  # fmt: skip
    signer = uuid7()
    endless = await town.do("super_layanan", "SUP", "service.signer", signer, **said)
    assert set(endless.fields) == {"end"}
    await town.done("super_layanan", "SUP", "service.signer", signer, **said, end="2027-01-31")
    assert (await town.body("service_signer", signer))["end"] == "2027-01-31"
    record, case = uuid7(), await town.begin()
    await town.done("guru", None, "feedback.add", record, code="sikap", text="Tombol Lanjut tertutup papan ketik.")
    for code, about in (("sikapp", None), ("", None), ("sisakat", case), ("sikap", uuid7())):
        unknown = await town.do("guru", None, "feedback.add", uuid7(), code=code, application=about, text="Apa ini?")
        assert (unknown.status, unknown.code) in (("rejected", "not_found"), ("rejected", "invalid")), code
    foreign = await town.do("guru", None, "feedback.handle", record, status="selesai", followUp="Beres")
    assert foreign.code == "forbidden"
    await town.done("super_layanan", "SUP", "feedback.handle", record, status="selesai", followUp="Diperbaiki.")
    [row] = await town.of_kind("guru", "service_feedback")
    assert (row["status"], row["handlerName"]) == ("selesai", "Iqbal Hakim, S.T.")
    assert len(await town.rows(ServiceFeedback)) == 1
