"""The one clock of the server programs."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The computer's clock: UTC, whole milliseconds."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)
