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
    "beside": "",
    "into": "This case is handled there",
    "from": "Handled in this case",
}
"""How a case stands to the one that is shown; most are investigated together and each decided for itself, which needs no words."""


class RelatedCases(QWidget):
    """`opened(UUID)`. Hidden while there is none."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("case.related")
        self._shown: tuple[Sequence[RelatedView], str] = ((), "")
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 8)
        self._lines.setSpacing(4)
        self.setVisible(False)

    def show_related(self, related: Sequence[RelatedView], title: str = "") -> None:
        """The same cases leave everything as it is; `title` is of the case that is shown, and not said again."""
        if (related, title) == self._shown:
            return
        self._shown = related, title
        clear(self._lines)
        self.setVisible(bool(related))
        self._lines.addWidget(label(tr("Related cases"), "section"))
        for one in related:
            self._lines.addWidget(self._line(one, title))

    def _line(self, one: RelatedView, title: str) -> Choice:
        about = one.title if one.title != title else ""
        under = " · ".join(part for part in (about, tr(WAYS[one.way]) if WAYS[one.way] else "") if part)
        line = Choice(name=f"related.{one.case_id}", title=one.party, under=under, can=one.status is not None)
        line.head.addWidget(label(one.number, "small"))
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
