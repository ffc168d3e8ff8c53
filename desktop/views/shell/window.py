"""The one window: a rail of places, a strip that is always true, a palette that reaches everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.messages import Words, tr
from desktop.views.shared.basics import IconLabel, button, label
from desktop.views.shared.icons import icon, pixmap
from desktop.views.shared.theme import look
from desktop.views.shell.found import PaletteItem

if TYPE_CHECKING:
    from desktop.views.shell.palette import Palette

NOTICE_MS = 12_000
MANY, TALL, LESS_TALL = 11, 58, 54
"""Places up to which a rail has room for tall buttons in a window of 768 pixels, and the heights of a button."""
ROOMY = 1180
"""Logical pixels from which on the strip has room for words on the search button."""


@dataclass(frozen=True)
class PlaceSpec:
    """A place: `make` is called when it is opened for the first time."""

    id: str
    title: str
    icon: str
    make: Callable[[], QWidget]
    at_foot: bool = False


@dataclass(frozen=True)
class StripPart:
    """A part of the strip; `tone` colours its dot, `place` is what it opens, `short` stands where `words` do not fit."""

    id: str
    words: str
    tone: str
    place: str
    short: str = ""


class RailButton(QToolButton):
    """Icon above words, with a count."""

    def __init__(self, spec: PlaceSpec, tall: int) -> None:
        super().__init__()
        self.spec, self._count = spec, 0
        self.setObjectName(f"rail.{spec.id}")
        self.setAccessibleName(spec.title)
        self.setCheckable(True)
        self.setFixedSize(QSize(72, tall))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def set_count(self, count: int) -> None:
        self._count = count
        self.setAccessibleName(f"{self.spec.title} {count}" if count else self.spec.title)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = look.tokens
        tone = "accent" if self.isChecked() else "ink2"
        box = self.rect()
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent_soft"))
            painter.drawRoundedRect(box, 9, 9)
        if self.hasFocus():
            painter.setPen(colors.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 9, 9)
        picture = pixmap(self.spec.icon, colors.colors[tone], 21, self.devicePixelRatioF())
        painter.drawPixmap((box.width() - 21) // 2, 9, picture)
        font = self.font()
        font.setPixelSize(12)
        font.setBold(self.isChecked())
        painter.setFont(font)
        painter.setPen(colors.color(tone))
        painter.drawText(
            box.adjusted(0, 33, 0, 0), Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self.spec.title
        )
        if self._count:
            self._draw_count(painter)

    def _draw_count(self, painter: QPainter) -> None:
        words = str(self._count) if self._count < 100 else "99+"
        font = painter.font()
        font.setPixelSize(10)
        font.setBold(True)
        painter.setFont(font)
        width = max(16, painter.fontMetrics().horizontalAdvance(words) + 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.tokens.color("accent"))
        painter.drawRoundedRect(43, 5, width, 16, 8, 8)
        painter.setPen(look.tokens.color("on_accent"))
        painter.drawText(43, 5, width, 16, Qt.AlignmentFlag.AlignCenter, words)


class ShellWindow(QMainWindow):
    """The frame. Content comes from outside; nothing of the work is known here."""

    opened = Signal(str)
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("衡尺 Hengchi")
        self.setWindowIcon(icon("mark", "#0e5a5a", 64))
        self.setMinimumSize(1024, 700)
        self._places: dict[str, QWidget] = {}
        self._specs: dict[str, PlaceSpec] = {}
        self._rail_buttons: dict[str, RailButton] = {}
        self._find: Callable[[str], Sequence[PaletteItem]] = lambda _: ()
        self._whole = QStackedWidget()
        self._whole.setObjectName("stack")
        self.setCentralWidget(self._whole)
        self._work = QWidget()
        self._work.setObjectName("page")
        self._stack = QStackedWidget()
        self._stack.setObjectName("stack")
        self._palette: Palette | None = None  # made when it is first asked for: the first window does not wait for it
        self._notice = _Notice(self)
        self._build()

    # making

    def _build(self) -> None:
        self._rail = QFrame()
        self._rail.setObjectName("rail")
        self._rail.setFixedWidth(look.tokens.sizes["rail"])
        self._rail_layout = QVBoxLayout(self._rail)
        self._rail_layout.setContentsMargins(6, 10, 6, 10)
        self._rail_layout.setSpacing(2)
        self._strip = QFrame()
        self._strip.setObjectName("strip")
        self._strip.setFixedHeight(look.tokens.sizes["strip"])
        self._strip_layout = QHBoxLayout(self._strip)
        self._strip_layout.setContentsMargins(12, 0, 18, 0)
        self._strip_layout.setSpacing(4)
        self._strip_parts: dict[str, QToolButton] = {}
        self._strip_words: tuple[StripPart, ...] = ()
        self._search = QPushButton()
        self._search.setObjectName("strip.palette")
        self._search.setProperty("kind", "")
        self._search.setMinimumWidth(96)
        self._search.setMaximumWidth(260)
        self._search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._search.setStyleSheet("text-align: left; font-weight: 400; min-height: 26px; border-radius: 6px;")
        self._search.clicked.connect(lambda: self.show_palette())
        self._strip_layout.addStretch(1)
        self._strip_layout.addWidget(self._search, 2)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._strip)
        right.addWidget(self._stack, 1)
        layout = QHBoxLayout(self._work)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addLayout(right, 1)
        self._whole.addWidget(self._work)
        shortcut = QShortcut(QKeySequence("Ctrl+K"), self)
        shortcut.activated.connect(self.show_palette)

    def show_alone(self, page: QWidget) -> None:
        """A page without rail and strip: sign-in, first run."""
        self._whole.addWidget(page)
        self._whole.setCurrentWidget(page)
        self._leave_alone(page)

    def _leave_alone(self, but: QWidget) -> None:
        """Pages that are over go, with what was typed there."""
        for old in [self._whole.widget(at) for at in range(self._whole.count())]:
            if old is not None and old not in (but, self._work):
                self._whole.removeWidget(old)
                old.deleteLater()

    def forget_places(self) -> None:
        """Nothing of whoever was signed in stays in the window: a lock screen has no cases behind it."""
        while self._rail_layout.count():
            item = self._rail_layout.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        while self._stack.count():
            old = self._stack.widget(0)
            if old is not None:
                self._stack.removeWidget(old)
                old.deleteLater()
        self._places, self._rail_buttons, self._specs = {}, {}, {}

    def show_places(self, specs: Sequence[PlaceSpec]) -> None:
        """The rail and an empty stack; places are made when they are opened."""
        self.forget_places()
        self._specs = {spec.id: spec for spec in specs}
        self._name_search()
        self._search.setAccessibleName(tr("Find or do…"))
        mark = IconLabel("mark", "accent", 40)
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        mark.setFixedHeight(46)
        self._rail_layout.addWidget(mark)
        group = QButtonGroup(self._rail)
        group.setExclusive(True)
        for foot in (False, True):
            if foot:
                self._rail_layout.addStretch(1)
            for spec in specs:
                if spec.at_foot != foot:
                    continue
                made = RailButton(spec, TALL if len(specs) <= MANY else LESS_TALL)
                made.clicked.connect(lambda _=False, place=spec.id: self.open_place(place))
                group.addButton(made)
                self._rail_layout.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
                self._rail_buttons[spec.id] = made
        self._whole.setCurrentWidget(self._work)
        self._leave_alone(self._work)

    def place(self, place: str) -> QWidget:
        """The widget of a place, made now if need be."""
        if place not in self._places:
            made = self._specs[place].make()
            self._places[place] = made
            self._stack.addWidget(made)
        return self._places[place]

    def open_place(self, place: str) -> None:
        """Show a place."""
        if place not in self._specs:
            return
        self._stack.setCurrentWidget(self.place(place))
        self._rail_buttons[place].setChecked(True)
        self._rail_buttons[place].setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit(place)

    def current_place(self) -> str:
        return next((name for name, widget in self._places.items() if widget is self._stack.currentWidget()), "")

    # the strip and the badges

    def set_strip(self, parts: Sequence[StripPart]) -> None:
        """Show the strip's parts, each a button that opens its place."""
        for part in parts:
            made = self._strip_parts.get(part.id)
            if made is None:
                made = QToolButton()
                made.setMinimumWidth(0)
                made.setObjectName("stripPerson" if part.id == "person" else f"strip.{part.id}")
                made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                made.setCursor(Qt.CursorShape.PointingHandCursor)
                made.setIconSize(QSize(10, 10))
                made.clicked.connect(lambda _=False, place=part.place: self.open_place(place))
                self._strip_layout.insertWidget(len(self._strip_parts), made)
                self._strip_parts[part.id] = made
            made.setText(part.words)
            made.setAccessibleName(part.words)
            made.setToolTip(part.words)
            if part.tone:
                made.setIcon(icon("dot", look.tokens.colors[part.tone], 10))
            else:
                made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._strip_words = tuple(parts)
        self._fit_strip()

    def _fit_strip(self) -> None:
        """Short words, from the right, until every part stands whole."""
        for part in self._strip_words:
            self._strip_parts[part.id].setText(part.words)
        margins = self._strip_layout.contentsMargins()
        taken = look.tokens.sizes["rail"] + margins.left() + margins.right() + self._search.minimumWidth()
        room = self.width() - taken
        for part in reversed(self._strip_words):
            wide = [made.sizeHint().width() + self._strip_layout.spacing() for made in self._strip_parts.values()]
            if sum(wide) <= room:
                return
            if part.short:
                self._strip_parts[part.id].setText(part.short)

    def set_counts(self, counts: dict[str, int]) -> None:
        """Counts on the rail."""
        for place, count in counts.items():
            if place in self._rail_buttons:
                self._rail_buttons[place].set_count(count)

    # palette and notices

    def set_finder(self, find: Callable[[str], Sequence[PaletteItem]]) -> None:
        self._find = find

    def show_palette(self) -> None:
        """Ctrl+K."""
        if not self._specs:
            return
        if self._palette is None:
            from desktop.views.shell.palette import Palette  # behind the first window

            self._palette = Palette(self)
        self._palette.open_with(self._find)

    def say(self, words: Words) -> None:
        """An error or a refusal: what happened, what was kept, what to do."""
        self._notice.show_words(words)

    def say_done(self, text: str) -> None:
        """Something was done."""
        self._notice.show_done(text)

    def notice_text(self) -> str:
        """What the notice says now; empty when there is none."""
        return self._notice.text()

    def _name_search(self) -> None:
        roomy = self.width() >= ROOMY
        self._search.setText(f"{tr('Find or do…')}   Ctrl K" if roomy else "Ctrl K")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._notice.place()
        self._name_search()
        self._fit_strip()
        if self._palette is not None:
            self._palette.place()

    def closeEvent(self, event: object) -> None:
        self.closing.emit()
        super().closeEvent(event)  # type: ignore[arg-type]


class _Notice(QFrame):
    """Over the foot of the window; goes away by itself or by its cross."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._host = window
        self._good = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 10, 12)
        self._layout = layout
        self._what = label("", "strong", name="notice.what", wrap=True)
        self._more = label("", "second", name="notice.more", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._what)
        words.addWidget(self._more)
        layout.addLayout(words, 1)
        self._details = ""
        self._copy = button("", "link", name="notice.copy", run=self._copy_details)
        layout.addWidget(self._copy)
        close = button("✕", "link", name="notice.close", run=self.hide)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_words(self, words: Words) -> None:
        self._good = False
        self._show(words.what, f"{words.kept} {words.todo}", words.details)

    def show_done(self, text: str) -> None:
        self._good = True
        self._show(text, "", "")
        self._timer.start(NOTICE_MS // 3)

    def text(self) -> str:
        return f"{self._what.text()} {self._more.text()}".strip() if self.isVisible() else ""

    def place(self) -> None:
        window = self._host
        width = min(760, window.width() - 160)
        self.setFixedSize(width, max(self._layout.heightForWidth(width), self._layout.minimumSize().height()))
        self.move((window.width() - width) // 2 + 42, window.height() - self.height() - 84)

    def _show(self, what: str, more: str, details: str) -> None:
        self._what.setText(what)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self._layout.invalidate()
        self._details = details
        self._copy.setText(tr("Copy details"))
        self._copy.setVisible(bool(details))
        self.show()
        self.place()
        self.raise_()
        self._timer.start(NOTICE_MS)

    def paintEvent(self, _: QPaintEvent) -> None:
        tone = "sealed" if self._good else "reason"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.tokens.color(tone))
        painter.setBrush(look.tokens.color(f"{tone}_soft"))
        radius = look.tokens.sizes["card"]
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._what.text()}\n{self._details}")


__all__ = ["PaletteItem", "PlaceSpec", "ShellWindow", "StripPart"]
