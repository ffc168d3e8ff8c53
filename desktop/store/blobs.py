"""The folder of sealed blobs: each named by the SHA-256 of its bytes. Only sealed bytes ever touch the disk."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from desktop.platform.files import disk_errors, sync_folder
from enforcement.values.errors import KnownError

READ_BYTES = 1 << 20
EARLY = 16 << 20
"""So many bytes at a time are sent on to the disk while the rest is still being sealed: at the end there is little to wait for."""


class _Out:
    """Writes whole pieces to an unbuffered file and starts the disk on them early."""

    def __init__(self, file: FileIO) -> None:
        self._file, self._since = file, 0

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._since += len(data)
        if self._since >= EARLY and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self._since = 0


class BlobFolder:
    """Content-addressed files under `profile/blobs`."""

    def __init__(self, profile: Path) -> None:
        self.folder = profile / "blobs"

    def path(self, digest: bytes) -> Path:
        """Where the blob of this digest lies or would lie."""
        name = digest.hex()
        return self.folder / name[:2] / name

    def has(self, digest: bytes) -> bool:
        return self.path(digest).is_file()

    @contextmanager
    def staging(self) -> Iterator[tuple[Callable[[bytes], None], Callable[[], Path]]]:
        """(write, hold): write sealed bytes, then `hold()` makes them durable under a passing name, which `adopt` takes or `sweep` removes.

        Left without `hold`, nothing stays. Raises KnownError(store.disk_full) or (store.read_only).
        """
        name, held = "", False
        with disk_errors(self.folder):
            try:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=self.folder, prefix="part-")
                with os.fdopen(handle, "wb", buffering=0) as file:
                    out = _Out(file)

                    def hold() -> Path:
                        nonlocal held
                        os.fsync(file.fileno())
                        held = True
                        return Path(name)

                    yield out.write, hold
            finally:
                if name and not held and os.path.exists(name):
                    os.unlink(name)

    def adopt(self, held: Path, digest: bytes) -> None:
        """Put what was held under its digest. Raises KnownError(store.disk_full) or (store.read_only)."""
        target = self.path(digest)
        with disk_errors(self.folder):
            target.parent.mkdir(mode=0o700, exist_ok=True)
            os.replace(held, target)
            sync_folder(target.parent)

    @contextmanager
    def writing(self) -> Iterator[tuple[Callable[[bytes], None], Callable[[], bytes]]]:
        """(write, finish): write sealed bytes, then `finish()` puts them under their digest and returns it.

        Left without `finish`, nothing stays. Raises KnownError(store.disk_full) or (store.read_only).
        """
        name = ""
        with disk_errors(self.folder):
            try:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=self.folder, prefix="part-")
                with os.fdopen(handle, "wb", buffering=0) as file:
                    out, hasher = _Out(file), hashlib.sha256()

                    def write(data: bytes) -> None:
                        hasher.update(data)
                        out.write(data)

                    def finish() -> bytes:
                        os.fsync(file.fileno())
                        digest = hasher.digest()
                        self.adopt(Path(name), digest)
                        return digest

                    yield write, finish
            finally:
                if name and os.path.exists(name):
                    os.unlink(name)

    @contextmanager
    def arriving(self, digest: bytes, size: int) -> Iterator[tuple[int, Callable[[bytes], None]]]:
        """(have, write) for a blob of that name and size that comes from elsewhere: what came of an earlier try is kept, `write` goes on
        behind it. Left with all of it there, it stands under its name; left earlier, the part waits for the next try.

        Raises KnownError(digest.mismatch) for other bytes, which are removed, (store.disk_full), (store.read_only).
        """
        part = self.folder / "arriving" / digest.hex()
        with disk_errors(self.folder):
            part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            have = part.stat().st_size if part.is_file() else 0
            with part.open("ab") as file:

                def write(data: bytes) -> None:
                    nonlocal have
                    have += len(data)
                    if have > size:
                        raise KnownError("digest.mismatch", digest=digest.hex())
                    file.write(data)

                try:
                    yield have, write
                except KnownError as error:
                    if error.code == "digest.mismatch":
                        part.unlink()
                    raise
                file.flush()
                os.fsync(file.fileno())
            if have == size:
                self._adopt_arrived(part, digest)

    def _adopt_arrived(self, part: Path, digest: bytes) -> None:
        with part.open("rb") as file:
            whole = hashlib.file_digest(file, "sha256").digest() == digest
        if not whole:
            part.unlink()
            raise KnownError("digest.mismatch", digest=digest.hex())
        self.adopt(part, digest)

    def open(self, digest: bytes) -> BinaryIO:
        """The sealed bytes for reading; raises KnownError(store.damaged) when they are not here."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError as error:
            raise KnownError("store.damaged", blob=digest.hex()) from error

    def pieces(self, digest: bytes) -> Iterator[bytes]:
        """The sealed bytes in pieces of at most 1 MiB."""
        with self.open(digest) as file:
            while data := file.read(READ_BYTES):
                yield data

    def sweep(self) -> int:
        """Remove what a killed program left half-written; returns how many files."""
        left = list(self.folder.glob("part-*")) if self.folder.is_dir() else []
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)
