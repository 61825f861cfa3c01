"""``python -m bench [--quick] [--only NAME ...] [--json PATH]``: measure, print the table, write it as JSON.

A missed figure says MISS and the program still ends with 0: numbers from a busy machine are news, not a failure.
"""

from __future__ import annotations

import argparse
import platform
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from bench import bytes as sizes
from bench import (
    cases,
    conversation,
    gap,
    house,
    lists,
    local,
    plans,
    pull,
    push,
    question_figures,
    ratings_post,
    ratings_report,
    reconnect,
    streams,
    webpush,
)
from bench.cpu import load, pace
from bench.report import Row, failed, table, write

RESULTS = Path(__file__).resolve().parents[1] / "bench-results.json"
LONGEST, WHOLE = 150, 1200
PATIENT = {"reconnect-postgresql": 450, "reconnect-sqlite": 450, "talk-postgresql": 300, "talk-sqlite": 300}
"""Seconds that one measurement may take, and all together; quick: a third."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="The numbers to hold, each beside its floor.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller sizes, under three minutes")
    parser.add_argument("--only", action="append", metavar="NAME", help="only measurements with this in their name")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="PATH", help="where to write the results")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, _ended)
    signal.signal(signal.SIGALRM, _too_long)
    started, facts = time.monotonic(), {"machine": load(), "pace_ms": [pace()], "quick": chosen.quick}
    rows = measure(chosen.only or [], quick=chosen.quick)
    facts["pace_ms"].append(pace())
    facts |= {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "seconds": round(time.monotonic() - started),
        "load_after": load(),
    }
    write(chosen.json, rows, facts)
    paces = " and ".join(f"{one:.1f}" for one in facts["pace_ms"])
    print(f"\n{table(rows)}\n")
    print(f"{facts['machine']} before, {load()} after.")
    print(f"5,000 hashes took {paces} ms of CPU (2.5 ms where nobody else works): read absolute figures beside that.")
    missed = [row.what for row in rows if row.held is False]
    print(f"{len(missed)} MISS of {len(rows)} rows." if missed else f"All {len(rows)} rows held.")
    print(f"{facts['seconds']} s; written to {chosen.json}")


def measurements(stack: ExitStack, *, quick: bool) -> dict[str, Callable[[], list[Row]]]:
    """All of them by name, in the order of the table."""
    servers: list[Any] = []

    def pg() -> Any:
        if not servers:
            servers.append(stack.enter_context(house.postgres()))
        return servers[0]

    return {
        "bytes": sizes.rows,
        "local": lambda: local.rows(quick=quick),
        "push-postgresql": lambda: push.rows("PostgreSQL", pg(), quick=quick),
        "push-sqlite": lambda: push.rows("SQLite", None, quick=quick),
        "pull-postgresql": lambda: pull.rows("PostgreSQL", pg(), quick=quick),
        "pull-sqlite": lambda: pull.rows("SQLite", None, quick=quick),
        "gap": lambda: gap.rows(pg(), quick=quick),
        "lists-postgresql": lambda: lists.rows("PostgreSQL", pg(), quick=quick),
        "lists-sqlite": lambda: lists.rows("SQLite", None, quick=quick),
        "figures-postgresql": lambda: question_figures.rows("PostgreSQL", pg(), quick=quick),
        "figures-sqlite": lambda: question_figures.rows("SQLite", None, quick=quick),
        "cases-postgresql": lambda: cases.rows("PostgreSQL", pg(), quick=quick),
        "cases-sqlite": lambda: cases.rows("SQLite", None, quick=quick),
        "plans-postgresql": lambda: plans.rows("PostgreSQL", pg(), quick=quick),
        "plans-sqlite": lambda: plans.rows("SQLite", None, quick=quick),
        "report-postgresql": lambda: ratings_report.rows("PostgreSQL", pg(), quick=quick),
        "report-sqlite": lambda: ratings_report.rows("SQLite", None, quick=quick),
        "reconnect-postgresql": lambda: reconnect.rows("PostgreSQL", pg(), quick=quick),
        "reconnect-sqlite": lambda: reconnect.rows("SQLite", None, quick=quick),
        "talk-postgresql": lambda: conversation.rows("PostgreSQL", pg(), quick=quick),
        "talk-sqlite": lambda: conversation.rows("SQLite", None, quick=quick),
        "talk-browsers": lambda: conversation.browsers(quick=quick),
        "streams": lambda: streams.rows(pg(), quick=quick),
        "ratings-post": lambda: ratings_post.rows(pg(), quick=quick),
        "webpush": lambda: webpush.rows(quick=quick),
    }


def measure(only: list[str], *, quick: bool) -> list[Row]:
    """Run the chosen measurements; one that fails becomes a row that says so."""
    rows: list[Row] = []
    share = 3 if quick else 1
    end = time.monotonic() + WHOLE / share
    with ExitStack() as stack:
        for name, work in measurements(stack, quick=quick).items():
            if only and not any(word in name for word in only):
                continue
            print(f"{name} ...", file=sys.stderr, flush=True)
            started = time.monotonic()
            try:
                left = int(end - started)
                if left < 1:
                    raise TimeoutError("no time was left")
                signal.alarm(min(PATIENT.get(name, LONGEST) // share, left))
                rows += work()
            except Exception as error:
                rows.append(failed(name, error))
            finally:
                signal.alarm(0)
            print(f"{name} {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return rows


def _ended(_signal: int, _frame: FrameType | None) -> None:
    """An ordinary end, so that every server and database of ours ends too, undisturbed."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    sys.exit(143)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError("this measurement took too long")


if __name__ == "__main__":
    main()
