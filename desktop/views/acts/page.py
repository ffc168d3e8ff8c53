"""Writing an act: its fields in one column, what is missing and its paper at the right, one key to sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.printing.preview import page_images
from desktop.services.act_shapes import ActDraft, Acted, FieldView
from desktop.services.shapes import EvidenceView
from desktop.viewmodels.acts import ActModel
from desktop.views.acts.aside import AsideCard, PreviewCard
from desktop.views.acts.editor import Editor, FieldBox
from desktop.views.acts.photos import PhotosEditor
from desktop.views.acts.plain import (
    ChoiceEditor,
    ChoicesEditor,
    CountEditor,
    DayEditor,
    MinuteEditor,
    MoneyEditor,
    OpinionEditor,
    TextEditor,
    minute_of,
)
from desktop.views.acts.rows import DialogueEditor, ListEditor, PeopleEditor, TableEditor
from desktop.views.shared.basics import Card, TextField, button, chip, clear, holder, label, row, scrolled
from desktop.views.shared.dialogs import SignDialog
from enforcement.values.clock import LOCAL

EDITORS: Mapping[str, type[Editor]] = {
    "text": TextEditor,
    "money": MoneyEditor,
    "day": DayEditor,
    "minute": MinuteEditor,
    "choice": ChoiceEditor,
    "choices": ChoicesEditor,
    "count": CountEditor,
    "list": ListEditor,
    "people": PeopleEditor,
    "table": TableEditor,
    "dialogue": DialogueEditor,
    "opinion": OpinionEditor,
    "photos": PhotosEditor,
}
"""The editor of each kind of field; a code is made by the program and has none."""
OWN_SECTION = frozenset(("list", "people", "table", "dialogue", "photos"))
WIDE = 1120
"""Pixels from which on the paper stands beside the form."""
PREVIEW_MS, PREVIEW_DPI = 700, 120


class ActPage(QWidget):
    """`acted(Acted)` when it stands on the record, `left` when it is put aside or thrown away, `failed(Exception)`."""

    acted = Signal(object)
    left = Signal()
    failed = Signal(object)

    def __init__(self, model: ActModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._boxes: dict[str, FieldBox] = {}
        self._shown: ActDraft | None = None
        self._sign: SignDialog | None = None
        self._evidence: tuple[EvidenceView, ...] = ()
        self._signing = False
        self._aim = ("", "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(14)
        self._title = label("", "title", name="act.title")
        self._basis = label("", "second", name="act.basis", wrap=True)
        self._two = chip(tr("two officers sign"), "quiet", name="act.two")
        self._two.setVisible(False)
        head = row(self._title, self._basis, self._two, spacing=12)
        head.setStretch(1, 1)
        layout.addLayout(head)
        self._middle = middle = QHBoxLayout()
        middle.setSpacing(18)
        middle.addWidget(self._form(), 54)
        self.aside = AsideCard()
        self.aside.wanted.connect(self.focus_field)
        self.preview = PreviewCard()
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(18)
        right.addWidget(self.aside)
        right.addWidget(self.preview, 1)
        self._right = holder(right)
        middle.addWidget(self._right, 46)
        layout.addLayout(middle, 1)
        layout.addLayout(self._foot())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask_preview)
        model.draft_changed.connect(self._show)
        model.evidence.connect(self._show_evidence)
        model.refused.connect(self._refused)
        model.pages.connect(self.preview.show_made)
        model.acted.connect(self._done)
        model.failed.connect(self.failed.emit)

    def aim(self, path: str, words: str) -> None:
        """Begin at this field, with these words at it; a field that its form does not show leaves the page as it is."""
        self._aim = (path, words)

    # making

    def _form(self) -> QWidget:
        card = Card(name=tr("Form"))
        inner = QWidget()
        self._sections = QVBoxLayout(inner)
        self._sections.setContentsMargins(0, 0, 8, 0)
        self._sections.setSpacing(10)
        self._column = QStackedWidget()
        self._column.addWidget(scrolled(inner))
        card.body.addWidget(self._column, 1)
        return card

    def _foot(self) -> QHBoxLayout:
        self._when = TextField(name="act.when", accessible=tr("When it happened"), hint="2026-03-02 09:30")
        self._when.setFixedWidth(176)
        self._when.left.connect(self._set_at)
        self._when_problem = label("", "stop", name="act.when.problem", wrap=True)
        back = button(tr("Leave for later"), name="act.leave", run=self._leave)
        back.setShortcut("Escape")
        away = button(tr("Throw away"), name="act.discard", run=lambda: self.model.discard(self.left.emit))
        self._look = button(tr("Paper"), name="act.preview", key="F4", run=self._turn)
        self.go = button(tr("Sign"), "primary", name="act.sign", key="Ctrl+Return", run=self.ask_signature)
        when = label(tr("When it happened"), "second")
        foot = row(when, self._when, self._when_problem, away, back, self._look, self.go, spacing=12)
        foot.setStretch(2, 1)
        return foot

    # showing

    def _show(self, draft: ActDraft) -> None:
        before, self._shown = self._shown, draft
        if before is None or [one.path for one in before.fields] != [one.path for one in draft.fields]:
            self._build(draft)
        for one in draft.fields:
            if one.path in self._boxes:
                self._boxes[one.path].editor.show_value(one.value)
        self._title.setText(draft.label)
        self._basis.setText(
            " · ".join(part for part in (draft.basis, draft.form_title) if part and part != draft.label)
        )
        self._when.show_value(draft.at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"))
        self.aside.show_draft(draft)
        self.go.setEnabled(not draft.missing and not draft.against)
        self.go.setAccessibleName(tr("Sign with the second officer") if draft.second else tr("Sign"))
        self._two.setVisible(draft.second)
        self._fit()
        if draft.shows_paper:
            self._timer.start(PREVIEW_MS if before is not None else 0)
        if self._signing and self.go.isEnabled():
            self.ask_signature()
        self._signing = False

    def _build(self, draft: ActDraft) -> None:
        """Sections in reading order: plain fields together, what has rows by itself; what the case knows is folded away."""
        clear(self._sections)
        self._boxes = {}
        fields = [one for one in draft.fields if one.kind in EDITORS]
        own, known = [one for one in fields if not one.known], [one for one in fields if one.known]
        for one in own:
            if one.kind in OWN_SECTION:
                self._sections.addSpacing(4)
            self._sections.addWidget(self._box(one))
        if not own:
            self._sections.addWidget(label(tr("Everything on it comes from the case."), "second", wrap=True))
        if known:
            self._sections.addSpacing(6)
            self._fold = button("", "link", name="act.known", run=self._unfold)
            self._sections.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
            body = QVBoxLayout()
            body.setContentsMargins(0, 0, 0, 0)
            body.setSpacing(10)
            for one in known:
                body.addWidget(self._box(one))
            self._known = holder(body)
            self._sections.addWidget(self._known)
            self._known_count = len(known)
            self._open_known(not own)
        self._sections.addStretch(1)
        order = [*own, *known]
        for one, then in pairwise(order):
            self._boxes[one.path].editor.entered.connect(self._goer(then.path))
        if order:
            self._boxes[order[-1].path].editor.entered.connect(self.go.setFocus)
        path, words = self._aim
        if path in self._boxes:
            self._boxes[path].show_problem(words)
            QTimer.singleShot(0, self._boxes[path], self._goer(path))
        elif own:
            QTimer.singleShot(0, self._boxes[own[0].path].editor, self._boxes[own[0].path].editor.focus)

    def _box(self, field: FieldView) -> FieldBox:
        editor = EDITORS[field.kind](field)
        if isinstance(editor, PhotosEditor):
            editor.show_evidence(self._evidence)
        editor.left.connect(lambda value: self.model.set_value(field.path, value))
        self._boxes[field.path] = FieldBox(editor)
        return self._boxes[field.path]

    def _goer(self, path: str) -> Callable[[], None]:
        return lambda: self.focus_field(path)

    def _show_evidence(self, found: tuple[EvidenceView, ...]) -> None:
        self._evidence = found
        for box in self._boxes.values():
            if isinstance(box.editor, PhotosEditor):
                box.editor.show_evidence(found)

    def focus_field(self, path: str) -> None:
        """Go to a field, also where it is folded away."""
        box = self._boxes.get(path)
        if box is None:
            return
        self._show_paper(False)
        if box.editor.field.known and self._known.isHidden():
            self._open_known(True)
        box.editor.focus()

    def _unfold(self) -> None:
        self._open_known(self._known.isHidden())

    def _open_known(self, opened: bool) -> None:
        self._known.setVisible(opened)
        words = tr("From the case: {count} fields", count=self._known_count)
        self._fold.setText(f"{'▾' if opened else '▸'} {words}")
        self._fold.setAccessibleName(words)

    def _refused(self, path: str, error: object) -> None:
        if path in self._boxes and isinstance(error, Exception):
            self._boxes[path].show_problem(words_of(error).what)
        self._signing = False

    # the paper

    def _ask_preview(self) -> None:
        if self.preview.isVisible():
            self.model.preview(lambda pdf: tuple(page_images(pdf, PREVIEW_DPI)))

    def _turn(self) -> None:
        self._show_paper(self._column.currentIndex() == 0)

    def _show_paper(self, shown: bool) -> None:
        """On a narrow window the paper takes the form's place while it is looked at."""
        if self._column.currentIndex() != int(shown) and self._column.count() > int(shown):
            self._column.setCurrentIndex(int(shown))
            if shown:
                self._ask_preview()

    def _fit(self) -> None:
        wide = self.width() >= WIDE
        issues = self._shown is not None and self._shown.shows_paper
        self._look.setVisible(issues and not wide)
        in_column = self._column.indexOf(self.preview) >= 0
        layout = self._right.layout()
        assert isinstance(layout, QVBoxLayout)
        if wide and in_column:
            self._column.setCurrentIndex(0)
            self._column.removeWidget(self.preview)
            layout.addWidget(self.preview, 1)
            self._timer.start(0)
        elif not wide and not in_column:
            layout.removeWidget(self.preview)
            self._column.addWidget(self.preview)
        self.preview.set_framed(wide)
        if wide:
            self.preview.setVisible(issues)
        self.aside.grow(not wide or not issues)
        self._middle.setStretch(0, 54 if wide else 68)
        self._middle.setStretch(1, 46 if wide else 32)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # doing

    def _set_at(self, text: str) -> None:
        try:
            at: datetime = minute_of(text.strip())
        except ValueError as error:
            self._when.set_wrong(True)
            self._when_problem.setText(str(error))
            return
        self._when.set_wrong(False)
        self._when_problem.setText("")
        self.model.set_at(at)

    def _settle(self) -> None:
        """What is being written is left, so that it is kept before anything else is done."""
        writes = self.focusWidget()
        if writes is not None:
            writes.clearFocus()

    def _leave(self) -> None:
        self._settle()
        self.left.emit()

    def ask_signature(self) -> None:
        """Sign, or let the second officer sign on this device."""
        draft = self._shown
        if draft is None or not self.go.isEnabled():
            return
        writes = self.focusWidget()
        if writes is not None and writes is not self.go and not self._signing:
            before = self.model.work.busy
            self._settle()
            if self.model.work.busy > before:
                self._signing = True  # what was being written is saved first; its answer goes on from here
                return
        if not draft.second:
            self.go.setEnabled(False)
            self.model.sign("", "", self._not_signed)
            return
        officers = [(one.number, one.name) for one in draft.partners]
        dialog = SignDialog(self, officers, f"{draft.label} · {draft.basis}", "", tr("Sign and put on record"))
        dialog.signed.connect(lambda number, password: self.model.sign(number, password, self._not_signed))
        self._sign = dialog
        dialog.open()

    def _not_signed(self, error: Exception) -> None:
        if self._sign is not None and self._sign.isVisible():
            self._sign.show_problem(words_of(error))
            return
        self.go.setEnabled(True)
        self.failed.emit(error)

    def _done(self, acted: Acted) -> None:
        if self._sign is not None:
            self._sign.accept()
        self.acted.emit(acted)
