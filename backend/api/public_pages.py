"""The pages that need no account, as the server wires them; all stand in one frame."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.applications.public import ServicePages, SignInFirst
from backend.misconduct.pages import MisconductPages
from backend.ratings.public.layout import Reader, page, reader_of
from backend.ratings.public.mine import Mine
from backend.ratings.public.pages import Means, RatingPages
from backend.ratings.public.places import Places
from backend.ratings.public.publication import PublicationPages
from backend.ratings.public.sheets import Sheets
from backend.ratings.public.survey import SurveyPages

if TYPE_CHECKING:
    from backend.app import House


def rating_pages(house: House, account: Callable[[Request], Awaitable[str | None]]) -> list[Route]:
    """Rating an officer: the form, the lists that lead to it, own codes, sheets for paper."""
    secure, url = house.settings.secure_cookies, house.settings.public_url
    places = Places(house.db, house.directory, house.ratings, house.clock, secure=secure)
    pages = RatingPages(Means(
        db=house.db, engine=house.engine, clock=house.clock, keys=house.keys, room=house.ratings, account=account,
        board=places.board, secure=secure, per_minute=house.settings.ratings_per_minute,
    ))  # fmt: skip
    return pages.routes() + places.routes() + Mine(places, house.engine, url).routes() + Sheets(places, url).routes()


def report_pages(house: House) -> list[Route]:
    """The survey and what is published of it."""
    secure = house.settings.secure_cookies
    survey = SurveyPages(
        house.db, house.engine, house.ratings, house.clock, house.keys, secure=secure,
        per_minute=house.settings.ratings_per_minute,
    )  # fmt: skip
    return [*PublicationPages(house.db, house.ratings, house.clock, secure=secure).routes(), *survey.routes()]


def misconduct_pages(house: House) -> list[Route]:
    """Reporting misconduct without a name."""
    return MisconductPages(house.ports["misconduct"], _Frame()).routes()


def service_pages(house: House) -> list[Route]:
    """What each service asks for."""
    return ServicePages(house.db, _Frame()).routes()


def sign_in_first() -> SignInFirst:
    """What a browser without a session gets in place of a file."""
    return SignInFirst(_Frame())


class _Frame:
    """Fills the frames of :mod:`backend.misconduct.pages` and :mod:`backend.applications.public`."""

    def reader(self, request: Request) -> Reader:
        """Language and size of text that the request asks for."""
        return reader_of(request)

    def page(self, reader: Any, request: Request, title: str, body: str, **more: Any) -> Response:
        """A whole page."""
        return page(reader, request, title, body, **more)
