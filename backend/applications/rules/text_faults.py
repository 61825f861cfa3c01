"""What is wrong with the texts of a definition (letters, notices, page, words) and with its times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from backend.applications.rules.conditions import Kind
from backend.applications.rules.definition import Letter, Periods, Service
from backend.applications.rules.fault import Fault
from backend.applications.rules.letter_numbers import TOKENS
from backend.applications.rules.names import name_rule_fault
from backend.applications.rules.states import NAMES, Part, State

AGENCY_TOKENS = ("agency.name", "agency.place", "agency.signer", "agency.signer_position", "agency.phone")
NOTICE_TOKENS = ("status", "service")
"""A notice is shown on locked screens and passes a gateway: no name, number or document."""
PERIOD_TOKENS = ("period.date", "period.name")
MESSAGE_KEYS = (
    "menu", "search", "not_found", "proceed", "propose", "save", "submit", "waiting", "locked", "ready", "missing",
    "draft_download", "signed_upload",
)  # fmt: skip
NOTICE_MOST, FILLED_MOST, LONGEST_PROMISE = 300, 500, 366 * 24 * 60
SYSTEM_MOST = 100
_TOKEN = re.compile(r"(\$?)\{([^{}]*)\}")
_LONE = re.compile(r"[{}]")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}\Z")
_PLACEHOLDER = re.compile(r"[a-z][a-z_]{1,39}\Z")
_NUMBER = re.compile(r"[0-9]{12,}|\+?62[0-9]{8,}|\b08[0-9]{8,}")


def text_faults(service: Service, known: Mapping[str, Kind], torn: frozenset[str] = frozenset()) -> list[Fault]:
    """All faults of letters, output, notices, page, words, promise, periods and keeping times."""
    return [
        *(fault for letter in service.letters for fault in _letter(letter, service, known, torn)),
        *_output(service, torn),
        *_notices(service),
        *_words(service),
        *_page(service),
        *_times(service),
        *(_periods(service.periods, service, known, torn) if service.periods else ()),
        *name_rule_fault(service.files.name, "files.name"),
    ]


def tokens(text: str) -> list[tuple[bool, str]]:
    """Every ``{name}`` and ``${name}`` of a text, each with whether it is a placeholder."""
    return [(bool(sign), name) for sign, name in _TOKEN.findall(text)]


def _letter(letter: Letter, service: Service, known: Mapping[str, Kind], torn: frozenset[str]) -> Iterator[Fault]:
    path = f"letters.{letter.code}"
    if not _CODE.match(letter.code):
        yield Fault(path, "BAD_KEY", "Kode naskah hanya huruf besar, angka dan garis bawah.")
    if not letter.title.strip():
        yield Fault(f"{path}.title", "EMPTY_TEXT", "Judul naskah masih kosong.")
    if letter.state not in set(State):
        yield Fault(f"{path}.state", "UNKNOWN_STATE", f"Tahap '{letter.state}' tidak dikenal.")
    for name in letter.placeholders:
        if not _PLACEHOLDER.match(name):
            yield Fault(f"{path}.placeholders", "BAD_KEY", "Nama penanda naskah hanya huruf kecil dan garis bawah.")
    allowed = {*known, *AGENCY_TOKENS, *(f"items.{item.code}" for item in service.items)}
    if service.periods:
        allowed.update(PERIOD_TOKENS)
    texts = [("title", letter.title), ("intro", letter.intro), ("closing", letter.closing)]
    for place, line in enumerate(letter.lines):
        texts += [(f"lines[{place + 1}]", line.label), (f"lines[{place + 1}]", line.value)]
        if not line.label.strip():
            yield Fault(f"{path}.lines[{place + 1}]", "EMPTY_TEXT", "Baris naskah belum berlabel.")
    for where, text in texts:
        yield from _letter_tokens(text, f"{path}.{where}", letter, allowed, torn)


def _letter_tokens(text: str, path: str, letter: Letter, allowed: set[str], torn: frozenset[str]) -> Iterator[Fault]:
    for placeholder, name in tokens(text):
        if placeholder and name not in letter.placeholders:
            yield Fault(path, "UNKNOWN_PLACEHOLDER", f"'${{{name}}}' bukan penanda naskah yang dikenal.")
        elif not placeholder and name not in allowed and name.removeprefix("items.") not in torn:
            yield Fault(path, "UNKNOWN_TOKEN", f"'{{{name}}}' bukan isian, fakta, dokumen atau data instansi.")
    if _LONE.search(_TOKEN.sub("", text)):
        yield Fault(path, "BAD_TOKEN", "Ada kurung kurawal yang tidak berpasangan.")


def _output(service: Service, torn: frozenset[str]) -> Iterator[Fault]:
    output = service.output
    if not _CODE.match(output.code):
        yield Fault("output.code", "BAD_KEY", "Kode keluaran hanya huruf besar, angka dan garis bawah.")
    if not output.label.strip():
        yield Fault("output.label", "EMPTY_TEXT", "Tombol unduh belum berlabel.")
    if output.letter and output.letter not in {letter.code for letter in service.letters} | torn:
        yield Fault("output.letter", "UNKNOWN_LETTER", f"Naskah '{output.letter}' tidak ada.")
    if any(one.code == output.letter and one.state != State.VERIFIED for one in service.letters):
        yield Fault("output.letter", "LETTER_EARLY", "Naskah keluaran baru dibuat pada tahap diverifikasi.")
    if output.signed and not output.letter:
        yield Fault(
            "output.letter", "LETTER_MISSING", "Keluaran bertanda tangan diperiksa terhadap naskahnya; sebut naskahnya."
        )
    for name in re.findall(r"\{([^{}]*)\}", output.number_pattern):
        if name not in TOKENS:
            text = f"'{{{name}}}' bukan bagian nomor naskah. Pilih: {', '.join(TOKENS)}."
            yield Fault("output.number_pattern", "UNKNOWN_TOKEN", text)


def _notices(service: Service) -> Iterator[Fault]:
    states = {step.to for step in service.steps()}
    for place, notice in enumerate(service.notices):
        path = f"notices[{place + 1}]"
        if notice.state not in set(State):
            yield Fault(path, "UNKNOWN_STATE", f"Tahap '{notice.state}' tidak dikenal. Pilih: {', '.join(State)}.")
        elif notice.state not in states:
            yield Fault(path, "UNREACHABLE_STATE", f"Tahap '{notice.state}' tidak ada pada layanan ini.")
        if not notice.text.strip():
            yield Fault(path, "EMPTY_TEXT", "Teks pemberitahuan masih kosong.")
        if len(notice.text) > NOTICE_MOST:
            yield Fault(path, "TEXT_TOO_LONG", f"Teks pemberitahuan paling banyak {NOTICE_MOST} huruf.")
        elif len(_filled(notice.text, service)) > FILLED_MOST:
            yield Fault(path, "TEXT_TOO_LONG", f"Terisi, teks ini lebih dari {FILLED_MOST} huruf. Pendekkan.")
        if not notice.to:
            yield Fault(path, "NOBODY", "Sebut siapa yang diberi tahu.")
        for part in notice.to:
            if part not in {*Part, "subjek"}:
                yield Fault(path, "UNKNOWN_PART", f"Penerima '{part}' tidak dikenal.")
        for _, name in tokens(notice.text):
            if name not in NOTICE_TOKENS:
                text = f"'{{{name}}}' tidak boleh dalam pemberitahuan; hanya {{status}} dan {{service}}."
                yield Fault(path, "PRIVATE_TOKEN", text)
        if _NUMBER.search(notice.text):
            yield Fault(path, "PRIVATE_TOKEN", "Pemberitahuan tidak memuat NIP atau nomor telepon.")


def _filled(text: str, service: Service) -> str:
    """A notice at its longest."""
    longest = max((*service.flow.names.values(), service.flow.downloaded, *NAMES.values()), key=len)
    return text.replace("{service}", service.title).replace("{status}", longest)


def _words(service: Service) -> Iterator[Fault]:
    for key, text in service.messages.items():
        if key not in MESSAGE_KEYS:
            yield Fault(f"messages.{key}", "UNKNOWN_MEMBER", f"Pilih salah satu: {', '.join(MESSAGE_KEYS)}.")
        if not text.strip():
            yield Fault(f"messages.{key}", "EMPTY_TEXT", "Kalimat masih kosong.")
    for word in service.guard:
        if not word.strip():
            yield Fault("guard", "EMPTY_TEXT", "Daftar teks contoh memuat teks kosong.")


def _is_web(address: str) -> bool:
    try:
        return address.startswith("https://") and bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _page(service: Service) -> Iterator[Fault]:
    page = service.page
    if page.video and not _is_web(page.video):
        yield Fault("page.video", "BAD_ADDRESS", "Alamat video dimulai dengan https://.")
    if page.fee is not None and not page.fee.strip():
        yield Fault("page.fee", "EMPTY_TEXT", "Biaya kosong. Hapus barisnya bila belum ditetapkan.")
    for name in ("requirements", "procedure", "flow"):
        if any(not text.strip() for text in getattr(page, name)):
            yield Fault(f"page.{name}", "EMPTY_TEXT", "Ada baris kosong.")


def _times(service: Service) -> Iterator[Fault]:
    minutes = service.timers.promise_minutes
    if minutes is not None and not 0 < minutes <= LONGEST_PROMISE:
        yield Fault(
            "timers.promise_minutes", "OUT_OF_RANGE", "Janji layanan sedikitnya satu menit, paling lama setahun."
        )
    if len(service.flow.outside_system) > SYSTEM_MOST:
        yield Fault("flow.outside_system", "TEXT_TOO_LONG", f"Nama sistem paling banyak {SYSTEM_MOST} huruf.")
    if not 1 <= service.retention.case_years <= 100:
        yield Fault("retention.case_years", "OUT_OF_RANGE", "Masa simpan 1 sampai 100 tahun.")
    if not 1 <= service.retention.draft_days <= 3650:
        yield Fault("retention.draft_days", "OUT_OF_RANGE", "Masa simpan draf 1 sampai 3650 hari.")
    kept = service.retention.output_years
    if kept is not None and not service.retention.case_years <= kept <= 100:
        yield Fault(
            "retention.output_years", "OUT_OF_RANGE", "Masa simpan keluaran tidak boleh lebih pendek dari permohonan."
        )
    for name in ("pdf_bytes", "image_bytes"):
        if not 0 < getattr(service.files, name) <= 10_000_000:
            yield Fault(f"files.{name}", "FILE_LIMIT", "Batas berkas 1 sampai 10000000 byte.")


def _periods(periods: Periods, service: Service, known: Mapping[str, Kind], torn: frozenset[str]) -> Iterator[Fault]:
    months = periods.months
    if not months or len(set(months)) != len(months) or not all(1 <= month <= 12 for month in months):
        yield Fault("periods.months", "BAD_MONTHS", "Bulan periode 1 sampai 12, masing-masing satu kali.")
    if not 0 <= periods.closes_months < periods.opens_months <= 24:
        yield Fault("periods", "LIMIT_REVERSED", "Periode dibuka lebih dahulu daripada ditutup, paling awal 24 bulan.")
    if not 0 <= periods.grace_hours <= 168:
        yield Fault("periods.grace_hours", "OUT_OF_RANGE", "Kelonggaran 0 sampai 168 jam.")
    for member, key in (("field", periods.field), ("kind", periods.kind)):
        if key and key not in known and key not in torn:
            yield Fault(f"periods.{member}", "UNKNOWN_FIELD", f"Isian '{key}' tidak ada. Periksa ejaannya.")
    kinds = known[periods.kind].values if periods.kind in known else frozenset()
    for place, due in enumerate(periods.due):
        path = f"periods.due[{place + 1}]"
        if kinds and due.kind not in kinds and due.kind not in torn:
            yield Fault(path, "CONDITION_VALUE", f"Jenis '{due.kind}' tidak ada pada isian '{periods.kind}'.")
        fact = known.get(f"subject.{due.fact}")
        if fact is None or fact.type != "date":
            yield Fault(path, "UNKNOWN_FACT", f"Fakta '{due.fact}' bukan tanggal subjek layanan ini.")
        if not 0 <= due.years <= 50:
            yield Fault(path, "OUT_OF_RANGE", "Tahun 0 sampai 50.")
