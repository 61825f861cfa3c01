"""A national record of our own: real HTTP on 127.0.0.1, its own check of the signature, outages and refusals."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class NationalRecord:
    """``rows``: what it holds, by key; ``puts``: keys as they came; ``down``: answers 503; ``refuses``: key to why."""

    def __init__(self) -> None:
        self.secret = b""
        self.rows: dict[str, dict[str, Any]] = {}
        self.puts: list[str] = []
        self.forged = 0
        self.down = False
        self.refuses: dict[str, str] = {}
        record = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:  # the name is the library's
                record._take(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/skp"

    def __enter__(self) -> NationalRecord:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        stamp = handler.headers["X-Sambung-Timestamp"]
        right = hmac.new(self.secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        self.forged += handler.headers["X-Sambung-Signature"] != f"v1={right}"
        key = handler.path.rpartition("/")[2]
        self.puts.append(key)
        said = b""
        if self.down:
            status = 503
        elif key in self.refuses:
            status, said = 422, json.dumps({"reason": self.refuses[key]}).encode()
        else:
            status, self.rows[key] = 200, json.loads(body)
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)
