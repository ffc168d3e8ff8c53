"""A signature on the screen: by finger, stylus or mouse under the paper's words; or why it was refused."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.messages import tr
from desktop.views.cases.ordinary import SIGNERS
from desktop.views.shared.basics import Pick, button, holder, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.theme import look
from enforcement.values.encoding import encode

GRID = 1000
"""Strokes are kept on a grid of so many steps over the width of the pad, and as many to the same length downward."""


class SignPad(QWidget):
    """Takes strokes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("signing.pad")
        self.setAccessibleName(tr("Place to sign"))
        self.setMinimumSize(QSize(460, 180))
        self._strokes: list[list[QPointF]] = []
        look.changed.connect(self.update)

    def empty(self) -> bool:
        return not any(len(one) > 1 for one in self._strokes)

    def wipe(self) -> None:
        self._strokes = []
        self.changed.emit()
        self.update()

    def strokes(self) -> bytes:
        """Canonical CBOR: a list of strokes, each a list of [x, y] on the grid."""
        scale = GRID / max(self.width(), 1)
        return encode(
            [[[round(at.x() * scale), round(at.y() * scale)] for at in one] for one in self._strokes if len(one) > 1]
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._strokes.append([event.position()])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._strokes and event.buttons() & Qt.MouseButton.LeftButton:
            inside = self.rect()
            at = event.position()
            held = QPointF(min(max(at.x(), 0.0), inside.width()), min(max(at.y(), 0.0), inside.height()))
            self._strokes[-1].append(held)
            self.update()

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        self.changed.emit()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = look.tokens
        painter.setPen(colors.color("line"))
        painter.setBrush(colors.color("paper"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        base = self.height() - 34
        painter.drawLine(24, base, self.width() - 24, base)
        painter.setPen(QPen(colors.color("ink"), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for one in self._strokes:
            painter.drawPolyline(one)


class SigningDialog(Asking):
    """`given(role, name, strokes, refused)`: a name with strokes, or with the reason why it was refused."""

    given = Signal(str, str, bytes, str)

    def __init__(self, parent: QWidget, title: str, party: str) -> None:
        super().__init__(parent, tr("Sign on the screen"), "signing")
        self.body.addWidget(label(title, "second", wrap=True))
        self._role = Pick()
        self._role.setObjectName("signing.role")
        self._role.setAccessibleName(tr("Signs as"))
        for role, words in SIGNERS.items():
            self._role.addItem(tr(words), role)
        self._name = QLineEdit(party)
        self._name.setObjectName("signing.name")
        self._name.setAccessibleName(tr("Name"))
        self._name.setPlaceholderText(tr("Name of who signs"))
        line = row(self._role, self._name)
        line.setStretch(1, 1)
        self.body.addLayout(line)
        self._pad = SignPad()
        self._pad.changed.connect(self._ready)
        self._again = button(tr("Wipe"), "link", name="signing.wipe", run=self._pad.wipe)
        self._body = holder(row(self._pad))
        self.body.addWidget(self._body)
        self.body.addLayout(row(label(tr("Signs with finger, stylus or mouse"), "small"), 1, self._again))
        self._refused = QLineEdit()
        self._refused.setObjectName("signing.refused")
        self._refused.setAccessibleName(tr("Refused to sign: why, and who witnessed it"))
        self._refused.setPlaceholderText(tr("Refused to sign: why, and who witnessed it"))
        self._refused.textChanged.connect(lambda _: self._ready())
        self.body.addWidget(self._refused)
        self._name.textChanged.connect(lambda _: self._ready())
        self.finish(tr("Put on record"), "signing")
        self._ready()
        self._name.setFocus()

    def submit(self) -> None:
        if self.go.isEnabled():
            refused = self._refused.text().strip()
            strokes = b"" if refused else self._pad.strokes()
            self.given.emit(str(self._role.currentData()), self._name.text().strip(), strokes, refused)
            self.accept()

    def _ready(self) -> None:
        signed = not self._pad.empty() or bool(self._refused.text().strip())
        self.go.setEnabled(signed and bool(self._name.text().strip()))
