"""How an inspection ends: both signatures, its documents, the result told, and what each finding turns into."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from desktop.services import onspot
from desktop.services import visit_papers as papers
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from desktop.services.drafts import DraftData, load_draft, store_draft, view
from desktop.services.shapes import Draft
from desktop.services.visit_shapes import CaseSeed
from desktop.services.visit_words import CORRECTED
from desktop.services.visiting import CHANGED, append, inspecting, planned
from desktop.services.visits import RULE, evidence_of, load
from enforcement.casefile import Inspection
from enforcement.journal.visit_acts import (
    CorrectionChecked,
    FindingLed,
    InspectionConcluded,
    InspectionCosigned,
    ResultTold,
)
from enforcement.procedure.inspections import may_conclude
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7


def conclude(desk: Desk, visit_id: UUID, checked: str, told: str, number: str, password: str) -> Done[None]:
    """Both signatures, the documents and, where `told` says how it was taken, the result told on the spot, in one transaction.

    Raises KnownError(procedure.missing), (certificate.*), (password.wrong).
    """
    now = desk.clock.now()
    if number == desk.number:
        raise KnownError("certificate.same_person", number=number)
    with desk.database.read() as session:
        visit = load(session, desk, visit_id)
        people = inspecting(desk, visit)
        may_conclude(visit)
    if number not in {one.number for one in people}:
        raise KnownError("procedure.not_allowed", why="only its inspecting officers sign an inspection", basis=RULE)
    desk.agency.require(desk.number, "officer", now)
    partner = desk.author_of(number, password)
    shown = desk.agency.require(number, "officer", now)
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        may_conclude(visit)
        findings = _findings(visit)
        outcome = "obstructed" if visit.obstructed is not None else "findings" if findings else "no_findings"
        corrected = _corrected(visit) if visit.plan is not None and visit.plan.act.after is not None else ""
        ended = InspectionConcluded(
            outcome=outcome,  # type: ignore[arg-type]
            findings=findings,
            narrative=papers.narrative(visit, findings),
            ended_at=now,
            checked=checked.strip() or "以上笔录与现场情况一致。",
            corrected=corrected,  # type: ignore[arg-type]
        )
        entries, _ = desk.append(session, visit_id, ended)
        cosigned = InspectionCosigned(conclusion=entries[-1].hash, shown=shown)
        append(session, desk, visit_id, cosigned, author=partner)
        _papers(session, desk, visit, ended)
        if told.strip():
            to = visit.shown.present if visit.shown is not None else ""
            append(session, desk, visit_id, ResultTold(way="on_the_spot", to=to, words=told.strip(), at=now))
        if corrected:
            _checked(session, desk, visit, ended)
    return done(None, *CHANGED)


def _papers(session: Session, desk: Desk, visit: Inspection, ended: InspectionConcluded) -> None:
    now = desk.clock.now()
    sheets = [
        (papers.RECORD, papers.record(desk, visit, ended)),
        (papers.RESULT, papers.result(desk, visit, ended, now)),
    ]
    sheets += [(papers.ORDER, values) for values in papers.orders(desk, visit, ended, now)]
    for form, values in sheets:  # one by one: each number is taken when the one before is on the record
        append(session, desk, visit.inspection_id, papers.issue(session, desk, form, values))


def _findings(visit: Inspection) -> tuple[FindingLed, ...]:
    assert visit.plan is not None
    return tuple(
        visit.leads[item.key]
        for item in visit.plan.act.items
        if (answer := visit.answers.get(item.key)) is not None
        and answer.act.answer == "violates"
        and item.key in visit.leads
    )


def _corrected(visit: Inspection) -> str:
    good = [one.act.answer != "violates" for one in visit.answers.values()]
    return "all" if all(good) else "part" if any(good) else "none"


def _checked(session: Session, desk: Desk, visit: Inspection, ended: InspectionConcluded) -> None:
    """Put the second look on the first inspection's record, and its own document on this one's."""
    assert visit.plan is not None
    first = visit.plan.act.after
    assert first is not None
    before = load(session, desk, first)
    order = before.paper(papers.ORDER)
    values = papers.recheck(desk, visit, order.number if order else "", ended, CORRECTED[ended.corrected])
    append(session, desk, visit.inspection_id, papers.issue(session, desk, papers.RECHECK, values))
    result = CorrectionChecked(by=visit.inspection_id, corrected=ended.corrected)  # type: ignore[arg-type]
    append(session, desk, first, result)


def tell(desk: Desk, visit_id: UUID, to: str, words: str) -> Done[None]:
    """The result told later. Raises KnownError(procedure.not_allowed) when there is none or it was told."""
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        if not visit.outcome or visit.told is not None:
            raise KnownError("procedure.not_allowed", why="there is no result to tell", basis=RULE)
        body = ResultTold(
            way="later", to=require_text(to, "to"), words=words.strip() or "没有异议", at=desk.clock.now()
        )
        append(session, desk, visit_id, body)
    return done(None, *CHANGED)


def paper_pdf(desk: Desk, visit_id: UUID, index: int) -> bytes:
    """A document's pages. Raises KnownError(input.invalid) when there is no such document."""
    with desk.database.read() as session:
        visit = load(session, desk, visit_id)
    if not 0 <= index < len(visit.papers):
        raise KnownError("input.invalid", field="document", why="there is no such document")
    paper = visit.papers[index]
    return desk.render_form(paper.form, papers.printable(paper))


def recheck(desk: Desk, visit_id: UUID) -> Done[UUID]:
    """Plan the second look at what was to be corrected, by the same officers; it is approved like any inspection.

    Raises KnownError(procedure.not_allowed) when nothing waits for it.
    """
    now = desk.clock.now()
    desk.agency.require(desk.number, "officer", now)
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        wanted = {one.item for one in _ended(visit).findings if one.lead == "correction"}
        if not wanted or visit.rechecked is not None or visit.plan is None or visit.party is None:
            raise KnownError(
                "procedure.not_allowed", why="nothing waits for a second look", basis="行政处罚法第二十八条"
            )
        plan = visit.plan.act
        partner = next(one.number for one in plan.officers if one.number != desk.number)
        items = tuple(item for item in plan.items if item.key in wanted)
        body = planned(
            session,
            desk,
            party_id=visit.party.party_id,
            place=visit.place,
            trigger="recheck",
            source="复查责令改正的事项",
            lists=plan.lists,
            items=items,
            basis=f"{plan.basis}、行政处罚法第二十八条",
            way=plan.way,
            officers=(desk.number, partner),
            planned_at=now,
            after=visit_id,
        )
        again = uuid7(now, desk.entropy)
        desk.append(session, again, body)
    return done(again, *CHANGED)


def to_case(desk: Desk, visit_id: UUID, item: str) -> CaseSeed:
    """What a case takes over from a finding. Raises KnownError(input.invalid) when the item is none."""
    with desk.database.read() as session:
        visit = load(session, desk, visit_id)
    answer = visit.answers.get(item)
    asked = next((one for one in (visit.plan.act.items if visit.plan else ()) if one.key == item), None)
    if answer is None or asked is None or answer.act.answer != "violates" or visit.started_at is None:
        raise KnownError("input.invalid", field=f"item.{item}", why="nothing was found there")
    assert visit.party is not None
    value = f"，{answer.act.value}{asked.unit}" if answer.act.value else ""
    return CaseSeed(
        inspection=visit_id,
        item=item,
        party=visit.party,
        place=visit.place,
        found_at=visit.started_at,
        happened=f"{answer.act.words.rstrip('。')}{value}",
        violation=asked.violation,
        evidence=evidence_of(visit, item) or tuple(one.act for one in visit.evidence),
    )


def to_on_spot(desk: Desk, visit_id: UUID, item: str) -> Done[Draft]:
    """An on-the-spot page with everything of the finding taken over; the case names this inspection. Raises KnownError(input.invalid),
    (procedure.not_allowed) before the inspection was concluded.
    """
    seed, now = to_case(desk, visit_id, item), desk.clock.now()
    desk.agency.require(desk.number, "officer", now)
    with desk.database.write() as session:
        _ended(load(session, desk, visit_id))
        data = DraftData(
            draft_id=uuid7(now, desk.entropy),
            inspection=visit_id,
            found_at=seed.found_at,
            place=seed.place,
            happened=seed.happened,
            evidence=seed.evidence,
        )
        store_draft(session, desk, data)
    onspot.choose_party(desk, data.draft_id, seed.party.party_id)
    if seed.violation:
        onspot.choose_violation(desk, data.draft_id, seed.violation)
    with desk.database.read() as session:
        draft = view(session, desk, load_draft(session, desk, data.draft_id))
    return done(draft, "drafts", "cases", "visits")


def _ended(visit: Inspection) -> InspectionConcluded:
    if not visit.outcome or visit.conclusion is None:
        raise KnownError("procedure.not_allowed", why="the inspection was not concluded", basis=RULE)
    return visit.conclusion.act
