"""Other versions of the app, really built: what a phone meets when the office installs a newer Sambung."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.support.server import ROOT

PWA = ROOT / "pwa"
STORE_VERSION = "indexedDB.open(PREFIX + account, 1)"


def build_app(folder: Path, version: str, *, store_version: int = 1) -> Path:
    """Build the app as ``version``, with a version of the phone's store; returns the folder to serve.

    The version is in every chunk that sends, so nearly all files get other names than those of the present build.
    """
    shutil.copytree(PWA, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (folder / "node_modules").symlink_to(PWA / "node_modules")
    package = json.loads((folder / "package.json").read_text())
    (folder / "package.json").write_text(json.dumps({**package, "version": version}))
    store = folder / "src" / "sync" / "store.ts"
    source = store.read_text()
    assert STORE_VERSION in source, "the store is opened otherwise now: bring this file up to date"
    store.write_text(source.replace(STORE_VERSION, STORE_VERSION.replace("1)", f"{store_version})")))
    path = f"{ROOT / '.cache' / 'node' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["node", "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
        cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "dist"


def deploy(served: Path, app: Path) -> None:
    """Put a build in the place of the one that is served, as an installation does: the old files are gone."""
    shutil.rmtree(served)
    shutil.copytree(app, served)
