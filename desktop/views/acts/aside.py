"""Beside the form: what the law still demands and what stands in the way, and the paper as it will be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.services.act_shapes import ActDraft
from desktop.views.shared.basics import Card, Link, clear, label, scrolled
from desktop.views.shared.handout import Pages

HIGHEST = 16_777_215
"""Qt's own: no bound."""
LOW = 210
"""Pixels that the list has above the paper."""


class AsideCard(Card):
    """`wanted(path)` when a line was chosen."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(name=tr("What is missing"))
        self._inner = inner = QWidget()
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(0, 0, 6, 0)
        self._lines.setSpacing(4)
        self.body.addWidget(scrolled(inner), 1)

    def grow(self, tall: bool) -> None:
        """Over the whole height, or as high as its lines need, leaving room for the paper below."""
        lines = self._lines
        lines.activate()
        wraps = lines.hasHeightForWidth() and self._inner.width() > 0
        whole = (lines.totalHeightForWidth(self._inner.width()) if wraps else lines.totalSizeHint().height()) + 36
        self.setMinimumHeight(0 if tall else min(LOW, whole))
        self.setMaximumHeight(HIGHEST if tall else min(LOW, whole))

    def show_draft(self, draft: ActDraft) -> None:
        """Refusals first, each with its article; then each missing field as a link to it."""
        clear(self._lines)
        for one in draft.against:
            self._put(label(one.words, "stop", name="act.against", wrap=True))
            self._put(label(one.basis, "small", wrap=True))
        if draft.missing:
            words = tr("Case review: {count} still missing", count=len(draft.missing))
            self._put(label(words, "section", name="act.missing"))
        for item in draft.missing:
            link = Link(item.words, name=f"missing.{item.field}")
            link.setToolTip(item.basis)
            link.setAccessibleDescription(item.basis)
            link.clicked.connect(self._goer(item.field))
            self._put(link)
        if not draft.missing and not draft.against:
            self._put(label(tr("Case review: nothing is missing"), "second", name="act.complete", wrap=True))
        self._lines.addStretch(1)

    def _put(self, line: QWidget) -> None:
        self._lines.addWidget(line)
        line.setVisible(True)  # Qt would show it at the next turn, and until then it has no height

    def _goer(self, field: str) -> Callable[[], None]:
        return lambda: self.wanted.emit(field)


class PreviewCard(Card):
    """The paper as it stands, marked as a draft."""

    def __init__(self) -> None:
        super().__init__(name=tr("The paper as it will be"))
        self.setMinimumHeight(160)
        self._words = label(tr("The paper appears here as it is written."), "second", name="act.nopaper", wrap=True)
        self._pages = Pages("act.page")
        self.body.addWidget(self._words)
        self._area = scrolled(self._pages)
        self.body.addWidget(self._area, 1)

    def set_framed(self, framed: bool) -> None:
        """A card of its own, or flat where it stands in one already."""
        name = "cardFrame" if framed else "innerPlain"
        if self.objectName() != name:
            self.setObjectName(name)
            margin = 16 if framed else 0
            self.body.setContentsMargins(margin, margin, margin, margin)
            self.style().unpolish(self)
            self.style().polish(self)

    def show_made(self, made: object) -> None:
        """Pages, or the error in words why there are none yet."""
        if isinstance(made, tuple):
            self._words.setVisible(False)
            self._pages.show_pages(made)
        elif isinstance(made, Exception):
            self._words.setText(words_of(made).what)
            self._words.setVisible(True)
