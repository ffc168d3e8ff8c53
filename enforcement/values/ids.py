"""Identifiers: UUIDv7 (RFC 9562 5.7) so that they sort by time, and SHA-256 digests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from enforcement.values.clock import to_ms

DIGEST_BYTES = 32


def uuid7(now: datetime, entropy: Callable[[int], bytes]) -> UUID:
    """A UUIDv7 of `now` with 74 bits from `entropy(10)` (RFC 9562 section 5.7)."""
    random = int.from_bytes(entropy(10), "big")
    value = (to_ms(now) & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (random >> 64 & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return UUID(int=value)


def digest(data: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(data).digest()
