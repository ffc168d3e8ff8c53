"""The Authoring place: violations at the left, the table with what is wrong with it in the middle, the officer's form at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.services.authoring_files import PublishedBook
from desktop.services.authoring_shapes import CellEdit, Confirm, FrameForm, HeadEdit, RowEdit, SourceState
from desktop.viewmodels.authoring import GENERAL, AuthoringModel
from desktop.viewmodels.authoring_sign import SignModel
from desktop.views.authoring.dialogs import FrameDialog, OutdatedDialog, SaveAsDialog
from desktop.views.authoring.head import SourceHead
from desktop.views.authoring.marks import ViolationList
from desktop.views.authoring.middle import TablePanel
from desktop.views.authoring.preview import PreviewPanel
from desktop.views.authoring.sign import PublishDialog
from desktop.views.authoring.start import StartPage
from desktop.views.authoring.words import in_words, problem_words
from desktop.views.shared.basics import Card, Segmented, button
from desktop.views.shared.files import ask_file, ask_where
from enforcement.authoring.check import Wrong
from enforcement.authoring.merge import Taken
from enforcement.authoring.spots import Spot
from enforcement.values.errors import KnownError

WIDE = 1500
"""From this width on the preview stands beside the table; below it takes the table's place."""


class AuthoringPlace(QWidget):
    """`failed(Exception)`, `said(str)`, `published` when the repository holds a new edition."""

    failed = Signal(object)
    said = Signal(str)
    published = Signal()

    def __init__(self, model: AuthoringModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._sign: SignModel | None = None
        self._dialog: FrameDialog | SaveAsDialog | OutdatedDialog | PublishDialog | None = None
        self._then_sign = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._pages = QStackedWidget()
        self._pages.setObjectName("stack")
        outer.addWidget(self._pages)
        self.start = StartPage()
        self._pages.addWidget(self.start)
        self._pages.addWidget(self._work())
        self._connect()
        model.begin()

    # making

    def _work(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(22, 12, 22, 16)
        layout.setSpacing(10)
        self.head = SourceHead()
        layout.addWidget(self.head)
        line = QHBoxLayout()
        line.setSpacing(18)
        left = Card()
        left.body.setContentsMargins(12, 12, 12, 12)
        self._switch = Segmented(
            [("table", tr("The table")), ("preview", tr("Preview"))], name="authoring.switch", accessible=tr("Show")
        )
        self._switch.set_value("table")
        left.body.addWidget(self._switch)
        self.list = ViolationList()
        left.body.addWidget(self.list, 1)
        copy = button(
            tr("Copy violation"), "link", name="authoring.violation.copy", key="Ctrl+D", run=self.model.copy_violation
        )
        remove = button(
            tr("Remove violation"), "link", name="authoring.violation.remove", run=self.model.remove_violation
        )
        left.body.addWidget(copy)
        left.body.addWidget(remove)
        left.setMinimumWidth(196)
        left.setMaximumWidth(270)
        line.addWidget(left, 20)
        self.middle = TablePanel(self.model)
        self.preview = PreviewPanel(self.model)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(18)
        self._splitter.addWidget(self.middle)
        self._splitter.addWidget(self.preview)
        self._splitter.setStretchFactor(0, 66)
        self._splitter.setStretchFactor(1, 34)
        self._splitter.setStyleSheet("QSplitter::handle { background: transparent; }")
        line.addWidget(self._splitter, 80)
        layout.addLayout(line, 1)
        return page

    def _connect(self) -> None:
        model, head = self.model, self.head
        model.opened.connect(self._opened)
        model.changed.connect(self._changed)
        model.prover.checked.connect(self._checked)
        model.prover.progress.connect(head.show_progress)
        model.drafts.connect(self.start.show_drafts)
        model.frame_wanted.connect(self._ask_frame)
        model.outdated.connect(self._outdated)
        model.taken.connect(self._taken)
        model.saved.connect(lambda place: self.said.emit(tr("Saved in {place}.", place=Path(place).name)))
        model.exported.connect(lambda place: self.said.emit(tr("Written: {place}.", place=Path(place).name)))
        model.failed.connect(self._fail)
        self.start.opened.connect(self.open)
        self.start.imported.connect(self.bring_in)
        self.start.began.connect(self.new)
        self.start.resumed.connect(model.resume)
        head.edited.connect(lambda key, text: model.edit(HeadEdit(key, text)))
        head.opened.connect(self.open)
        head.imported.connect(self.bring_in)
        head.exported.connect(self._export)
        head.saved.connect(self.save)
        head.undone.connect(lambda redo: model.undo(redo=redo))
        head.checked.connect(model.prover.check_all)
        head.stopped.connect(model.prover.cancel_all)
        head.signed.connect(self.sign)
        head.dropped.connect(model.reread)
        self.list.picked.connect(self._choose)
        self.middle.version_chosen.connect(lambda version: self._choose(model.number, version))
        self.middle.table.edited.connect(
            lambda row, column, text: model.edit(CellEdit(model.number, model.version, row, column, text))
        )
        self.middle.table.confirmed.connect(self._confirm)
        self.middle.rows.connect(lambda kind, at, to: model.edit(RowEdit(kind, model.number, model.version, at, to)))
        self.middle.fault_picked.connect(self._try_fault)
        self.middle.fault_opened.connect(lambda _: self._show_side("preview"))
        self.preview.failed.connect(self.failed.emit)
        self._switch.chosen.connect(self._show_side)

    # commands

    def open(self) -> None:
        """A folder's pack.toml, or a workbook."""
        filters = (tr("Sources of packs (pack.toml *.xlsx)"), tr("All files (*)"))
        ask_file(self, tr("Open a source…"), "authoring.open.dialog", self.model.open, filters)

    def bring_in(self) -> None:
        """A workbook: whole, or a published table."""
        filters = (tr("Workbooks (*.xlsx)"),)
        ask_file(self, tr("Import workbook…"), "authoring.import.dialog", self.model.bring_in, filters)

    def new(self) -> None:
        """A table to start from."""
        dialog = FrameDialog(self, self.model.office.agency_name(), "")
        dialog.given.connect(lambda form: self._begin(dialog, form))
        self._show(dialog)

    def save(self) -> None:
        """To its own files; a source that was never saved is asked for a place."""
        state = self.model.state
        if state is None:
            return
        if state.place:
            self.model.save()
            return
        dialog = SaveAsDialog(self, state.head["id"] or "pack")

        def refused(error: Exception) -> None:
            dialog.show_problem(problem_words(error))

        dialog.given.connect(lambda path: self.model.save_as(path, refused))
        self.model.saved.connect(dialog.accept)
        dialog.rejected.connect(self._not_saved)
        dialog.accepted.connect(self._saved_as)
        self._show(dialog)

    def sign(self) -> None:
        """What forbids it first; a source that was never saved is saved before."""
        state = self.model.state
        if state is None:
            return
        if not state.place:
            self._then_sign = True
            self.save()
            return
        self.model.work.store(self.model.office.office, self._sign_at, self.failed.emit)

    def _sign_at(self, office: str) -> None:
        state = self.model.state
        if state is None:
            return
        self._sign = SignModel(self.model)
        dialog = PublishDialog(self, self._sign, office, state.head["title"], state.head["version"])
        dialog.chosen.connect(self._choose)
        dialog.published.connect(lambda _: self.published.emit())
        self._show(dialog)
        self._sign.prepare()

    def _export(self) -> None:
        state = self.model.state
        if state is not None:
            name = f"{state.head['id']}-{state.head['version']}.xlsx"
            ask_where(self, tr("Export workbook…"), "authoring.export.dialog", name, self.model.export)

    # showing

    def _opened(self, state: SourceState | None) -> None:
        self._pages.setCurrentIndex(0 if state is None else 1)
        if state is None:
            self.model.list_drafts()
            return
        if isinstance(self._dialog, FrameDialog):
            self._dialog.accept()
        self._changed(state)
        self.list.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _changed(self, state: SourceState) -> None:
        self.head.show_state(state)
        self._show_table()
        self._show_marks()

    def _checked(self, violation: str) -> None:
        line = self.model.line()
        if line is not None and line.id == violation:
            self._show_table()
            self.preview.compare_if_shown()
        self._show_marks()

    def _show_table(self) -> None:
        self.middle.refresh()
        self.preview.show_table(self.model.table())

    def _show_marks(self) -> None:
        state = self.model.state
        if state is not None:
            self.list.show_state(state, self.model.prover, self.model.number)
            self.head.show_summary(self.model.prover.summary())

    def _choose(self, number: int, version: int = 0) -> None:
        self.model.choose(number, version)
        self._show_table()
        self._show_marks()

    def _try_fault(self, wrong: object) -> None:
        if isinstance(wrong, Wrong) and wrong.facts is not None:
            self.preview.try_facts(wrong.facts, wrong.party)

    def _confirm(self, row: int) -> None:
        state, line = self.model.state, self.model.line()
        if state is None or line is None:
            return
        place = self.middle.version_spot()
        if place is not None:
            self.model.edit(Confirm(Spot(place.file, f"{place.path}.tiers[{row + 1}]")))

    def _show_side(self, name: str) -> None:
        self._switch.set_value(name)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= WIDE
        self._switch.setVisible(not wide)
        self.middle.setVisible(wide or self._switch.value() == "table")
        self.preview.setVisible(wide or self._switch.value() == "preview")

    # asking

    def _show(self, dialog: FrameDialog | SaveAsDialog | OutdatedDialog | PublishDialog) -> None:
        self._dialog = dialog
        dialog.open()

    def _ask_frame(self, book: object) -> None:
        if isinstance(book, PublishedBook):
            dialog = FrameDialog(self, self.model.office.agency_name(), "", published=book.name)
            dialog.given.connect(lambda form: self.model.open_published(book, form))
            self._show(dialog)

    def _taken(self, found: object) -> None:
        if isinstance(found, Taken):
            words = tr(
                "Taken over: {changed} changed, {new} new, {gone} removed",
                changed=found.changed,
                new=found.new,
                gone=found.gone,
            )
            self.said.emit(words)

    def _begin(self, dialog: FrameDialog, form: FrameForm) -> None:
        self.model.new(form)

    def _saved_as(self) -> None:
        if self._then_sign:
            self._then_sign = False
            self.sign()

    def _not_saved(self) -> None:
        self._then_sign = False

    def _outdated(self, error: object) -> None:
        if isinstance(error, KnownError):
            words = words_of(error)
            self._show(OutdatedDialog(self, words, self.model.reread, lambda: self.model.save(over=True)))

    def _fail(self, error: object) -> None:
        if not isinstance(error, Exception):
            return
        if isinstance(self._dialog, FrameDialog) and self._dialog.isVisible():
            self._dialog.show_problem(problem_words(error))
            return
        self.failed.emit(in_words(error))


__all__ = ["GENERAL", "AuthoringPlace"]
