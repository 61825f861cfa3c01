"""The office's steps: claim, marks, return, reject, verify, work outside, correction, output."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import (
    ApplicationMark,
    ApplicationOutside,
    ApplicationReopened,
    ApplicationSubmission,
)
from backend.applications.ports import Ports
from backend.applications.rules import clocks
from backend.applications.rules.conditions import Truth, judge
from backend.applications.rules.marks import Mark, after_return, valid_until
from backend.applications.rules.placeholders import guard_faults
from backend.applications.rules.refusals import Given, refusals, reopened
from backend.applications.rules.states import Act, State, next_state
from backend.applications.service import notices
from backend.applications.service.noting import note, stays, times
from backend.applications.service.reopening import open_lacks
from backend.applications.service.rights import parts_of
from backend.applications.service.showing import show_case, show_document, show_mark, show_submission
from backend.applications.service.stored import CASE, Whole, locked, mark_id, whole
from backend.applications.service.subjects import look_again
from backend.applications.service.writing import case_of, refuse_faults
from sync.answers import MESSAGES
from sync.errors import Refusal
from sync.ids import uuid7
from sync.writing import Item, Writing


def step(all_: Whole, w: Writing, item: Item, act: Act, given: Given, **more: Any) -> State:
    """Where an act leads. Raises ``state``, ``forbidden`` or ``invalid`` with everything that speaks against it."""
    record = w.state((CASE, all_.app.id))
    parts = frozenset() if record is None else parts_of(item.actor, record.body)
    faults = refusals(all_.service, all_.case(**more), act, parts, given)
    codes = {one.code for one in faults}
    if codes & {"NOT_NOW", "NOT_YOURS"}:
        raise Refusal("state" if "NOT_NOW" in codes else "forbidden", faults[0].text)
    refuse_faults(faults)
    to = next_state(all_.service.steps(), all_.state, act, parts)
    assert to is not None
    return to


async def take(ports: Ports, w: Writing, item: Item) -> None:
    """``application.open``: the first verifier has it; saying it again changes nothing. Who names the present holder
    takes it over; of two who do, the second one learns who has it now. Raises ``held``."""
    args: bodies.TakeCaseArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    app = all_.app
    if all_.state is State.CHECKED:
        if app.claimed_by == item.actor.account:
            return
        if args.holder is None or args.holder != app.claimed_by:
            raise Refusal("held", f"Sedang diperiksa {app.claimed_by_name}: tidak ada yang berubah.")
        await _take_over(w, item, all_)
        return
    before, app.state = app.state, step(all_, w, item, Act.OPEN, Given())
    app.claimed_by, app.claimed_by_name = item.actor.account, item.actor.name
    app.opened_at = app.updated_at = w.now
    await finish_step(ports, w, item, all_, Act.OPEN, before)


async def _take_over(w: Writing, item: Item, all_: Whole) -> None:
    """From a colleague who is away: no step, the marks and the state stay. What the other decides unseen meets a newer
    version of the case."""
    app = all_.app
    old = app.claimed_by_name
    app.claimed_by, app.claimed_by_name, app.updated_at = item.actor.account, item.actor.name, w.now
    await w.session.flush()
    await note(w, all_, item.actor, "ambil_alih", old={"holder": old}, new={"holder": app.claimed_by_name})
    await show_case(w, all_)


async def finish_step(
    ports: Ports, w: Writing, item: Item, all_: Whole, act: Act, before: str, reason: str = "", **new: Any
) -> None:
    """What every step ends with: stored, in the history, shown, told."""
    await w.session.flush()
    await note(w, all_, item.actor, act, before=before, reason=reason, new=new)
    await show_case(w, all_)
    await notices.tell(ports, w, all_)


async def open_mark(w: Writing, item: Item) -> None:
    """What must hold before a mark is merged: the case is being checked, and the item points to that version."""
    args: bodies.MarkArgs = item.args
    code = args.item or (item.current.body["item"] if item.current is not None else "")
    if item.record != mark_id(args.application, code):
        raise Refusal("not_found", MESSAGES["not_found"])
    all_ = await case_of(w, item)
    if all_.service.item(code) is None:
        raise Refusal("invalid", "Dokumen ini tidak ada pada daftar syarat. Tidak ada yang berubah.")
    if all_.state is not State.CHECKED:
        now = all_.service.state_name(all_.state)
        raise Refusal("locked", f"Tanda tidak dapat diubah pada tahap {now}. Tidak ada yang berubah.")


async def mark(ports: Ports, w: Writing, item: Item) -> None:
    """``application.mark``: a word on the version that the item points to now; on an older one it is a conflict."""
    args: bodies.MarkArgs = item.args
    all_ = await case_of(w, item)
    code = args.item or (item.current.body["item"] if item.current is not None else "")
    said = {name: item.merged.get(name) for name in ("mark", "version", "reason")}
    version = all_.versions().get(code)
    if said["mark"] is not None and (version is None or said["version"] != version):
        raise Refusal("invalid", "Dokumen ini sudah diganti. Buka versi barunya, lalu tandai lagi.")
    if said["mark"] not in (None, Mark.FINE) and not (said["reason"] or "").strip():
        checklist = all_.service.item(code)
        label = code if checklist is None else checklist.label
        raise Refusal("invalid", f"Tulis alasan untuk {label}.", fields={"reason": "Tulis alasan."})
    office = await ports.house.office(w.session, w.agency, w.now)
    row = all_.marks.get(code)
    old = {} if row is None else {"mark": row.mark, "version": row.version}
    if row is None:
        row = ApplicationMark(
            id=item.record, agency=w.agency, application=all_.app.id, item=code, day=office.today, at=w.now
        )
        w.session.add(row)
        all_.marks[code] = row
    row.mark, row.version, row.reason = said["mark"], said["version"], said["reason"] or ""
    row.by, row.by_name, row.day, row.at = item.actor.account, item.actor.name, office.today, w.now
    await w.session.flush()
    await _remember(w, all_, row)
    await show_mark(w, all_, row)
    await note(w, all_, item.actor, "tandai", object=code, reason=row.reason, old=old, new=said)


async def _remember(w: Writing, all_: Whole, row: ApplicationMark) -> None:
    """A version that was found *Sesuai* is offered in later cases."""
    version = all_.documents.get(all_.versions().get(row.item, ""))
    checklist = all_.service.item(row.item)
    if version is None or checklist is None or not checklist.reusable:
        return
    fine = row.mark == Mark.FINE
    version.fine_on = row.day if fine else None
    version.valid_until = valid_until(checklist, row.day) if fine else None
    await show_document(w, all_, version)


async def give_back(ports: Ports, w: Writing, item: Item) -> None:
    """``application.return``: all faults at once; only those open again, *Sesuai* marks stay."""
    args: bodies.ReturnArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    given = Given(reasons=args.reasons)
    to = step(all_, w, item, Act.RETURN, given)
    reasons = {code: one.reason for code, one in all_.marked().items() if one.reason} | dict(args.reasons)
    await reopen(w, item, all_, Act.RETURN, reopened(all_.case(), given), reasons)
    kept = after_return(all_.marked())
    for code, row in all_.marks.items():
        if row.mark is not None and code not in kept:
            row.mark = None
            await show_mark(w, all_, row)
    before, all_.app.state = all_.app.state, to
    all_.app.updated_at = w.now
    all_.app.claimed_by, all_.app.claimed_by_name = None, ""
    await close_submission(w, all_, to)
    told = {one.target: one.reason for one in all_.open}
    await look_again(ports, w, all_)
    await open_lacks(w, all_)
    await finish_step(ports, w, item, all_, Act.RETURN, before, reasons=told)


async def reopen(
    w: Writing, item: Item, all_: Whole, act: Act, targets: Mapping[str, str], reasons: Mapping[str, str]
) -> None:
    """Items and fields that the applicant may change again."""
    for target, version in targets.items():
        row = ApplicationReopened(
            id=uuid7(), agency=w.agency, application=all_.app.id, act=act, target=target,
            reason=reasons.get(target, ""), version=version or None, asked_at=w.now, asked_by_name=item.actor.name,
        )  # fmt: skip
        w.session.add(row)
        all_.open.append(row)
    all_.open.sort(key=lambda one: one.target)


async def close_submission(w: Writing, all_: Whole, outcome: str) -> None:
    """What became of the last submission."""
    query = select(ApplicationSubmission).where(
        col(ApplicationSubmission.application) == all_.app.id, col(ApplicationSubmission.round) == all_.app.round
    )
    row = (await w.session.execute(query)).scalars().first()
    if row is not None:
        row.outcome, row.decided_at = outcome, w.now
        await show_submission(w, all_, row)


async def reject(ports: Ports, w: Writing, item: Item) -> None:
    """``application.reject``: for good, with a reason; the case leaves its period."""
    args: bodies.ReasonArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    to = step(all_, w, item, Act.REJECT, Given(reason=args.reason))
    await end(ports, w, item, all_, Act.REJECT, to, args.reason.strip())


async def end(ports: Ports, w: Writing, item: Item, all_: Whole, act: Act, to: State, reason: str) -> None:
    """A step into a final state: the place of the subject and period is free, the times are fixed."""
    app = all_.app
    before, app.state, app.updated_at, app.finished_at = app.state, to, w.now, w.now
    app.active_key, app.reason = None, reason
    await close_submission(w, all_, to)
    await note(w, all_, item.actor, act, before=before, reason=reason)
    office = await ports.house.office(w.session, w.agency, w.now)
    took = times(await stays(w, app.id), w.now, office.working)
    if took is not None:
        app.service_clock, app.service_working = took.service_clock, took.service_working
        app.total_clock, app.total_working = took.total_clock, took.total_working
        app.late = _late(all_, took)
    await w.session.flush()
    await show_case(w, all_)
    await notices.tell(ports, w, all_)


def _late(all_: Whole, took: clocks.Times) -> int | None:
    verdict = clocks.judge(all_.service.timers, took)
    return None if verdict is None else verdict.late


async def verify(ports: Ports, w: Writing, item: Item) -> None:
    """``application.verify``: every document *Sesuai*, no stand-in left, and confirmed where the service asks."""
    args: bodies.VerifyArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    app, values = all_.app, all_.values()
    doubt = judge(all_.service.confirm, values, app.facts) if all_.service.confirm is not None else Truth.FALSE
    to = step(
        all_, w, item, Act.VERIFY, Given(confirmed=args.confirmed),
        blocking=tuple(guard_faults(all_.service, values)),
        to_confirm=all_.service.confirm_text if doubt is not Truth.FALSE else "",
    )  # fmt: skip
    before, app.state, app.confirmed = app.state, to, args.confirmed.strip()
    app.verified_at = app.updated_at = w.now
    app.verified_by, app.verified_by_name = item.actor.account, item.actor.name
    await close_submission(w, all_, to)
    await finish_step(ports, w, item, all_, Act.VERIFY, before, app.confirmed)


async def send_out(ports: Ports, w: Writing, item: Item) -> None:
    """``application.send_out``: the work outside the office began."""
    args: bodies.SendOutArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    to = step(all_, w, item, Act.SEND_OUT, Given())
    system = args.system.strip() or all_.service.flow.outside_system
    all_.outside = ApplicationOutside(
        id=uuid7(), agency=w.agency, application=all_.app.id, system=system, sent_on=args.sent_on,
        note=args.note.strip(), by_name=item.actor.name, at=w.now,
    )  # fmt: skip
    w.session.add(all_.outside)
    before, all_.app.state = all_.app.state, to
    all_.app.sent_out_at = all_.app.updated_at = w.now
    await finish_step(ports, w, item, all_, Act.SEND_OUT, before, args.note.strip(), system=system)


async def correct(ports: Ports, w: Writing, item: Item) -> None:
    """``application.correct``: the outside asks for named documents or fields again; exactly these open."""
    args: bodies.CorrectArgs = item.args
    all_ = await whole(w, await locked(w, item.record))
    given = Given(reasons=args.reasons)
    to = step(all_, w, item, Act.CORRECT, given)
    await reopen(w, item, all_, Act.CORRECT, {one: all_.versions().get(one, "") for one in args.reasons}, args.reasons)
    _received(all_, args.received_on)
    before, all_.app.state, all_.app.updated_at = all_.app.state, to, w.now
    await finish_step(ports, w, item, all_, Act.CORRECT, before, reasons=dict(args.reasons))


def _received(all_: Whole, day: date | None) -> None:
    if all_.outside is not None and day is not None:
        all_.outside.received_on = day
