"""A report without a name, from the page to the recipients and back, on both databases and over real HTTP."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import httpx
from PIL import Image

from sync.ids import uuid4
from tests.support import office
from tests.support.phone import Phone
from tests.support.server import ServerProcess
from tests.support.stored import everything_stored, rows_of

RECIPIENT = office.Worker("Ratih Kumalasari, S.H.", "197605092001122951", "SEKRETARIAT", "WBS")
TEXT = "Bendahara meminta uang tanda terima kasih pada 20 November."
LIST = "{ misconductReports { id day closed fresh words { author day text pictures } } }"
ACTS = {
    "open": "mutation($id: ID!) { misconductOpen(id: $id) { id fresh } }",
    "close": "mutation($id: ID!) { misconductClose(id: $id) { id closed } }",
    "reply": "mutation($id: ID!, $word: ID!, $text: String!) { misconductReply(id: $id, word: $word, text: $text) "
    "{ words { author text } } }",
    "picture": "query($id: ID!) { misconductPicture(id: $id) { type content } }",
}
SECRET_PLACE = b"GPS -7.1234 Kantor Dinas"


def photo() -> bytes:
    """A photo as a phone makes it: place and camera in its head, a comment, and a second picture behind its end."""
    made = Image.new("RGB", (64, 48), (120, 30, 30))
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "Telepon Rahasia", "komentar"
    raw = io.BytesIO()
    made.save(raw, "JPEG", exif=exif, comment=SECRET_PLACE, progressive=True)
    return raw.getvalue() + SECRET_PLACE


def drawing() -> bytes:
    """A PNG with a text and a time among its blocks."""
    raw = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 90, 80, 128)).save(raw, "PNG")
    name_and_text = b"tEXt" + b"Author\0" + SECRET_PLACE
    block = struct.pack(">I", len(name_and_text) - 4) + name_and_text + struct.pack(">I", zlib.crc32(name_and_text))
    return raw.getvalue()[:33] + block + raw.getvalue()[33:] + SECRET_PLACE


def encoded(*files: bytes) -> list[str]:
    """Files as the page's script sends them."""
    return [base64.b64encode(one).decode() for one in files]


class Author:
    """Somebody at the page: with the cookie of whoever uses the browser, and all that a browser tells."""

    def __init__(self, url: str, cookies: httpx.Cookies) -> None:
        headers = {"User-Agent": "Telepon Rahasia/7", "X-Forwarded-For": "198.51.100.77", "Accept-Language": "id"}
        self.http = httpx.AsyncClient(base_url=url, cookies=cookies, headers=headers, timeout=30)

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """As the page's script does."""
        return await self.http.post(path, json={"id": uuid4(), **fields})

    async def plain(self, path: str, **fields: str) -> httpx.Response:
        """As a page without scripts does."""
        return await self.http.post(path, data={"id": uuid4(), **fields})


def code_in(html: str) -> str:
    """The code that a page shows."""
    found = re.search(r"\b([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})\b", html)
    assert found, html
    return found.group(1)


async def test_a_report_has_no_author_and_only_the_recipients_read_it(office_server: ServerProcess) -> None:
    server, url = office_server, office_server.database_url
    async with await office.sign_in(server, office.ASKER) as asker, Author(server.url, asker.http.cookies).http as http:
        author = Author(server.url, asker.http.cookies)
        author.http = http
        assert "Belum ada instansi" in (await http.get("/lapor-rahasia")).text
        assert (await author.send("/uji/lapor-rahasia", text=TEXT)).status_code == 404
        await office.activate(server, office.appoint(server, RECIPIENT))
        async with (
            await office.sign_in(server, RECIPIENT) as recipient,
            await office.sign_in(server, office.OPERATOR) as operator,
        ):
            assert 'href="/uji/lapor-rahasia?lang=id"' in (await http.get("/lapor-rahasia")).text
            form = await http.get("/uji/lapor-rahasia")
            assert "Jangan tutup halaman sebelum terkirim." in form.text
            assert "set-cookie" not in form.headers
            assert form.headers["referrer-policy"] == "no-referrer"

            before, log = everything_stored(url), server.log
            id = uuid4()
            sent = await author.send("/uji/lapor-rahasia", id=id, text=TEXT, files=encoded(photo(), drawing()))
            assert sent.status_code == 200, sent.text
            code = code_in(sent.json()["main"])
            # The reply was lost: the same form again is the same report.
            assert code_in((await author.send("/uji/lapor-rahasia", id=id, text=TEXT)).json()["main"]) == code

            # What is stored: three tables, a date, nothing readable, nothing of the person; and no line in the log.
            after = everything_stored(url)
            changed = {name for name in after if after[name] != before[name]}
            assert changed == {"misconduct_report", "misconduct_word", "misconduct_picture"}
            stored = rows_of(url)
            assert [len(stored[name]) for name in sorted(changed)] == [2, 1, 1]
            kept = "".join("".join(stored[name]) for name in changed)
            year = str(datetime.now(UTC).year)
            assert not re.search(rf"{year}-\d\d-\d\d[ T]\d\d:", kept)
            for told in (
                "Bendahara",
                code,
                code.replace("-", ""),
                id,
                asker.account,
                asker.device,
                "198.51",
                "Rahasia",
            ):
                assert told not in kept, told
            assert server.log == log

            await only_recipients(operator, asker)
            report = await handled(recipient)
            await continued(author, code, report, recipient)
    await refused(server)


async def only_recipients(operator: Phone, asker: Phone) -> None:
    """Whoever else asks is refused by direct call, and that is logged."""
    for phone in (operator, asker):
        answer = await phone.graphql(LIST)
        assert answer["errors"][0]["extensions"]["code"] == "forbidden"
        for document in ACTS.values():
            answer = await phone.graphql(document, id=uuid4(), word=uuid4(), text="x")
            assert answer["errors"][0]["extensions"]["code"] == "forbidden"


async def handled(recipient: Phone) -> str:
    """The recipient reads, looks at the pictures, replies twice by mistake, and closes; the report's id."""
    [report] = (await recipient.data(LIST))["misconductReports"]
    assert (report["fresh"], report["closed"]) == (True, None)
    [word] = report["words"]
    assert (word["author"], word["text"], len(word["pictures"])) == ("pelapor", TEXT, 2)
    assert (await recipient.data(ACTS["open"], id=report["id"]))["misconductOpen"]["fresh"] is False
    types = []
    for picture in word["pictures"]:
        found = (await recipient.data(ACTS["picture"], id=picture))["misconductPicture"]
        content = base64.b64decode(found["content"])
        assert SECRET_PLACE not in content
        assert b"Telepon Rahasia" not in content
        with Image.open(io.BytesIO(content)) as opened:
            opened.load()
            types.append((found["type"], opened.size, dict(opened.getexif())))
    assert sorted(types) == [("image/jpeg", (64, 48), {}), ("image/png", (20, 20), {})]
    reply = {"id": report["id"], "word": uuid4(), "text": "Siapa saksinya?"}
    for _ in range(2):
        words = (await recipient.data(ACTS["reply"], **reply))["misconductReply"]["words"]
        assert [one["text"] for one in words] == [TEXT, "Siapa saksinya?"]
    assert (await recipient.data(ACTS["close"], id=report["id"]))["misconductClose"]["closed"]
    return str(report["id"])


async def continued(author: Author, code: str, report: str, recipient: Phone) -> None:
    """The author reads with the code, however it is typed, and adds a fact, which opens the report again."""
    shown = await author.http.get(f"/lapor-rahasia/{code}")
    assert shown.status_code == 200
    assert "Siapa saksinya?" in shown.text
    assert "Selesai ditangani" in shown.text
    typed = code.lower().replace("-", " ")
    fact = '<b>Saksi</b> "ada" & dua orang.'
    added = await author.plain("/lapor-rahasia/baca", code=typed, text=fact)
    assert added.status_code == 200
    assert "&lt;b&gt;Saksi&lt;/b&gt;" in added.text
    assert "<b>Saksi</b>" not in added.text
    [now] = (await recipient.data(LIST))["misconductReports"]
    assert (now["id"], now["fresh"], now["closed"]) == (report, True, None)
    assert [one["text"] for one in now["words"]] == [TEXT, "Siapa saksinya?", fact]


async def refused(server: ServerProcess) -> None:
    """Wrong codes, wrong texts, wrong files: said in words, the text is still there; and floods end."""
    author = Author(server.url, httpx.Cookies())
    async with author.http as http:
        assert (await http.get("/lapor-rahasia/0000-0000-0000")).status_code == 404
        short = await author.plain("/uji/lapor-rahasia", text="pendek <i>")
        assert short.status_code == 422
        assert "pendek &lt;i&gt;" in short.text
        for files, said in (
            (encoded(*[drawing()] * 4), "Paling banyak 3 foto"),
            (encoded(b"MZ\x90\x00" * 20), "bukan foto"),
            (encoded(photo()[:200]), "bukan foto"),
            (encoded(b"\xff\xd8\xff" + b"\0" * (5 * 1024 * 1024)), "lebih dari 5 MB"),
            (["bukan base64"], "bukan foto"),
        ):
            answer = await author.send("/uji/lapor-rahasia", text=TEXT, files=files)
            assert answer.status_code in (413, 422)
            assert said in answer.json()["fault"]
        statuses = [(await author.send("/uji/lapor-rahasia", text=TEXT)).status_code for _ in range(12)]
        assert statuses[-1] == 429
