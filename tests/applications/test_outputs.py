"""What goes out of a case: drafts, the signed file, paper and reports, over the routes as the server wires them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import docx
import httpx
import openpyxl
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import delete, func, select
from sqlmodel import col

from backend.applications import papers
from backend.applications.downloads import Downloads
from backend.applications.house import IdentityHouse
from backend.applications.models import Application, ApplicationHistory, ApplicationLetter
from backend.applications.room import Applications
from backend.applications.rules.recap import COUNTED
from backend.applications.service.serving import Serving
from backend.audit.models import AuditEntry
from backend.files.models import FileReading
from backend.files.pdf import Pdf, read_pdf
from backend.files.tus import router
from sync.actors import Viewer
from sync.ids import uuid7
from tests.applications.town import Town
from tests.support.files import pdf_of

PARTY = "Partai Bintang Fajar Sukaraya"


@asynccontextmanager
async def asking(town: Town) -> AsyncIterator[httpx.AsyncClient]:
    """The routes over the town's database; ``X-Who`` says who is signed in."""

    async def viewer_of(request: Request) -> Viewer | None:
        who = request.headers.get("x-who")
        return None if who is None else await town.viewer(who)

    app = FastAPI()
    readers = Applications(town.db, town.rooms, town.clock)
    serving = Serving(town.db, town.engine)
    app.include_router(router(town.files, town.storage, viewer_of, readers.may_read, serving))
    app.router.routes.extend(Downloads(town.db, IdentityHouse(town.directory), town.clock, viewer_of).routes())
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def get(client: httpx.AsyncClient, who: str | None, path: str) -> httpx.Response:
    """One request of somebody."""
    return await client.get(path, headers={} if who is None else {"X-Who": who})


async def party_case(town: Town) -> tuple[str, str]:
    """A party's sent case; the officer's key and the case."""
    key = await town.party(PARTY, "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case)
    await town.done(key, None, "application.submit", case)
    return key, case


async def verified(town: Town, case: str) -> None:
    """Check and verify it."""
    await town.done("verifikator", "VER", "application.open", case)
    for item in ("SK_KEPENGURUSAN", "PERNYATAAN_TIDAK_MERANGKAP"):
        await town.mark(case, item)
    await town.done("verifikator", "VER", "application.verify", case)


async def test_no_draft_before_verification_and_the_certificate_afterwards_acceptance_13_15(town: Town) -> None:
    """Acceptance 13 and 15: before *verifikasi* no call gives a draft; the signed file comes back byte for byte, first
    in *selesai*; the first download is recorded. A party is never given the draft, nor is a verifier who is not SUP:
    each try is noted; others never get anything."""
    key, case = await party_case(town)
    other = await town.party("Partai Padi Rakyat", "Made Ayu", "made@example.id")
    await town.settle(address="Jalan Contoh 1, Sekar Rimba Kota", signer_position="Kepala Badan")
    path = f"/permohonan-berkas/{case}/draf/SKT"
    async with asking(town) as client:
        early = await get(client, "super_layanan", path)
        assert (early.status_code, early.json()["code"]) == (409, "state")
        assert (await get(client, "verifikator", path)).status_code == 404
        await verified(town, case)
        assert (await get(client, None, path)).status_code == 401
        tried = (key, other, "guru", "opd_dikbud", "verifikator", "sekretaris")
        for who in tried:
            assert (await get(client, who, path)).status_code == 404, who
        noted = [one.actor for one in await town.rows(AuditEntry, act="application.draft", refused=True)]
        assert sorted(noted) == sorted(town.people[who] for who in ("verifikator", *tried))
        await town.grant("super_layanan", "VER")
        draft = await get(client, "super_layanan", path)
        assert draft.status_code == 200, draft.text
        rows = [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(draft.content)).tables[0].rows]
        assert [row[1] for row in rows] == [
            "Nama", "Jabatan", "Nama Partai", "Alamat", "Tingkat", "Nomor SK", "Susunan Pengurus",
            "Surat pernyataan tidak merangkap",
        ]  # fmt: skip
        assert rows[6][3] == "1. Ketua, Bima Sakti\n2. Sekretaris, Rahayu Lestari"
        whole = "\n".join(one.text for one in docx.Document(io.BytesIO(draft.content)).paragraphs)
        for mark in ("${nomor_naskah}", "${tanggal_naskah}", "${ttd_pengirim}"):
            assert whole.count(mark) == 1
        for line in ("Jalan Contoh 1, Sekar Rimba Kota", "Sekar Rimba Kota, ${tanggal_naskah}", "Kepala Badan,"):
            assert f"\n{line}\n" in f"\n{whole}\n", "as the agency's settings say"
        assert (await get(client, "super_layanan", path)).content == draft.content
        carried = await town.rows(AuditEntry, act="application.draft", refused=False)
        assert [one.role for one in carried] == ["SUP", "SUP"], "whatever else they are"
        assert len(await town.rows(ApplicationLetter, application=case)) == 1

        await town.done("super_layanan", "SUP", "application.send_out", case, sentOn="2027-01-15")
        signed = pdf_of("SURAT KETERANGAN TERDAFTAR", PARTY, signed=True)
        file = await town.upload("super_layanan", signed, "hasil.pdf")
        assert (await get(client, key, f"/berkas/{file}/isi")).status_code == 404, "nothing before *selesai*"
        await town.done("super_layanan", "SUP", "application.issue", case, number="823.4/12/412.900/2027",
                        dated="2027-01-15", upload=file)  # fmt: skip
        assert (await get(client, other, f"/berkas/{file}/isi")).status_code == 404
        assert (await get(client, "super_layanan", f"/berkas/{file}/isi")).content == signed
        assert (await town.case(case)).downloaded_at is None, "the office's own look is no download"
        first = await get(client, key, f"/berkas/{file}/isi")
        assert first.content == signed
        assert "SKT_20270115_v1.pdf" in first.headers["content-disposition"]
        assert (await town.case(case)).downloaded_at == town.clock.now()
        shown = await get(client, key, f"/berkas/{file}/isi?lihat=1")
        assert shown.headers["content-disposition"] == "inline"
        assert "default-src 'none'" in shown.headers["content-security-policy"]


async def test_a_signed_file_is_refused_or_doubted_for_what_it_says_acceptance_15(town: Town) -> None:
    """A placeholder left, a file of another case: refused. Another name, no text, no signature: only with a reason."""
    _, case = await party_case(town)
    await verified(town, case)
    await town.done("super_layanan", "SUP", "application.send_out", case, sentOn="2027-01-15")
    used = pdf_of("SK lain", PARTY, signed=True)
    promotion = await town.begin()
    await town.document("opd_dikbud", "OPD", promotion, "SKP", used)

    async def issued(data: bytes, number: str = "823.4/12/412.900/2027", **more: str) -> Any:
        upload = await town.upload("super_layanan", data)
        return await town.do("super_layanan", "SUP", "application.issue", case, number=number, dated="2027-01-15",
                             upload=upload, **more)  # fmt: skip

    for data, code, said in (
        (pdf_of(PARTY, "Nomor : ${nomor_naskah}", signed=True), "invalid", "nomor_naskah"),
        (used, "invalid", "dipakai permohonan lain"),
        (pdf_of("Partai Padi Rakyat", signed=True), "confirm", "tidak ada dalam berkas"),
        (pdf_of(signed=True), "confirm", "tidak terbaca"),
        (pdf_of(PARTY), "confirm", "Tanda tangan elektronik"),
    ):
        answer = await issued(data)
        assert (answer.code, said in answer.wire()["message"]) == (code, True), answer.wire()
    wrong = await issued(pdf_of(PARTY, signed=True), number="12/SKT")
    assert wrong.code == "invalid"
    assert (await town.case(case)).state == "diproses_luar", "nothing was lost by all that"
    assert (await issued(pdf_of(PARTY), confirmed="Tanda tangan basah, sudah dicocokkan.")).status == "applied"


async def test_a_signed_file_is_read_when_it_arrives_and_holds_nobody(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a PDF is read, everybody else writes; recording the output reads nothing. A file that was never read (its
    sender issued nothing then) is refused by name, and chosen again it counts. Other people's files are not read."""
    _, case = await party_case(town)
    await verified(town, case)
    await town.done("super_layanan", "SUP", "application.send_out", case, sentOn="2027-01-15")
    reads, began, go = [0], asyncio.Event(), asyncio.Event()

    async def slow(data: bytes) -> Pdf | None:
        reads[0] += 1
        began.set()
        await go.wait()
        return await read_pdf(data)

    monkeypatch.setattr(papers, "read_pdf", slow)
    await town.upload("opd_dikbud", pdf_of(PARTY, signed=True))
    assert reads == [0]
    arriving = asyncio.create_task(town.upload("super_layanan", pdf_of(PARTY, "Sah", signed=True)))
    reading = asyncio.create_task(began.wait())
    await asyncio.wait({arriving, reading}, return_when=asyncio.FIRST_COMPLETED)
    assert not arriving.done(), "it counts as whole once it is read"
    assert await town.begin(), "somebody writes meanwhile"
    assert not arriving.done()
    go.set()
    file = await arriving
    said = {"number": "823.4/12/412.900/2027", "dated": "2027-01-15"}
    async with town.db.write() as session:
        await session.execute(delete(FileReading))
    unread = await town.do("super_layanan", "SUP", "application.issue", case, upload=file, **said)
    assert (unread.status, unread.code) == ("rejected", "unread")
    again = await town.upload("super_layanan", pdf_of(PARTY, "Sah", signed=True))
    await town.done("super_layanan", "SUP", "application.issue", case, upload=again, **said)
    assert (reads, await town.rows(FileReading)) == ([2], [])


async def test_the_office_reading_of_a_party_is_remembered(town: Town) -> None:
    """A document, the case on paper, a letter's draft: each reading by somebody who is no officer of the party is a row
    of the history; the officers' own, and what is read of an employee's case, is none."""
    key, case = await party_case(town)
    promotion = await town.submitted()
    [version, *_] = [one for one in await town.of_kind("verifikator", "document_version") if one["application"] == case]
    path = f"/berkas/{version['file']}/isi"
    async with asking(town) as client:
        answer = await get(client, "verifikator", path)
        assert f"_{version['item']}_2027" in answer.headers["content-disposition"]
        assert (await get(client, key, path)).status_code == 200
        for who, id in (("sekretaris", case), (key, case), ("verifikator", promotion)):
            assert (await get(client, who, f"/permohonan-berkas/{id}/ringkasan")).status_code == 200
        await verified(town, case)
        assert (await get(client, "super_layanan", f"/permohonan-berkas/{case}/draf/SKT")).status_code == 200
        stranger = await get(client, "opd_dikbud", f"/permohonan-berkas/{case}/ringkasan")
        assert stranger.status_code == 404
    read = [(one.account, one.object) for one in await town.rows(ApplicationHistory, act="baca")]
    assert read == [
        (town.people["verifikator"], version["file"]), (town.people["sekretaris"], "ringkasan"),
        (town.people["super_layanan"], "SKT"),
    ]  # fmt: skip
    assert [one.actor for one in await town.rows(AuditEntry, act="application.summary")] == [town.people["opd_dikbud"]]


async def test_a_case_on_paper_says_what_was_sent_and_what_became_of_it(town: Town) -> None:
    case = await town.finished()
    async with asking(town) as client:
        answer = await get(client, "guru", f"/permohonan-berkas/{case}/ringkasan")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert (await get(client, "operator1", f"/permohonan-berkas/{case}/ringkasan")).status_code == 404
        assert (await get(client, "guru", f"/permohonan-berkas/{uuid7()}/ringkasan")).status_code == 404
        assert (await get(client, "guru", "/permohonan-berkas/x/ringkasan")).status_code == 404
        letter = await get(client, "opd_dikbud", f"/permohonan-berkas/{case}/draf/PENGANTAR")
        assert letter.status_code == 200, "the covering letter's draft is the applicant's"
    page = await read_pdf(answer.content)
    assert page is not None
    said = " ".join(page.text.split())
    for text in ("Usul Kenaikan Pangkat", "SK terbit", "SK pangkat terakhir", "Sesuai", "823.4/12/412.900/2027",
                 "diverifikasi", "Waktu layanan"):  # fmt: skip
        assert text in said, text


async def test_reports_equal_their_rows_and_a_recount_acceptance_10(town: Town) -> None:
    """Acceptance 10: days to the output per period as XLSX, totals equal the rows; acts equal the history; everybody
    counts within the own scope."""
    case = await town.finished()
    party, _ = await party_case(town)
    async with asking(town) as client:
        answer = await get(client, "verifikator", "/unduh/permohonan/sikap/xlsx?periode=2027-04")
        assert answer.status_code == 200, answer.text
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        rows = [row for row in book["Permohonan"].iter_rows(values_only=True) if isinstance(row[0], int | float)]
        sums = {row[0]: row[1] for row in book["Jumlah"].iter_rows(values_only=True) if row[0]}
        stored = await town.case(case)
        assert stored.finished_at is not None
        assert stored.first_submitted_at is not None
        days = (stored.finished_at.date() - stored.first_submitted_at.date()).days
        assert [(row[1], row[4], row[8]) for row in rows] == [(stored.subject_name, "2027-04", days)]
        assert sums["Jumlah hari sampai terbit"] == sum(row[8] or 0 for row in rows)
        assert (sums["Jumlah permohonan"], sums["SK_PANGKAT terbit"], sums["Pegawai"]) == (1, 1, 1)
        acts = {row[0]: row[1:] for row in book["Petugas"].iter_rows(values_only=True, min_row=6)}
        async with town.db.read() as session:
            h = ApplicationHistory
            query = select(col(h.account_name), func.count(func.distinct(col(h.application))), func.count()).where(
                col(h.act).in_(COUNTED), col(h.role) != "",
                col(h.application).in_(select(Application.id).where(col(Application.code) == "sikap")),
            )  # fmt: skip
            recount = (await session.execute(query.group_by(col(h.account_name)))).all()
        assert {name: (found[0], sum(found[1:])) for name, found in acts.items()} == {
            name: (cases, count) for name, cases, count in recount
        }  # fmt: skip
        paper = await get(client, "super_layanan", "/unduh/permohonan/sikap/pdf?dari=2027-01-01&sampai=2027-12-31")
        assert paper.content.startswith(b"%PDF-")
        own = await get(client, "opd_dikbud", "/unduh/permohonan/sikap/xlsx")
        sheets = openpyxl.load_workbook(io.BytesIO(own.content))
        assert sheets.sheetnames == ["Permohonan", "Jumlah"], "a unit counts its cases, not the office's acts"
        parties = await get(client, "super_layanan", "/unduh/permohonan/sisakat/xlsx")
        counted = openpyxl.load_workbook(io.BytesIO(parties.content))["Jumlah"]
        assert ("Partai dilayani", 1) in [row[:2] for row in counted.iter_rows(values_only=True)]
        for who, path in (
            ("guru", "sikap/xlsx"), (party, "sisakat/xlsx"), ("opd_dikbud", "sisakat/xlsx"), ("verifikator", "x/xlsx"),
            ("verifikator", "sikap/csv"), ("verifikator", "sikap/xlsx?periode=../../x"),
            ("verifikator", "sikap/xlsx?dari=2027-02-01&sampai=2027-01-01"),
        ):  # fmt: skip
            assert (await get(client, who, f"/unduh/permohonan/{path}")).status_code == 404, (who, path)


@pytest.mark.parametrize("path", ["sikap/xlsx", "sikap/pdf"])
async def test_a_report_of_nothing_is_a_report(town: Town, path: str) -> None:
    async with asking(town) as client:
        assert (await get(client, "verifikator", f"/unduh/permohonan/{path}")).status_code == 200
