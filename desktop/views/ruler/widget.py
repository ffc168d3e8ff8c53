"""The vernier: a thin scale of the statute's whole range, a wedge that opens the tier's band into a wide lower scale."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.messages import tr
from desktop.views.shared.theme import look
from enforcement.values.money import grouped_text

STEP_FEN = 5_000
NICE = (1, 2, 2.5, 5)


@dataclass(frozen=True)
class RulerState:
    """What is drawn; sums in fen. `statute_hi` None is an open end; `outside` says that the choice left the band."""

    statute_lo: int
    statute_hi: int | None
    band_lo: int
    band_top: int | None
    recommended: int
    chosen: int
    statute_label: str = ""
    like: tuple[int, ...] = ()
    like_label: str = ""
    band_open: str = ""
    exempted: bool = False

    @property
    def band_hi(self) -> int:
        """The band's upper end; where it has none, as far as there is something to draw."""
        if self.band_top is not None:
            return self.band_top
        return max(self.chosen, self.recommended, 2 * self.band_lo, self.band_lo + 100_000)

    @property
    def outside(self) -> bool:
        """Whether the chosen sum left the band, whose ends belong to it unless `band_open` names them."""
        if self.exempted and self.chosen == 0:
            return False
        low = self.chosen < self.band_lo or (self.chosen == self.band_lo and self.band_open in ("lo", "both"))
        top = self.band_top
        high = top is not None and (self.chosen > top or (self.chosen == top and self.band_open in ("hi", "both")))
        return low or high


class RulerWidget(QWidget):
    """The ruler. Drag the mark, or use the arrow keys (Page Up and Down in larger steps, Home for the recommended sum)."""

    chosen_changed = Signal(int)

    def __init__(self, *, name: str = "ruler", compact: bool = False, editable: bool = True) -> None:
        super().__init__()
        self.setObjectName(name)
        self._compact, self._editable = compact, editable
        self._state: RulerState | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Discretion ruler"))
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, 168 if self._compact else 196)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def state(self) -> RulerState | None:
        return self._state

    def show_state(self, state: RulerState | None) -> None:
        """Draw another state."""
        self._state = state
        if state is not None:
            self.setAccessibleDescription(
                tr(
                    "{chosen} yuan; band {low} to {high}",
                    chosen=grouped_text(state.chosen),
                    low=grouped_text(state.band_lo),
                    high=grouped_text(state.band_hi),
                )
            )
        self.update()

    # geometry

    def _span(self) -> tuple[int, int]:
        """What the lower scale covers: the band, widened to hold the mark when it lies outside."""
        state = self._state
        assert state is not None
        low, high = min(state.band_lo, state.chosen), max(state.band_hi, state.chosen)
        if low == high:
            low, high = max(0, low - 10_000), high + 10_000
        if state.outside:
            margin = max((high - low) // 12, STEP_FEN)
            low, high = max(state.statute_lo, low - margin), high + margin
        return low, high

    def _lower(self) -> QRectF:
        top = 66 if self._compact else 78
        return QRectF(52, top, max(self.width() - 104, 10), 36 if self._compact else 40)

    def _upper(self) -> QRectF:
        return QRectF(18, 20, max(self.width() - 36, 10), 10)

    def _x(self, fen: int) -> float:
        low, high = self._span()
        box = self._lower()
        return box.left() + box.width() * (fen - low) / (high - low)

    def _fen_at(self, x: float) -> int:
        low, high = self._span()
        box = self._lower()
        exact = low + (high - low) * (x - box.left()) / box.width()
        return self._clamped(round(exact / STEP_FEN) * STEP_FEN)

    def _clamped(self, fen: int) -> int:
        state = self._state
        assert state is not None
        top = state.statute_hi if state.statute_hi is not None else fen
        return max(state.statute_lo, min(fen, top))

    # doing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._editable and self._state is not None and event.position().y() > self._lower().top() - 30:
            self._dragging = True
            self._choose(self._fen_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging and self._state is not None:
            self._choose(self._fen_at(event.position().x()))

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        state = self._state
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -10,
            Qt.Key.Key_PageUp: 10,
        }
        key = Qt.Key(event.key())
        if not self._editable or state is None:
            super().keyPressEvent(event)
        elif key in steps:
            self._choose(self._clamped(state.chosen + steps[key] * STEP_FEN))
        elif key == Qt.Key.Key_Home:
            self._choose(state.recommended)
        else:
            super().keyPressEvent(event)

    def _choose(self, fen: int) -> None:
        state = self._state
        if state is None or fen == state.chosen:
            return
        self.show_state(replace(state, chosen=fen))
        self.chosen_changed.emit(fen)

    # drawing

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = self._state
        if state is None:
            self._draw_blank(painter)
            return
        tone = "reason" if state.outside else "accent"
        self._draw_upper(painter, state, tone)
        self._draw_lower(painter, state, tone)
        self._draw_like(painter, state)
        if self.hasFocus():
            painter.setPen(QPen(look.tokens.color("accent"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _draw_blank(self, painter: QPainter) -> None:
        box = self._upper()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.tokens.color("line"))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QPen(look.tokens.color("line"), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._lower(), 5, 5)
        painter.setPen(look.tokens.color("ink2"))
        painter.setFont(self._font(12))
        words = tr("The band opens here once the facts are known")
        below = QRectF(self.rect())
        below.setTop(self._lower().bottom() + 4)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap), words)

    def _draw_upper(self, painter: QPainter, state: RulerState, tone: str) -> None:
        box, colors = self._upper(), look.tokens
        top = state.statute_hi if state.statute_hi is not None else max(state.band_hi, state.chosen) * 2
        width = max(top - state.statute_lo, 1)

        def at(fen: int) -> float:
            return box.left() + box.width() * (fen - state.statute_lo) / width

        ground: QColor | QLinearGradient = colors.color("line")
        if state.statute_hi is None:
            fade = QLinearGradient(box.topLeft(), box.topRight())
            fade.setColorAt(0.6, colors.color("line"))
            fade.setColorAt(1, colors.color("card"))
            ground = fade
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(colors.color(tone))
        left, right = at(state.band_lo), at(state.band_hi)
        painter.drawRect(QRectF(left, box.top(), max(right - left, 2), box.height()))
        lower = self._lower()
        wedge = QPainterPath(QPointF(left, box.bottom()))
        for x, y in (
            (right, box.bottom()),
            (self._x(state.band_hi), lower.top()),
            (self._x(state.band_lo), lower.top()),
        ):
            wedge.lineTo(x, y)
        wedge.closeSubpath()
        soft = QColor(colors.colors["reason_soft" if state.outside else "accent_soft"])
        soft.setAlpha(190)
        painter.setBrush(soft)
        painter.drawPath(wedge)
        painter.setFont(self._font(10.5))
        painter.setPen(colors.color("ink2"))
        high = grouped_text(state.statute_hi) if state.statute_hi is not None else "…"
        words = tr("Statute {low} – {high} yuan", low=grouped_text(state.statute_lo), high=high)
        line = QRectF(box.left(), 0, box.width(), 17)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, state.statute_label)
        step = _nice_step(width, max(int(box.width() / 74), 2))
        figure = state.statute_lo // step * step + step
        said = QRectF(self._x(state.recommended) - 34, lower.top() - 24, 68, 15)
        while figure <= top:
            x = at(figure)
            painter.setPen(QPen(colors.color("ink2"), 1))
            painter.drawLine(QPointF(x, box.bottom() + 1), QPointF(x, box.bottom() + 5))
            text = grouped_text(figure)
            place = QRectF(x - 30, box.bottom() + 5, 60, 14)
            if place.right() > self.width():
                place.moveRight(self.width())
            if not place.adjusted(6, 0, -6, 0).intersects(said):  # a figure never stands under the word "recommended"
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
            figure += step

    def _draw_lower(self, painter: QPainter, state: RulerState, tone: str) -> None:
        box, colors = self._lower(), look.tokens
        low, high = self._span()
        painter.setBrush(colors.color("card"))
        painter.setPen(QPen(colors.color(tone), 1.6))
        painter.drawRoundedRect(box, 5, 5)
        step = _nice_step(high - low, max(min(int(box.width() / 74), 6), 2))
        fine = max(step // 10, 1)
        figure = math.ceil(low / fine) * fine
        painter.setFont(self._font(11.5))
        while figure <= high:
            x = self._x(figure)
            major = figure % step == 0
            length = 15 if major else 9 if figure % (step // 2 or 1) == 0 else 5
            painter.setPen(QPen(colors.color(tone), 1.4 if major else 0.8))
            painter.drawLine(QPointF(x, box.bottom() - 1), QPointF(x, box.bottom() - length))
            if major or figure in (low, high):
                self._number(painter, x, box.bottom() + 3, figure)
            figure += fine
        for end in (state.band_lo, state.band_hi):
            if end % step:
                self._number(painter, self._x(end), box.bottom() + 3, end)
        self._draw_marks(painter, state, tone, box)

    def _draw_marks(self, painter: QPainter, state: RulerState, tone: str, box: QRectF) -> None:
        colors = look.tokens
        recommended = self._x(state.recommended)
        painter.setPen(QPen(colors.color("ink"), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(recommended, box.top() - 8), QPointF(recommended, box.top() + 16))
        painter.setFont(self._font(11))
        painter.setPen(colors.color("ink"))
        place = QRectF(recommended - 60, box.top() - 24, 120, 15)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tr("recommended"))
        x = self._x(state.chosen)
        mark = QPolygonF(
            [
                QPointF(x, box.bottom() - 23),
                QPointF(x + 7, box.bottom() - 14),
                QPointF(x + 7, box.bottom() + 2),
                QPointF(x - 7, box.bottom() + 2),
                QPointF(x - 7, box.bottom() - 14),
            ]
        )
        painter.setPen(QPen(colors.color("card"), 1.5))
        painter.setBrush(colors.color(tone))
        painter.drawPolygon(mark)

    def _draw_like(self, painter: QPainter, state: RulerState) -> None:
        box, colors = self._lower(), look.tokens
        base = self.height() - 3.0
        top = box.bottom() + 22
        painter.setPen(QPen(colors.color("line"), 1))
        painter.drawLine(QPointF(box.left(), base), QPointF(box.right(), base))
        painter.setPen(colors.color("ink2"))
        painter.setFont(self._font(10.5))
        painter.drawText(QRectF(box.left(), top, box.width(), 14), Qt.AlignmentFlag.AlignRight, state.like_label)
        low, high = self._span()
        counted = Counter(fen for fen in state.like if low <= fen <= high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("ink2"))
        room = max(base - top - 4, 8)
        tallest = max(counted.values(), default=1)
        gap = min(5.2, room / tallest)
        for fen, count in counted.items():
            for number in range(count):
                painter.drawEllipse(QPointF(self._x(fen), base - 5 - number * gap), 2.1, 2.1)

    def _number(self, painter: QPainter, x: float, y: float, fen: int) -> None:
        painter.setPen(look.tokens.color("ink"))
        place = QRectF(x - 40, y, 80, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, grouped_text(fen))

    def _font(self, pixels: float) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(pixels))
        return font


def _nice_step(span: int, about: int) -> int:
    """A round step in whole yuan that divides a span into about so many parts."""
    raw = max(span / about / 100, 1)
    power = 10 ** math.floor(math.log10(raw))
    yuan = next((nice * power for nice in NICE if nice * power >= raw), 10 * power)
    return max(int(yuan * 100), 100)
