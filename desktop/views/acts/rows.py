"""Fields with rows: lists, people, tables, questions and answers. Enter in the last row's last cell adds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.act_shapes import FieldView
from desktop.views.acts.editor import Editor, GrowingText
from desktop.views.acts.plain import cell_of, cell_text
from desktop.views.shared.basics import TextField, button, clear, label, row
from enforcement.notices.forms import Column

Row = dict[str, Any]
ASK, ANSWER = "ask", "answer"
TOOLS = 84
"""Pixels that moving a row and taking it away need."""


class RowsEditor(Editor):
    """Rows of cells; each can be moved and taken away. The whole value is said whenever a cell was left with something new; what
    cannot be read stays as it was typed, marked, and nothing is said before it can.
    """

    def __init__(self, field: FieldView, columns: Sequence[Column]) -> None:
        super().__init__(field)
        self.columns = tuple(columns)
        self._typed: list[dict[str, str]] = []
        self._said: list[Row] = []
        self._cells: list[dict[str, TextField]] = []
        if len(self.columns) > 1:
            self.body.addLayout(self._heads())
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.body.addLayout(self._lines)
        add = button(f"＋ {self.add_words()}", "link", name=f"act.{field.path}.add", run=self.add)
        add.setAccessibleName(f"{field.label}: {self.add_words()}")
        self.body.addLayout(row(add, 1))

    def add_words(self) -> str:
        """What the button that adds a row says."""
        return tr("Add a row")

    def value_of(self, rows: Sequence[Row]) -> Any:
        """The rows as the form keeps them."""
        return [dict(one) for one in rows]

    def rows_of(self, value: Any) -> list[Row]:
        """What is kept, as rows."""
        return [dict(one) for one in value or () if isinstance(one, Mapping)]

    def show_value(self, value: Any) -> None:
        rows = self.rows_of(value)
        self._said = rows
        full, faults = self._read()
        if not self.busy() and not faults and (rows != full or not self._cells):
            by_id = [{column.id: cell_text(column, one.get(column.id)) for column in self.columns} for one in rows]
            self._typed = by_id or [{}]
            self._draw()

    def focus(self) -> None:
        if self._cells:
            self._cells[0][self.columns[0].id].setFocus(Qt.FocusReason.TabFocusReason)

    def add(self) -> None:
        """One more row, ready to be written."""
        self._typed.append({})
        self._draw()
        self._cells[-1][self.columns[0].id].setFocus(Qt.FocusReason.TabFocusReason)

    def _read(self) -> tuple[list[Row], dict[tuple[int, str], str]]:
        """The rows that hold something, and the words for each cell that cannot be read."""
        full: list[Row] = []
        faults: dict[tuple[int, str], str] = {}
        for number, typed in enumerate(self._typed):
            made: Row = {}
            for column in self.columns:
                try:
                    value = cell_of(column, typed.get(column.id, "").strip())
                except ValueError as error:
                    faults[number, column.id] = f"{column.label} {number + 1}：{error}"
                    continue
                if value is not None:
                    made[column.id] = value
            if made:
                full.append(made)
        return full, faults

    def _heads(self) -> QHBoxLayout:
        made = QHBoxLayout()
        made.setSpacing(6)
        for column in self.columns:
            head = label(column.label, "small")
            head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            made.addWidget(head, max(column.share, 1))
        made.addSpacing(TOOLS + 6)
        return made

    def _draw(self) -> None:
        clear(self._lines)
        self._cells = []
        for number, values in enumerate(self._typed):
            self._lines.addLayout(self._line(number, values))
        self._mark(self._read()[1])

    def _line(self, number: int, values: Mapping[str, str]) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        cells: dict[str, TextField] = {}
        for column in self.columns:
            named = column.label or self.field.label
            cell = TextField(name=f"act.{self.field.path}.{number}.{column.id}", accessible=f"{named} {number + 1}")
            cell.setMinimumWidth(40)
            cell.show_value(values.get(column.id, ""))
            cell.left.connect(self._leaver(number, column.id))
            cell.entered.connect(self._goer(number, column.id))
            cells[column.id] = cell
            line.addWidget(cell, max(column.share, 1))
        self._cells.append(cells)
        line.addWidget(self._tools(number))
        return line

    def _tools(self, number: int) -> QWidget:
        """Up, down, away."""
        made = QWidget()
        made.setFixedWidth(TOOLS)
        layout = row(spacing=0)
        made.setLayout(layout)
        path = self.field.path
        for sign, words, name, run in (
            ("↑", tr("Move up"), "up", lambda: self._move(number, -1)),
            ("↓", tr("Move down"), "down", lambda: self._move(number, 1)),
            ("✕", tr("Take away"), "away", lambda: self._away(number)),
        ):
            tool = button(sign, "link", name=f"act.{path}.{number}.{name}", run=run)
            tool.setAccessibleName(f"{words}: {self.field.label} {number + 1}")
            tool.setToolTip(words)
            layout.addWidget(tool, 1)
        return made

    def _leaver(self, number: int, column: str) -> Callable[[str], None]:
        def leave(text: str) -> None:
            if number < len(self._typed):
                self._typed[number][column] = text
                self._say()

        return leave

    def _goer(self, number: int, at: str) -> Callable[[], None]:
        def go() -> None:
            self._cells[number][at].leave()  # Enter comes before the line says that it was left
            ids = [column.id for column in self.columns]
            place = ids.index(at) + 1
            if place < len(ids):
                self._cells[number][ids[place]].setFocus(Qt.FocusReason.TabFocusReason)
            elif number + 1 < len(self._cells):
                self._cells[number + 1][ids[0]].setFocus(Qt.FocusReason.TabFocusReason)
            elif any(self._typed[number].values()):
                self.add()
            else:
                self.entered.emit()

        return go

    def _move(self, number: int, by: int) -> None:
        there = number + by
        if 0 <= there < len(self._typed):
            self._typed[number], self._typed[there] = self._typed[there], self._typed[number]
            self._draw()
            self._say()

    def _away(self, number: int) -> None:
        del self._typed[number]
        self._typed = self._typed or [{}]
        self._draw()
        self._say()

    def _mark(self, faults: Mapping[tuple[int, str], str]) -> None:
        for number, cells in enumerate(self._cells):
            for column, cell in cells.items():
                cell.set_wrong((number, column) in faults)

    def _say(self) -> None:
        full, faults = self._read()
        self._mark(faults)
        self.wrong.emit("；".join(faults.values()))
        if not faults and full != self._said:
            self._said = full
            self.left.emit(self.value_of(full) or None)


class ListEditor(RowsEditor):
    """Texts, in an order."""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field, (Column(id="text", label=""),))

    def value_of(self, rows: Sequence[Row]) -> list[str]:
        return [str(one["text"]) for one in rows]

    def rows_of(self, value: Any) -> list[Row]:
        return [{"text": str(one)} for one in value or ()]


class PeopleEditor(RowsEditor):
    """Names with certificate numbers."""

    def __init__(self, field: FieldView) -> None:
        columns = (Column(id="name", label=tr("Name"), share=2), Column(id="number", label=tr("Certificate"), share=3))
        super().__init__(field, columns)

    def add_words(self) -> str:
        return tr("Add a person")


class TableEditor(RowsEditor):
    """Rows by the form's columns."""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field, field.columns)


class DialogueEditor(Editor):
    """Question, answer, and the next question: Enter goes on, Shift+Enter breaks a line. An answer may be empty while it is asked."""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field)
        self._rows: list[Row] = []
        self._said: list[Row] = []
        self._pairs: list[tuple[Spoken, Spoken]] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.body.addLayout(self._lines)
        add = button(f"＋ {tr('Next question')}", "link", name=f"act.{field.path}.add", run=self.add)
        self.body.addLayout(row(add, 1))

    def show_value(self, value: Any) -> None:
        rows = [dict(one) for one in value or () if isinstance(one, Mapping)]
        self._said = rows
        if not self.busy() and (rows != self._full() or not self._pairs):
            self._rows = [dict(one) for one in rows] or [{}]
            self._draw()

    def add(self) -> None:
        """One more question, ready to be written."""
        self._rows.append({})
        self._draw()
        self._pairs[-1][0].setFocus(Qt.FocusReason.TabFocusReason)

    def _full(self) -> list[Row]:
        return [{ASK: one.get(ASK, ""), ANSWER: one.get(ANSWER, "")} for one in self._rows if any(one.values())]

    def _draw(self) -> None:
        clear(self._lines)
        self._pairs = []
        for number, values in enumerate(self._rows):
            self._lines.addWidget(self._pair(number, values))

    def _pair(self, number: int, values: Row) -> QWidget:
        frame = QFrame()
        frame.setObjectName("innerPlain")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        made: list[Spoken] = []
        for part, sign, words in ((ASK, "问", tr("Question")), (ANSWER, "答", tr("Answer of the person"))):
            spoken = Spoken(
                name=f"act.{self.field.path}.{number}.{part}", accessible=f"{words} {number + 1}", hint=words
            )
            spoken.show_value(str(values.get(part, "")))
            spoken.left.connect(self._leaver(number, part))
            spoken.entered.connect(self._goer(number, part))
            line = row(label(sign, "second"), spoken, spacing=8)
            line.setStretch(1, 1)
            if part == ASK:
                away = button("✕", "link", name=f"act.{self.field.path}.{number}.away", run=lambda: self._away(number))
                away.setAccessibleName(f"{tr('Take away')} {number + 1}")
                line.addWidget(away)
            else:
                line.addSpacing(22)
            layout.addLayout(line)
            made.append(spoken)
        self._pairs.append((made[0], made[1]))
        return frame

    def _leaver(self, number: int, part: str) -> Callable[[str], None]:
        def leave(text: str) -> None:
            self._rows[number][part] = text.strip()
            self._say()

        return leave

    def _goer(self, number: int, part: str) -> Callable[[], None]:
        def go() -> None:
            if part == ASK:
                self._pairs[number][1].setFocus(Qt.FocusReason.TabFocusReason)
            elif number + 1 < len(self._pairs):
                self._pairs[number + 1][0].setFocus(Qt.FocusReason.TabFocusReason)
            elif any(self._rows[number].values()):
                self.add()
            else:
                self.entered.emit()

        return go

    def _away(self, number: int) -> None:
        del self._rows[number]
        self._rows = self._rows or [{}]
        self._draw()
        self._say()

    def _say(self) -> None:
        full = self._full()
        if full != self._said:
            self._said = full
            self.left.emit(full or None)


class Spoken(GrowingText):
    """What somebody said; Enter goes on, Shift+Enter breaks the line."""

    entered = Signal()

    def __init__(self, *, name: str, accessible: str, hint: str) -> None:
        super().__init__(name=name, accessible=accessible, hint=hint, least=1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.leave()
            self.entered.emit()
        else:
            super().keyPressEvent(event)
