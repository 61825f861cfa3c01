"""Bytes of files, sealed: those that arrive lie on this machine's disk, whole ones in a :class:`Store`.

All functions block; call them in a thread. A file counts as whole only after it was checked and its store has it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.files.sealing import MAGIC, Damaged, Sealing, content_size
from backend.files.stores import FolderStore, Store, flush_folder, make_folder

__all__ = ["Arriving", "Busy", "Damaged", "Storage"]

_NAME = 40
"""Letters of a location."""


class Busy(Exception):
    """Somebody is writing to this upload right now."""


class Arriving:
    """A file that is being written, held by one request alone; offsets are those of its content."""

    def __init__(self, sealing: Sealing, location: str, descriptor: int) -> None:
        self._sealing = sealing
        self._location = location
        self._descriptor = descriptor

    @property
    def size(self) -> int:
        """How many bytes have arrived."""
        return os.fstat(self._descriptor).st_size

    def write(self, block: bytes, offset: int) -> None:
        """Put a piece at its place."""
        view = memoryview(self._sealing.running(self._location, block, offset))
        while view:
            written = os.pwrite(self._descriptor, view, offset)
            view, offset = view[written:], offset + written

    def cut(self, size: int) -> None:
        """Forget what came after the first ``size`` bytes."""
        os.ftruncate(self._descriptor, size)

    def flush(self) -> None:
        """Make durable what was written."""
        os.fsync(self._descriptor)


class Storage:
    """The files of one installation. ``folder`` holds what arrives, and what is whole unless ``store`` does."""

    def __init__(self, folder: Path, key: bytes, store: Store | None = None) -> None:
        self._arriving, self._whole = folder / "arriving", folder / "whole"
        self._store: Store = store or FolderStore(self._whole)
        self._sealing = Sealing(key)

    @staticmethod
    def new_location() -> str:
        """A new random name."""
        return secrets.token_hex(20)

    def begin(self, location: str) -> None:
        """Make an empty arriving file, unless it is there."""
        make_folder(self._arriving)
        os.close(os.open(self._arriving / location, os.O_WRONLY | os.O_CREAT, 0o600))

    def size(self, location: str) -> int | None:
        """How many bytes of an unfinished file have arrived; ``None`` if it is not there."""
        try:
            return (self._arriving / location).stat().st_size
        except FileNotFoundError:
            return None

    @contextmanager
    def writing(self, location: str) -> Iterator[Arriving]:
        """An arriving file to write, alone over all processes.

        Raises :class:`Busy`, or ``FileNotFoundError`` if it is not there (any more).
        """
        descriptor = os.open(self._arriving / location, os.O_RDWR)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(location) from None
            if not (self._arriving / location).exists():
                # It was finished between opening and locking.
                raise FileNotFoundError(location)
            yield Arriving(self._sealing, location, descriptor)
        finally:
            os.close(descriptor)

    def arrived(self, location: str) -> bytes:
        """What has arrived so far. Raises ``FileNotFoundError``."""
        return self._sealing.running(location, (self._arriving / location).read_bytes(), 0)

    def keep(self, location: str, content: bytes) -> None:
        """Seal a checked content and keep it durably; what arrived stays until :meth:`settled`."""
        self._store.put(location, self._sealing.seal(location, content))

    def settled(self, location: str) -> None:
        """The file is known as whole: what arrived is not needed any more."""
        (self._arriving / location).unlink(missing_ok=True)
        if self._arriving.is_dir():
            flush_folder(self._arriving)

    def read(self, location: str) -> tuple[int, Iterator[bytes]]:
        """A whole file: its size and its content in pieces. Raises ``FileNotFoundError``; reading may raise
        :class:`Damaged`."""
        size = self._store.size(location)
        if size is None:
            raise FileNotFoundError(location)
        return content_size(size), self._sealing.open(location, self._store.read(location))

    def content(self, location: str) -> bytes:
        """All of a whole file. Raises ``FileNotFoundError`` or :class:`Damaged`."""
        return b"".join(self._sealing.open(location, self._store.read(location)))

    def remove(self, location: str) -> None:
        """Delete a file wherever it is."""
        (self._arriving / location).unlink(missing_ok=True)
        self._store.remove(location)

    def probe(self) -> None:
        """Write, read and delete a small file at its final place. Raises ``OSError`` if any of that fails."""
        location, content = self.new_location(), secrets.token_bytes(64)
        self.keep(location, content)
        try:
            if self.content(location) != content:
                raise Damaged("another content came back")
        finally:
            self._store.remove(location)

    def adopt(self) -> int:
        """Seal files in the folder that an older version or its backup left in the clear, once; returns how many."""
        done = self._whole / ".sealed"
        if done.exists() or not self._whole.is_dir():
            return 0
        found = 0
        for path in self._whole.glob("??/*"):
            content = path.read_bytes()
            if len(path.name) == _NAME and not content.startswith(MAGIC):
                FolderStore(self._whole).put(path.name, self._sealing.seal(path.name, content))
                found += 1
        done.touch(0o600)
        return found

    def sweep(self, seconds: float) -> int:
        """Delete what was last written longer than ``seconds`` ago and never ended (a crash). Returns how many."""
        gone, before = 0, time.time() - seconds
        for path in self._arriving.glob("*") if self._arriving.is_dir() else ():
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
            except FileNotFoundError:
                continue
        return gone
