"""The stage: a demo-like server behind a network that can fail, and browsers of its people."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.support.chromium import DESK, PHONE, Profile, Screen, seen
from tests.support.fault_proxy import FaultProxy
from tests.support.stage import Stage, make_town, open_stage

expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser, and may take a while on a busy machine."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(300))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed shows what stood on its screens."""
    report = yield
    if report.failed and call.when != "teardown" and item.get_closest_marker("e2e"):
        report.sections.append(("On the screens", seen()))
    return report


@pytest.fixture(scope="session")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def stage(_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A small demo town on SQLite; a fresh copy for each module of tests."""
    with open_stage(tmp_path_factory.mktemp("stage"), _town) as stage:
        yield stage


@pytest.fixture(autouse=True)
def _good_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins and ends with a network that works."""
    yield
    if "stage" in request.fixturenames:
        network: FaultProxy = request.getfixturevalue("stage").network
        network.clear()
        network.restore()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver; it ends with the module, because its loop would disturb asynchronous tests."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def browser(
    playwright: Playwright, stage: Stage, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Profile]]:
    """Make a browser: ``browser("guru")`` is a phone behind the bad network, ``desk=True`` a desk on the good one."""
    opened: list[Profile] = []

    def make(name: str, *, desk: bool = False, screen: Screen | None = None) -> Profile:
        origin = stage.server.url if desk else stage.network.url
        profile = Profile(playwright, tmp_path / name, origin, screen or Screen(DESK if desk else PHONE))
        opened.append(profile)
        return profile

    yield make
    for profile in opened:
        profile.close()
