"""The review board as the window asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class BoardLine:
    """One thing that a board would strike. `points` as it is written, empty for a veto; `mends` is `act:`, `field:` or `form:`."""

    check: str
    words: str
    points: str
    veto: bool
    basis: str
    mends: str


@dataclass(frozen=True)
class BoardView:
    """A case before the board: the score of 100 as it is written, the band's word, what was struck, vetoes first."""

    case_id: UUID
    score: str
    band: str
    failed: bool
    lines: tuple[BoardLine, ...]
    checks_run: int


class BoardOffice(Protocol):
    """What a signed-in person can ask the board."""

    def of(self, case_id: UUID) -> BoardView:
        """The case as it stands now; raises KnownError(input.invalid) when there is no such case here."""
        ...
