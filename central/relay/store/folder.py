"""Blobs in a folder: two levels of names, what is on the way in `incoming`. Several processes of one machine may share it."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from central.platform.files import sync_folder
from central.relay.store.blobs import READ_BYTES
from enforcement.values.errors import KnownError


class FolderBlobs:
    """Blobs under one folder, durable when a call returns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def have(self, digest: bytes) -> tuple[int, bool]:
        for path, whole in ((self._path(digest), True), (self._part(digest), False)):
            try:
                return path.stat().st_size, whole
            except FileNotFoundError:
                continue
        return 0, False

    def append(self, digest: bytes, offset: int, total: int, data: bytes) -> tuple[int, bool]:
        have, whole = self.have(digest)
        if whole or offset != have or have + len(data) > total:
            return have, whole
        part = self._part(digest)
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # at its place and not at the end: two who send the same piece at once write the same bytes
            handle = os.open(part, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.seek(offset)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if have + len(data) < total:
                return have + len(data), False
            return self._finish(digest, part, total)
        except FileNotFoundError:
            return self.have(digest)  # another process finished it
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise KnownError("store.disk_full") from error
            raise KnownError("relay.store_unreachable", what="blobs", why=str(error.strerror)) from error

    def read(self, digest: bytes, offset: int, length: int) -> Iterator[bytes]:
        with self._path(digest).open("rb") as file:
            file.seek(offset)
            while length > 0 and (data := file.read(min(READ_BYTES, length))):
                length -= len(data)
                yield data

    def names(self) -> Iterator[bytes]:
        if not self._folder.is_dir():
            return
        for shelf in sorted(one for one in self._folder.iterdir() if len(one.name) == 2):
            for path in sorted(shelf.iterdir()):
                yield bytes.fromhex(path.name)

    def reachable(self) -> None:
        """Raises KnownError(relay.store_unreachable) when the folder cannot be written to."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self._folder, os.W_OK):
            raise KnownError("relay.store_unreachable", what="blobs", why="the folder cannot be written to")

    def _path(self, digest: bytes) -> Path:
        return self._folder / digest.hex()[:2] / digest.hex()

    def _part(self, digest: bytes) -> Path:
        return self._folder / "incoming" / digest.hex()

    def _finish(self, digest: bytes, part: Path, total: int) -> tuple[int, bool]:
        with part.open("rb") as file:
            if hashlib.file_digest(file, "sha256").digest() != digest:
                part.unlink()
                raise KnownError("digest.mismatch", digest=digest.hex())
        target = self._path(digest)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(part, target)
        sync_folder(target.parent)
        return total, True
