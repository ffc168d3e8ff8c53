"""The on-the-spot penalty (简易程序): a page that becomes a record as it is written, and a decision at its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from desktop.services import deviation, notice, ruler
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, local, require_text, utc
from desktop.services.drafts import DraftData, change, load_draft, party_act, store_draft, view
from desktop.services.evidence import seal_photo
from desktop.services.shapes import Draft, Issued
from desktop.store.kept import drop_draft
from desktop.store.parties import party_of
from enforcement.casefile import fold_case
from enforcement.discretion import Determination, explain
from enforcement.journal.acts import (
    CaseCosigned,
    CaseDetermined,
    CaseOpened,
    CertificateShown,
    DecisionIssued,
    FactsRecorded,
    InspectionClosed,
    InspectionOpened,
    PartyChanged,
    PartyInformed,
    StatementRecorded,
)
from enforcement.notices.content import FORM
from enforcement.procedure import PageState, may_issue_on_spot
from enforcement.procedure.summary import holds_sum
from enforcement.rules import FactValue
from enforcement.rules.facts import check_fact
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7
from enforcement.values.money import plain_text
from enforcement.values.shapes import to_plain


def begin(desk: Desk) -> Done[Draft]:
    """A new page; the certificate is asked for before anything is written."""
    now = desk.clock.now()
    desk.agency.require(desk.number, "officer", now)
    data = DraftData(draft_id=uuid7(now, desk.entropy), inspection=uuid7(now, desk.entropy), found_at=now)
    with desk.database.write() as session:
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts")


def choose_party(desk: Desk, draft_id: UUID, party_id: str) -> Done[Draft]:
    """Open the inspection and the case, or put the party right in one already open."""
    now = desk.clock.now()
    shown = desk.agency.require(desk.number, "officer", now)
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        known = party_of(session, party_id)
        if known is None:
            raise KnownError("input.invalid", field="party", why="no such party here")
        party = party_act(known)
        place = data.place or known.address
        if data.case_id is None:
            data = _open(session, desk, change(data, party_id=party_id, place=place), shown)
        elif data.party_id != party_id:
            desk.append(session, data.case_id, PartyChanged(party=party))
            data = change(data, party_id=party_id, place=place, told_fine=-1, statement="", statement_words="")
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts", "cases")


def _open(session: Session, desk: Desk, data: DraftData, shown: CertificateShown) -> DraftData:
    now = desk.clock.now()
    known = party_of(session, data.party_id)
    assert known is not None
    party, unit = party_act(known), desk.agency.person(desk.number).unit
    case_id = uuid7(now, desk.entropy)
    if not desk.journal.entries(session, data.inspection):  # a finding of an inspection was opened there
        desk.append(
            session,
            data.inspection,
            InspectionOpened(party=party, place=data.place, officers=(shown,), unit=unit, started_at=data.found_at),
        )
    opened = CaseOpened(
        inspection=data.inspection,
        party=party,
        unit=unit,
        officer=desk.number,
        place=data.place,
        found_at=data.found_at,
        procedure="summary",
    )
    desk.append(session, case_id, opened, *data.evidence)
    return change(data, case_id=case_id)


def choose_violation(desk: Desk, draft_id: UUID, violation_id: str) -> Done[Draft]:
    """Facts that the new violation also asks for are kept."""
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        violation = desk.agency.library.violation(violation_id, local(data.found_at).date())
        kept = {name: value for name, value in data.facts.items() if violation.spec(name) is not None}
        for spec in violation.facts:
            if spec.known_from == "priors" and data.party_id:
                kept[spec.id] = min(ruler.priors(session, desk, violation_id, data.party_id), spec.high)
        data = change(data, violation_id=violation_id, facts=kept, chosen_fen=None)
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts")


def set_fact(desk: Desk, draft_id: UUID, fact_id: str, value: FactValue | None) -> Done[Draft]:
    """One fact, checked; None takes it away."""
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        spec = desk.agency.library.violation(data.violation_id, local(data.found_at).date()).spec(fact_id)
        if spec is None:
            raise KnownError("rules.fact_invalid", fact=fact_id, text=str(value), why="the table does not ask for it")
        facts = {name: old for name, old in data.facts.items() if name != fact_id}
        if value is not None:
            check_fact(spec, value)
            facts[fact_id] = value
        data = change(data, facts=facts, chosen_fen=None)
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts")


def set_field(desk: Desk, draft_id: UUID, name: str, value: str) -> Done[Draft]:
    """A text of the page."""
    return _changed(desk, draft_id, **{name: value.strip()})


def choose_sum(desk: Desk, draft_id: UUID, fine_fen: int | None) -> Done[Draft]:
    """The sum that the officer chose; None goes back to the recommended one."""
    return _changed(desk, draft_id, chosen_fen=fine_fen)


def set_on_spot_payment(desk: Desk, draft_id: UUID, on: bool) -> Done[Draft]:
    """Whether the fine is collected on the spot (APL Art. 68)."""
    return _changed(desk, draft_id, on_spot_payment=on)


def record_told(desk: Desk, draft_id: UUID) -> Done[Draft]:
    """The party was told content, facts, reasons, basis and rights (APL Art. 44); the content is that of this instant."""
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        case_id = _case(data)
        found, fine = _sum(session, desk, data)
        words = f"拟对{found.title}处罚款{plain_text(fine)}元。{explain(found, fine)}当事人有权陈述、申辩。"
        desk.append(session, case_id, PartyInformed(way="oral", words=words, fine_fen=fine, at=desk.clock.now()))
        data = change(data, told_fine=fine, told_at=desk.clock.now())
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts", "cases")


def record_statement(
    desk: Desk, draft_id: UUID, statement: Literal["none", "made"], words: str, heard: str
) -> Done[Draft]:
    """What the party said, or that they said nothing after being told (APL Art. 45, 62)."""
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        case_id = _case(data)
        if statement == "made":
            words, heard = require_text(words, "statement"), require_text(heard, "heard")
        desk.append(session, case_id, StatementRecorded(made=statement == "made", words=words, heard=heard))
        data = change(data, statement=statement, statement_words=words, heard_words=heard)
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts", "cases")


def attach_photo(desk: Desk, draft_id: UUID, path: Path, caption: str) -> Done[Draft]:
    """Seal a photograph and put it on the record at once."""
    with desk.database.read() as session:
        place = load_draft(session, desk, draft_id).place
    act = seal_photo(desk, path, caption or "现场照片", place)
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        if data.case_id is not None:
            desk.append(session, data.case_id, act)
        data = change(data, evidence=(*data.evidence, act))
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts", "cases")


def set_found_at(desk: Desk, draft_id: UUID, at: datetime) -> Done[Draft]:
    """When the act was found, where it is written down later; before the party is chosen, for then the case is open.

    Raises KnownError(input.invalid) for an instant in the future, (procedure.not_allowed) once the case is open.
    """
    if at > desk.clock.now():
        raise KnownError("input.invalid", field="found_at", why="it lies in the future")
    with desk.database.write() as session:
        data = load_draft(session, desk, draft_id)
        if data.case_id is not None:
            raise KnownError("procedure.not_allowed", why="the case is open", basis="行政处罚法第四十七条")
        data = change(data, found_at=utc(at))
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts")


def discard(desk: Desk, draft_id: UUID) -> Done[None]:
    """Take the page away; what is on the record stays on the record."""
    with desk.database.write() as session:
        drop_draft(session, draft_id, desk.number)
    return done(None, "drafts")


@dataclass(frozen=True)
class ReadyPage:
    """A page that may be decided: what was measured, the sum, why it lies outside the band where it does, and who gave leave."""

    data: DraftData
    case_id: UUID
    draft: Draft
    found: Determination
    fine: int
    reason: str
    approver: str


def ready(session: Session, desk: Desk, draft_id: UUID, second: str, now: datetime) -> ReadyPage:
    """The page, if it may be decided with this second officer. Raises KnownError(certificate.*), (procedure.*)."""
    data = load_draft(session, desk, draft_id)
    case_id = _case(data)
    found, fine = _sum(session, desk, data)
    draft = view(session, desk, data)
    case = fold_case(case_id, desk.journal.entries(session, case_id))
    leave = deviation.allowed_for(case, data.violation_id, fine)
    reason = "" if leave is None or holds_sum(found, fine) else deviation.reason_of(leave)
    desk.agency.require(desk.number, "officer", now, _field(desk, data))
    desk.agency.require(second, "officer", now, _field(desk, data))
    page = PageState(
        party_kind=draft.party.kind if draft.party else "",
        party_known=draft.party is not None,
        place=data.place,
        happened=data.happened,
        evidence=len(data.evidence),
        determination=found,
        fine_fen=fine,
        told=data.told_fine >= 0,
        statement_recorded=bool(data.statement),
        second_officer=second,
        deviation=reason,
    )
    may_issue_on_spot(page, desk.number)
    if fine > data.told_fine:
        raise KnownError(
            "procedure.not_allowed", why="decided above what was told", basis="行政处罚法第四十四条、第四十五条"
        )
    approver = leave.by.number if reason and leave is not None and leave.by is not None else ""
    return ReadyPage(data, case_id, draft, found, fine, reason, approver)


def determined_by(page: ReadyPage) -> tuple[FactsRecorded, CaseDetermined]:
    """What the first officer puts on record before the second signs."""
    data, found = page.data, page.found
    facts = FactsRecorded(violation=data.violation_id, happened=data.happened, place=data.place, facts=dict(data.facts))
    return facts, CaseDetermined(
        pack_digest=found.pack_digest,
        violation=data.violation_id,
        facts=dict(data.facts),
        acted_on=found.acted_on,
        decided_on=found.decided_on,
        determination=to_plain(found),
        fine_fen=page.fine,
        deviation=page.reason,
        approver=page.approver,
    )


def decide(
    session: Session, desk: Desk, page: ReadyPage, proposal: bytes, second: CertificateShown, now: datetime
) -> Issued:
    """Number and decision, on a determination that both have signed; then the page is done. Raises KnownError(numbers.none_left)."""
    first = desk.agency.require(desk.number, "officer", now)
    block, running = desk.agency.next_number(session, FORM, page.found.decided_on.year)
    content = notice.content_of(
        desk, page.data, page.draft, page.found, page.fine, block.number(running), (first, second), now, page.reason
    )
    issued = DecisionIssued(
        form=FORM,
        number=content.number,
        series=block.series,
        running=running,
        content=to_plain(content),
        content_digest=notice.digest_of(content),
        code=notice.code_of(desk, content, page.data.violation_id, now),
        determination=proposal,
        officers=(first, second),
        fine_fen=page.fine,
    )
    desk.append(session, page.case_id, issued)
    desk.append(session, page.data.inspection, InspectionClosed(outcome="penalty_case", case=page.case_id))
    drop_draft(session, page.data.draft_id, desk.number)
    return Issued(page.case_id, content.number, now)


def cosign_and_issue(desk: Desk, draft_id: UUID, number: str, password: str) -> Done[Issued]:
    """Both signatures on this device, the number and the decision, in one transaction; then the page is done.

    Raises KnownError(certificate.*), (password.wrong), (procedure.missing), (numbers.none_left).
    """
    now = desk.clock.now()
    if number == desk.number:
        raise KnownError("certificate.same_person", number=number)
    desk.agency.require(desk.number, "officer", now)
    partner = desk.author_of(number, password)
    second = desk.agency.require(number, "officer", now)
    with desk.database.write() as session:
        page = ready(session, desk, draft_id, number, now)
        entries, _ = desk.append(session, page.case_id, *determined_by(page))
        proposal = entries[-1].hash
        desk.append(session, page.case_id, CaseCosigned(determination=proposal, shown=second), author=partner)
        issued = decide(session, desk, page, proposal, second, now)
    return done(issued, "cases", "drafts", "queue")


def _changed(desk: Desk, draft_id: UUID, **changes: object) -> Done[Draft]:
    with desk.database.write() as session:
        data = change(load_draft(session, desk, draft_id), **changes)
        store_draft(session, desk, data)
        return done(view(session, desk, data), "drafts")


def _field(desk: Desk, data: DraftData) -> str:
    """The field of enforcement that the violation belongs to: both certificates must cover it."""
    return desk.agency.library.violation(data.violation_id, local(data.found_at).date()).field


def _case(data: DraftData) -> UUID:
    if data.case_id is None:
        raise KnownError("procedure.missing", items=["当事人未载明"], fields=["party"])
    return data.case_id


def _sum(session: Session, desk: Desk, data: DraftData) -> tuple[Determination, int]:
    draft = view(session, desk, data)
    if not data.violation_id:
        raise KnownError("procedure.missing", items=["未选定违法行为及其依据"], fields=["violation"])
    kind = draft.party.kind if draft.party else "organisation"
    _, found = ruler.measure(desk, data.violation_id, data.facts, kind, local(data.found_at).date())
    fine = data.chosen_fen if data.chosen_fen is not None else found.recommended_fen
    if fine is None:
        fields = [f"fact.{fact}" for fact in found.missing]
        raise KnownError("procedure.missing", items=["裁量所需的事实未查明", *found.refusals], fields=fields)
    return found, fine
