"""The life of a case from draft to decree, on SQLite and on PostgreSQL."""

from __future__ import annotations

from backend.applications.models import ApplicationHistory, ApplicationSubmission
from tests.applications.town import Town


async def test_from_draft_to_decree_with_a_return_and_a_correction(town: Town) -> None:
    """Every state in turn; what was reopened alone is open, *Sesuai* marks stay, both versions stay (acceptance 14)."""
    case = await town.checked()
    await town.mark(case, "SK_PANGKAT")
    await town.mark(case, "SKP", "perlu_diperbaiki", "Halaman dua tidak terbaca.")
    silent = await town.do("verifikator", "VER", "application.return", case, reasons={"SURAT_PENGANTAR": " "})
    assert silent.code == "invalid"
    await town.done("verifikator", "VER", "application.return", case, reasons={"education": "Tulis jurusannya."})
    body = await town.body("application", case)
    assert body["state"] == "dikembalikan"
    assert {one["target"]: one["reason"] for one in body["reopened"]} == {
        "SKP": "Halaman dua tidak terbaca.", "education": "Tulis jurusannya.",
    }  # fmt: skip
    unanswered = await town.do("opd_dikbud", "OPD", "application.submit", case)
    assert set(unanswered.fields) == {"items.SKP", "fields.education"}
    late = await town.write("opd_dikbud", "OPD", case, "newDiploma", newDiploma="ya")
    assert (late.status, late.code) == ("rejected", "locked")
    await town.write("opd_dikbud", "OPD", case, "education", education="S1 Pendidikan Fisika")
    await town.document("opd_dikbud", "OPD", case, "SKP")
    await town.done("opd_dikbud", "OPD", "application.submit", case)
    await town.done("verifikator", "VER", "application.open", case)
    unmarked = await town.do("verifikator", "VER", "application.verify", case)
    assert set(unmarked.fields) == {"items.SKP", "items.SURAT_PENGANTAR"}
    for item in ("SKP", "SURAT_PENGANTAR"):
        await town.mark(case, item)
    await town.done("verifikator", "VER", "application.verify", case)
    await town.done("verifikator", "VER", "application.send_out", case, sentOn="2027-01-18", note="Berkas lengkap")
    await town.done("verifikator", "VER", "application.correct", case, reasons={"SK_PANGKAT": "Minta salinan sah."})
    await town.document("opd_dikbud", "OPD", case, "SK_PANGKAT")
    resent = await town.done("opd_dikbud", "OPD", "application.resend", case)
    assert (await town.body("application", case))["reopened"] == []
    upload = await town.upload("super_layanan", town.paper())
    await town.done("super_layanan", "SUP", "application.issue", case, number="823.4/12/412.900/2027",
                    dated="2027-03-20", upload=upload)  # fmt: skip
    assert (await town.body("application", case))["state"] == "selesai"
    steps = [row.after for row in await town.rows(ApplicationHistory, application=case) if row.after]
    assert steps == [
        "draf", "diajukan", "diperiksa", "dikembalikan", "diajukan", "diperiksa", "diverifikasi", "diproses_luar",
        "perbaikan", "diproses_luar", "selesai",
    ]  # fmt: skip
    first, second, third = await town.rows(ApplicationSubmission, application=case)
    said = {one["item"]: one["hash"] for one in first.content["items"]}
    again = {one["item"]: one["hash"] for one in second.content["items"]}
    assert first.content["values"]["education"] == "S1 Pendidikan"
    assert second.content["values"]["education"] == "S1 Pendidikan Fisika"
    assert (said["SKP"] != again["SKP"], said["SURAT_PENGANTAR"]) == (True, again["SURAT_PENGANTAR"])
    assert len({first.receipt, second.receipt, third.receipt}) == 3
    assert third.receipt == resent.receipt, "the number on the phone is the case's number, and can be checked"
