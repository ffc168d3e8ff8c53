"""One program at a time in a folder that is changed by reading, changing and writing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from enforcement.values.errors import KnownError

FILE_NAME = "in-use.lock"
PATIENCE = 10.0
"""Seconds that a program waits for another one before it says so."""
STEP = 0.05


@contextmanager
def alone_in(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the folder; the system lets go of it when the program is killed. A folder that is not there is held by nobody.

    Raises KnownError(office.in_use) when another program still holds it after `patience` seconds.
    """
    if not folder.is_dir():
        yield
        return
    with (folder / FILE_NAME).open("ab+") as file:
        _wait(file, folder, patience)
        yield


def _wait(file: BinaryIO, folder: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            _lock(file)
            return
        except OSError as error:
            if time.monotonic() >= deadline:
                raise KnownError("office.in_use", folder=str(folder)) from error
            time.sleep(STEP)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


if os.name not in ("nt", "posix"):
    raise RuntimeError("no file lock on this system")
