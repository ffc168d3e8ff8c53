"""Outside the band: asked for with the reason, allowed or refused by a supervisor, on this device or on their own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from desktop.services import ruler
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, local, require_text
from desktop.services.drafts import DraftData, load_draft, view
from desktop.services.shapes import Draft
from enforcement.casefile import CaseFile, fold_case
from enforcement.casefile.state import Deviation
from enforcement.journal.acts import DeviationAsked, DeviationDecided
from enforcement.procedure.summary import holds_sum
from enforcement.values.errors import KnownError
from enforcement.values.shapes import to_plain

BASIS = "国办发〔2022〕27号"


def ask(desk: Desk, draft_id: UUID, words: str) -> Done[Draft]:
    """Put the request on the record; it goes to the supervisors with the next sync. Raises KnownError(procedure.not_allowed) when the
    sum lies in the band or outside the statute, (input.invalid) without words.
    """
    words = require_text(words, "deviation")
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        draft = view(session, desk, data)
        if data.case_id is None or draft.party is None or data.chosen_fen is None:
            raise KnownError("procedure.missing", items=["当事人或者数额未载明"], fields=["party"])
        acted_on = local(data.found_at).date()
        _, found = ruler.measure(desk, data.violation_id, data.facts, draft.party.kind, acted_on)
        if found.recommended_fen is None:
            raise KnownError("procedure.missing", items=["裁量所需的事实未查明"], fields=["violation"])
        if holds_sum(found, data.chosen_fen):
            raise KnownError("procedure.not_allowed", why="the sum lies in the band", basis=BASIS)
        top = data.chosen_fen if found.statute_hi is None else found.statute_hi
        if not found.statute_lo <= data.chosen_fen <= top:
            raise KnownError("rules.outside_statute", violation=found.title, party=draft.party.name)
        asked = DeviationAsked(
            violation=data.violation_id,
            facts=dict(data.facts),
            determination=to_plain(found),
            fine_fen=data.chosen_fen,
            words=words,
        )
        desk.append(session, data.case_id, asked)
        return done(view(session, desk, data), "drafts", "cases", "review", "queue")


def decide_here(desk: Desk, draft_id: UUID, number: str, password: str, allowed: bool, words: str) -> Done[Draft]:
    """A supervisor who is enrolled on this device decides with their own password."""
    now = desk.clock.now()
    shown = desk.agency.require(number, "supervisor", now)
    author = desk.author_of(number, password)
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        case = _case(desk, session, data)
        asked = waiting(case)
        body = DeviationDecided(asked=asked.entry, allowed=allowed, words=words.strip(), shown=shown)
        desk.append(session, case.case_id, body, author=author)
        return done(view(session, desk, data), "drafts", "cases", "review", "queue")


def decide(desk: Desk, case_id: UUID, allowed: bool, words: str) -> Done[None]:
    """The supervisor signed in decides what waits; a refusal needs words."""
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    if not allowed:
        words = require_text(words, "words")
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        asked = waiting(case)
        desk.append(session, case_id, DeviationDecided(asked=asked.entry, allowed=allowed, words=words, shown=shown))
    return done(None, "review", "cases", "queue")


def waiting(case: CaseFile) -> Deviation:
    """What waits for leave; raises KnownError(procedure.not_allowed) when nothing does."""
    if case.deviation is None or case.deviation.state != "asked" or case.decision is not None:
        raise KnownError("procedure.not_allowed", why="nothing waits for leave", basis=BASIS)
    return case.deviation


def allowed_for(case: CaseFile, violation: str, fine_fen: int) -> Deviation | None:
    """The leave that covers this sum for this violation, if there is one."""
    found = case.deviation
    if found is None or found.state != "allowed":
        return None
    return found if (found.act.violation, found.act.fine_fen) == (violation, fine_fen) else None


def reason_of(found: Deviation) -> str:
    """As it stands in the decision."""
    by = found.by.name if found.by is not None else ""
    return f"因{found.act.words.strip().rstrip('。')}，经{by}批准"


def _case(desk: Desk, session: Session, data: DraftData) -> CaseFile:
    if data.case_id is None:
        raise KnownError("procedure.not_allowed", why="nothing waits for leave", basis=BASIS)
    return fold_case(data.case_id, desk.journal.entries(session, data.case_id))
