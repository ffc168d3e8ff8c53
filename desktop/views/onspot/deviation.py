"""Below the ruler when the chosen sum lies outside the band: the reason, and who gives leave."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.messages import tr
from desktop.services.shapes import DeviationView
from desktop.views.shared.basics import TextField, button, label, row
from enforcement.values.money import plain_text


class DeviationPanel(QFrame):
    """`asked(words)` for leave by a supervisor elsewhere; `here()` when one who is enrolled on this device shall decide."""

    asked = Signal(str)
    here = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("amberFrame")
        body = QVBoxLayout(self)
        body.setContentsMargins(14, 10, 14, 10)
        body.setSpacing(8)
        self._state = label("", "reason", name="deviation.state", wrap=True)
        body.addWidget(self._state)
        self._words = TextField(
            name="deviation.words",
            accessible=tr("Reason for leaving the band"),
            hint=tr("Why the band would be plainly unfair here"),
        )
        self._words.textChanged.connect(lambda _: self._enable())
        self._ask = button(tr("Ask for leave"), name="deviation.ask", run=lambda: self.asked.emit(self._words.text()))
        self._here = button(tr("Leave given here…"), name="deviation.here", run=self.here.emit)
        line = row(self._words, self._ask, self._here)
        line.setStretch(0, 1)
        body.addLayout(line)
        self._view: DeviationView | None = None
        self._supervisors = False
        self.setVisible(False)

    def show_state(self, outside: bool, fine_fen: int, view: DeviationView | None, supervisors: bool) -> None:
        """What holds for the sum that is chosen now; a leave for another sum does not count."""
        self._view = view if view is not None and view.fine_fen == fine_fen else None
        self._supervisors = supervisors
        self.setVisible(outside)
        if self._view is not None:
            self._words.show_value(self._view.words)
        self._state.setText(self._sentence(plain_text(fine_fen)))
        self._enable()

    def _sentence(self, sum_: str) -> str:
        view = self._view
        if view is None:
            return tr("{sum} yuan lies outside the band: the reason and a supervisor's leave are needed.", sum=sum_)
        if view.state == "asked":
            return tr("Leave for {sum} yuan is asked for; it comes with the next sync.", sum=sum_)
        answer = f" {view.answer}" if view.answer else ""
        if view.state == "allowed":
            return tr("{by} allowed {sum} yuan.", by=view.by, sum=sum_) + answer
        return tr("{by} refused {sum} yuan:", by=view.by, sum=sum_) + answer

    def _enable(self) -> None:
        state = self._view.state if self._view is not None else ""
        allowed = state == "allowed"
        self._words.setEnabled(not allowed)
        self._ask.setVisible(not allowed)
        self._ask.setEnabled(bool(self._words.text().strip()) and state != "asked")
        self._here.setVisible(self._supervisors and not allowed)
        self._here.setEnabled(bool(self._words.text().strip()))

    def words(self) -> str:
        """The reason as it stands."""
        return self._words.text().strip()
