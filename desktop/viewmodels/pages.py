"""The viewmodels of places that show a page and do a few things with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from PySide6.QtCore import Signal

from desktop.services.act_shapes import PaperLine, TurnRow
from desktop.services.issued import PrintWay
from desktop.services.office import Office
from desktop.services.prints import Ref
from desktop.services.shapes import (
    Assessment,
    AuthorityView,
    CaseDetail,
    CaseRow,
    ChangeRow,
    EditionRow,
    PersonView,
    ProofRow,
    SettingsView,
    StripState,
    TodayPage,
    ViolationRow,
)
from desktop.services.sync_shapes import DeviceRow, PutAside, SyncPage
from desktop.viewmodels.acts import ProcedureModel
from desktop.viewmodels.articles import ArticlesModel
from desktop.viewmodels.base import ViewModel
from desktop.work import Work
from enforcement.notices.signatures import Role
from enforcement.rules import FactSpec, FactValue, Violation

PAGE = 100
"""Lines that a list fetches at a time."""


class StripModel(ViewModel[StripState]):
    """The strip."""

    kinds = frozenset({"queue", "cases", "authority", "session", "review"})

    def fetch(self) -> StripState:
        return self.office.strip()


class TodayModel(ViewModel[TodayPage]):
    """Today."""

    kinds = frozenset({"cases", "drafts", "queue", "authority", "review", "visits"})

    def fetch(self) -> TodayPage:
        return self.office.today()


Paper = tuple[UUID, bytes]
"""A paper of an ordinary case: the case, and the entry that issued it."""


class CasesModel(ViewModel[tuple[CaseRow | PaperLine, ...]]):
    """Cases, or with `documents` notices and papers, the latest first; one of them in detail. `detail(CaseDetail)`, `paper(Paper)`."""

    kinds = frozenset({"cases", "queue", "review"})
    detail = Signal(object)
    pdf = Signal(object)
    paper = Signal(object)

    def __init__(self, office: Office, work: Work, *, documents: bool = False) -> None:
        super().__init__(office, work)
        self._documents, self._query, self._limit = documents, "", PAGE
        self.chosen: UUID | Paper | None = None
        self.procedure = ProcedureModel(office, work)
        self.procedure.failed.connect(self.failed.emit)
        self._searching = False
        self.loaded.connect(self._came)

    def fetch(self) -> tuple[CaseRow | PaperLine, ...]:
        query, limit = self._query, self._limit
        if not self._documents:
            return self.office.cases(query, 0, limit)
        notices, papers = self.office.documents(query, 0, limit), self.office.acts.papers(query, 0, limit)
        found: list[CaseRow | PaperLine] = [*notices, *papers]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:limit])

    def search(self, query: str) -> None:
        self._query, self._limit, self._searching = query, PAGE, True
        self.reload()

    def more(self) -> None:
        """The end of the list came into sight."""
        if self.page is not None and len(self.page) >= self._limit:
            self._limit, self._searching = len(self.page) + PAGE, True
            self.reload()

    def _came(self, _: object) -> None:
        """Other lines of the same record leave the case beside them as it is; a changed record does not."""
        if not self._searching:
            self.show_detail(self.chosen)
        self._searching = False

    def show_detail(self, case_id: UUID | Paper | None) -> None:
        self.chosen = case_id
        if isinstance(case_id, tuple):
            self.paper.emit(case_id)
        elif case_id is not None:
            self.work.store(lambda: self.office.case(case_id), self._detail, self.failed.emit)

    def ask_pdf(self, case_id: UUID) -> None:
        self.work.store(
            lambda: self.office.notice_pdf(case_id), lambda data: self.pdf.emit((case_id, data)), self.failed.emit
        )

    def printed(self, case_id: UUID, way: PrintWay, target: str, copies: int = 1) -> None:
        self.act(lambda: self.office.record_print(case_id, way, target, copies))

    def printed_ref(self, ref: Ref, way: str, copies: int) -> None:
        """One of several that were printed together."""
        self.act(lambda: self.office.prints.record(ref, way, copies))  # type: ignore[arg-type]  # one of its ways

    def sign(self, case_id: UUID, role: Role, name: str, strokes: bytes, refused: str) -> None:
        self.act(lambda: self.office.sign_notice(case_id, role, name, strokes, refused))

    def delivered(self, case_id: UUID, outcome: Literal["signed", "refused"], words: str) -> None:
        self.act(lambda: self.office.record_delivery(case_id, outcome, words))

    def void(self, case_id: UUID, words: str) -> None:
        self.act(lambda: self.office.void_notice(case_id, words))

    def answer(self, case_id: UUID, words: str) -> None:
        self.act(lambda: self.office.answer_return(case_id, words))

    def _detail(self, found: CaseDetail) -> None:
        if found.row.case_id == self.chosen:
            self.detail.emit(found)


class RulerModel(ViewModel[tuple[ViolationRow, ...]]):
    """The table, to be read and tried."""

    kinds = frozenset({"authority"})

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__(office, work)
        self._query = ""
        self.articles = ArticlesModel(office, work)
        self.articles.failed.connect(self.failed.emit)

    def fetch(self) -> tuple[ViolationRow, ...]:
        return self.office.find_violations(self._query)

    def search(self, query: str) -> None:
        self._query = query
        self.reload()

    def violation(self, violation_id: str) -> Violation:
        return self.office.violation_detail(violation_id)

    def specs(self, violation_id: str) -> tuple[FactSpec, ...]:
        return self.office.fact_specs(violation_id)

    def try_out(
        self,
        violation_id: str,
        facts: Mapping[str, FactValue],
        party_kind: str,
        acted_on: date | None,
        decided_on: date | None,
    ) -> Assessment:
        return self.office.try_out(violation_id, facts, party_kind, acted_on, decided_on)

    def proof(self, violation_id: str, day: date) -> ProofRow | None:
        """In memory."""
        return self.office.proof(violation_id, day)

    def editions(self) -> tuple[EditionRow, ...]:
        """In memory."""
        return self.office.editions()

    def compare(
        self, older: bytes, newer: bytes, violation: str, done: Callable[[tuple[ChangeRow, ...]], object]
    ) -> None:
        """A second of work; on a worker that nothing else waits for."""
        self.work.net(lambda: self.office.compare_editions(older, newer, violation), done, self.failed.emit)

    def today(self) -> date:
        """The device's day."""
        return self.office.today_is()


class SyncModel(ViewModel[SyncPage]):
    """The queue."""

    kinds = frozenset({"queue", "cases", "devices"})
    wanted = Signal()
    writing = Signal(object)
    reading = Signal(object)
    carried = Signal(object)
    """`writing` and `reading`: a folder for the courier; `carried`: what came of it, or the error."""

    def fetch(self) -> SyncPage:
        return self.office.sync_page()

    def retry(self, item_id: bytes) -> None:
        self.act(lambda: self.office.retry(item_id), lambda _: self.wanted.emit())

    def acknowledge(self, words: str) -> None:
        """A supervisor's word on the relay's log."""
        self.act(lambda: self.office.acknowledge_relay(words), lambda _: self.wanted.emit())

    def now(self) -> None:
        self.wanted.emit()


@dataclass(frozen=True)
class CertificatesPage:
    """Mine, my colleagues', the agency's data."""

    mine: PersonView
    people: tuple[PersonView, ...]
    authority: AuthorityView


class CertificatesModel(ViewModel[CertificatesPage]):
    """Certificates."""

    kinds = frozenset({"authority", "session"})

    def fetch(self) -> CertificatesPage:
        mine = self.office.strip().person
        return CertificatesPage(mine, self.office.people(), self.office.authority())


@dataclass(frozen=True)
class ReviewPage:
    """What waits, and the devices."""

    rows: tuple[CaseRow, ...]
    devices: tuple[DeviceRow, ...]
    turns: tuple[TurnRow, ...] = ()
    put_aside: tuple[PutAside, ...] = ()


class ReviewModel(ViewModel[ReviewPage]):
    """The desk of the head and of the legality reviewer. Who only reviews sees the cases whose turn it is, and no devices."""

    kinds = frozenset({"review", "cases", "devices"})
    detail = Signal(object)

    def __init__(self, office: Office, work: Work, *, supervisor: bool = True) -> None:
        super().__init__(office, work)
        self.chosen: UUID | None = None
        self.supervisor = supervisor
        self.procedure = ProcedureModel(office, work)
        self.procedure.failed.connect(self.failed.emit)
        self.articles = ArticlesModel(office, work)
        self.articles.failed.connect(self.failed.emit)

    def decide_deviation(self, allowed: bool, words: str) -> None:
        if (case_id := self.chosen) is not None:
            self.act(lambda: self.office.decide_deviation(case_id, allowed, words))

    def fetch(self) -> ReviewPage:
        turns = self.office.acts.turns()
        if not self.supervisor:
            return ReviewPage((), (), turns)
        rows = self.office.review_list()
        listed = {one.case_id for one in rows}
        mine = tuple(one for one in turns if one.case_id not in listed)
        return ReviewPage(rows, self.office.devices(), mine, self.office.put_aside())

    def show_detail(self, case_id: UUID) -> None:
        self.chosen = case_id
        self.work.store(lambda: self.office.case(case_id), self._detail, self.failed.emit)

    def approve(self) -> None:
        if (case_id := self.chosen) is not None:
            self.act(lambda: self.office.approve(case_id))

    def send_back(self, words: str) -> None:
        if (case_id := self.chosen) is not None:
            self.act(lambda: self.office.send_back(case_id, words))

    def ask_device_again(self, device: UUID) -> None:
        self.act(lambda: self.office.ask_device_again(device))

    def report_device_lost(self, device: UUID, words: str) -> None:
        self.act(lambda: self.office.report_device_lost(device, words))

    def settle(self, stands: bytes, falls: bytes, words: str) -> None:
        """Which of two entries that exclude each other counts."""
        if (case_id := self.chosen) is not None:
            self.act(lambda: self.office.settle(case_id, stands, falls, words))

    def _detail(self, found: CaseDetail) -> None:
        if found.row.case_id == self.chosen:
            self.detail.emit(found)


class SettingsModel(ViewModel[SettingsView]):
    """Settings."""

    kinds = frozenset({"settings"})
    restyle = Signal()

    def fetch(self) -> SettingsView:
        return self.office.settings()

    def change(self, **changes: str | bool) -> None:
        self.act(lambda: self.office.change_settings(**changes), lambda _: self.restyle.emit())
