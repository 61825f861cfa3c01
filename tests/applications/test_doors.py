"""The doors of the server as somebody outside meets them: files that are no documents, and nobody's account."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from backend.files.models import File
from backend.identity.models import CREDENTIAL
from backend.identity.service import credentials
from sync.ids import uuid4, uuid7
from tests.applications.town import Town
from tests.files.conftest import archive, docx
from tests.support.files import drawn, pdf_of
from tests.support.in_process import served
from tests.support.phone import PUSH, Phone

PASSWORD = "tiga kata boleh"
LIMIT = 10_000_000
TUS = {"Tus-Resumable": "1.0.0"}
SIGN_UP = "mutation($a: PartySignUpInput!) { partySignUp(account: $a) }"
SCRIPT = b"%PDF-1.7\n1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
ENCRYPTED = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R /Encrypt 8 0 R >>\n%%EOF\n"
LARGE = pdf_of("Terlalu besar").ljust(LIMIT + 1 - 6, b" ") + b"%%EOF\n"
HOSTILE: list[tuple[str, bytes, str, str]] = [
    ("Word as PDF", docx(), "invalid", "Ini bukan PDF."),
    ("photo as PDF", drawn(), "invalid", "Ini bukan PDF."),
    ("empty", b"", "empty", "kosong"),
    ("10 MB + 1 byte", LARGE, "too_large", "10 MB"),
    ("encrypted", ENCRYPTED, "locked", "terkunci kata sandi"),
    ("with a script", SCRIPT, "script", "program yang berjalan sendiri"),
    ("archive", archive(rahasia__txt=b"x"), "type_refused", "tidak dapat diterima"),
]


@pytest.fixture
async def town(small_town: Town) -> Town:
    """The unit's manager has a password."""
    made = small_town
    hashed = credentials.hash_now(PASSWORD)
    async with made.db.writing() as connection:
        row = {"account": made.people["opd_dikbud"], "password_hash": hashed, "changed": made.clock.now()}
        await connection.execute(insert(CREDENTIAL), [row])
    return made


@asynccontextmanager
async def phone_at(town: Town, folder: Path) -> AsyncIterator[Phone]:
    """A phone without a session, at the server as it is wired, over the town's database."""
    (folder / "served").mkdir()
    async with served(str(town.db.url), folder / "keys.json", folder / "served", town.clock) as (_, client):
        phone = Phone("http://test")
        await phone.http.aclose()
        phone.http = client
        yield phone


async def sent(http: httpx.AsyncClient, id: str, data: bytes, name: str) -> httpx.Response:
    """A file by tus; the answer that says what became of it."""
    facts = {"filename": name, "sha256": hashlib.sha256(data).hexdigest(), "uploadId": id}
    told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in facts.items())
    begun = await http.post("/berkas", headers={**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": told})
    if begun.status_code != 201:
        return begun
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    return await http.patch(begun.headers["location"], headers=headers, content=data)


async def test_what_is_no_document_is_refused_with_its_reason_and_nothing_is_lost_acceptance_8(
    town: Town, tmp_path: Path
) -> None:
    """Acceptance 8, from the phone's upload to the case: renamed Word, empty, photo, 10 MB + 1 byte, locked, script,
    archive. Each has its code and a sentence with the reason or the limit; the document of before stays and opens."""
    case = await town.begin()
    async with phone_at(town, tmp_path) as phone:
        await phone.sign_in("198804142012012901", PASSWORD)

        async def added(data: bytes, upload: str, *after: str) -> dict[str, Any]:
            args = {"application": case, "item": "SKP", "upload": upload}
            act = phone.mutation("document.add", uuid7(), args, role="OPD", dependsOn=list(after))
            [answer] = await phone.push(act)
            return answer

        good, paper = uuid7(), pdf_of("SKP 2025", "Baik")
        assert (await sent(phone.http, good, paper, "SKP dua tahun.pdf")).status_code == 204
        assert (await added(paper, good, f"file:{good}"))["status"] == "applied"
        [version] = (await phone.pull()).held("document_version").values()
        for what, data, code, words in HOSTILE:
            upload = uuid7()
            answer = await sent(phone.http, upload, data, "x.pdf")
            if answer.status_code == 204:
                # Word and pictures are files that other rooms take: the checklist of the case refuses them.
                found = await added(data, upload, f"file:{upload}")
                assert (found["status"], found["code"], words in found["message"]) == ("rejected", code, True), what
                assert "Berkas lama tetap ada." in found["message"]
                continue
            body = answer.json()
            assert (body["code"], words in body["message"]) == (code, True), (what, body)
            waiting = await added(data, upload, f"file:{upload}")
            assert waiting["status"] == "deferred", f"{what}: no case names a file that is not here"
        exact = LARGE[: LIMIT - 6] + b"%%EOF\n"
        assert (await sent(phone.http, uuid7(), exact, "pas.pdf")).status_code == 204, "exactly the limit is allowed"
        held = (await phone.pull()).held("document_version")
        assert list(held.values()) == [version]
        assert (await phone.http.get(f"/berkas/{version['file']}/isi")).content == paper
    kept = [one.code for one in await town.rows(File) if one.state == "refused"]
    assert sorted(code for code in kept if code) == ["locked", "script", "type_refused"]


async def test_another_file_takes_the_place_of_a_refused_one_and_what_waited_goes_on(
    town: Town, tmp_path: Path
) -> None:
    """A file chosen without network turns out to be locked: its document waits for its id, and goes on as soon as other
    bytes lie there. Nothing has to be taken back, nothing waits for ever."""
    case, upload = await town.begin(), uuid7()
    async with phone_at(town, tmp_path) as phone:
        await phone.sign_in("198804142012012901", PASSWORD)
        args = {"application": case, "item": "SKP", "upload": upload}
        act = phone.mutation("document.add", uuid7(), args, role="OPD", dependsOn=[f"file:{upload}"])
        assert (await sent(phone.http, upload, ENCRYPTED, "SKP.pdf")).json()["code"] == "locked"
        assert [one["status"] for one in await phone.push(act)] == ["deferred"]
        assert (await sent(phone.http, upload, pdf_of("SKP 2025"), "SKP.pdf")).status_code == 204
        [answer] = await phone.push(act)
        assert answer["status"] in ("applied", "duplicate")
        [version] = (await phone.pull()).held("document_version").values()
        assert (version["file"], version["item"]) == (upload, "SKP")


async def test_nobody_gets_in_or_out_without_an_account_and_is_shown_the_way_acceptance_11(
    town: Town, tmp_path: Path
) -> None:
    """Acceptance 11: sending a form, pulling, uploading, and fetching a document, an output, a draft, a paper or a
    report are refused without an account; a browser gets a page with sign-in and sign-up. Sign-up works then, and a
    second one with the identifier is refused in Indonesian."""
    case = await town.finished()
    document = (await town.of_kind("verifikator", "document_version"))[0]["file"]
    output = (await town.of_kind("guru", "application_output"))[0]["file"]
    papers = [f"/berkas/{document}/isi", f"/berkas/{output}/isi", f"/permohonan-berkas/{case}/draf/PENGANTAR",
              f"/permohonan-berkas/{case}/ringkasan", "/unduh/permohonan/sikap/xlsx?periode=2027-04"]  # fmt: skip
    async with phone_at(town, tmp_path) as phone:
        phone.account = town.people["opd_dikbud"]
        batch = phone.batch({**phone.ask("x"), "kind": "application.create"})
        pushed = (await phone.data(PUSH, batch=batch))["syncPush"]
        assert (pushed["code"], pushed["results"], "daftar" in pushed["message"]) == ("signed_out", [], True)
        refused = await sent(phone.http, uuid4(), pdf_of("Biodata"), "biodata.pdf")
        assert (refused.status_code, refused.json()["code"]) == (401, "signed_out")
        assert "daftar" in refused.json()["message"]
        for path in papers:
            bare = await phone.http.get(path)
            assert (bare.status_code, "daftar" in bare.text) == (401, True), path
            page = await phone.http.get(path, headers={"Accept": "text/html", "Accept-Language": "id"})
            assert (page.status_code, page.headers["content-type"]) == (401, "text/html; charset=utf-8"), path
            assert 'href="/parpol/daftar"' in page.text
            assert f'href="/masuk?ke={path.replace("/", "%2F").partition("?")[0]}' in page.text
            assert "Siti" not in page.text
        account = {"agency": "SKR", "party": "Partai Bintang Fajar", "name": "Rahayu Lestari", "position": "Ketua",
                   "email": "rahayu@example.id", "password": PASSWORD}  # fmt: skip
        assert (await phone.data(SIGN_UP, a=account))["partySignUp"] is True
        again = await phone.graphql(SIGN_UP, a={**account, "party": "Partai Lain", "email": "RAHAYU@example.id"})
        [error] = again["errors"]
        assert error["extensions"]["code"] == "exists"
        assert error["message"] == "Identitas ini sudah terdaftar. Masuk dengan akun itu, atau hubungi kantor bila " \
                                   "lupa kata sandi."  # fmt: skip
        await phone.sign_in("rahayu@example.id", PASSWORD)
        for path in papers:
            assert (await phone.http.get(path)).status_code == 404, path


async def test_officers_behind_one_address_sign_up_and_guessing_is_braked(town: Town, tmp_path: Path) -> None:
    """Seven officers on one office network open accounts at the same hour; whoever tries one identifier again and again
    waits, and so does, in the end, a machine that tries ever new ones. Nobody's sign-in is held up by that."""
    account = {"agency": "SKR", "position": "", "password": PASSWORD}
    async with phone_at(town, tmp_path) as phone:

        async def tried(email: str, **changed: str) -> str:
            said = {**account, "party": f"Partai {email}", "name": "Rahayu Lestari", "email": email, **changed}
            answer = await phone.graphql(SIGN_UP, a=said)
            return "" if not answer.get("errors") else str(answer["errors"][0]["extensions"]["code"])

        assert [await tried(f"p{n}@example.id") for n in range(7)] == [""] * 7
        codes = [await tried(f"{'A' if n % 2 else 'a'}@example.id", agency="XYZ") for n in range(8)]
        assert (codes[0], codes[-1]) == ("not_found", "throttled")
        assert await tried("lain@example.id") == ""
        many = [await tried(f"x{n}@example.id", agency="XYZ") for n in range(60)]
        assert many.count("not_found") > 30
        assert many[-1] == "throttled"
        await phone.sign_in("198804142012012901", PASSWORD)
