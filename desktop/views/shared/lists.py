"""Lists of two-line rows, and a field that finds. A list of 100,000 rows scrolls like one of 100."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from desktop.views.shared.basics import elided
from desktop.views.shared.theme import family, look

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 58
ItemRole = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class Item:
    """A row: title and subtitle at the left, words and a chip at the right; `value` is what it stands for, `tip` more words for
    who points at it or has it read out.
    """

    title: str
    subtitle: str = ""
    right: str = ""
    chip: str = ""
    tone: str = "quiet"
    lead: str = ""
    lead_tone: str = "quiet"
    tip: str = ""
    value: Any = field(default=None, compare=False)


class ItemModel(QAbstractListModel):
    """Items in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.items: Sequence[Item] = ()

    def set_items(self, items: Sequence[Item]) -> None:
        have = len(self.items)
        if not have or [item.value for item in items[:have]] != [item.value for item in self.items]:
            self.beginResetModel()
            self.items = items
            self.endResetModel()
            return
        # the same rows, perhaps with other words, and what was fetched further: the list stays where it is read
        words, self.items = self.items, (*items[:have],)
        if self.items != tuple(words):
            self.dataChanged.emit(self.index(0), self.index(have - 1))
        if len(items) > have:
            self.beginInsertRows(QModelIndex(), have, len(items) - 1)
            self.items = items
            self.endInsertRows()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        item = self.items[index.row()]
        if role == ItemRole:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return "，".join(text for text in (item.lead, item.title, item.subtitle, item.right, item.chip) if text)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return item.tip or None
        return None


class ItemDelegate(QStyledItemDelegate):
    """Draws a row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Item = index.data(ItemRole)
        box: QRect = option.rect
        colors = look.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent_soft"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 8, 8)
        painter.setPen(colors.color("line"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        inner = box.adjusted(12, 0, -12, 0)
        left = inner.left()
        if item.lead:
            left += max(self._chip(painter, inner.left(), box.center().y() - 10, item.lead, item.lead_tone) + 14, 84)
        right = inner.right()
        if item.chip:
            width = self._chip_width(item.chip)
            top = box.top() + (8 if item.right else 19)
            self._chip(painter, right - width, top, item.chip, item.tone)
        side = 0
        if item.right:
            font = self._font(13)
            painter.setFont(font)
            painter.setPen(colors.color("ink"))
            side = QFontMetrics(font).horizontalAdvance(item.right) + 12
            beside = QRect(right - side, box.top() + (29 if item.chip else 0), side, 22 if item.chip else box.height())
            painter.drawText(beside, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), item.right)
        side = max(side, self._chip_width(item.chip) + 10 if item.chip else 0)
        width = right - side - left
        title = self._font(14, bold=True)
        painter.setFont(title)
        painter.setPen(colors.color("ink"))
        first = QRect(left, box.top() + 7, width, 22) if item.subtitle else QRect(left, box.top(), width, box.height())
        aligned = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(first, aligned, elided(item.title, QFontMetrics(title), width))
        second = self._font(12)
        painter.setFont(second)
        painter.setPen(colors.color("ink2"))
        place = QRect(left, box.top() + 30, width, 20)
        painter.drawText(place, aligned, elided(item.subtitle, QFontMetrics(second), width))
        painter.restore()

    def _chip(self, painter: QPainter, left: int, top: int, text: str, tone: str) -> int:
        colors, width = look.tokens, self._chip_width(text)
        ground = {"quiet": "quiet"}.get(tone, f"{tone}_soft")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.colors[ground]))
        painter.drawRoundedRect(left, top, width, 20, 5, 5)
        painter.setPen(colors.color("ink2" if tone == "quiet" else tone))
        painter.setFont(self._font(12))
        painter.drawText(QRect(left, top, width, 20), int(Qt.AlignmentFlag.AlignCenter), text)
        return width

    def _chip_width(self, text: str) -> int:
        return QFontMetrics(self._font(12)).horizontalAdvance(text) + 16

    def _font(self, pixels: int, *, bold: bool = False) -> QFont:

        font = QFont(family())
        font.setPixelSize(pixels)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight(look.tokens.weight))
        return font


class ItemList(QListView):
    """The list; `picked` when the current row changes, `opened` on Enter or a double click, `ending` when its end comes into sight."""

    picked = Signal(object)
    opened = Signal(object)
    ending = Signal()

    def __init__(self, *, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.model_ = ItemModel()
        self.setModel(self.model_)
        self.setItemDelegate(ItemDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)
        self.activated.connect(lambda index: self.opened.emit(self.model_.items[index.row()].value))
        look.changed.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _scrolled(self, value: int) -> None:
        if value > self.verticalScrollBar().maximum() - self.viewport().height():
            self.ending.emit()

    def set_items(self, items: Sequence[Item], *, keep: bool = True) -> None:
        """Show items; the current row stays on the same value where it still is."""
        current = self.current_value()
        self.model_.set_items(tuple(items))
        values = [item.value for item in items]
        if keep and current in values:
            index = self.model_.index(values.index(current))
            self.selectionModel().blockSignals(True)
            self.setCurrentIndex(index)
            self.selectionModel().blockSignals(False)

    def current_value(self) -> Any:
        index = self.currentIndex()
        return (
            self.model_.items[index.row()].value if index.isValid() and index.row() < len(self.model_.items) else None
        )

    def pick(self, row: int) -> None:
        if 0 <= row < len(self.model_.items):
            self.setCurrentIndex(self.model_.index(row))

    def show_current(self, value: Any) -> None:
        """Mark the row of this value without saying that it was picked; none where it is not listed."""
        values = [item.value for item in self.model_.items]
        index = self.model_.index(values.index(value)) if value in values else QModelIndex()
        self.selectionModel().blockSignals(True)
        self.setCurrentIndex(index)
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def step(self, by: int) -> None:
        """Move the current row by so many."""
        self.pick(max(0, min(self.currentIndex().row() + by, len(self.model_.items) - 1)))

    def _moved(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.picked.emit(self.model_.items[current.row()].value)


class SearchPick(QLineEdit):
    """Type, Enter: what is found stands below, the first one is taken."""

    chosen = Signal(object)
    nothing = Signal(str)

    def __init__(
        self, find: Callable[[str], Sequence[Item]], *, name: str, accessible: str, hint: str, empty_finds: bool = False
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setPlaceholderText(hint)
        self._find, self._empty_finds = find, empty_finds
        self._shown = ""
        self._popup: QFrame | None = None
        self._list: ItemList | None = None
        self.textEdited.connect(self._search)

    def show_value(self, text: str) -> None:
        """What was chosen."""
        self._shown = text
        if not self.isModified() or not self.hasFocus():
            self.setText(text)
            self.setCursorPosition(0)  # a long text shows its beginning
            self.setModified(False)

    def results(self, items: Sequence[Item]) -> None:
        """Show what was found."""
        if not items or not self.hasFocus():
            self._hide()
            return
        popup, found = self._made()
        found.set_items(items, keep=False)
        found.pick(0)
        window = self.window()
        below = self.mapTo(window, QPoint(0, self.height() + 4))
        height = min(len(items), 6) * ROW_HEIGHT + 12
        popup.setGeometry(below.x(), below.y(), max(self.width(), 360), min(height, window.height() - below.y() - 8))
        popup.raise_()
        popup.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        shown = self._popup is not None and self._popup.isVisible() and self._list is not None
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not shown and self.isModified():
                self.results(self._find(self.text()))
                shown = self._popup is not None and self._popup.isVisible()
            if shown and self._list is not None:
                self._take(self._list.current_value())
            elif self.isModified() and self.text().strip():
                self.nothing.emit(self.text().strip())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and shown and self._list is not None:
            self._list.step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Escape and shown:
            self._hide()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._hide()

    def _search(self, text: str) -> None:
        if text.strip() or self._empty_finds:
            self.results(self._find(text))
        else:
            self._hide()

    def _take(self, value: object) -> None:
        self._hide()
        self.setModified(False)
        self.chosen.emit(value)

    def _hide(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    def _made(self) -> tuple[QFrame, ItemList]:
        if self._popup is None or self._list is None:
            self._popup = QFrame(self.window())
            self._popup.setObjectName("popup")
            layout = QVBoxLayout(self._popup)
            layout.setContentsMargins(4, 4, 4, 4)
            self._list = ItemList(name=f"{self.objectName()}.found", accessible=self.accessibleName())
            self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._list.clicked.connect(lambda index: self._take(index.data(ItemRole).value))
            layout.addWidget(self._list)
        return self._popup, self._list
