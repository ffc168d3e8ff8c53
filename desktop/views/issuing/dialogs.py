"""What is not published yet, one by one; and a workbook before it is taken in: its certificates, or its faults by cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.messages import tr
from desktop.services.issuing_shapes import Brought, Waiting
from desktop.views.issuing.words import problem_words, tone_of, waiting_words, what_words
from desktop.views.shared.basics import button, label
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.lists import Item, ItemList
from enforcement.values.errors import KnownError

HEIGHT = 360


class UnpublishedDialog(Asking):
    """`wanted` when it is to be published now."""

    wanted = Signal()

    def __init__(self, parent: QWidget, changes: Sequence[Waiting]) -> None:
        super().__init__(parent, tr("Not published yet"), "unpublished")
        self.setMinimumWidth(520)
        words = tr("Devices learn of these once they are published and the device connects or is brought the files.")
        self.body.addWidget(label(words, "second", wrap=True))
        listed = ItemList(name="unpublished.list", accessible=tr("Not published yet"))
        listed.setFixedHeight(HEIGHT)
        listed.set_items(
            [
                Item(waiting_words(one), chip=what_words(one.what), tone=tone_of(one.what), value=at)
                for at, one in enumerate(changes)
            ]
        )
        self.body.addWidget(listed)
        self.finish(tr("Publish"), "unpublished")
        self.go.setFocus()

    def submit(self) -> None:
        self.accept()
        self.wanted.emit()


class ImportDialog(Asking):
    """A workbook that was looked at. `wanted` when its certificates are to be issued."""

    wanted = Signal()

    def __init__(self, parent: QWidget, book: Path) -> None:
        super().__init__(parent, tr("Import a roster"), "roster")
        self.setMinimumWidth(640)
        self.book = book
        self._faults: tuple[str, ...] = ()
        self._said = label(tr("{file} is being read…", file=book.name), "strong", name="roster.said", wrap=True)
        self.body.addWidget(self._said)
        self._list = ItemList(name="roster.list", accessible=tr("What the workbook holds"))
        self._list.setFixedHeight(HEIGHT)
        self.body.addWidget(self._list)
        self.finish(tr("Issue them"), "roster")
        self._copy = button(tr("Copy the faults"), name="roster.copy", run=self._copy_faults)
        self._copy.setVisible(False)
        self.foot.insertWidget(0, self._copy)
        self.go.setEnabled(False)
        self._look = True

    def show_found(self, found: Brought) -> None:
        """Nothing is wrong in it."""
        count = len(found.issued)
        words = tr(
            "{count} certificates will be issued; {known} are in the roster already.", count=count, known=found.known
        )
        self._said.setText(words)
        self._list.set_items([_line(one, at) for at, one in enumerate(found.issued)])
        self.go.setEnabled(count > 0)
        (self.go if count else self.cancel).setFocus()

    def refused(self, error: Exception) -> None:
        """Every fault by its cell; or why the workbook cannot be read at all."""
        self.go.setEnabled(False)
        faults = error.details.get("faults") if isinstance(error, KnownError) else None
        if isinstance(faults, list | tuple):
            self._faults = tuple(str(one) for one in faults)
            words = tr(
                "{count} faults: nothing is taken in. Mend these cells and import it again.", count=len(self._faults)
            )
            self._said.setText(words)
            self._list.set_items([_fault(one, at) for at, one in enumerate(self._faults)])
            self._copy.setVisible(True)
        else:
            self._said.setText(tr("Nothing is taken in."))
            self.show_problem(problem_words(error))
            self.go.setEnabled(False)
        self.cancel.setFocus()

    def submit(self) -> None:
        if self.go.isEnabled():
            self.go.setEnabled(False)
            self.wanted.emit()

    def _copy_faults(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._faults))


def _line(text: str, at: int) -> Item:
    number, _, name = text.partition(" ")
    return Item(name, number, value=at)


def _fault(text: str, at: int) -> Item:
    cell, _, words = text.partition("：")
    return Item(words, cell, value=at, tip=text)
