"""Password hashes (Argon2id). Hashing runs in threads: it takes milliseconds that others must not wait for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from backend.identity.rules.passwords import MAXIMUM, normalise_password

# OWASP's first recommendation for Argon2id. 19 MiB a hash lets a whole office sign in at eight o'clock on a
# small server; the number of threads bounds the memory.
_hasher = PasswordHash([Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)])
_threads = ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 1), thread_name_prefix="password")


async def hash_password(password: str) -> str:
    """The hash to store; the password was checked by :func:`backend.identity.rules.passwords.password_fault`."""
    return await asyncio.get_running_loop().run_in_executor(_threads, hash_now, password)


def hash_now(password: str) -> str:
    """The same where no loop runs (command line, demo data)."""
    return _hasher.hash(normalise_password(password))


async def fitting(password: str, hashes: Sequence[str], at_least: int) -> list[bool]:
    """Which of the hashes the password fits.

    Works as long for no hash as for ``at_least`` ones: the time must not tell whether an account exists.
    """
    return await asyncio.get_running_loop().run_in_executor(_threads, _fitting, password, tuple(hashes), at_least)


def _fitting(password: str, hashes: Sequence[str], at_least: int) -> list[bool]:
    plain = normalise_password(password[: MAXIMUM * 4])
    found = [_hasher.verify(plain, one) for one in hashes]
    for _ in range(len(hashes), at_least):
        _hasher.verify(plain, _nobody())
    return found


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def warm_up() -> None:
    """Compute what the first refusal would otherwise have to: call once at start."""
    _nobody()
