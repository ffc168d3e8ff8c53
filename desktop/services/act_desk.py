"""A case and where it stands, as every use case of the ordinary procedure needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from desktop.services.act_shapes import AgainstView
from desktop.services.desk import Desk
from enforcement.casefile import CaseFile, fold_case
from enforcement.procedure.checks import Refusal
from enforcement.procedure.engine import Person
from enforcement.procedure.position import Position, situation_of
from enforcement.values.errors import KnownError


@dataclass(frozen=True)
class Standing:
    """A folded case and its position now."""

    case: CaseFile
    position: Position


def standing_of(session: Session, desk: Desk, case_id: UUID, at: datetime | None = None) -> Standing:
    """Raises KnownError(input.invalid) for no such case, (procedure.not_allowed) for one of the summary procedure."""
    case = fold_case(case_id, desk.journal.entries(session, case_id))
    if case.opened_at is None:
        raise KnownError("input.invalid", field="case", why="no such case on this device")
    if case.procedure != "ordinary":
        raise KnownError("procedure.not_allowed", why="it is a decision on the spot", basis="行政处罚法第五十一条")
    return Standing(case, position_of(desk, case, at))


def position_of(desk: Desk, case: CaseFile, at: datetime | None = None) -> Position:
    """Where a folded case stands, now unless said otherwise."""
    return Position(case.track, situation_of(case), at or desk.clock.now(), desk.deadlines, desk.agency.calendar)


def person_of(desk: Desk, number: str) -> Person:
    """Somebody of the roster with their roles; whether their certificate holds is asked when they sign."""
    return Person(number, frozenset(desk.agency.person(number).roles))


def against(refusals: tuple[Refusal, ...]) -> tuple[AgainstView, ...]:
    """Refusals for the window, each once."""
    return tuple(dict.fromkeys(AgainstView(one.words, one.basis) for one in refusals))
