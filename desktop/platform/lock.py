"""One running copy for each profile."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from desktop.platform.files import disk_errors
from enforcement.values.errors import KnownError

FILE_NAME = "in-use.lock"


class ProfileLock:
    """Held from start to stop; the system lets go of it when the program is killed."""

    def __init__(self, profile: Path) -> None:
        """Raises KnownError(store.in_use) when another copy holds the profile."""
        path = profile / FILE_NAME
        with disk_errors(path):
            profile.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("ab+")
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise KnownError("store.in_use", profile=profile.name) from error

    def release(self) -> None:
        self._file.close()


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
