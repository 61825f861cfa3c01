"""Who is told what about a case: push through the outbox, a text through the agency's gateway; both in the same
transaction as the step. Nothing of it can stop the step."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import Application, ApplicationNotice
from backend.applications.ports import Contact, Ports
from backend.applications.rules.definition import Subject
from backend.applications.rules.states import Part
from backend.applications.service.rights import EMPLOYEE, PARTY_OFFICER
from backend.applications.service.showing import at, officers_of
from backend.applications.service.stored import Whole, locked, whole
from backend.gateway import service as gateway
from backend.gateway.models import Gateway, GatewayText
from backend.gateway.rules import State
from backend.identity.rules import numbers
from backend.jobs import service as jobs
from backend.jobs.models import JobState
from backend.notifications.service import Notice, notify_all
from sync.ids import derived
from sync.writing import Writing

NOTICE = "application_notice"
SUBJECT = "subjek"
WAITING, HANDED, SENT, FAILED, NO_NUMBER = "antre", "diserahkan", "terkirim", "gagal", "tanpa_nomor"
OPEN = (WAITING, NO_NUMBER, HANDED)
_ENDS = {State.SENT: SENT, State.ACCEPTED: SENT, State.FAILED: FAILED, State.REFUSED: FAILED}
_OFF = "Gateway WhatsApp belum dipasang atau dimatikan. Pesan antre."
MOST = 200
"""So many texts are looked at in one go."""
FORWARD_JOB = "applications.forward"
RETRY = timedelta(minutes=10)
"""So often a text that waits for a gateway is tried again."""


def number_of(phone: str) -> str:
    """A mobile number as gateways take it (``628...``); empty if it cannot be one."""
    found = numbers.mobile(phone)
    return f"62{found[1:]}" if found else ""


async def tell(ports: Ports, w: Writing, all_: Whole) -> None:
    """What the service says when a case reaches its present state."""
    app = all_.app
    status = all_.service.state_name(all_.state)
    for place, said in enumerate(all_.service.notices):
        if said.state != app.state:
            continue
        text = said.text.replace("{service}", all_.service.title).replace("{status}", status)
        accounts = await _accounts(ports, w, all_, said.to)
        contacts = [one for one in await ports.house.contacts(w.session, w.agency, sorted(accounts)) if one.wants]
        await notify_all(w.session, [_push(app, one, text) for one in contacts], now=w.now)
        external = [one for one in contacts if one.account in await _outsiders(w, all_)]
        for one in external:
            await _text(w, all_, one, text, f"{app.round}:{app.state}:{place}")


def _push(app: Application, to: Contact, text: str) -> Notice:
    url = f"/permohonan/{app.id}" if app.subject_kind == Subject.PARTY else f"/usul/{app.id}"
    return Notice(app.agency, to.account, "application.case", "Kabar permohonan", text, url, app.id)


async def _accounts(ports: Ports, w: Writing, all_: Whole, to: tuple[str, ...]) -> set[str]:
    app, found = all_.app, set[str]()
    for word in to:
        if word == SUBJECT:
            found.update(await _outsiders(w, all_))
        elif word in (Part.APPLICANT, Part.BEHALF):
            found.add(app.account)
        else:
            for code in all_.service.roles.get(word, ()):
                if code not in (EMPLOYEE, PARTY_OFFICER):
                    found.update(await ports.house.officers(w.session, w.agency, code, app.unit, w.now))
    return found


async def _outsiders(w: Writing, all_: Whole) -> set[str]:
    """Whom the case is about: they get a text besides the push."""
    if all_.app.subject_kind == Subject.EMPLOYEE:
        return {all_.app.subject}
    return set(await officers_of(w, all_.app))


async def _text(w: Writing, all_: Whole, to: Contact, text: str, key: str) -> None:
    """A text to somebody, to go out by :func:`forward`; one that cannot go is listed to the office."""
    app = all_.app
    id = derived(app.id, f"notice:{key}:{to.account}")
    if await w.session.get(ApplicationNotice, id) is not None:
        return
    row = ApplicationNotice(
        id=id, agency=w.agency, application=app.id, account=to.account, account_name=to.name, channel="wa",
        state=app.state, text=text, status=WAITING, at=w.now,
    )  # fmt: skip
    w.session.add(row)
    await w.session.flush()
    await _hand_over(w, row, to, await _gateway(w))
    show_notice(w, all_, row)


async def _hand_over(w: Writing, row: ApplicationNotice, to: Contact, door: str | None) -> None:
    """By the number of this moment, if there is a gateway that is switched on."""
    number = number_of(to.phone)
    if not number:
        row.status = NO_NUMBER
        row.problem = "Nomor HP tidak dapat dipakai." if to.phone.strip() else "Nomor HP kosong."
    elif door is None:
        row.status, row.problem = WAITING, _OFF
        await _arm(w, w.now + RETRY)
    else:
        row.status, row.problem = HANDED, ""
        await gateway.enqueue(w.session, gateway.Outgoing(row.id, w.agency, door, number, row.text, None), w.now)


async def _gateway(w: Writing) -> str | None:
    """The agency's gateway for WhatsApp, if one is switched on."""
    query = select(col(Gateway.id)).where(
        col(Gateway.agency) == w.agency, col(Gateway.channel) == "whatsapp", col(Gateway.active).is_(True)
    )
    return (await w.session.execute(query.order_by(col(Gateway.code)))).scalars().first()


async def people_changed(w: Writing) -> None:
    """Somebody's number may be another one: texts that wait are tried as soon as the change is committed."""
    n = ApplicationNotice
    query = select(col(n.id)).where(col(n.agency) == w.agency, col(n.status).in_((WAITING, NO_NUMBER))).limit(1)
    if (await w.session.execute(query)).first() is not None:
        await jobs.schedule(w.session, FORWARD_JOB, w.agency, w.now, {}, w.agency)


async def _arm(w: Writing, due: datetime) -> None:
    """Look again at ``due`` whether the gateway is back; a pass that is armed already stays as it is."""
    job = await jobs.find(w.session, FORWARD_JOB, w.agency)
    if job is None or job.state != JobState.WAITING:
        await jobs.schedule(w.session, FORWARD_JOB, w.agency, due, {}, w.agency)


async def forward(ports: Ports, w: Writing, after: str | None = None) -> tuple[int, str | None]:
    """Texts that waited for a gateway or for a number go out by today's number; what became of others is noted.
    How many changed, and the last one's id while there may be more. Harmless when repeated."""
    n = ApplicationNotice
    query = select(n).where(col(n.agency) == w.agency, col(n.status).in_(OPEN))
    if after is not None:
        query = query.where(col(n.id) > after)
    rows = list((await w.session.execute(query.order_by(col(n.id)).limit(MOST))).scalars())
    contacts = {one.account: one for one in await ports.house.contacts(w.session, w.agency, [r.account for r in rows])}
    door, changed = await _gateway(w), 0
    for row in rows:
        before = (row.status, row.problem)
        if row.status == HANDED:
            text = await w.session.get(GatewayText, row.id, populate_existing=True)
            row.status = _ENDS.get(State(text.state), HANDED) if text is not None else HANDED
        elif row.account in contacts:
            await _hand_over(w, row, contacts[row.account], door)
        if (row.status, row.problem) == before:
            continue
        changed += 1
        row.ended_at = w.now if row.status in (SENT, FAILED) else None
        await w.session.flush()
        show_notice(w, await whole(w, await locked(w, row.application)), row)
    return changed, rows[-1].id if len(rows) == MOST else None


def show_notice(w: Writing, all_: Whole, row: ApplicationNotice) -> None:
    """A text, to the office: without the number."""
    body = bodies.NoticeBody(
        application=row.application, to_name=row.account_name, channel=row.channel, state=row.state,
        status=row.status, problem=row.problem, at=at(row.at) or "",
    )  # fmt: skip
    place = all_.app.unit or all_.app.agency
    codes = {code for part in (Part.VERIFIER, Part.ISSUER) for code in all_.service.roles.get(part, ())}
    w.publish(NOTICE, row.id, body, {f"role:{code}@{place}" for code in codes - {EMPLOYEE, PARTY_OFFICER}})
