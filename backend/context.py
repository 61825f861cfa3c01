"""What a resolver gets of its request. Rooms type it with this protocol, so that none of them imports ``api``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NewType, Protocol

from starlette.requests import Request
from starlette.responses import Response

from backend.database.engine import Database
from backend.keys import Keys
from backend.settings import Settings
from sync.actors import Viewer
from sync.clock import Clock
from sync.engine import SyncEngine

if TYPE_CHECKING:
    from backend.identity.service.directory import SignedIn


JSON = NewType("JSON", object)
"""Any JSON value in the schema. Strings that are serialised already pass through untouched (``orjson.Fragment``)."""


class RequestContext(Protocol):
    """One request: who asks, and the house that answers."""

    settings: Settings
    keys: Keys
    db: Database
    engine: SyncEngine
    clock: Clock
    request: Request
    response: Response
    ports: Mapping[str, Any]
    session: SignedIn | None

    @property
    def viewer(self) -> Viewer | None:
        """The signed-in account, if any."""
        ...

    async def speaker(self, account: object) -> Viewer | None:
        """Who speaks the sync protocol for an account: the person signed in, or the counter tablet that is named."""
        ...

    def require(self) -> Viewer:
        """The signed-in account. Raises :class:`sync.errors.Refusal` ``signed_out`` if there is none."""
        ...

    def require_session(self) -> SignedIn:
        """The device session. Raises :class:`sync.errors.Refusal` ``signed_out`` if there is none."""
        ...

    def set_session(self, token: str | None) -> None:
        """Set the session cookie (``None``: take it away)."""
        ...
