"""From the on-the-spot page to the ordinary procedure, and the sum that two officers put forward there by the ruler."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from desktop.services import deviation, ruler
from desktop.services.act_desk import standing_of
from desktop.services.acts import CHANGED, second_author
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, local, require_text
from desktop.services.drafts import DraftData, load_draft, store_draft, view
from desktop.services.shapes import Draft
from desktop.store.kept import drafts_of, drop_draft
from desktop.store.parties import KnownParty, party_of, put_party
from enforcement.casefile import CaseFile
from enforcement.discretion import Determination
from enforcement.journal.acts import CaseCosigned, CaseDetermined, FactsRecorded, InspectionClosed, Party
from enforcement.journal.procedure_acts import TurnedOrdinary
from enforcement.procedure.summary import holds_sum
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7
from enforcement.values.shapes import from_bytes, to_plain


def turn_ordinary(desk: Desk, draft_id: UUID, why: str) -> Done[UUID]:
    """The page's case goes on under the ordinary procedure (APL Art. 54). Raises KnownError(procedure.missing), (certificate.*)."""
    why = require_text(why, "why")
    desk.agency.require(desk.number, "officer", desk.clock.now())
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        lacks = [
            (field, words)
            for field, words, there in (
                ("party", "当事人未载明", data.case_id is not None),
                ("violation", "未选定违法行为及其依据", bool(data.violation_id)),
                ("place", "违法行为地点未载明", bool(data.place.strip())),
                ("happened", "违法事实未载明", bool(data.happened.strip())),
            )
            if not there
        ]
        if lacks or data.case_id is None:
            raise KnownError(
                "procedure.missing", items=[words for _, words in lacks], fields=[name for name, _ in lacks]
            )
        desk.append(session, data.case_id, _facts(data), TurnedOrdinary(why=why))
        desk.append(session, data.inspection, InspectionClosed(outcome="penalty_case", case=data.case_id))
        drop_draft(session, draft_id, desk.number)
    return done(data.case_id, *CHANGED)


def propose_again(desk: Desk, case_id: UUID) -> Done[Draft]:
    """A page with what the case holds, or the one begun before. Raises KnownError(procedure.not_allowed) once it is decided."""
    now = desk.clock.now()
    desk.agency.require(desk.number, "officer", now)
    with desk.database.write() as session:
        case = standing_of(session, desk, case_id).case
        if case.track.marks & {"decided", "ended", "closed"}:
            raise KnownError("procedure.not_allowed", why="it is decided", basis="行政处罚法第五十七条")
        data = _begun(session, desk, case_id) or _page(desk, case)
        assert case.party is not None
        if party_of(session, case.party.party_id) is None:
            put_party(session, _known(case.party))
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts")


def propose(desk: Desk, draft_id: UUID, number: str, password: str) -> Done[UUID]:
    """Both officers sign facts and sum. Raises KnownError(certificate.*), (password.wrong), (procedure.missing),
    (procedure.needs_approval) for a sum outside the band that nobody allowed.
    """
    now = desk.clock.now()
    first = desk.agency.require(desk.number, "officer", now)
    partner, second = second_author(desk, number, password, "officer")
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        if data.case_id is None or not data.ordinary:
            raise KnownError("procedure.not_allowed", why="it is a decision on the spot", basis="行政处罚法第五十一条")
        case = standing_of(session, desk, data.case_id).case
        found, fine, reason, approver = _measured(desk, case, data)
        violation = desk.agency.library.violation(data.violation_id, local(data.found_at).date())
        for one in (first, second):
            desk.agency.require(one.number, "officer", now, violation.field)
        determined = CaseDetermined(
            pack_digest=found.pack_digest,
            violation=data.violation_id,
            facts=dict(data.facts),
            acted_on=found.acted_on,
            decided_on=found.decided_on,
            determination=to_plain(found),
            fine_fen=fine,
            deviation=reason,
            approver=approver,
        )
        entries, _ = desk.append(session, data.case_id, _facts(data), determined)
        cosigned = CaseCosigned(determination=entries[-1].hash, shown=second)
        desk.append(session, data.case_id, cosigned, author=partner)
        drop_draft(session, draft_id, desk.number)
    return done(data.case_id, *CHANGED)


def _measured(desk: Desk, case: CaseFile, data: DraftData) -> tuple[Determination, int, str, str]:
    """The determination, the sum, and for one outside the band the reason and who allowed it."""
    if not data.violation_id:
        raise KnownError("procedure.missing", items=["未选定违法行为及其依据"], fields=["violation"])
    kind = case.party.kind if case.party is not None else "organisation"
    _, found = ruler.measure(desk, data.violation_id, data.facts, kind, local(data.found_at).date())
    if found.missing:
        fields = [f"fact.{fact}" for fact in found.missing]
        raise KnownError("procedure.missing", items=["裁量所需的事实未查明"], fields=fields)
    stops = [*found.refusals, *(f"尚未{step.text}，不得罚款" for step in found.steps)]
    if stops:
        raise KnownError("procedure.missing", items=stops, fields=["violation"])
    if found.exempt == "must":
        return found, 0, "", ""
    fine = data.chosen_fen if data.chosen_fen is not None else found.recommended_fen
    if fine is None:
        raise KnownError("procedure.missing", items=["罚款数额未确定"], fields=["sum"])
    if holds_sum(found, fine) or found.band_lo is None:
        return found, fine, "", ""
    leave = deviation.allowed_for(case, data.violation_id, fine)
    if leave is None:
        raise KnownError("procedure.needs_approval", fine=fine)
    return found, fine, deviation.reason_of(leave), leave.by.number if leave.by is not None else ""


def _facts(data: DraftData) -> FactsRecorded:
    return FactsRecorded(violation=data.violation_id, happened=data.happened, place=data.place, facts=dict(data.facts))


def _begun(session: Session, desk: Desk, case_id: UUID) -> DraftData | None:
    drafts = (from_bytes(DraftData, data) for _, data, _ in drafts_of(session, desk.number))
    return next((one for one in drafts if one.case_id == case_id and one.ordinary), None)


def _page(desk: Desk, case: CaseFile) -> DraftData:
    assert case.party is not None
    assert case.found_at is not None
    facts, now = case.facts, desk.clock.now()
    return DraftData(
        draft_id=uuid7(now, desk.entropy),
        inspection=case.inspection or case.case_id,
        found_at=case.found_at,
        case_id=case.case_id,
        party_id=case.party.party_id,
        place=case.place,
        happened=facts.happened if facts is not None else "",
        violation_id=facts.violation if facts is not None else "",
        facts=dict(facts.facts) if facts is not None else {},
        chosen_fen=case.proposal.act.fine_fen if case.proposal is not None else None,
        evidence=tuple(item.act for item in case.evidence),
        ordinary=True,
    )


def _known(party: Party) -> KnownParty:
    return KnownParty(
        party_id=party.party_id,
        name=party.name,
        kind=party.kind,
        code=party.code,
        address=party.address,
        representative=party.representative,
        phone=party.phone,
        known_from="entered",
    )
