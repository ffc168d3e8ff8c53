"""Two entries that exclude each other, written on devices that were apart: shown, and settled by a supervisor with a reason."""

from __future__ import annotations

from uuid import UUID

from desktop.services.case_shapes import ConflictView, SideView
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from desktop.services.timeline import words_for
from enforcement.casefile import CaseFile, fold_case
from enforcement.journal import Entry
from enforcement.journal.acts import ConflictSettled, DecisionIssued
from enforcement.journal.procedure_acts import ActDone
from enforcement.values.errors import KnownError

BASIS = "行政处罚法第二十九条"


def settle(desk: Desk, case_id: UUID, stands: bytes, falls: bytes, words: str) -> Done[None]:
    """`stands` and `falls` are the entries of a conflict that is open. Raises KnownError(certificate.wrong_kind) for anybody but a
    supervisor, (procedure.not_allowed) when it was settled meanwhile.
    """
    words = require_text(words, "words")
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        if {stands, falls} not in [set(pair) for pair in case.conflicts]:
            raise KnownError("procedure.not_allowed", why="no such conflict is open", basis=BASIS)
        desk.append(session, case_id, ConflictSettled(stands=stands, falls=falls, words=words, shown=shown))
    return done(None, "review", "cases", "queue")


def conflicts_of(desk: Desk, case: CaseFile) -> tuple[ConflictView, ...]:
    """What is open in a case, in the order of the record."""
    entries = {line.entry.hash: line.entry for line in case.lines}
    return tuple(
        ConflictView(_side(desk, entries[stands]), _side(desk, entries[falls])) for stands, falls in case.conflicts
    )


def _side(desk: Desk, entry: Entry) -> SideView:
    person = desk.agency.index.roster.person(entry.certificate)
    device = desk.agency.index.roster.device_info(entry.device)
    return SideView(
        entry=entry.hash,
        words=words_for(entry, desk.procedure.label_of),
        who=person.name if person else entry.certificate,
        device=device.label if device is not None else "",
        at=entry.at,
        number=_number(entry),
    )


def _number(entry: Entry) -> str:
    body = entry.body
    if isinstance(body, DecisionIssued):
        return body.number
    return body.paper.number if isinstance(body, ActDone) and body.paper is not None else ""
