"""A counter tablet in a real browser: two hours without signal, a change of shift, two power cuts, and the queue."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Playwright, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sync.ids import uuid7
from tests.e2e.test_accessibility import sideways
from tests.support.chromium import Profile, Screen, axe, until
from tests.support.evidence import everything
from tests.support.phone import Json, Phone
from tests.support.phone_storage import FAULTS_SCRIPT, PhoneStorage
from tests.support.stage import Stage, on_phone, open_stage, pulled

TABLET = (1024, 768)
NO_BACKGROUND_SYNC = "delete globalThis.ServiceWorkerRegistration?.prototype.sync;"
"""The worker's clock cannot be moved from a test, so only the page sends, as in browsers without background sync."""
MINUTE = timedelta(minutes=1)
RATINGS, APART, CHANGE = 60, 2 * MINUTE, 60 * MINUTE
"""So many ratings, so far apart; the first shift ends after so long."""
KILLED = (20, 45)
"""The power is cut before these; before the last one in the middle of a visit."""


@pytest.fixture(scope="module")
def stage(_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The demo town with a server whose clock can be moved."""
    with open_stage(tmp_path_factory.mktemp("stage"), _town, faulty=True) as stage:
        yield stage


@pytest.fixture
def tablet(playwright: Playwright, stage: Stage, tmp_path: Path) -> Iterator[Profile]:
    """A tablet behind the bad network whose clock can be set."""
    profile = Profile(playwright, tmp_path / "tablet", stage.network.url, Screen(TABLET))
    profile.use_jumping_clock()
    profile.init_scripts.append(NO_BACKGROUND_SYNC)
    yield profile
    profile.close()


def add_tablet(stage: Stage, at: str) -> tuple[str, str, list[Json], str]:
    """The rating team gives the site a board and a tablet: its code, its PIN, the site's officers, and the site."""

    async def add(phone: Phone) -> tuple[str, str, list[Json], str]:
        sites = (await phone.data("{ kioskSites { id code } }"))["kioskSites"]
        site = next(one["id"] for one in sites if one["code"] == at)
        await phone.push(phone.mutation("rating.code_issue", uuid7(), {"kind": "board", "site": site}, role="TRK"))
        added = await phone.data(
            'mutation($site: ID!) { addKiosk(site: $site, name: "Loket 1") { code pin } }', site=site
        )
        officers = await phone.data("query($site: ID!) { siteOfficers(site: $site) { id name } }", site=site)
        return added["addKiosk"]["code"], added["addKiosk"]["pin"], officers["siteOfficers"], site

    return on_phone(stage, "bkk_tim_rating", add)


def enter_shifts(stage: Stage, site: str, turns: list[tuple[Json, datetime, datetime]]) -> None:
    """The coordinator enters turns of duty."""

    async def enter(phone: Phone) -> None:
        for officer, start, end in turns:
            args = {"site": site, "person": officer["id"], "start": wire(start), "end": wire(end)}
            [result] = await phone.push(phone.mutation("shift.enter", uuid7(), args, role="KOR"))
            assert result["status"] == "applied", result

    on_phone(stage, "bkk_koordinator", enter)


def wire(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def pair(tablet: Profile, code: str) -> Page:
    """Type the code into the tablet; ends on the counter, ready to work without signal.

    It was a while ago: the browser writes cookies down only every half minute.
    """
    page = tablet.open("/loket")
    page.get_by_label("Kode tablet").fill(code)
    page.get_by_role("button", name="Pasang tablet ini").click()
    expect(page.get_by_role("heading", name="Siapa yang melayani Anda?")).to_be_visible()
    tablet.worker_ready()
    pulled(page)
    tablet.close()
    return tablet.open("/")


def rate(page: Page, officer: str, score: int, phone: str) -> None:
    """One visitor: who, what, how, and the number; ends with the thanks."""
    attempt(page, officer, phone, score=score)
    expect(page.get_by_role("heading", name="Terima kasih, penilaian Anda telah kami terima.")).to_be_visible()


def goodbye(page: Page) -> None:
    """The thanks end: by their button, or after five seconds by themselves."""
    done = page.get_by_role("button", name="Selesai")
    with suppress(PlaywrightTimeout):
        done.click(timeout=6_000)
    expect(done).to_have_count(0)


def attempt(page: Page, officer: str, phone: str, *, score: int = 5) -> None:
    """Everything up to the last button, and that one too."""
    page.locator(".petak .tombol").get_by_text(officer, exact=True).click()
    page.locator(".petak.layanan .tombol").first.click()
    page.locator(f"input[type=radio][value='{score}']").check()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("textbox").fill(phone)
    page.get_by_role("button", name="KIRIM").click()


def on_duty(page: Page, name: str) -> None:
    """Wait until somebody can be chosen."""
    until(lambda: name in on_screen(page), f"{name} is on duty", page=page)


def killed(tablet: Profile, ahead: timedelta, *, halfway: bool) -> Page:
    """The power goes, perhaps in the middle of a visit, and comes back: the counter starts without signal."""
    if halfway:
        goodbye(tablet.page)
        tablet.page.locator(".petak .tombol").first.click()
        tablet.page.locator(".petak.layanan .tombol").first.click()
    tablet.kill()
    page = tablet.open("/")
    expect(page.get_by_role("heading", name="Siapa yang melayani Anda?")).to_be_visible()
    tablet.set_clock(ahead.total_seconds())
    page.reload()
    return page


def staff(page: Page, pin: str) -> None:
    """Open the staff's side with the PIN."""
    page.get_by_role("button", name="Petugas").click()
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()
    expect(page.get_by_role("heading", name="Menu petugas")).to_be_visible()


def stored(stage: Stage) -> list[dict[str, Any]]:
    """The ratings that the server holds, in the order in which the tablet took them."""
    with closing(sqlite3.connect(stage.server.folder.parent / "demo" / "sambung.sqlite3")) as database:
        database.row_factory = sqlite3.Row
        rows = database.execute("SELECT * FROM rating WHERE channel = 'kiosk' ORDER BY tablet_seq").fetchall()
    return [dict(row) for row in rows]


def on_screen(page: Page) -> list[str]:
    """The names of the officers who can be chosen."""
    return [name.strip() for name in page.locator(".petak .tombol span:last-child").all_inner_texts()]


def test_sixty_ratings_of_three_officers_survive_two_power_cuts(stage: Stage, tablet: Profile) -> None:
    """Done 2 of the ratings: offline, a shift change, the browser killed twice; then 60 ratings, once each, each of the
    right officer and at the right time. None is held as a burst (acceptance 12), and no number is stored in clear."""
    code, pin, officers, site = add_tablet(stage, "W-LK")
    first, second, third = officers[:3]
    page = pair(tablet, code)
    begin = datetime.now(UTC)
    enter_shifts(stage, site, [
        (first, begin - MINUTE, begin + CHANGE),
        (second, begin - MINUTE, begin + CHANGE),
        (third, begin + CHANGE, begin + 5 * CHANGE),
    ])  # fmt: skip
    page.reload()
    until(lambda: on_screen(page) == [first["name"], second["name"]], "the first shift is on the screen", page=page)
    stage.network.cut()
    expected: list[tuple[str, int, datetime]] = []
    opened = datetime.now(UTC)
    for n in range(RATINGS):
        changed = n * APART >= CHANGE
        officer = third if changed else (first, second)[n % 2]
        # By the plan, however long the visits before took: else a slow machine is in the next shift too early.
        ahead = opened + n * APART - datetime.now(UTC)
        tablet.set_clock(ahead.total_seconds())
        if n in KILLED:
            page = killed(tablet, ahead, halfway=n == KILLED[-1])
        elif n:
            goodbye(page)
        on_duty(page, officer["name"])
        assert (third["name"] in on_screen(page)) == changed
        rate(page, officer["name"], 1 + n % 5, f"08120000{n:04d}")
        expected.append((officer["id"], 1 + n % 5, datetime.now(UTC) + ahead))
    assert stored(stage) == []
    goodbye(page)
    staff(page, pin)
    expect(page.get_by_text(f"{RATINGS} penilaian menunggu terkirim.")).to_be_visible()
    stage.server.set_clock((RATINGS * APART).total_seconds())
    stage.network.restore()
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(page.get_by_text("Semua penilaian sudah terkirim.")).to_be_visible(timeout=60_000)
    rows = stored(stage)
    assert len(rows) == RATINGS
    assert len({row["phone_hash"] for row in rows}) == RATINGS
    for row, (officer_id, score, at) in zip(rows, expected, strict=True):
        assert (row["officer"].replace("-", ""), row["score"]) == (officer_id.replace("-", ""), score)
        made = datetime.fromisoformat(row["made_at"]).replace(tzinfo=UTC)
        assert abs(made - at) < timedelta(seconds=20), (made, at)
    assert {row["status"] for row in rows} == {"sah"}
    assert tablet.problems == []


def test_ratings_come_back_when_the_browser_loses_its_store(stage: Stage, tablet: Profile) -> None:
    """I1, I2: what visitors gave without signal outlives the tablet's store, from its copy, and arrives once."""
    stage.server.set_clock(0)
    code, _pin, officers, site = add_tablet(stage, "W-LK")
    page, storage = pair(tablet, code), PhoneStorage(tablet)
    now = datetime.now(UTC)
    enter_shifts(stage, site, [(officers[0], now - MINUTE, now + CHANGE)])
    page.reload()
    on_duty(page, officers[0]["name"])
    stage.network.cut()
    before = len(stored(stage))
    for n in range(3):
        rate(page, officers[0]["name"], 4, f"08130000{n:04d}")
        goodbye(page)
    waiting = {row["id"] for row in storage.rows("outbox") if row["state"] != "accepted"}
    assert len(waiting) >= 3
    until(lambda: sum("/kiriman/" in name for name in storage.copied()) == len(waiting), "all are copied", page=page)
    storage.spoil_files()
    page = tablet.open("/")

    def back() -> bool:
        # The look that finds the damage fails, whoever looks.
        with suppress(PlaywrightError):
            return waiting <= {row["id"] for row in storage.rows("outbox")}
        return False

    until(back, "they are back without signal", page=page)
    stage.network.restore()
    until(lambda: len(stored(stage)) == before + 3, "they have arrived", page=page, seconds=60)
    until(lambda: {row["state"] for row in storage.rows("outbox")} == {"accepted"}, "nothing waits", page=page)
    assert len(stored(stage)) == before + 3


LOOKS = [((360, 740), "light"), ((360, 740), "dark"), ((1280, 800), "light"), ((1280, 800), "dark")]
LARGE = """() => [...document.querySelectorAll(
    '.loket button, .loket .pilihan label, .loket input:not([type=radio], [type=checkbox])')]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 71.5)
  .map((e) => `${e.tagName} "${e.textContent}" is ${Math.round(e.getBoundingClientRect().height)} px high`)"""


def looked_at(page: Page, what: str) -> list[str]:
    """What axe, sideways scrolling and targets under 72 px say of a screen, at each width and in both themes."""
    found, axed = [], set[str]()
    for (width, height), theme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        # What a screen reader meets does not change with the width; colours do with the theme.
        faults = [*([] if theme in axed else axe(page)), *sideways(page), *page.evaluate(LARGE)]
        axed.add(theme)
        found += [f"{what}, {width} px, {theme}: {fault}" for fault in faults]
    page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
    return found


def test_the_counter_is_for_everybody_and_keeps_nothing_of_anybody(stage: Stage, tablet: Profile) -> None:
    """Both languages, every screen clean and large enough; what somebody entered and left is gone after the warning;
    a full store shows the site's own page; nothing leads out but the PIN."""
    tablet.init_scripts.append(FAULTS_SCRIPT)
    code, pin, officers, _site = add_tablet(stage, "W-SL")
    page = pair(tablet, code)
    start = page.get_by_role("heading", name="Siapa yang melayani Anda?")
    found = looked_at(page, "officers")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Who served you?")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator(".petak .tombol").first.click()
    found += looked_at(page, "services")
    page.locator(".petak.layanan .tombol").first.click()
    expect(page.get_by_role("heading", name="Please rate our service.")).to_be_visible()
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    assert page.get_by_role("checkbox").count() == 5
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Choose a rating from 1 to 5.")).to_be_visible()
    found += looked_at(page, "missing answers")
    page.locator("input[type=radio][value='4']").check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="SEND").click()
    expect(page.get_by_role("textbox", name="Your mobile number")).to_be_focused()
    found += looked_at(page, "the number")
    for digit in "081277776666":
        page.get_by_role("button", name=digit, exact=True).click()

    tablet.set_clock(46)
    expect(page.get_by_role("dialog", name="Are you still here?")).to_be_visible()
    tablet.stop_clock()
    found += looked_at(page, "the warning")
    page.get_by_role("dialog").get_by_role("button", name="Next").click()
    expect(page.get_by_role("textbox")).to_have_value("081277776666")
    tablet.set_clock(46 + 66)
    expect(start).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "id"
    assert not re.search("8127777|77776666", everything(page))

    # The drafts too: with them the tablet tries whether there is room again.
    page.evaluate("failCommits('QuotaExceededError', ['outbox', 'drafts'], 999)")
    full = "Tablet sedang tidak menerima penilaian."
    attempt(page, officers[0]["name"], "081277776666")
    expect(page.get_by_role("heading", name=full)).to_be_visible()
    expect(page.get_by_role("img", name="QR halaman penilaian lokasi ini")).to_be_visible()
    proof = re.compile(r"/n/[0-9A-Z]{11}\?s=[0-9A-Z]{6}\b")
    expect(page.get_by_role("main")).to_contain_text(proof)
    found += looked_at(page, "the full store")
    page.evaluate("failCommits('QuotaExceededError', 'outbox', 0)")
    expect(start).to_be_visible()
    rate(page, officers[0]["name"], 5, "081277776666")
    found += looked_at(page, "thanks")
    expect(start).to_be_visible()
    assert not re.search("8127777|77776666", everything(page)), "a number is sealed before it is stored"

    for address in ("/masuk", "/beranda", "/loket/lain"):
        page.goto(tablet.origin + address)
        expect(start).to_be_visible()
    page.go_back()
    expect(start).to_be_visible()
    page.get_by_role("button", name="Petugas").click()
    found += looked_at(page, "the PIN")
    for digit in "1" * 6 if pin != "1" * 6 else "2" * 6:
        page.get_by_role("button", name=digit, exact=True).click()
    expect(page.get_by_text("PIN tidak cocok.")).to_be_visible()
    page.get_by_role("button", name="Kembali ke loket").click()
    staff(page, pin)
    page.get_by_role("button", name=f"Mulai bertugas {officers[1]['name']}").click()
    expect(page.get_by_text("Bertugas sejak")).to_be_visible()
    found += looked_at(page, "the staff's side")
    page.get_by_role("button", name="Kembali ke loket").click()
    until(lambda: on_screen(page) == [officers[1]["name"]], "only who is on duty is shown", page=page)
    staff(page, pin)
    page.get_by_role("button", name="Keluar dari mode loket").click()
    expect(page.get_by_label("Kata sandi", exact=True)).to_be_visible()
    tablet.close()
    page = tablet.open("/masuk")
    expect(page.get_by_role("heading", name="Siapa yang melayani Anda?")).to_be_visible()
    assert found == []
    assert tablet.problems == []


def hand_out_ticket(stage: Stage, at: str) -> tuple[str, str]:
    """The team switches tickets on and hands one out: its id, and the signed text that its QR code carries."""

    async def act(phone: Phone) -> tuple[str, str]:
        sites = (await phone.data("{ kioskSites { id code } }"))["kioskSites"]
        site = next(one["id"] for one in sites if one["code"] == at)
        [catalogue] = phone.held("rating_catalogue")
        version = phone.versions["rating_catalogue", catalogue]
        ticket = uuid7()
        results = await phone.push(
            phone.mutation(
                "rating.set_rules", catalogue, {"rules": {"tickets": True}}, role="TRK", baseVersion=version,
                seen={catalogue: version},
            ),
            phone.mutation("rating.ticket", ticket, {"site": site}, role="TRK"),
        )  # fmt: skip
        assert [result["status"] for result in results] == ["applied", "applied"], results
        await phone.pull()
        return ticket, str(phone.held("rating_ticket")[ticket]["signed"])

    return on_phone(stage, "bkk_tim_rating", act)


def test_a_ticket_opens_the_counter_for_one_visitor(stage: Stage, tablet: Profile) -> None:
    """A scanner at the counter types what it reads; without a camera the visitor is not sent away. This site is open at
    every hour: what is rated while a site is closed is held."""
    ticket, signed = hand_out_ticket(stage, "W-TR")
    code, _pin, officers, _site = add_tablet(stage, "W-TR")
    before = len(stored(stage))
    page = tablet.open("/loket")
    page.get_by_label("Kode tablet").fill(code)
    page.get_by_role("button", name="Pasang tablet ini").click()
    asked = page.get_by_role("heading", name="Tunjukkan karcis kunjungan Anda")
    expect(asked).to_be_visible()
    expect(page.get_by_text("1 dari 5")).to_be_visible()
    found = looked_at(page, "the ticket")
    page.keyboard.type("bukan karcis\n")
    expect(page.get_by_text("Ini bukan karcis kunjungan kantor ini.")).to_be_visible()
    page.keyboard.type(f"{tablet.origin}/n/K7QM2P9D4XV?t={signed}\n")
    expect(page.get_by_text("2 dari 5")).to_be_visible()
    rate(page, officers[0]["name"], 4, "081233334444")
    goodbye(page)
    expect(asked).to_be_visible()
    page.get_by_role("button", name="Pindai karcis").click()
    page.get_by_role("button", name="Lanjut tanpa karcis").click()
    rate(page, officers[0]["name"], 5, "081233335555")
    until(lambda: len(stored(stage)) == before + 2, "both came", page=page)
    [spent] = [row for row in stored(stage) if row["ticket"]]
    assert (spent["ticket"].replace("-", ""), spent["status"], spent["status_reason"]) == (
        ticket.replace("-", ""), "sah", None,
    )  # fmt: skip
    assert found == []
