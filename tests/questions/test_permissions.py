"""Every act by every role: what is not granted is refused, and foreign threads do not exist."""

from typing import Any

import pytest

from backend.database.engine import Database
from backend.keys import Keys
from backend.questions.models import Question, QuestionEvent, QuestionMessage
from sync.actors import Actor
from sync.ids import uuid7
from tests.questions.office import ASK_PANGKAT, Office
from tests.support.clock import SettableClock

ROLES = {
    "asker": ("guru", None),
    "employee": ("penyuluh", None),
    "ADM": ("admin_penyaring", "ADM"),
    "KTM": ("ketua_tim", "KTM"),
    "OPR": ("operator1", "OPR"),
    "BID of the unit": ("kabid_mutasi", "BID"),
    "BID elsewhere": ("kabid_ppi", "BID"),
    "TEL": ("telepon", "TEL"),
    "LKT": ("loket", "LKT"),
    "KPL": ("kepala_bkpsdm", "KPL"),
    "PIM": ("sekda", "PIM"),
    "PGW": ("sekretaris", "PGW"),
    "HRA": ("hr_admin", "HRA"),
    "VER": ("verifikator", "VER"),
    "SUP": ("super_layanan", "SUP"),
    "WBS": ("penerima_laporan", "WBS"),
    "OPD": ("opd_dikbud", "OPD"),
    "SYS": ("teknisi", "SYS"),
    "DPB": ("operator1", "DPB"),
}
DESK = {"ADM", "KTM", "OPR", "BID of the unit"}
GRANTED = {
    "question.ask": {"asker", "employee"},
    "question.message": {"asker"},
    "question.close": {"asker"},
    "question.cancel": {"asker"},
    "question.reopen": {"asker", "ADM", "KTM", "OPR"},
    "question.read": {"asker", *DESK},
    "question.assign": {"ADM", "KTM"},
    "question.claim": {"OPR"},
    "question.forward": {"OPR", "ADM"},
    "question.answer": {"OPR"},
    "question.ask_back": {"OPR"},
    "question.correct": {"OPR"},
    "question.merge": {"ADM"},
    "question.file": set[str](),
    "question.note": DESK,
    "question.enter": {"LKT", "ADM", "OPR"},
    "question.call": {"TEL"},
    "question.relay": {"LKT", "ADM", "OPR"},
    "question.identify": {"OPR"},
    "question.sent": {"OPR"},
    "question.resend": {"OPR"},
    "question.receive": set[str](),
    "question.delivered": set[str](),
    "question.route": set[str](),
    "question.lapse": set[str](),
    "question.escalate": set[str](),
}


BEGINNING = {"question.ask", "question.enter", "question.call"}
ELSEWHERE = {"question.identify", "question.sent", "question.resend", "question.relay"}
"""They need a question of another channel: ``test_doors`` and ``test_gateway`` take them."""


def _args(office: Office, kind: str, question: str) -> tuple[str, dict[str, Any]]:
    thread = {"question": question}
    return {
        "question.ask": (uuid7(), {"text": ASK_PANGKAT}),
        "question.message": (uuid7(), thread | {"text": "Halo"}),
        "question.note": (uuid7(), thread | {"text": "Catatan"}),
        "question.read": (uuid7(), thread | {"at": "2026-11-20T02:00:00.000Z"}),
        "question.assign": (question, {"category": "sk", "unit": office.units["MUTASI"]}),
        "question.forward": (question, {"unit": office.units["PPI"], "note": "Mohon."}),
        "question.answer": (question, {"text": "Ya.", "messageId": uuid7()}),
        "question.ask_back": (question, {"text": "Apa?", "messageId": uuid7()}),
        "question.correct": (question, {"text": "Lebih tepat.", "messageId": uuid7(), "versionOf": uuid7()}),
        "question.merge": (question, {"into": uuid7()}),
        "question.file": (question, {"file": uuid7()}),
        "question.reopen": (question, {"reason": "Masih."}),
        "question.enter": (uuid7(), {"channel": "loket", "text": "Mau bertanya soal cuti."}),
        "question.call": (uuid7(), {"text": "Kapan cuti?", "answer": "Besok."}),
        "question.relay": (uuid7(), thread | {"text": "Halo"}),
        "question.identify": (
            question,
            {"identifier": "1", "birthDate": "1990-03-15", "means": "hubungi_balik"},
        ),
        "question.sent": (question, {"messageId": uuid7()}),
        "question.resend": (question, {"messageId": uuid7()}),
        "question.receive": (
            uuid7(),
            {"gateway": uuid7(), "channel": "whatsapp", "address": "a", "name": "", "text": "x"},
        ),
        "question.delivered": (question, {"messageId": uuid7(), "outcome": "gagal"}),
        "question.escalate": (question, {"level": 1, "clockFrom": "2026-11-20T02:00:00.000Z"}),
    }.get(kind, (question, {}))


def test_the_matrix_names_every_kind_of_the_room(office_registry: set[str]) -> None:
    assert set(GRANTED) == office_registry


@pytest.fixture
def office_registry() -> set[str]:
    from backend.questions import records
    from backend.questions.ports import Ports
    from sync.registry import Registry

    registry = Registry()
    nobody: Ports = None  # type: ignore[assignment]
    records.declare(registry, nobody)
    return {kind.name for kind in registry.mutations()}


@pytest.mark.parametrize("kind", sorted(GRANTED))
async def test_an_act_is_refused_to_every_role_that_lacks_it(office: Office, kind: str) -> None:
    record = await office.ask()
    await office.take("operator1", record)
    before, version = await office.question(record), await office.version("question", record)
    for name, (key, role) in ROLES.items():
        if name in GRANTED[kind]:
            continue
        target, args = _args(office, kind, record)
        answer = await office.act(key, role, kind, target, **args)
        sees = name in DESK or key in ("guru", "operator1")  # what one may see is `forbidden`, all else not there
        expected = {"forbidden"} if sees or kind in BEGINNING else {"not_found"}
        if not GRANTED[kind]:
            expected = {"not_found"}
        assert answer.status == "rejected", (name, kind, answer.wire())
        assert answer.code in expected, (name, kind, answer.wire())
    assert await office.question(record) == before
    assert await office.version("question", record) == version
    assert await office.count(Question) == 1


@pytest.mark.parametrize("kind", sorted(kind for kind, who in GRANTED.items() if who and kind not in ELSEWHERE))
async def test_an_act_is_open_to_the_roles_that_have_it(office: Office, kind: str) -> None:
    for name in sorted(GRANTED[kind]):
        key, role = ROLES[name]
        if kind in ("question.close", "question.reopen", "question.correct"):
            record = await office.answered()
        else:
            record = await office.ask()
        if name == "OPR" and kind not in ("question.claim", "question.reopen", "question.correct"):
            await office.take(key, record)
        if kind == "question.close":
            await office.appears("guru")
        target, args = _args(office, kind, record)
        if kind == "question.correct":
            [answered] = await office.rows(QuestionMessage, question=record)
            args["versionOf"] = answered.id
        if kind == "question.merge":
            target, args = await office.ask(), {"into": record}
        answer = await office.act(key, role, kind, target, **args)
        assert answer.status == "applied", (name, answer.wire())


async def test_another_agency_sees_and_does_nothing(office: Office) -> None:
    record = await office.ask()
    stranger = Actor(
        account=uuid7(), agency=uuid7(), role="ADM", grant=uuid7(), scope=frozenset(office.units.values()),
        audiences=frozenset({f"role:ADM@{office.units['SKR']}"}),
    )  # fmt: skip
    async with office.db.writing() as connection:
        await office.engine.add_agency(connection, stranger.agency)
    for kind in ("question.assign", "question.note"):
        target, args = _args(office, kind, record)
        answer = await office.engine.execute(stranger, kind, target, args, seen={record: 1})
        assert (answer.status, answer.code) == ("rejected", "not_found")
    assert len(await office.rows(QuestionEvent)) == 2


async def test_an_external_account_asks_nothing_here(office: Office) -> None:
    own = await office.actor("guru")
    external = Actor(account=own.account, agency=own.agency, audiences=own.audiences, facts={"kind": "EXTERNAL"})
    answer = await office.engine.execute(external, "question.ask", uuid7(), {"text": ASK_PANGKAT})
    assert (answer.status, answer.code) == ("rejected", "forbidden")


async def test_an_agency_that_has_not_opened_the_service_says_where_to_ask(
    db: Database, keys: Keys, clock: SettableClock
) -> None:
    office = await Office(db, keys, clock).build(services=["ratings"])
    answer = await office.act("guru", None, "question.ask", uuid7(), text=ASK_PANGKAT)
    assert (answer.status, answer.code) == ("rejected", "closed")
    assert "lewat telepon" in (answer.message or "")
    assert await office.rows(Question) == []
