"""Under the table: what forbids the signature, each a line that leads to its cell and into the preview; or that all is proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyleOptionViewItem, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.authoring_shapes import Typed
from desktop.views.authoring.grid import Index
from desktop.views.authoring.words import column_words, kind_words, tone_of, typed_words, wrong_words
from desktop.views.shared.basics import IconLabel, label, row
from desktop.views.shared.lists import Item, ItemDelegate, ItemList, ItemModel, ItemRole
from desktop.views.shared.theme import look
from enforcement.authoring.cells import Cell
from enforcement.authoring.check import Checked, Wrong
from enforcement.authoring.proof import Proof

SHOWN_LINES = 3
MOST_HEIGHT = 132


@dataclass(frozen=True)
class TypedWrong:
    """A cell whose text cannot stand."""

    cell: Cell
    typed: Typed


class FaultDelegate(ItemDelegate):
    """A chip, then the words over as many lines as they need, three at most."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        item: Item = index.data(ItemRole)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, ItemList) else 400
        metrics = QFontMetrics(self._font(13))
        room = QRect(0, 0, max(60, width - self._room(index) - 20), 4000)
        height = metrics.boundingRect(
            room, int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere), item.title
        ).height()
        return QSize(width, min(height, SHOWN_LINES * metrics.lineSpacing()) + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Item = index.data(ItemRole)
        colors, box = look.tokens, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent_soft"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        self._chip(painter, box.left() + 6, box.top() + 7, item.lead, item.lead_tone)
        painter.setPen(colors.color("ink"))
        painter.setFont(self._font(13))
        wrapped = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignTop)
        painter.drawText(box.adjusted(self._room(index) + 10, 6, -10, -4), wrapped, item.title)
        painter.restore()

    def _room(self, index: Index) -> int:
        """So wide is the widest chip of the list: words stand in one line below each other."""
        model = index.model()
        leads = {item.lead for item in model.items} if isinstance(model, ItemModel) else set()
        return max((self._chip_width(lead) for lead in leads), default=0) + 8


class WordList(ItemList):
    """Lines of a chip and words, as high as the words need."""

    def __init__(self, *, name: str, accessible: str) -> None:
        super().__init__(name=name, accessible=accessible)
        self.setItemDelegate(FaultDelegate(self))
        self.setUniformItemSizes(False)
        self.setResizeMode(QListView.ResizeMode.Adjust)


class FaultList(QWidget):
    """`picked(Wrong | TypedWrong)` when a line is chosen, `opened` on Enter or a double click."""

    picked = Signal(object)
    opened = Signal(object)

    def __init__(self, *commands: QWidget) -> None:
        """`commands` stand beside the verdict."""
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.list = WordList(name="authoring.faults", accessible=tr("What forbids the signature"))
        self.list.picked.connect(self.picked.emit)
        self.list.clicked.connect(lambda index: self.picked.emit(index.data(ItemRole).value))
        self.list.opened.connect(self.opened.emit)
        layout.addWidget(self.list)
        self._seal = IconLabel("shield-check", "sealed", 18)
        self._words = label("", "second", name="authoring.verdict", wrap=True)
        foot = row(self._seal, self._words, *commands, spacing=10)
        foot.setStretch(1, 1)
        layout.addLayout(foot)

    def show_answer(self, found: Checked | None, version: int, typed: Sequence[TypedWrong], *, exists: bool) -> None:
        """What was found of a version; faults of other versions and of the whole violation stand here too."""
        wrongs = list(found.wrongs) if found is not None else []
        wrongs.sort(key=lambda one: (one.spot.version not in (-1, version), one.kind == "waiting"))
        items = [_typed_item(one) for one in typed] + [_item(one, found, version) for one in wrongs]
        self.list.set_items(items)
        self.list.setVisible(bool(items))
        self._seal.setVisible(not items and found is not None and found.proved)
        forbids = tr("Forbids the signature: {count}", count=len(items))
        self._words.setText(forbids if items else _verdict(found, version) if exists else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, up to a few of them."""
        count = len(self.list.model_.items)
        self.list.setFixedHeight(
            min(sum(self.list.sizeHintForRow(at) for at in range(count)), MOST_HEIGHT) + 4 if count else 0
        )

    def said(self) -> list[str]:
        """The lines, for who reads them."""
        return [f"{item.lead} {item.title}" for item in self.list.model_.items]


def _item(wrong: Wrong, found: Checked | None, version: int) -> Item:
    words, at = wrong_words(wrong), wrong.spot.version
    if (
        found is not None and at not in (-1, version) and at < len(found.proofs)
    ):  # another version than the one in sight
        words = f"{found.proofs[at].valid_from} · {words}"
    return Item(words, lead=kind_words(wrong.kind), lead_tone=tone_of(wrong.kind), value=wrong)


def _typed_item(one: TypedWrong) -> Item:
    where = tr("Row {row} · {column}", row=one.cell.row + 1, column=column_words(one.cell.column).replace("\n", " "))
    return Item(f"{where}：{typed_words(one.typed)}", lead=kind_words("typed"), lead_tone="stop", value=one)


def _verdict(found: Checked | None, version: int) -> str:
    if found is None:
        return tr("Being proved…")
    proof: Proof | None = found.proofs[version] if 0 <= version < len(found.proofs) else None
    if proof is None:
        return ""
    if proof.cells and proof.formulas:
        return tr("Proved: {count} cases one by one, and all by formulas", count=proof.cells)
    if proof.cells:
        return tr("Proved: {count} cases one by one", count=proof.cells)
    return tr("Proved by formulas")
