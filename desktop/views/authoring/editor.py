"""The table editor: a cell is typed into, every key is said, Enter goes down, Escape takes it back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.messages import tr
from desktop.services.authoring_shapes import TableView
from desktop.services.authoring_table import STANDARD
from desktop.views.authoring.grid import Index, MarkRole, Sort, TierDelegate, TierHeader, TierModel
from desktop.views.shared.theme import look
from enforcement.authoring.cells import CONDITIONS, CONFIRMED, LABEL, WORDS

SUM_WIDTH, ROOMY_SUM, LABEL_WIDTH, CONFIRM_WIDTH, LEAST_TEXT = 53, 64, 68, 62, 104
WEIGHTS = {WORDS: 44, STANDARD: 44, CONDITIONS: 56}
ROOMY = 760
LONG = (CONDITIONS, WORDS, STANDARD, LABEL)
EDITOR = "authoring.cell"


class CellText(QPlainTextEdit):
    """A cell of several lines. Enter is done, Shift or Alt with Enter a new line."""

    done = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if plain:
                self.done.emit(True)
            else:
                self.insertPlainText("\n")
            return
        super().keyPressEvent(event)


class EditingDelegate(TierDelegate):
    """Makes the editors. `typed(index, text)` on each key; `open_column(column)` when one opens, "" when it closes."""

    typed = Signal(object, str)
    open_column = Signal(str)

    def __init__(self, view: TierTable) -> None:
        super().__init__(view)
        self._view = view
        self._open: QLineEdit | QPlainTextEdit | None = None
        self._at = QPersistentModelIndex()
        self._before = ""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self._column(index)
        made: QLineEdit | QPlainTextEdit
        if column in LONG:
            made = CellText(parent)
            made.setTabChangesFocus(True)
            made.done.connect(lambda _: self._finish())
            made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        else:
            made = QLineEdit(parent)
            made.setAlignment(Qt.AlignmentFlag.AlignRight)
        made.setObjectName(EDITOR)
        made.setAccessibleName(
            str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)).replace("\n", " ")
        )
        self._open, self._at, self._before = (
            made,
            QPersistentModelIndex(index),
            str(index.data(Qt.ItemDataRole.EditRole)),
        )
        self.show_sign()
        self.open_column.emit(column)
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Only once: what is being typed is never written over."""
        if editor.property("filled"):
            return
        editor.setProperty("filled", True)
        text = str(index.data(Qt.ItemDataRole.EditRole))
        place = QPersistentModelIndex(index)
        if isinstance(editor, QPlainTextEdit):
            editor.setPlainText(text)
            editor.selectAll()
            editor.textChanged.connect(lambda: self.typed.emit(place, editor.toPlainText()))
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.textChanged.connect(lambda words: self.typed.emit(place, words))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit | QPlainTextEdit):
            model.setData(index, _text(editor), int(Qt.ItemDataRole.EditRole))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """A long text has room for four lines at least, and never leaves the window."""
        box = option.rect
        if isinstance(editor, QPlainTextEdit):
            box.setHeight(max(box.height(), 92))
            box.setWidth(max(box.width(), 200))
            room = self._view.viewport().rect()
            box.moveBottom(min(box.bottom(), room.bottom()))
            box.moveRight(min(box.right(), room.right()))
            box.moveTop(max(box.top(), 0))
        editor.setGeometry(box)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape says what stood there before, then closes; Enter in a line goes down, as in a text."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(watched, QLineEdit):
                self._finish()
                return True
            if event.key() == Qt.Key.Key_Escape and isinstance(watched, QLineEdit):
                watched.setText(self._before)
            elif event.key() == Qt.Key.Key_Escape and isinstance(watched, QPlainTextEdit):
                watched.setPlainText(self._before)
        return super().eventFilter(watched, event)

    def show_sign(self) -> None:
        """The open editor is framed as its cell is drawn."""
        if self._open is None or not self._at.isValid():
            return
        try:
            sign, colors = self._at.data(MarkRole), look.tokens.colors
            tone = "stop" if sign in ("fault", "typed") else "accent"
            ground = "stop_soft" if sign == "fault" else "card"
            self._open.setProperty("sign", sign)
            self._open.setToolTip(str(self._at.data(Qt.ItemDataRole.ToolTipRole) or ""))
            self._open.setStyleSheet(
                f"border: 2px solid {colors[tone]}; border-radius: 4px; background: {colors[ground]}; padding: 2px 3px;"
                f" min-height: 0; font-size: 13px;"
            )
        except RuntimeError:  # Qt has deleted it meanwhile
            self._open = None

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        self._open = None
        self.open_column.emit("")
        super().destroyEditor(editor, index)

    def _finish(self) -> None:
        if self._open is not None:
            editor = self._open
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
            self._view.go_down()


class TierTable(QTableView):
    """`edited(row, column, text)` on each key, `confirmed(row)`, `open_column(column)` while a cell is typed into."""

    edited = Signal(int, str, str)
    confirmed = Signal(int)
    open_column = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("authoring.table")
        self.setAccessibleName(tr("Table"))
        self.tiers = TierModel()
        self.setModel(self.tiers)
        self._delegate = EditingDelegate(self)
        self._delegate.typed.connect(self._typed)
        self._delegate.open_column.connect(self.open_column.emit)
        self.setItemDelegate(self._delegate)
        self.setHorizontalHeader(TierHeader(self))
        self.verticalHeader().setVisible(False)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setTabKeyNavigation(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(True)
        self.tiers.edited.connect(self.edited.emit)
        look.changed.connect(self.viewport().update)

    def show_view(
        self, view: TableView | None, typed: Mapping[tuple[int, str], str], marks: Mapping[tuple[int, str], Sort]
    ) -> None:
        """The table as it stands, with what is said of its cells."""
        row, column = self.currentIndex().row(), self.currentIndex().column()
        if self.tiers.show_view(view, typed, marks):
            self._spread()
            if row >= 0:
                self.setCurrentIndex(self.tiers.index(min(row, self.tiers.rowCount() - 1), max(0, column)))
        self._delegate.show_sign()
        self.resizeRowsToContents()

    def row(self) -> int:
        """The current row; -1 for none."""
        return self.currentIndex().row()

    def go(self, row: int, column: str) -> None:
        """Move to a cell."""
        index = self.tiers.place(row, column)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def go_down(self) -> None:
        """Enter moves on to the row below."""
        index = self.currentIndex()
        if index.row() + 1 < self.tiers.rowCount():
            self.setCurrentIndex(self.tiers.index(index.row() + 1, index.column()))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and index.isValid():
            if self.tiers.columns[index.column()] == CONFIRMED:
                self._confirm(index)
                return
            if event.key() != Qt.Key.Key_Space:
                self.edit(index)
                return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.tiers.columns[index.column()] == CONFIRMED:
            self._confirm(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()
        self.resizeRowsToContents()

    def _confirm(self, index: QModelIndex) -> None:
        view = self.tiers.view
        if view is not None and view.rows[index.row()].proposed:
            self.confirmed.emit(index.row())

    def _typed(self, place: object, text: str) -> None:
        if isinstance(place, QPersistentModelIndex) and place.isValid():
            self.tiers.setData(place, text)

    def _spread(self) -> None:
        """Sums as narrow as they can be; words and conditions share the rest."""
        columns = self.tiers.columns
        roomy = self.viewport().width() > ROOMY
        fixed = {name: _width(name, roomy=roomy) for name in columns if name not in WEIGHTS}
        whole = sum(WEIGHTS.get(name, 0) for name in columns) or 1
        left = self.viewport().width() - sum(fixed.values())
        for at, name in enumerate(columns):
            width = fixed.get(name) or max(LEAST_TEXT, left * WEIGHTS[name] // whole)
            self.setColumnWidth(at, width)


def _width(column: str, *, roomy: bool) -> int:
    if "." in column:
        return ROOMY_SUM if roomy else SUM_WIDTH
    return CONFIRM_WIDTH if column == CONFIRMED else LABEL_WIDTH + (16 if roomy else 0)


def _text(editor: QLineEdit | QPlainTextEdit) -> str:
    return editor.toPlainText() if isinstance(editor, QPlainTextEdit) else editor.text()
