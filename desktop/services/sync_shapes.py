"""What services hand to viewmodels about sending and receiving: the queue, the relay's log, the devices.

Sizes are bytes. Instants are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from desktop.services.shapes import ConnectionState


@dataclass(frozen=True)
class QueueRow:
    """One item of the outgoing queue, honest about where it is."""

    item_id: bytes
    what: str
    size: int
    sent_bytes: int
    state: Literal["waiting", "sent", "accepted", "refused"]
    attempts: int
    next_try: datetime | None
    problem: str
    problem_details: Mapping[str, object]
    made_at: datetime
    receipt_index: int | None


@dataclass(frozen=True)
class LogBreakView:
    """That the relay's log no longer holds what it had confirmed; `said` is a supervisor's word of it that has not been compared yet."""

    found_at: datetime
    why: Literal["head", "receipt", "other"]
    lost: int
    times: int
    may_acknowledge: bool
    said: str


@dataclass(frozen=True)
class SyncPage:
    """The Sync place."""

    connection: ConnectionState
    relay: str
    last_contact: datetime | None
    rows: tuple[QueueRow, ...]
    receipts: int
    log_size: int
    log_consistent: bool | None
    incoming: int
    unknown_kinds: int
    log_break: LogBreakView | None = None


@dataclass(frozen=True)
class DeviceRow:
    """A device as its own chain shows it. `unsent` is None where a gap makes it unknowable; `state` is the agency's, since `since`."""

    device: str
    label: str
    last_seen: datetime | None
    unsent: int | None
    announced_seq: int
    received_seq: int
    gaps: tuple[tuple[int, int], ...]
    forked: bool
    state: Literal["active", "suspended", "lost"] = "active"
    since: datetime | None = None
    reason: str = ""
