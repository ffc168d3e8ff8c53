"""Time comes from outside: whoever composes the program hands a Clock in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LOCAL = timezone(timedelta(hours=8), "CST")
"""The country's one time; its days are those of every period."""


class Clock(Protocol):
    """The one source of time of a program."""

    def now(self) -> datetime:
        """The present instant: aware, UTC, whole milliseconds."""
        ...


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00Z; raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return (instant - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC datetime of milliseconds since 1970-01-01T00:00Z."""
    return EPOCH + milliseconds * MILLISECOND
