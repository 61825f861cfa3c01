"""A teacher's phone behind the bad network, one for each suite: a start and a sign-in cost more than a fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from tests.support.chromium import Profile
from tests.support.stage import Stage, pulled, sign_in


@pytest.fixture(scope="module")
def asker(playwright: Playwright, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """Signed in as ``guru``, everything pulled; no script of the page may have failed by the end."""
    profile = Profile(playwright, tmp_path_factory.mktemp("asker") / "profile", stage.network.url)
    pulled(sign_in(profile, "guru"))
    yield profile
    profile.close()
    assert profile.problems == []
