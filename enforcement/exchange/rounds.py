"""One round with the relay: who the device is, whether the log only grew, what came for it. One request, whatever there is to say.

The answer speaks of one state of the log: every item lies below the head's size, every path ends at that head.
"""

from __future__ import annotations

from enforcement.exchange.messages import DeviceSeen
from enforcement.values.shapes import Record

NO_DEVICES = -1


class Round(Record):
    """POST /v1/round. `status` is a signed DeviceStatus, or nothing when there is nothing new to say of this device.

    `size`: of the tree head that was checked last, 0 for none. `sizes`: other trees of which a receipt or another device speaks.
    The feed: bundles from index `after` on for `recipients` (ids), without those at the indexes `skip`, with at most `budget` bytes of
    them in the answer, waiting up to `wait_ms` for one to come. `devices_since`: those heard of since then (ms), or NO_DEVICES.
    """

    status: bytes
    size: int
    sizes: tuple[int, ...]
    after: int
    recipients: tuple[bytes, ...]
    skip: tuple[int, ...]
    budget: int
    wait_ms: int
    devices_since: int


class RoundItem(Record):
    """A bundle for us; `data` is empty where the budget was spent."""

    index: int
    digest: bytes
    size: int
    data: bytes = b""


class RoundAnswer(Record):
    """`path` and `paths`: consistency from `Round.size` and each of `Round.sizes` to the head; empty where the tree is the head's own
    or larger. `authority`: digest of the published set's timestamp, so that nobody asks for a set that did not change.
    """

    head: bytes
    path: tuple[bytes, ...]
    paths: tuple[tuple[bytes, ...], ...]
    items: tuple[RoundItem, ...]
    more: bool
    devices: tuple[DeviceSeen, ...]
    authority: bytes
