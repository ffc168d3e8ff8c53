"""The cases that stand beside the one that is shown: each opened by one press."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.case_shapes import RelatedView
from desktop.views.cases.ordinary import Choice
from desktop.views.cases.status import STATUS
from desktop.views.shared.basics import chip, clear, label

WAYS = {
    "beside": "Investigated together, decided for itself",
    "into": "This case is handled there",
    "from": "Handled in this case",
}
"""How a case stands to the one that is shown."""


class RelatedCases(QWidget):
    """`opened(UUID)`. Hidden while there is none."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("case.related")
        self._shown: Sequence[RelatedView] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 8)
        self._lines.setSpacing(4)
        self.setVisible(False)

    def show_related(self, related: Sequence[RelatedView]) -> None:
        """The same cases leave everything as it is."""
        if related == self._shown:
            return
        self._shown = related
        clear(self._lines)
        self.setVisible(bool(related))
        self._lines.addWidget(label(tr("Related cases"), "section"))
        for one in related:
            self._lines.addWidget(self._line(one))

    def _line(self, one: RelatedView) -> Choice:
        known = one.status is not None
        under = " · ".join(part for part in (one.number, one.title, tr(WAYS[one.way])) if part)
        line = Choice(name=f"related.{one.case_id}", title=one.party, under=under, can=known)
        words, tone = STATUS[one.status] if one.status is not None else ("Not on this device", "quiet")
        line.head.addWidget(chip(tr(words), tone))
        line.chosen.connect(lambda: self.opened.emit(one.case_id))
        return line


def together_words(related: Sequence[RelatedView]) -> str:
    """What the head of the case says of them."""
    into = next((one for one in related if one.way == "into"), None)
    if into is not None:
        return tr("→ {number}", number=into.number)
    return tr("{count} related", count=len(related)) if related else ""
