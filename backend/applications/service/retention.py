"""Drafts that nobody touches and cases that ended long ago: what people wrote and sent goes, what is counted stays.

How long is said by the version of the service that a case keeps. A draft counts from the last touch of anything in it,
an ended case from its end. Values, rows, texts and files are erased and no phone holds the case any longer; its row
(dates, state, whose it was), its history and its output stay. A document that another case uses, or that is still
offered to later ones with its *Sesuai*, stays with its file. The output goes when the definition says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from backend.applications.models import (
    Application,
    ApplicationField,
    ApplicationHistory,
    ApplicationItem,
    ApplicationMark,
    ApplicationNotice,
    ApplicationOutput,
    ApplicationReopened,
    ApplicationRow,
    ApplicationSubmission,
    DocumentVersion,
    ServiceDefinition,
)
from backend.applications.ports import Ports
from backend.applications.rules.states import FINAL, State
from backend.applications.service.notices import NOTICE
from backend.applications.service.noting import DROPPED, ERASED, HISTORY, note
from backend.applications.service.showing import DOCUMENT, OUTPUT, SUBMISSION
from backend.applications.service.stored import CASE, ITEM, MARK, ROW, VALUES, Whole, as_service, locked, whole
from backend.files.models import File
from backend.files.rules import FileState
from backend.notifications.service import Notice, notify_all
from sync.actors import system_actor
from sync.writing import Writing

FIRST = "00000000-0000-0000-0000-000000000000"
BATCH = 50
"""Cases erased in one transaction."""
_TOLD = "Draf permohonan yang lama tidak disentuh sudah dihapus. Mulai lagi bila masih diperlukan."


def years_before(now: datetime, years: int) -> datetime:
    """The same instant so many years ago; of 29 February the day before."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


async def due(w: Writing, after: str = FIRST) -> list[str]:
    """At most a batch of the agency's cases, by id after ``after``, whose keeping time seems to be over."""
    found: set[str] = set()
    versions = select(ServiceDefinition).where(col(ServiceDefinition.agency) == w.agency)
    a = Application
    for row in list((await w.session.execute(versions)).scalars()):
        kept = as_service(row).retention
        same = (
            col(a.agency) == w.agency, col(a.service) == row.id, col(a.erased_at).is_(None), col(a.id) > after,
        )  # fmt: skip
        for state in (
            (col(a.state) == State.DRAFT) & (col(a.updated_at) < w.now - timedelta(days=kept.draft_days)),
            col(a.state).in_(sorted(FINAL)) & (col(a.finished_at) < years_before(w.now, kept.case_years)),
        ):
            ids = await w.session.execute(select(col(a.id)).where(*same, state).order_by(col(a.id)).limit(BATCH))
            found.update(ids.scalars())
    return sorted(found)[:BATCH]


async def erase(ports: Ports, w: Writing, ids: Sequence[str]) -> list[str]:
    """Erase those of these cases whose time is over as they stand now, under their locks; which. The caller removes
    the files (:func:`files`) once this is stored."""
    await w.lock(CASE, ids)
    erased = []
    for id in sorted(ids):
        all_ = await whole(w, await locked(w, id))
        if await _is_over(w, all_):
            await _erase(ports, w, all_)
            erased.append(id)
    return erased


async def _is_over(w: Writing, all_: Whole) -> bool:
    """Somebody may have gone on with it since it was looked for."""
    app, kept = all_.app, all_.service.retention
    if app.erased_at is not None:
        return False
    if all_.state in FINAL:
        return app.finished_at is not None and app.finished_at < years_before(w.now, kept.case_years)
    if all_.state is not State.DRAFT:
        return False
    brought = select(col(DocumentVersion.at)).where(col(DocumentVersion.application) == app.id)
    touched: list[datetime] = [app.updated_at, *(await w.session.execute(brought)).scalars()]
    touched += [row.at for rows in (all_.groups.values(), all_.rows, all_.items.values()) for row in rows]
    return max(touched) < w.now - timedelta(days=kept.draft_days)


async def _erase(ports: Ports, w: Writing, all_: Whole) -> None:
    app = all_.app
    draft = all_.state is State.DRAFT
    actor = system_actor(w.agency)
    if draft:
        app.state, app.finished_at, app.active_key = State.CANCELLED, w.now, None
        await note(w, all_, actor, DROPPED, before=State.DRAFT, new={"days": all_.service.retention.draft_days})
        await _tell(ports, w, app)
    else:
        await note(w, all_, actor, ERASED, new={"years": all_.service.retention.case_years})
    await _documents(ports, w, all_)
    await _parts(w, app.id)
    app.facts, app.imported, app.reason, app.confirmed, app.erased_at = {}, {}, "", "", w.now
    w.unpublish(CASE, app.id)
    await w.session.flush()


async def _tell(ports: Ports, w: Writing, app: Application) -> None:
    contacts = await ports.house.contacts(w.session, w.agency, [app.account])
    told = [
        Notice(app.agency, one.account, "application.case", "Kabar permohonan", _TOLD, "/permohonan", app.id)
        for one in contacts
        if one.wants
    ]
    await notify_all(w.session, told, now=w.now)


async def _parts(w: Writing, application: str) -> None:
    """What was written goes; receipts keep number, time and hashes; the history leaves the phones, never the table."""
    for kind, model in (
        (VALUES, ApplicationField), (ROW, ApplicationRow), (ITEM, ApplicationItem), (MARK, ApplicationMark),
        (NOTICE, ApplicationNotice), ("", ApplicationReopened),
    ):  # fmt: skip
        table: Any = model
        gone = await w.session.execute(delete(table).where(table.application == application).returning(table.id))
        await _leave(w, kind, list(gone.scalars()))
    s = ApplicationSubmission
    receipts = list((await w.session.execute(select(s).where(col(s.application) == application))).scalars())
    for row in receipts:
        row.content = {"values": {}, "items": row.content["items"]}
    await _leave(w, SUBMISSION, [row.id for row in receipts])
    h = ApplicationHistory
    acts = await w.session.execute(select(col(h.id)).where(col(h.application) == application))
    await _leave(w, HISTORY, list(acts.scalars()))


async def _leave(w: Writing, kind: str, ids: Sequence[str]) -> None:
    """What of these is on phones leaves them."""
    for id, record in (await w.current(kind, ids)).items() if kind else ():
        if not record.deleted:
            w.unpublish(kind, id)


async def _documents(ports: Ports, w: Writing, all_: Whole) -> None:
    """Versions that came with the case and that nobody needs any longer."""
    d = DocumentVersion
    query = select(d).where(col(d.application) == all_.app.id, col(d.erased_at).is_(None))
    rows = list((await w.session.execute(query)).scalars())
    if not rows:
        return
    used = await _used(w, all_.app, [row.id for row in rows])
    today = (await ports.house.office(w.session, w.agency, w.now)).today
    gone = [row for row in rows if row.id not in used and not _is_offered(row, today)]
    for row in gone:
        row.erased_at = w.now
    await _leave(w, DOCUMENT, [row.id for row in gone])


def _is_offered(row: DocumentVersion, today: date) -> bool:
    """Later cases may still use it with its *Sesuai*."""
    return row.fine_on is not None and (row.valid_until is None or row.valid_until >= today)


async def _used(w: Writing, app: Application, versions: Sequence[str]) -> set[str]:
    """Those that another case of the subject points to, by an item or by a picture."""
    i, f, a = ApplicationItem, ApplicationField, Application
    items = select(col(i.version)).where(col(i.version).in_(versions), col(i.application) != app.id)
    found = {id for id in (await w.session.execute(items)).scalars() if id is not None}
    others = select(col(a.id)).where(
        col(a.subject) == app.subject, col(a.id) != app.id, col(a.erased_at).is_(None)
    )  # fmt: skip
    for values in (await w.session.execute(select(col(f.values)).where(col(f.application).in_(others)))).scalars():
        found.update(one for one in values.values() if isinstance(one, str))
    return found.intersection(versions)


async def outputs(w: Writing) -> int:
    """Outputs whose own time is over, where the definition names one: gone from the feed; how many."""
    o, a, gone = ApplicationOutput, Application, 0
    versions = select(ServiceDefinition).where(col(ServiceDefinition.agency) == w.agency)
    for row in list((await w.session.execute(versions)).scalars()):
        kept = as_service(row).retention.output_years
        if kept is None:
            continue
        query = (
            select(o)
            .join(a, col(a.id) == col(o.application))
            .where(
                col(a.service) == row.id, col(a.erased_at).is_not(None), col(o.erased_at).is_(None),
                col(a.finished_at) < years_before(w.now, kept),
            )
            .order_by(col(o.id))
            .limit(BATCH)
        )  # fmt: skip
        found = list((await w.session.execute(query)).scalars())
        for output in found:
            output.erased_at = w.now
        await _leave(w, OUTPUT, [output.id for output in found])
        gone += len(found)
    return gone


async def files(w: Writing) -> list[str]:
    """Files of the agency whose document or output is erased and whose content is still there: also those that a
    server which died in between left behind."""
    found: list[str] = []
    for model in (DocumentVersion, ApplicationOutput):
        query = (
            select(col(model.file))
            .join(File, col(File.id) == col(model.file))
            .where(
                col(model.agency) == w.agency, col(model.erased_at).is_not(None), col(File.state) == FileState.COMPLETE
            )
        )
        found += (await w.session.execute(query)).scalars()
    return sorted(set(found))
