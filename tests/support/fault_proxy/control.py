"""A small control API over HTTP (JSON), for people who break a running installation by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.support.fault_proxy.faults import ANSWERS, Fault
from tests.support.fault_proxy.proxy import FaultProxy

Json = dict[str, Any]


class Control:
    """Serves the control API of a proxy on ``port`` of 127.0.0.1 (0: any) while its context lasts.

    ``GET /`` answers with the state. ``POST /ACT`` with a JSON object (or nothing) does something and answers with the
    state; an unknown act or argument is a 400 that says which there are.
    """

    def __init__(self, proxy: FaultProxy, port: int = 0) -> None:
        self.proxy = proxy
        self.acts: dict[str, Callable[..., object]] = {
            "link": self._link,
            "fault": self._fault,
            "cut": proxy.cut,
            "hold": proxy.hold,
            "reset": proxy.reset,
            "stall": proxy.stall,
            "flap": proxy.flap,
            "restore": proxy.restore,
            "clear": proxy.clear,
            "forget": proxy.forget,
        }
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.port: int = self._http.server_address[1]
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), name="fault-control", daemon=True)

    def __enter__(self) -> Control:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(10)

    def state(self) -> Json:
        """What is in force and what passed so far."""
        proxy = self.proxy
        return {
            "url": proxy.url,
            "target": proxy.target,
            "up": proxy.is_up,
            "held": proxy.up.held,
            "link": {
                "kbit": proxy.up.rate and proxy.up.rate * 8 / 1000,
                "latency_ms": proxy.up.latency * 1000,
                "jitter_ms": proxy.up.jitter * 1000,
            },
            "faults": [_shown(fault) for fault in proxy.faults],
            "requests": len(proxy.requests),
            "connections": proxy.connections,
            "bytes_up": proxy.bytes_up,
            "bytes_down": proxy.bytes_down,
        }

    def act(self, name: str, given: Json) -> Json:
        """Do something; raises ``ValueError`` in words for the person who steers."""
        if name not in self.acts:
            raise ValueError(f"no act {name!r}; there are: {', '.join(self.acts)}")
        try:
            self.acts[name](**given)
        except TypeError as error:
            raise ValueError(f"{name}: {error}") from error
        return self.state()

    def _link(self, *, kbit: float | None = None, latency_ms: float = 0, jitter_ms: float = 0) -> None:
        self.proxy.link(kbit=kbit, latency=latency_ms / 1000, jitter=jitter_ms / 1000)

    def _fault(self, *, answer: str | None = None, **given: Any) -> None:
        if answer is not None and answer not in ANSWERS:
            raise ValueError(f"no answer {answer!r}; there are: {', '.join(ANSWERS)}")
        self.proxy.arm(Fault(answer=ANSWERS[answer] if answer else None, **given))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        control = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, control.state())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                try:
                    given = json.loads(body or b"{}")
                    if not isinstance(given, dict):
                        raise ValueError("the body must be a JSON object")
                    self._answer(200, control.act(self.path.strip("/"), given))
                except ValueError as error:
                    self._answer(400, {"error": str(error)})

            def _answer(self, status: int, content: Json) -> None:
                encoded = json.dumps(content, indent=2).encode() + b"\n"
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(encoded)))
                self.end_headers()
                self.wfile.write(encoded)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


def _shown(fault: Fault) -> Json:
    """What was set on a fault; a reply by its name."""
    names = {reply: name for name, reply in ANSWERS.items()}
    plain = Fault()
    shown = {one.name: getattr(fault, one.name) for one in fields(fault)}
    if fault.answer is not None:
        shown["answer"] = names.get(fault.answer, "own")
    return {name: value for name, value in shown.items() if name == "hits" or value != getattr(plain, name)}
