"""Cases and Documents: a list, one in detail, its record as the spine, its notice as it is printed."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.printing.preview import page_images
from desktop.services.act_shapes import PaperLine
from desktop.services.prints import Ref
from desktop.services.shapes import CaseDetail, CaseRow
from desktop.viewmodels.acts import PaperModel, is_ordinary
from desktop.viewmodels.board import BoardModel
from desktop.viewmodels.media import MediaModel
from desktop.viewmodels.pages import CasesModel, Paper
from desktop.views.acts.paper import PaperPage
from desktop.views.acts.signing import SigningDialog
from desktop.views.cases.batch import BatchDialog, Line
from desktop.views.cases.heads import head_words, outcome_chip
from desktop.views.cases.ordinary import OrdinaryCase, signers_words
from desktop.views.cases.record import RecordList, lost_chip
from desktop.views.cases.recordings import Recordings
from desktop.views.cases.related import RelatedCases, together_words
from desktop.views.cases.status import STATUS
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
from desktop.views.shared.board import BoardCard, place_board
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.handout import Handout, Pages, arrow
from desktop.views.shared.lists import Item, ItemList
from desktop.views.shared.times import local_minute
from enforcement.values.money import plain_text

SEAL = {
    "sealed": "Sealed on this device",
    "sent": "↑ Sent",
    "accepted": "⇈ Received",
    "refused": "Refused by the relay",
}
FINISHED = frozenset(("closed", "archived", "approved"))
"""States in which nothing is to follow: the case is filed."""
PREVIEW_DPI = 108
LIST_WIDTH = 230


class CasesPlace(QWidget):
    """`failed(Exception)`, `said(text)`, `filing(CaseDetail)` when the case is to be written out. With `documents` the notice stands at
    the right instead of the record.
    """

    failed = Signal(object)
    said = Signal(str)
    filing = Signal(object)

    def __init__(self, model: CasesModel, *, documents: bool = False) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model, self._documents = model, documents
        self._detail: CaseDetail | None = None
        self._paged: bytes = b""
        self._print_next = False
        self._rows: tuple[CaseRow | PaperLine, ...] = ()
        kind = "documents" if documents else "cases"
        self._outer = outer = QHBoxLayout(self)
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
        self._several = button(
            tr("Print several…"), "link", name="documents.several", key="Ctrl+B", run=self._ask_several
        )
        self._several.setVisible(False)
        left.body.addWidget(self._search)
        left.body.addWidget(self.list, 1)
        left.body.addWidget(self._empty, 1)
        left.body.addLayout(row(1, self._several))
        left.setMinimumWidth(LIST_WIDTH)
        self._column = QVBoxLayout()
        self._column.setSpacing(18)
        self._column.addWidget(left, 1)
        outer.addLayout(self._column, 37)
        self._sides = QStackedWidget()
        self._sides.addWidget(self._right())
        self._paper: PaperPage | None = None
        outer.addWidget(self._sides, 63)
        self.board = BoardCard(BoardModel(model.office, model.work), name="case.struck")
        place_board(self.board, self.width(), outer, self._column, 30)
        model.loaded.connect(self._show_rows)
        model.detail.connect(self._show)
        model.pdf.connect(self._show_pdf)
        model.paper.connect(self._show_paper)
        model.failed.connect(self.failed.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        place_board(self.board, self.width(), self._outer, self._column, 30)

    def open_case(self, case_id: UUID, *, then_print: bool = False) -> None:
        """Show this case; with `then_print` its notice goes to the printer as soon as it stands."""
        self._print_next = then_print
        self.list.show_current(case_id)
        self.model.show_detail(case_id)

    def open_paper(self, case_id: UUID, entry: bytes) -> None:
        """Show this paper of an ordinary case; only among the documents."""
        self.list.show_current((case_id, entry))
        self.model.show_detail((case_id, entry))

    def _right(self) -> QWidget:
        card = Card()
        self._title = label("", "title", name="case.title")
        self._status = chip("", name="case.status")
        self._seal = label("", "second", name="case.seal")
        self._together = chip("", "accent", name="case.together")
        self._together.setVisible(False)
        self._lost = chip("", "stop", name="case.lost")
        card.body.addLayout(row(self._title, self._status, self._together, self._lost, 1, self._seal, spacing=10))
        self._number = label("", "strong", name="case.number")
        self._file = button(tr("Export…"), "link", name="case.file", key="Ctrl+E", run=self._ask_filing)
        self._file.setVisible(False)
        card.body.addLayout(row(self._number, 1, self._file))
        self._returned = label("", "stop", name="case.returned", wrap=True)
        card.body.addWidget(self._returned)
        self.related = RelatedCases()
        self.related.opened.connect(self.open_case)
        self.ordinary = OrdinaryCase()
        self.ordinary.setVisible(False)
        self.model.procedure.shown.connect(self.ordinary.show_view)
        self._body = QVBoxLayout()
        self.recordings = Recordings(MediaModel(self.model.office, self.model.work))
        self.recordings.setVisible(False)
        self.recordings.failed.connect(self.failed.emit)
        self.recordings.said.connect(self.said.emit)
        inner = QWidget()
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(0, 0, 8, 0)
        whole.addWidget(self.related)
        whole.addWidget(self.ordinary)
        whole.addWidget(self.recordings)
        whole.addLayout(self._body)
        card.body.addWidget(scrolled(inner), 1)
        self._print = button(tr("Print"), "primary", name="case.print", key="Ctrl+P")
        self._save = button(tr("Save PDF"), name="case.save", key="Ctrl+S")
        self._handout = Handout(self, self._print, self.model.office.prints, self.model.work)
        to = arrow("case.print_to", self._handout.ask_where)
        self._handout.failed.connect(self.failed.emit)
        self._handout.handed.connect(self._printed)
        self._print.clicked.connect(self._handout.ask_printer)
        self._save.clicked.connect(self._handout.save_as)
        self._signed = button(tr("Signed for"), name="case.signed", run=lambda: self._deliver("signed"))
        self._refused = button(tr("Refused to sign"), name="case.refused", run=lambda: self._deliver("refused"))
        self._void = button(tr("Void"), name="case.void", run=self._ask_void)
        self._answer = button(tr("Answer"), "primary", name="case.answer", run=self._ask_answer)
        self._hand = button(tr("Sign on the screen"), name="case.sign", key="Ctrl+G", run=self._ask_hand)
        above, below = (
            row(1, self._hand, self._refused, self._signed),
            row(self._void, 1, self._answer, self._save, self._print, to),
        )
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addLayout(above)
        foot.addLayout(below)
        self._buttons = holder(foot)
        card.body.addWidget(self._buttons)
        self._buttons.setVisible(False)
        return card

    def _show_rows(self, rows: tuple[CaseRow | PaperLine, ...]) -> None:
        self.list.set_items([item_of(one) if isinstance(one, CaseRow) else paper_item(one) for one in rows])
        self._rows = rows
        self._several.setVisible(self._documents and bool(rows))
        self.list.setVisible(bool(rows) or bool(self._search.text()))
        self._empty.setVisible(not rows and not self._search.text())
        if self.model.chosen is not None:
            self.list.show_current(self.model.chosen)
        elif rows:
            self.list.pick(0)

    def _show(self, found: CaseDetail) -> None:
        if self._detail is None or self._detail.row.case_id != found.row.case_id:
            clear(self._body)  # no page of another case under this one's title
            self._paged = b""
            self.ordinary.show_view(None)
        self._detail = found
        self._sides.setCurrentIndex(0)
        self.recordings.setVisible(not self._documents)
        if not self._documents:
            self.board.show_case(found)
            self.recordings.model.show_case(found.row.case_id)
        line = found.row
        self._title.setText(line.title)
        words, tone = outcome_chip(line) or STATUS[line.status]
        set_chip(self._status, tr(words), tone)
        set_chip(self._together, together_words(found.related), "accent")
        set_chip(self._lost, lost_chip(found.timeline), "stop")
        self.related.show_related(found.related, line.title)
        self._seal.setText(tr(SEAL[line.seal]))
        self._number.setText(f"{head_words(line, found.proposed_fen)}{signers_words(found.signed, ' · ')}")
        self._returned.setText(_remark(found))
        self._returned.setVisible(bool(self._returned.text()))
        self._show_filing(found)
        if is_ordinary(found):
            self._show_ordinary(found)
            return
        self.ordinary.show_view(None)
        self._handout.name, self._handout.ref = line.document_number, Ref(line.case_id)
        decided = bool(line.document_number)
        self._buttons.setVisible(decided)
        for made in (self._signed, self._refused):
            made.setVisible(decided and not line.delivered and line.status != "voided")
        self._hand.setVisible(bool(found.signers))
        self._answer.setVisible(line.status == "returned")
        self._void.setVisible(self._documents and line.status != "voided")
        if decided:
            self.model.ask_pdf(line.case_id)
        if not self._documents or not decided:
            self._show_record(found)

    def _show_paper(self, chosen: Paper) -> None:
        """A paper of an ordinary case, its pages and what may be done with it, beside the list."""
        case_id, entry = chosen
        if self._paper is not None and self._paper.model.entry == entry:
            self._paper.model.load()
        else:
            if self._paper is not None:
                self._sides.removeWidget(self._paper)
                self._paper.deleteLater()
            self._paper = PaperPage(PaperModel(self.model.office, self.model.work, case_id, entry), beside=True)
            self._paper.failed.connect(self.failed.emit)
            self._paper.said.connect(self.said.emit)
            self._sides.addWidget(self._paper)
        self._sides.setCurrentWidget(self._paper)

    def _show_ordinary(self, found: CaseDetail) -> None:
        """Stages, acts and papers on top; who, what and the record below as for any case."""
        self._buttons.setVisible(False)
        self.model.procedure.show_case(found.row.case_id)
        self._show_record(found)

    def _show_filing(self, found: CaseDetail) -> None:
        """Any case can be written out; a finished one is filed."""
        words = f"{tr('Archive…') if found.row.status in FINISHED else tr('Export…')}   Ctrl E"
        if words != self._file.text():
            self._file.setText(words)
            self._file.setShortcut("Ctrl+E")  # a new text takes the key away
            self._file.setAccessibleName(words.partition("   ")[0])
        self._file.setVisible(not self._documents)

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
                    *([(tr("Evidence of related cases"), "；".join(found.shared))] if found.shared else []),
                    *([(tr("Statement"), found.statement)] if found.statement else []),
                ],
                names={
                    tr("Party"): "case.party",
                    tr("Place"): "case.place",
                    tr("What happened"): "case.happened",
                    tr("Facts"): "case.facts",
                    tr("Statement"): "case.statement",
                },
            )
        )
        if found.evidence:
            strip = PhotoStrip(editable=False)
            strip.show_evidence(found.evidence)
            self._body.addWidget(strip)
            strip.setObjectName("case.evidence")
        if found.explanation:
            self._body.addWidget(label(tr("Reasons as they stand in the decision"), "section"))
            self._body.addWidget(label(found.explanation, name="case.reasons", wrap=True))
        self._body.addWidget(label(tr("Record"), "section"))
        self._body.addWidget(RecordList(found.timeline))
        self._body.addStretch(1)

    def _show_pdf(self, given: tuple[UUID, bytes]) -> None:
        case_id, self._handout.pdf = given
        if self._detail is None or self._detail.row.case_id != case_id:
            return
        if self._documents:
            self._show_pages()
        if self._print_next:
            self._print_next = False
            self._handout.ask_printer()

    def _show_pages(self) -> None:
        if self._handout.pdf == self._paged:
            return  # the place where it is being read stays
        clear(self._body)
        self._paged = self._handout.pdf
        pages = Pages("case.page")
        pages.show_pages(tuple(page_images(self._paged, PREVIEW_DPI)))
        self._body.addWidget(pages)
        self._body.addStretch(1)

    # doing

    def _ask_filing(self) -> None:
        if self._detail is not None:
            self.filing.emit(self._detail)

    def _printed(self, way: str, target: str) -> None:
        if self._detail is not None:
            self.model.printed(self._detail.row.case_id, way, target)  # type: ignore[arg-type]  # one of its ways
            self.said.emit(tr("The notice was handed to {target}.", target=Path(target).name))

    def _ask_several(self) -> None:
        """The documents that are listed; the one that is shown is chosen."""
        lines = [line_of(one, self.model.chosen) for one in self._rows if not is_void(one)]
        if lines:
            dialog = BatchDialog(self, self.model.office.prints, self.model.work, lines)
            dialog.printed.connect(self._printed_one)
            dialog.open()

    def _printed_one(self, ref: Ref, way: str, copies: int) -> None:
        self.model.printed_ref(ref, way, copies)

    def _ask_hand(self) -> None:
        """The party, the officers, a witness; a refusal in words."""
        found = self._detail
        if found is None or not found.signers:
            return
        case_id, first = found.row.case_id, next(iter(found.signers.values()))[0]
        dialog = SigningDialog(self, f"{found.row.document_number} · {found.party.name}", first, found.signers)
        dialog.given.connect(lambda role, name, strokes, no: self.model.sign(case_id, role, name, strokes, no))
        dialog.open()

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


def is_void(one: CaseRow | PaperLine) -> bool:
    """It is not printed any more."""
    return one.status == "voided" if isinstance(one, CaseRow) else bool(one.voided)


def line_of(one: CaseRow | PaperLine, chosen: object) -> Line:
    """A document for the choice of several."""
    if isinstance(one, CaseRow):
        about = f"{one.document_number} · {one.party}"
        return Line(Ref(one.case_id), one.title, about, one.printed, chosen == one.case_id)
    about = " · ".join(part for part in (one.number, one.party, local_minute(one.at)) if part)
    return Line(Ref(one.case_id, one.entry), one.title, about, one.prints > 0, chosen == (one.case_id, one.entry))


def paper_item(one: PaperLine) -> Item:
    """A paper as a row."""
    number = f"{one.number} · " if one.number else ""
    words, tone = (tr("Voided"), "stop") if one.voided else (tr("Printed"), "sealed") if one.prints else ("", "quiet")
    return Item(one.title, f"{number}{one.party}", local_minute(one.at), words, tone, value=(one.case_id, one.entry))


def _remark(found: CaseDetail) -> str:
    """What stands in the case's way, in red."""
    if found.conflicts:
        return tr("Two devices wrote what cannot both stand. A supervisor says which one counts.")
    return tr("Sent back: {words}", words=found.review_words) if found.row.status == "returned" else ""


def item_of(one: CaseRow) -> Item:
    """A case as a row."""
    words, tone = outcome_chip(one) or STATUS[one.status]
    fine = f"{plain_text(one.fine_fen)} {tr('yuan')}" if one.fine_fen is not None else local_minute(one.at)
    number = f"{one.document_number} · " if one.document_number else ""
    return Item(one.title, f"{number}{one.party}", fine, tr(words), tone, value=one.case_id)
