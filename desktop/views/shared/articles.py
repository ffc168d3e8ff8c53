"""An article opened: its number, the version in force, our summary, and the official text where the agency has published it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import ArticleView
from desktop.views.shared.basics import button, chip, label, row, scrolled

WIDTH, HEIGHT = 620, 460


class ArticleDialog(QDialog):
    """The articles behind one reason."""

    def __init__(self, parent: QWidget, basis: str, found: Sequence[ArticleView]) -> None:
        super().__init__(parent)
        self.setObjectName("article")
        self.setWindowTitle(basis)
        self.resize(WIDTH, HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(12)
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 8, 0)
        body.setSpacing(8)
        for one in found:
            self._article(body, one)
        if not found:
            body.addWidget(label(tr("This reason rests on the table itself."), "second", wrap=True))
        body.addStretch(1)
        layout.addWidget(scrolled(inner), 1)
        layout.addLayout(row(1, button(tr("Close"), "primary", name="article.close", key="Escape", run=self.accept)))

    def _article(self, body: QVBoxLayout, one: ArticleView) -> None:
        title = label(f"《{one.title}》{one.article}{one.place}", "strong", name="article.title", wrap=True)
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body.addWidget(title)
        if one.version:
            until = tr("until {day}", day=str(one.valid_to)) if one.valid_to else tr("in force")
            words = tr("Version {version}, from {day}", version=one.version, day=str(one.valid_from))
            body.addLayout(row(chip(until, "quiet" if one.valid_to else "sealed"), label(words, "second"), 1))
        summary = one.summary or tr("No summary of this article is held here.")
        text = label(summary, "" if one.summary else "second", name="article.summary", wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body.addWidget(text)
        if one.text:
            body.addWidget(label(tr("Official text, as the agency holds it"), "section"))
            official = label(one.text, name="article.text", wrap=True)
            official.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            body.addWidget(official)
        if one.source:
            body.addWidget(label(one.source, "small", wrap=True))
        body.addSpacing(8)
