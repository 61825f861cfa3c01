"""Each fault put into the server's engine turns its named tests red, by an assertion; without it they are green."""

from collections.abc import Iterator

import pytest

from tests.sabotage.fault import Sabotage, findings
from tests.sabotage.server import Forge
from tests.sabotage.server_faults import SERVER

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    """A process that forks one engine with a fault after the other."""
    with Forge() as forge:
        yield forge


def test_without_a_fault_every_named_test_is_green_here(forge: Forge) -> None:
    tests = sorted({test for one in SERVER for test in one.tests})
    ran = forge.tests((), tests)
    assert dict(ran.said) == dict.fromkeys(tests, "passed"), ran.output


@pytest.mark.parametrize("sabotage", SERVER, ids=lambda one: one.name)
def test_it_is_found(forge: Forge, sabotage: Sabotage) -> None:
    ran = forge.run(sabotage)
    assert findings(sabotage, ran) == [], ran.output
