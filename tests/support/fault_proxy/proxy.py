"""The proxy: it listens, keeps the faults that are armed, and is steered with plain calls from any thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from tests.support.fault_proxy.connection import Connection
from tests.support.fault_proxy.faults import Fault, Request
from tests.support.fault_proxy.line import Line, reset

T = TypeVar("T")


class FaultProxy:
    """Listens on ``port`` of 127.0.0.1 (0: any) and passes to ``target`` (a port of 127.0.0.1).

    It runs in a thread with an event loop of its own, from entering the context to leaving it.
    """

    def __init__(self, target: int, port: int = 0) -> None:
        self.target = target
        self.port = port
        self.requests: list[Request] = []
        self.connections = 0
        self.up, self.down = Line(), Line()
        self.faults: list[Fault] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flapping: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None
        self._is_cut = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)

    # --- steering, from any thread ---------------------------------------------------------------

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._call(self._listen)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._call(self._calm)
        self._call(self._cut)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        """The address that a browser uses."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def bytes_up(self) -> int:
        """Bytes passed from clients to the server, HTTP heads included, TCP headers not."""
        return self.up.passed

    @property
    def bytes_down(self) -> int:
        """Bytes passed from the server to clients."""
        return self.down.passed

    @property
    def is_up(self) -> bool:
        """Whether it takes connections now."""
        return self._server is not None

    def forget(self) -> None:
        """Start all counts anew."""
        self.requests.clear()
        self.up.passed = self.down.passed = self.connections = 0

    def link(self, *, kbit: float | None = None, latency: float = 0.0, jitter: float = 0.0) -> None:
        """Shape the line: ``kbit`` (kbit/s) in each direction, ``latency`` one way and what ``jitter`` adds at most, in
        seconds."""
        for line in (self.up, self.down):
            line.shape(kbit, latency, jitter)

    def cut(self) -> None:
        """No network: what is open breaks, new connections are refused."""
        self._call(self._cut)

    def reset(self) -> None:
        """Every open connection ends in a TCP reset; new ones are welcome."""
        self._call(self._reset)

    def hold(self) -> None:
        """A dead line that nobody notices: connections stand, nothing passes. ``restore`` breaks them."""
        self.up.held = self.down.held = True

    def stall(self, seconds: float) -> None:
        """Nothing passes for so long, then everything goes on as if nothing had been."""
        self.up.stalled_until = self.down.stalled_until = time.monotonic() + seconds

    def flap(self, up: float = 1.0, down: float = 1.0) -> None:
        """Cut for ``down`` seconds, back for ``up`` seconds, and so on until ``restore``."""

        async def start() -> None:
            await self._calm()
            self._flapping = asyncio.create_task(self._flap(up, down))

        self._call(start)

    def restore(self) -> None:
        """The network is back, on the same port."""
        self._call(self._restore)

    def arm(self, fault: Fault) -> Fault:
        """Let a fault befall the requests to come; the one armed last goes first."""
        self.faults.insert(0, fault)
        return fault

    def clear(self) -> None:
        """No more faults, and a fast line."""
        self.faults.clear()
        self.link()
        self.up.stalled_until = self.down.stalled_until = 0.0

    def count(self, matching: str) -> int:
        """How many requests with this text in their first line or body were seen."""
        return sum(matching in request.text for request in self.requests)

    def _call(self, act: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run_coroutine_threadsafe(act(), self._loop).result(15)

    # --- inside the loop -------------------------------------------------------------------------

    def fault_for(self, request: Request) -> Fault | None:
        """Count the request and find what befalls it."""
        self.requests.append(request)
        for fault in self.faults:
            if fault.fits(request):
                fault.hits += 1
                return fault
        return None

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something run until the network is cut."""
        self._keep(asyncio.ensure_future(work))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self) -> None:
        self._is_cut = False
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        self._is_cut = True
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._reset()

    async def _reset(self) -> None:
        for writer in list(self._open):
            reset(writer)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _calm(self) -> None:
        """No more flapping."""
        flapping, self._flapping = self._flapping, None
        if flapping is not None:
            flapping.cancel()
            with suppress(asyncio.CancelledError):
                await flapping

    async def _flap(self, up: float, down: float) -> None:
        while True:
            await self._cut()
            await asyncio.sleep(down)
            await self._listen()
            await asyncio.sleep(up)

    async def _restore(self) -> None:
        await self._calm()
        if self.up.held:
            await self._cut()
            self.up.held = self.down.held = False
        await self._listen()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            # Taken in the moment before the cut, which did not know it yet.
            reset(writer)
            return
        self.connections += 1
        task = asyncio.current_task()
        if task is not None:
            self._keep(task)
        self._open.add(writer)
        try:
            # A handshake costs one round trip that the loopback hides.
            await asyncio.sleep(2 * self.up.latency)
            await Connection(self, reader, writer).run()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()
