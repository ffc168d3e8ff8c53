"""The people of the office: the most urgent first, filtered, searched by name, number, unit or initials."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.messages import tr
from desktop.services.issuing import matching
from desktop.services.issuing_shapes import CertificateLine
from desktop.views.issuing.words import due_words, left_words, state_words
from desktop.views.shared.basics import Card, Empty, Segmented
from desktop.views.shared.lists import Item, ItemList

LIST_WIDTH = 372


class PeopleList(Card):
    """`picked(number)`."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Certificates"), parent=parent)
        self._people: tuple[CertificateLine, ...] = ()
        self.search = QLineEdit()
        self.search.setObjectName("issuing.search")
        self.search.setAccessibleName(tr("Search"))
        self.search.setPlaceholderText(tr("Name, number, unit or pinyin initials"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._show())
        self.filter = Segmented(
            [("all", tr("All")), ("due", tr("Due")), ("suspended", tr("Suspended")), ("gone", tr("Gone"))],
            name="issuing.filter",
            accessible=tr("Show"),
        )
        self.filter.set_value("all")
        self.filter.chosen.connect(lambda _: self._show())
        self.list = ItemList(name="issuing.people", accessible=tr("Certificates"))
        self.list.picked.connect(lambda number: self.picked.emit(str(number)))
        self._empty = Empty("id-card", tr("No certificate is like that."))
        self.body.addWidget(self.search)
        self.body.addWidget(self.filter)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._empty, 1)
        self.setMinimumWidth(LIST_WIDTH)

    def show_people(self, people: tuple[CertificateLine, ...]) -> None:
        """Everybody, the most urgent first."""
        self._people = people
        self._show()

    def take(self, number: str) -> None:
        """Mark somebody; the filter gives way where it hides them."""
        if number not in [item.value for item in self.list.model_.items]:
            self.search.clear()
            self.filter.set_value("all")
            self._show()
        self.list.show_current(number)

    def _show(self) -> None:
        found = matching(self._people, self.filter.value(), self.search.text())
        self.list.set_items([item_of(one) for one in found])
        self.list.setVisible(bool(found))
        self._empty.setVisible(not found)


def item_of(one: CertificateLine) -> Item:
    """A certificate's row."""
    words, tone = state_words(one.state)
    name = f"{one.name}　{tr('not published')}" if one.waits else one.name
    tip = "；".join(left_words(due) for due in one.due)
    return Item(name, f"{one.number} · {one.unit_name}", due_words(one), words, tone, tip=tip, value=one.number)
