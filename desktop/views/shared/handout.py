"""A paper handed out: its pages to read, a printer chosen, a file saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.printing.output import print_pdf, printers, save_pdf
from desktop.views.shared.basics import clear
from desktop.views.shared.files import ask_where
from desktop.views.shared.theme import look
from enforcement.values.errors import KnownError


class Handout(QObject):
    """`handed(way, target)` when a printer or a file has it; `failed(Exception)`."""

    handed = Signal(str, str)
    failed = Signal(object)

    def __init__(self, parent: QWidget, anchor: QPushButton) -> None:
        super().__init__(parent)
        self._parent, self._anchor = parent, anchor
        self.pdf = b""
        self.name = ""

    def ask_printer(self) -> None:
        """Where to print, beside the button; with no printer at all, where to save."""
        queues = printers()
        if not queues:
            self.save_as()
            return
        menu = QMenu(self._parent)
        for queue in queues:
            menu.addAction(queue).triggered.connect(self._printer(queue))
        menu.addAction(tr("Save as PDF"), self.save_as)
        menu.popup(self._anchor.mapToGlobal(self._anchor.rect().topLeft()))

    def save_as(self) -> None:
        """Where to save."""
        if self.pdf:
            ask_where(self._parent, tr("Save as PDF"), "save.dialog", f"{self.name}.pdf", self._save_to)

    def _printer(self, queue: str) -> Callable[[], None]:
        return lambda: self._hand("printer", queue, lambda: print_pdf(self.pdf, queue, 1))

    def _save_to(self, path: Path) -> None:
        self._hand("pdf", str(path), lambda: save_pdf(path, self.pdf))

    def _hand(self, way: str, target: str, run: Callable[[], object]) -> None:
        try:
            run()
        except KnownError as error:
            self.failed.emit(error)
            return
        self.handed.emit(way, target)


class Page(QLabel):
    """A page as wide as there is room, never wider than it is sharp."""

    def __init__(self, picture: bytes, *, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._picture = QPixmap()
        self._picture.loadFromData(picture, "PNG")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self._picture.width(), self.height())

    def _fit(self) -> None:
        ratio = self.devicePixelRatioF()
        wide = min(self.width(), round(self._picture.width() / ratio)) if self.width() > 1 else 1
        shown = self._picture.scaledToWidth(max(round(wide * ratio), 1), Qt.TransformationMode.SmoothTransformation)
        edge = QPainter(shown)
        edge.setPen(look.tokens.color("line"))
        edge.drawRect(shown.rect().adjusted(0, 0, -1, -1))
        edge.end()
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)
        self.setFixedHeight(max(round(shown.height() / ratio), 1))


class Pages(QWidget):
    """Pages below one another."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("scrolled")
        self._name = name
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 6, 0)
        self._body.setSpacing(12)
        self._shown: tuple[bytes, ...] = ()

    def show_pages(self, pictures: tuple[bytes, ...]) -> None:
        """The same pages stay where they are read; others take their place one by one."""
        if pictures == self._shown:
            return
        self._shown = pictures
        clear(self._body)
        for number, picture in enumerate(pictures, 1):
            words = tr("Page {number} of the paper", number=number)
            self._body.addWidget(Page(picture, name=f"{self._name}.{number}", accessible=words))
        self._body.addStretch(1)
