"""Bytes on the disk: a place for what is arriving, and a place for what is whole.

All functions block; call them in a thread. A file is moved to the second place only after it was checked and
flushed, by a rename within one file system: nobody ever sees half of one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Somebody is writing to this upload right now."""


class Disk:
    """Files under one folder, only for this server (mode 0700)."""

    def __init__(self, folder: Path) -> None:
        self._arriving = folder / "arriving"
        self._whole = folder / "whole"

    @staticmethod
    def new_location() -> str:
        """A new random name."""
        return secrets.token_hex(20)

    def begin(self, location: str) -> None:
        """Make an empty arriving file, unless it is there."""
        _folder(self._arriving)
        os.close(os.open(self._arriving / location, os.O_WRONLY | os.O_CREAT, 0o600))

    def size(self, location: str) -> int | None:
        """How many bytes have arrived; ``None`` if the file is not there."""
        for path in (self._arriving / location, self.whole(location)):
            try:
                return path.stat().st_size
            except FileNotFoundError:
                continue
        return None

    def whole(self, location: str) -> Path:
        """Where a whole file lies."""
        return self._whole / location[:2] / location

    def arriving(self, location: str) -> Path:
        """Where an arriving file lies; after a crash during the move it may already be at the other place."""
        path = self._arriving / location
        return path if path.exists() else self.whole(location)

    @contextmanager
    def writing(self, location: str) -> Iterator[int]:
        """A descriptor to write an arriving file with, alone over all processes.

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
            yield descriptor
        finally:
            os.close(descriptor)

    def keep(self, location: str) -> None:
        """Flush an arriving file and move it to its final place; harmless if that was done before."""
        source, target = self._arriving / location, self.whole(location)
        if not source.exists() and target.exists():
            return
        _folder(target.parent)
        _flush(source)
        source.rename(target)
        for folder in (target.parent, self._whole, self._arriving):
            _flush(folder)

    def remove(self, location: str) -> None:
        """Delete a file wherever it is."""
        for path in (self._arriving / location, self.whole(location)):
            path.unlink(missing_ok=True)


def _folder(path: Path) -> None:
    # The mode of `mkdir` counts for the last folder only, not for the parents that it makes on the way.
    if not path.parent.is_dir():
        _folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
