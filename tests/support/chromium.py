"""Chromium for tests: a profile that survives, its service worker, its notifications, and axe."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from tests.support.server import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
PUSH_SCRIPT = Path(__file__).with_name("push_service.js")
CLOCK_SCRIPT = Path(__file__).with_name("jumping_clock.js")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
PERMISSIONS = ["notifications", "clipboard-read", "clipboard-write"]
PHONE, DESK = (360, 740), (1280, 800)


_STARTED: weakref.WeakValueDictionary[str, BrowserContext] = weakref.WeakValueDictionary()
_KEPT_THERE = """async () => JSON.stringify({
  local: Object.fromEntries(Object.entries(localStorage).map(([key, value]) => [key, value.slice(0, 80)])),
  databases: (await indexedDB.databases()).map(({ name }) => name), caches: await caches.keys(),
  worker: navigator.serviceWorker.controller?.state ?? null })"""


def seen() -> str:
    """What stands on every open page, for the message of a test that failed: address, words, what is stored."""
    told = []
    for folder, context in list(_STARTED.items()):
        try:
            pages = context.pages
        except PlaywrightError:
            continue
        for page in pages:
            try:
                words = page.locator("body").inner_text(timeout=3_000)[:2_000]
                told.append(f"{folder} at {page.url}\n{words}\n{page.evaluate(_KEPT_THERE)}")
            except PlaywrightError as fault:
                told.append(f"{folder} at {page.url}: {str(fault)[:300]}")
    return "\n\n".join(told)


def find_chromium() -> str | None:
    """The path of an installed browser; ``None``: the one that playwright fetched."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Screen:
    """What kind of device it is: width and height in CSS pixels, theme, touch, device pixels a CSS pixel."""

    size: tuple[int, int] = PHONE
    theme: Literal["light", "dark"] = "light"
    reduced_motion: bool = False
    sharpness: float = 1

    @property
    def is_phone(self) -> bool:
        """Narrow, and used by finger."""
        return self.size[0] < 600


@dataclass
class Profile:
    """One person's browser: its folder keeps cookies, stores and the service worker over restarts.

    With ``background_sync`` the browser may wake the worker by itself, as it may on phones; set it before the start.
    """

    playwright: Playwright
    folder: Path
    origin: str
    screen: Screen = field(default_factory=Screen)
    context: BrowserContext | None = None
    background_sync: bool = False
    problems: list[str] = field(default_factory=list)
    init_scripts: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    """Further switches of the browser, for what a page cannot be given otherwise; set before the start."""

    def open(self, path: str = "/") -> Page:
        """Start the browser if it is not running and show an address."""
        page = self.page
        page.goto(self.origin + path)
        return page

    @property
    def page(self) -> Page:
        """The one tab."""
        context = self._running()
        return context.pages[0] if context.pages else context.new_page()

    def new_tab(self, path: str = "/") -> Page:
        """One more tab of the same profile."""
        page = self._running().new_page()
        page.goto(self.origin + path)
        return page

    def close(self) -> None:
        """End the browser; the profile stays."""
        if self.context is not None:
            context, self.context = self.context, None
            context.close()

    def kill(self) -> None:
        """End the whole browser as a flat battery does: all its processes at once, nothing written down any more."""
        groups = {os.getpgid(pid) for pid in _processes(self.folder)}
        assert groups, "no browser runs on this profile"
        assert os.getpgrp() not in groups, "the browser must not share a process group with the tests"
        for group in groups:
            os.killpg(group, signal.SIGKILL)
        self.context = None
        deadline = time.monotonic() + 10
        while _processes(self.folder):
            assert time.monotonic() < deadline, "a process of the browser does not end"
            time.sleep(0.01)

    def worker_ready(self, seconds: float = 30) -> None:
        """Wait until the service worker controls the page, so that it opens without network."""
        # Not `wait_for_function`: a promise counts as true there, whatever it comes to.
        controlled = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
        until(lambda: self.page.evaluate(controlled), "the worker controls the page", page=self.page, seconds=seconds)

    def deliver_push(self, payload: str) -> None:
        """Hand a decrypted message to the service worker, as the browser does when one comes in.

        Returns when a notification is on the screen. The browser's own record of events tells that: to ask the
        worker for its notifications too early makes Chromium forget one that is just being drawn.
        """
        session = self._running().new_cdp_session(self.page)
        active: list[str] = []
        drawn: list[str] = []

        def note(event: dict[str, Any]) -> None:
            active.extend(one["registrationId"] for one in event["versions"] if one["status"] == "activated")

        session.on("ServiceWorker.workerVersionUpdated", note)

        def problem(event: dict[str, Any]) -> None:
            message = event["errorMessage"]["errorMessage"]
            # That is how the worker asks the browser for another sync event.
            if "not finished" not in message:
                self.problems.append(f"service worker: {message}")

        session.on("ServiceWorker.workerErrorReported", problem)
        session.on(
            "BackgroundService.backgroundServiceEventReceived",
            lambda event: drawn.append(event["backgroundServiceEvent"]["eventName"]),
        )
        session.send("BackgroundService.startObserving", {"service": "notifications"})
        session.send("BackgroundService.setRecording", {"shouldRecord": True, "service": "notifications"})
        session.send("ServiceWorker.enable")
        until(lambda: active, "a service worker is active", page=self.page)
        drawn.clear()
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.origin, "registrationId": active[-1], "data": payload},
        )
        until(lambda: "Notification displayed" in drawn, "a notification is shown", page=self.page)

    def deliver_sync(self, via: Page) -> None:
        """Let the browser find that the signal is back: the worker gets the event that the app had registered.

        ``via`` is any page of the origin; no page of the app need be open.
        """
        session = self._running().new_cdp_session(via)
        active: list[str] = []

        def note(event: dict[str, Any]) -> None:
            active.extend(one["registrationId"] for one in event["versions"] if one["status"] == "activated")

        session.on("ServiceWorker.workerVersionUpdated", note)
        session.send("ServiceWorker.enable")
        until(lambda: active, "a service worker is active", page=via)
        event = {"origin": self.origin, "registrationId": active[-1], "tag": "sambung", "lastChance": False}
        session.send("ServiceWorker.dispatchSyncEvent", event)

    def notifications(self) -> list[dict[str, Any]]:
        """What the service worker shows on the lock screen now."""
        shown: list[dict[str, Any]] = self.page.evaluate(
            """async () => (await (await navigator.serviceWorker.ready).getNotifications())
                 .map(({ title, body, tag, data }) => ({ title, body, tag, data }))"""
        )
        return shown

    def use_push_service(self, subscription: Mapping[str, Any]) -> None:
        """Let ``pushManager.subscribe`` give this subscription, in the place of the maker's push service."""
        self.init_scripts.append(PUSH_SCRIPT.read_text().replace("SUBSCRIPTION", json.dumps(subscription)))
        if self.context is not None:
            self.context.add_init_script(self.init_scripts[-1])

    def use_jumping_clock(self) -> None:
        """Let :meth:`set_clock` move the wall clock of all tabs; before the browser starts."""
        self.init_scripts.append(CLOCK_SCRIPT.read_text())

    def set_clock(self, ahead_seconds: float) -> None:
        """Set the phone's wall clock so far ahead of the true time (behind it: less than 0), in all tabs at once."""
        self.page.evaluate(
            "(ms) => { localStorage.setItem('test.clock', ms); localStorage.removeItem('test.stands'); }",
            ahead_seconds * 1000,
        )

    def stop_clock(self) -> None:
        """Let the phone's wall clock stand until it is set, so that what takes long here takes no time there."""
        self.page.evaluate("localStorage.setItem('test.stands', Date.now())")

    def slow_processor(self, times: float) -> None:
        """Slow the processor of the page down, as on a cheap phone."""
        self._running().new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": times})

    def _running(self) -> BrowserContext:
        if self.context is None:
            width, height = self.screen.size
            self.context = self.playwright.chromium.launch_persistent_context(
                self.folder,
                executable_path=find_chromium(),
                headless=True,
                args=[*FLAGS, *self.flags],
                viewport={"width": width, "height": height},
                device_scale_factor=self.screen.sharpness,
                has_touch=self.screen.is_phone,
                color_scheme=self.screen.theme,
                reduced_motion="reduce" if self.screen.reduced_motion else "no-preference",
                locale="id-ID",
                timezone_id="Asia/Jakarta",
            )
            _STARTED[str(self.folder)] = self.context
            self.context.set_default_timeout(20_000)
            # What is not named is refused from then on.
            permissions = [*PERMISSIONS, "background-sync"] if self.background_sync else PERMISSIONS
            self.context.grant_permissions(permissions, origin=self.origin)
            for script in self.init_scripts:
                self.context.add_init_script(script)
            self.context.on("weberror", lambda error: self.problems.append(str(error.error)))
        return self.context


def _processes(folder: Path) -> list[int]:
    """Living processes of the browser that was started on a profile folder."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"--user-data-dir={folder}".encode() in command.read_bytes().split(b"\0"):
                found.append(int(command.parent.name))
        except OSError:
            # It ended while we looked.
            continue
    return found


_AT_REST = """Promise.race([
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => Promise.allSettled(
    document.getAnimations()
      .filter((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity)
      .map((one) => one.finished))),
  new Promise((done) => setTimeout(done, 2_000)),
]).then(() => true)"""
"""When nothing moves any more; a page that is not drawn, or moves for ever, is waited for no longer than 2 s."""


def axe(page: Page, *, include: str | None = None, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds on the page, one line a finding: rule, impact, element. Empty means nothing.

    Without ``rules`` it is held to all of A and AA up to WCAG 2.2. Colours are judged as they stand, not on their
    way: a sheet that is still fading in has none of its own.
    """
    page.evaluate(_AT_REST)
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text() + "; true")
    found = page.evaluate(
        "([root, runOnly]) => axe.run(root ?? document, {runOnly, resultTypes: ['violations']})",
        [include, {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": AXE_TAGS}],
    )
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} - {node['failureSummary'].splitlines()[-1].strip()}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def axe_in_both_themes(page: Page) -> list[str]:
    """What axe finds in the light and in the dark look of a page that follows the phone's; in the dark only what
    depends on colours, which is all that a theme changes."""
    page.emulate_media(color_scheme="dark")
    dark = axe(page, rules=COLOUR_RULES)
    page.emulate_media(color_scheme="light")
    return [*(f"dark: {fault}" for fault in dark), *(f"light: {fault}" for fault in axe(page))]


def until(condition: Callable[[], Any], what: str, *, page: Page, seconds: float = 20, every: float = 0.05) -> Any:
    """Ask again and again until ``condition`` gives something true; fails with ``what`` was awaited.

    The page goes on living meanwhile: playwright's events only arrive while it waits.
    """
    deadline = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not so: {what}")
        page.wait_for_timeout(every * 1000)
