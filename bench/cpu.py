"""What a process has used so far, from ``/proc`` (Linux)."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """CPU time of a process with all its threads, user and system, in seconds."""
    # Linux makes a process's CPU clock from its id; unlike /proc it does not count in steps of 10 ms.
    return time.clock_gettime(~pid << 3 | 2)


def family_cpu_seconds(pid: int) -> float:
    """The same for a process and its living children (a PostgreSQL server and its backends).

    What has ended in between is missing: good for differences while connections stay open.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return cpu_seconds(pid) + sum(_or_zero(int(child)) for child in children)


def rss_bytes(pid: int) -> int:
    """Resident memory of a process in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def load() -> str:
    """How busy the machine is, in words: cores and the load of the last minute."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def pace() -> float:
    """CPU milliseconds of a fixed piece of work (5,000 hashes), the median of fifteen.

    The same work takes longer on a machine whose cores are shared: absolute figures are read beside this one.
    """
    taken = []
    for _ in range(15):
        started, value = time.process_time(), b"sambung"
        for _ in range(5000):
            value = hashlib.sha256(value).hexdigest().encode()
        taken.append(time.process_time() - started)
    return sorted(taken)[7] * 1000


def _or_zero(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except OSError:
        return 0.0
