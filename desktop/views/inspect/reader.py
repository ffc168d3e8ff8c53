"""One inspection as it is read: plan, items, documents, record, and what may be done with it now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.printing.preview import page_images
from desktop.services.prints import Ref
from desktop.services.visit_shapes import ItemView, PaperView, VisitDetail
from desktop.viewmodels.inspect import InspectModel
from desktop.views.cases.page import SEAL
from desktop.views.cases.record import RecordList
from desktop.views.inspect.dialogs import TwoWords
from desktop.views.inspect.words import ANSWERS, LEADS, standing
from desktop.views.onspot.photos import PhotoStrip
from desktop.views.shared.basics import (
    Card,
    KeyValues,
    Link,
    button,
    chip,
    clear,
    holder,
    label,
    row,
    scrolled,
    set_chip,
)
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.handout import Handout, arrow
from desktop.views.shared.times import local_minute

PREVIEW_DPI = 108
TONE = {"conforms": "sealed", "violates": "reason", "not_applicable": "quiet"}


class Reader(Card):
    """`failed(Exception)`, `said(text)`."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, model: InspectModel, *, supervisor: bool) -> None:
        super().__init__()
        self.model, self._supervisor = model, supervisor
        self._detail: VisitDetail | None = None
        self._reading = -1
        self._title = label("", "title", name="inspection.title")
        self._status = chip("", name="inspection.status")
        self._seal = label("", "second", name="inspection.seal")
        self.body.addLayout(row(self._title, self._status, 1, self._seal, spacing=10))
        self._notes = label("", "reason", name="inspection.notes", wrap=True)
        self.body.addWidget(self._notes)
        self._body = QVBoxLayout()
        inner = QWidget()
        inner.setLayout(self._body)
        self.body.addWidget(scrolled(inner), 1)
        self._close = button(tr("Back to the record"), name="inspection.close", run=self._close_paper)
        self._save = button(tr("Save PDF"), name="inspection.save", key="Ctrl+S")
        self._print = button(tr("Print"), "primary", name="inspection.print", key="Ctrl+P")
        self._handout = Handout(self, self._print, model.office.prints, model.work)
        self._handout.failed.connect(self.failed.emit)
        self._handout.handed.connect(self._handed)
        self._to = arrow("inspection.print_to", self._handout.ask_where)
        self._save.clicked.connect(self._handout.save_as)
        self._print.clicked.connect(self._handout.ask_printer)
        self._refuse = button(tr("Refuse"), name="inspection.refuse", run=self._ask_refusal)
        self._approve = button(tr("Approve"), "primary", name="inspection.approve", run=lambda: model.decide(True))
        self._notice = button(tr("Notice handed in"), name="inspection.notice", run=self._hand_in)
        self._tell = button(tr("Tell the result"), "primary", name="inspection.tell", run=self._ask_told)
        self._again = button(tr("Plan the second look"), "primary", name="inspection.recheck", run=model.recheck)
        self._go = button(tr("Begin on site"), "primary", name="inspection.go", run=self._begin)
        self._buttons = (
            self._close,
            self._save,
            self._print,
            self._to,
            self._refuse,
            self._approve,
            self._notice,
            self._tell,
            self._again,
            self._go,
        )
        self.body.addWidget(holder(row(1, *self._buttons)))
        for made in self._buttons:
            made.setVisible(False)
        model.detail.connect(self.show_detail)
        model.pdf.connect(self._show_pdf)

    def show_detail(self, found: VisitDetail) -> None:
        """The inspection; a document that is being read stays while it is the same inspection."""
        same = self._detail is not None and self._detail.line.visit_id == found.line.visit_id
        self._detail = found
        line = found.line
        self._title.setText(line.party)
        set_chip(self._status, *standing(line))
        self._seal.setText(tr(SEAL[line.seal]))
        notes = [item.words for item in (*(found.missing if not line.mine else ()), *found.afterwards)]
        self._notes.setText("；".join(notes))
        self._notes.setVisible(bool(notes))
        if not same or self._reading < 0:
            self._close_paper()
        self._show_buttons(found)

    def _show_buttons(self, found: VisitDetail) -> None:
        line, reading = found.line, self._reading >= 0
        waits = not found.approval and bool(found.basis)
        corrections = any(item.lead == "correction" for item in found.items if item.answer == "violates")
        again = line.outcome == "findings" and corrections and not line.rechecked and line.mine
        go = line.mine and line.status in ("approved", "open", "signing", "conflict")
        go = go or (line.mine and bool(found.urgent) and not line.outcome and line.status != "refused")
        for made, on in (
            (self._close, reading),
            (self._save, reading),
            (self._print, reading),
            (self._to, reading),
            (self._refuse, self._supervisor and waits and not line.mine),
            (self._approve, self._supervisor and waits and not line.mine),
            (self._notice, line.mine and bool(line.outcome) and bool(found.basis) and found.notice_at is None),
            (self._tell, line.mine and bool(line.outcome) and bool(found.basis) and not line.told),
            (self._again, again),
            (self._go, go),
        ):
            made.setVisible(on and (made in (self._close, self._save, self._print, self._to) or not reading))
        self._go.setText(tr("Begin on site") if found.begun_at is None else tr("Go on"))

    def _show_record(self, found: VisitDetail) -> None:
        clear(self._body)
        line, party = found.line, found.party
        people = "、".join(f"{one.name}（{one.number}）" for one in found.people)
        approval = {"": tr("waits"), "approved": tr("approved"), "refused": tr("refused")}[found.approval]
        said = f"{found.approver}　{approval}　{found.approval_words}".strip() if found.approval else approval
        pairs = [
            (tr("Enterprise"), f"{party.name}　{party.code}"),
            (tr("Place"), line.place),
            (tr("Reason"), f"{line.trigger} · {line.type}{' · ' + found.source if found.source else ''}"),
            *([(tr("Urgent"), found.urgent)] if found.urgent else []),
            *([(tr("Basis"), found.basis)] if found.basis else []),
            (tr("Officers"), people),
            *([(tr("Planned"), local_minute(line.planned_at))] if line.planned_at else []),
            *([(tr("Approval"), said)] if found.basis else []),
            *([(tr("This year"), found.cap_words)] if found.cap_words else []),
            *([(tr("Present"), found.present)] if found.shown_at else []),
            *([(tr("Hindered"), found.obstructed)] if found.obstructed else []),
            *([(tr("Result told"), found.told)] if found.told else []),
            *([(tr("Second look"), line.recheck_due.isoformat())] if line.recheck_due and not line.rechecked else []),
        ]
        self._body.addWidget(KeyValues(pairs))
        if found.papers:
            self._body.addWidget(label(tr("Documents"), "section"))
            for paper in found.papers:
                self._body.addWidget(self._paper(paper))
        if found.items:
            self._body.addWidget(label(tr("Items"), "section"))
            for number, item in enumerate(found.items, 1):
                self._body.addLayout(self._item(number, item, found))
        if found.evidence:
            strip = PhotoStrip(editable=False)
            strip.show_evidence(found.evidence)
            self._body.addWidget(strip)
        self._body.addWidget(label(tr("Record"), "section"))
        self._body.addWidget(RecordList(found.timeline))
        self._body.addStretch(1)

    def _paper(self, paper: PaperView) -> QWidget:
        words = f"{paper.title}　{paper.number}".strip()
        made = Link(words, name=f"paper.{paper.form}")
        made.clicked.connect(lambda: self._read(paper.index))
        marks = "；".join(item.words for item in paper.missing)
        return holder(row(made, label(marks, "stop", wrap=True), 1)) if marks else made

    def _item(self, number: int, item: ItemView, found: VisitDetail) -> QVBoxLayout:
        answer = dict(ANSWERS).get(item.answer, "")
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 4)
        words.setSpacing(1)
        text = label(f"{number}. {item.question}", wrap=True)
        marks = [chip(tr(answer)[2:], TONE[item.answer])] if answer else []
        line = row(text, *marks, spacing=8)
        line.setStretch(0, 1)
        words.addLayout(line)
        if item.answer == "violates":
            value = f"，{item.value}{item.unit}" if item.value else ""
            until = f"，{tr('until {when}', when=local_minute(item.until))}" if item.until else ""
            lead = tr(dict(LEADS)[item.lead]) if item.lead else ""
            words.addWidget(label(f"{item.words}{value} → {lead}{item.to}{until}", "second", wrap=True))
            words.addWidget(label(item.basis, "small", wrap=True))
            if item.lead == "case" and found.line.outcome and found.line.mine and not found.cases:
                take = button(tr("Write on-the-spot penalty"), name=f"take.{item.key}", run=self._taker(item.key))
                words.addLayout(row(take, 1))
        return words

    def _taker(self, key: str) -> Callable[[], None]:
        return lambda: self.model.take(key)

    # documents

    def _read(self, index: int) -> None:
        self._reading = index
        self.model.ask_pdf(index)

    def _show_pdf(self, given: tuple[UUID, int, bytes]) -> None:
        visit_id, index, pdf = given
        if self._detail is None or self._detail.line.visit_id != visit_id or index != self._reading:
            return
        paper = self._detail.papers[index]
        self._handout.pdf, self._handout.ref = pdf, Ref(visit_id, index=index)
        self._handout.name = f"{paper.title} {paper.number}".strip()
        clear(self._body)
        for number, picture in enumerate(page_images(pdf, PREVIEW_DPI), 1):
            page = QLabel()
            page.setObjectName(f"inspection.page.{number}")
            page.setAccessibleName(tr("Page {number} of the document", number=number))
            shown = QPixmap()
            shown.loadFromData(picture, "PNG")
            page.setPixmap(shown.scaledToWidth(620, Qt.TransformationMode.SmoothTransformation))
            page.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._body.addWidget(page)
        self._body.addStretch(1)
        self._show_buttons(self._detail)

    def _close_paper(self) -> None:
        self._reading = -1
        if self._detail is not None:
            self._show_record(self._detail)
            self._show_buttons(self._detail)

    def _handed(self, way: str, target: str) -> None:
        """On the record as every print is."""
        ref = self._handout.ref
        if ref is not None:
            self.model.printed(ref, way)
            self.said.emit(tr("The document was handed to {target}.", target=Path(target).name))

    # doing

    def _begin(self) -> None:
        if self._detail is not None:
            self.model.begin(self._detail.line.visit_id)

    def _ask_refusal(self) -> None:
        dialog = WordsDialog(self, tr("Refuse"), tr("Why the inspection is not approved"), tr("Refuse"), "refuse")
        dialog.given.connect(lambda words: self.model.decide(False, words))
        dialog.open()

    def _hand_in(self) -> None:
        if self._detail is not None:
            self.model.noticed(self._detail.present or self._detail.party.name, True)

    def _ask_told(self) -> None:
        start = self._detail.present if self._detail is not None else ""
        dialog = TwoWords(
            self, tr("Tell the result"), tr("Whom"), tr("What they said"), tr("Note it"), "told", start=start
        )
        dialog.given.connect(self.model.tell)
        dialog.open()
