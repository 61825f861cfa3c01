"""``python -m tests.support.town ARGUMENTS``: ``sambung ARGUMENTS`` with every demo office shut for some days.

An open office hands a question to whoever is at work, a shut one lays it into the queue and promises a time. So that
what a test meets does not hang on the hour and the weekday of its run, it is always a day off. Counters that have hours
of their own keep them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from backend.cli import app
from backend.demo import seed

_read = seed.read


def _shut(name: str) -> Any:
    """A file of the demonstration; the offices in it are shut from yesterday to the day after tomorrow."""
    content = _read(name)
    if name == "demo_agencies.json":
        days = [datetime.now(UTC).date() + timedelta(days=n) for n in range(-1, 3)]
        for agency in content["agencies"]:
            agency["calendar"]["days"] |= {day.isoformat(): [] for day in days}
    return content


if __name__ == "__main__":
    seed.read = _shut
    app()
