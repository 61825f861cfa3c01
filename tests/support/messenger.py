"""A messaging gateway of our own: real HTTP on 127.0.0.1, its own check of the signature, and faults on demand."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def signed(secret: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """The headers of a message with this body, as the documentation of the webhook says."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Sambung-Timestamp": timestamp, "X-Sambung-Signature": f"v1={digest}", "Content-Type": "application/json"}


class Messenger:
    """``texts``: what people got, by id, each once. ``posts``: the ids as they came. ``faults``: statuses to answer."""

    def __init__(self) -> None:
        self.secret = ""
        self.texts: dict[str, dict[str, Any]] = {}
        self.posts: list[str] = []
        self.forged: list[str] = []
        self.faults: list[int] = []
        messenger = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the name is the library's
                messenger._take(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/messages"

    def __enter__(self) -> Messenger:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        right = signed(self.secret, body, float(handler.headers["X-Sambung-Timestamp"]))
        read = json.loads(body)
        if handler.headers["X-Sambung-Signature"] != right["X-Sambung-Signature"]:
            self.forged.append(read["id"])
        assert handler.headers["Idempotency-Key"] == read["id"]
        self.posts.append(read["id"])
        status = self.faults.pop(0) if self.faults else 202
        if status < 300:
            self.texts.setdefault(read["id"], read)
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
