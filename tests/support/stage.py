"""The stage of browser tests: a small demo town behind a network that can fail, and how its people sign in."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sync.ids import uuid7
from tests.support.background import Background, PushService
from tests.support.chromium import Profile, until
from tests.support.fault_proxy import FaultProxy
from tests.support.phone import Json, Phone
from tests.support.server import ROOT, ServerProcess

T = TypeVar("T")
_DEMO = json.loads((ROOT / "backend" / "demo" / "demo_accounts.json").read_text())
PASSWORD: str = _DEMO["password"]
IDENTIFIERS: dict[str, str] = {account["key"]: account["identifier"] for account in _DEMO["accounts"]}


@dataclass
class Stage:
    """The server, the network before it, and the service that carries push messages."""

    server: ServerProcess
    network: FaultProxy
    push: PushService


def _server(folder: Path, *, faulty: bool = False) -> ServerProcess:
    demo = folder / "demo"
    settings = {
        "SAMBUNG_ENVIRONMENT": "demo",
        "SAMBUNG_KEYS_FILE": str(demo / "keys.json"),
        "SAMBUNG_DATA_DIR": str(demo / "files"),
        "SAMBUNG_PWA_DIR": str(folder / "app"),
    }
    return ServerProcess(folder / "server", f"sqlite:///{demo / 'sambung.sqlite3'}", settings=settings, faulty=faulty)


def make_town(folder: Path) -> Path:
    """Make the town with ``sambung demo``, its offices shut; returns the folder that :func:`open_stage` copies."""
    program = (sys.executable, "-m", "tests.support.town")
    arguments = ("demo", "--seed-only", "--small", "--directory", str(folder / "demo"))
    _server(folder).command(*arguments, seconds=280, program=program)
    return folder / "demo"


@contextmanager
def open_stage(folder: Path, town: Path, *, faulty: bool = False) -> Iterator[Stage]:
    """Serve a copy of a town until the block ends; the app is copied too: somebody may be building it anew.

    A ``faulty`` server can be armed to die (:class:`tests.support.server.ServerProcess`).
    """
    shutil.copytree(town, folder / "demo")
    shutil.copytree(ROOT / "pwa" / "dist", folder / "app")
    server = _server(folder, faulty=faulty)
    with FaultProxy(server.port) as network, PushService() as push:
        server.public_port = network.port
        with server:
            yield Stage(server, network, push)


def sign_in(profile: Profile, key: str) -> Page:
    """Sign in as somebody of the demo accounts; ends on the home page with the service worker in charge."""
    page = profile.open("/masuk")
    fill_sign_in(page, key)
    profile.worker_ready()
    return page


def fill_sign_in(page: Page, key: str) -> None:
    """Fill in the sign-in form that is shown, and wait until the person is in."""
    page.get_by_label("NIP, kode pegawai, atau email").fill(IDENTIFIERS[key])
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    enter = page.get_by_role("button", name="Masuk", exact=True)
    enter.click()

    def is_in() -> bool:
        if "/masuk" not in page.url:
            return True
        # As the sentence says: the server of a machine with much to do lets people try again.
        if page.get_by_text("Server sedang sibuk.").is_visible():
            with suppress(PlaywrightTimeout):
                enter.click(timeout=2_000)
        return False

    until(is_in, "the person is in", page=page, every=0.2, seconds=60)
    page.wait_for_load_state()


_PULLED = """async () => {
  for (const { name } of await indexedDB.databases()) if (name.startsWith('sambung.')) {
    const db = await new Promise((done) => {
      const open = indexedDB.open(name); open.onsuccess = () => done(open.result); });
    const row = db.transaction('meta').objectStore('meta').get('state');
    const state = await new Promise((done) => { row.onsuccess = () => done(row.result); });
    db.close();
    if (state?.pulledAt) return true; }
  return false; }"""


def pulled(page: Page) -> None:
    """Wait until the phone holds what the server has for its person: without it much is not shown offline."""
    until(lambda: page.evaluate(_PULLED), "the first pull is complete", page=page, seconds=60)


def ask(page: Page, text: str) -> None:
    """Write a question and send it, from the home page, as a person does."""
    field = page.get_by_label("Apa yang ingin Anda tanyakan?")
    tap = page.get_by_role("link", name="Tanya petugas").first
    tap.click()
    try:
        field.wait_for(timeout=8_000)
    except PlaywrightTimeout:
        # What arrives moves the home page: a finger that met nothing taps once more.
        if tap.is_visible():
            tap.click()
    field.fill(text)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim", exact=True).click()


def open_outbox(page: Page) -> None:
    """Through the menu, as everybody whose bar has no room for it."""
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Kotak Keluar").click()


def write_on(page: Page, text: str) -> None:
    """Write on in the conversation that is open, as a person does; returns when it is saved."""
    page.get_by_label("Tulis pesan").fill(text)
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_label("Tulis pesan")).to_have_value("")


def take(desk: Page) -> None:
    """Take the question that is open at the desk; in office hours the filter may have given it to this operator."""
    offered = desk.get_by_role("button", name="Ambil", exact=True)
    held = desk.get_by_role("radio", name="Jawab penanya")
    expect(offered.or_(held).first).to_be_visible()
    if offered.is_visible():
        offered.click()
    expect(held).to_be_visible()


def on_phone(stage: Stage, key: str, work: Callable[[Phone], Awaitable[T]]) -> T:
    """Let somebody do something over HTTP, on another device; beside playwright's own loop."""

    async def run() -> T:
        async with Phone(stage.server.url) as phone:
            await phone.sign_in(IDENTIFIERS[key], PASSWORD)
            return await work(await phone.pull())

    background = Background()
    try:
        return background.run(run())
    finally:
        background.stop()


def records_of(stage: Stage, key: str, kind: str) -> dict[str, Json]:
    """All records of a kind that somebody has on the server, by id, in the order in which they arrived there."""

    async def held(phone: Phone) -> dict[str, Json]:
        return phone.held(kind)

    return on_phone(stage, key, held)


def held_by(stage: Stage, key: str, kind: str, text: str) -> int:
    """How many records of a kind with this text somebody has on the server."""
    return sum(body["text"] == text for body in records_of(stage, key, kind).values())


def answer_from_desk(stage: Stage, text: str, answer: str) -> None:
    """The desk filters the question with this text, takes it and answers, on other computers."""

    async def act(phone: Phone, kind: str, role: str, **args: Any) -> None:
        id = next(id for id, body in phone.held("question").items() if body["text"] == text)
        args = {name: value or phone.records["question", id][name] for name, value in args.items()}
        [result] = await phone.push(phone.command(kind, id, args, role=role))
        assert result["status"] == "applied", result
        await phone.pull()

    async def filter_it(phone: Phone) -> None:
        await act(phone, "question.assign", "ADM", category=None, unit=None)

    async def answer_it(phone: Phone) -> None:
        await act(phone, "question.claim", "OPR")
        await act(phone, "question.answer", "OPR", text=answer, messageId=uuid7())

    on_phone(stage, "admin_penyaring", filter_it)
    on_phone(stage, "operator1", answer_it)


def questions_of(stage: Stage, key: str) -> list[str]:
    """The texts of somebody's questions as the server holds them, sorted."""
    return sorted(body["text"] for body in records_of(stage, key, "question").values())


def send_first(stage: Stage, first: Profile, later: Profile) -> None:
    """Restore the network while the page of ``later`` is put away: what ``first`` wrote is the earlier word. Both show
    their outbox afterwards."""
    later.page.goto("about:blank")
    stage.network.restore()
    first.open("/kotak-keluar")
    expect(first.page.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=60_000)
    later.open("/kotak-keluar")
