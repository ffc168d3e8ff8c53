"""Several documents to paper at once: which, how many of each, one preview, one job for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.messages.errors import Words
from desktop.printing.field import send, strip_bytes
from desktop.printing.output import print_pdf, save_pdf
from desktop.printing.preview import page_images
from desktop.printing.queues import Document, one_preview
from desktop.services.prints import Printable, PrintsOffice, Ref
from desktop.views.shared.basics import Segmented, label, row, scrolled
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_where
from desktop.views.shared.handout import Pages, PrinterMenu
from desktop.work import Work
from enforcement.values.errors import KnownError

PREVIEW_DPI = 72
MOST = 40
"""Documents at once: a preview of more is read by nobody."""
FOR = (("party", "For the party", "1"), ("file", "For the file", "1"), ("finance", "For finance", "0"))


@dataclass(frozen=True)
class Line:
    """A document that can be chosen. `chosen`: it is at the start."""

    ref: Ref
    title: str
    about: str
    again: bool
    chosen: bool


@dataclass(frozen=True)
class Printed:
    """What became of a document: `error` says why it did not come out; neither when it was not tried."""

    found: Printable
    done: bool
    error: Exception | None = None


class _Box(QCheckBox):
    """A box that takes a tap on its whole line: gloves do not find words."""

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)


class BatchDialog(Asking):
    """`printed(ref, way, copies)` for each document that a printer or a file has whole."""

    printed = Signal(object, str, int)

    def __init__(self, parent: QWidget, prints: PrintsOffice, work: Work, lines: Sequence[Line]) -> None:
        super().__init__(parent, tr("Print several"), "batch")
        self._prints, self._work = prints, work
        self._asked = 0
        self._found: tuple[Printable, ...] = ()
        self.setMinimumSize(900, 620)
        left = QVBoxLayout()
        left.setSpacing(6)
        self._boxes: list[tuple[QCheckBox, Line]] = []
        inner = QWidget()
        listed = QVBoxLayout(inner)
        listed.setContentsMargins(0, 0, 8, 0)
        listed.setSpacing(4)
        for place, line in enumerate(lines[:MOST]):
            listed.addWidget(self._box(place, line))
        listed.addStretch(1)
        left.addWidget(scrolled(inner), 1)
        self._copies: dict[str, Segmented] = {}
        for key, words, usual in FOR:
            made = Segmented([(str(n), str(n)) for n in range(4)], name=f"batch.{key}", accessible=tr(words))
            made.set_value(usual)
            made.chosen.connect(lambda _: self._ready())
            self._copies[key] = made
            line_ = row(label(tr(words), "second"), 1, made)
            left.addLayout(line_)
        self._told = label("", "second", name="batch.told", wrap=True)
        left.addWidget(self._told)
        self._pages = Pages("batch.page")
        self._empty = label(tr("What is chosen is shown here as it will come out."), "second", wrap=True)
        right = QVBoxLayout()
        right.addWidget(self._empty)
        right.addWidget(scrolled(self._pages), 1)
        both = QHBoxLayout()
        both.setSpacing(18)
        both.addLayout(left, 45)
        both.addLayout(right, 55)
        self.body.addLayout(both, 1)
        self.finish(tr("Print to…"), "batch")
        self._menu = PrinterMenu(self, self.go, prints, work)
        self._menu.failed.connect(self._failed)
        self._look()

    def _box(self, place: int, line: Line) -> QWidget:
        box = _Box(f"{line.title}　{tr('Reprint')}" if line.again else line.title)
        box.setObjectName(f"batch.line.{place}")
        box.setAccessibleDescription(line.about)
        box.setChecked(line.chosen)
        box.toggled.connect(lambda _: self._look())
        self._boxes.append((box, line))
        holder = QWidget()
        holder.setObjectName("innerPlain")
        both = QVBoxLayout(holder)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(box)
        both.addWidget(label(line.about, "small", wrap=True))
        return holder

    def _look(self) -> None:
        """Fetch what is chosen and show it; only the newest answer counts."""
        refs = [line.ref for box, line in self._boxes if box.isChecked()]
        self._asked += 1
        number = self._asked
        self._found = ()
        self._ready()
        self.problem.setVisible(False)
        if not refs:
            self._pages.show_pages(())
            self._empty.setVisible(True)
            return

        def come(found: tuple[Printable, ...]) -> None:
            if number == self._asked:
                self._work.compute(lambda: _pictures(found), lambda made: self._show(number, found, made), self._failed)

        self._work.store(lambda: tuple(self._prints.printable(ref) for ref in refs), come, self._failed)

    def _show(self, number: int, found: tuple[Printable, ...], pictures: tuple[bytes, ...]) -> None:
        if number == self._asked:
            self._found = found
            self._empty.setVisible(False)
            self._pages.show_pages(pictures)
            self._ready()

    def copies(self) -> int:
        """Of each document."""
        return sum(int(made.value() or 0) for made in self._copies.values())

    def _ready(self) -> None:
        self.go.setEnabled(bool(self._found) and self.copies() > 0)
        again = sum(one.prints > 0 for one in self._found)
        words = tr("{count} documents, {copies} of each.", count=len(self._found), copies=self.copies())
        marks = f" {tr('{count} of them were printed before; the record will say so.', count=again)}" if again else ""
        self._told.setText(words + marks if self._found else "")

    def submit(self) -> None:
        if self.go.isEnabled():
            self._menu.ask(self._to)

    def _to(self, way: str, target: str) -> None:
        if way == "pdf":
            ask_where(self, tr("Save as PDF"), "save.dialog", f"{tr('Documents')}.pdf", self._save_to)
            return
        found, copies = self._found, self.copies()
        self.go.setEnabled(False)
        self._work.net(
            lambda: printed_of(found, way, target, copies), lambda made: self._came(made, way, copies), self._failed
        )

    def _save_to(self, path: Path) -> None:
        try:
            save_pdf(path, _whole(self._found))
        except KnownError as error:
            self._failed(error)
            return
        self._came(tuple(Printed(one, True) for one in self._found), "pdf", 1)

    def _came(self, made: tuple[Printed, ...], way: str, copies: int) -> None:
        for one in made:
            if one.done:
                self.printed.emit(one.found.ref, way, copies)
        wrong = next((one for one in made if one.error is not None), None)
        if wrong is None:
            self.accept()
            return
        self._uncheck({one.found.ref for one in made if one.done})
        words = words_of(wrong.error) if wrong.error is not None else Words("", "", "", "")
        name = f"{wrong.found.title} {wrong.found.number}".strip()
        came = tr("{count} came out; {name} did not, and nothing after it was tried.", count=_done(made), name=name)
        self.show_problem(Words(f"{came} {words.what}", "", words.todo, words.details))

    def _uncheck(self, done: set[Ref]) -> None:
        """What came out need not come out again."""
        for box, line in self._boxes:
            if line.ref in done:
                box.setChecked(False)

    def _failed(self, error: Exception) -> None:
        self.show_problem(words_of(error))
        self._ready()


def printed_of(found: Sequence[Printable], way: str, target: str, copies: int) -> tuple[Printed, ...]:
    """One job for each, in order; the first that does not come out ends it: what follows would come out of order."""
    made: list[Printed] = []
    wrong = False
    for one in found:
        if wrong:
            made.append(Printed(one, False))
            continue
        try:
            if way == "field_printer":
                send(target, strip_bytes(one.form, one.values, one.code, one.hands), copies)
            else:
                print_pdf(one.pdf, target, copies)
            made.append(Printed(one, True))
        except KnownError as error:
            made.append(Printed(one, False, error))
            wrong = True
    return tuple(made)


def _done(made: Sequence[Printed]) -> int:
    return sum(one.done for one in made)


def _whole(found: Sequence[Printable]) -> bytes:
    return one_preview([Document(f"{one.title} {one.number}".strip(), one.pdf) for one in found])


def _pictures(found: Sequence[Printable]) -> tuple[bytes, ...]:
    return tuple(page_images(_whole(found), PREVIEW_DPI))
