"""A paper handed out: its pages to read, a printer chosen, a file saved. Printers are asked and fed off the interface thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.messages import Words, tr, words_of
from desktop.printing.field import place_of, send, strip_bytes
from desktop.printing.output import print_pdf, save_pdf
from desktop.printing.queues import Queue, queues
from desktop.services.prints import Printable, PrintsOffice, Ref
from desktop.views.shared.basics import button, clear, label
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_where
from desktop.views.shared.theme import look
from desktop.work import Work
from enforcement.values.errors import KnownError

STATES = {
    "idle": "",
    "printing": "printing",
    "stopped": "stopped: it keeps what it is given",
    "refusing": "takes nothing now",
    "unknown": "",
}
Wanted = Callable[[str, str], object]
"""A way to print and where."""


class PrinterMenu(QObject):
    """Where to print, beside a button: the system's printers, the 80 mm printer of this device, a file. `failed(Exception)`."""

    failed = Signal(object)

    def __init__(self, parent: QWidget, anchor: QWidget, prints: PrintsOffice, work: Work) -> None:
        super().__init__(parent)
        self._parent, self._anchor, self._prints, self._work = parent, anchor, prints, work

    def ask(self, wanted: Wanted, *, at_once: bool = False) -> None:
        """`wanted(way, target)` hears it. With `at_once` the only way there is, a file, is not asked about."""
        self._work.net(queues, lambda found: self._show(found, wanted, at_once), self.failed.emit)

    def _show(self, found: tuple[Queue, ...], wanted: Wanted, at_once: bool) -> None:
        named = self._prints.field_printer()
        if at_once and not found and not named:
            wanted("pdf", "")
            return
        try:
            menu = QMenu(self._parent)
        except RuntimeError:  # the page was left while the printers were asked
            return
        menu.setObjectName("printers")
        for queue in found:
            state = tr(STATES[queue.state]) if STATES[queue.state] else ""
            words = f"{queue.name}　{state}" if state else queue.name
            menu.addAction(words).triggered.connect(_runs(wanted, "printer", queue.name))
        if named:
            words = tr("80 mm printer {address}", address=named)
            menu.addAction(words).triggered.connect(_runs(wanted, "field_printer", named))
        menu.addAction(tr("Name another 80 mm printer…") if named else tr("80 mm field printer…")).triggered.connect(
            lambda: self._name(wanted)
        )
        menu.addSeparator()
        menu.addAction(tr("Save as PDF")).triggered.connect(_runs(wanted, "pdf", ""))
        menu.popup(self._anchor.mapToGlobal(self._anchor.rect().topLeft()))
        menu.setActiveAction(menu.actions()[0])

    def _name(self, wanted: Wanted) -> None:
        dialog = FieldPrinterDialog(self._parent, self._prints)
        dialog.named.connect(lambda address: wanted("field_printer", address))
        dialog.open()


def _runs(wanted: Wanted, way: str, target: str) -> Callable[[], object]:
    return lambda: wanted(way, target)


class FieldPrinterDialog(Asking):
    """Where the 80 mm printer is; kept on this device. `named(address)`."""

    named = Signal(str)

    def __init__(self, parent: QWidget, prints: PrintsOffice) -> None:
        super().__init__(parent, tr("80 mm field printer"), "field_printer")
        self._prints = prints
        hint = tr("A device such as /dev/usb/lp0, or its address in the network such as 192.168.1.60:9100.")
        self.body.addWidget(label(hint, "second", wrap=True))
        self._address = QLineEdit(prints.field_printer())
        self._address.setObjectName("field_printer.address")
        self._address.setAccessibleName(tr("Device or address"))
        self._address.setPlaceholderText(tr("Device or address"))
        self._address.returnPressed.connect(self.submit)
        self.body.addWidget(self._address)
        self.finish(tr("Keep and print"), "field_printer")
        self._address.setFocus()

    def submit(self) -> None:
        address = self._address.text().strip()
        try:
            place_of(address)
        except KnownError:
            self.show_problem(Words(tr("This is neither a device nor an address in the network."), "", "", ""))
            return
        try:
            self._prints.set_field_printer(address)
        except KnownError as error:
            self.show_problem(words_of(error))
            return
        self.accept()
        self.named.emit(address)


def arrow(anchor: str, run: Callable[[], object]) -> QPushButton:
    """A narrow button beside Print that always asks where to."""
    made = button("▾", name=anchor, run=run)
    made.setAccessibleName(tr("Print to…"))
    made.setToolTip(f"{tr('Print to…')}   Ctrl Shift P")
    made.setShortcut(QKeySequence("Ctrl+Shift+P"))
    return made


class Handout(QObject):
    """One document handed out: `ref` names it, `pdf` are its pages. `handed(way, target)` when a printer or a file has it whole;
    `failed(Exception)`.
    """

    handed = Signal(str, str)
    failed = Signal(object)

    def __init__(self, parent: QWidget, anchor: QPushButton, prints: PrintsOffice, work: Work) -> None:
        super().__init__(parent)
        self._parent, self._prints, self._work = parent, prints, work
        self._menu = PrinterMenu(parent, anchor, prints, work)
        self._menu.failed.connect(self.failed.emit)
        self.pdf = b""
        self.name = ""
        self.ref: Ref | None = None

    def ask_printer(self) -> None:
        """Where to print; with no printer at all, where to save."""
        self._menu.ask(self._to, at_once=True)

    def ask_where(self) -> None:
        """Where to print, also when there is only one way."""
        self._menu.ask(self._to)

    def save_as(self) -> None:
        """Where to save."""
        if self.pdf:
            ask_where(self._parent, tr("Save as PDF"), "save.dialog", f"{self.name}.pdf", self._save_to)

    def _to(self, way: str, target: str) -> None:
        pdf, ref = self.pdf, self.ref
        if way == "pdf":
            self.save_as()
        elif way == "printer" and pdf:
            self._work.net(lambda: print_pdf(pdf, target, 1), lambda _: self.handed.emit(way, target), self.failed.emit)
        elif ref is not None:
            self._work.store(
                lambda: self._prints.printable(ref), lambda found: self._strip(found, target), self.failed.emit
            )

    def _strip(self, found: Printable, address: str) -> None:
        self._work.net(
            lambda: send(address, strip_bytes(found.form, found.values, found.code, found.hands)),
            lambda _: self.handed.emit("field_printer", address),
            self.failed.emit,
        )

    def _save_to(self, path: Path) -> None:
        try:
            save_pdf(path, self.pdf)
        except KnownError as error:
            self.failed.emit(error)
            return
        self.handed.emit("pdf", str(path))


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
