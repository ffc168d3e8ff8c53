"""Entering a place without a map: road and number, the initials of the road, a grid, degrees; any other words stand as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from desktop.views.shared.lists import Item, SearchPick
from enforcement.values.places import Place

Find = Callable[[str, Callable[[Sequence[Place]], object]], object]


class PlaceField(SearchPick):
    """`left(text)` when it was left with something new. What is found stands below; Enter takes the marked one, and where nothing is
    marked the words as they were typed. The first is marked while the words are initials or a number: nobody means those.
    """

    left = Signal(str)
    entered = Signal()

    def __init__(self, find: Find, *, name: str, accessible: str, hint: str) -> None:
        super().__init__(self._look, name=name, accessible=accessible, hint=hint)
        self._ask = find
        self._said = ""
        self._waits = self._hurried = False
        self.chosen.connect(self._place_chosen)

    def show_value(self, text: str) -> None:
        self._said = text
        super().show_value(text)

    def results(self, items: Sequence[Item]) -> None:
        super().results(items)
        if items and self._list is not None and any("\u4e00" <= letter <= "\u9fff" for letter in self.text()):
            self._list.setCurrentIndex(QModelIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self._waits:
            self._hurried = True  # Enter was quicker than the answer
        else:
            self._go_on()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._waits = self._hurried = False
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.leave()

    def leave(self) -> None:
        """Say what stands there when it is new."""
        if self.text() != self._said:
            self._said = self.text()
            self.setModified(False)
            self.left.emit(self._said)

    def _go_on(self) -> None:
        shown = self._popup is not None and self._popup.isVisible()
        if shown and self._list is not None and self._list.currentIndex().isValid():
            self._take(self._list.current_value())
        self._hide()
        self.leave()
        self.entered.emit()

    def _look(self, text: str) -> Sequence[Item]:
        def give(found: Sequence[Place]) -> None:
            try:
                if self.text() != text:
                    return
            except RuntimeError:  # its page was left before the answer
                return
            self._waits = False
            self.results([_item(one) for one in found if one.words != text])
            if self._hurried:
                self._hurried = False
                self._go_on()

        self._waits, self._hurried = True, False
        self._ask(text, give)
        return ()

    def _place_chosen(self, value: object) -> None:
        if isinstance(value, Place):
            self.setText(value.words)
            self.leave()


def _item(place: Place) -> Item:
    grids = "、".join(f"{one.id} {one.name}" + (f"（{one.unit}）" if one.unit else "") for one in place.grids)
    return Item(place.words, grids, value=place)
