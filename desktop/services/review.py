"""The supervisor's desk: what waits, approve, send back."""

from __future__ import annotations

from uuid import UUID

from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from enforcement.casefile import fold_case
from enforcement.journal.acts import ReviewAnswered, ReviewApproved, ReviewReturned
from enforcement.values.errors import KnownError


def approve(desk: Desk, case_id: UUID) -> Done[None]:
    """Put the decision on record (备案); raises KnownError(certificate.wrong_kind) for anybody but a supervisor."""
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        if case.decision is None or case.status not in ("issued", "answered"):
            raise KnownError("procedure.not_allowed", why="nothing waits for approval", basis="行政处罚法第五十二条")
        desk.append(session, case_id, ReviewApproved(decision=case.decision.entry, shown=shown))
    return done(None, "review", "cases", "queue")


def send_back(desk: Desk, case_id: UUID, words: str) -> Done[None]:
    """Send back with words."""
    words = require_text(words, "words")
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        if case.decision is None or case.status not in ("issued", "answered"):
            raise KnownError("procedure.not_allowed", why="nothing waits for approval", basis="行政处罚法第五十二条")
        desk.append(session, case_id, ReviewReturned(decision=case.decision.entry, words=words, shown=shown))
    return done(None, "review", "cases", "queue")


def answer(desk: Desk, case_id: UUID, words: str) -> Done[None]:
    """The officer's answer to what came back."""
    words = require_text(words, "words")
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        if case.status != "returned":
            raise KnownError("procedure.not_allowed", why="nothing was sent back", basis="行政处罚法第五十二条")
        desk.append(session, case_id, ReviewAnswered(words=words))
    return done(None, "cases", "queue")
