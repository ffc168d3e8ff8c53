"""One item of a checklist: 1 conforms, 2 does not, 3 does not apply; a photograph by drop or key; where a finding leads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.visit_shapes import ItemView
from desktop.views.inspect.words import ANSWERS, LEADS, SEVERITY
from desktop.views.onspot.photos import PhotoStrip
from desktop.views.shared.basics import Segmented, TextField, chip, holder, label, row
from desktop.views.shared.theme import look
from desktop.views.shared.times import local_minute
from enforcement.values.clock import LOCAL

KEYS = {Qt.Key.Key_1: "conforms", Qt.Key.Key_2: "violates", Qt.Key.Key_3: "not_applicable"}


class ItemRow(QWidget):
    """`answered(key, answer, words, value)`, `led(key, lead, correction, days, to)`, `pictured(key, paths)`, `wants(key)` a photograph
    from a file, `done(key)` when the next item is wanted.
    """

    answered = Signal(str, str, str, str)
    led = Signal(str, str, str, object, str)
    pictured = Signal(str, object)
    wants = Signal(str)
    done = Signal(str)
    moved = Signal(str, int)

    def __init__(self, item: ItemView, number: int, today: date) -> None:
        super().__init__()
        self.item, self._today = item, today
        self._pending = ""
        self.setObjectName(f"item.{item.key}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAccessibleName(f"{number}. {item.question}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addLayout(self._head(number))
        self._below = QVBoxLayout()
        self._below.setSpacing(6)
        self._below.addWidget(self.photos)
        self._found = holder(self._finding())
        self._below.addWidget(self._found)
        self._clash = label("", "stop", wrap=True, name=f"item.{item.key}.clash")
        self._below.addWidget(self._clash)
        layout.addLayout(self._below)
        look.changed.connect(self.update)
        self.show_item(item)

    def _head(self, number: int) -> QHBoxLayout:
        item = self.item
        words = QVBoxLayout()
        words.setSpacing(1)
        question = label(f"{number}. {item.question}", "strong", wrap=True)
        words.addWidget(question)
        severity, tone = SEVERITY[item.severity]
        basis = label(item.basis, "small", wrap=True)
        self._photo = chip(tr("Photo needed"), "accent")
        marks = [self._photo] if item.photo else []
        if severity:
            marks.append(chip(tr(severity), tone))
        words.addWidget(basis)
        if marks:
            words.addLayout(row(*marks, 1, spacing=6))
        choices = [(key, tr(text)) for key, text in ANSWERS if item.optional or key != "not_applicable"]
        self.answer = Segmented(choices, name=f"answer.{item.key}", accessible=item.question)
        for choice in self.answer.findChildren(QPushButton):
            choice.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row is one stop; its keys are 1, 2, 3
        self.answer.chosen.connect(self._choose)
        self.answer.setFixedWidth(288)
        self.photos = PhotoStrip()
        self.photos.setObjectName(f"photos.{item.key}")
        self.photos.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.photos.add.connect(lambda: self.wants.emit(item.key))
        self.photos.dropped.connect(lambda paths: self.pictured.emit(item.key, paths))
        made = row(spacing=12)
        made.addLayout(words, 1)
        made.addWidget(self.answer, 0, Qt.AlignmentFlag.AlignTop)
        return made

    def _finding(self) -> QVBoxLayout:
        item, key = self.item, self.item.key
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        self.words = TextField(
            name=f"words.{key}", accessible=tr("What was found"), hint=tr("What was found, as you saw it")
        )
        self.value = TextField(name=f"value.{key}", accessible=tr("Measured"), hint=tr("Measured"), trailing=item.unit)
        self.value.setFixedWidth(150)
        if not item.unit:
            self.value.hide()
        self.words.left.connect(lambda _: self._say())
        self.value.left.connect(lambda _: self._say())
        self.words.entered.connect(self._after_words)
        self.value.entered.connect(lambda: self.done.emit(key))
        body.addLayout(row(self.words, self.value))
        choices = [(name, tr(text)) for name, text in LEADS if name != "case" or item.violation]
        self.lead = Segmented(choices, name=f"lead.{key}", accessible=tr("Where it leads"))
        self.lead.chosen.connect(self._lead)
        self.correction = TextField(
            name=f"correction.{key}", accessible=tr("What is to be corrected"), hint=tr("What is to be corrected")
        )
        self.days = TextField(
            name=f"days.{key}", accessible=tr("Days to correct"), hint=tr("Days"), trailing=tr("days")
        )
        self.days.setFixedWidth(110)
        self.until = label("", "second", name=f"until.{key}")
        self.to = TextField(name=f"to.{key}", accessible=tr("Referred to"), hint=tr("Which body it is referred to"))
        for field in (self.correction, self.days, self.to):
            field.left.connect(lambda _: self._lead(self.lead.value()))
        self._case = label(item.violation_title, "second", wrap=True)
        self.lead.setFixedWidth(400)
        body.addLayout(row(self.lead, self._case, 1, spacing=12))
        self._correcting = holder(row(self.correction, self.days, self.until))
        body.addWidget(self._correcting)
        body.addWidget(self.to)
        return body

    def show_item(self, item: ItemView) -> None:
        """The item as it stands; an answer that is on its way is not taken back by a page that does not know of it yet."""
        self.item = item
        if item.answer == self._pending:
            self._pending = ""
        self.answer.set_value(self._pending or item.answer)
        bad = (self._pending or item.answer) == "violates"
        self._found.setVisible(bad)
        self.photos.setVisible(item.photo or bad or bool(item.evidence))
        self.photos.show_evidence(item.evidence)
        if item.photo:
            self._photo.setVisible(not item.evidence and item.answer != "not_applicable")
        self.words.show_value(item.words)
        self.value.show_value(item.value)
        self.lead.set_value(item.lead)
        self.correction.show_value(item.lead_correction)
        self.to.show_value(item.to)
        left = (item.until.astimezone(LOCAL).date() - self._today).days if item.until else item.days
        self.days.show_value(str(left) if left else "")
        self.until.setText(tr("until {when}", when=local_minute(item.until)) if item.until else "")
        self._correcting.setVisible(item.lead == "correction")
        self.to.setVisible(item.lead == "referral")
        self._case.setVisible(item.lead == "case")
        said = "；".join(f"{one.by}：{tr(dict(ANSWERS)[one.answer][2:])} {one.words}".strip() for one in item.others)
        self._clash.setText(tr("Another device answered at the same time: {said}", said=said) if said else "")
        self._clash.setVisible(bool(said))
        self.update()

    def forget(self) -> None:
        """Something was refused: what stands is shown."""
        self._pending = ""

    # doing

    def _choose(self, answer: str) -> None:
        self._pending = answer
        if answer == "violates":
            self.answered.emit(self.item.key, answer, self.words.text(), self.value.text())
            self._found.setVisible(True)
            self.words.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.answered.emit(self.item.key, answer, "", "")
        self.done.emit(self.item.key)

    def _say(self) -> None:
        if (self._pending or self.item.answer) == "violates":
            self.answered.emit(self.item.key, "violates", self.words.text(), self.value.text())

    def _after_words(self) -> None:
        if self.value.isVisible():
            self.value.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.done.emit(self.item.key)

    def _lead(self, lead: str) -> None:
        if lead:
            days = int(self.days.text()) if self.days.text().isdecimal() else None
            self.led.emit(self.item.key, lead, self.correction.text(), days, self.to.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.hasFocus():  # a field within has had it, and lets Enter pass
            super().keyPressEvent(event)
        elif key in KEYS and (KEYS[key] != "not_applicable" or self.item.optional):
            self.answer.set_value(KEYS[key])
            self._choose(KEYS[key])
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(self.item.key, 1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_P, Qt.Key.Key_Return):
            self.wants.emit(self.item.key)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.pictured.emit(self.item.key, paths)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = look.tokens
        bad = self.item.answer == "violates"
        painter.setPen(colors.color("accent" if self.hasFocus() else "reason" if bad else "line"))
        painter.setBrush(colors.color("reason_soft") if bad else Qt.BrushStyle.NoBrush)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, 8, 8)
        if self.hasFocus():
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 7, 7)
