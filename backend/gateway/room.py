"""The room as a whole: its adapter, its worker function, its door; wired where the server is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.routing import Route

from backend.database.engine import Database
from backend.gateway.adapter import Adapter
from backend.gateway.delivery import Deliveries, Owners
from backend.gateway.webhook import Webhook
from backend.jobs.runner import DueJob
from backend.keys import Keys
from sync.clock import Clock
from sync.faults import FaultPoints


class Gateways:
    """Everything of the gateways of one server. ``owners``: the services that they carry texts for, by name."""

    def __init__(
        self, db: Database, keys: Keys, clock: Clock, adapter: Adapter, owners: Owners, faults: FaultPoints | None
    ) -> None:
        self.adapter = adapter
        self._deliveries = Deliveries(db, keys, clock, adapter, owners, faults)
        self._webhook = Webhook(db, keys, clock, owners)

    def functions(self) -> Mapping[str, Callable[[DueJob], Awaitable[None]]]:
        """Its timed acts."""
        return self._deliveries.functions()

    def routes(self) -> list[Route]:
        """Its addresses."""
        return self._webhook.routes()

    async def close(self) -> None:
        """Give connections back."""
        await self.adapter.close()
