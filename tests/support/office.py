"""A small agency made as an office makes it: ``sambung agency import``, ``account create``, activation on a phone.

It is open day and night, so that no test depends on the hour. The people are invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.support.phone import Phone
from tests.support.server import ServerProcess

AGENCY_FILE = Path(__file__).with_name("office.json")
PASSWORD = "tiga kata boleh"
ACTIVATE = """mutation($identifier: String!, $code: String!, $password: String!) {
  activate(identifier: $identifier, code: $code, password: $password) { account }
}"""


@dataclass(frozen=True)
class Worker:
    """Somebody of the agency."""

    name: str
    identifier: str
    unit: str
    role: str | None = None
    kecamatan: str | None = None


ASKER = Worker("Rara Wulansari, S.Pd.", "197203151998032951", "DIKBUD", kecamatan="UJI-K01")
OPERATOR = Worker("Damar Wicaksono, S.Kom.", "199312012019031951", "MUTASI", "OPR")
FILTER = Worker("Sekar Anjani, S.E.", "199107082014022951", "SEKRETARIAT", "ADM")
EVERYBODY = (ASKER, OPERATOR, FILTER)


def create(server: ServerProcess) -> dict[str, str]:
    """Make agency and accounts in the server's empty database; returns activation codes by identifier."""
    _, *said = server.commands(["agency", "import", str(AGENCY_FILE)], *map(_account, EVERYBODY))
    return {worker.identifier: _code(line) for worker, line in zip(EVERYBODY, said, strict=True)}


def _account(worker: Worker) -> list[str]:
    options = ["--agency", "UJI", "--identifier", worker.identifier, "--unit", worker.unit]
    if worker.role:
        options += ["--role", worker.role]
    if worker.kecamatan:
        options += ["--kecamatan", worker.kecamatan]
    return ["account", "create", worker.name, *options]


def _code(said: str) -> str:
    found = re.search(r"kode aktivasi (\S+)", said)
    assert found, said
    return found.group(1)


def appoint(server: ServerProcess, worker: Worker) -> dict[str, str]:
    """One more of the agency, while the server runs; the activation code by identifier."""
    return {worker.identifier: _code(server.command(*_account(worker)).stdout)}


async def activate(server: ServerProcess, codes: dict[str, str]) -> None:
    """Each chooses the password on a phone, over the running server."""
    for identifier, code in codes.items():
        async with Phone(server.url) as phone:
            await phone.data(ACTIVATE, identifier=identifier, code=code, password=PASSWORD)


async def sign_in(server: ServerProcess, worker: Worker, *, connections: int = 4) -> Phone:
    """A new phone of somebody, signed in; the caller closes it."""
    phone = Phone(server.url, connections=connections)
    return await phone.sign_in(worker.identifier, PASSWORD)
