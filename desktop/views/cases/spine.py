"""The stages of a case as a slim spine: done, now, ahead."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.messages import tr
from desktop.services.act_shapes import StageView
from desktop.views.shared.theme import look

HIGH, MARK = 44, 6.0
STATES = {"done": "done", "now": "now", "ahead": "ahead"}


class Spine(QWidget):
    """A knot for each stage: full with a tick when done, ringed when it is now, hollow ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("case.stages")
        self.setAccessibleName(tr("Stages"))
        self.setFixedHeight(HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stages: Sequence[StageView] = ()
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(480, HIGH)

    def show_stages(self, stages: Sequence[StageView]) -> None:
        self._stages = stages
        self.setAccessibleDescription("，".join(f"{one.name} {tr(STATES[one.state])}" for one in stages))
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        if not self._stages:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = look.tokens
        font = self.font()
        step = self.width() / len(self._stages)
        for number, one in enumerate(self._stages):
            at = QPointF(step * (number + 0.5), 12)
            tone = "ink2" if one.state == "ahead" else "accent"
            if number + 1 < len(self._stages):
                reached = self._stages[number + 1].state != "ahead"
                painter.setPen(QPen(colors.color("accent" if reached else "line"), 2))
                painter.drawLine(QPointF(at.x() + MARK + 2, at.y()), QPointF(at.x() + step - MARK - 2, at.y()))
            painter.setPen(QPen(colors.color(tone), 1.6))
            painter.setBrush(colors.color("accent") if one.state == "done" else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, MARK, MARK)
            if one.state == "now":
                painter.setBrush(colors.color("accent"))
                painter.drawEllipse(at, MARK / 2, MARK / 2)
            if one.state == "done":
                painter.setPen(QPen(colors.color("on_accent"), 1.4))
                painter.drawPolyline([at + QPointF(-2.6, 0.2), at + QPointF(-0.6, 2.2), at + QPointF(2.8, -2.0)])
            font.setPixelSize(12)
            font.setBold(one.state == "now")
            painter.setFont(font)
            painter.setPen(colors.color("ink" if one.state == "now" else "ink2"))
            box = QRectF(step * number, 24, step, 18)
            words = painter.fontMetrics().elidedText(one.name, Qt.TextElideMode.ElideRight, int(step))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
