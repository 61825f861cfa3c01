"""Where whole files lie: a folder of this machine, or a bucket of an S3-compatible service. Both through one API.

All functions block; call them in a thread. What they keep is sealed already and named by a random word.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import S3Config

_READ = 256 * 1024


class Store(Protocol):
    """Keeps sealed files by name. Everything raises ``OSError`` if the place cannot be reached or is full."""

    def put(self, name: str, sealed: bytes) -> None:
        """Keep a file durably, all of it or nothing; one of the same name is replaced."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """The file's bytes in pieces. Raises ``FileNotFoundError``."""
        ...

    def size(self, name: str) -> int | None:
        """How many bytes it has; ``None`` if it is not there."""
        ...

    def remove(self, name: str) -> None:
        """Delete it; harmless if it is not there."""
        ...


class FolderStore:
    """Files under one folder, only for this server (mode 0700)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where a file lies."""
        return self._folder / name[:2] / name

    def put(self, name: str, sealed: bytes) -> None:
        """Written beside its place, flushed, then renamed: nobody ever sees half of one."""
        target = self.path(name)
        make_folder(target.parent)
        passing = target.with_name(f"{name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            passing.rename(target)
        except BaseException:
            passing.unlink(missing_ok=True)
            raise
        for folder in (target.parent, self._folder):
            flush_folder(folder)

    def read(self, name: str) -> Iterator[bytes]:
        """The file's bytes in pieces. Raises ``FileNotFoundError``."""
        with self.path(name).open("rb") as file:
            while block := file.read(_READ):
                yield block

    def size(self, name: str) -> int | None:
        """How many bytes it has; ``None`` if it is not there."""
        try:
            return self.path(name).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Delete it; harmless if it is not there."""
        self.path(name).unlink(missing_ok=True)


class BucketStore:
    """Files in a bucket. ``endpoint``: ``https://HOST`` of the service (empty: Amazon's own); requests are signed
    (AWS signature 4), tried again for ``seconds``, and say nothing of a file but its random name."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str = "",
        region: str = "us-east-1",
        access_key: str = "",
        secret_key: str = "",
        prefix: str = "",
        seconds: float = 20.0,
    ) -> None:
        given: S3Config = {"region": region}
        if endpoint:
            given["endpoint"] = endpoint
        if access_key:
            given["access_key_id"], given["secret_access_key"] = access_key, secret_key
        limit = timedelta(seconds=seconds)
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            config=given,
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": limit},
            retry_config={"max_retries": 3, "retry_timeout": limit},
        )

    def put(self, name: str, sealed: bytes) -> None:
        """One request; an answer means that the service has all of it."""
        try:
            obstore.put(self._store, name, sealed, use_multipart=False)
        except BaseError as error:
            raise _unreachable(error) from error

    def read(self, name: str) -> Iterator[bytes]:
        """The file's bytes in pieces. Raises ``FileNotFoundError``."""
        try:
            for piece in obstore.get(self._store, name).stream(min_chunk_size=_READ):
                yield bytes(piece)
        except BaseError as error:
            raise _unreachable(error) from error

    def size(self, name: str) -> int | None:
        """How many bytes it has; ``None`` if it is not there."""
        try:
            return obstore.head(self._store, name)["size"]
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise _unreachable(error) from error

    def remove(self, name: str) -> None:
        """Delete it; harmless if it is not there."""
        try:
            obstore.delete(self._store, name)
        except FileNotFoundError:
            return
        except BaseError as error:
            raise _unreachable(error) from error


def make_folder(path: Path) -> None:
    """A folder only for this server, with its parents: the mode of `mkdir` counts for the last one only."""
    if not path.parent.is_dir():
        make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def flush_folder(path: Path) -> None:
    """Make renames and removals in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unreachable(error: BaseError) -> OSError:
    # The service's own text may hold addresses and request ids: the kind is enough.
    return OSError(f"bucket: {type(error).__name__}")
