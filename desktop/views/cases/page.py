"""Cases and Documents: a list, one in detail, its record as the spine, its notice as it is printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.printing.output import print_pdf, printers, save_pdf
from desktop.printing.preview import page_images
from desktop.services.shapes import CaseDetail, CaseRow
from desktop.viewmodels.board import BoardModel
from desktop.viewmodels.pages import CasesModel
from desktop.views.cases.record import RecordList
from desktop.views.onspot.photos import PhotoStrip
from desktop.views.shared.basics import (
    Card,
    Empty,
    KeyValues,
    button,
    chip,
    clear,
    holder,
    label,
    row,
    scrolled,
    set_chip,
)
from desktop.views.shared.board import BoardCard, under_list
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.files import ask_where
from desktop.views.shared.lists import Item, ItemList
from desktop.views.shared.times import local_minute
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text

STATUS = {
    "open": ("Open", "quiet"),
    "asked": ("Leave asked", "reason"),
    "issued": ("Issued", "accent"),
    "returned": ("Returned", "reason"),
    "answered": ("Answered", "accent"),
    "approved": ("On record", "sealed"),
    "voided": ("Voided", "stop"),
    "conflict": ("Conflict", "stop"),
}
SEAL = {
    "sealed": "Sealed on this device",
    "sent": "↑ Sent",
    "accepted": "⇈ Received, with receipt",
    "refused": "Refused by the relay",
}
PREVIEW_DPI = 108
LIST_WIDTH = 230


class CasesPlace(QWidget):
    """`failed(Exception)`, `said(text)`. With `documents` the notice stands at the right instead of the record."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, model: CasesModel, *, documents: bool = False) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model, self._documents = model, documents
        self._detail: CaseDetail | None = None
        self._pdf: bytes = b""
        self._paged: bytes = b""
        self._print_next = False
        kind = "documents" if documents else "cases"
        outer = QHBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(18)
        left = Card(tr("Documents") if documents else tr("Cases"))
        self._search = QLineEdit()
        self._search.setObjectName(f"{kind}.search")
        self._search.setAccessibleName(tr("Search"))
        self._search.setPlaceholderText(tr("Party, number, place or pinyin initials"))
        self._search.textChanged.connect(model.search)
        self.list = ItemList(name=f"{kind}.list", accessible=tr("Documents") if documents else tr("Cases"))
        self.list.picked.connect(model.show_detail)
        self.list.ending.connect(model.more)
        self._empty = Empty(
            "printer" if documents else "file-text",
            tr("Notices appear here with their numbers once they are issued.")
            if documents
            else tr("Cases appear here as they are opened. Begin with an on-the-spot penalty from Today."),
        )
        left.body.addWidget(self._search)
        left.body.addWidget(self.list, 1)
        left.body.addWidget(self._empty, 1)
        left.setMinimumWidth(LIST_WIDTH)
        self.board = BoardCard(BoardModel(model.office, model.work), name="case.struck")
        outer.addLayout(under_list(left, self.board), 37)
        outer.addWidget(self._right(), 63)
        model.loaded.connect(self._show_rows)
        model.detail.connect(self._show)
        model.pdf.connect(self._show_pdf)
        model.failed.connect(self.failed.emit)

    def open_case(self, case_id: UUID, *, then_print: bool = False) -> None:
        """Show this case; with `then_print` its notice goes to the printer as soon as it stands."""
        self._print_next = then_print
        self.model.show_detail(case_id)

    def _right(self) -> QWidget:
        card = Card()
        self._title = label("", "title", name="case.title")
        self._status = chip("", name="case.status")
        self._seal = label("", "second", name="case.seal")
        card.body.addLayout(row(self._title, self._status, 1, self._seal, spacing=10))
        self._number = label("", "strong", name="case.number")
        card.body.addWidget(self._number)
        self._returned = label("", "stop", name="case.returned", wrap=True)
        card.body.addWidget(self._returned)
        self._body = QVBoxLayout()
        inner = QWidget()
        inner.setLayout(self._body)
        card.body.addWidget(scrolled(inner), 1)
        self._print = button(tr("Print"), "primary", name="case.print", key="Ctrl+P", run=self._print_menu)
        self._save = button(tr("Save PDF"), name="case.save", key="Ctrl+S", run=self._save_as)
        self._signed = button(tr("Signed for"), name="case.signed", run=lambda: self._deliver("signed"))
        self._refused = button(tr("Refused to sign"), name="case.refused", run=lambda: self._deliver("refused"))
        self._void = button(tr("Void"), name="case.void", run=self._ask_void)
        self._answer = button(tr("Answer"), "primary", name="case.answer", run=self._ask_answer)
        self._buttons = holder(row(self._void, 1, self._answer, self._refused, self._signed, self._save, self._print))
        card.body.addWidget(self._buttons)
        self._buttons.setVisible(False)
        return card

    def _show_rows(self, rows: tuple[CaseRow, ...]) -> None:
        self.list.set_items([item_of(one) for one in rows])
        self.list.setVisible(bool(rows) or bool(self._search.text()))
        self._empty.setVisible(not rows and not self._search.text())
        if rows and self.model.chosen is None:
            self.list.pick(0)

    def _show(self, found: CaseDetail) -> None:
        if self._detail is None or self._detail.row.case_id != found.row.case_id:
            clear(self._body)  # no page of another case under this one's title
            self._paged = b""
        self._detail = found
        if not self._documents:
            self.board.show_case(found)
        line = found.row
        self._title.setText(line.title)
        words, tone = STATUS[line.status]
        set_chip(self._status, tr(words), tone)
        self._seal.setText(tr(SEAL[line.seal]))
        fine = f" · {plain_text(line.fine_fen)} {tr('yuan')}" if line.fine_fen is not None else ""
        self._number.setText(f"{line.document_number}{fine}" if line.document_number else tr("Not yet decided"))
        self._returned.setText(tr("Sent back: {words}", words=found.review_words) if line.status == "returned" else "")
        self._returned.setVisible(line.status == "returned")
        decided = bool(line.document_number)
        self._buttons.setVisible(decided)
        for made in (self._signed, self._refused):
            made.setVisible(decided and not line.delivered and line.status != "voided")
        self._answer.setVisible(line.status == "returned")
        self._void.setVisible(self._documents and line.status != "voided")
        if decided:
            self.model.ask_pdf(line.case_id)
        if not self._documents or not decided:
            self._show_record(found)

    def _show_record(self, found: CaseDetail) -> None:
        clear(self._body)
        self._paged = b""
        facts = [(name, value) for name, value in found.facts]
        party = found.party
        self._body.addWidget(
            KeyValues(
                [
                    (tr("Party"), f"{party.name}　{party.code}"),
                    (tr("Address"), party.address),
                    (tr("Place"), found.row.place),
                    *([(tr("What happened"), found.happened)] if found.happened else []),
                    *([(tr("Facts"), "；".join(f"{name} {value}" for name, value in facts))] if facts else []),
                    *([(tr("Statement"), found.statement)] if found.statement else []),
                ]
            )
        )
        if found.evidence:
            strip = PhotoStrip(editable=False)
            strip.show_evidence(found.evidence)
            self._body.addWidget(strip)
        if found.explanation:
            self._body.addWidget(label(tr("Reasons as they stand in the decision"), "section"))
            self._body.addWidget(label(found.explanation, wrap=True))
        self._body.addWidget(label(tr("Record"), "section"))
        self._body.addWidget(RecordList(found.timeline))
        self._body.addStretch(1)

    def _show_pdf(self, given: tuple[UUID, bytes]) -> None:
        case_id, self._pdf = given
        if self._detail is None or self._detail.row.case_id != case_id:
            return
        if self._documents:
            self._show_pages()
        if self._print_next:
            self._print_next = False
            self._print_menu()

    def _show_pages(self) -> None:
        if self._pdf == self._paged:
            return  # the place where it is being read stays
        clear(self._body)
        self._paged = self._pdf
        for number, picture in enumerate(page_images(self._pdf, PREVIEW_DPI), 1):
            page = QLabel()
            page.setObjectName(f"case.page.{number}")
            page.setAccessibleName(tr("Page {number} of the notice", number=number))
            shown = QPixmap()
            shown.loadFromData(picture, "PNG")
            page.setPixmap(shown.scaledToWidth(620, Qt.TransformationMode.SmoothTransformation))
            page.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._body.addWidget(page)
        self._body.addStretch(1)

    # doing

    def _print_menu(self) -> None:
        queues = printers()
        if not queues:
            self._save_as()
            return
        menu = QMenu(self)
        for queue in queues:
            menu.addAction(queue).triggered.connect(self._printer(queue))
        menu.addAction(tr("Save as PDF"), self._save_as)
        menu.popup(self._print.mapToGlobal(self._print.rect().topLeft()))

    def _printer(self, queue: str) -> Callable[[], None]:
        return lambda: self._print_on(queue)

    def _print_on(self, queue: str) -> None:
        try:
            print_pdf(self._pdf, queue, 1)
        except KnownError as error:
            self.failed.emit(error)
            return
        self._printed("printer", queue)

    def _save_as(self) -> None:
        if self._detail is None or not self._pdf:
            return
        suggested = f"{self._detail.row.document_number}.pdf"
        ask_where(self, tr("Save as PDF"), "save.dialog", suggested, self._save_to)

    def _save_to(self, path: Path) -> None:
        try:
            save_pdf(path, self._pdf)
        except KnownError as error:
            self.failed.emit(error)
            return
        self._printed("pdf", str(path))

    def _printed(self, way: str, target: str) -> None:
        if self._detail is not None:
            self.model.printed(self._detail.row.case_id, "pdf" if way == "pdf" else "printer", target)
            self.said.emit(tr("The notice was handed to {target}.", target=Path(target).name))

    def _deliver(self, outcome: str) -> None:
        if self._detail is None:
            return
        case_id = self._detail.row.case_id
        if outcome == "signed":
            self.model.delivered(case_id, "signed", "")
            return
        dialog = WordsDialog(self, tr("Refused to sign"), tr("Reason, and who witnessed it"), tr("Note it"), "refused")
        dialog.given.connect(lambda words: self.model.delivered(case_id, "refused", words))
        dialog.open()

    def _ask_void(self) -> None:
        if self._detail is not None:
            case_id = self._detail.row.case_id
            dialog = WordsDialog(self, tr("Void this notice"), tr("Why; the number stays used"), tr("Void"), "void")
            dialog.given.connect(lambda words: self.model.void(case_id, words))
            dialog.open()

    def _ask_answer(self) -> None:
        if self._detail is not None:
            case_id = self._detail.row.case_id
            dialog = WordsDialog(
                self, tr("Answer the supervisor"), tr("What was added or why it stands"), tr("Send"), "answer"
            )
            dialog.given.connect(lambda words: self.model.answer(case_id, words))
            dialog.open()


def item_of(one: CaseRow) -> Item:
    """A case as a row."""
    words, tone = STATUS[one.status]
    fine = f"{plain_text(one.fine_fen)} {tr('yuan')}" if one.fine_fen is not None else local_minute(one.at)
    number = f"{one.document_number} · " if one.document_number else ""
    return Item(one.title, f"{number}{one.party}", fine, tr(words), tone, value=one.case_id)
