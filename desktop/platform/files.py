"""Durable files: a temporary file with its mode first, flushed, synced, put in place, the folder synced."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from enforcement.values.errors import KnownError


def write_durably(path: Path, data: bytes | Iterable[bytes], mode: int = 0o600) -> None:
    """Replace `path` with `data` (whole, or in pieces), or leave it as it was.

    Raises KnownError(store.disk_full) or (store.read_only).
    """
    name = ""
    with disk_errors(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
            with os.fdopen(handle, "wb") as file:
                if os.name != "nt":
                    os.fchmod(file.fileno(), mode)
                file.writelines([data] if isinstance(data, bytes) else data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
            sync_folder(path.parent)
        finally:
            if name and os.path.exists(name):
                os.unlink(name)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the disk's refusals into KnownError; everything else passes."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise KnownError("store.disk_full", file=path.name) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise KnownError("store.read_only", file=path.name) from error
        raise
