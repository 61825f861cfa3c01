"""Whole files on the disk and in a bucket: sealed, intact or refused, and told in words when the place is away."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from backend.database.engine import Database
from backend.files.pictures import redraw
from backend.files.rules import LASTS, FileState
from backend.files.sealing import HEAD, SEGMENT, Damaged, Sealing, content_size
from backend.files.stores import FolderStore, Store
from sync.ids import uuid4
from tests.files.conftest import PDF, Site, serving
from tests.support.clock import SettableClock
from tests.support.files import KEY, S3Server, arrive, drawn, storage_in

PARTY = b"Partai Contoh Nusantara"
LETTER = b"%PDF-1.7\n(" + PARTY + b")\n" * 40 + b"%%EOF\n"


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each place in turn, by the one API."""
    if request.param == "disk":
        return FolderStore(tmp_path / "whole")
    server: S3Server = request.getfixturevalue("s3")
    return server.store(prefix=uuid4())


@pytest.fixture(params=["disk", "s3"])
async def anywhere(
    request: pytest.FixtureRequest, db: Database, clock: SettableClock, tmp_path: Path
) -> AsyncIterator[Site]:
    """A server that keeps whole files on its disk, and one that keeps them in a bucket."""
    folder = tmp_path / "data"
    store = None if request.param == "disk" else request.getfixturevalue("s3").store(prefix=uuid4())
    async with serving(db, clock, folder, storage_in(folder, store)) as made:
        yield made


def test_a_store_keeps_replaces_and_removes(store: Store) -> None:
    for content in (b"first", b"second" * 200_000, b""):
        store.put("ab12", content)
        assert store.size("ab12") == len(content)
        assert b"".join(store.read("ab12")) == content
    store.remove("ab12")
    store.remove("ab12")
    assert store.size("ab12") is None
    with pytest.raises(FileNotFoundError):
        b"".join(store.read("ab12"))


async def test_an_upload_comes_back_byte_for_byte(anywhere: Site) -> None:
    where, answer = await anywhere.upload(LETTER * 300)
    assert answer.status_code == 204
    again = await anywhere.client.get(f"{where}/isi", headers={"X-Who": "budi"})
    assert again.content == LETTER * 300
    assert again.headers["content-length"] == str(len(LETTER) * 300)
    id = where.split("/")[2]
    assert await anywhere.files.erase([id]) == 1
    assert anywhere.on_disk() == []
    assert (await anywhere.client.get(f"{where}/isi", headers={"X-Who": "budi"})).status_code == 404


async def test_raw_storage_tells_no_name_and_no_header_acceptance_16(
    anywhere: Site, request: pytest.FixtureRequest
) -> None:
    """Acceptance 16: neither a whole file nor half an upload shows a party's name or what kind of file it is."""
    await anywhere.upload(LETTER, PARTY.decode() + ".pdf")
    half = (await anywhere.create(LETTER)).headers["location"]
    await anywhere.patch(half, LETTER[:500])
    raw = [*anywhere.on_disk()]
    if "s3" in request.node.callspec.id:
        raw += request.getfixturevalue("s3").raw()
    assert len(raw) >= 2
    for path in raw:
        content = path.read_bytes()
        assert PARTY not in content
        assert b"%PDF" not in content
        assert "Partai" not in str(path)


async def test_a_place_that_is_away_is_told_and_the_upload_goes_on_later(
    anywhere: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = (await anywhere.create(PDF)).headers["location"]

    def away(*_: object) -> None:
        raise OSError("bucket: GenericError")

    with monkeypatch.context() as patched:
        patched.setattr(anywhere.storage._store, "put", away)
        refused = await anywhere.patch(where, PDF)
    assert (refused.status_code, refused.json()["code"]) == (507, "storage")
    assert (await anywhere.row(where)).state == FileState.RECEIVING
    assert (await anywhere.head(where)).headers["upload-offset"] == str(len(PDF)), "its bytes were not lost"
    assert (await anywhere.row(where)).state == FileState.COMPLETE


def test_a_bucket_refuses_a_wrong_secret_and_a_dead_address(s3: S3Server) -> None:
    """The service checks our signatures; what it says becomes an error of the disk's kind, without its text."""
    for other in ({"secret_key": "wrong"}, {"endpoint": "http://127.0.0.1:9"}):
        store = s3.store(0.3, **other)
        with pytest.raises(OSError, match=r"^bucket: \w+$"):
            store.put("ab12", b"x")
        with pytest.raises(OSError, match=r"^bucket: \w+$"):
            store.size("ab12")
        with pytest.raises(OSError, match=r"^bucket: \w+$"):
            store.remove("ab12")


def test_the_probe_of_the_doctor_leaves_nothing(s3: S3Server, tmp_path: Path) -> None:
    before = len(s3.raw())
    storage_in(tmp_path, s3.store(prefix="probe")).probe()
    assert len(s3.raw()) == before
    with pytest.raises(OSError, match="bucket"):
        storage_in(tmp_path, s3.store(secret_key="wrong")).probe()


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT + 7])
def test_sealing_is_undone_only_whole_and_in_its_place(size: int) -> None:
    sealing, content = Sealing(KEY), bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    sealed = sealing.seal("a", content)
    assert content_size(len(sealed)) == size
    for step in (7 if size < 100 else 5000, len(sealed)):
        pieces = [sealed[at : at + step] for at in range(0, len(sealed), step)]
        assert b"".join(sealing.open("a", pieces)) == content
    wrong = [sealed[:-1], sealed[:-16], sealed[:HEAD], sealed[:3], b"", sealed + b"x", content, bytes(len(sealed))]
    wrong += [sealed[: len(sealed) // 2] + bytes([sealed[len(sealed) // 2] ^ 1]) + sealed[len(sealed) // 2 + 1 :]]
    if size > SEGMENT:
        wrong.append(sealed[: HEAD + SEGMENT + 16])
    for changed in wrong:
        with pytest.raises(Damaged):
            b"".join(sealing.open("a", [changed]))
    for foreign in (("b", Sealing(KEY)), ("a", Sealing(bytes(32)))):
        with pytest.raises(Damaged):
            b"".join(foreign[1].open(foreign[0], [sealed]))


def test_what_arrives_is_written_on_from_any_byte() -> None:
    sealing, content = Sealing(KEY), bytes(range(256)) * 5
    whole = sealing.running("a", content, 0)
    for cut in (1, 15, 16, 17, 999):
        assert sealing.running("a", content[:cut], 0) + sealing.running("a", content[cut:], cut) == whole
        assert sealing.running("a", whole[cut:], cut) == content[cut:]
    assert sealing.running("b", content, 0) != whole


async def test_files_of_an_older_version_are_sealed_at_the_start(site: Site) -> None:
    """They lay in the clear, on this disk or in a backup; afterwards they read as before."""
    where, _ = await site.upload(PDF)
    [path] = site.on_disk()
    path.write_bytes(PDF)
    assert site.storage.adopt() == 1
    assert site.storage.adopt() == 0
    assert b"%PDF" not in path.read_bytes()
    assert (await site.client.get(f"{where}/isi", headers={"X-Who": "budi"})).content == PDF


async def test_leftovers_of_a_crash_are_swept(site: Site, clock: SettableClock) -> None:
    site.storage.begin("f" * 40)
    arrive(site.storage, "f" * 40, PDF)
    assert site.storage.sweep(LASTS.total_seconds()) == 0
    assert site.storage.sweep(-1) == 1
    assert site.on_disk() == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_a_picture_is_drawn_anew(site: Site, kind: str) -> None:
    """Place and time, the comment, what hides behind the end: gone; the turn that the camera noted: carried out."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Kamera Rahasia"
    exif.get_ifd(0x8825)[1] = "S"
    more = {"comment": b"rahasia"} if kind == "JPEG" else {}
    sent = drawn(400, 300, kind, exif=exif, **more) + b"<script>alert(1)</script>"
    where, answer = await site.upload(sent, "foto")
    assert answer.status_code == 204, answer.text
    stored = await site.client.get(f"{where}/isi", headers={"X-Who": "budi"})
    assert int(stored.headers["content-length"]) == len(stored.content)
    for secret in (b"Kamera", b"rahasia", b"script", b"Exif"):
        assert secret not in stored.content
    with Image.open(io.BytesIO(stored.content)) as picture:
        assert (picture.size, picture.format) == ((300, 400), kind)
        assert picture.convert("L").getpixel((5, 200)) != picture.convert("L").getpixel((290, 200)), "turned upright"


@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_photo_does_not_grow(quality: int) -> None:
    """A phone makes a photo small before it sends it; drawn anew, it stays so."""
    noise = Image.effect_noise((640, 480), 60).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=quality)
    again = redraw(out.getvalue(), "image/jpeg")
    assert len(again) <= len(out.getvalue())
    assert len(redraw(again, "image/jpeg")) <= len(again) * 1.01


@pytest.mark.parametrize("data", [
    drawn()[:180] + b"\xff\xd9",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40) + b"IEND",
], ids=["JPEG", "PNG"])  # fmt: skip
async def test_half_a_picture_is_refused_and_nothing_of_it_stays(site: Site, data: bytes) -> None:
    _, answer = await site.upload(data, "foto.jpg")
    assert (answer.status_code, answer.json()["code"]) == (422, "broken")
    assert site.on_disk() == []
