"""A signature written on the screen with pen, finger or mouse; what comes out are `Strokes`, or that somebody refuses.

Nobody signs with a keyboard: keys reach the buttons, Escape leaves.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QShowEvent,
    QTabletEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.messages.errors import words_of
from desktop.views.shared.basics import button, label, row
from desktop.views.shared.theme import look
from enforcement.notices.signatures import MAX_POINTS, PRESSURE, SIDE, Point, Strokes, strokes_of
from enforcement.values.errors import KnownError

USUAL = PRESSURE // 2
"""Pressure of what cannot be pressed: a mouse, most fingers."""
STEP = 1.5
"""Pixels that the pen moves before another point is kept."""


class SignaturePad(QWidget):
    """The field to write in. `changed` with every stroke."""

    changed = Signal()

    def __init__(self, who: str) -> None:
        super().__init__()
        self.setObjectName("signature.pad")
        self.setAccessibleName(tr("Signature of {name}", name=who))
        self.setAccessibleDescription(tr("Write with pen, finger or mouse; Escape leaves"))
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._who = who
        self._lines: list[list[Point]] = []
        self._pad: tuple[int, int] | None = None
        self._since = QElapsedTimer()
        self._down: QPointingDevice.PointerType | None = None
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(look.tokens.sizes["field"] * 15, look.tokens.sizes["field"] * 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(look.tokens.sizes["field"] * 9, look.tokens.sizes["field"] * 4)

    @property
    def empty(self) -> bool:
        return not self._lines

    def clear(self) -> None:
        """Nothing is written."""
        self._lines, self._pad, self._down = [], None, None
        self.update()
        self.changed.emit()

    def set_who(self, who: str) -> None:
        """Somebody else is to sign."""
        self._who = who
        self.setAccessibleName(tr("Signature of {name}", name=who))
        self.update()

    def strokes(self) -> Strokes:
        """What was written. Raises KnownError(input.invalid) for a tap, (input.signature_too_large)."""
        wide, high = self._pad or self._units()
        return strokes_of(wide, high, self._lines)

    def tabletEvent(self, event: QTabletEvent) -> None:
        pressure = round(event.pressure() * PRESSURE)
        match event.type():
            case event.Type.TabletPress if event.button() == Qt.MouseButton.LeftButton:
                self._press(event.position(), pressure, event.pointerType())
            case event.Type.TabletMove:
                self._move(event.position(), pressure, event.pointerType())
            case event.Type.TabletRelease:
                self._release(event.pointerType())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press(event.position(), USUAL, event.pointerType())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(event.position(), USUAL, event.pointerType())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._release(event.pointerType())

    def _press(self, at: QPointF, pressure: int, by: QPointingDevice.PointerType) -> None:
        if self._down is not None:
            return  # a hand that rests on the glass while the pen writes
        if self._pad is None:
            self._pad = self._units()
            self._since.start()
        self._down = by
        self._lines.append([])
        self._add(at, pressure)
        self.changed.emit()

    def _move(self, at: QPointF, pressure: int, by: QPointingDevice.PointerType) -> None:
        if self._down != by or not self._lines[-1]:
            return
        last = self._place(self._lines[-1][-1])
        if (at - last).manhattanLength() >= STEP:
            self._add(at, pressure)

    def _release(self, by: QPointingDevice.PointerType) -> None:
        if self._down == by:
            self._down = None
            self.changed.emit()

    def _add(self, at: QPointF, pressure: int) -> None:
        if sum(len(line) for line in self._lines) > MAX_POINTS:
            return  # one more than allowed is kept, so that `strokes` says so
        wide, high = self._pad or self._units()
        scale = self._scale()
        x, y = min(wide, max(0, round(at.x() / scale))), min(high, max(0, round(at.y() / scale)))
        self._lines[-1].append(Point(x, y, self._since.elapsed(), min(PRESSURE, max(0, pressure))))
        self.update()

    def _units(self) -> tuple[int, int]:
        """The pad in units of strokes: its longer side has SIDE."""
        longer = max(self.width(), self.height(), 1)
        return max(1, round(self.width() * SIDE / longer)), max(1, round(self.height() * SIDE / longer))

    def _scale(self) -> float:
        """Pixels a unit; when the window was turned meanwhile, what was written still lies inside."""
        wide, high = self._pad or self._units()
        return min(self.width() / wide, self.height() / high)

    def _place(self, point: Point) -> QPointF:
        scale = self._scale()
        return QPointF(point.x * scale, point.y * scale)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(tokens.color("line"), 1.5))
        painter.setBrush(tokens.color("card"))
        painter.drawRoundedRect(box, tokens.sizes["radius"], tokens.sizes["radius"])
        base = self.height() * 0.78
        painter.setPen(QPen(tokens.color("ink2"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(24, base), QPointF(self.width() - 24, base))
        if self.empty:
            painter.setPen(tokens.color("ink2"))
            below = QRectF(0, base, self.width(), self.height() - base)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, tr("{name} signs here", name=self._who))
        for line in self._lines:
            self._draw(painter, [(self._place(point), point.pressure) for point in line])

    def _draw(self, painter: QPainter, line: list[tuple[QPointF, int]]) -> None:
        thick = max(2.2, self.height() / 70)
        ink = look.tokens.color("ink")
        for before, after in zip([line[0], *line], line, strict=False):
            pressed = (before[1] + after[1]) / 2 / PRESSURE
            pen = QPen(ink, thick * (0.6 + 0.8 * pressed))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            path = QPainterPath(before[0])
            path.lineTo(after[0])
            if before is after:
                painter.drawPoint(after[0])
            else:
                painter.drawPath(path)


class SignaturePanel(QWidget):
    """Who signs and what, the pad, and what may be done: clear, refuse where that can be, leave, done."""

    signed = Signal(object)
    refused = Signal()
    left = Signal()

    def __init__(self, who: str, what: str, *, may_refuse: bool = False) -> None:
        super().__init__()
        self.setObjectName("signature")
        self.setAccessibleName(tr("Signature of {name}", name=who))
        body = QVBoxLayout(self)
        body.setContentsMargins(24, 20, 24, 20)
        body.setSpacing(10)
        body.addWidget(label(tr("Signature of {name}", name=who), "title"))
        body.addWidget(label(what, "second", wrap=True))
        self.pad = SignaturePad(who)
        body.addWidget(self.pad, 1)
        self._problem = label("", "stop", name="signature.problem", wrap=True)
        self._problem.setVisible(False)
        body.addWidget(self._problem)
        self._clear = button(tr("Clear"), name="signature.clear", run=self.pad.clear)
        self._done = button(tr("Done"), "primary", name="signature.done", run=self._finish)
        refuse = button(tr("Does not sign"), name="signature.refuse", run=self.refused.emit)
        leave = button(tr("Cancel"), name="signature.cancel", run=self.left.emit)
        body.addLayout(row(self._clear, *([refuse] if may_refuse else []), 1, leave, self._done))
        self.pad.changed.connect(self._show)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pad.setFocus()  # else a stray key would reach the first button, which refuses

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        self._clear.setEnabled(not self.pad.empty)
        self._done.setEnabled(not self.pad.empty)
        self._problem.setVisible(False)

    def _finish(self) -> None:
        try:
            strokes = self.pad.strokes()
        except KnownError as error:
            words = words_of(error)
            told = tr("Too little is written for a signature.") if error.code == "input.invalid" else words.what
            self._problem.setText(f"{told} {tr('Clear it and sign again.')}")
            self._problem.setVisible(True)
            return
        self.signed.emit(strokes)
