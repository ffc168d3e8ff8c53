"""What came in and could not be used: whose, when and why, so that a supervisor can ask for it again or tell the IT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.messages.errors import words_of_code
from desktop.services.sync_shapes import PutAside
from desktop.views.shared.basics import button, label, row
from desktop.views.shared.lists import Item, ItemList
from desktop.views.shared.times import local_minute, size_words


class AsideDialog(QDialog):
    """`labels`: what the devices are called, by their hex."""

    def __init__(self, parent: QWidget, rows: Sequence[PutAside], labels: Mapping[str, str]) -> None:
        super().__init__(parent)
        title = tr("Bundles put aside")
        self.setWindowTitle(title)
        self.setObjectName("aside")
        self.setModal(True)
        self.resize(720, 460)
        body = QVBoxLayout(self)
        body.setContentsMargins(24, 20, 24, 20)
        body.setSpacing(9)
        body.addWidget(label(title, "title"))
        hint = tr("They came here and could not be used. What is kept whole is tried again with every newer roster.")
        body.addWidget(label(hint, "second", wrap=True))
        self.list = ItemList(name="aside.list", accessible=title)
        self.list.set_items([_item(one, labels) for one in rows])
        body.addWidget(self.list, 1)
        body.addLayout(row(1, button(tr("Close"), "primary", name="aside.close", run=self.accept)))


def _item(one: PutAside, labels: Mapping[str, str]) -> Item:
    whose = labels.get(one.device) or tr("of no device of the roster")
    numbers = f" · {tr('entries {first}–{last}', first=one.numbers[0], last=one.numbers[1])}" if one.numbers else ""
    size = size_words(one.size) if one.size else tr("only its name is kept")
    why = words_of_code(one.code, {}) or tr("It could not be read.")
    return Item(why, f"{whose}{numbers} · {one.name.hex()[:12]}", size, local_minute(one.at), "stop", value=one.name)
