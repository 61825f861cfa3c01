"""What can befall a request, and the replies of networks that answer by themselves."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Request:
    """One request as it passed: the raw bytes, its first line, and its inflated body.

    ``at`` and ``ended`` are monotonic seconds: when it was whole here, and when the last piece of its reply had been
    passed on, or its connection had ended without one.
    """

    raw: bytes
    line: str
    body: bytes
    at: float = field(default_factory=time.monotonic)
    ended: float | None = None

    @property
    def text(self) -> str:
        """First line and body as text, to search in."""
        return self.line + "\n" + self.body.decode("utf-8", "replace")

    @property
    def headers(self) -> dict[str, str]:
        """Its headers, names in lower case."""
        head = self.raw.partition(b"\r\n\r\n")[0].decode("latin-1")
        pairs = (line.partition(":") for line in head.split("\r\n")[1:])
        return {name.lower(): value.strip() for name, _, value in pairs}


@dataclass
class Fault:
    """What befalls requests; of those ``matching`` a text in their first line or body, the next ``times``.

    ``cut_request_after`` / ``cut_reply_after``: bytes that pass before the connection is reset;
    ``close_reply_after``: the same with an orderly close; ``drop_reply``: the request is delivered and acted on, its
    reply is lost in a reset; ``duplicate``: it is delivered twice at once, on two connections, and one reply goes back;
    ``stall_request`` / ``stall_reply``: seconds that it waits on its way, then it goes on; ``answer``: these bytes come
    back and the server never sees the request; ``silent``: nothing comes back at all. ``hits`` counts.
    """

    matching: str = ""
    times: int | None = None
    cut_request_after: int | None = None
    cut_reply_after: int | None = None
    close_reply_after: int | None = None
    drop_reply: bool = False
    duplicate: bool = False
    stall_request: float = 0.0
    stall_reply: float = 0.0
    silent: bool = False
    answer: bytes | None = None
    hits: int = 0

    def fits(self, request: Request) -> bool:
        """Whether it befalls this request."""
        return (self.times is None or self.hits < self.times) and self.matching in request.text

    @property
    def reply_limit(self) -> int | None:
        """Bytes of the reply that pass; ``None``: all."""
        if self.drop_reply:
            return 0
        return self.cut_reply_after if self.cut_reply_after is not None else self.close_reply_after


def response(status: str, body: str = "", content_type: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """A whole HTTP reply, to be used as ``Fault.answer``; ``status`` like ``502 Bad Gateway``."""
    encoded = body.encode()
    lines = [f"HTTP/1.1 {status}", f"content-type: {content_type}", f"content-length: {len(encoded)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "connection: close", "", ""])).encode() + encoded


CAPTIVE_PORTAL = response("200 OK", "<!doctype html><title>Wi-Fi</title><h1>Silakan login ke Wi-Fi</h1>")
CAPTIVE_JSON = response("200 OK", '{"data":{"login":"http://wifi.example/login"}}', "application/json")
CAPTIVE_REDIRECT = response("302 Found", location="http://127.0.0.1:9/login")
BAD_GATEWAY = response("502 Bad Gateway", "<html><body>Bad Gateway</body></html>")
UNAVAILABLE = response("503 Service Unavailable", "<html><body>busy</body></html>", retry_after="1")
TOO_LARGE = response("413 Content Too Large", "<html><body>Request Entity Too Large</body></html>")
TOO_MANY = response("429 Too Many Requests", "<html><body>slow down</body></html>", retry_after="1")

ANSWERS = {
    "portal": CAPTIVE_PORTAL,
    "portal_json": CAPTIVE_JSON,
    "redirect": CAPTIVE_REDIRECT,
    "bad_gateway": BAD_GATEWAY,
    "unavailable": UNAVAILABLE,
    "too_large": TOO_LARGE,
    "too_many": TOO_MANY,
}
"""Names of the replies, for those who steer by hand."""
