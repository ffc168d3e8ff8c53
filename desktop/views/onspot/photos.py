"""Photographs: thumbnails made in memory, and a tile that takes more."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from desktop.messages import tr
from desktop.services.shapes import EvidenceView
from desktop.views.shared.icons import pixmap
from desktop.views.shared.theme import look

TILE, HIGH, GAP = 84, 62, 8


class PhotoStrip(QWidget):
    """`add` when more are wanted; `dropped(paths)` when files were let fall here."""

    add = Signal()
    dropped = Signal(object)

    def __init__(self, *, editable: bool = True) -> None:
        super().__init__()
        self.setObjectName("onspot.photos")
        self.setAccessibleName(tr("Photographs"))
        self._editable, self._busy = editable, False
        self._shown: tuple[EvidenceView, ...] = ()
        self._pictures: list[QPixmap] = []
        self.setAcceptDrops(editable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(HIGH + 2)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize((TILE + GAP) * (len(self._shown) + self._editable), HIGH + 2)

    def show_evidence(self, evidence: tuple[EvidenceView, ...]) -> None:
        if evidence == self._shown:
            return
        self._shown, self._pictures = evidence, []
        for one in evidence:
            picture = QPixmap()
            picture.loadFromData(one.thumbnail, "PNG")
            self._pictures.append(picture)
        self.setAccessibleDescription("，".join(one.caption for one in evidence))
        self.update()

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colors, left = look.tokens, 0
        for one, picture in zip(self._shown, self._pictures, strict=True):
            box = QRect(left, 0, TILE, HIGH)
            if picture.isNull():
                painter.fillRect(box, colors.color("quiet"))
            else:
                painter.drawPixmap(box, picture, _cover(picture, TILE, HIGH))
            strip = QRect(left, HIGH - 18, TILE, 18)
            painter.setOpacity(0.82)
            painter.fillRect(strip, colors.color("card"))
            painter.setOpacity(1)
            painter.setPen(colors.color("ink"))
            font = painter.font()
            font.setPixelSize(11)
            painter.setFont(font)
            painter.drawText(
                strip,
                Qt.AlignmentFlag.AlignCenter,
                painter.fontMetrics().elidedText(one.caption, Qt.TextElideMode.ElideRight, TILE - 6),
            )
            left += TILE + GAP
        if self._editable:
            box = QRect(left + 1, 1, TILE - 20, HIGH - 2)
            style = Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DashLine
            painter.setPen(QPen(colors.color("accent" if self.hasFocus() else "ink2"), 1.2, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 8, 8)
            name = "refresh-cw" if self._busy else "plus"
            painter.drawPixmap(
                box.center().x() - 9,
                box.center().y() - 9,
                pixmap(name, colors.colors["ink2"], 20, self.devicePixelRatioF()),
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._editable and event.position().x() >= (TILE + GAP) * len(self._shown):
            self.add.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._editable and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.add.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)


def _cover(picture: QPixmap, width: int, height: int) -> QRect:
    """The middle of a picture in the tile's proportions."""
    whole = picture.size()
    if whole.width() * height > whole.height() * width:
        part = whole.height() * width // height
        return QRect((whole.width() - part) // 2, 0, part, whole.height())
    part = whole.width() * height // width
    return QRect(0, (whole.height() - part) // 2, whole.width(), part)
