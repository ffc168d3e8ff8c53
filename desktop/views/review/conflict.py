"""A conflict on the supervisor's desk: both entries side by side; one press and a reason say which stands."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.case_shapes import ConflictView, SideView
from desktop.views.shared.basics import button, clear, label, row
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.times import local_second


class ConflictBar(QWidget):
    """Shown while the case has a conflict; the next one follows when it is settled. `settled(stands, falls, words)`."""

    settled = Signal(bytes, bytes, str)

    def __init__(self) -> None:
        super().__init__()
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 4, 0, 0)
        self._body.setSpacing(6)
        self.setVisible(False)

    def show_conflicts(self, found: tuple[ConflictView, ...]) -> None:
        """The first of them; none hides the bar."""
        clear(self._body)
        self.setVisible(bool(found))
        if not found:
            return
        one = found[0]
        said = tr("Two devices wrote what cannot both stand. Read both and say which one counts.")
        self._body.addWidget(label(said, "stop", name="conflict.what", wrap=True))
        for name, side, other in (("first", one.first, one.second), ("second", one.second, one.first)):
            self._body.addLayout(self._side(name, side, other))

    def _side(self, name: str, side: SideView, other: SideView) -> QVBoxLayout:
        line = QVBoxLayout()
        line.setSpacing(2)
        about = " · ".join(text for text in (side.who, side.device, local_second(side.at)) if text)
        words = label(side.words, name=f"conflict.{name}", wrap=True)
        stands = button(tr("This one stands"), name=f"conflict.{name}.stands", run=lambda: self._ask(side, other))
        stands.setAccessibleDescription(side.words)
        line.addWidget(words)
        line.addLayout(row(label(about, "second", wrap=True), 1, stands, spacing=12))
        return line

    def _ask(self, side: SideView, other: SideView) -> None:
        dialog = WordsDialog(
            self, side.words, tr("Why this one stands and the other does not"), tr("This one stands"), "settle"
        )
        dialog.given.connect(lambda words: self.settled.emit(side.entry, other.entry, words))
        dialog.open()
