"""The context of one request, and the session cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from backend.database.engine import Database
from backend.identity.service.directory import SignedIn
from backend.keys import Keys
from backend.settings import Settings
from sync.actors import Viewer
from sync.clock import Clock
from sync.engine import SyncEngine
from sync.errors import Refusal

SIGNED_OUT = "Sesi berakhir. Isian aman. Masuk lagi agar terkirim."


def cookie_name(settings: Settings) -> str:
    """``__Host-sambung``; plain ``sambung`` where the server speaks HTTP on loopback (browsers refuse the prefix)."""
    return "__Host-sambung" if settings.secure_cookies else "sambung"


def set_cookie(response: Response, settings: Settings, token: str | None) -> None:
    """Set or take away the session cookie: persistent, HttpOnly, SameSite=Lax, Secure wherever there is TLS."""
    name = cookie_name(settings)
    if token is None:
        response.delete_cookie(name, path="/", secure=settings.secure_cookies, httponly=True, samesite="lax")
        return
    response.set_cookie(
        name,
        token,
        max_age=settings.session_days * 86_400,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


class Kiosks(Protocol):
    """Port ``kiosks``: counter tablets have a session of their own, beside a person's."""

    async def from_cookie(self, request: Request, response: Response, *, secure: bool) -> Viewer | None:
        """The tablet that asks, if it is one; a cookie that gets old is sent again."""
        ...


@dataclass(slots=True)
class Context:
    """Fills :class:`backend.context.RequestContext`."""

    settings: Settings
    keys: Keys
    db: Database
    engine: SyncEngine
    clock: Clock
    request: Request
    response: Response
    ports: Mapping[str, Any]
    session: SignedIn | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def viewer(self) -> Viewer | None:
        """The signed-in account, if any."""
        return None if self.session is None else self.session.viewer

    async def speaker(self, account: object) -> Viewer | None:
        """Who speaks the sync protocol for an account: the person signed in, or the counter tablet that is named."""
        if self.viewer is not None and self.viewer.account == account:
            return self.viewer
        kiosks: Kiosks = self.ports["kiosks"]
        kiosk = await kiosks.from_cookie(self.request, self.response, secure=self.settings.secure_cookies)
        return kiosk if kiosk is not None and (self.viewer is None or kiosk.account == account) else self.viewer

    def require(self) -> Viewer:
        """The signed-in account. Raises :class:`Refusal` ``signed_out``."""
        return self.require_session().viewer

    def require_session(self) -> SignedIn:
        """The device session. Raises :class:`Refusal` ``signed_out``."""
        if self.session is None:
            raise Refusal("signed_out", SIGNED_OUT)
        return self.session

    def set_session(self, token: str | None) -> None:
        """Set or take away the session cookie with this answer."""
        set_cookie(self.response, self.settings, token)
