"""A reason on a line: its sort, its words, the article that opens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.messages import tr
from desktop.views.shared.basics import button, chip, label
from enforcement.discretion import Kind, Reason, Step
from enforcement.rules.citations import citations

CHIP_OF = {
    "tier": ("accent", "Tier"),
    "computed": ("quiet", "Computed"),
    "lighter": ("sealed", "Lighter"),
    "mitigated": ("sealed", "Mitigated"),
    "heavier": ("stop", "Heavier"),
    "exempt": ("sealed", "Exempt"),
    "not_exempt": ("quiet", "Not exempt"),
    "law_in_time": ("quiet", "Law in time"),
    "one_fine": ("quiet", "One fine"),
    "procedure": ("quiet", "Procedure"),
    "weigh": ("reason", "Weigh"),
}
Opened = Callable[[str], object]
NARROW = 440


def reason_line(reason: Reason, opened: Opened | None = None) -> QWidget:
    """A reason of the trace."""
    tone, words = CHIP_OF[reason.kind]
    return line_of(tr(words), tone, reason.text, reason.basis, opened)


def step_line(step: Step, opened: Opened | None = None) -> QWidget:
    """What has to be done before a fine is possible."""
    return line_of(tr("First"), "reason", step.text, step.basis, opened)


def kind_line(kind: Kind, opened: Opened | None = None) -> QWidget:
    """Another kind of penalty beside the fine."""
    return line_of(tr("Beside it") if kind.must else tr("Possible"), "quiet", kind.text, kind.basis, opened)


def line_of(words: str, tone: str, text: str, basis: str, opened: Opened | None = None) -> QWidget:
    """Chip, text, basis; a basis that cites an article is a link."""
    body = label(text, wrap=True)
    if opened is not None and citations(basis):
        link: QWidget = button(basis, "link", name="reason.basis", run=lambda: opened(basis))
        link.setToolTip(tr("Open the article"))
    else:
        link = label(basis, "second")
    return _Line(chip(words, tone), body, link)


class _Line(QWidget):
    """The article stands at the right, or under the words where they would have too little room beside it."""

    def __init__(self, sign: QWidget, body: QWidget, basis: QWidget) -> None:
        super().__init__()
        self._basis, self._under = basis, False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 5, 0, 5)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(body, 0, 1)
        self._grid.addWidget(basis, 0, 2, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        under = self.width() < NARROW
        if under != self._under:
            self._under = under
            self._grid.removeWidget(self._basis)
            at = (1, 1) if under else (0, 2)
            side = Qt.AlignmentFlag.AlignLeft if under else Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(self._basis, *at, side)
