"""Articles asked for by whoever shows a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal

from desktop.services.office import Office
from desktop.services.shapes import ArticleView
from desktop.work import Work


class ArticlesModel(QObject):
    """`failed(Exception)`; the articles go to who asked."""

    failed = Signal(object)

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__()
        self.office, self.work = office, work

    def open(self, basis: str, day: date, done: Callable[[tuple[ArticleView, ...]], object]) -> None:
        """The articles that a basis cites, as they stood that day."""
        self.work.store(lambda: self.office.articles(basis, day), done, self.failed.emit)
