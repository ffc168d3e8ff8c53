"""The rows of a table as a model, and how their cells are drawn: a red ground is a counterexample, a red frame a text that cannot stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from desktop.messages import tr
from desktop.services.authoring_shapes import TableView
from desktop.views.authoring.words import column_words
from desktop.views.shared.icons import pixmap
from desktop.views.shared.theme import family, look
from enforcement.authoring.cells import CONFIRMED, LABEL

Index = QModelIndex | QPersistentModelIndex
MarkRole = int(Qt.ItemDataRole.UserRole)
TEXT_PIXELS, PAD, LEAST_HEIGHT, HEADER_HEIGHT = 13, 5, 38, 44
Sign = Literal["", "fault", "typed", "waiting"]


@dataclass(frozen=True)
class Sort:
    """What is said of a cell: its sign, and the words for its tooltip."""

    sign: Sign
    words: str


class TierModel(QAbstractTableModel):
    """`edited(row, column, text)` on each key in a cell; `confirmed(row)`."""

    edited = Signal(int, str, str)
    confirmed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.view: TableView | None = None
        self._typed: dict[tuple[int, str], str] = {}
        self._marks: Mapping[tuple[int, str], Sort] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        return self.view.columns if self.view is not None else ()

    def show_view(
        self, view: TableView | None, typed: Mapping[tuple[int, str], str], marks: Mapping[tuple[int, str], Sort]
    ) -> bool:
        """Show a table; `typed` are texts that cannot stand yet. True when it has another shape than before."""
        shape = None if view is None else (view.id, view.version, view.columns, len(view.rows))
        before = self.view
        old = None if before is None else (before.id, before.version, before.columns, len(before.rows))
        if shape != old:
            self.beginResetModel()
            self.view, self._typed, self._marks = view, dict(typed), marks
            self.endResetModel()
            return True
        self.view, self._typed, self._marks = view, dict(typed), marks
        if view is not None and view.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(view.rows) - 1, len(view.columns) - 1))
        return False

    def place(self, row: int, column: str) -> QModelIndex:
        """The index of a cell; sums of one party stand under all of them where the table says so."""
        names = self.columns
        for name in (column, f"{column.partition('.')[0]}.all"):
            if name in names and 0 <= row < self.rowCount():
                return self.index(row, names.index(name))
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if self.view is None or (parent is not None and parent.isValid()) else len(self.view.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return plain if self.columns[index.column()] == CONFIRMED else plain | Qt.ItemFlag.ItemIsEditable

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if (
            orientation == Qt.Orientation.Horizontal
            and role == Qt.ItemDataRole.DisplayRole
            and section < len(self.columns)
        ):
            return column_words(self.columns[section])
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or self.view is None:
            return None
        row, column = index.row(), self.columns[index.column()]
        line, sort = self.view.rows[row], self._marks.get((row, column), Sort("", ""))
        match role:
            case Qt.ItemDataRole.EditRole:
                return self._typed.get((row, column), line.typed[column])
            case Qt.ItemDataRole.DisplayRole:
                if column == CONFIRMED:
                    return tr("Confirm") if line.proposed else ""
                return self._typed.get((row, column), line.shown[column])
            case Qt.ItemDataRole.ToolTipRole:
                return sort.words or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return "，".join(text for text in (self.data(index), sort.words) if text)
            case _:
                return sort.sign if role == MarkRole else None

    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """The text as it is typed; what the table becomes of it arrives later."""
        if not index.isValid() or str(value) == self.data(index, int(Qt.ItemDataRole.EditRole)):
            return False
        column = self.columns[index.column()]
        self._typed[index.row(), column] = str(value)
        self.edited.emit(index.row(), column, str(value))
        return True


class TierHeader(QHeaderView):
    """A party's name over its lowest and highest sum."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self.setFixedHeight(HEADER_HEIGHT)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        words = str(self.model().headerData(index, Qt.Orientation.Horizontal)).split("\n")
        painter.save()
        painter.setFont(_font(12))
        painter.setPen(look.tokens.color("ink2"))
        box = rect.adjusted(PAD, 0, -PAD, -5)
        if len(words) == 1:
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), words[0])
        else:
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), words[1])
        painter.setPen(look.tokens.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setFont(_font(12))
        for at in range(self.count() - 1):
            words = str(self.model().headerData(at, Qt.Orientation.Horizontal)).split("\n")
            after = str(self.model().headerData(at + 1, Qt.Orientation.Horizontal)).split("\n")
            if len(words) == 1 or words[0] != after[0]:
                continue
            left, width = self.sectionViewportPosition(at), self.sectionSize(at) + self.sectionSize(at + 1)
            box = QRect(left + PAD, 4, width - 2 * PAD, 18)
            painter.setPen(look.tokens.color("ink2"))
            words_ = painter.fontMetrics().elidedText(words[0], Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), words_)
        painter.end()


class TierDelegate(QStyledItemDelegate):
    """Draws a cell; the editors are another's."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors, box = look.tokens, QRect(option.rect)
        sign: Sign = index.data(MarkRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if sign in ("fault", "waiting"):
            painter.fillRect(box, colors.color("stop_soft" if sign == "fault" else "reason_soft"))
        if sign == "fault":
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), colors.color("stop"))
        if sign == "typed":
            painter.setPen(QPen(colors.color("stop"), 2))
            painter.drawRect(box.adjusted(1, 1, -2, -2))
        painter.setPen(colors.color("line"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colors.color("accent"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -2, -3), 4, 4)
        column = self._column(index)
        if column == CONFIRMED:
            self._confirm(painter, box, str(index.data() or ""))
        else:
            painter.setPen(colors.color("stop" if sign in ("fault", "typed") else "ink"))
            painter.setFont(_font(TEXT_PIXELS, bold=column == LABEL))
            painter.drawText(box.adjusted(PAD, PAD, -PAD, -PAD), _alignment(column), str(index.data() or ""))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.columnWidth(index.column()) if isinstance(view, QTableView) else 120
        column = self._column(index)
        metrics = QFontMetrics(_font(TEXT_PIXELS, bold=column == LABEL))
        room = QRect(0, 0, max(20, width - 2 * PAD), 4000)
        found = metrics.boundingRect(room, _alignment(column), str(index.data() or ""))
        return QSize(width, max(LEAST_HEIGHT, found.height() + 2 * PAD + 2))

    def _confirm(self, painter: QPainter, box: QRect, words: str) -> None:
        colors = look.tokens
        if not words:
            ratio = painter.device().devicePixelRatioF()
            picture = pixmap("check", colors.colors["sealed"], 16, ratio)
            painter.drawPixmap(QPoint(box.center().x() - 8, box.center().y() - 8), picture)
            return
        chip = QRect(box.left() + 4, box.center().y() - 12, box.width() - 8, 24)
        painter.setPen(colors.color("reason"))
        painter.setBrush(colors.color("card"))
        painter.drawRoundedRect(chip, 6, 6)
        painter.setFont(_font(12))
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), words)

    def _column(self, index: Index) -> str:
        model = index.model()
        return model.columns[index.column()] if isinstance(model, TierModel) else ""


def _alignment(column: str) -> int:
    if "." in column:
        return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return int(
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
    )


def _font(pixels: int, *, bold: bool = False) -> QFont:
    font = QFont(family())
    font.setPixelSize(pixels)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight(look.tokens.weight))
    return font
