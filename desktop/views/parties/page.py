"""Parties: a list that finds, and one in detail: who they are, every case, the years, who may be the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.party_history import PartyHistory, PartyLine, PartyYear, SameParty
from desktop.services.shapes import CaseRow, PartyView
from desktop.viewmodels.parties import PartiesModel
from desktop.views.cases.ordinary import Choice
from desktop.views.cases.page import LIST_WIDTH
from desktop.views.cases.status import STATUS
from desktop.views.shared.basics import Card, Empty, KeyValues, chip, clear, label, row, scrolled, set_chip
from desktop.views.shared.lists import Item, ItemList
from enforcement.values.clock import LOCAL
from enforcement.values.money import grouped_text, plain_text

KINDS = {"organisation": "Organisation", "citizen": "Citizen", "sole_trader": "Sole trader"}
WHY = {"code": "Same code", "name": "Same name, similar address"}


class PartiesPlace(QWidget):
    """`opened(case id)`, `failed(Exception)`."""

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, model: PartiesModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._shown: PartyHistory | None = None
        outer = QHBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(18)
        left = Card(tr("Parties"))
        self.search = QLineEdit()
        self.search.setObjectName("parties.search")
        self.search.setAccessibleName(tr("Search"))
        self.search.setPlaceholderText(tr("Name, code, address or pinyin initials"))
        self.search.textChanged.connect(model.search)
        self.list = ItemList(name="parties.list", accessible=tr("Parties"))
        self.list.picked.connect(model.show_detail)
        self.list.ending.connect(model.more)
        self._empty = Empty("users", tr("Parties appear here from the agency's register and from cases."))
        left.body.addWidget(self.search)
        left.body.addWidget(self.list, 1)
        left.body.addWidget(self._empty, 1)
        left.setMinimumWidth(LIST_WIDTH)
        outer.addWidget(left, 37)
        outer.addWidget(self._right(), 63)
        model.loaded.connect(self._show_rows)
        model.detail.connect(self._show)
        model.failed.connect(self.failed.emit)

    def open_party(self, party_id: str) -> None:
        """Show this party."""
        self.list.show_current(party_id)
        self.model.show_detail(party_id)

    def _right(self) -> QWidget:
        card = Card(name=tr("Party"))
        self._name = label("", "title", name="party.shown", wrap=True)
        self._kind = chip("", name="party.sort")
        head = row(self._name, self._kind, spacing=10)
        head.setStretch(0, 1)
        card.body.addLayout(head)
        inner = QWidget()
        self._body = QVBoxLayout(inner)
        self._body.setContentsMargins(0, 0, 8, 0)
        self._body.setSpacing(6)
        card.body.addWidget(scrolled(inner), 1)
        return card

    def _show_rows(self, rows: tuple[PartyLine, ...]) -> None:
        self.list.set_items([line_item(one) for one in rows])
        asked = bool(self.search.text())
        self.list.setVisible(bool(rows) or asked)
        self._empty.setVisible(not rows and not asked)
        if rows and not self.model.chosen:
            self.list.pick(0)

    def _show(self, found: PartyHistory) -> None:
        if found == self._shown:
            return
        self._shown = found
        party = found.party
        self._name.setText(party.name)
        set_chip(self._kind, tr(KINDS[party.kind]) if party.kind in KINDS else "", "quiet")
        clear(self._body)
        self._body.addWidget(KeyValues(data_pairs(party)))
        if found.same:
            self._section(tr("May be the same party"))
            self._body.addWidget(
                label(tr("Only a person can tell. Nothing is put together by the program."), "small", wrap=True)
            )
            for one in found.same:
                self._body.addWidget(self._same(one))
        if found.years:
            self._section(tr("By year"))
            self._body.addWidget(KeyValues([year_pair(one) for one in found.years]))
        self._section(tr("Cases: {count}", count=len(found.cases)))
        for case in found.cases:
            self._body.addWidget(self._case(case, found.beside.get(case.case_id, ())))
        if not found.cases:
            self._body.addWidget(label(tr("No case of this party is on this device."), "second", wrap=True))
        self._body.addStretch(1)

    def _section(self, words: str) -> None:
        self._body.addSpacing(6)
        self._body.addWidget(label(words, "section"))

    def _same(self, one: SameParty) -> Choice:
        party = one.party
        line = Choice(name=f"same.{party.party_id}", title=party.name, under=f"{party.code} · {party.address}")
        line.head.addWidget(chip(tr(WHY[one.why]), "reason"))
        line.chosen.connect(lambda: self.open_party(party.party_id))
        return line

    def _case(self, case: CaseRow, beside: Sequence[str]) -> Choice:
        words, tone = STATUS[case.status]
        fine = f"{plain_text(case.fine_fen)} {tr('yuan')}" if case.fine_fen is not None else ""
        day = case.at.astimezone(LOCAL).strftime("%Y-%m-%d")
        under = " · ".join(part for part in (case.document_number, day, case.place, fine) if part)
        line = Choice(name=f"history.{case.case_id}", title=case.title, under=under)
        line.head.addWidget(chip(tr(words), tone))
        if beside:
            line.add(tr("together with {parties}", parties="、".join(beside)), "small")
        line.chosen.connect(self._opener(case))
        return line

    def _opener(self, case: CaseRow) -> Callable[[], None]:
        return lambda: self.opened.emit(case.case_id)


def line_item(one: PartyLine) -> Item:
    """A party as a row."""
    cases = tr("{count} cases", count=one.cases) if one.cases else ""
    under = " · ".join(part for part in (one.code, one.address) if part)
    return Item(one.name, under or tr("known from cases"), cases, value=one.party_id)


def data_pairs(party: PartyView) -> list[tuple[str, str]]:
    """What is known of who they are."""
    person = tr("Legal representative") if party.kind == "organisation" else tr("Person in charge")
    pairs = [
        (tr("Code"), party.code),
        (tr("Address"), party.address),
        (person, party.representative),
        (tr("Phone"), party.phone),
        (tr("From"), tr("the agency's register") if party.known_from == "register" else tr("entered by officers")),
    ]
    return [(name, value) for name, value in pairs if value]


def year_pair(one: PartyYear) -> tuple[str, str]:
    """A year in one line."""
    parts = [tr("{count} cases", count=one.cases), tr("{count} decisions", count=one.decisions)]
    if one.fines_fen:
        parts.append(f"{tr('fines')} {grouped_text(one.fines_fen)} {tr('yuan')}")
    if one.warnings:
        parts.append(tr("{count} warnings", count=one.warnings))
    return str(one.year), " · ".join(parts)
