"""The courier's folder on a stick, as the disk gives it (its layout: enforcement.exchange.courier).

Every file is written under a passing name, made durable and put in place; what was there before is never changed in part. A file whose
bytes do not hash to its name counts as not there.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from central.platform.files import write_durably
from enforcement.exchange import LIMITS, courier
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

READ_BYTES = 1 << 20
LINK = "a link to another place"
FULL, CLOSED = (errno.ENOSPC, errno.EDQUOT), (errno.EROFS, errno.EACCES, errno.EPERM)


class CourierFolder:
    """One folder `hengchi-courier`, whose manifest was checked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def open(cls, chosen: Path, roots: Iterable[bytes]) -> CourierFolder:
        """The folder on that stick, or that folder itself, of the agency with these root metadata.

        Raises KnownError(courier.not_here), (courier.unreadable), (courier.newer), (courier.wrong_agency), (courier.gone).
        """
        path = _place(chosen)
        found = cls(path)
        data = found.read("", courier.MANIFEST, courier.MOST_MANIFEST) if path.is_dir() else None
        if data is None:
            raise KnownError("courier.not_here", folder=str(chosen), why=_why(chosen, path))
        if not path.resolve().is_relative_to(chosen.resolve()):
            raise KnownError("courier.unreadable", file=courier.FOLDER, why=LINK)
        courier.read_manifest(data, roots)
        return found

    def names(self, part: str) -> list[str]:
        """Names of the files in a part of the folder, in order, without what was left unfinished."""
        with stick_errors(part):
            folder = self.path / part
            if not folder.is_dir():
                return []
            return sorted(one.name for one in folder.iterdir() if one.is_file() and not courier.unfinished(one.name))

    def read(self, part: str, name: str, most: int) -> bytes | None:
        """A file's bytes; None where there is none, or a larger one than `most` bytes."""
        with stick_errors(name):
            path = self.path / part / name
            try:
                return path.read_bytes() if path.stat().st_size <= most else None
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return None

    def whole(self, part: str, name: bytes, most: int) -> bytes | None:
        """A file's bytes where they hash to its name."""
        data = self.read(part, name.hex(), most)
        return data if data is not None and digest(data) == name else None

    def bundles(self, ignored: list[str]) -> Iterator[tuple[str, bytes]]:
        """Names and bytes of the bundles that are what their name says; the names of others go to `ignored`."""
        for text in self.names(courier.BUNDLES):
            name = courier.digest_in(text)
            data = None if name is None else self.whole(courier.BUNDLES, name, LIMITS.bundle)
            if data is None:
                ignored.append(text)
            else:
                yield text, data

    def size(self, part: str, name: bytes) -> int | None:
        """Bytes of a file that bears this digest, whatever is in it; None where there is none."""
        with stick_errors(name.hex()):
            path = self.path / part / name.hex()
            return path.stat().st_size if path.is_file() else None

    def pieces(self, part: str, name: bytes, offset: int = 0, most: int = READ_BYTES) -> Iterator[bytes]:
        """A file from there on in pieces of at most `most` bytes; not checked."""
        with stick_errors(name.hex()), (self.path / part / name.hex()).open("rb") as file:
            file.seek(offset)
            while data := file.read(most):
                yield data

    def holds(self, part: str, name: bytes, size: int) -> bool:
        """Whether a file is there whole, by its bytes."""
        if self.size(part, name) != size:
            return False
        hasher = hashlib.sha256()
        for piece in self.pieces(part, name):
            hasher.update(piece)
        return hasher.digest() == name

    def put(self, part: str, name: str, data: bytes) -> None:
        """Write a file, durable when it returns; the same bytes are not written again.

        Raises KnownError(courier.full), (courier.read_only), (courier.gone).
        """
        if self.read(part, name, len(data)) == data:
            return
        with stick_errors(name):
            write_durably(self._inside(part, name), data, 0o644)

    def put_pieces(self, part: str, name: bytes, size: int, pieces: Iterable[bytes]) -> None:
        """Write a large file that is not there whole yet. Raises what `put` raises."""
        if not self.holds(part, name, size):
            with stick_errors(name.hex()):
                write_durably(self._inside(part, name.hex()), pieces, 0o644)

    def _inside(self, part: str, name: str) -> Path:
        """Where a file is written: never through a link to another place."""
        path = self.path / part / name
        if not path.parent.resolve().is_relative_to(self.path.resolve()):
            raise KnownError("courier.unreadable", file=part, why=LINK)
        return path

    def sweep(self) -> None:
        """Remove what a write that was cut off left unfinished."""
        with stick_errors(courier.FOLDER):
            for one in self.path.rglob(".*"):
                if courier.unfinished(one.name) and one.is_file():
                    one.unlink(missing_ok=True)

    def free(self) -> int:
        """Bytes that can still be written."""
        with stick_errors(""):
            return shutil.disk_usage(self.path).free


def is_courier(chosen: Path) -> bool:
    """Whether that is a courier's folder, or a stick with one."""
    return _place(chosen).is_dir()


def _place(chosen: Path) -> Path:
    return chosen if chosen.name == courier.FOLDER else chosen / courier.FOLDER


def _why(chosen: Path, path: Path) -> str:
    if not chosen.exists():
        return "it is not there"
    if not chosen.is_dir():
        return "it is a file"
    return f"{courier.MANIFEST} is missing" if path.is_dir() else f"no folder {courier.FOLDER}"


@contextmanager
def stick_errors(name: str) -> Iterator[None]:
    """Turn the stick's refusals into KnownError."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise KnownError("courier.full", file=name) from error
        if error.errno in CLOSED:
            raise KnownError("courier.read_only", file=name) from error
        raise KnownError("courier.gone", why=error.strerror or str(error)) from error
