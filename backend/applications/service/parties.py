"""Parties: a space each, their officers' accounts, and the office's word on who may send."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.applications import bodies
from backend.applications.models import (
    Application,
    ApplicationOutput,
    ApplicationSubmission,
    DocumentVersion,
    Party,
    PartyOfficer,
)
from backend.applications.rules.conditions import is_empty
from backend.applications.rules.definition import Subject
from backend.applications.rules.names import folded
from backend.applications.rules.placeholders import USUAL_GUARD, holds_mark, is_stand_in
from backend.applications.rules.states import ACTIVE
from backend.applications.service.noting import show_history
from backend.applications.service.showing import (
    at,
    show_case,
    show_document,
    show_mark,
    show_output,
    show_parts,
    show_submission,
)
from backend.applications.service.stored import locked, whole
from backend.identity.models import AGENCY, CREDENTIAL, PERSON
from backend.identity.rules import numbers
from backend.identity.service.people import insert_people, new_person
from sync.actors import Actor
from sync.answers import MESSAGES
from sync.errors import Refusal
from sync.ids import is_uuid, uuid7
from sync.writing import Item, Writing

ACCOUNT = "party_account"
_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s]+\.[^@\s]{2,}\Z")
MOST_OFFICERS = 20
MOST_LETTERS, MOST_POSITION = 200, 150
"""Of names and addresses as they are compared (one sign may be many letters there), and of a position."""
TAKEN = "Identitas ini sudah terdaftar. Masuk dengan akun itu, atau hubungi kantor bila lupa kata sandi."
PARTY_TAKEN = "Unit partai ini sudah punya ruang. Minta pengurus yang terdaftar, atau hubungi kantor."

REPLACED = "Pengurus lain sudah membuka ruang untuk unit partai ini. Tambahkan pengurus ini di sana."


async def sign_up(w: Writing, args: bodies.SignUpArgs, password_hash: str, today: date) -> str:
    """A new account with a new space; gives the account's id. A space that only refused officers have left, and from
    which nothing was ever sent, holds nobody else back. Raises ``invalid`` by input, ``exists``."""
    _check(args)
    email, phone = await _free(w, args)
    key = folded(args.party)
    query = select(Party).where(col(Party.agency) == w.agency, col(Party.name_key) == key)
    space = (await w.session.execute(query)).scalars().first()
    if space is not None:
        if not await _is_left(w, space):
            raise Refusal("exists", PARTY_TAKEN, fields={"party": PARTY_TAKEN})
        # A space of its own: the drafts of whoever was refused are none of the newcomer's.
        space.name_key = space.id
        await w.session.flush()
    party = Party(id=uuid7(), agency=w.agency, name=args.party.strip(), name_key=key, created_at=w.now)
    w.session.add(party)
    officer = await _account(w, party, args, email, phone, today)
    await w.session.execute(
        insert(CREDENTIAL), [{"account": officer.id, "password_hash": password_hash, "changed": w.now}]
    )
    await show(w, officer)
    return officer.id


async def _is_left(w: Writing, party: Party) -> bool:
    """Whether the office refused every officer of a party that never sent anything."""
    p, a = PartyOfficer, Application
    known = select(col(p.id)).where(col(p.party) == party.id, col(p.refused_at).is_(None))
    sent = select(col(a.id)).where(
        col(a.agency) == w.agency, col(a.subject) == party.id, col(a.first_submitted_at).is_not(None)
    )
    return all([(await w.session.execute(query.limit(1))).first() is None for query in (known, sent)])


async def add(w: Writing, party: Party, args: bodies.SignUpArgs, today: date, approver: Actor | None) -> str:
    """One more officer of a party, with an account that an activation code opens; gives its id. ``approver``: who
    lets it send at once, ``None`` if the office has yet to say so. The party's cases are the new officer's too.

    Raises ``invalid`` by input, ``exists``, ``too_many``.
    """
    _check(args)
    email, phone = await _free(w, args)
    p = PartyOfficer
    known = select(func.count()).select_from(p).where(col(p.party) == party.id, col(p.refused_at).is_(None))
    if (await w.session.execute(known)).scalar_one() >= MOST_OFFICERS:
        raise Refusal("too_many", f"Satu unit partai paling banyak {MOST_OFFICERS} pengurus. Tidak ada yang berubah.")
    officer = await _account(w, party, args, email, phone, today)
    if approver is not None:
        officer.approved_at, officer.approved_by, officer.approved_by_name = w.now, approver.account, approver.name
        await w.session.flush()
    await show(w, officer)
    await _show_space(w, officer)
    return officer.id


async def of(session: AsyncSession, agency: str, account: str, party: str | None) -> Party | None:
    """The party to which an approved officer of it may add another; ``party``: the one that is meant, if named."""
    officer = await session.get(PartyOfficer, account)
    if officer is None or officer.agency != agency or officer.approved_at is None or officer.refused_at is not None:
        return None
    return await session.get(Party, officer.party) if party in (None, officer.party) else None


async def find(session: AsyncSession, agency: str, id: str | None) -> Party | None:
    """A party of the agency."""
    found = await session.get(Party, id) if is_uuid(id) else None
    return found if found is not None and found.agency == agency else None


async def _free(w: Writing, args: bodies.SignUpArgs) -> tuple[str, str]:
    """Email and phone as they are kept, if nobody has them. Raises ``exists``."""
    await _in_turn(w)
    email = args.email.strip().casefold()
    if email:
        taken = await w.session.execute(select(PERSON.c.id).where(PERSON.c.email_key == email))
        if taken.first() is not None:
            raise Refusal("exists", TAKEN, fields={"email": TAKEN})
    phone = numbers.mobile(args.phone)
    if phone:
        used = await w.session.execute(select(PERSON.c.id).where(PERSON.c.phone == phone, PERSON.c.kind == "EXTERNAL"))
        if used.first() is not None:
            raise Refusal("exists", TAKEN, fields={"phone": TAKEN})
    return email, phone


async def _in_turn(w: Writing) -> None:
    """One after the other in an agency, so that of two at the same moment the second one reads that it is too late."""
    await w.session.execute(select(AGENCY.c.id).where(AGENCY.c.id == w.agency).with_for_update(key_share=True))


async def _account(
    w: Writing, party: Party, args: bodies.SignUpArgs, email: str, phone: str, today: date
) -> PartyOfficer:  # fmt: skip
    """The person and the officer; there is no password yet."""
    person = new_person(
        w.agency, w.now, kind="EXTERNAL", name=args.name.strip(), email=email or None, phone=phone or None,
        position=args.position.strip() or None,
    )  # fmt: skip
    await insert_people(w.connection, [person], today)
    officer = PartyOfficer(
        id=person["id"], agency=w.agency, party=party.id, name=args.name.strip(), position=args.position.strip(),
        phone=phone, email=email, created_at=w.now,
    )  # fmt: skip
    w.session.add(officer)
    await w.session.flush()
    return officer


async def _show_space(w: Writing, officer: PartyOfficer) -> None:
    """Everything of the party's cases, after somebody came to the party or left it."""
    a = Application
    query = select(col(a.id)).where(
        col(a.agency) == w.agency, col(a.subject) == officer.party, col(a.erased_at).is_(None)
    )
    ids = sorted((await w.session.execute(query)).scalars())
    await w.lock("application", ids)
    for id in ids:
        all_ = await whole(w, await locked(w, id))
        await show_parts(w, all_)
        await show_history(w, all_)
        left = frozenset() if officer.refused_at is None else frozenset({f"person:{officer.id}"})
        brought = select(DocumentVersion).where(
            col(DocumentVersion.application) == id, col(DocumentVersion.erased_at).is_(None)
        )
        for version in (await w.session.execute(brought)).scalars():
            await show_document(w, all_, version, left)
        for mark in all_.marks.values():
            await show_mark(w, all_, mark)
        sent = select(ApplicationSubmission).where(col(ApplicationSubmission.application) == id)
        for receipt in (await w.session.execute(sent)).scalars():
            await show_submission(w, all_, receipt)
        made = select(ApplicationOutput).where(col(ApplicationOutput.application) == id)
        for output in (await w.session.execute(made)).scalars():
            await show_output(w, all_, output)


def _check(args: bodies.SignUpArgs) -> None:
    faults = {}
    for name, label in (("party", "Nama unit partai"), ("name", "Nama pengurus")):
        text = getattr(args, name)
        if is_empty(text.strip()) or not folded(text):
            faults[name] = f"Isi {label}."
        elif is_stand_in(text, USUAL_GUARD):
            faults[name] = f"{label} masih teks contoh."
        elif holds_mark(text):
            faults[name] = f"{label} memuat '${{'. Hapus tanda itu."
        elif len(folded(text)) > MOST_LETTERS:
            faults[name] = f"{label} terlalu panjang. Pendekkan."
    if len(args.position.strip()) > MOST_POSITION:
        faults["position"] = f"Jabatan paling banyak {MOST_POSITION} huruf."
    email = args.email.strip()
    if email and (not _EMAIL.match(email) or len(email.casefold()) > MOST_LETTERS):
        faults["email"] = "Alamat email ini belum benar."
    if args.phone.strip() and not numbers.mobile(args.phone):
        faults["phone"] = "Nomor HP ini belum benar. Tulis seperti 0812 3456 7890."
    if not args.email.strip() and not args.phone.strip():
        faults["email"] = "Isi email atau nomor HP: dengan itu Anda masuk."
    if faults:
        raise Refusal("invalid", f"{' '.join(faults.values())} Isian lain aman.", fields=faults)


async def approve(w: Writing, item: Item) -> None:
    """``party.approve``: the officer may send from now on, or is not known. Raises ``invalid`` without a reason."""
    args: bodies.ApproveArgs = item.args
    officer = await w.session.get(PartyOfficer, item.record, with_for_update=True)
    if officer is None or officer.agency != w.agency:
        raise Refusal("not_found", MESSAGES["not_found"])
    if not args.approved and not args.reason.strip():
        raise Refusal("invalid", "Tulis alasan penolakan akun. Tidak ada yang berubah.")
    was_out = officer.refused_at is not None
    if args.approved and was_out:
        await _take_back(w, officer)
    officer.approved_at = w.now if args.approved else None
    officer.refused_at = None if args.approved else w.now
    officer.approved_by, officer.approved_by_name = item.actor.account, item.actor.name
    officer.reason = args.reason.strip()
    await w.session.flush()
    await show(w, officer)
    await _tell_cases(w, officer)
    # Who may see the party's cases changes only with those who come and go: whoever writes in one is not disturbed.
    if was_out or not args.approved:
        await _show_space(w, officer)


async def _take_back(w: Writing, officer: PartyOfficer) -> None:
    """An officer who was refused by mistake has the space again, unless another began one for the party meanwhile."""
    await _in_turn(w)
    party = await w.session.get(Party, officer.party, populate_existing=True)
    assert party is not None
    if party.name_key != party.id:
        return
    key = folded(party.name)
    begun = select(col(Party.id)).where(col(Party.agency) == w.agency, col(Party.name_key) == key)
    if (await w.session.execute(begun)).first() is not None:
        raise Refusal("exists", REPLACED)
    party.name_key = key


async def _tell_cases(w: Writing, officer: PartyOfficer) -> None:
    """Cases under way say whether their account may send."""
    query = select(col(Application.id)).where(
        col(Application.agency) == w.agency, col(Application.subject) == officer.party,
        col(Application.state).in_(sorted(ACTIVE)),
    )  # fmt: skip
    for id in sorted((await w.session.execute(query)).scalars()):
        await w.lock("application", [id])
        app = await locked(w, id)
        approved = officer.approved_at is not None
        if app.account != officer.id or app.facts.get("approved") == approved:
            continue
        app.facts = {**app.facts, "approved": approved}
        assert app.subject_kind == Subject.PARTY
        await w.session.flush()
        await show_case(w, await whole(w, app))


async def show(w: Writing, officer: PartyOfficer) -> None:
    """The accounts of a party after one of them changed: each to its officer, to the others who act for the party, and
    to whoever approves accounts. Who was refused reads the own one only."""
    # Of two changes at the same moment the second one tells what the first one left.
    party = await w.session.get(Party, officer.party, with_for_update=True)
    assert party is not None
    p = PartyOfficer
    all_ = (await w.session.execute(select(p).where(col(p.party) == party.id))).scalars().all()
    acting = {f"person:{one.id}" for one in all_ if one.refused_at is None}
    for one in sorted(all_, key=lambda one: one.id):
        _show_account(w, party, one, acting)


def _show_account(w: Writing, party: Party, officer: PartyOfficer, acting: set[str]) -> None:
    body = bodies.PartyAccountBody(
        party=party.id, party_name=party.name, name=officer.name, position=officer.position, phone=officer.phone,
        email=officer.email, approved=officer.approved_at is not None, approved_by_name=officer.approved_by_name,
        refused=officer.refused_at is not None, reason=officer.reason, at=at(officer.created_at) or "",
    )  # fmt: skip
    w.publish(ACCOUNT, officer.id, body, acting | {f"person:{officer.id}", f"role:SUP@{w.agency}"})
