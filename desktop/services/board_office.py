"""The review board as the window asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from enforcement.procedure.board import Mend


@dataclass(frozen=True)
class BoardLine:
    """One thing that a board would strike. `points` as it is written, empty for a veto; `mends` is what `BoardOffice.mend` takes."""

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


@dataclass(frozen=True)
class MendView:
    """Where a line leads the person signed in; `field_words` as the form calls its field, `draft_id` of the page that measures."""

    to: Mend
    field_words: str = ""
    draft_id: UUID | None = None


class BoardOffice(Protocol):
    """What a signed-in person can ask the board."""

    def of(self, case_id: UUID) -> BoardView:
        """The case as it stands now; raises KnownError(input.invalid) when there is no such case here."""
        ...

    def mend(self, case_id: UUID, mends: str) -> MendView:
        """What mends a line of that case, for the person signed in."""
        ...
