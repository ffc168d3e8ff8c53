"""What every field of an act is: an editor under its name, with the words for what cannot stand at the field itself."""

from __future__ import annotations

from math import ceil
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.services.act_shapes import FieldView
from desktop.views.shared.basics import label, row

LINES = 9
"""Lines that a text grows to before it scrolls."""

FRAME = 16
"""Pixels above and below a text: the style's padding, and the border of the one that is being written in."""


class Editor(QWidget):
    """`left(value)` when the field was left with something new (None: nothing); `wrong(words)` when what stands there cannot be read,
    and with "" when it can again; `entered` when Enter shall go on to the next field.
    """

    left = Signal(object)
    wrong = Signal(str)
    entered = Signal()

    def __init__(self, field: FieldView) -> None:
        super().__init__()
        self.field = field
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(6)

    def show_value(self, value: Any) -> None:
        """Show what is kept, unless somebody is writing there."""
        raise NotImplementedError

    def focus(self) -> None:
        """Go into it."""
        first = next((one for one in self.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def busy(self) -> bool:
        """Somebody is writing in it."""
        holds: QWidget | None = self.window().focusWidget() if self.window() else None
        return holds is not None and self.isAncestorOf(holds) and holds.hasFocus()


class FieldBox(QWidget):
    """Name (with a mark when the law demands it and its article to point at), editor, what is wrong."""

    def __init__(self, editor: Editor, *, named: bool = True) -> None:
        super().__init__()
        self.editor = editor
        field = editor.field
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.setObjectName(f"field.{field.path}")
        name = label(field.label, "second")
        name.setToolTip(field.article)
        mark = label("＊" if field.mandatory else "", "stop")
        mark.setToolTip(field.article)
        self._head = row(name, mark, 1, spacing=2)
        if named:
            layout.addLayout(self._head)
        layout.addWidget(editor)
        self._problem = label("", "stop", name=f"problem.{field.path}", wrap=True)
        self._problem.setVisible(False)
        layout.addWidget(self._problem)
        editor.wrong.connect(self.show_problem)
        editor.left.connect(lambda _: self.show_problem(""))

    def show_problem(self, words: str) -> None:
        """Say at the field what cannot stand; nothing takes it away again."""
        self._problem.setText(words)
        self._problem.setVisible(bool(words))


class GrowingText(QPlainTextEdit):
    """Some lines; as tall as its text up to `LINES`. `left(text)` when it is left changed. Tab goes on, Ctrl+Return leaves the signing to
    the page.
    """

    left = Signal(str)

    def __init__(self, *, name: str, accessible: str, hint: str = "", least: int = 2) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self._said, self._least = "", least
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self._fit()

    def show_value(self, text: str) -> None:
        """Show what is kept, unless somebody is writing."""
        self._said = text
        if not self.hasFocus() and text != self.toPlainText():
            self.setPlainText(text)

    def leave(self) -> None:
        """Say what stands there when it is new."""
        if self.toPlainText() != self._said:
            self._said = self.toPlainText()
            self.left.emit(self._said)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if ctrl and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        """As tall as its lines are drawn: one with Chinese letters is taller than the font says."""
        line, block, tall = self.fontMetrics().lineSpacing(), self.document().firstBlock(), 0.0
        while block.isValid() and tall < LINES * line:
            tall += self.blockBoundingRect(block).height()
            block = block.next()
        margin = self.document().documentMargin()  # the first block's height has the upper one
        tall = max(self._least * line + margin, min(LINES * line, tall)) + margin
        self.setFixedHeight(ceil(tall) + FRAME)
