"""The chat menu ASMIRANDA: topics, notes, and on every level one step to a person. Pure.

Automatic text only ever offers; it answers, closes and stops nothing. Whoever writes anything but a number of the menu
has asked a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OPENERS = frozenset({"menu", "asmiranda"})
PERSON = frozenset({"0", "petugas", "bicara dengan petugas"})
BACK = frozenset({"#", "menu", "kembali"})
MOST = 20
_PERSON_LINE = "0. Bicara dengan petugas"
_BACK_LINE = "#. Kembali ke awal"


@dataclass(frozen=True, slots=True)
class Note:
    """One knowledge note as the menu shows it."""

    slug: str
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with at least one note."""

    code: str
    label: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message in the menu leads to: a text to send, where the person is then, and whether they want a person.

    ``asks``: the message is a question of its own. ``about``: the topic that was open.
    """

    say: str | None = None
    place: Mapping[str, Any] | None = None
    person: bool = False
    asks: bool = False
    about: Topic | None = None


def turn(place: Mapping[str, Any] | None, text: str, topics: Sequence[Topic]) -> Turn:
    """The next step for somebody who is at ``place`` (``None``: outside the menu) and writes ``text``."""
    word = " ".join(text.casefold().split())
    if place is None:
        return Turn(_top(topics), {"at": "topics"}) if word in OPENERS else Turn(asks=True)
    about = next((topic for topic in topics if topic.code == place.get("topic")), None)
    if word in PERSON:
        return Turn(person=True, about=about)
    if word in BACK:
        return Turn(_top(topics), {"at": "topics"})
    if not (word.isascii() and word.isdigit() and len(word) <= 3):
        return Turn(asks=True, about=about)
    number = int(word)
    shown = about.notes[:MOST] if about is not None else topics[:MOST]
    if not 1 <= number <= len(shown):
        return Turn("Nomor itu tidak ada di daftar.\n\n" + (_notes(about) if about else _top(topics)), place)
    if about is None:
        return Turn(_notes(topics[number - 1]), {"at": "notes", "topic": topics[number - 1].code})
    note = about.notes[number - 1]
    return Turn(f"{note.question}\n\n{note.text}\n\n{_PERSON_LINE}\n{_BACK_LINE}", place)


def wish(about: Topic | None) -> str:
    """The text of the question that *Bicara dengan petugas* makes."""
    return "Saya ingin bicara dengan petugas." if about is None else f"Saya ingin bicara dengan petugas: {about.label}."


def _top(topics: Sequence[Topic]) -> str:
    lines = [f"{place}. {topic.label}" for place, topic in enumerate(topics[:MOST], start=1)]
    head = "ASMIRANDA, menu jawaban otomatis. Balas dengan nomornya, atau tulis pertanyaan Anda."
    return "\n".join([head, "", *lines, _PERSON_LINE])


def _notes(topic: Topic) -> str:
    lines = [f"{place}. {note.question}" for place, note in enumerate(topic.notes[:MOST], start=1)]
    return "\n".join([topic.label, "", *lines, _PERSON_LINE, _BACK_LINE])
