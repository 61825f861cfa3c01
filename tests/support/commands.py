"""Several commands of ``sambung`` in one process: JSON lists of arguments come in, what each printed goes out."""

from __future__ import annotations

import contextlib
import io
import json
import sys

from backend.cli import app


def main() -> None:
    """Run them in order; the first that fails ends it."""
    said = []
    for line in json.load(sys.stdin):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            app(line, standalone_mode=False)
        said.append(printed.getvalue())
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
