"""A sealed attachment: pieces of AES-256-GCM in STREAM order, named by the SHA-256 of the sealed bytes.

Layout (docs/formats.md):
- header, 16 bytes: "HZB1", suite (1), flags (bit 0: zstd), 2 zero bytes, 7 bytes nonce prefix, 1 zero byte;
- then pieces: each holds 4 MiB of the (compressed) content, the last one less or as much, each followed by its 16-byte tag.
- Nonce: prefix (7), piece number from 0 (4, big-endian), 1 for the last piece else 0 (1). The header is additional data.
- The last piece is marked in its nonce, so a cut-off file, a moved piece or bytes after the end are all refused.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from enforcement.values.errors import KnownError

MAGIC = b"HZB1"
SUITE_AES256GCM = 1
FLAG_ZSTD = 1
PIECE = 4 << 20
TAG = 16
HEADER = 16
GAIN_WORTH_IT = 0.9
"""Compression is used when the first piece shrinks to less than this."""
MAX_CONTENT = 1 << 34
"""No attachment grows beyond 16 GiB when opened, whatever its sealed bytes claim."""


@dataclass(frozen=True)
class SealedBlob:
    """Sizes in bytes; `digest` is of the sealed bytes, `plain_digest` of the content."""

    digest: bytes
    size: int
    plain_digest: bytes
    plain_size: int


Beside = Callable[[Callable[[], object]], Callable[[], object]]
"""Runs what it is given after what it was given before, perhaps on another processor; what it returns waits for it and raises what it
raised.
"""
AHEAD = 2
"""So many sealed pieces may wait to be written."""


def at_once(run: Callable[[], object]) -> Callable[[], object]:
    """A `Beside` that is not beside anything."""
    run()
    return lambda: None


def seal_blob(
    source: Iterable[bytes],
    write: Callable[[bytes], object],
    *,
    key: bytes,
    entropy: Callable[[int], bytes],
    beside: Beside = at_once,
) -> SealedBlob:
    """Seal `source` into `write`, holding a few pieces in memory. `key` is 32 bytes, used for this blob only. What is sealed is hashed
    and written `beside` the reading and sealing of the next piece.
    """
    meter = _Meter(source)
    chunks = _regroup(meter, PIECE)
    first = next(chunks, b"")
    packed = len(zstandard.ZstdCompressor(level=3).compress(first)) < len(first) * GAIN_WORTH_IT
    content = _chain(first, chunks)
    if packed:
        content = _regroup(_compress(content), PIECE)
    header = MAGIC + bytes([SUITE_AES256GCM, FLAG_ZSTD if packed else 0, 0, 0]) + entropy(7) + b"\x00"
    hasher, size = hashlib.sha256(), HEADER

    def put(sealed: bytes) -> None:
        hasher.update(sealed)
        write(sealed)

    cipher = AESGCM(key)
    waits = deque([beside(partial(put, header))])
    try:
        for number, (piece, last) in enumerate(_with_last(content)):
            sealed = cipher.encrypt(_nonce(header, number, last), piece, header)
            size += len(sealed)
            waits.append(beside(partial(put, sealed)))
            while len(waits) > AHEAD:
                waits.popleft()()
    finally:
        while waits:
            waits.popleft()()
    return SealedBlob(hasher.digest(), size, meter.digest, meter.size)


def open_blob(source: Iterable[bytes], key: bytes, *, limit: int = MAX_CONTENT) -> Iterator[bytes]:
    """The content, piece by piece; only authenticated bytes are ever given out.

    Raises KnownError(blob.truncated), (blob.altered) or (encoding.wrong_shape).
    """
    content = _decrypt(source, key)
    flags = next(content)[0]
    given = 0
    for chunk in _decompress(content) if flags & FLAG_ZSTD else content:
        given += len(chunk)
        if given > limit:
            raise KnownError("blob.altered", why="larger than allowed")
        yield chunk


def _decrypt(source: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """First one byte of flags, then the content of each piece."""
    chunks = iter(source)
    header = b""
    while len(header) < HEADER:
        chunk = next(chunks, None)
        if chunk is None:
            raise KnownError("blob.truncated", at=len(header))
        header += chunk
    header, rest = header[:HEADER], header[HEADER:]
    if (
        header[:4] != MAGIC
        or header[4] != SUITE_AES256GCM
        or header[5] & ~FLAG_ZSTD
        or header[6:8] != b"\0\0"
        or header[15]
    ):
        raise KnownError("encoding.wrong_shape", why="not a sealed attachment")
    yield header[5:6]
    cipher = AESGCM(key)
    for number, (piece, last) in enumerate(_with_last(_regroup(_chain(rest, chunks), PIECE + TAG))):
        try:
            plain = cipher.decrypt(_nonce(header, number, last), piece, header)
        except InvalidTag as error:
            cut = last and _is(cipher, _nonce(header, number, False), piece, header)
            raise KnownError("blob.truncated" if cut else "blob.altered", piece=number) from error
        yield plain


def _is(cipher: AESGCM, nonce: bytes, piece: bytes, header: bytes) -> bool:
    try:
        cipher.decrypt(nonce, piece, header)
    except InvalidTag:
        return False
    return True


def _nonce(header: bytes, number: int, last: bool) -> bytes:
    return header[8:15] + number.to_bytes(4, "big") + bytes([last])


class _Meter:
    """Passes the content through and remembers its size and digest."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source, self._hasher, self.size = source, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._source:
            self._hasher.update(chunk)
            self.size += len(chunk)
            yield chunk

    @property
    def digest(self) -> bytes:
        return self._hasher.digest()


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _regroup(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in runs of exactly `size`, the last one shorter."""
    buffer = bytearray()
    for chunk in chunks:
        if len(chunk) == size and not buffer:  # the usual case costs no copy
            yield chunk
            continue
        buffer += chunk
        while len(buffer) >= size:
            yield bytes(buffer[:size])
            del buffer[:size]
    if buffer:
        yield bytes(buffer)


def _with_last(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each piece with whether it is the last; one empty piece for no content."""
    before: bytes | None = None
    for piece in pieces:
        if before is not None:
            yield before, False
        before = piece
    yield before or b"", True


def _compress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def _decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    opener = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
    try:
        for chunk in chunks:
            # small runs keep a hostile frame from unfolding into memory all at once
            for start in range(0, len(chunk), 1 << 16):
                yield opener.decompress(chunk[start : start + (1 << 16)])
    except zstandard.ZstdError as error:
        raise KnownError("blob.altered", why="compression") from error
    if not opener.eof:
        raise KnownError("blob.truncated", at="compressed content")
