"""The list of sabotages is whole, fits the code as it is, and is what the documentation says."""

import pytest

from tests.sabotage.fault import ROOT, DoesNotApply, Edit, Ran, Sabotage, edited, findings, misfit
from tests.sabotage.table import PAGE, SABOTAGES, markdown, section


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda one: one.name)
def test_its_edits_fit_the_code_as_it_is(sabotage: Sabotage) -> None:
    assert misfit(sabotage) is None
    for file in {edit.file for edit in sabotage.edits}:
        source = (ROOT / file).read_text(encoding="utf-8")
        changed = edited(file, source, sabotage.edits)
        assert changed != source
        if file.endswith(".py"):
            compile(changed, file, "exec")


def test_every_promise_is_broken_by_some() -> None:
    assert {one.promise for one in SABOTAGES} == {f"I{n}" for n in range(1, 10)}
    assert len({one.name for one in SABOTAGES}) == len(SABOTAGES)
    assert all(one.tests and one.edits for one in SABOTAGES)


def test_the_documentation_holds_exactly_this_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert section(page) == markdown(), "run `python -m tests.sabotage --write`"


EDIT = Edit("sync/ids.py", "x = 1", "x = 2")
FAULT = Sabotage("a", "I1", "b", (EDIT,), ("test_a",))


@pytest.mark.parametrize("source", ["", "x = 1\nx = 1"])
def test_an_edit_that_no_longer_fits_is_told(source: str) -> None:
    with pytest.raises(DoesNotApply, match="not once"):
        edited("sync/ids.py", source, [EDIT])
    assert edited("sync/merge.py", source, [EDIT]) == source


@pytest.mark.parametrize(
    ("applied", "said", "found"),
    [
        ({"sync/ids.py"}, {"test_a": "assertion: AssertionError: assert 1 == 2"}, True),
        ({"sync/ids.py"}, {"test_a": "passed"}, False),
        ({"sync/ids.py"}, {"test_a": "skipped"}, False),
        ({"sync/ids.py"}, {"test_a": "error: ImportError: no module"}, False),
        ({"sync/ids.py"}, {}, False),
        (set(), {"test_a": "assertion: AssertionError: assert 1 == 2"}, False),
    ],
)
def test_only_an_assertion_of_the_named_test_counts(applied: set[str], said: dict[str, str], found: bool) -> None:
    assert (findings(FAULT, Ran(frozenset(applied), said)) == []) is found
