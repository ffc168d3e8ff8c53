"""The storage protocol: what any store of the relay can do. SQLite and a folder here; PostgreSQL and S3 have their place beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from enforcement.sealing import BundleHeader


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


class RelayStore(Protocol):
    """Every method that changes something is durable when it returns, and can be repeated."""

    def accept(
        self,
        bundles: Sequence[StoredBundle],
        sign: Callable[[bytes, int, Callable[[int, int], bytes]], bytes],
        at: datetime,
    ) -> list[Accepted]:
        """Log bundles in one transaction; `sign(digest, index, get)` makes a receipt. One already there keeps its receipt."""
        ...

    def accepted(self, digest: bytes) -> Accepted | None: ...
    def bundle(self, digest: bytes) -> bytes | None: ...
    def feed(self, after: int, recipients: Sequence[bytes], limit: int) -> list[tuple[int, bytes, int]]:
        """(index, digest, size) with index >= after, addressed to any of the recipients."""
        ...

    def size(self) -> int: ...
    def node(self, level: int, index: int) -> bytes: ...
    def blob_have(self, digest: bytes) -> tuple[int, bool]:
        """(bytes here, whole)."""
        ...

    def blob_append(self, digest: bytes, offset: int, total: int, data: bytes) -> tuple[int, bool]: ...
    def blob_read(self, digest: bytes, offset: int, length: int) -> Iterator[bytes]: ...
    def put_status(self, device: UUID, data: bytes, at: datetime) -> None: ...
    def statuses(self) -> list[tuple[UUID, bytes, datetime]]: ...
    def received(self, device: UUID) -> tuple[int, bool]:
        """(the highest sequence number of a bundle from this device, whether two bundles end in different entries there)."""
        ...

    def use_nonce(self, kid: bytes, nonce: bytes, at: datetime, forget_before: datetime) -> bool:
        """False when it was used before."""
        ...

    def close(self) -> None: ...
