"""A case on paper: what was written, every document with version, hash and mark, receipts, the way it took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications.models import ApplicationHistory, ApplicationOutput, ApplicationSubmission
from backend.applications.rules.clocks import Stay, WorkingTime, judge, measure
from backend.applications.rules.definition import Field, FieldType
from backend.applications.rules.states import State
from backend.applications.service.noting import QUIET
from backend.applications.service.stored import Whole
from backend.identity.rules.numbers import mask_nip

TEMPLATE = Path(__file__).resolve().parent.parent / "templates" / "summary.typ"
_ACTS = {
    "buat": "dibuat", "kirim": "dikirim", "buka": "dibuka petugas", "kembalikan": "dikembalikan", "tolak": "ditolak",
    "verifikasi": "diverifikasi", "proses_luar": "diteruskan", "minta_perbaikan": "perbaikan diminta",
    "kirim_ulang": "dikirim ulang", "terbitkan": "keluaran dicatat", "batalkan": "dibatalkan", "unggah": "diunggah",
    "lampirkan": "dilampirkan", "tandai": "ditandai", "unduh": "keluaran diunduh", "baca": "dibaca petugas",
    "pindah_versi": "versi layanan diganti", "ambil_alih": "diambil alih",
}  # fmt: skip
_MARKS = {"sesuai": "Sesuai", "perlu_diperbaiki": "Perlu diperbaiki", "tidak_memenuhi_syarat": "Tidak memenuhi syarat"}


async def data(
    session: AsyncSession, all_: Whole, agency: str, zone: tzinfo, working: WorkingTime, now: datetime
) -> dict[str, Any]:  # fmt: skip
    """What the template prints; times are local to the agency."""
    app, service = all_.app, all_.service
    h = ApplicationHistory
    history = list((await session.execute(
        select(h).where(col(h.application) == app.id).order_by(col(h.at), col(h.id))
    )).scalars())  # fmt: skip
    sent = select(ApplicationSubmission).where(col(ApplicationSubmission.application) == app.id)
    receipts = (await session.execute(sent.order_by(col(ApplicationSubmission.round)))).scalars()
    wanted = select(ApplicationOutput).where(col(ApplicationOutput.application) == app.id)
    output = (await session.execute(wanted)).scalars().first() if all_.state is State.DONE else None
    values = all_.values()
    return {
        "title": service.title, "agency": agency, "version": service.version,
        "name": app.subject_name, "unit": app.unit_name,
        "state": service.state_name(all_.state, downloaded=app.downloaded_at is not None),
        "made": _moment(now, zone),
        "entered": f"{app.account_name}, atas nama {app.unit_name}" if app.behalf else app.account_name,
        "fields": [
            [one.label, _shown(one, values.get(one.key), app.subject_name)]
            for one in service.fields if one.type is not FieldType.IMAGE
        ],
        "items": _items(all_),
        "receipts": [
            [str(one.round), one.receipt, _moment(one.at, zone), one.account_name,
             ", ".join(f"{i['label']} v{i['number']} ({i['hash']})" for i in one.content["items"])]
            for one in receipts
        ],
        "output": [] if output is None else [service.output.label, output.number, f"{output.date:%d-%m-%Y}"],
        "promise": _promise(all_, history, working, now),
        "history": [
            [_moment(one.at, zone), one.account_name + (f" (atas nama {one.behalf})" if one.behalf else ""),
             _ACTS.get(one.act, one.act) + (f": {one.object}" if one.object else ""), one.reason]
            for one in history if one.act not in QUIET
        ],
    }  # fmt: skip


def _items(all_: Whole) -> list[list[str]]:
    marked, found = all_.marked(), []
    for item in all_.service.items:
        row = all_.items.get(item.code)
        version = None if row is None or row.version is None else all_.documents.get(row.version)
        mark = marked.get(item.code)
        said = _MARKS[mark.mark] if mark is not None and version is not None and mark.version == version.id else ""
        if version is None:
            found.append([item.label, "belum ada", "", said])
        else:
            reused = " (dari usul sebelumnya)" if row is not None and row.reused else ""
            found.append([item.label, f"versi {version.number}{reused}", version.sha256[:8], said])
    return found


def _promise(all_: Whole, history: Sequence[ApplicationHistory], working: WorkingTime, now: datetime) -> list[str]:
    stays = [Stay(State(one.after), one.at) for one in history if one.after]
    times = measure(stays, now, working)
    if times is None:
        return []
    verdict = judge(all_.service.timers, times)
    lines = [
        f"Waktu layanan: {_span(times.service_clock)} (waktu jam), {_span(times.service_working)} (waktu kerja).",
        f"Waktu total: {_span(times.total_clock)} (waktu jam), {_span(times.total_working)} (waktu kerja).",
    ]
    return lines if verdict is None else [*lines, verdict.sentence]


def _span(seconds: int) -> str:
    minutes = seconds // 60
    days, hours = divmod(minutes // 60, 24)
    parts = ((days, "hari"), (hours, "jam"), (minutes % 60, "menit"))
    return " ".join(f"{n} {word}" for n, word in parts if n) or "kurang dari 1 menit"


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%d-%m-%Y %H.%M}"


def _shown(one: Field, value: Any, subject: str) -> str:
    if one.type is FieldType.EMPLOYEE:
        return subject
    if value is None:
        return ""
    if one.type is FieldType.CHOICE:
        return next((option.label for option in one.options if option.value == value), str(value))
    if one.type is FieldType.ROWS:
        rows = (", ".join(str(row.get(column.key) or "") for column in one.columns) for row in value)
        return "\n".join(f"{number}. {row}" for number, row in enumerate(rows, 1))
    text = str(value)
    return mask_nip(text) if text.isdigit() and len(text) == 18 else text
