"""The record of a case as its spine: a line with a knot for each entry."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.messages import tr
from desktop.services.case_shapes import LostMark
from desktop.services.shapes import TimelineRow
from desktop.views.shared.theme import look
from enforcement.values.clock import LOCAL

ROW = 42


class RecordList(QWidget):
    """Entries in fold order; one without effect is hollow and says why it stays."""

    def __init__(self, rows: Sequence[TimelineRow]) -> None:
        super().__init__()
        self._rows = rows
        self._marked = b""
        self.setObjectName("case.record")
        self.setMinimumHeight(ROW * len(rows) + 6)
        self.setAccessibleName(tr("Record"))
        self.setAccessibleDescription("；".join(_spoken(one) for one in rows))
        look.changed.connect(self.update)

    def mark(self, entry: bytes) -> int:
        """Mark an entry's line, or the last; its top in pixels."""
        found = [number for number, one in enumerate(self._rows) if one.entry_hash == entry]
        number = found[0] if found else len(self._rows) - 1
        self._marked = self._rows[number].entry_hash if self._rows else b""
        self.update()
        return max(number, 0) * ROW

    def sizeHint(self) -> QSize:
        return QSize(400, ROW * len(self._rows) + 6)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = look.tokens
        font = self.font()
        for number, one in enumerate(self._rows):
            top = number * ROW
            if one.entry_hash == self._marked:
                painter.setPen(colors.color("reason"))
                painter.setBrush(colors.color("reason_soft"))
                painter.drawRoundedRect(0, top + 1, self.width() - 1, ROW - 2, 6, 6)
            painter.setPen(colors.color("line"))
            if number + 1 < len(self._rows):
                painter.drawLine(QPointF(10, top + 16), QPointF(10, top + ROW + 6))
            painter.setPen(colors.color("accent" if one.effective else "stop"))
            painter.setBrush(colors.color("accent") if one.effective else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(10, top + 11), 4, 4)
            font.setPixelSize(14)
            painter.setFont(font)
            painter.setPen(colors.color("ink"))
            words = one.words if one.effective else f"{one.words}　{tr('(without effect)')}"
            words = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, self.width() - 30)
            painter.drawText(26, top + 16, words)
            font.setPixelSize(12)
            painter.setFont(font)
            painter.setPen(colors.color("ink2"))
            at = one.at.astimezone(LOCAL).strftime("%m-%d %H:%M:%S")
            line = f"{at} · {one.who} · {one.entry_hash.hex()[:12]}"
            painter.drawText(26, top + 33, line)
            if one.lost is not None:
                painter.setPen(colors.color("stop"))
                painter.drawText(
                    26 + QFontMetrics(font).horizontalAdvance(line), top + 33, f" · {lost_words(one.lost)}"
                )


def lost_words(mark: LostMark) -> str:
    """Beside an entry that a lost device wrote."""
    if mark.after:
        return tr("written on {device} after it was reported lost on {since}", device=mark.device, since=mark.since)
    return tr("written on {device}, reported lost on {since}", device=mark.device, since=mark.since)


def lost_chip(rows: Sequence[TimelineRow]) -> str:
    """Beside a case of which a lost device wrote something."""
    marks = [one.lost for one in rows if one.lost is not None]
    if not marks:
        return ""
    return tr("after a loss was reported") if any(one.after for one in marks) else tr("from a lost device")


def _spoken(one: TimelineRow) -> str:
    return f"{one.who}{one.words}" + (f"，{lost_words(one.lost)}" if one.lost is not None else "")
