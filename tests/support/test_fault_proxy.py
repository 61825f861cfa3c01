"""The network that the other tests rely on fails exactly as told."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from tests.support.fault_proxy import BAD_GATEWAY, CAPTIVE_PORTAL, Fault, FaultProxy

SIZE = 20_000


class _Echo(BaseHTTPRequestHandler):
    """Answers every POST with 20,000 bytes and remembers what arrived."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length)
        if not length or len(body) < length:
            self.close_connection = True
            return
        self.server.seen.append(body)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("content-length", str(SIZE))
        self.end_headers()
        self.wfile.write(b"x" * SIZE)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """Says nothing about connections that the tests break on purpose."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture
def seen() -> list[bytes]:
    """The bodies that reached the server."""
    return []


@pytest.fixture
def proxy(seen: list[bytes]) -> Iterator[FaultProxy]:
    """A proxy before a small HTTP server."""
    server = _Server(("127.0.0.1", 0), _Echo)
    server.seen = seen  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    with FaultProxy(server.server_address[1]) as proxy:
        yield proxy
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(proxy: FaultProxy) -> Iterator[httpx.Client]:
    """A client that keeps its connections, as browsers do."""
    with httpx.Client(base_url=proxy.url, timeout=5) as client:
        yield client


def test_without_faults_everything_passes_over_one_connection(client: httpx.Client, proxy: FaultProxy) -> None:
    for _ in range(3):
        assert len(client.post("/graphql", content=b"a" * 100_000).content) == SIZE
    assert proxy.connections == 1
    assert proxy.bytes_up > 300_000
    assert proxy.bytes_down > 3 * SIZE


def test_a_dropped_reply_was_delivered_once(client: httpx.Client, proxy: FaultProxy, seen: list[bytes]) -> None:
    fault = proxy.arm(Fault(drop_reply=True, times=1, matching="push"))
    with pytest.raises(httpx.TransportError):
        client.post("/graphql", content=b"push 1")
    assert (seen, fault.hits) == ([b"push 1"], 1)
    assert client.post("/graphql", content=b"push 1").status_code == 200


def test_a_cut_request_never_arrives(client: httpx.Client, proxy: FaultProxy, seen: list[bytes]) -> None:
    proxy.arm(Fault(cut_request_after=120, times=1))
    with pytest.raises(httpx.TransportError):
        client.post("/graphql", content=b"b" * 5000)
    assert seen == []


def test_a_cut_reply_ends_after_so_many_bytes(client: httpx.Client, proxy: FaultProxy) -> None:
    proxy.arm(Fault(cut_reply_after=1000, times=1))
    with pytest.raises(httpx.TransportError):
        client.post("/graphql", content=b"c")
    assert proxy.bytes_down == 1000


def test_a_fault_finds_its_text_in_a_compressed_body(client: httpx.Client, proxy: FaultProxy) -> None:
    proxy.arm(Fault(answer=BAD_GATEWAY, matching="syncPush"))
    packed = gzip.compress(b"mutation syncPush")
    assert client.post("/graphql", content=packed, headers={"content-encoding": "gzip"}).status_code == 502
    assert client.post("/graphql", content=b"query").status_code == 200


def test_a_captive_portal_answers_200_html(client: httpx.Client, proxy: FaultProxy, seen: list[bytes]) -> None:
    proxy.arm(Fault(answer=CAPTIVE_PORTAL))
    answer = client.post("/graphql", content=b"d")
    assert (answer.status_code, answer.headers["content-type"], seen) == (200, "text/html; charset=utf-8", [])


def test_a_cut_line_refuses_and_comes_back_on_the_same_port(client: httpx.Client, proxy: FaultProxy) -> None:
    client.post("/graphql", content=b"e")
    proxy.cut()
    with pytest.raises(httpx.TransportError):
        client.post("/graphql", content=b"e")
    proxy.restore()
    assert client.post("/graphql", content=b"e").status_code == 200


def test_a_held_line_says_nothing(client: httpx.Client, proxy: FaultProxy, seen: list[bytes]) -> None:
    proxy.hold()
    with pytest.raises(httpx.TimeoutException):
        client.post("/graphql", content=b"f", timeout=0.3)
    proxy.restore()
    assert client.post("/graphql", content=b"f").status_code == 200
    assert seen == [b"f"]


def test_a_slow_line_takes_its_time(client: httpx.Client, proxy: FaultProxy) -> None:
    proxy.link(rate=50_000, latency=0.1)
    start = time.monotonic()
    client.post("/graphql", content=b"g")
    # 20,000 bytes at 50,000 a second, one round trip for the handshake and one for the request.
    assert 0.75 <= time.monotonic() - start <= 1.6
