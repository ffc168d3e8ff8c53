"""A paper of a case: its pages, print, save, sign on the screen, void."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.printing.preview import page_images
from desktop.services.prints import Ref
from desktop.viewmodels.acts import OpenPaper, PaperModel
from desktop.views.acts.delivery import WHY, DeliveryDialog
from desktop.views.acts.signing import SigningDialog
from desktop.views.cases.ordinary import paper_marks
from desktop.views.shared.basics import Card, button, chip, label, row, scrolled, set_chip
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.handout import Handout, Pages, arrow
from desktop.views.shared.times import local_minute

DPI = 120
STANDS = "A paper on the record is not rewritten: it is signed or printed later, corrected by a notice, or voided and made again."


class PaperPage(QWidget):
    """`left` when the person goes back, `said(text)`, `failed(Exception)`. `beside`: it stands beside a list, and nobody goes back."""

    left = Signal()
    said = Signal(str)
    failed = Signal(object)

    def __init__(self, model: PaperModel, *, beside: bool = False) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._shown: OpenPaper | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*((0, 0, 0, 0) if beside else (22, 16, 22, 16)))
        layout.setSpacing(14)
        self._title = label("", "title", name="paper.title")
        self._voided = chip("", "stop", name="paper.voided")
        self._about = label("", "second", name="paper.about", wrap=True)
        head = row(self._title, self._voided, self._about, spacing=12)
        head.setStretch(2, 1)
        layout.addLayout(head)
        self._mark = label("", "reason", name="paper.mark", wrap=True)
        self._mark.setVisible(False)
        layout.addWidget(self._mark)
        card = Card(name=tr("Pages"))
        self._pages = Pages("paper.page")
        self._words = label(tr("The paper is being set…"), "second", name="paper.words")
        card.body.addWidget(self._words)
        card.body.addWidget(scrolled(self._pages), 1)
        layout.addWidget(card, 1)
        back = button(tr("Back to the case"), name="paper.back", run=self.left.emit)
        back.setShortcut("Escape")
        self._void = button(tr("Void"), name="paper.void", run=self._ask_void)
        self._sign = button(tr("Sign on the screen"), name="paper.sign", key="Ctrl+G", run=self._ask_signature)
        self._deliver = button(
            tr("Deliver electronically…"), name="paper.deliver", key="Ctrl+D", run=self._ask_delivery
        )
        self._deliver.setVisible(False)
        if beside:
            back.hide()  # shown it is once it has a parent: a button without one would flash as a window
        save = button(tr("Save PDF"), name="paper.save", key="Ctrl+S")
        print_ = button(tr("Print"), "primary", name="paper.print", key="Ctrl+P")
        self._handout = Handout(self, print_, model.office.prints, model.work)
        self._handout.ref = Ref(model.case_id, model.entry)
        to = arrow("paper.print_to", self._handout.ask_where)
        self._handout.failed.connect(self.failed.emit)
        self._handout.handed.connect(self._handed)
        save.clicked.connect(self._handout.save_as)
        print_.clicked.connect(self._handout.ask_printer)
        self._why = label("", "second", name="paper.not_electronic", wrap=True)
        self._why.setVisible(False)
        why = row(self._why, 1, self._deliver)
        why.setStretch(0, 100)  # the words when they are there, else nothing beside the button
        layout.addLayout(why)
        layout.addLayout(row(self._void, 1, back, self._sign, save, print_, to, spacing=12))
        model.opened.connect(self._show)
        model.failed.connect(self.failed.emit)
        model.load()
        if not beside:
            print_.setFocus()

    def show_mark(self, words: str, field: str) -> None:
        """What is wrong with it; a paper on the record is not rewritten."""
        where = f"{tr('Field: {field}', field=field)}。" if field else ""
        self._mark.setText(f"{words}。{where}{tr(STANDS)}")
        self._mark.setVisible(True)

    def _show(self, found: OpenPaper) -> None:
        before, self._shown, paper = self._shown, found, found.paper
        self._title.setText(paper.title)
        set_chip(self._voided, tr("Voided") if paper.voided else "", "stop")
        self._voided.setToolTip(paper.voided)
        place = f"{paper.filing} {paper.order}" if paper.filing else ""
        parts = (paper.number, place, local_minute(paper.at), paper_marks(paper), paper.voided)
        self._about.setText(" · ".join(part for part in parts if part))
        self._handout.name, self._handout.pdf = paper.number or paper.title, found.pdf
        self._sign.setVisible(not paper.voided)
        self._void.setVisible(not paper.voided)
        why = WHY.get(found.electronic.why, "")
        self._deliver.setVisible(not found.electronic.why)
        self._why.setVisible(bool(why))
        self._why.setText(tr(why) if why else "")
        if before is None or before.pdf != found.pdf:
            self.model.work.compute(lambda: tuple(page_images(found.pdf, DPI)), self._show_pages, self.failed.emit)

    def _show_pages(self, pictures: tuple[bytes, ...]) -> None:
        try:
            self._words.setVisible(False)
        except RuntimeError:  # the person went back before the pages were drawn, and the page is gone
            return
        self._pages.show_pages(pictures)

    def _handed(self, way: str, target: str) -> None:
        self.model.printed(way)  # type: ignore[arg-type]  # one of its ways
        self.said.emit(tr("The paper was handed to {target}.", target=Path(target).name))

    def _ask_signature(self) -> None:
        if self._shown is not None:
            dialog = SigningDialog(self, self._shown.paper.title, self._shown.party)
            dialog.given.connect(self.model.sign)
            dialog.open()

    def _ask_delivery(self) -> None:
        if self._shown is not None and not self._shown.electronic.why:
            paper = self._shown.paper
            dialog = DeliveryDialog(self, self.model, paper.number or paper.title, self._shown.electronic)
            dialog.saved.connect(lambda path: self._said_sealed(Path(path).name))
            dialog.served.connect(lambda acted: self.said.emit(tr("{act} is on record.", act=acted.label)))
            dialog.open()

    def _said_sealed(self, name: str) -> None:
        self.said.emit(tr("The paper under the agency's seal is saved as {file}.", file=name))

    def _ask_void(self) -> None:
        dialog = WordsDialog(self, tr("Void this paper"), tr("Why; the number stays used"), tr("Void"), "void")
        dialog.given.connect(self.model.void)
        dialog.open()
