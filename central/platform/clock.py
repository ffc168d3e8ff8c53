"""The one clock of the server programs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from enforcement.values.clock import Clock
from enforcement.values.errors import KnownError


class SystemClock:
    """The computer's clock: UTC, whole milliseconds."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class FileClock:
    """The instant that a file names (RFC 3339), read each time: a rehearsal in which a month passes in minutes is the same for every
    program that takes part. Whoever may write the file might as well set the computer's clock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read()

    def now(self) -> datetime:
        return self._read()

    def _read(self) -> datetime:
        try:
            instant = datetime.fromisoformat(self._path.read_text("ascii").strip())
        except (OSError, ValueError) as error:
            raise KnownError("input.invalid", field="clock", why=str(error)) from error
        if instant.tzinfo is None:
            raise KnownError("input.invalid", field="clock", why="an instant without a zone")
        return instant.astimezone(UTC)


def clock_of(path: Path | None) -> Clock:
    """The clock of a file where one is named, else the computer's. Raises KnownError(input.invalid)."""
    return SystemClock() if path is None else FileClock(path)
