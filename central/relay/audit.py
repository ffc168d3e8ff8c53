"""The relay's own audit: who did what, when, how large, with what outcome. Never what was in it.

One file of JSON lines a day (the country's), in `audit/` of the relay's folder. Several processes may write to one file: whole lines,
at its end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from enforcement.values.clock import LOCAL, Clock


class Audit:
    """Of one process. Files older than `days` are removed when a day begins."""

    def __init__(self, folder: Path, clock: Clock, days: int) -> None:
        self._folder, self._clock, self._days = folder, clock, days
        self._day: date | None = None
        self._file = -1
        self._lines: list[bytes] = []

    def write(self, who: str, what: str, outcome: str, **sizes: int | str) -> None:
        """One line, with the next `flush`; `who` is a device's id or "operator"."""
        now = self._clock.now()
        line = {"at": now.isoformat(), "process": os.getpid(), "who": who, "what": what, "outcome": outcome, **sizes}
        day = now.astimezone(LOCAL).date()
        if day != self._day:
            self.flush()
            self._turn_to(day)
        self._lines.append(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    @property
    def waiting(self) -> bool:
        """Whether there are lines to flush."""
        return bool(self._lines)

    def flush(self) -> None:
        """Write what waits, in one piece."""
        lines, self._lines = self._lines, []
        if lines:
            os.write(self._file, b"".join(lines))

    def read(self, day: date) -> Iterator[bytes]:
        """The lines of a day."""
        self.flush()
        path = self._path(day)
        if path.is_file():
            with path.open("rb") as file:
                yield from file

    def today(self) -> date:
        return self._clock.now().astimezone(LOCAL).date()

    def close(self) -> None:
        self.flush()
        if self._file >= 0:
            os.close(self._file)
            self._file, self._day = -1, None

    def _turn_to(self, day: date) -> None:
        self.close()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(self._path(day), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._day = day
        oldest = self._path(day - timedelta(days=self._days)).name
        for path in self._folder.glob("????-??-??.jsonl"):
            if path.name < oldest:
                path.unlink(missing_ok=True)

    def _path(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}.jsonl"
