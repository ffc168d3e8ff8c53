"""Buttons beside each other, in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

GAP = 8


class Flow(QWidget):
    """Its height follows from its width; the tab order is the reading order."""

    def __init__(self) -> None:
        super().__init__()
        self._widgets: list[QWidget] = []

    def fill(self, widgets: Sequence[QWidget]) -> None:
        """Other widgets instead of those that are there."""
        for old in self._widgets:
            old.hide()
            old.deleteLater()
        self._widgets = list(widgets)
        for before, made in zip([None, *self._widgets], self._widgets, strict=False):
            made.setParent(self)
            made.show()
            if before is not None:
                QWidget.setTabOrder(before, made)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._place()

    def _place(self) -> None:
        left = top = high = 0
        for made in self._widgets:
            made.ensurePolished()
            size = made.sizeHint()
            if left and left + size.width() > self.width():
                left, top = 0, top + high + GAP
            made.setGeometry(left, top, size.width(), size.height())
            left, high = left + size.width() + GAP, size.height()
        self.setFixedHeight(top + high)
