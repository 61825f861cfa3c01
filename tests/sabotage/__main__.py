"""``python -m tests.sabotage`` prints the table; ``--write`` puts it into ``docs/reliability.md``."""

import sys

from tests.sabotage.table import PAGE, markdown, written

if "--write" in sys.argv[1:]:
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
else:
    sys.stdout.write(markdown())
