"""A letter as a Word file: eight lines in order, open places untouched, values as characters and nothing else."""

from __future__ import annotations

import dataclasses
import io
import zipfile

import docx
import pytest

from backend.applications.docx import TEMPLATE, docx_of
from backend.applications.rules.letters import fill
from tests.applications.test_documents import SISAKAT, TOLD, VALUES

NAMES = {
    "agency.name": "Badan Kesatuan Bangsa dan Politik", "agency.address": "", "place": "Tirta, ",
    "signer.position": "Kepala Badan", "signer.name": "Dra. Contoh Penanda, M.Si.",
}  # fmt: skip
NASTY = 'Jl. <Melati> & "Mawar" {title} {line.value} {{ 7*7 }} %s \' \u202e 1\nLantai 2'


def texts(data: bytes) -> list[str]:
    """Every paragraph, as it is read from top to bottom."""
    document = docx.Document(io.BytesIO(data))
    found = []
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            found += ["|".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            found.append(block.text)
    return [text for text in found if text.strip()]


def made(**values: object) -> bytes:
    """The certificate's draft from these values, in the template of the house."""
    letter = fill(SISAKAT, SISAKAT.letters[0], VALUES | values, TOLD, held=["PERNYATAAN_TIDAK_MERANGKAP"])
    return docx_of(letter, NAMES, TEMPLATE.read_bytes())


def test_the_draft_has_eight_lines_in_order_and_three_open_places_acceptance_13() -> None:
    """Acceptance 13: the eight lines in order, the three placeholders as they are."""
    lines = texts(made())
    assert lines[:3] == ["Badan Kesatuan Bangsa dan Politik", "SURAT KETERANGAN TERDAFTAR", "Nomor : ${nomor_naskah}"]
    rows = [line.split("|") for line in lines if line[:1].isdigit()]
    assert [row[:3] for row in rows] == [[f"{n}.", label, ":"] for n, label in enumerate(
        ("Nama", "Jabatan", "Nama Partai", "Alamat", "Tingkat", "Nomor SK", "Susunan Pengurus",
         "Surat pernyataan tidak merangkap"), 1)]  # fmt: skip
    assert rows[6][3] == "1. Wakil, Dewi\n2. Ketua, Rahmat", "the committee in the order of entry"
    assert lines[-4:] == [
        "Tirta, ${tanggal_naskah}", "Kepala Badan,", "${ttd_pengirim}", "Dra. Contoh Penanda, M.Si."
    ]  # fmt: skip
    whole = "\n".join(lines)
    assert [whole.count(mark) for mark in ("${nomor_naskah}", "${tanggal_naskah}", "${ttd_pengirim}")] == [1, 1, 1]
    assert not any(name in whole for name in ("{title", "{line", "{intro", "{agency", "{signer", "{place", "{closing"))


def test_a_value_is_characters_and_never_markup_or_a_name() -> None:
    data = made(alamat=NASTY, nama_partai="Partai\x00 \x0bContoh")
    address = next(line for line in texts(data) if "|Alamat|" in line)
    assert NASTY in address
    assert next(line for line in texts(data) if "|Nama Partai|" in line).endswith("|Partai Contoh")
    document = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    assert b"<Melati>" not in document
    assert b"&lt;Melati&gt; &amp;" in document


def test_the_same_values_give_the_same_bytes() -> None:
    """So that a draft that comes back unsigned is known by its hash, however often it was fetched."""
    assert made() == made()
    assert made() != made(nomor_sk="8/2026")


def test_an_agencys_own_template_is_filled_whatever_its_word_processor_did() -> None:
    """Names cut into several runs, a header, a table; without a row for the lines it is refused in words."""
    own = docx.Document()
    own.sections[0].header.paragraphs[0].text = "{agency.name}"
    cut = own.add_paragraph()
    for piece in ("Perihal: {ti", "tl", "e} "):
        cut.add_run(piece).bold = piece == "tl"
    cut.add_run("(${nomor_naskah})")
    empty = own.add_paragraph("Alamat kantor: {agency.address}")
    assert empty.text
    own.add_table(1, 2).rows[0].cells[0].text = "{line.label}"
    own.tables[0].rows[0].cells[1].text = "{line.value}"
    own.add_paragraph("akhir")
    out = io.BytesIO()
    own.save(out)
    letter = fill(SISAKAT, SISAKAT.letters[0], VALUES, TOLD)
    data = docx_of(letter, NAMES, out.getvalue())
    lines = texts(data)
    assert lines[0] == "Perihal: SURAT KETERANGAN TERDAFTAR (${nomor_naskah})"
    assert not any("Alamat kantor" in line for line in lines)
    assert docx.Document(io.BytesIO(data)).sections[0].header.paragraphs[0].text == NAMES["agency.name"]
    unnumbered = dataclasses.replace(letter, numbered=False)
    assert "1." not in texts(docx_of(unnumbered, NAMES, TEMPLATE.read_bytes()))[4].split("|")
    bare = io.BytesIO()
    docx.Document().save(bare)
    for wrong in (bare.getvalue(), b"PK\x03\x04", b"", b"%PDF-1.7"):
        with pytest.raises(ValueError, match="template"):
            docx_of(letter, NAMES, wrong)
