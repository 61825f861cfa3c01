"""Runs named vitest tests over the phone's engine with faults in it: one run of vitest, one project for each fault."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.sabotage.fault import ROOT, Ran, Sabotage, misfit

SECONDS = 150


def run_all(sabotages: Iterable[Sabotage], folder: Path) -> Mapping[str, Ran]:
    """What the tests of each sabotage said, by its name; ``folder`` is for files of the run."""
    wanted = list(sabotages)
    misfits = {one.name: why for one in wanted if (why := misfit(one)) is not None}
    faults = [
        {
            "name": one.name,
            "edits": [{"file": edit.file, "before": edit.before, "after": edit.after} for edit in one.edits],
            "tests": one.tests,
        }
        for one in wanted
        if one.name not in misfits
    ]
    request = folder / "faults.json"
    request.write_text(json.dumps({"root": str(ROOT), "faults": faults}))
    done = subprocess.run(
        [ROOT / "pwa/node_modules/.bin/vitest", "run", "--config", ROOT / "tests/sabotage/phone.mjs"],
        cwd=ROOT / "pwa",
        env=os.environ | {"SABOTAGE": str(request)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    answer = folder / "faults.json.said"
    if not answer.exists():
        raise RuntimeError(f"vitest did not come to an end:\n{done.stdout}{done.stderr}")
    said = json.loads(answer.read_text())
    runs = {name: Ran(frozenset(said["applied"][name]), said["said"][name], said["output"]) for name in said["said"]}
    return runs | {name: Ran(frozenset(), {}, why) for name, why in misfits.items()}
