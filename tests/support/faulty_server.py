"""The real server with a crash on demand: ``python -m tests.support.faulty_server``.

It reads the same settings as ``sambung serve``. ``SAMBUNG_TEST_FAULTS`` names a folder; a file there called like
a point (``before_commit``, ``after_commit``, ``mid_reply``) arms it: the process dies on passing it, as by a
power cut. The number in the file says how many passes go by unharmed first.
"""

from __future__ import annotations

import asyncio
import os
import signal
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
    app = create_app(settings, faults=ArmedFaults(Path(os.environ["SAMBUNG_TEST_FAULTS"])))
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
