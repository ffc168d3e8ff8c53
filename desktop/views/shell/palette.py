"""Ctrl+K: every command and every record, by words or pinyin initials."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.views.shared.lists import Item, ItemList
from desktop.views.shell.found import PaletteItem


class Palette(QFrame):
    """Over the window; Escape closes, Enter does the first."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("popup")
        self._host = window
        self._find: Callable[[str], Sequence[PaletteItem]] = lambda _: ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        self._line = QLineEdit()
        self._line.setObjectName("palette.line")
        self._list = ItemList(name="palette.list", accessible="")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.clicked.connect(lambda _: self._run())
        layout.addWidget(self._line)
        layout.addWidget(self._list, 1)
        self._line.textChanged.connect(self._search)
        self._line.installEventFilter(self)
        self.hide()

    def open_with(self, find: Callable[[str], Sequence[PaletteItem]]) -> None:
        self._find = find
        self._line.setPlaceholderText(tr("A command, a case, a party, a number, pinyin initials…"))
        self._line.setAccessibleName(tr("Find or do…"))
        self._line.clear()
        self._search("")
        self.place()
        self.show()
        self.raise_()
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def place(self) -> None:
        window = self._host
        width = min(640, window.width() - 200)
        self.setGeometry((window.width() - width) // 2, 70, width, min(440, window.height() - 160))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._list.step(1 if key == Qt.Key.Key_Down else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
            if key == Qt.Key.Key_Escape:
                self.hide()
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        found = self._find(text.strip())
        self._list.set_items([Item(one.title, one.subtitle, value=one) for one in found], keep=False)
        self._list.pick(0)

    def _run(self) -> None:
        chosen = self._list.current_value()
        self.hide()
        if isinstance(chosen, PaletteItem):
            chosen.run()
