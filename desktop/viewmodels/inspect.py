"""The Inspect place: the list, one inspection, and every act in it; each answer is kept as it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Signal

from desktop.services.changes import Done, T
from desktop.services.office import Office
from desktop.services.prints import Ref
from desktop.services.shapes import Draft, PartyView
from desktop.services.visit_shapes import (
    AnswerState,
    CapView,
    DrawView,
    Lead,
    VisitChoices,
    VisitDetail,
    VisitLine,
    VisitView,
)
from desktop.viewmodels.base import ViewModel
from desktop.work import Work
from enforcement.values.clock import LOCAL
from enforcement.values.places import Place

PAGE = 100
CLOSE_OF_DAY = 18
"""The hour at which a time to correct ends on its last day."""


@dataclass(frozen=True)
class InspectPage:
    """The list, and how many wait for approval."""

    lines: tuple[VisitLine, ...]
    waiting: int


class InspectModel(ViewModel[InspectPage]):
    """`detail(VisitDetail)`, `begun(UUID)` when an inspection goes on, `plan_for(PartyView)` when one has to be planned first,
    `pdf((visit, index, bytes))`, `taken(Draft)` when a finding became an on-the-spot page.
    """

    kinds = frozenset({"visits", "cases", "review", "queue"})
    detail = Signal(object)
    begun = Signal(object)
    plan_for = Signal(object)
    planned = Signal(object)
    pdf = Signal(object)
    taken = Signal(object)
    closed = Signal(object)
    unknown_code = Signal(str)

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__(office, work)
        self.visits = office.visits
        self.chosen: UUID | None = None
        self.query, self.view, self._limit = "", "all", PAGE
        self._asked_parties = 0
        self.loaded.connect(lambda _: self.show(self.chosen))

    def fetch(self) -> InspectPage:
        view: VisitView = self.view  # type: ignore[assignment]
        return InspectPage(self.visits.lines(self.query, view, 0, self._limit), self.visits.waiting())

    def search(self, query: str) -> None:
        self.query, self._limit = query, PAGE
        self.reload()

    def look_at(self, view: VisitView) -> None:
        self.view, self._limit = view, PAGE
        self.reload()

    def more(self) -> None:
        if self.page is not None and len(self.page.lines) >= self._limit:
            self._limit = len(self.page.lines) + PAGE
            self.reload()

    def show(self, visit_id: UUID | None) -> None:
        """Fetch one; the newest choice counts."""
        self.chosen = visit_id
        if visit_id is not None:
            self.work.store(lambda: self.visits.detail(visit_id), self._arrived_detail, self.failed.emit)

    def choices(self, done: Callable[[VisitChoices], object]) -> None:
        self.work.store(self.visits.choices, done, self.failed.emit)

    # beginning

    def find_places(self, query: str, done: Callable[[tuple[Place, ...]], object]) -> None:
        """Look up off the interface thread; whoever asks drops an answer to words that were typed over."""
        self.work.store(lambda: self.office.find_places(query), done, self.failed.emit)

    def find_parties(self, query: str, done: Callable[[tuple[PartyView, ...]], object]) -> None:
        self._asked_parties += 1
        number = self._asked_parties

        def give(found: tuple[PartyView, ...]) -> None:
            if number == self._asked_parties:
                done(found)

        self.work.store(lambda: self.office.find_parties(query), give, self.failed.emit)

    def find_code(self, text: str) -> None:
        """What a scanner gave: a credit code, or an address with one."""

        def give(found: PartyView | None) -> None:
            if found is None:
                self.unknown_code.emit(text)
            else:
                self.start(found)

        self.work.store(lambda: self.visits.party_by_code(text), give, self.failed.emit)

    def start(self, party: PartyView) -> None:
        """Go on with this party's inspection, or plan one."""

        def give(visit_id: UUID | None) -> None:
            if visit_id is None:
                self.plan_for.emit(party)
            else:
                self.begin(visit_id)

        self.work.store(lambda: self.visits.ready(party.party_id), give, self.failed.emit)

    def add_party(self, name: str, kind: str, code: str, address: str, representative: str, phone: str) -> None:
        def add() -> Done[PartyView]:
            return self.office.add_party(
                name=name, kind=kind, code=code, address=address, representative=representative, phone=phone
            )

        self.act(add, self.start)

    def begin(self, visit_id: UUID) -> None:
        self.act(lambda: self.visits.begin(visit_id), lambda _: self._go_on(visit_id))

    def cap(self, party_id: str, trigger: str, done: Callable[[CapView], object]) -> None:
        self.work.store(lambda: self.visits.cap(party_id, trigger), done, self.failed.emit)

    def plan(
        self,
        *,
        party_id: str,
        place: str,
        trigger: str,
        source: str,
        lists: Sequence[str],
        partner: str,
        planned_at: datetime | None,
        helpers: int,
        urgent: str,
    ) -> None:
        def ask() -> Done[UUID]:
            return self.visits.plan(
                party_id=party_id,
                place=place,
                trigger=trigger,
                source=source,
                lists=lists,
                partner=partner,
                planned_at=planned_at,
                helpers=helpers,
                urgent=urgent,
            )

        self.act(ask, lambda visit_id: self.begin(visit_id) if urgent else self.planned.emit(visit_id))

    def decide(self, approved: bool, words: str = "") -> None:
        self._on(lambda visit: self.visits.decide(visit, approved, words))

    # on site

    def shown(self, present: str, confirmed: bool, recusal: bool = False) -> None:
        self._on(lambda visit: self.visits.show_certificates(visit, present, confirmed, recusal))

    def noticed(self, to: str, signed: bool) -> None:
        self._on(lambda visit: self.visits.serve_notice(visit, to, signed))

    def joined(self, body: str, who: str) -> None:
        self._on(lambda visit: self.visits.join_units(visit, [(body, who)]))

    def answer(self, item: str, answer: AnswerState, words: str = "", value: str = "") -> None:
        self._on(lambda visit: self.visits.answer(visit, item, answer, words, value))

    def answer_rest(self) -> None:
        self._on(self.visits.answer_rest)

    def attach(self, item: str, paths: Sequence[Path]) -> None:
        for path in paths:
            self._attach(item, path)

    def _attach(self, item: str, path: Path) -> None:
        self._on(lambda visit: self.visits.attach(visit, item, path))

    def lead(self, item: str, lead: Lead, correction: str = "", days: int | None = None, to: str = "") -> None:
        """`days` to correct are natural days; the time ends at the close of the last of them."""
        until = None
        if days is not None:
            last = self.office.today_is() + timedelta(days=days)
            until = datetime(last.year, last.month, last.day, CLOSE_OF_DAY, tzinfo=LOCAL)
        self._on(lambda visit: self.visits.lead(visit, item, lead, correction, until, to))

    def obstructed(self, words: str, witness: str) -> None:
        self._on(lambda visit: self.visits.obstruct(visit, words, witness))

    # the end

    def conclude(
        self, checked: str, told: str, number: str, password: str, failed: Callable[[Exception], object]
    ) -> None:
        if (visit := self.chosen) is not None:
            self.act(
                lambda: self.visits.conclude(visit, checked, told, number, password),
                lambda _: self.closed.emit(visit),
                failed,
            )

    def tell(self, to: str, words: str) -> None:
        self._on(lambda visit: self.visits.tell(visit, to, words))

    def recheck(self) -> None:
        if (visit := self.chosen) is not None:
            self.act(lambda: self.visits.recheck(visit), self.planned.emit)

    def take(self, item: str) -> None:
        """A finding becomes an on-the-spot page."""

        def taken(draft: Draft) -> None:
            self.taken.emit(draft)

        if (visit := self.chosen) is not None:
            self.act(lambda: self.visits.to_on_spot(visit, item), taken)

    def ask_pdf(self, index: int) -> None:
        if (visit := self.chosen) is not None:
            self.work.store(
                lambda: self.visits.paper_pdf(visit, index),
                lambda data: self.pdf.emit((visit, index, data)),
                self.failed.emit,
            )

    def printed(self, ref: Ref, way: str) -> None:
        """A document went to a printer or into a file."""
        self.act(lambda: self.office.prints.record(ref, way, 1))  # type: ignore[arg-type]  # one of its ways

    # drawing lots

    def draws(self, done: Callable[[tuple[DrawView, ...]], object]) -> None:
        self.work.store(self.visits.draws, done, self.failed.emit)

    def commit_draw(
        self,
        title: str,
        seed: str,
        classes: Path | None,
        shares: Sequence[tuple[str, int]],
        lists: Sequence[str],
        done: Callable[[UUID], object],
        failed: Callable[[Exception], object],
    ) -> None:
        self.act(lambda: self.visits.commit_draw(title, seed, classes, shares, lists), done, failed)

    def reveal_draw(
        self,
        draw_id: UUID,
        seed: str,
        planned_at: datetime,
        done: Callable[[tuple[UUID, ...]], object],
        failed: Callable[[Exception], object],
    ) -> None:
        self.act(lambda: self.visits.reveal_draw(draw_id, seed, planned_at), done, failed)

    def _on(self, run: Callable[[UUID], Done[T]]) -> None:
        """An act in the chosen inspection; the page follows by the change it makes, and shows what stands when it was refused."""
        if (visit := self.chosen) is not None:
            self.act(lambda: run(visit), None, self._refused)

    def _refused(self, error: Exception) -> None:
        self.failed.emit(error)
        self.show(self.chosen)

    def _go_on(self, visit_id: UUID) -> None:
        self.show(visit_id)
        self.begun.emit(visit_id)

    def _arrived_detail(self, found: VisitDetail) -> None:
        if found.line.visit_id == self.chosen:
            self.detail.emit(found)
