"""The storage protocol: what any store of the relay can do. SQLite with a folder, or PostgreSQL with a folder or an S3 store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from enforcement.sealing import BundleHeader

Sign = Callable[[bytes, int, Callable[[int, int], bytes]], bytes]
"""`sign(digest, index, get)` makes the receipt of the newest leaf."""


@dataclass(frozen=True)
class StoredBundle:
    """A bundle to be taken in: bytes, name, checked header, recipient ids."""

    digest: bytes
    data: bytes
    header: BundleHeader
    recipients: tuple[bytes, ...]


@dataclass(frozen=True)
class Accepted:
    """A bundle that is in the log: its index, and the receipt as it was given the first time."""

    digest: bytes
    index: int
    receipt: bytes


@dataclass(frozen=True)
class Usage:
    """What a device used: requests and bundles in this minute, bytes on this day."""

    requests: int = 0
    bundles: int = 0
    bytes: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.requests + other.requests, self.bundles + other.bundles, self.bytes + other.bytes)


@dataclass(frozen=True)
class Asked:
    """A signed request that wants in: its nonce, the bundles and bytes it brings, and the unit that they would be kept for."""

    kid: bytes
    nonce: bytes
    created: datetime
    unit: str
    bundles: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class LogState:
    """For the operator: the head, whether the newest row and the stored nodes agree with it, and the root."""

    size: int
    consistent: bool
    root: bytes


Judge = Callable[[Asked, Usage, int], str]
"""`judge(asked, used before it, bytes kept for its unit)` gives the code of the refusal, or nothing."""


class RelayStore(Protocol):
    """Every method that changes something is durable when it returns, and can be repeated. `admit` alone may forget the last
    moments before a power cut: what a replayed request would do, was done or can be done again.

    Raises KnownError(relay.store_unreachable) when the database or the object store does not answer, (store.disk_full).
    """

    one_writer: bool
    """Whether writers must queue in this process instead of meeting each other's lock (SQLite)."""

    def accept(self, bundles: Sequence[StoredBundle], sign: Sign, at: datetime) -> list[Accepted]:
        """Log bundles in one transaction, one transaction at a time over all processes. One already there keeps its receipt."""
        ...

    def accepted(self, digest: bytes) -> Accepted | None: ...
    def bundle(self, digest: bytes) -> bytes | None: ...
    def feed(self, after: int, recipients: Sequence[bytes], limit: int) -> list[tuple[int, bytes, int]]:
        """(index, digest, size) with index >= after, addressed to any of the recipients."""
        ...

    def addressed(self, after: int, recipients: Sequence[bytes]) -> tuple[int, set[bytes]]:
        """(the log's size, which of the recipients have something with index >= after)."""
        ...

    def size(self) -> int: ...
    def node(self, level: int, index: int) -> bytes: ...
    def log_state(self) -> LogState: ...
    def rows(self, first: int, limit: int) -> list[tuple[bytes, bytes, datetime]]:
        """(bundle, receipt, instant) of the log from `first` on, in order: for a backup."""
        ...

    def restore(self, rows: Sequence[tuple[StoredBundle, bytes, datetime]]) -> None:
        """Append what a backup holds, with the receipts that were given."""
        ...

    def blob_have(self, digest: bytes) -> tuple[int, bool]:
        """(bytes here, whole)."""
        ...

    def blob_append(self, digest: bytes, offset: int, total: int, data: bytes) -> tuple[int, bool]: ...
    def blob_read(self, digest: bytes, offset: int, length: int) -> Iterator[bytes]: ...
    def blob_names(self) -> Iterator[bytes]:
        """The digests of all whole blobs."""
        ...

    def count_blob(self, digest: bytes, unit: str, size: int) -> None:
        """A whole blob is kept for that unit; counted once, whoever sends it."""
        ...

    def put_status(self, device: UUID, data: bytes, at: datetime) -> None: ...
    def statuses(self) -> list[tuple[UUID, bytes, datetime]]: ...
    def received(self) -> dict[UUID, tuple[int, bool]]:
        """By device: (the highest sequence number of its bundles, whether two of them end in different entries there)."""
        ...

    def admit(self, asked: Sequence[Asked], judge: Judge, now: datetime, forget_before: datetime) -> list[str]:
        """Take each nonce once and count what is let in; for each the code of its refusal, or nothing."""
        ...

    def unit_bytes(self) -> dict[str, int]:
        """What is kept for each unit."""
        ...

    async def growth(self) -> None:
        """Returns when the log may have grown since the last call; never at once twice in a row."""
        ...

    def close(self) -> None: ...
