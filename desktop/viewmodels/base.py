"""The base of every viewmodel: loads its page off the interface thread, again when a kind that it shows has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.services.changes import ChangedKind, Changes, Done
from desktop.services.office import Office
from desktop.work import Work

T = TypeVar("T")
P = TypeVar("P")


class ViewModel(QObject, Generic[P]):
    """`loaded(page)` after each load; `failed(Exception)` for what a person must hear."""

    loaded = Signal(object)
    failed = Signal(object)
    kinds: frozenset[ChangedKind] = frozenset()

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__()
        self.office, self.work = office, work
        self.page: P | None = None
        self._active = False
        self._asked = 0
        work.changed.connect(self._changed)

    def fetch(self) -> P:
        """The page; runs on the store's worker."""
        raise NotImplementedError

    def activate(self) -> None:
        """The place is being looked at: load now and whenever something changes."""
        self._active = True
        self.reload()

    def reload(self) -> None:
        """Fetch the page again; only the newest answer counts."""
        self._asked += 1
        number = self._asked
        self.work.store(self.fetch, lambda page: self._arrived(number, page), self.failed.emit)

    def act(
        self,
        run: Callable[[], Done[T]],
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do something on the store's worker."""
        self.work.act(run, done, failed or self.failed.emit)

    def _arrived(self, number: int, page: P) -> None:
        if number == self._asked:
            self.page = page
            self.loaded.emit(page)

    def _changed(self, changes: object) -> None:
        if self._active and isinstance(changes, Changes) and changes.kinds & self.kinds:
            self.reload()
