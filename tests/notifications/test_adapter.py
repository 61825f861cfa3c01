"""The adapter against a real push service on this machine: what arrives, and what each answer means."""

from __future__ import annotations

import ssl
import time
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from backend.keys import Keys
from backend.notifications.rules import MAX_PAYLOAD, Outcome, PayloadTooLong
from backend.notifications.webpush_adapter import Answer, PushAdapter
from tests.notifications.conftest import target
from tests.support.clock import SettableClock
from tests.support.push_receiver import Fault, PushReceiver, certificate


async def test_device_decrypts_what_was_sent(adapter: PushAdapter, receiver: PushReceiver, keys: Keys) -> None:
    device = receiver.endpoint()
    text = '{"v":1,"title":"Jawaban: “é”"}'.encode()
    answer = await adapter.send(target(device), text, ttl=60, urgency="high", topic="abc-_")
    assert answer == Answer(Outcome.DELIVERED)
    [got] = receiver.received
    assert got.payload == text
    assert got.token["k"] == keys.vapid_public
    assert got.token["aud"] == receiver.origin  # with its port
    assert got.token["sub"] == "mailto:admin@example.id"
    assert {name: got.headers[name] for name in ("ttl", "urgency", "topic", "content-encoding")} == {
        "ttl": "60",
        "urgency": "high",
        "topic": "abc-_",
        "content-encoding": "aes128gcm",
    }


async def test_ttl_belongs_to_one_message_and_zero_is_zero(adapter: PushAdapter, receiver: PushReceiver) -> None:
    device = target(receiver.endpoint())
    for ttl in (3600, 0, 5, -7):
        await adapter.send(device, b"{}", ttl=ttl)
    assert [got.headers["ttl"] for got in receiver.received] == ["3600", "0", "5", "0"]
    assert all("topic" not in got.headers for got in receiver.received)


async def test_one_token_an_origin_until_near_its_expiry(
    adapter: PushAdapter, receiver: PushReceiver, clock: SettableClock
) -> None:
    async with PushReceiver() as other:
        for service in (receiver, receiver, other):
            await adapter.send(target(service.endpoint()), b"{}", ttl=1)
        clock.advance(hours=10, minutes=59)
        await adapter.send(target(receiver.endpoint()), b"{}", ttl=1)
        clock.advance(minutes=2)
        await adapter.send(target(receiver.endpoint()), b"{}", ttl=1)
        tokens = [got.headers["authorization"] for got in receiver.received]
        assert tokens[0] == tokens[1] == tokens[2] != tokens[3]
        assert other.problems == []
        assert other.received[0].token["aud"] == other.origin != receiver.origin


async def test_longest_payload_passes_and_one_byte_more_is_refused(
    adapter: PushAdapter, receiver: PushReceiver
) -> None:
    device = target(receiver.endpoint())
    assert (await adapter.send(device, b"x" * MAX_PAYLOAD, ttl=1)).outcome is Outcome.DELIVERED
    assert len(adapter.encrypt(device, b"x" * MAX_PAYLOAD, ttl=1).body) == 4096
    with pytest.raises(PayloadTooLong):
        adapter.encrypt(device, b"x" * (MAX_PAYLOAD + 1), ttl=1)
    assert await adapter.send(device, b"x" * (MAX_PAYLOAD + 1), ttl=1) == Answer(Outcome.FAILED, "payload_too_long")
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (200, Answer(Outcome.DELIVERED)),
        (404, Answer(Outcome.GONE, "http_404")),
        (410, Answer(Outcome.GONE, "http_410")),
        (400, Answer(Outcome.FAILED, "http_400")),
        (403, Answer(Outcome.FAILED, "http_403")),
        (413, Answer(Outcome.FAILED, "http_413")),
        (429, Answer(Outcome.RETRY, "http_429")),
        ({"status": 429, "headers": {"retry-after": "120"}}, Answer(Outcome.RETRY, "http_429", timedelta(minutes=2))),
        ({"status": 503, "headers": {"retry-after": "soon"}}, Answer(Outcome.RETRY, "http_503")),
        (500, Answer(Outcome.RETRY, "http_500")),
        ("timeout", Answer(Outcome.RETRY, "timeout")),
        ("drip", Answer(Outcome.RETRY, "timeout")),
    ],
)
async def test_every_answer_has_its_meaning(
    adapter: PushAdapter, receiver: PushReceiver, fault: Fault, expected: Answer
) -> None:
    begun = time.monotonic()
    assert await adapter.send(target(receiver.endpoint(fault)), b"{}", ttl=1) == expected
    assert time.monotonic() - begun < 2.5


async def test_retry_after_may_be_a_date(adapter: PushAdapter, receiver: PushReceiver, clock: SettableClock) -> None:
    when = format_datetime(clock.now() + timedelta(minutes=5), usegmt=True)
    device = receiver.endpoint({"status": 429, "headers": {"retry-after": when}})
    assert (await adapter.send(target(device), b"{}", ttl=1)).retry_after == timedelta(minutes=5)


async def test_redirect_is_not_followed(adapter: PushAdapter, receiver: PushReceiver) -> None:
    inner = receiver.endpoint()
    device = receiver.endpoint({"status": 307, "headers": {"location": inner.endpoint}})
    assert await adapter.send(target(device), b"{}", ttl=1) == Answer(Outcome.FAILED, "http_307")
    assert [got.device for got in receiver.received] == [device.name]


async def test_a_closed_port_is_tried_again(adapter: PushAdapter) -> None:
    receiver = PushReceiver()
    device = target(receiver.endpoint())
    await receiver.stop()
    answer = await adapter.send(device, b"{}", ttl=1)
    assert (answer.outcome, answer.code) == (Outcome.RETRY, "connect")


async def test_broken_keys_are_a_permanent_failure(adapter: PushAdapter, receiver: PushReceiver) -> None:
    from dataclasses import replace

    device = target(receiver.endpoint())
    assert await adapter.send(replace(device, p256dh="AAAA"), b"{}", ttl=1) == Answer(Outcome.FAILED, "bad_keys")
    assert receiver.received == []


async def test_inner_addresses_are_never_called(
    keys: Keys, clock: SettableClock, receiver: PushReceiver, tmp_path: Path
) -> None:
    """Also when the name looks public: the address that it leads to is what counts."""
    from dataclasses import replace

    guarded = PushAdapter(vapid_private=keys.vapid_private, contact="mailto:a@example.id", clock=clock)
    device = target(receiver.endpoint())
    port = receiver.origin.rpartition(":")[2]
    refused = Answer(Outcome.FAILED, "endpoint_refused")
    try:
        for host in ("127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"):
            assert await guarded.send(replace(device, endpoint=f"https://{host}:{port}/x"), b"{}", ttl=1) == refused
        assert await guarded.send(device, b"{}", ttl=1) == refused  # plain http
    finally:
        await guarded.close()
    assert receiver.count == 0


async def test_name_that_leads_inside_is_refused_at_the_connection(
    keys: Keys, clock: SettableClock, receiver: PushReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio
    import socket
    from dataclasses import replace

    async def resolve(host: str, port: int, **_: object) -> list[object]:
        assert host == "push.example.com"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    guarded = PushAdapter(vapid_private=keys.vapid_private, contact="mailto:a@example.id", clock=clock)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve, raising=False)
    port = receiver.origin.rpartition(":")[2]
    device = replace(target(receiver.endpoint()), endpoint=f"https://push.example.com:{port}/x")
    try:
        assert await guarded.send(device, b"{}", ttl=1) == Answer(Outcome.FAILED, "endpoint_refused")
    finally:
        await guarded.close()
    assert receiver.count == 0


async def test_tls_is_verified(keys: Keys, clock: SettableClock, tmp_path: Path) -> None:
    files, trust = certificate(str(tmp_path))

    async def send(verify: ssl.SSLContext | None) -> Answer:
        adapter = PushAdapter(
            vapid_private=keys.vapid_private, contact="mailto:a@example.id", clock=clock, private=True, verify=verify
        )
        async with PushReceiver(certificate=files) as receiver:
            answer = await adapter.send(target(receiver.endpoint()), b"{}", ttl=1)
            assert receiver.problems == []
            await adapter.close()
        return answer

    assert await send(trust) == Answer(Outcome.DELIVERED)
    assert await send(None) == Answer(Outcome.RETRY, "connect")


async def test_contact_must_be_a_mail_address(keys: Keys, clock: SettableClock) -> None:
    with pytest.raises(ValueError, match="mailto"):
        PushAdapter(vapid_private=keys.vapid_private, contact="https://example.id", clock=clock)
