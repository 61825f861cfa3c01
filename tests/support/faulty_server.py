"""The real server with a crash on demand: ``python -m tests.support.faulty_server``.

It reads the same settings as ``sambung serve``. ``SAMBUNG_TEST_FAULTS`` names a folder; a file there called like
a point (``before_commit``, ``after_commit``, ``mid_reply``) arms it: the process dies on passing it, as by a
power cut. The number in the file says how many passes go by unharmed first.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.app import create_app
from backend.settings import Settings

MID_REPLY = "mid_reply"


class ArmedFaults:
    """Fills the port :class:`sync.faults.FaultPoints` with the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def reach(self, point: str) -> None:
        """Die here if the point is armed. The middle of a reply is watched at the wire, by :class:`MidReply`."""
        if point != MID_REPLY and self.due(point):
            die()

    def due(self, point: str) -> bool:
        """Whether the point is armed and no pass is left; counts this one."""
        order = self.folder / point
        if not order.exists():
            return False
        left = int(order.read_text() or 0)
        if left > 0:
            order.write_text(str(left - 1))
            return False
        order.unlink()
        return True


class MidReply:
    """Sends half of a GraphQL reply and dies."""

    def __init__(self, app: ASGIApp, faults: ArmedFaults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; everything but a reply to ``POST /graphql`` passes untouched."""

        async def half(message: Message) -> None:
            if message["type"] == "http.response.body" and message.get("body") and self.faults.due(MID_REPLY):
                body = message["body"]
                await send({**message, "body": body[: len(body) // 2], "more_body": True})
                die()
            await send(message)

        graphql = scope["type"] == "http" and scope["path"] == "/graphql"
        await self.app(scope, receive, half if graphql else send)


def die() -> None:
    """End without any goodbye: no flush, no rollback, no closing of connections."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Serve until killed."""
    settings = Settings()
    faults = ArmedFaults(Path(os.environ["SAMBUNG_TEST_FAULTS"]))
    app: Any = MidReply(create_app(settings, faults=faults), faults)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False, lifespan="on")


if __name__ == "__main__":
    main()
