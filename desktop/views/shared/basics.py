"""Small things that every place is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.views.shared.icons import pixmap
from desktop.views.shared.theme import look


def label(text: str = "", tone: str = "", *, name: str = "", wrap: bool = False) -> QLabel:
    """Text in a tone: title, figure, section, strong, second, small, link, stop."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if tone:
        made.setProperty("tone", tone)
    if name:
        made.setObjectName(name)
    if wrap:
        made.setWordWrap(True)
    return made


def chip(text: str, tone: str = "quiet", *, name: str = "") -> QLabel:
    """A word on a soft ground: quiet, accent, sealed, reason, stop."""
    made = label(text, name=name)
    made.setProperty("chip", tone)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    if not text:
        made.hide()  # a ground without a word is a stain
    return made


def set_chip(made: QLabel, text: str, tone: str) -> None:
    """Change a chip."""
    made.setText(text)
    made.setProperty("chip", tone)
    made.style().unpolish(made)
    made.style().polish(made)
    made.setVisible(bool(text))


def button(
    text: str, kind: str = "", *, name: str, key: str = "", run: Callable[[], object] | None = None
) -> QPushButton:
    """A button: primary, link or plain. Its key is shown behind its words and works in its window."""
    made = QPushButton(f"{text}   {key_words(key)}" if key else text)
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if key:
        made.setShortcut(QKeySequence(key))
    if run is not None:
        made.clicked.connect(lambda _=False: run())
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


class Link(QLabel):
    """Words that open something and break over lines. Enter and Space open it too."""

    clicked = Signal()

    def __init__(self, text: str, *, name: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", "link")
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setWordWrap(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class Pick(QComboBox):
    """A choice from a list. The arrow is ours: a style sheet takes the system's away."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        arrow = pixmap("chevron-down", look.tokens.colors["ink2"], 16, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - 28, (self.height() - 16) // 2, arrow)


def key_words(key: str) -> str:
    """How a key is written on a button."""
    return key.replace("Ctrl+Return", "Ctrl ↵").replace("Return", "↵").replace("Ctrl+", "Ctrl ")


class Card(QFrame):
    """A sheet with a heading."""

    def __init__(self, heading: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cardFrame")
        if name:
            self.setAccessibleName(heading or name)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(18, 16, 18, 16)
        self.body.setSpacing(10)
        self.heading = label(heading, "section")
        self.body.addWidget(self.heading)
        self.heading.setHidden(not heading)  # only once it has a parent: a parentless widget would flash as a window


def row(*widgets: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """Widgets beside each other; an int is a stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for widget in widgets:
        if isinstance(widget, int):
            made.addStretch(widget)
        else:
            made.addWidget(widget)
    return made


def holder(layout: QLayout, name: str = "innerPlain") -> QWidget:
    """A plain widget around a layout."""
    made = QWidget()
    made.setObjectName(name)
    made.setLayout(layout)
    return made


def scrolled(inner: QWidget) -> QScrollArea:
    """Scrolls when it must."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inner.setObjectName("scrolled")
    area.setWidget(inner)
    return area


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


class Segmented(QWidget):
    """One of a few choices, all in sight. Arrow keys move, Space chooses."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], *, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._buttons: dict[str, QPushButton] = {}
        for index, (key, words) in enumerate(choices):
            made = QPushButton(words)
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setObjectName(f"{name}.{key}")
            made.setAccessibleName(f"{accessible}: {words}")
            made.setProperty("kind", "segment")
            made.setProperty("edge", "first" if index == 0 else "last" if index == len(choices) - 1 else "middle")
            made.setMinimumWidth(44)
            self._group.addButton(made, index)
            self._buttons[key] = made
            layout.addWidget(made, 1)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._clicked)

    def set_value(self, key: str) -> None:
        """Show a choice without saying so; an unknown key shows none."""
        self._group.setExclusive(False)
        for name, made in self._buttons.items():
            made.setChecked(name == key)
        self._group.setExclusive(True)

    def value(self) -> str:
        return next((key for key, made in self._buttons.items() if made.isChecked()), "")

    def focus_first(self) -> None:
        next(iter(self._buttons.values())).setFocus(Qt.FocusReason.TabFocusReason)

    def _clicked(self, pressed: QAbstractButton) -> None:
        self.chosen.emit(next(key for key, made in self._buttons.items() if made is pressed))


class TextField(QLineEdit):
    """A text that is said when it is left or Enter is pressed, and only when it changed. Enter moves on."""

    left = Signal(str)
    entered = Signal()

    def __init__(self, *, name: str, accessible: str, hint: str = "", trailing: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setPlaceholderText(hint)
        self._said = ""
        self._trailing = trailing
        self.editingFinished.connect(self.leave)
        self.returnPressed.connect(self.entered.emit)

    def show_value(self, text: str) -> None:
        """Show what is kept, unless somebody is typing."""
        self._said = text
        if not self.hasFocus() or not self.text():
            self.setText(text)
            self.setCursorPosition(0)  # a long text shows its beginning

    def set_wrong(self, wrong: bool) -> None:
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._trailing:
            painter = QPainter(self)
            font = painter.font()
            font.setPixelSize(12)
            painter.setFont(font)
            painter.setPen(QPen(look.tokens.color("ink2")))
            box = self.rect().adjusted(0, 0, -12, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._trailing)

    def leave(self) -> None:
        """Say what stands there when it is new."""
        if self.text() != self._said:
            self._said = self.text()
            self.left.emit(self._said)


class Dot(QWidget):
    """A small disc that repeats in colour what words beside it say."""

    def __init__(self, tone: str = "ink2") -> None:
        super().__init__()
        self._tone = tone
        self.setFixedSize(QSize(10, 10))

    def set_tone(self, tone: str) -> None:
        self._tone = tone
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.tokens.colors[self._tone]))
        painter.drawEllipse(1, 1, 8, 8)


class IconLabel(QLabel):
    """An icon that follows the theme."""

    def __init__(self, name: str, tone: str = "ink2", size: int = 18) -> None:
        super().__init__()
        self._name, self._tone, self._size = name, tone, size
        look.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        self.setPixmap(pixmap(self._name, look.tokens.colors[self._tone], self._size, self.devicePixelRatioF()))


class Empty(QWidget):
    """What will be here, and the first thing to do."""

    def __init__(self, icon_name: str, words: str, action: QPushButton | None = None) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        sign = IconLabel(icon_name, "ink2", 34)
        sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(sign)
        text = label(words, "second", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(text)
        if action is not None:
            layout.addLayout(row(1, action, 1))
        layout.addStretch(3)


class KeyValues(QWidget):
    """Pairs, aligned."""

    def __init__(
        self, pairs: Sequence[tuple[str, str]] = (), width: int = 92, names: Mapping[str, str] | None = None
    ) -> None:
        """`names`: object names of the values, by the words in front of them."""
        super().__init__()
        self._names = names or {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnMinimumWidth(0, width)
        self._grid.setColumnStretch(1, 1)
        self.set_pairs(pairs)

    def set_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        clear(self._grid)
        for number, (name, value) in enumerate(pairs):
            self._grid.addWidget(label(name, "second"), number, 0, Qt.AlignmentFlag.AlignTop)
            text = label(value, name=self._names.get(name, ""), wrap=True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(text, number, 1)


def elided(text: str, metrics: QFontMetrics, width: int) -> str:
    """Cut with an ellipsis, at the end."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


class Elided(QLabel):
    """One line that ends in an ellipsis where there is no room for it; the whole stands in its tip."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("tone", "second")
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHorizontalStretch(1)  # it has the room that the others leave
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:  # Qt's name
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        aligned = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(
            self.contentsRect(), aligned, elided(self.text(), self.fontMetrics(), self.contentsRect().width())
        )
