"""An inspection on site, usable by keys alone: certificates, notice, every item, the result, both signatures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.services.visit_shapes import VisitDetail
from desktop.viewmodels.inspect import InspectModel
from desktop.views.inspect.dialogs import TwoWords
from desktop.views.inspect.item import ItemRow
from desktop.views.inspect.words import standing
from desktop.views.shared.basics import (
    Card,
    IconLabel,
    KeyValues,
    Link,
    Segmented,
    TextField,
    button,
    chip,
    clear,
    holder,
    label,
    row,
    scrolled,
    set_chip,
)
from desktop.views.shared.dialogs import SignDialog
from desktop.views.shared.files import ask_files
from desktop.views.shared.times import local_minute

SHOWN_MISSING = 8
NO_OBJECTION = "没有异议"
"""As it stands in the record, which is Chinese."""


class RunningPage(QWidget):
    """`left` when the officer goes back; `closed(UUID)` when both have signed; `certificate` when mine is to be shown."""

    left = Signal()
    certificate = Signal()
    closed = Signal(object)
    failed = Signal(object)

    def __init__(self, model: InspectModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._detail: VisitDetail | None = None
        self._rows: dict[str, ItemRow] = {}
        self._sign: SignDialog | None = None
        self._sign_next = False
        self._waits_for: Callable[[VisitDetail], bool] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(14)
        self._title = label("", "title", name="visit.title")
        self._status = chip("", name="visit.status")
        self._about = label("", "second", name="visit.about")
        self._kept = label(tr("Sealed on this device"), "second")
        layout.addLayout(
            row(self._title, self._status, self._about, 1, IconLabel("lock", "sealed", 16), self._kept, spacing=10)
        )
        middle = QHBoxLayout()
        middle.setSpacing(18)
        middle.addWidget(self._work(), 66)
        middle.addWidget(self._side(), 34)
        layout.addLayout(middle, 1)
        layout.addLayout(self._foot())
        model.detail.connect(self._show)
        model.closed.connect(self._closed)
        model.failed.connect(lambda _: self._forget())

    # making

    def _work(self) -> QWidget:
        card = Card(name=tr("Inspection"))
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(2, 2, 8, 2)
        body.setSpacing(10)
        self.present = TextField(
            name="visit.present", accessible=tr("Who is present"), hint=tr("Who is present for the enterprise")
        )
        self.present.setMinimumWidth(120)
        self.shown = Segmented(
            [
                ("confirmed", tr("Confirmed")),
                ("unconfirmed", tr("Not confirmed")),
                ("recusal", tr("Recusal asked")),
            ],
            name="visit.shown",
            accessible=tr("Certificates"),
        )
        self.shown.chosen.connect(self._shown)
        body.addLayout(_line(tr("Present"), self.present))
        show = button(tr("Show mine"), "link", name="visit.show_certificate", run=self.certificate.emit)
        body.addLayout(_line(tr("Certificates shown"), holder(row(self.shown, show, 1))))
        self.notice = Segmented(
            [("signed", tr("Received and signed")), ("refused", tr("Not signed for"))],
            name="visit.notice",
            accessible=tr("Notice of inspection"),
        )
        self.notice.chosen.connect(lambda way: self._noticed(way == "signed"))
        body.addLayout(_line(tr("Notice handed over"), self.notice))
        self._items = QVBoxLayout()
        self._items.setSpacing(6)
        body.addLayout(self._items)
        self.checked = TextField(
            name="visit.checked", accessible=tr("Word on the record"), hint=tr("The record agrees with what was seen")
        )
        body.addLayout(_line(tr("Word on the record"), self.checked))
        self.told = Segmented(
            [("none", tr("No objection")), ("said", tr("Objects")), ("later", tr("Later"))],
            name="visit.told",
            accessible=tr("Result told"),
        )
        self.told.chosen.connect(self._told)
        body.addLayout(_line(tr("Result told"), self.told))
        self.objection = TextField(
            name="visit.objection", accessible=tr("Objection"), hint=tr("What the enterprise said of the result")
        )
        self.objection.setVisible(False)
        self.objection.entered.connect(self.ask_signature)
        body.addWidget(self.objection)
        body.addStretch(1)
        self._area: QScrollArea = scrolled(inner)
        card.body.addWidget(self._area, 1)
        return card

    def _side(self) -> QWidget:
        holder_ = QWidget()
        body = QVBoxLayout(holder_)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(14)
        missing = Card(tr("Case review"))
        self._missing = QVBoxLayout()
        self._missing.setSpacing(4)
        missing.body.addLayout(self._missing)
        body.addWidget(missing)
        about = Card(tr("The inspection"))
        self._facts = KeyValues(width=54)
        inner = QWidget()
        within = QVBoxLayout(inner)
        within.setContentsMargins(0, 0, 6, 0)
        within.addWidget(self._facts)
        within.addStretch(1)
        about.body.addWidget(scrolled(inner), 1)
        body.addWidget(about, 1)
        holder_.setMinimumWidth(230)
        return holder_

    def _foot(self) -> QHBoxLayout:
        back = button(tr("Leave for later"), name="visit.leave", key="Escape", run=self.left.emit)
        back.setText(tr("Leave for later"))
        back.setShortcut("Escape")  # a new text takes the key away
        hindered = button(tr("Hindered"), name="visit.hindered", run=self._ask_hindered)
        joint = button(tr("Another body"), name="visit.joint", run=self._ask_joint)
        self.rest = button(tr("All the rest conform"), name="visit.rest", key="Ctrl+E", run=self._answer_rest)
        self.go = button(tr("Sign and close"), "primary", name="visit.go", key="Ctrl+Return", run=self.ask_signature)
        return row(hindered, joint, 1, back, self.rest, self.go, spacing=10)

    # showing

    def open(self) -> None:
        """Another inspection is on the way: nothing of the last one stays."""
        self._detail, self._waits_for, self._sign_next = None, lambda _: True, False
        self.told.set_value("")
        self.checked.setText("")
        self.objection.setText("")
        self.objection.setVisible(False)

    def _show(self, found: VisitDetail) -> None:
        if not self.isVisible():
            return
        self._detail = found
        line = found.line
        self._title.setText(line.party)
        set_chip(self._status, *standing(line))
        self._about.setText(f"{line.title} · {local_minute(found.begun_at)}")
        self.present.show_value(found.present)
        shown = (
            ""
            if found.shown_at is None
            else "recusal"
            if found.recusal
            else "confirmed"
            if found.confirmed
            else "unconfirmed"
        )
        self.shown.set_value(shown)
        self.notice.set_value("signed" if found.notice_at is not None else "")
        self._show_items(found)
        self._show_missing(found)
        people = "、".join(f"{one.name} {one.number}" for one in found.people)
        self._facts.set_pairs(
            [
                (tr("Enterprise"), f"{found.party.name}　{found.party.code}"),
                (tr("Place"), line.place),
                (tr("Task"), found.source),
                (tr("Officers"), people),
                (tr("This year"), found.cap_words),
                *([(tr("Urgent"), found.urgent)] if found.urgent else []),
                *([(tr("Together with"), "、".join(found.units))] if found.units else []),
                *([(tr("Hindered"), found.obstructed)] if found.obstructed else []),
            ]
        )
        open_ = [item for item in found.items if not item.answer]
        self.rest.setEnabled(any(not item.photo for item in open_))
        if self._waits_for is not None and self._waits_for(found):
            self._waits_for = None
            QTimer.singleShot(0, self._next_step)
        if self._sign_next and not found.missing:
            self._sign_next = False
            self.ask_signature()

    def _forget(self) -> None:
        for made in self._rows.values():
            made.forget()

    def _show_items(self, found: VisitDetail) -> None:
        keys = [item.key for item in found.items]
        if list(self._rows) != keys:
            clear(self._items)
            self._rows = {}
            today = self.model.office.today_is()
            for number, item in enumerate(found.items, 1):
                made = ItemRow(item, number, today)
                made.answered.connect(self.model.answer)
                made.led.connect(self.model.lead)
                made.pictured.connect(self.model.attach)
                made.wants.connect(self._ask_photo)
                made.done.connect(self._after)
                made.moved.connect(self._move)
                self._rows[item.key] = made
                self._items.addWidget(made)
            return
        for item in found.items:
            self._rows[item.key].show_item(item)

    def _show_missing(self, found: VisitDetail) -> None:
        clear(self._missing)
        items = found.missing
        self.go.setEnabled(not items)
        if not items:
            self._missing.addWidget(
                label(tr("Case review: nothing is missing"), "second", name="visit.complete", wrap=True)
            )
        else:
            self._missing.addWidget(
                label(tr("Case review: {count} still missing", count=len(items)), "second", wrap=True)
            )
        for item in (*items, *found.afterwards)[:SHOWN_MISSING]:
            link = Link(item.words, name=f"missing.{item.field}")
            link.clicked.connect(self._goer(item.field))
            link.setToolTip(item.basis)
            link.setAccessibleDescription(item.basis)
            self._missing.addWidget(link)

    def _goer(self, field: str) -> Callable[[], None]:
        def go() -> None:
            if field.startswith("item."):
                self._focus_item(field.removeprefix("item."))
            elif field in ("shown", "present"):
                self.present.setFocus() if field == "present" else self.shown.focus_first()
            elif field == "notice":
                self.notice.focus_first()
            elif field == "told":
                self.told.focus_first()

        return go

    def _focus_item(self, key: str) -> None:
        if key in self._rows:
            self._rows[key].setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(self._rows[key], 0, 60)

    def _next_step(self) -> None:
        """The first thing that is not done yet has the focus."""
        found = self._detail
        if found is None:
            return
        if found.shown_at is None:
            self.shown.focus_first()
        elif found.notice_at is None:
            self.notice.focus_first()
        else:
            self._after("")

    def _after(self, key: str) -> None:
        """The next item without an answer; then the result."""
        found = self._detail
        if found is None:
            return
        keys = [item.key for item in found.items]
        start = keys.index(key) + 1 if key in keys else 0
        for item in (*found.items[start:], *found.items[:start]):
            if not item.answer and item.key != key:
                self._focus_item(item.key)
                return
        self.told.focus_first()

    def _move(self, key: str, by: int) -> None:
        keys = list(self._rows)
        at = keys.index(key) + by
        if 0 <= at < len(keys):
            self._focus_item(keys[at])

    # doing

    def _shown(self, way: str) -> None:
        self.model.shown(self.present.text(), way != "unconfirmed", way == "recusal")
        if way == "confirmed":
            self._waits_for = lambda found: found.shown_at is not None

    def _noticed(self, signed: bool) -> None:
        if self._detail is not None and self._detail.notice_at is None:
            self.model.noticed(self.present.text(), signed)
            self._waits_for = lambda found: found.notice_at is not None

    def _ask_photo(self, key: str) -> None:
        def take(paths: list[Path]) -> None:
            self.model.attach(key, paths)

        filters = (tr("Pictures (*.jpg *.jpeg *.png *.webp)"), tr("All files (*)"))
        ask_files(self, tr("Add photograph"), "photo.dialog", filters, take)

    def _answer_rest(self) -> None:
        self.model.answer_rest()
        self._waits_for = lambda found: all(item.answer or item.photo for item in found.items)

    def _told(self, way: str) -> None:
        self.objection.setVisible(way == "said")
        if way == "said":
            self.objection.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.ask_signature()

    def _ask_hindered(self) -> None:
        dialog = TwoWords(
            self, tr("Hindered"), tr("What was said and done"), tr("Who witnessed it"), tr("Note it"), "hindered"
        )
        dialog.given.connect(self.model.obstructed)
        dialog.open()

    def _ask_joint(self) -> None:
        dialog = TwoWords(
            self, tr("Another body"), tr("Name of the body"), tr("Who came from it"), tr("Note it"), "joint"
        )
        dialog.given.connect(self.model.joined)
        dialog.open()

    def ask_signature(self) -> None:
        """The second officer's turn; as soon as nothing is missing."""
        found = self._detail
        if found is None:
            return
        if found.missing:
            self._sign_next = True
            return
        if not self.told.value():
            self.told.focus_first()
            return
        mine = self.model.office.strip().person.number
        officers = [(one.number, one.name) for one in found.people if one.number != mine]
        bad = sum(item.answer == "violates" for item in found.items)
        words = tr("{count} findings", count=bad) if bad else tr("No findings")
        summary = f"{found.party.name} · {found.line.title} · {words}"
        dialog = SignDialog(self, officers, summary, tr("Second officer signs"), tr("Sign and close"))
        dialog.signed.connect(self._signed)
        self._sign = dialog
        dialog.open()

    def _signed(self, number: str, password: str) -> None:
        way = self.told.value()
        told = NO_OBJECTION if way == "none" else self.objection.text().strip() if way == "said" else ""
        self.model.conclude(self.checked.text(), told, number, password, self._sign_failed)

    def _sign_failed(self, error: Exception) -> None:
        if self._sign is not None:
            self._sign.show_problem(words_of(error))

    def _closed(self, visit_id: object) -> None:
        if self._sign is not None:
            self._sign.accept()
            self._sign = None
        self.closed.emit(visit_id)


def _line(words: str, field: QWidget) -> QHBoxLayout:
    name = label(words)
    name.setFixedWidth(112)
    name.setWordWrap(True)
    made = row(name, field, spacing=10)
    made.setStretch(1, 1)
    return made
