"""Each fault put into the phone's engine turns its named tests red, by an assertion; without it they are green."""

from collections.abc import Mapping

import pytest

from tests.sabotage import phone
from tests.sabotage.fault import Ran, Sabotage, findings
from tests.sabotage.phone_faults import PHONE

pytestmark = pytest.mark.slow

CONTROL = Sabotage("no fault", "", "", (), tuple(sorted({test for one in PHONE for test in one.tests})))


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Ran]:
    """What the tests said to each fault, all in one run of vitest."""
    return phone.run_all((CONTROL, *PHONE), tmp_path_factory.mktemp("phone"))


def test_without_a_fault_every_named_test_is_green_here(said: Mapping[str, Ran]) -> None:
    ran = said[CONTROL.name]
    assert dict(ran.said) == dict.fromkeys(CONTROL.tests, "passed"), ran.output


@pytest.mark.parametrize("sabotage", PHONE, ids=lambda one: one.name)
def test_it_is_found(said: Mapping[str, Ran], sabotage: Sabotage) -> None:
    ran = said[sabotage.name]
    assert findings(sabotage, ran) == [], ran.output
