"""The issuing office: its people at the left, one of them at the right, and on top what devices do not know yet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.issuing_shapes import ActForm, Brought, CardFaces, Holder, OfficeView
from desktop.viewmodels.issuing import IssuingModel
from desktop.views.issuing.acts import ActDialog, FormDialog, IssueDialog
from desktop.views.issuing.detail import CertificateDetail
from desktop.views.issuing.dialogs import ImportDialog, UnpublishedDialog
from desktop.views.issuing.people import PeopleList
from desktop.views.issuing.start import OpenDialog, StartPage
from desktop.views.issuing.words import STAGES, problem_words
from desktop.views.shared.basics import Card, Empty, Link, button, chip, label, row, set_chip
from desktop.views.shared.files import ask_file, ask_where
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError

DONE = {
    "review": "{name}: the annual review is entered.",
    "renew": "{name}: the certificate is renewed.",
    "amend": "{name}: the certificate is amended.",
    "suspend": "{name}: the certificate is suspended.",
    "resume": "{name}: the certificate is given back.",
    "revoke": "{name}: the certificate is revoked.",
    "cancel": "{name}: the certificate is cancelled.",
    "replace": "{name}: the lost certificate is cancelled and another issued.",
    "photo": "{name}: the portrait is set.",
    "issue": "{name}: the certificate is issued.",
}


class IssuingPlace(QWidget):
    """`failed(Words)`, `said(str)`, `published` when the repository holds a new set."""

    failed = Signal(object)
    said = Signal(str)
    published = Signal()

    def __init__(self, model: IssuingModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._dialog: QDialog | None = None
        self._card: CardFaces | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._pages = QStackedWidget()
        self._pages.setObjectName("stack")
        outer.addWidget(self._pages)
        self.start = StartPage()
        self.start.opened.connect(self.open)
        self._pages.addWidget(self.start)
        self._pages.addWidget(self._work())
        model.opened.connect(self._show)
        model.shut.connect(self._shut)
        model.shown.connect(self._show_holder)
        model.busy.connect(self._show_busy)
        model.failed.connect(lambda error: self.failed.emit(problem_words(error)))

    # making

    def _work(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(22, 12, 22, 16)
        layout.setSpacing(12)
        self._agency = label("", "title", name="issuing.agency")
        self._busy = label("", "second", name="issuing.busy")
        head = row(
            self._agency,
            self._busy,
            1,
            button(tr("Issue…"), name="issuing.issue", key="Ctrl+N", run=self.issue),
            button(tr("Import…"), name="issuing.import", key="Ctrl+I", run=self.bring_in),
            button(tr("Template…"), name="issuing.template", run=self._template),
            button(tr("Close the office"), name="issuing.close", run=self.model.end),
        )
        layout.addLayout(head)
        bar = Card(name="issuing.bar")
        bar.body.setContentsMargins(18, 10, 12, 10)
        self._set_state = chip("", name="issuing.published")
        self._set_words = Link("", name="issuing.waiting")
        self._set_words.clicked.connect(self._list_unpublished)
        self._all_words = label("", name="issuing.all_published", wrap=True)
        self._publish = button(tr("Publish"), "primary", name="issuing.publish", key="Ctrl+Return", run=self.publish)
        line = row(self._set_state, self._set_words, self._all_words, self._publish, spacing=12)
        line.setStretch(1, 1)
        line.setStretch(2, 1)
        bar.body.addLayout(line)
        layout.addWidget(bar)
        self.people = PeopleList()
        self.people.picked.connect(self.model.choose)
        self.detail = CertificateDetail()
        self.detail.asked.connect(self.act)
        self.detail.card_wanted.connect(self._ask_card)
        self.detail.card_saved.connect(self._save_card)
        self._none = Card()
        first = button(tr("Import a roster…"), name="issuing.first", run=self.bring_in)
        self._none.body.addWidget(Empty("users", tr("Whoever is issued a certificate stands here."), first), 1)
        columns = QHBoxLayout()
        columns.setSpacing(18)
        columns.addWidget(self.people, 37)
        columns.addWidget(self.detail, 63)
        columns.addWidget(self._none, 63)
        layout.addLayout(columns, 1)
        return page

    # commands

    def open(self) -> None:
        """Ask where the office is and for its password."""
        self.model.last_folder(self._ask_open)

    def _ask_open(self, folder: str) -> None:
        dialog = OpenDialog(self, folder)

        def given(path: Path, password: str) -> None:
            self.model.open(path, password, lambda error: dialog.show_problem(problem_words(error)))

        dialog.given.connect(given)
        self._put(dialog)

    def issue(self) -> None:
        """One new certificate."""
        view = self.model.view
        if view is not None:
            self._ask(IssueDialog(self, view, view.now.astimezone(LOCAL).date()))

    def act(self, name: str) -> None:
        """One of the acts that are possible for whoever is shown."""
        holder, view = self.model.holder, self.model.view
        if holder is None or view is None:
            return
        if name == "photo":
            filters = (tr("Pictures (*.jpg *.jpeg *.png)"),)
            ask_file(self, tr("Portrait…"), "issuing.photo.dialog", self._set_photo, filters)
            return
        self._ask(ActDialog(self, name, holder, view))

    def _ask(self, dialog: FormDialog) -> None:
        dialog.given.connect(lambda form: self._do(form, dialog))
        self._put(dialog)

    def _do(self, form: ActForm, dialog: FormDialog) -> None:
        def done() -> None:
            self._say_done(form)
            dialog.accept()

        then = form.number if form.act == "issue" else form.texts.get("new", "")
        self.model.do(form, done, dialog.refused, then)

    def _set_photo(self, path: Path) -> None:
        holder = self.model.holder
        if holder is not None:
            form = ActForm("photo", holder.number, texts={"file": str(path)})
            self.model.do(form, lambda: self._say_done(form), self.model.failed.emit)

    def _say_done(self, form: ActForm) -> None:
        holder = self.model.holder
        name = form.texts.get("name", "") or (holder.name if holder is not None else form.number)
        self.said.emit(tr(DONE[form.act], name=name))

    def bring_in(self) -> None:
        """A workbook: looked at first, issued when nothing is wrong in it."""
        filters = (tr("Workbooks (*.xlsx)"),)
        ask_file(self, tr("Import a roster…"), "issuing.import.dialog", self._look_at, filters)

    def _look_at(self, book: Path) -> None:
        dialog = ImportDialog(self, book)
        dialog.wanted.connect(lambda: self.model.bring(book, brought, dialog.refused))

        def brought(found: Brought) -> None:
            dialog.accept()
            self.said.emit(tr("{count} certificates are issued.", count=len(found.issued)))

        self._put(dialog)
        self.model.look_at(book, dialog.show_found, dialog.refused)

    def _template(self) -> None:
        def written(path: Path) -> None:
            self.model.template(path, lambda _: self.said.emit(tr("Written: {place}.", place=path.name)))

        ask_where(self, tr("Template…"), "issuing.template.dialog", f"{tr('roster')}.xlsx", written)

    def publish(self) -> None:
        """Sign and write everything."""
        if self.model.view is None or not self._publish.isEnabled():
            return
        self._publish.setEnabled(False)

        def done(version: int) -> None:
            self._publish.setEnabled(True)
            self._publish.setFocus()  # it lost the focus when it was switched off
            self.said.emit(tr("Published: version {version}.", version=version))
            self.published.emit()

        self.model.publish(done)

    def _list_unpublished(self) -> None:
        view = self.model.view
        if view is not None and view.unpublished:
            dialog = UnpublishedDialog(self, view.unpublished)
            dialog.wanted.connect(self.publish)
            self._put(dialog)

    # the card

    def _ask_card(self) -> None:
        holder = self.model.holder
        if holder is None:
            return

        def made(card: CardFaces) -> None:
            self._card = card
            self.detail.show_card(card)

        def refused(error: Exception) -> None:
            words = problem_words(error)
            self.detail.show_no_card(f"{words.what} {words.todo}")

        self.model.card(holder.number, made, refused)

    def _save_card(self) -> None:
        card, holder = self._card, self.model.holder
        if card is None or holder is None or card.number != holder.number:
            return

        def chosen(path: Path) -> None:
            self.model.save(card.pdf, path, lambda _: self.said.emit(tr("Written: {place}.", place=path.name)))

        ask_where(self, tr("Save as PDF…"), "card.dialog", f"{card.number}.pdf", chosen)

    # showing

    def _show(self, view: OfficeView) -> None:
        if isinstance(self._dialog, OpenDialog):
            self._dialog.accept()
        first = self._pages.currentIndex() == 0
        self._pages.setCurrentIndex(1)
        self._agency.setText(view.agency)
        self._show_published(view)
        self.people.show_people(self.model.people)
        somebody = bool(view.people)
        self.detail.setVisible(somebody)
        self._none.setVisible(not somebody)
        if self.model.chosen:
            self.people.take(self.model.chosen)
        elif somebody:
            self.people.list.pick(0)
        if first:
            self.people.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_published(self, view: OfficeView) -> None:
        count = len(view.unpublished)
        set_chip(self._set_state, tr("not published") if count else tr("published"), "reason" if count else "sealed")
        self._set_words.setVisible(count > 0)
        self._all_words.setVisible(not count)
        words = (
            tr("1 change is not published; devices do not know it yet.")
            if count == 1
            else tr("{count} changes are not published; devices do not know them yet.", count=count)
        )
        self._set_words.setText(words)
        self._set_words.setAccessibleName(words)
        if not count:
            until = datetime.fromisoformat(view.holds_until).astimezone(LOCAL).date().isoformat()
            told = tr("Devices are given version {version}; it holds until {day}.", version=view.version, day=until)
            self._all_words.setText(told)
        self._publish.setEnabled(True)

    def _show_holder(self, holder: Holder) -> None:
        if self.model.view is not None:
            self.detail.show_holder(holder, self.model.view)

    def _show_busy(self, sort: str) -> None:
        words = tr(STAGES[sort]) if sort in STAGES else ""
        self._busy.setText(words)
        if isinstance(self._dialog, OpenDialog):
            self._dialog.show_stage(words)

    def _shut(self, error: object) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.reject()
        self._pages.setCurrentIndex(0)
        words = problem_words(error) if isinstance(error, KnownError) else None
        self.start.show_problem(f"{words.what} {words.todo}" if words is not None else "")
        self.detail.show_no_card("")
        self._card = None

    def _put(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.open()

    def _forget(self, dialog: QDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None
        dialog.deleteLater()


def sentences() -> tuple[str, ...]:
    """Source texts of the table here, for the test that all are translated."""
    return tuple(DONE.values())
