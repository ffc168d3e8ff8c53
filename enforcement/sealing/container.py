"""Named parts in one file (`stored_zip`), each sealed when there is a password.

Under a password each part is a sealed blob (docs/formats.md) with a key of its own: HKDF-SHA256 of the password's Argon2id, with the
part's name. `lock.cbor` says how the password becomes a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from enforcement.sealing.blob import HEADER, PIECE, TAG, open_blob, seal_blob
from enforcement.sealing.stored_zip import StoredReader, StoredWriter
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

LOCK = "lock.cbor"
MAX_LOCK = 4096
MEMORY, ITERATIONS, LANES = 65_536, 3, 4


class Lock(Record):
    """How a password becomes a key: Argon2id over `salt`, memory in KiB. `check` tells a wrong password from an altered file."""

    v: int
    salt: bytes
    memory: int
    iterations: int
    lanes: int
    check: bytes


class PartWriter:
    """Parts into a file that can be written at any place. With a password every part is sealed but those put with `sealed=False`."""

    def __init__(self, out: BinaryIO, password: str, entropy: Callable[[int], bytes]) -> None:
        self._file, self._entropy, self._master = StoredWriter(out), entropy, b""
        if password:
            salt = entropy(16)
            self._master = _master(password, salt, MEMORY, ITERATIONS, LANES)
            check = _key(self._master, "check")[:16]
            lock = Lock(v=1, salt=salt, memory=MEMORY, iterations=ITERATIONS, lanes=LANES, check=check)
            self.put(LOCK, to_bytes(lock), sealed=False)

    def put(self, name: str, data: bytes, *, sealed: bool = True) -> None:
        """A small part."""
        self.stream(name, [data], len(data), sealed=sealed)

    def stream(self, name: str, chunks: Iterable[bytes], size: int, *, sealed: bool = True) -> None:
        """A part of at most `size` bytes, piece by piece. Raises KnownError(input.invalid)."""
        if not sealed or not self._master:
            self._file.put(name, lambda write: [write(chunk) for chunk in chunks], size)
            return
        key, room = _key(self._master, name), size + (size // PIECE + 2) * TAG + HEADER + size // 1000 + 1024
        self._file.put(name, lambda write: seal_blob(chunks, write, key=key, entropy=self._entropy), room)

    def close(self) -> None:
        """Write the directory."""
        self._file.close()


class PartReader:
    """The parts of a file, checked in form. Raises KnownError(package.unreadable) for another form, (package.password)."""

    def __init__(self, source: BinaryIO, password: str = "") -> None:
        self._file = StoredReader(source)
        self._master = b""
        if LOCK in self._file.parts:
            self._master = _unlocked(self.read(LOCK, MAX_LOCK, sealed=False), password)

    @property
    def names(self) -> tuple[str, ...]:
        """All parts but the lock, in the file's order."""
        return tuple(name for name in self._file.parts if name != LOCK)

    def read(self, name: str, limit: int, *, sealed: bool = True) -> bytes:
        """A small part. Raises KnownError(package.altered), (package.too_large)."""
        return b"".join(self.stream(name, limit, sealed=sealed))

    def stream(self, name: str, limit: int, *, sealed: bool = True) -> Iterator[bytes]:
        """A part, piece by piece; at most `limit` bytes. Raises what `read` raises."""
        if name not in self._file.parts:
            raise _altered(name, "missing")
        source, given = self._file.chunks(name), 0
        try:
            for chunk in open_blob(source, _key(self._master, name)) if sealed and self._master else source:
                given += len(chunk)
                if given > limit:
                    raise KnownError("package.too_large", part=name, limit=limit)
                yield chunk
        except KnownError as error:
            if error.code.startswith(("blob.", "encoding.")):
                raise _altered(name, "does not open") from error
            raise


def _unlocked(data: bytes, password: str) -> bytes:
    try:
        lock = from_bytes(Lock, data)
        # what a hostile file may ask of the machine
        if lock.v != 1 or lock.memory > 1 << 20 or lock.iterations > 16 or lock.lanes > 16:
            raise _altered(LOCK, "shape")
        master = _master(password, lock.salt, lock.memory, lock.iterations, lock.lanes)
    except ValueError as error:
        raise _altered(LOCK, "shape") from error
    except KnownError as error:
        raise _altered(LOCK, "shape") from error
    if _key(master, "check")[:16] != lock.check:
        raise KnownError("package.password")
    return master


def _master(password: str, salt: bytes, memory: int, iterations: int, lanes: int) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=iterations, lanes=lanes, memory_cost=memory)
    return kdf.derive(password.encode())


def _key(master: bytes, name: str) -> bytes:
    return HKDF(SHA256(), 32, None, b"hengchi-package\0" + name.encode()).derive(master)


def _altered(name: str, why: str) -> KnownError:
    return KnownError("package.altered", part=name, why=why)
