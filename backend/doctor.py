"""``sambung doctor``: what is wrong with an installation, each thing in a sentence that says what to do."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog

from backend import backups
from backend.condition import Condition, examine
from backend.database import migrate
from backend.database.engine import Database
from backend.files.places import storage_of
from backend.keys import Keys
from backend.notifications.rules import State
from backend.phones.rules import Trouble
from backend.settings import Settings
from sync.selfcheck import contradictions
from sync.store import Store

log = structlog.get_logger("doctor")

HOUR = 3600.0
DAY = 24 * HOUR
LATE = HOUR / 4
"""A timed act or a notice that waits longer than this is late."""
SILENT = 3 * DAY
LEAST_FREE = 0.05
"""Part of the disk that must be free."""


async def examined(chosen: Settings) -> list[str]:
    """Everything that is wrong now; empty if all is well."""
    return [*await _house(chosen), *await _database(chosen)]


async def _house(chosen: Settings) -> list[str]:
    faults = []
    if not chosen.keys_file.is_file():
        faults.append(f"no key file {chosen.keys_file}: run `sambung keys`")
    elif chosen.keys_file.stat().st_mode & 0o077:
        faults.append(f"{chosen.keys_file} can be read by others: chmod 600")
    if not (chosen.pwa_dir / "index.html").is_file():
        faults.append("the app is not built: run `make setup`")
    if chosen.environment == "production" and not chosen.secure_cookies:
        faults.append("SAMBUNG_PUBLIC_URL is not https: sessions would travel in the clear")
    if chosen.environment == "production" and not chosen.trusted_proxies:
        faults.append("SAMBUNG_TRUSTED_PROXIES is empty: behind a proxy everybody shares one address")
    if chosen.workers > 1 and chosen.database_url.startswith("sqlite"):
        faults.append("several workers need PostgreSQL (DATABASE_URL)")
    if not await asyncio.to_thread(_can_write, chosen.data_dir):
        faults.append(f"no files can be stored in {chosen.data_dir}")
    else:
        disk = shutil.disk_usage(chosen.data_dir)
        if disk.free < LEAST_FREE * disk.total:
            faults.append(f"the disk of {chosen.data_dir} is nearly full: {disk.free // 2**20} MiB are left")
    if chosen.bucket and chosen.keys_file.is_file():
        try:
            await asyncio.to_thread(storage_of(chosen, Keys.load(chosen.keys_file)).probe)
        except OSError as error:
            faults.append(f"no files can be stored in the bucket {chosen.bucket} ({error})")
    missing = backups.missing_programs(chosen)
    if missing:
        faults.append(f"{', '.join(missing)} missing: no backups (install the PostgreSQL client programs)")
    return faults


async def _database(chosen: Settings) -> list[str]:
    db = Database(chosen.database_url)
    try:
        async with db.reading() as connection:
            if not await connection.run_sync(migrate.is_current):
                return ["the database is not migrated: `sambung serve` does it"]
            faults = list(judged(await examine(connection, datetime.now(UTC))))
            wrong = await contradictions(Store(postgres=not db.is_sqlite), connection)
            return faults + [
                f"the sync tables contradict themselves: {number} {words}. Stop the server, keep a backup of this "
                "state, and restore the last good one"
                for words, number in wrong.items()
            ]
    except Exception as error:
        log.error("database", error=type(error).__name__)
        return ["the database cannot be reached"]
    finally:
        await db.close()


def judged(now: Condition) -> Iterator[str]:
    """What of the present condition wants a person."""
    if number := now.deferred.get("internal"):
        yield (
            f"{number} mutation(s) are set aside because a handler failed; the log names them (mutation_set_aside). "
            "Mend the code, then `sambung replay AGENCY_ID MUTATION_ID`; nothing is lost meanwhile"
        )
    for code, age in now.deferred_age.items():
        if code != "internal" and age > DAY:
            yield (
                f"{now.deferred[code]} mutation(s) wait for something they depend on, the oldest for {_age(age)}: "
                "usually an upload that never ended; after 5 days the phone sends them anew"
            )
    if failed := now.deliveries.get(State.FAILED_PERMANENT, 0):
        yield f"{failed} notice(s) were refused for good by a push service: the page 'Pengiriman' shows which"
    if now.deliveries_late > LATE:
        yield f"notices are {_age(now.deliveries_late)} late: is a server with background work running?"
    if now.jobs_late > LATE:
        yield f"timed acts are {_age(now.jobs_late)} late: is a server with background work running?"
    if now.phones_waiting and now.silent > SILENT:
        yield (
            f"{now.phones_waiting} phone(s) held {now.items_waiting} more item(s) when last heard of, the longest "
            f"silent for {_age(now.silent)}: ask their owners to open the app where there is signal"
        )
    if now.missing_numbers:
        yield (
            f"{now.missing_numbers} number(s) of phones are neither here nor waiting there: work that a phone lost, "
            "or has not sent yet. The page 'Kiriman' of that phone says so too"
        )
    for trouble, say in _TROUBLES.items():
        if trouble in now.troubles:
            yield say(*now.troubles[trouble])


_TROUBLES: dict[Trouble, Callable[[int, int], str]] = {
    Trouble.LOST_ITEMS: lambda phones, amount: (
        f"{phones} phone(s) report {amount} lost item(s): their storage was cleared. Ask the owners what is missing"
    ),
    Trouble.STUCK_HOURS: lambda phones, hours: (
        f"{phones} phone(s) hold items that do not leave although the server answers, the oldest for {hours} h: "
        "look at sambung_refusals_total{status} for what keeps them"
    ),
    Trouble.SELF_RESET: lambda phones, times: (
        f"{phones} phone(s) threw their copy away {times} time(s) because it differed from the server's: "
        "a defect; report it with the log lines phone_report"
    ),
    Trouble.SAVE_FAILED: lambda phones, times: (
        f"{phones} phone(s) could not store what was written, {times} time(s): ask the owners to free space"
    ),
}


def _age(seconds: float) -> str:
    if seconds >= 2 * DAY:
        return f"{int(seconds // DAY)} days"
    return f"{int(seconds // HOUR)} h" if seconds >= 2 * HOUR else f"{int(seconds // 60)} min"


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"0" * 4096)
    except OSError:
        return False
    return True
