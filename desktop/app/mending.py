"""From a line of the review board to what mends it, or to where it stands on the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QObject, Qt

from desktop.messages import Words, tr
from desktop.services.board_office import BoardLine, MendView
from desktop.services.office import Office
from desktop.views.cases.page import CasesPlace
from desktop.views.cases.parts import show_part
from desktop.views.onspot.page import OnSpotPage
from desktop.views.review.page import ReviewPlace
from desktop.work import Work

Propose = Callable[[UUID, str], None]
STAYS = "What happened cannot be mended; it stays marked."
THEIRS = {
    "officer": "It is for the officers of the case to mend this.",
    "supervisor": "It is for the head to mend this.",
    "reviewer": "It is for the legality reviewer to mend this.",
}


class Says(Protocol):
    """Where notices stand."""

    def say(self, words: Words) -> None: ...
    def say_done(self, text: str) -> None: ...


@dataclass(frozen=True)
class Doors:
    """Pages outside the place: for a sum by the ruler (None for who puts forward none), a page begun before, both at a field; the notice
    of a decision on the spot.
    """

    propose: Propose | None
    resume: Callable[[UUID, str], None]
    notice: Callable[[UUID], None]


class OpensPages(Protocol):
    """Pages of the case that is shown."""

    def open_act(self, act: str, field: str = "", words: str = "") -> None: ...
    def open_paper(self, entry: bytes, words: str = "", field: str = "") -> None: ...


class Mending(QObject):
    """Asks where a line leads, and goes there."""

    def __init__(
        self,
        pages: OpensPages,
        office: Office,
        work: Work,
        place: CasesPlace | ReviewPlace,
        window: Says,
        failed: Callable[[object], None],
        doors: Doors,
    ) -> None:
        super().__init__(place)
        self._pages, self._office, self._work, self._place = pages, office, work, place
        self._window, self._failed, self._doors = window, failed, doors
        place.board.wanted.connect(self.mend)

    def mend(self, case_id: UUID, line: BoardLine) -> None:
        """A line was pressed."""
        self._work.store(
            lambda: self._office.board.mend(case_id, line.mends),
            lambda found: self._go(case_id, line, found),
            self._failed,
        )

    def _go(self, case_id: UUID, line: BoardLine, found: MendView) -> None:
        to = found.to
        if to.way == "act":
            self._pages.open_act(to.act, to.field, line.words)
        elif to.way == "paper":
            self._pages.open_paper(to.entry, line.words, found.field_words)
        elif to.way == "page" and found.draft_id is not None:
            self._doors.resume(found.draft_id, to.field)
        elif to.way == "page" and self._doors.propose is not None:
            self._doors.propose(case_id, to.field)
        elif to.way == "notice":
            self._doors.notice(case_id)
            self._say(line, STAYS)
        else:
            show_part(self._place, to.part, to.entry)
            if to.way != "part":
                self._say(line, THEIRS.get(to.who, STAYS) if to.way == "theirs" else STAYS)

    def _say(self, line: BoardLine, words: str) -> None:
        self._window.say(Words(line.words, "", tr(words), line.basis))


def aim(page: OnSpotPage, field: str) -> None:
    """Go to a field of the page that measures as soon as it stands; without one it begins where it begins."""
    if field:
        page.model.assessed.connect(lambda _: page.focus_field(field), Qt.ConnectionType.SingleShotConnection)


__all__ = ["Doors", "Mending", "Propose", "Says", "aim"]
