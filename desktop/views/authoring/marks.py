"""The list of violations, each with one sign, and the table's marks out of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.authoring_shapes import SourceState, TableView
from desktop.viewmodels.authoring import GENERAL
from desktop.viewmodels.authoring_proof import Prover
from desktop.views.authoring.faults import TypedWrong
from desktop.views.authoring.grid import Index, Sort
from desktop.views.authoring.words import kind_words, mark_words, typed_words, wrong_words
from desktop.views.shared.basics import elided
from desktop.views.shared.icons import pixmap
from desktop.views.shared.lists import Item, ItemDelegate, ItemList, ItemRole
from desktop.views.shared.theme import look
from enforcement.authoring.cells import CONFIRMED
from enforcement.authoring.check import Checked

ICONS = {
    "proved": ("shield-check", "sealed"),
    "faulty": ("triangle-alert", "stop"),
    "waiting": ("user", "reason"),
    "unchecked": ("dot", "ink2"),
    "general": ("file-text", "ink2"),
}
HEIGHT = 50


class MarkDelegate(ItemDelegate):
    """A sign at the left, title and place beside it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Item = index.data(ItemRole)
        colors, box = look.tokens, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent_soft"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 8, 8)
        painter.setPen(colors.color("line"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        name, tone = ICONS[item.lead_tone]
        size = 10 if name == "dot" else 17
        picture = pixmap(name, colors.colors[tone], size, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.left() + 8 + (17 - size) // 2, box.center().y() - size // 2, picture)
        left, width = box.left() + 33, box.width() - 33 - 8
        aligned = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        title = self._font(13, bold=True)
        painter.setFont(title)
        painter.setPen(colors.color("ink"))
        painter.drawText(QRect(left, box.top() + 6, width, 20), aligned, elided(item.title, QFontMetrics(title), width))
        second = self._font(12)
        painter.setFont(second)
        painter.setPen(colors.color("ink2"))
        words = elided(item.subtitle, QFontMetrics(second), width)
        painter.drawText(QRect(left, box.top() + 26, width, 18), aligned, words)
        painter.restore()


class ViolationList(QWidget):
    """`picked(number)`; what is searched for: words, id, article, pinyin or initials."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._search = QLineEdit()
        self._search.setObjectName("authoring.search")
        self._search.setAccessibleName(tr("Search"))
        self._search.setPlaceholderText(tr("Words, article or pinyin initials"))
        self._search.textChanged.connect(lambda _: self._fill())
        self.list = ItemList(name="authoring.violations", accessible=tr("Violations"))
        self.list.setItemDelegate(MarkDelegate(self.list))
        self.list.picked.connect(self._picked)
        layout.addWidget(self._search)
        layout.addWidget(self.list, 1)
        self._state: SourceState | None = None
        self._prover: Prover | None = None

    def show_state(self, state: SourceState, prover: Prover, chosen: int) -> None:
        """The violations with their signs; `chosen` stays or becomes the current one, without being said."""
        self._state, self._prover = state, prover
        self._fill()
        values = [item.value for item in self.list.model_.items]
        if chosen in values and self.list.current_value() != chosen:
            self.list.selectionModel().blockSignals(True)
            self.list.pick(values.index(chosen))
            self.list.selectionModel().blockSignals(False)
        self.list.viewport().update()

    def _fill(self) -> None:
        if self._state is None or self._prover is None:
            return
        words = self._search.text().lower().split()
        shown = [line for line in self._state.lines if all(any(word in key for key in line.keys) for word in words)]
        items = [Item(tr("General part"), tr("Head, statutes"), lead="", lead_tone="general", value=GENERAL)]
        for line in shown:
            mark = self._prover.mark(line)
            items.append(Item(line.title, line.about, lead=mark_words(mark), lead_tone=mark, value=line.number))
        self.list.set_items(items if not words else items[1:])

    def _picked(self, number: object) -> None:
        if isinstance(number, int):
            self.picked.emit(number)


def sorts_of(view: TableView, found: Checked | None, typed: Sequence[TypedWrong]) -> Mapping[tuple[int, str], Sort]:
    """What is said of each cell: a counterexample before a remark, a text that cannot stand before both."""
    waits = Sort("waiting", tr("Read out of words; a person has to confirm it."))
    sorts: dict[tuple[int, str], Sort] = {(at, CONFIRMED): waits for at, row in enumerate(view.rows) if row.proposed}
    for wrong in reversed(found.wrongs if found is not None else ()):
        if wrong.spot.version not in (-1, view.version) or wrong.kind == "waiting":
            continue
        sort = Sort("fault", f"{kind_words(wrong.kind)}：{wrong_words(wrong)}")
        for cell in wrong.cells:
            end, _, party = cell.column.partition(".")
            sorts[cell.row, cell.column] = sort
            if party:
                sorts[cell.row, f"{end}.all"] = sort
    for one in typed:
        sorts[one.cell.row, one.cell.column] = Sort("typed", typed_words(one.typed))
    return sorts
