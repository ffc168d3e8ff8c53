"""What a review board would strike in the case that is looked at."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Signal

from desktop.services.board_office import BoardView
from desktop.services.office import Office
from desktop.work import Work


class BoardModel(QObject):
    """`found(BoardView)` for the case that was asked for last."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__()
        self.office, self.work = office, work
        self._asked: UUID | None = None

    def show(self, case_id: UUID) -> None:
        """Ask the board; an answer about another case that comes late is not shown."""
        self._asked = case_id
        self.work.store(lambda: self.office.board.of(case_id), self._arrived, self.failed.emit)

    def _arrived(self, view: BoardView) -> None:
        if view.case_id == self._asked:
            self.found.emit(view)
