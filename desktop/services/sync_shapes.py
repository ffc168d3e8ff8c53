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
    written_at: datetime | None = None
    """When it was last written to a courier's stick; None once its receipt is here."""


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
class PutAside:
    """A bundle that came in and could not be used. `device` is whose signature it bears, "" where it bears that of no device of the
    roster or is no longer kept whole; then `numbers` (of the entries, first and last) is None too. `size` is 0 where only its name is kept.
    """

    name: bytes
    at: datetime
    device: str
    numbers: tuple[int, int] | None
    size: int
    code: str


DeviceAlarm = Literal["lost", "fork", "gap", "aside", "never", "silent", "refused", "unsent", "clock", "data"]


@dataclass(frozen=True)
class DeviceRow:
    """A device as its own chain and its last statement show it. `unsent` is None where a gap makes it unknowable; `state` is the agency's,
    since `since`. `oldest`: of what it has not sent; `clock_seconds`: how far its clock is ahead of the relay's; `roster_at`: when the
    roster that it works by was issued. `asked` and `reported`: when a supervisor last asked for what is missing, or reported it lost.
    `aside`: how many of its bundles came here and could not be used.
    """

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
    unit: str = ""
    waiting: int = 0
    refused: int = 0
    oldest: datetime | None = None
    clock_seconds: int = 0
    roster_at: datetime | None = None
    alarms: tuple[DeviceAlarm, ...] = ()
    asked: datetime | None = None
    reported: datetime | None = None
    aside: int = 0

    @property
    def lacking(self) -> tuple[int, int] | None:
        """The part of its chain, first and last, that is to be asked for; None where everything is here."""
        behind = self.announced_seq > self.received_seq
        ends = [*self.gaps, *([(self.received_seq + 1, self.announced_seq)] if behind else [])]
        return (ends[0][0], ends[-1][1]) if ends else None
