"""What somebody tries who means no good, or reads no instructions: the case stays whole and goes on."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import docx
import openpyxl
import pytest

from backend.applications import bodies
from backend.applications.models import ApplicationHistory, ApplicationNotice, DocumentVersion
from backend.applications.service import parties
from backend.applications.service.stored import mark_id
from backend.files.pdf import read_pdf
from sync.errors import Refusal
from sync.ids import uuid7
from tests.applications.test_outputs import asking, get, verified
from tests.applications.town import Town

BLANKS = ("\u200b", "\u3164", "\u2800", "\ufe0f", "\u2060 \u00a0")


@pytest.fixture
async def town(small_town: Town) -> Town:
    """On SQLite: what the two databases could do differently is in the life of a case and in what waits."""
    return small_town


async def test_texts_that_only_look_written_or_look_like_a_placeholder(town: Town) -> None:
    """Signs without ink fill no required field; the mark of a placeholder is refused in whatever spelling, at sign-up
    and in the form; so are stand-ins with invisible signs in them, at *kirim*."""
    for args in (
        bodies.SignUpArgs(party="Partai ＄｛ttd_pengirim｝", name="Sari", email="sari@example.id"),
        bodies.SignUpArgs(party="Partai Samudra", name="$\u200b{x}", email="sari@example.id"),
        bodies.SignUpArgs(party="\u3164", name="\u200b", email="sari@example.id"),
    ):
        async with town.engine.writing(town.agency) as w:
            with pytest.raises(Refusal) as refused:
                await parties.sign_up(w, args, "x", town.clock.now().date())
        assert refused.value.code == "invalid"
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    for text in ("${ttd_pengirim}", "＄｛ttd_pengirim｝", "$\u200b{ttd_pengirim}"):
        answer = await town.write(key, None, case, "nomor_sk", nomor_sk=text)
        assert (answer.code, set(answer.fields)) == ("invalid", {"fields.nomor_sk"}), text
    await town.biodata(key, case)
    for text in BLANKS:
        await town.write(key, None, case, "nomor_sk", nomor_sk=text)
        assert set((await town.do(key, None, "application.submit", case)).fields) == {"fields.nomor_sk"}, text
    await town.write(key, None, case, "nomor_sk", nomor_sk="con\u034ftoh\ufe0f")
    stand_in = await town.do(key, None, "application.submit", case)
    assert "masih teks contoh" in stand_in.fields["fields.nomor_sk"]


async def test_what_nobody_can_mend_is_not_asked_for(town: Town) -> None:
    """A return or a request that names what the applicant cannot write would keep the case open for ever."""
    case = await town.checked()
    for target in ("currentRank", "employee", "SK_CPNS", "tidakAda"):
        refused = await town.do("verifikator", "VER", "application.return", case, reasons={target: "Salah."})
        assert (refused.code, set(refused.fields)) == ("invalid", {f"reasons.{target}"}), target
    assert (await town.case(case)).state == "diperiksa"


async def test_a_mark_that_is_taken_back_is_not_carried(town: Town) -> None:
    """A document is offered in later cases only while it is *Sesuai*."""
    case = await town.checked()
    await town.mark(case, "SK_PANGKAT")
    version = await town.held(case, "SK_PANGKAT")
    [fine] = await town.rows(DocumentVersion, id=version)
    assert fine.fine_on is not None
    base = {"application": case, "item": "SK_PANGKAT", "version": version, "mark": "sesuai", "reason": None}
    await town.done("verifikator", "VER", "application.mark", mark_id(case, "SK_PANGKAT"), base=base, application=case,
                    item="SK_PANGKAT", version=None, mark=None)  # fmt: skip
    [taken] = await town.rows(DocumentVersion, id=version)
    assert (taken.fine_on, taken.valid_until) == (None, None)


async def test_a_verdict_that_is_pressed_three_times_is_given_once(town: Town) -> None:
    """Two verifiers and a double click at the same moment: one act, the others read that the case moved on."""
    await town.grant("hr_admin", "VER")
    case = await town.checked()
    for item in ("SK_PANGKAT", "SKP", "SURAT_PENGANTAR"):
        await town.mark(case, item)
    seen, digest = await town.seen("application.verify", case)
    actors = [await town.actor(key, "VER") for key in ("verifikator", "hr_admin", "verifikator")]
    answers = await asyncio.gather(*(
        town.engine.execute(one, "application.verify", case, {}, seen=seen, seen_digest=digest) for one in actors
    ))  # fmt: skip
    assert sorted(one.status for one in answers) == ["applied", "conflict", "conflict"]
    assert len(await town.rows(ApplicationHistory, application=case, act="verifikasi")) == 1
    late = await town.do("opd_dikbud", "OPD", "application.cancel", case, reason="Berubah pikiran.")
    assert (late.status, late.code) == ("rejected", "state")


async def test_a_notice_names_the_service_and_holds_no_open_place(town: Town) -> None:
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case)
    await town.done(key, None, "application.submit", case)
    await town.done("verifikator", "VER", "application.open", case)
    await town.done("verifikator", "VER", "application.return", case, reasons={"SK_KEPENGURUSAN": "Buram."})
    texts = [row.text for row in await town.rows(ApplicationNotice, application=case)]
    assert texts
    assert all("Surat Keterangan Terdaftar" in text and "{" not in text for text in texts), texts


async def test_nobody_takes_a_step_that_is_not_theirs_or_not_now(town: Town) -> None:
    """Every act on a case that is being checked, by everybody who may not: nothing changes, and whoever does not see
    the case learns nothing of it, not even whether it is there."""
    stranger = await town.party("Partai Samudra", "Bagas Pratama", "bagas@example.id")
    case = await town.checked()
    said: dict[str, dict[str, Any]] = {
        "application.submit": {}, "application.resend": {}, "application.cancel": {"reason": "x"},
        "application.open": {}, "application.return": {"reasons": {"SKP": "x"}}, "application.reject": {"reason": "x"},
        "application.verify": {"confirmed": "x"}, "application.send_out": {"sentOn": "2027-01-15"},
        "application.correct": {"reasons": {"SKP": "x"}},
        "application.adopt_version": {"service": town.service("sikap")},
        "application.issue": {"number": "1", "dated": "2027-01-15", "upload": uuid7()},
        "application.downloaded": {"account": town.people["guru"]},
    }  # fmt: skip
    before = len(await town.rows(ApplicationHistory))
    outsiders = [(stranger, None), ("operator1", None), ("operator1", "OPR"), ("opd_distan", "OPD")]
    for kind, args in said.items():
        for key, role in outsiders:
            answer = await town.do(key, role, kind, case, **args)
            nowhere = await town.do(key, role, kind, uuid7(), **args)
            assert (answer.status, answer.code) == ("rejected", "not_found"), (kind, key)
            assert (nowhere.status, nowhere.code, nowhere.message) == (answer.status, answer.code, answer.message)
    inside: dict[tuple[str, str | None], set[str]] = {
        ("guru", None): set(said), ("opd_dikbud", "OPD"): set(said) - {"application.cancel"},
        ("super_layanan", "SUP"): set(said),
        ("verifikator", "VER"): set(said) - {"application.open", "application.return", "application.reject"},
    }  # fmt: skip
    for (key, role), kinds in inside.items():
        for kind in sorted(kinds):
            answer = await town.do(key, role, kind, case, **said[kind])
            assert answer.failed, (kind, key, answer.wire())
            assert answer.code != "internal", (kind, key)
    assert (await town.case(case)).state == "diperiksa"
    assert len(await town.rows(ApplicationHistory)) == before


HOSTILE = '=HYPERLINK("http://x.example") <b>&amp; ]]> #import "x.typ" \\ $x$ `y` \u202e @SUM(A1)'


async def test_a_hundred_hostile_rows_are_only_texts_on_every_paper(town: Town) -> None:
    """What reads like a formula, a tag or a program stands on draft, paper and sheet as it was written; one row more
    than a hundred is refused by name."""
    key = await town.party(f"{HOSTILE} Partai", "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case, nama=HOSTILE, alamat=f"-1+{HOSTILE}")
    phone = town.phone(key)
    rows = [
        phone.item("application.row", uuid7(), application=case, field="pengurus", order=number + 2,
                   cells={"jabatan": f"@Anggota {number}", "nama": HOSTILE})
        for number in range(99)
    ]  # fmt: skip
    assert {one["status"] for one in await phone.send(*rows)} <= {"applied", "merged"}
    crowded = await town.do(key, None, "application.submit", case)
    assert set(crowded.fields) == {"fields.pengurus"}
    await town.done(key, None, "application.row", rows[-1]["record"], application=case, removed=True)
    await town.done(key, None, "application.submit", case)
    await verified(town, case)
    async with asking(town) as client:
        draft = await get(client, "super_layanan", f"/permohonan-berkas/{case}/draf/SKT")
        paper = await get(client, "verifikator", f"/permohonan-berkas/{case}/ringkasan")
        sheet = await get(client, "verifikator", "/unduh/permohonan/sisakat/xlsx")
        for path in ("..%2f..%2fx", "SKT%00", "SKT.docx", "\u202eSKT"):
            assert (await get(client, "verifikator", f"/permohonan-berkas/{case}/draf/{path}")).status_code == 404
    assert [one.status_code for one in (draft, paper, sheet)] == [200, 200, 200]
    word = docx.Document(io.BytesIO(draft.content))
    said = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert sum(HOSTILE in line for text in said for line in text.splitlines()) >= 98
    page = await read_pdf(paper.content)
    assert page is not None
    assert 'HYPERLINK("http://x.example")<b>&amp;]]>#import"x.typ"\\$x$`y`' in "".join(page.text.split())
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    cells = [cell for one in book for row in one.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)
