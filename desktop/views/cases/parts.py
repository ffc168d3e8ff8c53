"""Going to a part of a case that is shown: it comes into sight, takes the focus where it can, and is marked until something else is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.views.cases.record import RecordList
from desktop.views.shared.theme import look

PARTS = {
    "party": "case.party",
    "place": "case.place",
    "happened": "case.happened",
    "facts": "case.facts",
    "statement": "case.statement",
    "evidence": "case.evidence",
    "reasons": "case.reasons",
    "record": "case.record",
    "delivered": "case.signed",
    "print": "case.print",
    "answer": "case.answer",
    "approve": "review.approve",
}
"""The widget of each part; a place that does not show one shows the record."""
MARGIN, TINT = 40, 40
"""Pixels kept free round what is gone to; how much of 255 the mark covers what it lies over."""


class Mark(QWidget):
    """A tint over a widget, as large as it, with a line under it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("mark")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(over.rect())
        over.installEventFilter(self)
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        color = look.tokens.color("reason")
        painter.fillRect(0, self.height() - 2, self.width(), 2, color)
        color.setAlpha(TINT)
        painter.fillRect(self.rect(), color)


def show_part(place: QWidget, part: str, entry: bytes = b"") -> QWidget | None:
    """Go to a part, or to the record where it is not shown; `entry` is marked there. The widget, None where even that is not shown."""
    for old in place.findChildren(Mark):
        old.hide()
        old.deleteLater()
    names = (f"cosign.{entry.hex()[:8]}",) if part == "cosign" else (PARTS[part],)
    target = next((one for name in (*names, PARTS["record"]) if (one := _visible(place, name)) is not None), None)
    if target is None:
        return None
    area, top = _area(target), 0
    if isinstance(target, RecordList):
        top = target.mark(entry)
    elif part == "cosign":
        target = target.parentWidget() or target
    if not isinstance(target, RecordList):
        Mark(target)
    target.setFocus(Qt.FocusReason.OtherFocusReason)
    inside = area.widget() if area is not None else None
    if area is not None and inside is not None:
        inner = target.mapTo(inside, QPoint(0, top))
        area.ensureVisible(inner.x(), inner.y() + min(target.height(), MARGIN), 0, MARGIN * 2)
    return target


def _visible(place: QWidget, name: str) -> QWidget | None:
    return next((one for one in place.findChildren(QWidget, name) if one.isVisible()), None)


def _area(widget: QWidget) -> QScrollArea | None:
    above: QWidget | None = widget
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above
