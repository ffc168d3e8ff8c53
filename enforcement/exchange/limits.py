"""Limits as named data; both ends hold to the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes."""

    bundle: int = 8 << 20
    bundles_in_request: int = 256
    request: int = 16 << 20
    blob: int = 1 << 30
    piece: int = 4 << 20
    small_blob: int = 256 << 10
    """What may travel whole beside its bundle."""
    digests_in_request: int = 2000
    feed_items: int = 500
    feed_bytes: int = 4 << 20
    sizes_in_round: int = 256
    answer: int = 24 << 20
    """The largest answer that a device reads."""
    recipients_in_feed: int = 64
    clock_window: timedelta = timedelta(minutes=10)
    """How far a request's time may lie from the relay's before it is refused."""
    wait: timedelta = timedelta(seconds=25)


LIMITS = Limits()
