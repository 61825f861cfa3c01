"""Uploads over real HTTP: resumed, doubled, broken, foreign."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import errno
import hashlib

import httpx
import pytest

from backend.files import tus
from backend.files.rules import LASTS, MOST_OPEN, FileState
from backend.files.service import CompleteUploads, owned
from backend.files.storage import Arriving
from sync.ids import uuid4
from tests.files.conftest import A_DAY, AGENCY, BUDI, EXE, JPEG, MOST, PDF, PNG, SITI, TUS, Site, archive, docx, xlsx
from tests.support.clock import SettableClock
from tests.support.files import arrive


async def test_what_the_server_speaks(site: Site) -> None:
    for where in ("/berkas", f"/berkas/{uuid4()}"):
        answer = await site.client.options(where)
        assert answer.status_code == 204
        assert answer.headers["tus-resumable"] == answer.headers["tus-version"] == "1.0.0"
        assert answer.headers["tus-extension"] == "creation,expiration,termination,checksum"
        assert answer.headers["tus-max-size"] == str(MOST)


async def test_whole_upload_in_one_piece(site: Site) -> None:
    id = uuid4()
    where, answer = await site.upload(PDF, id=id)
    assert where == f"/berkas/{id}"
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(PDF)))
    row = await site.row(where)
    assert (row.state, row.type, row.name, row.account) == (FileState.COMPLETE, "application/pdf", "surat.pdf", BUDI)
    assert site.completed == [(AGENCY, id)]
    [stored] = site.on_disk()
    assert site.storage.content(stored.name) == PDF
    assert id not in str(stored)
    assert "surat" not in str(stored)


async def test_resumed_after_a_cut(site: Site) -> None:
    """The connection dies in the middle of a piece: what came is kept, the rest follows."""
    where = (await site.create(PDF)).headers["location"]
    host, port = site.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    headers = TUS | {
        "Host": host,
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(len(PDF)),
    }
    writer.write(f"PATCH {where} HTTP/1.1\r\n".encode())
    writer.write("".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n" + PDF[:4000])
    await writer.drain()
    await asyncio.sleep(0.3)
    writer.transport.abort()
    await asyncio.sleep(0.3)
    answer = await site.head(where)
    assert (answer.headers["upload-offset"], answer.headers["upload-length"]) == ("4000", str(len(PDF)))
    assert answer.headers["cache-control"] == "no-store"
    assert (await site.row(where)).state == FileState.RECEIVING
    assert (await site.patch(where, PDF[4000:], 4000)).status_code == 204
    assert (await site.row(where)).state == FileState.COMPLETE


async def test_byte_by_byte_over_many_pieces(site: Site) -> None:
    where = (await site.create(PNG, "a.png")).headers["location"]
    for offset in range(0, len(PNG), 7):
        assert (await site.patch(where, PNG[offset : offset + 7], offset)).status_code == 204
    assert (await site.row(where)).type == "image/png"


async def test_wrong_offset_is_a_conflict_and_changes_nothing(site: Site) -> None:
    where = (await site.create(PDF)).headers["location"]
    await site.patch(where, PDF[:100])
    for offset in (0, 99, 101, 5000):
        answer = await site.patch(where, PDF[100:], offset)
        assert (answer.status_code, answer.json()["code"]) == (409, "offset")
    assert (await site.head(where)).headers["upload-offset"] == "100"


async def test_lost_answer_to_the_creation(site: Site) -> None:
    id = uuid4()
    first, second = await site.create(PDF, id=id), await site.create(PDF, id=id)
    assert first.status_code == second.status_code == 201
    await site.patch(first.headers["location"], PDF[:50])
    assert (await site.create(PDF, id=id)).headers["upload-offset"] == "50"


async def test_lost_answer_to_the_last_piece(site: Site) -> None:
    where, _ = await site.upload(PDF)
    assert (await site.head(where)).headers["upload-offset"] == str(len(PDF))
    assert (await site.patch(where, b"", len(PDF))).status_code == 204
    again = await site.create(PDF, id=where.split("/")[2])
    assert (again.status_code, again.headers["upload-offset"]) == (201, str(len(PDF)))
    assert set(site.completed) == {(AGENCY, where.split("/")[2])}, "who waits is told once more, of the same file"


async def test_same_creation_sixteen_times_at_once(site: Site) -> None:
    id = uuid4()
    answers = await asyncio.gather(*(site.create(PDF, id=id) for _ in range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(site.on_disk()) == 1


async def test_same_piece_eight_times_at_once_is_stored_once(site: Site) -> None:
    where = (await site.create(PDF)).headers["location"]
    answers = await asyncio.gather(*(site.patch(where, PDF) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {204, 409, 423}
    assert 204 in {answer.status_code for answer in answers}
    assert (await site.row(where)).state == FileState.COMPLETE
    [stored] = site.on_disk()
    assert site.storage.content(stored.name) == PDF


async def test_slow_sender_keeps_its_lock_until_it_is_idle(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tus, "IDLE_SECONDS", 1.0)
    where = (await site.create(PDF)).headers["location"]

    async def slowly() -> object:
        yield PDF[:10]
        await asyncio.sleep(3)
        yield PDF[10:]

    async def send() -> None:
        usual = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        with contextlib.suppress(httpx.TransportError):
            await site.client.patch(where, headers=TUS | usual, content=slowly())  # type: ignore[arg-type]

    sending = asyncio.create_task(send())
    await asyncio.sleep(0.5)
    answer = await site.patch(where, PDF)
    assert (answer.status_code, answer.json()["code"]) == (423, "busy")
    await asyncio.sleep(1.0)
    assert (await site.patch(where, PDF[10:], 10)).status_code == 204
    await sending


async def test_wrong_hash_is_never_a_file_and_can_start_anew(site: Site) -> None:
    id = uuid4()
    where, answer = await site.upload(PDF, id=id, sha256=hashlib.sha256(b"other").hexdigest())
    assert (answer.status_code, answer.json()["code"]) == (422, "hash_mismatch")
    assert "Berkas rusak" in answer.json()["message"]
    assert site.on_disk() == []
    assert site.completed == []
    assert (await site.head(where)).status_code == 410
    where, answer = await site.upload(PDF, id=id)
    assert answer.status_code == 204
    assert (await site.row(where)).state == FileState.COMPLETE


@pytest.mark.parametrize(
    ("data", "name", "type", "stored"),
    [
        (PDF, "a.pdf", "application/pdf", "a.pdf"),
        (JPEG, "foto.JPEG", "image/jpeg", "foto.JPEG"),
        (PNG, "foto.jpg", "image/png", "foto.jpg.png"),
        (xlsx(), "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsx"),
        (docx(), "a", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx"),
        (PDF, "../../etc/pass\u202ewd\x00.exe", "application/pdf", "passwd.exe.pdf"),
    ],
)
async def test_type_is_what_the_bytes_say(site: Site, data: bytes, name: str, type: str, stored: str) -> None:
    where, answer = await site.upload(data, name)
    assert answer.status_code == 204, answer.text
    row = await site.row(where)
    assert (row.type, row.name) == (type, stored)


@pytest.mark.parametrize(
    "data",
    [
        EXE,
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7 but no end",
        b"\xff\xd8\xff and no end",
        b"PK\x03\x04 broken",
        archive(a_txt=b"x"),
        archive(TYPES=b"<Types/>", word__document_xml=b"<w/>"),
        docx(word__vbaProject__bin=b"x").replace(b"vbaProject/bin", b"vbaProject.bin"),
        b"\x7fELF" + b"\x00" * 100,
        b"#!/bin/sh\nrm -rf /\n",
    ],
)
async def test_other_contents_are_refused_under_any_name(site: Site, data: bytes) -> None:
    where, answer = await site.upload(data, "surat.pdf")
    assert (answer.status_code, answer.json()["code"]) == (422, "type_refused")
    assert "PDF" in answer.json()["message"]
    assert site.on_disk() == []
    assert (await site.row(where)).state == FileState.REFUSED


async def test_empty_and_oversized_are_refused_before_a_byte(site: Site) -> None:
    assert (await site.create(b"")).json()["code"] == "empty"
    answer = await site.create(PDF, Upload_Length=str(MOST + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert site.on_disk() == []


async def test_more_than_announced_is_refused(site: Site) -> None:
    where = (await site.create(PDF)).headers["location"]
    answer = await site.patch(where, PDF + b"more")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    async def unannounced() -> object:
        yield PDF
        yield b"more"

    usual = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    answer = await site.client.patch(where, headers=TUS | usual, content=unannounced())  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert (await site.head(where)).headers["upload-offset"] == "0"


@pytest.mark.parametrize("name", ["sha256", "sha1"])
async def test_checksum_of_a_piece(site: Site, name: str) -> None:
    where = (await site.create(PDF)).headers["location"]
    good = base64.b64encode(hashlib.new(name, PDF[:100]).digest()).decode()
    bad = await site.patch(where, PDF[1:101], Upload_Checksum=f"{name} {good}")
    assert (bad.status_code, bad.json()["code"]) == (460, "checksum_mismatch")
    assert (await site.head(where)).headers["upload-offset"] == "0"
    assert (await site.patch(where, PDF[:100], Upload_Checksum=f"{name} {good}")).status_code == 204
    unknown = await site.patch(where, PDF[100:], 100, Upload_Checksum="crc32 AAAA")
    assert (unknown.status_code, unknown.json()["code"]) == (400, "invalid")


async def test_others_learn_nothing(site: Site) -> None:
    where, _ = await site.upload(PDF)
    unfinished = (await site.create(PNG)).headers["location"]
    for who in ("siti", "wayan"):
        for place in (where, unfinished, f"/berkas/{uuid4()}", "/berkas/../etc", "/berkas/x"):
            answers = [
                await site.head(place, X_Who=who),
                await site.patch(place, b"x", X_Who=who),
                await site.client.delete(place, headers=TUS | {"X-Who": who}),
                await site.client.get(f"{place}/isi", headers=TUS | {"X-Who": who}),
            ]
            assert {answer.status_code for answer in answers} <= {404, 405}, place
    taken = await site.create(PDF, id=where.split("/")[2], X_Who="siti")
    assert (taken.status_code, taken.json()["code"]) == (409, "id_reused")


async def test_signed_in_only_and_from_the_app_only(site: Site) -> None:
    where, _ = await site.upload(PDF)
    for answer in (
        await site.create(PDF, X_Who=""),
        await site.patch(where, b"", X_Who=""),
        await site.client.get(f"{where}/isi"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    answer = await site.create(PDF, X_Sambung_Client="")
    assert (answer.status_code, answer.json()["code"]) == (403, "client_header")
    answer = await site.create(PDF, Tus_Resumable="0.2.2")
    assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload_Length": "-1"},
        {"Upload_Length": "1e3"},
        {"Upload_Length": ""},
        {"Upload_Length": "9" * 40},
        {"Upload_Metadata": ""},
        {"Upload_Metadata": "sha256 ???"},
        {"Upload_Metadata": "uploadId " + base64.b64encode(b"../../x").decode()},
        {"Upload_Metadata": "filename /w==,sha256 YQ=="},
    ],
)
async def test_malformed_creation(site: Site, headers: dict[str, str]) -> None:
    answer = await site.create(PDF, **headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["message"]


async def test_wrong_media_type_of_a_piece(site: Site) -> None:
    where = (await site.create(PDF)).headers["location"]
    answer = await site.patch(where, PDF, Content_Type="application/pdf")
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type")


async def test_giving_up(site: Site) -> None:
    where = (await site.create(PDF)).headers["location"]
    await site.patch(where, PDF[:100])
    assert (await site.client.delete(where, headers=TUS)).status_code == 204
    assert site.on_disk() == []
    assert (await site.head(where)).status_code == 410
    whole, _ = await site.upload(PDF)
    answer = await site.client.delete(whole, headers=TUS)
    assert (answer.status_code, answer.json()["code"]) == (409, "state")
    assert len(site.on_disk()) == 1


async def test_method_override_for_narrow_proxies(site: Site) -> None:
    where = (await site.create(PDF)).headers["location"]
    usual = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    override = {"X-HTTP-Method-Override": "PATCH"}
    answer = await site.client.post(where, headers=TUS | usual | override, content=PDF)
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(PDF)))
    assert (await site.client.post(where, headers=TUS)).status_code == 400


async def test_unfinished_uploads_expire_and_can_begin_again(site: Site, clock: SettableClock) -> None:
    created = await site.create(PDF)
    where = created.headers["location"]
    assert "GMT" in created.headers["upload-expires"]
    kept, _ = await site.upload(PNG)
    clock.advance(LASTS)
    assert await site.files.expire() == 1
    assert (await site.head(where)).status_code == 410
    assert (await site.head(kept)).status_code == 200
    assert (await site.create(PDF, id=where.split("/")[2])).headers["upload-offset"] == "0"


async def test_number_of_open_uploads_is_limited(site: Site) -> None:
    answers = [await site.create(PDF) for _ in range(MOST_OPEN)]
    assert {answer.status_code for answer in answers} == {201}
    answer = await site.create(PDF)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert (await site.create(PDF, id=answers[0].headers["location"].split("/")[2])).status_code == 201
    assert (await site.create(PDF, X_Who="siti")).status_code == 201


async def test_what_one_account_sends_within_a_day_is_limited(site: Site, clock: SettableClock) -> None:
    """Refused in words with the limit; what was begun goes on, what was refused counts nothing, others send, and a day
    later it works again."""
    large = PDF[:9] + b" " * (MOST - 20) + b"\n%%EOF\n"
    begun = [await site.create(large) for _ in range(3)]
    assert {answer.status_code for answer in begun} == {201}
    left = A_DAY - 3 * len(large)
    refused = await site.create(PDF[:9] + b" " * left + b"%%EOF")
    assert (refused.status_code, refused.json()["code"], "3 MB" in refused.json()["message"]) == (429, "quota", True)
    id = begun[0].headers["location"].split("/")[2]
    assert (await site.create(large, id=id)).status_code == 201
    assert (await site.patch(begun[0].headers["location"], large)).status_code == 204
    assert (await site.create(large, X_Who="siti")).status_code == 201
    assert (await site.client.delete(begun[1].headers["location"], headers=TUS)).status_code == 204
    assert (await site.create(large)).status_code == 201
    assert (await site.create(large)).json()["code"] == "quota"
    clock.advance(hours=24)
    assert (await site.create(large)).status_code == 201


async def test_crash_after_the_last_byte(site: Site) -> None:
    """All bytes are on the disk, nobody checked them: the next look does."""
    where = (await site.create(PDF)).headers["location"]
    row = await site.row(where)
    arrive(site.storage, row.location, PDF)
    assert (await site.head(where)).headers["upload-offset"] == str(len(PDF))
    assert (await site.row(where)).state == FileState.COMPLETE
    assert len(site.completed) == 1


async def test_crash_between_the_keeping_and_the_row(site: Site) -> None:
    where = (await site.create(PDF)).headers["location"]
    row = await site.row(where)
    arrive(site.storage, row.location, PDF)
    site.storage.keep(row.location, PDF)
    assert (await site.patch(where, b"", len(PDF))).status_code == 204
    assert (await site.row(where)).state == FileState.COMPLETE
    assert [path.name for path in site.on_disk()] == [row.location], "what arrived is gone, what is whole is once"


async def test_lost_disk_starts_anew(site: Site) -> None:
    where = (await site.create(PDF)).headers["location"]
    for path in site.on_disk():
        path.unlink()
    assert (await site.head(where)).status_code == 410
    assert (await site.create(PDF, id=where.split("/")[2])).headers["upload-offset"] == "0"
    assert (await site.patch(where, PDF)).status_code == 204


async def test_download_is_harmless_in_any_browser(site: Site) -> None:
    where, _ = await site.upload(PDF, "surat “é”.pdf")
    answer = await site.client.get(f"{where}/isi", headers={"X-Who": "budi"})
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''surat")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-store"
    unfinished = (await site.create(PNG)).headers["location"]
    assert (await site.client.get(f"{unfinished}/isi", headers={"X-Who": "budi"})).status_code == 404


async def test_lent_files_are_read_inside_the_agency_only(site: Site) -> None:
    where, _ = await site.upload(PDF)
    site.lent.add(where.split("/")[2])
    assert (await site.client.get(f"{where}/isi", headers={"X-Who": "siti"})).status_code == 200
    assert (await site.client.get(f"{where}/isi", headers={"X-Who": "wayan"})).status_code == 404
    assert (await site.head(where, X_Who="siti")).status_code == 404


async def test_port_of_the_engine_names_own_whole_files_only(site: Site) -> None:
    where, _ = await site.upload(PDF)
    whole, unfinished = where.split("/")[2], (await site.create(PNG)).headers["location"].split("/")[2]

    class InWriting:
        def __init__(self, session: object) -> None:
            self.session = session

    async with site.db.write() as session:
        done = await CompleteUploads().complete(InWriting(session), BUDI, [whole, unfinished, uuid4()])  # type: ignore[arg-type]
        assert done == {whole}
        assert await owned(session, SITI, [whole]) == []


async def test_folders_are_for_the_server_only(site: Site) -> None:
    await site.upload(PDF)
    for path in site.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


async def test_a_disk_that_cannot_be_written_is_told_in_words(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full or read-only: the bytes that came stay, the answer says where the file is safe, and later it goes on."""
    where = (await site.create(PDF)).headers["location"]

    def full(_arriving: Arriving, _block: bytes, _offset: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Arriving, "write", full)
        refused = await site.patch(where, PDF)
    assert (refused.status_code, refused.json()["code"]) == (507, "storage")
    assert "aman" in refused.json()["message"]
    assert (await site.head(where)).headers["upload-offset"] == "0"
    assert (await site.patch(where, PDF)).status_code == 204

    (site.folder / "arriving").rename(site.folder / "gone")
    (site.folder / "arriving").write_text("a file where a folder should be")
    assert (await site.create(PNG)).status_code == 507


async def test_an_erased_file_has_no_content_left_anywhere(site: Site) -> None:
    """Erasing twice is erasing once; a file that nobody named stays."""
    first, kept = uuid4(), uuid4()
    where, _ = await site.upload(PDF, id=first)
    other, _ = await site.upload(PDF, id=kept)
    assert await site.files.erase([first]) == 1
    assert await site.files.erase([first]) == 0
    row = await site.row(where)
    assert (row.state, row.code, row.name) == (FileState.REFUSED, "erased", "")
    assert [path.name for path in site.on_disk()] == [(await site.row(other)).location]
