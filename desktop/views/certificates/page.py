"""Certificates: mine to be shown (亮证), my colleagues', and how old the agency's data is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import PersonView
from desktop.viewmodels.pages import CertificatesModel, CertificatesPage
from desktop.views.shared.basics import Card, IconLabel, KeyValues, button, chip, label, row, scrolled, set_chip
from desktop.views.shared.lists import Item, ItemList
from desktop.views.shared.times import local_minute

STATES = {
    "valid": ("valid", "sealed"),
    "expiring": ("ends soon", "reason"),
    "review_overdue": ("annual review overdue", "stop"),
    "suspended": ("suspended", "stop"),
    "revoked": ("revoked", "stop"),
    "outside_field": ("another field", "stop"),
    "outside_region": ("another region", "stop"),
    "unknown": ("not known", "stop"),
    "expired": ("expired", "stop"),
}


class CertificatesPlace(QWidget):
    """Who may act. `shown` when mine is to be shown, `opened` (number) when old cases are to be opened to a colleague."""

    shown = Signal()
    opened = Signal(str)
    failed = Signal(object)

    def __init__(self, model: CertificatesModel, *, supervisor: bool = False) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        outer = QHBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(18)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 8, 0)
        left.setSpacing(18)
        mine = Card(tr("My enforcement certificate"))
        self._name = label("", "figure", name="certificate.name")
        self._state = chip("", name="certificate.state")
        mine.body.addLayout(row(IconLabel("mark", "accent", 64), self._name, self._state, 1, spacing=16))
        self._mine = KeyValues(width=120)
        mine.body.addWidget(self._mine)
        mine.body.addLayout(
            row(button(tr("Show it on the whole screen"), "primary", name="certificate.show", run=self.shown.emit), 1)
        )
        left.addWidget(mine)
        agency = Card(tr("The agency's data on this device"))
        self._agency = KeyValues(width=120)
        agency.body.addWidget(self._agency)
        left.addWidget(agency)
        numbers = Card(tr("Number blocks"))
        self._numbers = KeyValues(width=200)
        numbers.body.addWidget(self._numbers)
        left.addWidget(numbers)
        left.addStretch(1)
        inner = QWidget()
        inner.setLayout(left)
        outer.addWidget(scrolled(inner), 3)
        people = Card(tr("Roster"))
        self._people = ItemList(name="certificates.people", accessible=tr("Roster"))
        people.body.addWidget(self._people, 1)
        if supervisor:
            self._open = button(tr("Open old cases to them…"), name="certificates.open", run=self._ask_open)
            self._open.setEnabled(False)
            self._people.picked.connect(lambda number: self._choose(str(number or "")))
            people.body.addLayout(row(self._open, 1))
        outer.addWidget(people, 2)
        model.loaded.connect(self._show)
        model.failed.connect(self.failed.emit)

    def _choose(self, number: str) -> None:
        self._chosen = number
        mine = self.model.page.mine.number if self.model.page is not None else ""
        self._open.setEnabled(bool(number) and number != mine)

    def _ask_open(self) -> None:
        if self._chosen:
            self.opened.emit(self._chosen)

    def _show(self, page: CertificatesPage) -> None:
        one = page.mine
        words, tone = STATES[one.state]
        self._name.setText(one.name)
        set_chip(self._state, tr(words), tone)
        self._mine.set_pairs(
            [
                (tr("Certificate number"), one.number),
                (tr("Kind"), one.kind),
                (tr("Unit"), one.unit),
                (tr("Fields"), "、".join(one.fields)),
                (tr("Region"), one.region),
                (tr("Good until"), one.until.isoformat() if one.until else "—"),
                (tr("Annual review due"), one.review_due.isoformat() if one.review_due else "—"),
            ]
        )
        found = page.authority
        self._agency.set_pairs(
            [
                (tr("Agency"), found.agency),
                (
                    tr("Roster"),
                    tr("version {number}, {time}", number=found.roster_version, time=local_minute(found.issued_at)),
                ),
                (tr("Trusted until"), local_minute(found.trusted_until)),
                (tr("Table"), f"{found.pack_title} {found.pack_version}"),
                (tr("Table's digest"), found.pack_digest.hex()[:24]),
            ]
        )
        self._numbers.set_pairs(
            [
                (series, tr("{first}–{last}, next {free}", first=first, last=last, free=free))
                for series, first, last, free in found.blocks
            ]
            or [("—", "")]
        )
        self._people.set_items([_item(person) for person in page.people])


def _item(one: PersonView) -> Item:
    words, tone = STATES[one.state]
    here = tr("on this device") if one.enrolled_here else ""
    until = one.until.isoformat() if one.until else ""
    return Item(one.name, f"{one.number} · {one.unit}　{here}", until, tr(words), tone, value=one.number)
