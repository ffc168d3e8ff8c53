"""Parties in the window."""

from __future__ import annotations

from PySide6.QtCore import Signal

from desktop.services.office import Office
from desktop.services.party_history import PartyHistory, PartyLine
from desktop.viewmodels.base import ViewModel
from desktop.viewmodels.pages import PAGE
from desktop.work import Work


class PartiesModel(ViewModel[tuple[PartyLine, ...]]):
    """The list; `detail(PartyHistory)` of the one that is chosen."""

    kinds = frozenset({"parties", "cases", "authority"})
    detail = Signal(object)

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__(office, work)
        self._query, self._limit = "", PAGE
        self._searching = False
        self.chosen = ""
        self.loaded.connect(self._came)

    def fetch(self) -> tuple[PartyLine, ...]:
        return self.office.parties.find(self._query, 0, self._limit)

    def search(self, query: str) -> None:
        self._query, self._limit, self._searching = query, PAGE, True
        self.reload()

    def more(self) -> None:
        """The end of the list came into sight."""
        if self.page is not None and len(self.page) >= self._limit:
            self._limit, self._searching = len(self.page) + PAGE, True
            self.reload()

    def show_detail(self, party_id: object) -> None:
        self.chosen = party_id if isinstance(party_id, str) else ""
        chosen = self.chosen
        if chosen:
            self.work.store(lambda: self.office.parties.history(chosen), self._detail, self.failed.emit)

    def _came(self, _: object) -> None:
        """Other lines of the same record leave the party beside them as it is; a changed record does not."""
        if not self._searching:
            self.show_detail(self.chosen)
        self._searching = False

    def _detail(self, found: PartyHistory) -> None:
        if found.party.party_id == self.chosen:
            self.detail.emit(found)
