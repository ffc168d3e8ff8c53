"""The inspections of a signed-in person: one door, each method a line into the use case that does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from desktop.services import visit_draws, visit_end, visiting, visits
from desktop.services.changes import Done
from desktop.services.desk import Desk
from desktop.services.drafts import party_view
from desktop.services.shapes import Draft, PartyView
from desktop.services.visit_data import caps, checklists
from desktop.services.visit_shapes import (
    AnswerState,
    CapView,
    CaseSeed,
    DrawView,
    Lead,
    ListChoice,
    TriggerChoice,
    VisitChoices,
    VisitDetail,
    VisitLine,
    VisitView,
)
from desktop.store.parties import find_parties


class Visits:
    """Implements `desktop.services.visit_office.VisitOffice`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def lines(
        self, query: str = "", view: VisitView = "all", offset: int = 0, limit: int = 200
    ) -> tuple[VisitLine, ...]:
        with self.desk.database.read() as session:
            return visits.lines(session, self.desk, query, view, offset, limit)

    def detail(self, visit_id: UUID) -> VisitDetail:
        with self.desk.database.read() as session:
            return visits.detail(session, self.desk, visit_id)

    def choices(self) -> VisitChoices:
        table, now = caps(), self.desk.clock.now()
        others = [slot.number for slot in self.desk.keys.slots if slot.number != self.desk.number]
        people = (self.desk.agency.person_view(number, now, True) for number in others)
        return VisitChoices(
            triggers=tuple(
                TriggerChoice(one.id, one.label, table.labels.get(one.type, one.type), one.urgent, one.exempt)
                for one in table.triggers
                if one.by_hand
            ),
            lists=tuple(ListChoice(one.id, one.title, one.version, len(one.items)) for one, _ in checklists().values()),
            partners=tuple(one for one in people if "officer" in one.roles),
        )

    def cap(self, party_id: str, trigger: str) -> CapView:
        with self.desk.database.read() as session:
            found = visits.cap_of(session, self.desk, party_id, trigger, self.desk.today())
        return CapView(found.state, found.times, found.cap, found.words, found.source)

    def party_by_code(self, text: str) -> PartyView | None:
        code = visits.code_in(text)
        if not code:
            return None
        with self.desk.database.read() as session:
            found = [one for one in find_parties(session, code, 5) if one.code == code]
        return party_view(found[0]) if found else None

    def ready(self, party_id: str) -> UUID | None:
        with self.desk.database.read() as session:
            return visits.ready(session, self.desk, party_id)

    def waiting(self) -> int:
        with self.desk.database.read() as session:
            return visits.to_approve(session, self.desk)

    def plan(
        self,
        *,
        party_id: str,
        place: str,
        trigger: str,
        source: str,
        lists: Sequence[str],
        partner: str,
        planned_at: datetime | None = None,
        helpers: int = 0,
        urgent: str = "",
    ) -> Done[UUID]:
        return visiting.plan(
            self.desk,
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

    def decide(self, visit_id: UUID, approved: bool, words: str = "") -> Done[None]:
        return visiting.decide(self.desk, visit_id, approved, words)

    def decide_here(self, visit_id: UUID, number: str, password: str, approved: bool, words: str = "") -> Done[None]:
        return visiting.decide_here(self.desk, visit_id, number, password, approved, words)

    def begin(self, visit_id: UUID) -> Done[None]:
        return visiting.begin(self.desk, visit_id)

    def show_certificates(self, visit_id: UUID, present: str, confirmed: bool, recusal: bool) -> Done[None]:
        return visiting.show_certificates(self.desk, visit_id, present, confirmed, recusal)

    def serve_notice(self, visit_id: UUID, to: str, signed: bool) -> Done[None]:
        return visiting.serve_notice(self.desk, visit_id, to, signed)

    def join_units(self, visit_id: UUID, units: Sequence[tuple[str, str]]) -> Done[None]:
        return visiting.join_units(self.desk, visit_id, units)

    def answer(self, visit_id: UUID, item: str, answer: AnswerState, words: str = "", value: str = "") -> Done[None]:
        return visiting.answer(self.desk, visit_id, item, answer, words, value)

    def answer_rest(self, visit_id: UUID) -> Done[int]:
        return visiting.answer_rest(self.desk, visit_id)

    def attach(self, visit_id: UUID, item: str, path: Path) -> Done[None]:
        return visiting.attach(self.desk, visit_id, item, path)

    def lead(
        self, visit_id: UUID, item: str, lead: Lead, correction: str = "", until: datetime | None = None, to: str = ""
    ) -> Done[None]:
        return visiting.lead(self.desk, visit_id, item, lead, correction, until, to)

    def obstruct(self, visit_id: UUID, words: str, witness: str) -> Done[None]:
        return visiting.obstruct(self.desk, visit_id, words, witness)

    def conclude(self, visit_id: UUID, checked: str, told: str, number: str, password: str) -> Done[None]:
        return visit_end.conclude(self.desk, visit_id, checked, told, number, password)

    def tell(self, visit_id: UUID, to: str, words: str) -> Done[None]:
        return visit_end.tell(self.desk, visit_id, to, words)

    def paper_pdf(self, visit_id: UUID, index: int) -> bytes:
        return visit_end.paper_pdf(self.desk, visit_id, index)

    def recheck(self, visit_id: UUID) -> Done[UUID]:
        return visit_end.recheck(self.desk, visit_id)

    def to_on_spot(self, visit_id: UUID, item: str) -> Done[Draft]:
        return visit_end.to_on_spot(self.desk, visit_id, item)

    def to_case(self, visit_id: UUID, item: str) -> CaseSeed:
        return visit_end.to_case(self.desk, visit_id, item)

    def draws(self) -> tuple[DrawView, ...]:
        with self.desk.database.read() as session:
            return visit_draws.draws(session)

    def commit_draw(
        self, title: str, seed: str, classes: Path | None, shares: Sequence[tuple[str, int]], lists: Sequence[str]
    ) -> Done[UUID]:
        return visit_draws.commit(self.desk, title, seed, classes, shares, lists)

    def reveal_draw(self, draw_id: UUID, seed: str, planned_at: datetime) -> Done[tuple[UUID, ...]]:
        return visit_draws.reveal(self.desk, draw_id, seed, planned_at)
