"""The review board beside a case: the score, and each thing that would be struck with its points and what mends it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.board_office import BoardLine, BoardView
from desktop.services.shapes import CaseDetail
from desktop.viewmodels.board import BoardModel
from desktop.views.shared.basics import Card, Link, chip, clear, label, row, scrolled, set_chip

LEAST = 84
"""Pixels of lines that are always in sight: two of them."""
POINTS_WIDTH = 48
"""Pixels for the points or the word of a veto, so that the words behind them stand in one line."""


ROOMY = 1480
"""Pixels of a place from which on the board has a column of its own; below that it stands under the list."""


class BoardCard(Card):
    """`wanted(case id, BoardLine)`: the line that was pressed; whoever shows the case goes to what mends it."""

    wanted = Signal(object, object)
    failed = Signal(object)

    def __init__(self, model: BoardModel, *, name: str) -> None:
        super().__init__(name=name)
        self.model, self._name = model, name
        self.setAccessibleName(tr("Case review"))
        self._score = label("", "title", name=f"{name}.score")
        self._band = chip("", name=f"{name}.band")
        self._said = label("", "second", name=f"{name}.said", wrap=True)
        self.body.addLayout(row(label(tr("Case review"), "section"), 1, self._score, label(tr("of 100"), "second")))
        said = row(self._said, self._band)
        said.setStretch(0, 1)
        self.body.addLayout(said)
        inner = QWidget()
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(0, 0, 8, 0)
        self._lines.setSpacing(2)
        self._area = scrolled(inner)
        self._area.setMinimumHeight(LEAST)
        self.body.addWidget(self._area, 1)
        self.setVisible(False)
        model.found.connect(self.show_view)
        model.failed.connect(self.failed.emit)

    def hasHeightForWidth(self) -> bool:
        """It scrolls: without this a layout gives it the height of all its lines, and the list above it none."""
        return False

    def show_case(self, found: CaseDetail | None) -> None:
        """Ask the board about the case that is shown now; none takes the card away."""
        if found is None:
            self.setVisible(False)
        else:
            self.model.show(found.row.case_id)

    def show_view(self, view: BoardView) -> None:
        """The board's answer."""
        self._score.setText(view.score)
        self._score.setAccessibleName(tr("{score} of 100 points", score=view.score))
        set_chip(self._band, view.band, "stop" if view.failed else "reason" if view.lines else "sealed")
        vetoes = sum(one.veto for one in view.lines)
        said = (
            tr("{vetoes} vetoes and {count} deductions", vetoes=vetoes, count=len(view.lines) - vetoes)
            if view.lines
            else tr("Nothing would be struck.")
        )
        self._said.setText(f"{said} · {tr('{count} checks', count=view.checks_run)}")
        clear(self._lines)
        for number, one in enumerate(view.lines):
            self._lines.addWidget(_line(one, f"{self._name}.line.{number}", partial(self.wanted.emit, view.case_id)))
        self._lines.addStretch(1)
        self._area.setVisible(bool(view.lines))
        tall = QSizePolicy.Policy.Expanding if view.lines else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, tall)
        self.setVisible(True)


def place_board(board: BoardCard, width: int, beside: QHBoxLayout, below: QVBoxLayout, share: int) -> None:
    """At the end of `beside`, `share` of its width, in a place that is `width` wide enough; else at the end of `below`."""
    wide = width >= ROOMY
    if wide == (beside.indexOf(board) >= 0) and wide != (below.indexOf(board) >= 0):
        return
    if wide:
        below.removeWidget(board)
        beside.addWidget(board, share)
    else:
        beside.removeWidget(board)
        below.addWidget(board, 1)


def _line(one: BoardLine, name: str, wanted: Callable[[BoardLine], object]) -> QWidget:
    """Points at the left, the words as a link, the article under them."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 4, 0, 4)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(0)
    grid.setColumnMinimumWidth(0, POINTS_WIDTH)
    grid.setColumnStretch(1, 1)
    points = chip(tr("Veto"), "stop") if one.veto else label(f"−{one.points}", "strong")
    words = Link(one.words, name=name)
    words.setToolTip(tr("Go to what mends it"))
    words.clicked.connect(lambda: wanted(one))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    grid.addWidget(points, 0, 0, right)
    grid.addWidget(words, 0, 1)
    grid.addWidget(label(one.basis, "small", wrap=True), 1, 1)
    return made
