"""Parts that live on an event loop, for tests that have none: the loop runs in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from tests.support.push_receiver import Device, PushReceiver, Received

T = TypeVar("T")


class Background:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 60) -> T:
        """Run a coroutine there and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def stop(self) -> None:
        """End the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


class PushService:
    """The push service of our own, for plain tests: a context manager."""

    def __enter__(self) -> PushService:
        self._background = Background()

        async def start() -> PushReceiver:
            return await PushReceiver().start()

        self.receiver = self._background.run(start())
        return self

    def __exit__(self, *_exc: object) -> None:
        self._background.run(self.receiver.stop())
        self._background.stop()

    def device(self) -> Device:
        """A new browser with its keys; its messages are taken."""
        return self.receiver.endpoint()

    def delivered(self, device: Device) -> list[Received]:
        """What came in for a device, decrypted."""
        return self.receiver.delivered(device)
