"""The real server with a crash on demand: ``python -m tests.support.faulty_server``.

It reads the same settings as ``sambung serve``. ``SAMBUNG_TEST_FAULTS`` names a folder; a file there called like
a point (``before_commit``, ``after_commit``, ``mid_reply``) arms it: the process dies on passing it, as by a
power cut. The number in the file says how many passes go by unharmed first. A file ``clock`` there says by how many
seconds the server's clock is ahead of the true time.
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from backend.app import create_app
from backend.database import migrate
from backend.database.engine import Database
from backend.settings import Settings


class ArmedFaults:
    """Fills the port :class:`sync.faults.FaultPoints` with the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def reach(self, point: str) -> None:
        """Die here if the point is armed and no pass is left: no flush, no rollback, no goodbye."""
        order = self.folder / point
        if not order.exists():
            return
        left = int(order.read_text() or 0)
        if left > 0:
            order.write_text(str(left - 1))
            return
        order.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


class MovableClock:
    """Fills the port :class:`sync.clock.Clock`: the true time and what the file says beside it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def now(self) -> datetime:
        """The instant that the test wants it to be, aware, in UTC."""
        ahead = float(self.file.read_text()) if self.file.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)


async def _migrate(settings: Settings) -> None:
    db = Database(settings.database_url)
    try:
        await migrate.upgrade(db)
    finally:
        await db.close()


def main() -> None:
    """Serve until killed."""
    settings = Settings()
    asyncio.run(_migrate(settings))
    folder = Path(os.environ["SAMBUNG_TEST_FAULTS"])
    app = create_app(settings, clock=MovableClock(folder / "clock"), faults=ArmedFaults(folder))
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
