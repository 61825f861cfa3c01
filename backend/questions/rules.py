"""The rules of a question: its states, who may take which step, what category it suggests, what may be written.

Pure functions and tables; no database and no clock of their own. All instants are aware.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType

ASK_MIN, TEXT_MAX, MESSAGE_MIN = 10, 4000, 1
TARGET_MINUTES = 120
"""Working minutes within which a person answers."""
FILTER_MINUTES = 15
"""Working minutes that a question waits at most for the filter."""
ON_DUTY = timedelta(minutes=10)
"""Somebody active within this time, in office hours, is on duty."""
REOPEN = timedelta(days=14)
"""A reply within this time reopens the thread; a later one starts a new question."""
SILENT_DAYS = 3
"""Working days of silence after an answer that close the question."""
DESK_WINDOW = timedelta(days=30)
"""How long a closed question stays in the feed of the desk."""
MOST_FILES, FILE_BYTES = 5, 5_000_000
"""Files of one text, and the largest of them in bytes."""
FILE_TYPES = ("application/pdf", "image/jpeg", "image/png")
UNPROVEN = "Identitas penanya belum terbukti, jadi data pribadi belum boleh dijawab. Buktikan dulu identitasnya."
UNKNOWN, CONTACT, PROVEN = 0, 1, 2
"""How sure it is who asks: not at all, a known contact, proven (signed in, or called back on the registered number)."""
OTHER = "lainnya"
DEFAULT_KIND = "pertanyaan"
CHANNEL_APP = "aplikasi"


class State(StrEnum):
    """Where a question stands."""

    NEW = "baru"
    FILTERED = "disaring"
    FORWARDED = "diteruskan"
    AWAITING_ASKER = "menunggu_penanya"
    ANSWERED = "dijawab"
    CLOSED = "selesai"
    CANCELLED = "batal"


class Act(StrEnum):
    """What can happen to a question; the events carry these words."""

    ARRIVE = "masuk"
    ASSIGN = "saring_dan_tugaskan"
    ROUTE = "disaring_otomatis"
    CLAIM = "ambil"
    FORWARD = "teruskan"
    ANSWER = "jawab"
    ASK_BACK = "tanya_balik"
    REPLY = "balas"
    FOLLOW_UP = "lanjutan"
    CLOSE = "sudah_jelas"
    LAPSE = "tanpa_balasan"
    CANCEL = "batalkan"
    REOPEN = "buka_lagi"
    ESCALATE = "eskalasi"
    CORRECT = "perbaiki_jawaban"
    MERGE = "gabungkan"
    MERGED = "digabung"
    CALL = "telepon_dijawab"
    CALL_BACK = "telepon_janji_hubungi"
    PREPARE = "siapkan_jawaban"
    IDENTIFY = "buktikan_identitas"


class Part(StrEnum):
    """The part that somebody plays towards one question."""

    ASKER = "penanya"
    FILTER = "penyaring"
    OPERATOR = "operator"
    CONTACT = "kontak_bidang"
    HOLDER = "pemegang"
    PHONE = "operator_telepon"
    SYSTEM = "sistem"


@dataclass(frozen=True, slots=True)
class Step:
    """One legal step: in ``state`` (``None``: does not exist yet), ``act`` by any of ``who`` leads to ``to``."""

    state: State | None
    act: Act
    who: frozenset[Part]
    to: State


def _steps(states: Iterable[State | None], act: Act, who: Iterable[Part], to: State | None = None) -> list[Step]:
    parts = frozenset(who)
    return [Step(state, act, parts, to or state or State.NEW) for state in states]


STILL_OPEN = (State.NEW, State.FILTERED, State.FORWARDED, State.AWAITING_ASKER)
_DONE = (State.ANSWERED, State.CLOSED)

STEPS: tuple[Step, ...] = (
    *_steps([None], Act.ARRIVE, [Part.ASKER, Part.SYSTEM], State.NEW),
    *_steps([None], Act.CALL, [Part.PHONE], State.ANSWERED),
    *_steps([None], Act.CALL_BACK, [Part.PHONE], State.FILTERED),
    *_steps([State.FILTERED, State.FORWARDED], Act.PREPARE, [Part.HOLDER, Part.CONTACT]),
    *_steps([State.NEW], Act.ROUTE, [Part.SYSTEM], State.FILTERED),
    *_steps([State.NEW, State.FILTERED, State.FORWARDED], Act.ASSIGN, [Part.FILTER], State.FILTERED),
    *_steps([State.AWAITING_ASKER], Act.ASSIGN, [Part.FILTER]),
    *_steps([State.FILTERED], Act.CLAIM, [Part.OPERATOR], State.FILTERED),
    *_steps([State.FILTERED], Act.FORWARD, [Part.HOLDER, Part.FILTER], State.FORWARDED),
    *_steps([State.FILTERED, State.FORWARDED], Act.ANSWER, [Part.HOLDER], State.ANSWERED),
    *_steps([State.FORWARDED], Act.ANSWER, [Part.CONTACT], State.ANSWERED),
    *_steps([State.FILTERED], Act.ASK_BACK, [Part.HOLDER], State.AWAITING_ASKER),
    *_steps([State.NEW, State.FILTERED, State.FORWARDED], Act.REPLY, [Part.ASKER]),
    *_steps([State.AWAITING_ASKER], Act.REPLY, [Part.ASKER], State.FILTERED),
    *_steps(_DONE, Act.REPLY, [Part.ASKER], State.FILTERED),
    *_steps([State.CLOSED], Act.FOLLOW_UP, [Part.ASKER]),
    *_steps([State.ANSWERED], Act.CLOSE, [Part.ASKER], State.CLOSED),
    *_steps([State.ANSWERED], Act.LAPSE, [Part.SYSTEM], State.CLOSED),
    *_steps(STILL_OPEN, Act.CANCEL, [Part.ASKER], State.CANCELLED),
    *_steps((State.AWAITING_ASKER, *_DONE), Act.CORRECT, [Part.HOLDER]),
    *_steps(STILL_OPEN, Act.MERGE, [Part.FILTER], State.CLOSED),
    *_steps((*STILL_OPEN, *_DONE), Act.MERGED, [Part.FILTER]),
    *_steps(_DONE, Act.REOPEN, [Part.ASKER, Part.HOLDER, Part.FILTER], State.FILTERED),
)
"""Every legal step. What is not here is refused."""

_TABLE: Mapping[tuple[State | None, Act], tuple[Step, ...]] = MappingProxyType(
    {
        key: tuple(step for step in STEPS if (step.state, step.act) == key)
        for key in {(step.state, step.act) for step in STEPS}
    }
)


def next_state(state: State | None, act: Act, who: Collection[Part]) -> State | None:
    """Where ``act`` by somebody who plays the parts ``who`` leads from ``state``; ``None`` if it is not legal."""
    for step in _TABLE.get((state, act), ()):
        if step.who.intersection(who):
            return step.to
    return None


def is_step(state: State | None, act: Act) -> bool:
    """Whether anybody at all may take this step from ``state``."""
    return (state, act) in _TABLE


def is_open(state: State) -> bool:
    """Whether the desk still owes something, or waits for the asker."""
    return state in STILL_OPEN


def may_cancel(state: State, first_reply: datetime | None) -> bool:
    """An asker takes a question back only before the first human reply."""
    return first_reply is None and is_step(state, Act.CANCEL)


def reopens(state: State, last: datetime, now: datetime) -> bool:
    """Whether a reply at ``now`` reopens a thread that was last answered or closed at ``last``."""
    return state is State.ANSWERED or (state is State.CLOSED and now - last <= REOPEN)


# --- escalation ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Level:
    """One step of telling that an answer is late: who is told, from which part of the target on.

    ``role`` ``None``: who should answer. ``over``: the promise must be broken, to meet it exactly is enough.
    """

    role: str | None
    quarters: int
    over: bool = True

    def seconds(self, target_minutes: int) -> int:
        """Working seconds since the clock began from which it is told: 90, 120, 240, 480 minutes of a 120 target."""
        return target_minutes * 15 * self.quarters + (1 if self.over else 0)


LEVELS: tuple[Level, ...] = (
    Level(None, 3, over=False),
    Level("KTM", 4),
    Level("PGW", 8),
    Level("KPL", 16),
)
"""Near the promise, past it, at twice and at four times the target."""


def awaits_reply(state: State) -> bool:
    """Whether the word is with the desk, so that the response clock can run out."""
    return state in (State.NEW, State.FILTERED, State.FORWARDED)


def late_sentence(number: str, level: int, target_minutes: int) -> str:
    """What a notice of a level says; no text and no name of the asker."""
    if level == 0:
        return f"Pertanyaan {number} hampir lewat batas waktu. Mohon segera dijawab."
    worked = LEVELS[level].quarters * target_minutes // 4
    span = f"{worked // 60} jam" if worked % 60 == 0 else f"{worked} menit"
    return f"Pertanyaan {number} belum dijawab lebih dari {span} kerja."


# --- suggestions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question (``pertanyaan``, ``keluhan`` ...) with the words that suggest it."""

    code: str
    label: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """One category: the words that suggest it, the code of the unit in charge, the first line of an answer.

    ``personal``: an answer opens somebody's own data, so a proven identity comes first.
    """

    code: str
    label: str
    unit: str
    keywords: tuple[str, ...] = ()
    opening: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True)
class CategorySet:
    """The kinds and categories of one agency, in their order, as of one version."""

    version: int
    kinds: tuple[Kind, ...]
    categories: tuple[Category, ...]

    def kind(self, code: str) -> Kind | None:
        """The kind of that code."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    def category(self, code: str) -> Category | None:
        """The category of that code."""
        return next((category for category in self.categories if category.code == code), None)


_NOT_WORD = re.compile(r"[^\w-]+")


def _words(text: str) -> str:
    """Folded text with every punctuation mark but the hyphen turned into one space, spaces at both ends."""
    return f" {_NOT_WORD.sub(' ', text.casefold()).strip()} "


def matches(text: str, keywords: Iterable[str]) -> int:
    """How many of the keywords occur in ``text`` as whole words, each counted once."""
    words = _words(text)
    return sum(_words(keyword) in words for keyword in keywords)


def suggest_category(text: str, categories: Sequence[Category]) -> str:
    """The code of the category with most keywords in ``text``; a tie goes to the earlier one, none is ``lainnya``."""
    best, most = OTHER, 0
    for category in categories:
        count = matches(text, category.keywords)
        if count > most:
            best, most = category.code, count
    return best


def suggest_kind(text: str, kinds: Sequence[Kind]) -> str:
    """The same for kinds; none is ``pertanyaan``."""
    best, most = DEFAULT_KIND, 0
    for kind in kinds:
        count = matches(text, kind.keywords)
        if count > most:
            best, most = kind.code, count
    return best


# --- what may be written -------------------------------------------------------------------------


def text_fault(text: str, *, least: int, most: int = TEXT_MAX) -> str | None:
    """The Indonesian sentence that says what is wrong with a text, or ``None``.

    Lengths count code points after trimming; the text itself is kept as it was written.
    """
    length = len(text.strip())
    if length < least:
        if least > 1:
            return f"Tulis pertanyaan Anda, minimal {least} huruf."
        return "Pesan masih kosong. Tulis dulu isinya."
    if len(text) > most:
        written = f"{len(text):,}".replace(",", ".")
        allowed = f"{most:,}".replace(",", ".")
        return f"Tulisan {written} huruf melebihi {allowed}. Tulisan aman. Pendekkan atau bagi menjadi dua."
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\r\t" for letter in text):
        return "Tulisan memuat tanda yang tidak dapat dibaca. Tulisan aman. Ketik ulang bagian itu, lalu kirim lagi."
    return None


def files_fault(files: Sequence[tuple[str, str, int]]) -> str | None:
    """What is wrong with the files of one text, each (id, name, bytes): the Indonesian sentence, or ``None``."""
    if len(files) > MOST_FILES:
        return f"Paling banyak {MOST_FILES} berkas untuk satu tulisan. Tulisan aman. Kurangi berkasnya."
    if len({id for id, _, _ in files}) < len(files):
        return "Satu berkas terpilih dua kali. Tulisan aman. Hapus salah satunya."
    for _, name, size in files:
        if not name.strip():
            return "Nama berkas kosong. Tulisan aman. Pilih berkasnya sekali lagi."
        if size == 0:
            return f"Berkas {name[:80]} kosong. Tulisan aman. Pilih berkas lain."
        if size > FILE_BYTES:
            shown = f"{size / 1_000_000:.1f}".replace(".", ",")
            most = FILE_BYTES // 1_000_000
            return f"Berkas {shown} MB melebihi {most} MB. Tulisan aman. Pilih berkas lain."
    return None


_NIP = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})[ .]?(\d{4})(\d{2})[ .]?([12])[ .]?(\d{3})(?!\d)")
ANOTHERS_NIP = (
    "Data pegawai lain tidak dapat diminta di sini; setiap pegawai menanyakan datanya sendiri. "
    "Tulisan aman. Hapus NIP itu bila pertanyaan Anda umum."
)
"""The fixed sentence for a request that names another person's NIP."""


def foreign_nips(text: str, own: str) -> list[str]:
    """The NIP in a text that are not the asker's own: 18 digits, also in their usual groups, with dates that exist."""
    found = []
    for birth_year, month, day, year, since, sex, order in _NIP.findall(text):
        try:
            born, taken = date(int(birth_year), int(month), int(day)), date(int(year), int(since), 1)
        except ValueError:
            continue
        nip = f"{birth_year}{month}{day}{year}{since}{sex}{order}"
        if 1930 <= born.year < taken.year and nip != own:
            found.append(nip)
    return found


def mask_nip(identifier: str) -> str:
    """What others than the few entitled see of a NIP or staff code: the year (or prefix), then stars."""
    head = identifier.split("-", 1)[0] + "-" if "-" in identifier else identifier[:4]
    return f"{head}****"


def running_number(year: int, last: int, series: str = "") -> str:
    """The number that people read: ``2026-00042``; ``series`` is the letter after a restored backup."""
    return f"{year}-{last:05d}{series}"


def series_letter(restores: int) -> str:
    """The letter of numbers given after ``restores`` restored backups: none, then A to Z, AA ..."""
    letters = ""
    while restores > 0:
        restores, rest = divmod(restores - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# --- time ----------------------------------------------------------------------------------------

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def spoken(instant: datetime, zone: tzinfo, zone_name: str) -> str:
    """An instant as people say it: ``Senin, 23 November 2026, 09.30 WIB``."""
    local = instant.astimezone(zone)
    day = f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local:%H.%M} {zone_name}"


def promise(due: datetime, zone: tzinfo, zone_name: str) -> str:
    """The automatic answer outside office hours."""
    return (
        f"Pesan Anda sudah kami terima. Petugas membalas pada jam kerja, paling lambat {spoken(due, zone, zone_name)}."
    )


def after_working_days(start: datetime, days: int, zone: tzinfo, is_working: Callable[[date], bool]) -> datetime:
    """The same local time ``days`` working days after ``start``; a year without a working day ends the search."""
    local = start.astimezone(zone)
    left, day = days, local.date()
    for _ in range(366):
        day += timedelta(days=1)
        if is_working(day):
            left -= 1
            if left == 0:
                break
    return datetime.combine(day, local.timetz())


# --- who gets it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operator on duty, as the automatic routing compares them: ``idle_since`` is the last thing taken."""

    account: str
    open: int
    idle_since: datetime | None


def pick_operator(candidates: Iterable[Candidate]) -> str | None:
    """The operator with the fewest open questions, a tie goes to the one idle longest; ``None``: the unit queue."""
    ordered = sorted(
        candidates,
        key=lambda one: (one.open, one.idle_since is not None, one.idle_since or datetime.min, one.account),
    )
    return ordered[0].account if ordered else None


def audiences(*, asker: str, root: str, unit: str, desk: bool) -> frozenset[str]:
    """Who may see a question and its messages. ``desk``: it is within the desk's window."""
    own = f"person:{asker}"
    return frozenset({own}) | desk_audiences(root=root, unit=unit) if desk else frozenset({own})


def desk_audiences(*, root: str, unit: str) -> frozenset[str]:
    """The desk of a question: filter and team lead of the agency, operators and contact of the unit in charge.

    A role on the agency's root covers every unit below it, so one key names root and unit operators alike.
    """
    return frozenset({f"role:ADM@{root}", f"role:KTM@{root}", f"role:OPR@{unit}", f"role:BID@{unit}"})


def in_window(state: State, ended: datetime | None, now: datetime) -> bool:
    """Whether the desk still carries a question in its feed: open work, and what ended in the last 30 days."""
    return is_open(state) or ended is None or now - ended <= DESK_WINDOW
