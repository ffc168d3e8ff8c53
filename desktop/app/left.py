"""What a locked or left window hands to the program that is started in its place: nothing of any case, no key in the clear."""

from __future__ import annotations

from desktop.keys.pin import Packed, ShortLock
from enforcement.values.shapes import Record, from_bytes, to_bytes


class Left(Record):
    """`lock`: what a PIN may open again. `place`: where the person was. `window`: its size and position, as Qt saves them."""

    place: str
    window: bytes
    lock: Packed | None = None


def left_by(place: str, window: bytes, lock: ShortLock | None) -> bytes:
    """The message to the next program."""
    return to_bytes(Left(place=place, window=window, lock=None if lock is None else lock.packed()))


def read_left(message: bytes) -> Left:
    """Raises KnownError(encoding.*)."""
    return from_bytes(Left, message)
