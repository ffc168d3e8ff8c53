"""Where sealed blobs lie, behind one protocol. A blob is named by the SHA-256 of its bytes and never changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

READ_BYTES = 1 << 20


class Blobs(Protocol):
    """Raises KnownError(relay.store_unreachable), (store.disk_full)."""

    def have(self, digest: bytes) -> tuple[int, bool]:
        """(bytes here, whole)."""
        ...

    def append(self, digest: bytes, offset: int, total: int, data: bytes) -> tuple[int, bool]:
        """Keep a piece if it goes on where the blob stands; anywhere else nothing changes. (bytes here, whole) afterwards.

        Raises KnownError(digest.mismatch) when the whole is not what it is named by; then it begins anew.
        """
        ...

    def read(self, digest: bytes, offset: int, length: int) -> Iterator[bytes]: ...
    def names(self) -> Iterator[bytes]:
        """The digests of whole blobs, in order."""
        ...

    def reachable(self) -> None:
        """Raises KnownError(relay.store_unreachable)."""
        ...
