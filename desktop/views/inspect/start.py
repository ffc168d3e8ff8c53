"""Starting an inspection: the enterprise's code first; where nothing is approved for it, the plan that asks for approval."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.printing.codes import read_codes
from desktop.services.shapes import PartyView
from desktop.services.visit_shapes import CapView, VisitChoices
from desktop.viewmodels.inspect import InspectModel
from desktop.views.shared.basics import Card, Pick, TextField, button, chip, holder, label, row, scrolled, set_chip
from desktop.views.shared.dialogs import PartyDialog
from desktop.views.shared.files import ask_file
from desktop.views.shared.lists import Item, SearchPick
from desktop.views.shared.places import PlaceField
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError

LABEL_WIDTH = 128
CAP = {"allowed": "sealed", "warned": "reason", "blocked": "stop"}


class StartPage(QWidget):
    """`left` when the officer goes back. What is approved opens by itself as soon as the enterprise is known."""

    left = Signal()
    failed = Signal(object)
    said = Signal(str)

    def __init__(self, model: InspectModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._party: PartyView | None = None
        self._choices: VisitChoices | None = None
        self._dialog: PartyDialog | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(14)
        layout.addLayout(row(label(tr("Start an inspection"), "title"), 1))
        card = Card(name=tr("Start an inspection"))
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 8, 0)
        body.setSpacing(9)
        self.party = SearchPick(
            self._find,
            name="inspect.party",
            accessible=tr("Enterprise"),
            hint=tr("Scan the code, or type name, credit code or pinyin initials"),
        )
        self.party.chosen.connect(self._picked)
        self.party.nothing.connect(self._scanned)
        picture = button(tr("Picture of the code"), name="inspect.code", key="Ctrl+O", run=self._ask_picture)
        enterprise = row(self.party, picture)
        enterprise.setStretch(0, 1)
        body.addLayout(_line(tr("Enterprise"), holder(enterprise)))
        self._plan = holder(self._plan_form())
        self._plan.setVisible(False)
        body.addWidget(self._plan)
        self._hint = label(
            tr("An inspection that was approved for you opens at once. For any other, approval is asked for here."),
            "second",
            wrap=True,
        )
        body.addWidget(self._hint)
        body.addStretch(1)
        card.body.addWidget(scrolled(inner), 1)
        layout.addWidget(card, 1)
        self.setAcceptDrops(True)
        back = button(tr("Back"), name="inspect.back", key="Escape", run=self.left.emit)
        back.setText(tr("Back"))
        back.setShortcut("Escape")  # a new text takes the key away
        self.go = button(tr("Ask for approval"), "primary", name="inspect.plan", key="Ctrl+Return", run=self._ask)
        self.go.setVisible(False)
        layout.addLayout(row(1, back, self.go, spacing=12))
        model.plan_for.connect(self._show_plan)
        model.unknown_code.connect(self._new_party)

    def _plan_form(self) -> QVBoxLayout:
        body = QVBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(9)
        self._cap = chip("", name="inspect.cap")
        self._trigger = Pick()
        self._trigger.setObjectName("inspect.trigger")
        self._trigger.setAccessibleName(tr("Reason"))
        self._trigger.currentIndexChanged.connect(lambda _: self._triggered())
        reason = row(self._trigger, self._cap)
        reason.setStretch(0, 1)
        body.addLayout(_line(tr("Reason"), holder(reason)))
        self._urgent = TextField(
            name="inspect.urgent", accessible=tr("Why it is urgent"), hint=tr("What the danger is; approval follows")
        )
        urgent = _line(tr("Why it is urgent"), self._urgent)
        self._urgent_line = holder(urgent)
        body.addWidget(self._urgent_line)
        self._source = TextField(
            name="inspect.source",
            accessible=tr("Where the task comes from"),
            hint=tr("Plan, complaint or letter, with its number"),
        )
        body.addLayout(_line(tr("Task"), self._source))
        self._place = PlaceField(
            self.model.find_places,
            name="inspect.place",
            accessible=tr("Place"),
            hint=tr("The enterprise's address, or where it is"),
        )
        body.addLayout(_line(tr("Place"), self._place))
        self._lists = QVBoxLayout()
        self._lists.setSpacing(0)
        self._lists.setContentsMargins(0, 0, 0, 0)
        self._boxes: dict[str, QCheckBox] = {}
        body.addLayout(_line(tr("What is inspected"), holder(self._lists)))
        self._partner = Pick()
        self._partner.setObjectName("inspect.partner")
        self._partner.setAccessibleName(tr("Second officer"))
        body.addLayout(_line(tr("Second officer"), self._partner))
        self._when = TextField(name="inspect.when", accessible=tr("When"), hint=tr("Now, or as 2026-03-02 09:30"))
        body.addLayout(_line(tr("When"), self._when))
        self._helpers = TextField(
            name="inspect.helpers", accessible=tr("Helpers without certificate"), hint="0", trailing=tr("people")
        )
        self._helpers.setMaximumWidth(160)
        body.addLayout(_line(tr("Helpers"), holder(row(self._helpers, 1))))
        return body

    def begin(self) -> None:
        """Empty, ready for the scanner."""
        self._party = None
        self._plan.setVisible(False)
        self.go.setVisible(False)
        self._hint.setVisible(True)
        self.party.setText("")
        self.party.setModified(False)
        self.model.choices(self._show_choices)
        self.party.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_choices(self, found: VisitChoices) -> None:
        self._choices = found
        for pick in (self._trigger, self._partner):
            pick.clear()
        for one in found.triggers:
            self._trigger.addItem(f"{one.label} · {one.type}", one.id)
        for person in found.partners:
            self._partner.addItem(f"{person.name} · {person.number}", person.number)
        for box in self._boxes.values():
            box.deleteLater()
        self._boxes = {}
        for checklist in found.lists:
            box = QCheckBox(tr("{title}, {count} items", title=checklist.title, count=checklist.items))
            box.setObjectName(f"inspect.list.{checklist.id}")
            self._boxes[checklist.id] = box
            self._lists.addWidget(box, 0, Qt.AlignmentFlag.AlignLeft)

    # the enterprise

    def _find(self, query: str) -> list[Item]:
        def show(found: tuple[PartyView, ...]) -> None:
            self.party.results([Item(one.name, f"{one.code} · {one.address}", value=one) for one in found])

        self.model.find_parties(query, show)
        return []

    def _picked(self, party: object) -> None:
        if isinstance(party, PartyView):
            self.party.show_value(party.name)
            self.model.start(party)

    def _scanned(self, text: str) -> None:
        """Enter before anything was found: what a scanner does."""

        def take(found: tuple[PartyView, ...]) -> None:
            if found:
                self._picked(found[0])
            else:
                self.model.find_code(text)

        self.model.find_parties(text, take)

    def _new_party(self, text: str) -> None:
        dialog = PartyDialog(self, text)

        def add(name: str, kind: str, code: str, address: str, representative: str, phone: str) -> None:
            self.model.add_party(name, kind, code, address, representative, phone)
            dialog.accept()

        dialog.given.connect(add)
        self._dialog = dialog
        dialog.open()

    def _ask_picture(self) -> None:
        filters = (tr("Pictures (*.jpg *.jpeg *.png *.webp)"), tr("All files (*)"))
        ask_file(self, tr("Picture of the code"), "code.dialog", self.read_picture, filters)

    def read_picture(self, path: Path) -> None:
        """A picture with the code of a licence."""
        try:
            texts = read_codes(path.read_bytes())
        except KnownError as error:
            self.failed.emit(error)
            return
        if not texts:
            self.failed.emit(KnownError("notice.unreadable", why="no code in the picture"))
            return
        self._scanned(texts[0])

    # the plan

    def _show_plan(self, party: object) -> None:
        if not isinstance(party, PartyView):
            return
        self._party = party
        self.party.show_value(party.name)
        self._plan.setVisible(True)
        self._hint.setVisible(False)
        self.go.setVisible(True)
        self._place.show_value(party.address)
        self._triggered()
        self._trigger.setFocus(Qt.FocusReason.TabFocusReason)

    def _triggered(self) -> None:
        trigger = str(self._trigger.currentData() or "")
        one = next((one for one in self._choices.triggers if one.id == trigger), None) if self._choices else None
        urgent = bool(one and one.urgent)
        self._urgent_line.setVisible(urgent)
        self.go.setText(f"{tr('Begin now') if urgent else tr('Ask for approval')}   Ctrl ↵")
        self.go.setShortcut("Ctrl+Return")  # a new text takes the key away
        if self._party is not None and trigger:
            self.model.cap(self._party.party_id, trigger, self._show_cap)

    def _show_cap(self, cap: CapView) -> None:
        set_chip(self._cap, cap.words, CAP[cap.state])
        self._cap.setToolTip(cap.source)
        self.go.setEnabled(cap.state != "blocked")

    def _ask(self) -> None:
        if self._party is None:
            return
        try:
            when = _minute(self._when.text())
        except KnownError as error:
            self.failed.emit(error)
            return
        helpers = self._helpers.text().strip()
        self.model.plan(
            party_id=self._party.party_id,
            place=self._place.text(),
            trigger=str(self._trigger.currentData() or ""),
            source=self._source.text(),
            lists=[name for name, box in self._boxes.items() if box.isChecked()],
            partner=str(self._partner.currentData() or ""),
            planned_at=when,
            helpers=int(helpers) if helpers.isdecimal() else 0,
            urgent=self._urgent.text().strip() if self._urgent_line.isVisible() else "",
        )


def _minute(text: str) -> datetime | None:
    """Local time as 2026-03-02 09:30; nothing is now. Raises KnownError(input.invalid)."""
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)
    except ValueError as error:
        raise KnownError("input.invalid", field="when", why="as 2026-03-02 09:30") from error


def _line(words: str, field: QWidget) -> QHBoxLayout:
    name: QLabel = label(words)
    name.setFixedWidth(LABEL_WIDTH)
    made = row(name, field, spacing=10)
    made.setStretch(1, 1)
    return made


__all__ = ["StartPage"]
