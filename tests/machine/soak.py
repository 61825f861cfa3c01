"""``make soak``: the state machine with fresh seeds on both databases until the time is over, then what is slow.

Each round prints its seed before it starts; a failure prints the steps that lead there and the command that repeats
them. It ends with counts: what was exercised, and how often.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import secrets
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import structlog

from backend.database.engine import Database
from tests.machine.play import Table, keys_in
from tests.support.postgres import PostgresServer
from tests.support.schema import create_all

DATABASES = ("sqlite", "postgres")
EXAMPLES = 25
STEPS = 60


def main() -> int:
    """Run; 0 if everything held."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, help="repeat the round of this seed, then the ones after it")
    parser.add_argument("--rounds", type=int, default=10**9, help="no more rounds than this on each database")
    parser.add_argument("--database", choices=DATABASES, help="only this one")
    chosen = parser.parse_args()
    start = time.monotonic()
    failed = chosen.seed is None and not _marked_tests()
    first = chosen.seed if chosen.seed is not None else secrets.randbelow(10**9)
    found = _machines([chosen.database] if chosen.database else list(DATABASES), first, chosen, start)
    for database, counts in found.items():
        _print_counts(database, counts)
    failed |= any(counts["failures"] for counts in found.values())
    print(f"soak: {'FAILED' if failed else 'clean'} after {(time.monotonic() - start) / 60:.1f} minutes", flush=True)
    return int(failed)


def _marked_tests() -> bool:
    """The tests marked ``longer``, in their long form."""
    print("soak: the long forms of tests", flush=True)
    command = [sys.executable, "-m", "pytest", "-m", "longer", "-v", "--timeout", "3600"]
    done = subprocess.run(command, env=os.environ | {"SAMBUNG_SOAK": "1"}, check=False)
    return done.returncode == 0


def _machines(databases: list[str], first: int, chosen: argparse.Namespace, start: float) -> dict[str, Counter[str]]:
    """The state machine on each database, a process each."""
    context = multiprocessing.get_context("spawn")
    queue: Any = context.Queue()
    end = start + chosen.minutes * 60 - time.monotonic()
    workers = [
        context.Process(target=_rounds, args=(database, first, chosen.rounds, end, queue)) for database in databases
    ]
    for worker in workers:
        worker.start()
    found: dict[str, Counter[str]] = {}
    for worker in workers:
        worker.join()
    while not queue.empty():
        database, counts = queue.get()
        found[database] = Counter(counts)
    for database in databases:
        found.setdefault(database, Counter(failures=1))
    return found


def _rounds(database: str, first: int, rounds: int, seconds: float, queue: Any) -> None:
    """Play one round after the other until the time is over or one fails."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(50), logger_factory=structlog.ReturnLoggerFactory()
    )
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="sambung-soak-") as folder, ExitStack() as opened:
        table = _open(database, Path(folder), opened)
        number = first
        while number < first + rounds and (number == first or time.monotonic() < end):
            print(f"soak: {database} seed {number}", flush=True)
            try:
                table.play(number, examples=EXAMPLES, steps=STEPS)
            except BaseException as error:
                table.counts["failures"] += 1
                _report(database, number, error)
                break
            number += 1
            table.counts["rounds"] += 1
        queue.put((database, dict(table.counts)))


def _open(database: str, folder: Path, opened: ExitStack) -> Table:
    if database == "sqlite":
        url = f"sqlite:///{folder}/machine.sqlite3"
    else:
        server = PostgresServer().start()
        opened.callback(server.stop)
        url = server.create_database("machine")
    asyncio.run(_create(url))
    table = Table(url, keys_in(folder))
    opened.callback(table.close)
    return table


async def _create(url: str) -> None:
    db = Database(url)
    await create_all(db)
    await db.close()


def _report(database: str, number: int, error: BaseException) -> None:
    lines = traceback.format_exception(error)
    print("".join(lines), "\n".join(getattr(error, "__notes__", ())), sep="\n")
    print(f"soak: repeat it with: make soak SEED={number} ROUNDS=1 DATABASE={database}", flush=True)


def _print_counts(database: str, counts: Counter[str]) -> None:
    print(f"\nsoak: {database}")
    for name, count in sorted(counts.items()):
        print(f"  {count:>9}  {name}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
