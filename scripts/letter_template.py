"""Write the letter template that comes with the house: ``uv run python -m scripts.letter_template``.

An agency lays out its own in any word processor; this one shows which names there are.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

TARGET = Path(__file__).resolve().parent.parent / "backend" / "applications" / "templates" / "surat.docx"
WIDTHS = (Cm(1.0), Cm(5.2), Cm(0.5), Cm(9.8))


def main() -> None:
    """Write the file."""
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.5), Cm(2), Cm(1.5), Cm(2)
    usual = document.styles["Normal"]
    usual.font.name, usual.font.size = "Arial", Pt(11)
    usual.paragraph_format.space_after = Pt(0)

    def line(text: str, *, bold: bool = False, size: float = 11, centre: bool = False, after: float = 0) -> None:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.space_after = Pt(after)
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, Pt(size)

    line("{agency.name}", bold=True, size=15, centre=True)
    line("{agency.address}", size=9.5, centre=True)
    rule = document.add_paragraph()
    rule.paragraph_format.space_after = Pt(14)
    border = OxmlElement("w:pBdr")
    below = OxmlElement("w:bottom")
    for name, value in (("val", "thickThinSmallGap"), ("sz", "18"), ("space", "1"), ("color", "000000")):
        below.set(qn(f"w:{name}"), value)
    border.append(below)
    rule._p.get_or_add_pPr().append(border)
    line("{title}", bold=True, size=13, centre=True)
    line("Nomor : {number}", centre=True, after=16)
    line("{intro}", after=10)
    table = document.add_table(rows=1, cols=4)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    for cell, column, width, text in zip(
        table.rows[0].cells, table.columns, WIDTHS, ("{line.number}", "{line.label}", ":", "{line.value}"), strict=True
    ):
        column.width = cell.width = width
        cell.paragraphs[0].text = text
        cell.paragraphs[0].paragraph_format.space_after = Pt(3)
    line("", after=6)
    line("{closing}", after=10)
    for text, after in (("{place}{date}", 0), ("{signer.position},", 14), ("{signature}", 14), ("{signer.name}", 0)):
        line(text, after=after)
        closing = document.paragraphs[-1].paragraph_format
        closing.left_indent, closing.keep_with_next = Cm(9), True
    facts = document.core_properties
    facts.author, facts.title, facts.comments = "", "", ""
    facts.created = facts.modified = datetime(2026, 1, 1)
    TARGET.parent.mkdir(exist_ok=True)
    document.save(str(TARGET))


if __name__ == "__main__":
    main()
