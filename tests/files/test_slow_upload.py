"""A phone's photo as PDF over a bad line: ten cuts, and it arrives whole, on the disk and in a bucket.

In ``make test`` the file and the wait are small (the cuts are the same); ``make soak`` sends 8 MB over 50 kbit/s, which
takes 21 minutes.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
from pathlib import Path

import httpx
import pytest

from backend.database.engine import Database
from backend.files.rules import FileState
from tests.files.conftest import TUS, serving
from tests.support.clock import SettableClock
from tests.support.fault_proxy import Fault, FaultProxy
from tests.support.files import storage_in

SOAK = os.environ.get("SAMBUNG_SOAK") == "1"
BYTES, KBIT = (8_000_000, 50.0) if SOAK else (400_000, 4_000.0)
LATENCY = 0.6 if SOAK else 0.005
CUTS = 10


async def risen(phone: httpx.AsyncClient, where: str, before: int) -> int:
    """How far it is, once the server has noticed the cut and put away what had come."""
    async with asyncio.timeout(60):
        while True:
            offset = int((await phone.head(where, headers=TUS)).headers["upload-offset"])
            if offset > before:
                return offset
            await asyncio.sleep(0.02)


@pytest.mark.longer
@pytest.mark.timeout(2 * 3600 if SOAK else 180)
@pytest.mark.parametrize("place", ["disk", "s3"])
async def test_ten_cuts_and_the_hash_is_right(
    place: str, request: pytest.FixtureRequest, sqlite_db: Database, clock: SettableClock, tmp_path: Path
) -> None:
    """Every cut moves the file on, and what had arrived is not sent again."""
    store = None if place == "disk" else request.getfixturevalue("s3").store(prefix="slow")
    random_bytes = random.Random(7).randbytes(BYTES - 40)
    data = b"%PDF-1.7\n" + random_bytes.replace(b"stream", b"storms") + b"\n%%EOF\n"
    folder = tmp_path / "data"
    async with serving(sqlite_db, clock, folder, storage_in(folder, store), most=10_000_000) as site:
        with FaultProxy(int(site.url.rpartition(":")[2])) as line:
            line.link(kbit=KBIT, latency=LATENCY)
            where = (await site.create(data, "foto.pdf")).headers["location"]
            cuts, offsets = 0, [0]
            async with httpx.AsyncClient(base_url=line.url, timeout=None) as phone:
                while offsets[-1] < len(data):
                    if cuts < CUTS:
                        line.arm(Fault(matching="PATCH", times=1, cut_request_after=len(data) // (CUTS + 2)))
                    headers = TUS | {
                        "Upload-Offset": str(offsets[-1]), "Content-Type": "application/offset+octet-stream"
                    }  # fmt: skip
                    refused = False
                    try:
                        answer = await phone.patch(where, headers=headers, content=data[offsets[-1] :])
                        assert answer.status_code in (204, 409, 423), answer.text
                        refused = answer.status_code != 204
                    except httpx.TransportError:
                        cuts += 1
                    line.clear()
                    line.link(kbit=KBIT, latency=LATENCY)
                    # The server is still at the piece before: as a phone does, ask again where it stands.
                    offsets.append(await risen(phone, where, offsets[-1] - refused))
            assert cuts == CUTS
            sent = line.bytes_up
        row = await site.row(where)
        assert (row.state, row.sha256) == (FileState.COMPLETE, hashlib.sha256(data).hexdigest())
        back = await site.client.get(f"{where}/isi", headers={"X-Who": "budi"})
        assert hashlib.sha256(back.content).hexdigest() == row.sha256
    assert sent < 1.2 * len(data), "resumed, not begun again"
