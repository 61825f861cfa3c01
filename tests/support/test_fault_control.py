"""A person can steer the network by hand: over HTTP, and from the command line."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

import tests.support.fault_proxy as package
from tests.support.fault_proxy import FaultProxy
from tests.support.fault_proxy.control import Control
from tests.support.ports import free_port
from tests.support.server import ROOT


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def target() -> Iterator[int]:
    """The port of a small HTTP server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hello)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def proxy(target: int) -> Iterator[FaultProxy]:
    """A network before it."""
    with FaultProxy(target) as proxy:
        yield proxy


@pytest.fixture
def act(proxy: FaultProxy) -> Iterator[Callable[..., httpx.Response]]:
    """Do something over the control port."""
    with Control(proxy) as control, httpx.Client(base_url=f"http://127.0.0.1:{control.port}") as client:
        yield lambda name, **given: client.post(f"/{name}", json=given)


def get(proxy: FaultProxy) -> Any:
    """What a browser gets now: a status, or the name of what went wrong."""
    try:
        return httpx.get(proxy.url, timeout=0.4).status_code
    except httpx.TransportError as error:
        return type(error).__name__


def test_faults_are_armed_counted_and_cleared(proxy: FaultProxy, act: Callable[..., httpx.Response]) -> None:
    state = act("fault", answer="bad_gateway", matching="GET", times=2).json()
    assert state["faults"] == [{"answer": "bad_gateway", "matching": "GET", "times": 2, "hits": 0}]
    assert [get(proxy) for _ in range(3)] == [502, 502, 200]
    act("fault", answer="portal_json")
    state = act("fault", drop_reply=True).json()
    assert [fault["hits"] for fault in state["faults"]] == [0, 0, 2]
    assert get(proxy) == "ReadError"
    assert act("clear").json()["faults"] == []
    assert get(proxy) == 200


def test_the_line_is_shaped_in_the_units_of_people(proxy: FaultProxy, act: Callable[..., httpx.Response]) -> None:
    state = act("link", kbit=50, latency_ms=300, jitter_ms=20).json()
    assert state["link"] == {"kbit": 50, "latency_ms": 300, "jitter_ms": 20}
    assert (proxy.up.rate, proxy.down.latency, proxy.down.jitter) == (6250, 0.3, 0.02)
    assert get(proxy) == "ReadTimeout"


def test_the_line_is_cut_held_stalled_and_restored(proxy: FaultProxy, act: Callable[..., httpx.Response]) -> None:
    assert act("cut").json()["up"] is False
    assert get(proxy) == "ConnectError"
    assert act("restore").json()["up"] is True
    assert get(proxy) == 200
    assert act("hold").json()["held"] is True
    assert get(proxy) == "ReadTimeout"
    act("restore")
    assert get(proxy) == 200
    act("stall", seconds=30)
    assert get(proxy) == "ReadTimeout"
    act("clear")
    assert get(proxy) == 200
    act("flap", up=0.05, down=30)
    time.sleep(0.1)
    assert get(proxy) == "ConnectError"
    act("restore")
    assert get(proxy) == 200
    assert act("reset").json()["requests"] >= 4
    assert act("forget").json()["requests"] == 0


def test_a_slip_is_told_in_words(act: Callable[..., httpx.Response]) -> None:
    for name, given, words in (
        ("brake", {}, "there are: link, fault, cut"),
        ("stall", {"minutes": 3}, "unexpected keyword argument 'minutes'"),
        ("fault", {"answer": "teapot"}, "there are: portal, portal_json"),
        ("fault", {"drop": True}, "unexpected keyword argument 'drop'"),
    ):
        answer = act(name, **given)
        assert answer.status_code == 400
        assert words in answer.json()["error"]


def test_the_command_line_does_what_its_page_says(target: int) -> None:
    """Every curl of the how-to is an act that exists; the command serves both ports."""
    named = set(re.findall(r"127\.0\.0\.1:9000/(\w+)", package.__doc__ or ""))
    port, control = free_port(), free_port()
    command = [sys.executable, "-m", "tests.support.fault_proxy", "--target", str(target)]
    command += ["--port", str(port), "--control", str(control)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        steer = httpx.Client(base_url=f"http://127.0.0.1:{control}")
        assert httpx.get(f"http://127.0.0.1:{port}").text == "hello"
        assert steer.get("/").json()["requests"] == 1
        with FaultProxy(target) as other, Control(other) as known:
            assert named <= set(known.acts)
        steer.post("/cut")
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)
