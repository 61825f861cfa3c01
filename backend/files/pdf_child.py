"""Reads one PDF from standard input in a process of its own and says what is in it, as JSON.

A PDF of a stranger is opened by a big program in C++. Here it may crash or turn in circles: limits of memory and
processor time end it, and the server never notices. Started by :mod:`backend.files.pdf`; it needs nothing of the house.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys

MEMORY = 1_500_000_000
SECONDS = 10
MOST_PAGES = 200
MOST_TEXT = 2_000_000


def main() -> None:
    """Read, judge, print."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2  # type: ignore[import-untyped]
    from pypdfium2 import raw

    data = sys.stdin.buffer.read()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        json.dump(None, sys.stdout)
        return
    texts: list[str] = []
    for number in range(min(len(document), MOST_PAGES)):
        texts.append(document[number].get_textpage().get_text_bounded())
    signatures = 0
    for number in range(max(0, raw.FPDF_GetSignatureCount(document.raw))):
        signature = raw.FPDF_GetSignatureObject(document.raw, number)
        # A field for a signature without content is only a place to sign.
        signatures += raw.FPDFSignatureObj_GetContents(signature, ctypes.c_void_p(), 0) > 0
    found = {"pages": len(document), "text": "\n".join(texts)[:MOST_TEXT], "signatures": signatures}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
