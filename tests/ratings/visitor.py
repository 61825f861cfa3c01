"""A visitor with a phone: opens a code's page over HTTP, fills the form as a browser would, presses KIRIM."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

HEADERS = {"Accept-Language": "id-ID,id;q=0.9"}
GOOD = {"service": "S07", "indicators": ["P", "C"], "score": "5", "phone": "0813 5550 0001"}


class _Reading(HTMLParser):
    """The inputs of a page in their order, its visible text, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: list[dict[str, str]] = []
        self.options: list[dict[str, str]] = []
        self.links: list[dict[str, str]] = []
        self.order: list[str] = []
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        values = {name: value or "" for name, value in attrs}
        if tag in ("input", "select", "button"):
            self.inputs.append({"tag": tag, **values})
            name = values.get("name") or tag
            if not self.order or self.order[-1] != name:
                self.order.append(name)
        elif tag == "option":
            self.options.append(values)
        elif tag == "a":
            self.links.append(values)
        self._hidden += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        """Collect."""
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        """Collect."""
        if not self._hidden and data.strip():
            self.words.append(data.strip())


@dataclass(slots=True)
class Page:
    """One answer as a person reads it."""

    response: httpx.Response
    read: _Reading = field(default_factory=_Reading)

    @property
    def text(self) -> str:
        """The visible words."""
        return " ".join(self.read.words)

    @property
    def stamp(self) -> str:
        """The signed stamp of the form."""
        return next(one["value"] for one in self.read.inputs if one.get("name") == "stamp")

    @property
    def action(self) -> str:
        """Where the form is sent."""
        found = re.search(r'<form method="post" action="([^"]+)"', self.response.text)
        assert found is not None, self.text
        return found[1].replace("&amp;", "&")


def page_of(response: httpx.Response) -> Page:
    """Read an answer."""
    page = Page(response)
    page.read.feed(response.text)
    return page


class Visitor:
    """One browser with its cookies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def open(self, token: str, **query: str) -> Page:
        """The page of a code."""
        return page_of(await self.client.get(f"/n/{token}", params=query, headers=HEADERS))

    async def send(self, page: Page, **fields: Any) -> Page:
        """Press KIRIM; redirects are followed as a browser does."""
        form: dict[str, Any] = {"stamp": page.stamp, **fields}
        given = {name: value for name, value in form.items() if value is not None}
        answer = await self.client.post(page.action, data=given, headers=HEADERS, follow_redirects=True)
        return page_of(answer)

    async def rate(self, token: str, **fields: Any) -> Page:
        """Open, fill, send."""
        return await self.send(await self.open(token), **{**GOOD, **fields})
