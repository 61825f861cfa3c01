"""The network that the other tests rely on fails exactly as told."""

from __future__ import annotations

import gzip
import itertools
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from tests.support.fault_proxy import ANSWERS, BAD_GATEWAY, Fault, FaultProxy

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


def test_a_dropped_reply_ends_in_a_reset(client: httpx.Client, proxy: FaultProxy) -> None:
    proxy.arm(Fault(drop_reply=True, times=1))
    with pytest.raises(httpx.ReadError, match=r"reset|Errno 104"):
        client.post("/graphql", content=b"push")
    assert proxy.bytes_down == 0


def test_a_duplicated_request_is_delivered_twice_and_answered_once(
    client: httpx.Client, proxy: FaultProxy, seen: list[bytes]
) -> None:
    proxy.arm(Fault(duplicate=True, times=1))
    assert len(client.post("/graphql", content=b"push 2" * 50_000).content) == SIZE
    awaited(lambda: len(seen) == 2)
    assert seen == [b"push 2" * 50_000] * 2
    assert (proxy.connections, len(proxy.requests)) == (1, 1)
    client.post("/graphql", content=b"push 3")
    assert seen.count(b"push 3") == 1


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


def test_a_reply_closed_in_the_middle_is_no_reset(client: httpx.Client, proxy: FaultProxy) -> None:
    proxy.arm(Fault(close_reply_after=1000, times=1))
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        client.post("/graphql", content=b"c")
    assert proxy.bytes_down == 1000


@pytest.mark.parametrize("fault", [Fault(stall_request=0.5, times=1), Fault(stall_reply=0.5, times=1)])
def test_a_stalled_request_goes_on(client: httpx.Client, proxy: FaultProxy, seen: list[bytes], fault: Fault) -> None:
    proxy.arm(fault)
    start = time.monotonic()
    assert len(client.post("/graphql", content=b"h").content) == SIZE
    assert 0.5 <= time.monotonic() - start < 2
    assert seen == [b"h"]
    start = time.monotonic()
    client.post("/graphql", content=b"h")
    assert time.monotonic() - start < 0.5


def test_a_stalled_request_arrives_late_and_a_stalled_reply_arrived_early(
    client: httpx.Client, proxy: FaultProxy, seen: list[bytes]
) -> None:
    for fault, arrived in ((Fault(stall_request=9, times=1), []), (Fault(stall_reply=9, times=1), [b"i"])):
        proxy.arm(fault)
        with pytest.raises(httpx.TimeoutException):
            client.post("/graphql", content=b"i", timeout=0.3)
        assert seen == arrived


def test_a_silent_server_has_acted(client: httpx.Client, proxy: FaultProxy, seen: list[bytes]) -> None:
    proxy.arm(Fault(silent=True, times=1))
    with pytest.raises(httpx.TimeoutException):
        client.post("/graphql", content=b"j", timeout=0.3)
    assert seen == [b"j"]


def test_a_fault_finds_its_text_in_a_compressed_body(client: httpx.Client, proxy: FaultProxy) -> None:
    proxy.arm(Fault(answer=BAD_GATEWAY, matching="syncPush"))
    packed = gzip.compress(b"mutation syncPush")
    assert client.post("/graphql", content=packed, headers={"content-encoding": "gzip"}).status_code == 502
    assert client.post("/graphql", content=b"query").status_code == 200


EXPECTED = {
    "portal": (200, "text/html; charset=utf-8", {}),
    "portal_json": (200, "application/json", {}),
    "redirect": (302, "text/html; charset=utf-8", {"location": "http://127.0.0.1:9/login"}),
    "bad_gateway": (502, "text/html; charset=utf-8", {}),
    "unavailable": (503, "text/html; charset=utf-8", {"retry-after": "1"}),
    "too_large": (413, "text/html; charset=utf-8", {}),
    "too_many": (429, "text/html; charset=utf-8", {"retry-after": "1"}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_network_answers_by_itself(client: httpx.Client, proxy: FaultProxy, seen: list[bytes], name: str) -> None:
    proxy.arm(Fault(answer=ANSWERS[name], times=1))
    answer = client.post("/graphql", content=b"d")
    status, content_type, headers = EXPECTED[name]
    assert (answer.status_code, answer.headers["content-type"], seen) == (status, content_type, [])
    assert {header: answer.headers.get(header) for header in headers} == headers
    assert len(client.post("/graphql", content=b"d").content) == SIZE


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


def test_a_stalled_line_goes_on_as_if_nothing_had_been(
    client: httpx.Client, proxy: FaultProxy, seen: list[bytes]
) -> None:
    client.post("/graphql", content=b"k")
    proxy.stall(0.5)
    start = time.monotonic()
    client.post("/graphql", content=b"k")
    assert 0.5 <= time.monotonic() - start < 2
    assert (seen, proxy.connections) == ([b"k", b"k"], 1)


def test_a_reset_breaks_what_is_open_and_welcomes_what_is_new(client: httpx.Client, proxy: FaultProxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port)) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nhalf")
        awaited(lambda: proxy.connections == 1)
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            raw.recv(1)
    assert client.post("/graphql", content=b"l").status_code == 200


def test_a_flapping_line_comes_and_goes_until_it_is_restored(proxy: FaultProxy) -> None:
    proxy.flap(up=0.2, down=0.2)
    told: list[bool] = []
    deadline = time.monotonic() + 20
    while sum(one != other for one, other in itertools.pairwise(told)) < 4:
        assert time.monotonic() < deadline, told
        told.append(reachable(proxy))
        time.sleep(0.05)
    proxy.restore()
    for _ in range(10):
        assert reachable(proxy)
        time.sleep(0.05)


def test_a_slow_line_takes_its_time(client: httpx.Client, proxy: FaultProxy) -> None:
    proxy.link(kbit=400, latency=0.1)
    start = time.monotonic()
    client.post("/graphql", content=b"g")
    # 20,000 bytes at 400 kbit/s are 0.4 s; one round trip for the handshake and one for the request.
    assert 0.75 <= time.monotonic() - start <= 1.6
    proxy.clear()
    start = time.monotonic()
    client.post("/graphql", content=b"g")
    assert time.monotonic() - start < 0.4


def test_head_and_body_of_a_reply_are_late_together(client: httpx.Client, proxy: FaultProxy) -> None:
    client.post("/graphql", content=b"h")
    proxy.link(latency=0.3)
    start = time.monotonic()
    assert len(client.post("/graphql", content=b"i").content) == SIZE
    assert 0.6 <= time.monotonic() - start < 0.85


def test_two_connections_share_the_rate(proxy: FaultProxy) -> None:
    proxy.link(kbit=400)

    def post(_turn: int) -> int:
        return len(httpx.post(proxy.url, content=b"m").content)

    start = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(post, range(2))) == [SIZE, SIZE]
    assert 0.75 <= time.monotonic() - start <= 1.6


def test_jitter_makes_the_same_request_take_different_times(client: httpx.Client, proxy: FaultProxy) -> None:
    def taken() -> float:
        start = time.monotonic()
        assert client.post("/graphql", content=b"n").content == b"x" * SIZE
        return time.monotonic() - start

    taken()
    steady = max(taken() for _ in range(5))
    proxy.link(jitter=0.2)
    uneven = [taken() for _ in range(8)]
    assert max(uneven) - min(uneven) > 0.08
    assert steady < max(uneven) <= 0.7


def awaited(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def reachable(proxy: FaultProxy) -> bool:
    """Whether the line is up."""
    try:
        return httpx.post(proxy.url, content=b"o").status_code == 200
    except httpx.TransportError:
        return False
