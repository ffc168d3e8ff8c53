"""ZIP (PKWARE APPNOTE 6.3) in one form only: parts stored as they are, one behind the other, no date, no comment, no byte besides.

Any ZIP program opens it. Reading writes each header again from what it says and compares, so a file has one encoding and hides
nothing; the usual library is lenient where this has to be strict. A part of 4 GiB and more has its sizes in a wide field (ZIP64).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from enforcement.values.errors import KnownError

NAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)?")
MAX_NAME, MAX_PARTS = 100, 50_000
CHUNK = 1 << 20
FULL = 0xFFFFFFFF
_DAY = 33
"""1 January 1980 as ZIP writes it."""
_MODE = 0o600 << 16
_END, _END64 = 22, 56 + 20


@dataclass(frozen=True)
class Stored:
    """A part: where its header begins, its size, its CRC-32; `wide` when its sizes stand in the wide field."""

    name: str
    offset: int
    size: int
    crc: int
    wide: bool

    @property
    def start(self) -> int:
        """Where its content begins."""
        return self.offset + len(self.local())

    def local(self) -> bytes:
        """The header before the content."""
        size, extra = (FULL, struct.pack("<HHQQ", 1, 16, self.size, self.size)) if self.wide else (self.size, b"")
        head = struct.pack(
            "<4s5H3L2H", b"PK\3\4", self._version, 0, 0, 0, _DAY, self.crc, size, size, len(self.name), len(extra)
        )
        return head + self.name.encode() + extra

    def central(self) -> bytes:
        """The entry in the directory. In the wide form the place stands in the wide field too."""
        size, place, extra = self.size, self.offset, b""
        if self.wide:
            size = place = FULL
            extra = struct.pack("<HHQQQ", 1, 24, self.size, self.size, self.offset)
        head = struct.pack(
            "<4s4B4H3L5H2L",
            b"PK\1\2",
            self._version,
            3,
            self._version,
            0,
            0,
            0,
            0,
            _DAY,
            self.crc,
            size,
            size,
            len(self.name),
            len(extra),
            0,
            0,
            0,
            _MODE,
            place,
        )
        return head + self.name.encode() + extra

    @property
    def _version(self) -> int:
        return 45 if self.wide else 20


class StoredWriter:
    """Parts into a file that can be written at any place."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._parts, self._end = out, dict[str, Stored](), 0

    def put(self, name: str, fill: Callable[[Callable[[bytes], object]], object], most: int) -> None:
        """A part of at most `most` bytes: `fill` is handed what writes a piece of it.

        Raises KnownError(input.invalid) for a name of another form, a name twice, or more bytes than announced.
        """
        if not NAME.fullmatch(name) or len(name) > MAX_NAME or name in self._parts:
            raise KnownError("input.invalid", field="part", why=name)
        wide = max(most, self._end) >= FULL
        head = len(Stored(name, self._end, 0, 0, wide).local())
        self._out.seek(self._end + head)
        size, crc = 0, 0

        def write(chunk: bytes) -> None:
            nonlocal size, crc
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            if size > most:
                raise KnownError("input.invalid", field="part", why=f"{name}: more than {most} bytes")
            self._out.write(chunk)

        fill(write)
        made = Stored(name, self._end, size, crc, wide)
        self._out.seek(self._end)
        self._out.write(made.local())
        self._parts[name] = made
        self._end += head + size

    def close(self) -> None:
        """The directory; the file itself stays open."""
        directory = b"".join(part.central() for part in self._parts.values())
        self._out.seek(self._end)
        self._out.write(directory + _tail(len(self._parts), len(directory), self._end))


class StoredReader:
    """The parts of a file in that one form. Raises KnownError(package.unreadable) for any other."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.parts = {part.name: part for part in _directory(source)}

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's content. Raises KnownError(package.altered) when its checksum is another."""
        part = self.parts[name]
        left, crc = part.size, 0
        while left:
            self._source.seek(part.start + part.size - left)
            chunk = self._source.read(min(CHUNK, left))
            if not chunk:
                raise KnownError("package.altered", part=name, why="cut off")
            left, crc = left - len(chunk), zlib.crc32(chunk, crc)
            yield chunk
        if crc != part.crc:
            raise KnownError("package.altered", part=name, why="checksum")


def _tail(count: int, size: int, start: int) -> bytes:
    """The end of a directory; for a large file the wide records before it."""
    wide = b""
    if count >= 0xFFFF or max(size, start) >= FULL:
        wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
        wide += struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
    few = min(count, 0xFFFF)
    return wide + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, few, few, min(size, FULL), min(start, FULL), 0)


def _directory(source: BinaryIO) -> Iterator[Stored]:
    whole = source.seek(0, 2)
    count, size, start = _ends(source, whole)
    if not 0 < count <= MAX_PARTS or size > count * (46 + MAX_NAME + 28):
        raise _unreadable(f"{count} parts")
    tail = _tail(count, size, start)
    if start + size + len(tail) != whole or _at(source, start + size, len(tail)) != tail:
        raise _unreadable("bytes behind the parts")
    data, at, end = _at(source, start, size), 0, 0
    seen: set[str] = set()
    for _ in range(count):
        part = _entry(data, at)
        at += len(part.central())
        if part.name in seen or part.offset != end:
            raise _unreadable("a part twice, or bytes between the parts")
        seen.add(part.name)
        local = part.local()
        if _at(source, part.offset, len(local)) != local:
            raise _unreadable(f"{part.name} is described in two ways")
        end += len(local) + part.size
        yield part
    if at != size or end != start:
        raise _unreadable("bytes between the parts and their directory")


def _ends(source: BinaryIO, whole: int) -> tuple[int, int, int]:
    """Count of the parts, size and place of the directory, as the end of the file says."""
    end = _at(source, whole - _END, _END)
    if len(end) < _END or end[:4] != b"PK\5\6":
        raise _unreadable("no end, or cut off")
    count, size, start = struct.unpack("<HLL", end[10:20])
    if FULL in (size, start) or count == 0xFFFF:
        wide = _at(source, whole - _END - _END64, _END64)
        if len(wide) < _END64 or wide[:4] != b"PK\6\6":
            raise _unreadable("no wide end")
        count, size, start = struct.unpack("<QQQ", wide[32:56])
    return count, size, start


def _entry(data: bytes, at: int) -> Stored:
    """One entry of the directory, written again and compared."""
    try:
        version, crc, size = data[at + 4], *struct.unpack_from("<LL", data, at + 16)
        (length,) = struct.unpack_from("<H", data, at + 28)
        (place,) = struct.unpack_from("<L", data, at + 42)
        name = data[at + 46 : at + 46 + length].decode("ascii")
        if version == 45:
            size, _, place = struct.unpack_from("<QQQ", data, at + 46 + length + 4)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise _unreadable("its directory is damaged") from error
    if not NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise _unreadable("a name of another form")
    part = Stored(name, place, size, crc, version == 45)
    if data[at : at + len(part.central())] != part.central():
        raise _unreadable(f"{name} is not stored as it is")
    return part


def _at(source: BinaryIO, place: int, size: int) -> bytes:
    if place < 0:
        return b""
    source.seek(place)
    return source.read(size)


def _unreadable(why: str) -> KnownError:
    return KnownError("package.unreadable", file="", why=why)
