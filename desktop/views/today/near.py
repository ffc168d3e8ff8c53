"""What ends today or by the next working day, on top of Today while it is not done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.messages import tr
from desktop.services.shapes import Reminder
from desktop.views.shared.basics import Link, clear, label

SHOWN = 3
"""Lines; the list below has them all."""


class NearFrame(QFrame):
    """`opened(Reminder)` when a line was pressed."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("amberFrame")
        self.setAccessibleName(tr("Reminders"))
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(14, 8, 14, 8)
        self._lines.setSpacing(2)
        self.setVisible(False)

    def show_near(self, near: tuple[Reminder, ...]) -> None:
        """The soonest; nothing takes the frame away."""
        clear(self._lines)
        for number, one in enumerate(near[:SHOWN]):
            line = Link(reminder_words(one), name=f"today.near.{number}")
            line.setToolTip(one.basis)
            line.clicked.connect(partial(self.opened.emit, one))
            self._lines.addWidget(line)
        if len(near) > SHOWN:
            self._lines.addWidget(label(tr("and {count} more", count=len(near) - SHOWN), "second"))
        self.setVisible(bool(near))


def reminder_words(one: Reminder) -> str:
    """When it ends, what it is, of what."""
    return f"{ends_words(one)}：{one.what} · {one.about}"


def ends_words(one: Reminder) -> str:
    """When it ends; by a day where free days lie between."""
    if one.days_left == 0:
        return tr("Ends today")
    return tr("Ends tomorrow") if one.days_left == 1 else tr("Ends on {day}", day=one.last_day)
