"""Quiet hours, wishes, payloads and pauses as tables of cases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest

from backend.notifications.rules import (
    LONGEST_PAUSE,
    MAX_PAYLOAD,
    Outcome,
    PayloadTooLong,
    Quiet,
    State,
    Wishes,
    end_of,
    pause,
    payload,
    quiet_until,
    topic,
)

NIGHT = Quiet(time(20), time(6))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "quiet", "zone", "expected"),
    [
        ("2026-11-20T12:59", NIGHT, "Asia/Jakarta", None),  # 19.59 WIB
        ("2026-11-20T13:00", NIGHT, "Asia/Jakarta", "2026-11-20T23:00"),  # 20.00 WIB
        ("2026-11-20T18:00", NIGHT, "Asia/Jakarta", "2026-11-20T23:00"),  # 01.00 WIB
        ("2026-11-20T23:00", NIGHT, "Asia/Jakarta", None),  # 06.00 WIB
        ("2026-11-20T12:00", NIGHT, "Asia/Makassar", "2026-11-20T22:00"),  # 20.00 WITA
        ("2026-11-20T12:00", Quiet(time(20), time(6), "Asia/Jayapura"), "Asia/Jakarta", "2026-11-20T21:00"),
        ("2026-11-20T05:30", Quiet(time(12), time(13)), "Asia/Jakarta", "2026-11-20T06:00"),
        ("2026-11-20T06:00", Quiet(time(12), time(13)), "Asia/Jakarta", None),
        ("2026-11-20T13:00", Quiet(time(20), time(6), "Bulan/Purnama"), "Asia/Jakarta", "2026-11-20T23:00"),
        ("2026-11-20T13:00", Quiet(time(20), time(20)), "Asia/Jakarta", None),
        ("2026-11-20T13:00", None, "Asia/Jakarta", None),
    ],
)
def test_quiet_hours(now: str, quiet: Quiet | None, zone: str, expected: str | None) -> None:
    assert quiet_until(at(now), quiet, zone) == (None if expected is None else at(expected))


def test_wishes_of_a_preference_record() -> None:
    wishes = Wishes.of(
        {
            "push": {"answered": False, "announcement": True, "showContent": True},
            "quiet": {"from": "20:00", "to": "06:00"},
        }
    )
    assert not wishes.wants("answered.reopened")
    assert wishes.wants("announcement")
    assert wishes.wants("deadline")
    assert wishes.wants("test")
    assert wishes.show_content
    assert wishes.quiet == NIGHT


def test_wishes_of_nobody_are_the_defaults() -> None:
    wishes = Wishes.of(None)
    assert [wishes.wants(kind) for kind in ("answered", "announcement", "something.new")] == [True, False, True]
    assert not wishes.show_content
    assert wishes.quiet is None


def make(**changes: object) -> dict[str, object]:
    told = {"kind": "answered", "title": "J", "body": "Gaji", "url": "/tanya/1", "thread": "t", "tag": "t"}
    encoded = payload(**{**told, "show_content": True, **changes})  # type: ignore[arg-type]
    assert len(encoded) <= MAX_PAYLOAD
    decoded: dict[str, object] = json.loads(encoded)
    return decoded


def test_payload_without_content_tells_nothing() -> None:
    assert make(show_content=False) == {
        "v": 1,
        "title": "Sambung",
        "body": "Ada jawaban untuk Anda.",
        "tag": "t",
        "url": "/tanya/1",
        "thread": "t",
    }


def test_payload_with_content() -> None:
    assert make()["body"] == "Gaji"


@pytest.mark.parametrize("text", ["é" * 5000, "\n" * 5000, "😀" * 3000, "a" * 10_000])
def test_long_payload_is_shortened_to_fit(text: str) -> None:
    body = str(make(body=text)["body"])
    assert body.endswith("…")
    assert text.startswith(body[:-1])
    assert len(body) > 500


def test_payload_of_ids_that_are_too_long_is_refused() -> None:
    with pytest.raises(PayloadTooLong):
        make(url="/" + "x" * 5000)


def test_topic_is_short_stable_and_tells_nothing() -> None:
    assert topic("a", "t") == topic("a", "t") != topic("b", "t")
    assert len(topic("a", "t")) == 32
    assert set(topic("a", "t")) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_pauses_grow_to_a_limit_and_obey_the_service() -> None:
    lengths = [pause(attempts, 1.0) for attempts in range(1, 12)]
    assert lengths == sorted(lengths)
    assert lengths[-1] == LONGEST_PAUSE
    assert pause(1, 0.0, timedelta(hours=2)) == timedelta(hours=2)
    assert pause(1, 0.0, timedelta(days=9)) == timedelta(days=1)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], State.NO_SUBSCRIPTION),
        ([Outcome.GONE, Outcome.DELIVERED], State.DELIVERED),
        ([Outcome.GONE, Outcome.GONE], State.GONE),
        ([Outcome.GONE, Outcome.FAILED], State.FAILED_PERMANENT),
        ([Outcome.RETRY], State.FAILED_PERMANENT),
    ],
)
def test_ends(outcomes: list[Outcome], expected: State) -> None:
    assert end_of(outcomes) is expected
