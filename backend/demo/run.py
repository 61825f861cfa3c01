"""``sambung demo``: a whole installation under one folder, made anew each time unless asked otherwise."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from backend.app import House
from backend.demo.seed import seed as seed_house
from backend.keys import Keys
from backend.settings import Settings

HERE = Path(__file__).parent


def prepare(directory: Path, *, port: int, reset: bool) -> Settings:
    """The settings of the demonstration; with ``reset`` what was there before is gone."""
    if reset and directory.exists():
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)
    keys = directory / "keys.json"
    if not keys.exists():
        Keys.create(keys)
    return Settings(
        DATABASE_URL=f"sqlite:///{directory / 'sambung.sqlite3'}",
        PORT=port,
        environment="demo",
        public_url=f"http://127.0.0.1:{port}",
        keys_file=keys,
        data_dir=directory / "files",
        push_private_endpoints=True,
    )


async def seed(house: House, *, small: bool) -> None:
    """Fill an empty database; one that holds agencies already is left as it is."""
    await seed_house(house.db, house.engine, house.keys, house.clock, small=small)


def print_accounts(settings: Settings) -> None:
    """Say where it is and who can sign in."""
    content = json.loads((HERE / "demo_accounts.json").read_text())
    print(f"\nSambung: {settings.public_url}    kata sandi semua akun: {content['password']}\n")
    for account in content["accounts"]:
        roles = ", ".join(grant["role"] for grant in account["grants"]) or account["kind"]
        print(f"  {account['agency']:4} {account['identifier']:26} {roles:14} {account['name']}, {account['position']}")
    print(flush=True)
