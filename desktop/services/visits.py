"""Reading inspections: lists from projections, one from its fold, what waits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from desktop.services.cases import seal_states
from desktop.services.desk import Desk, local
from desktop.services.drafts import evidence_view
from desktop.services.forms import form
from desktop.services.shapes import EvidenceView, MissingItem, PartyView, TimelineRow, VisitDue
from desktop.services.visit_data import caps
from desktop.services.visit_shapes import ItemView, OtherAnswer, PaperView, VisitDetail, VisitLine, VisitView
from desktop.services.visit_words import visit_words
from desktop.store.visit_models import VisitRow
from enforcement.casefile import Inspection, fold_inspection
from enforcement.journal.acts import EvidenceAdded
from enforcement.journal.visit_acts import AskedItem, ItemAnswered
from enforcement.notices.forms import missing_in
from enforcement.procedure import Missing
from enforcement.procedure.inspections import (
    CapAnswer,
    PastVisit,
    check_cap,
    count_visits,
    missing_afterwards,
    missing_to_begin,
    missing_to_conclude,
)
from enforcement.values.clock import from_ms
from enforcement.values.errors import KnownError

RULE = "国办发〔2024〕54号"
CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
"""A unified social credit code (GB 32100-2015) in a text, or in the address that a licence's code holds."""
OPEN = ("planned", "refused", "approved", "open", "signing", "conflict")


def load(session: Session, desk: Desk, visit_id: UUID) -> Inspection:
    """The visit, folded now; raises KnownError(input.invalid) when it is not on this device."""
    visit = fold_inspection(visit_id, desk.journal.entries(session, visit_id))
    if visit.party is None:
        raise KnownError("input.invalid", field="inspection", why="no such inspection on this device")
    return visit


def lines(session: Session, desk: Desk, query: str, view: VisitView, offset: int, limit: int) -> tuple[VisitLine, ...]:
    """The latest first; what waits for approval or a second look by its day."""
    wanted = select(VisitRow)
    match view:
        case "approve":
            wanted = wanted.where(*_to_approve(desk.number)).order_by(VisitRow.planned_ms, VisitRow.visit_id)
        case "recheck":
            due = (VisitRow.recheck_ms.is_not(None), VisitRow.rechecked == "")
            wanted = wanted.where(*due).order_by(VisitRow.recheck_ms, VisitRow.visit_id)
        case "mine":
            mine = VisitRow.officers.contains(desk.number, autoescape=True)
            wanted = wanted.where(mine, VisitRow.status.in_(OPEN)).order_by(VisitRow.at_ms.desc(), VisitRow.visit_id)
        case _:
            wanted = wanted.order_by(VisitRow.at_ms.desc(), VisitRow.visit_id)
    for word in query.lower().split():
        wanted = wanted.where(VisitRow.search.contains(word, autoescape=True))
    return _lines(session, desk, wanted.offset(offset).limit(limit))


def _to_approve(number: str) -> tuple[ColumnElement[bool], ...]:
    """Plans without a decision, urgent ones also after they were done; never one's own."""
    undecided = or_(VisitRow.status == "planned", VisitRow.urgent & ~VisitRow.approved & (VisitRow.status != "refused"))
    return (undecided, VisitRow.planned_ms.is_not(None), ~VisitRow.officers.contains(number, autoescape=True))


def to_approve(session: Session, desk: Desk) -> int:
    """How many wait for a supervisor."""
    return len(session.scalars(select(VisitRow.visit_id).where(*_to_approve(desk.number))).all())


def _lines(session: Session, desk: Desk, wanted: Select[VisitRow]) -> tuple[VisitLine, ...]:
    rows = session.scalars(wanted).all()
    seals = seal_states(session, desk.journal, [row.visit_id for row in rows])
    parties = {row.party_id for row in rows}
    past = _past(session, parties)
    year, table = desk.today().year, caps()
    lowest = min((rule.per_year for rule in table.rules if rule.level == table.level), default=None)
    found: list[VisitLine] = []
    for row in rows:
        trigger = table.trigger(row.trigger)
        found.append(
            VisitLine(
                visit_id=UUID(bytes=row.visit_id),
                party=row.party,
                place=row.place,
                title=row.title or "现场检查",
                type=table.labels.get(row.type, row.type),
                trigger=trigger.label if trigger else row.trigger,
                status=row.status,  # type: ignore[arg-type]
                outcome=row.outcome,
                officers=tuple(row.names.split("、")),
                at=from_ms(row.at_ms),
                planned_at=None if row.planned_ms is None else from_ms(row.planned_ms),
                urgent=row.urgent,
                approved=row.approved,
                findings=row.findings,
                told=row.told,
                times=count_visits(past.get(row.party_id, ()), year, table),
                cap=lowest,
                recheck_due=None if row.recheck_ms is None else local(from_ms(row.recheck_ms)).date(),
                rechecked=row.rechecked,
                mine=desk.number in row.officers.split("、"),
                seal=seals[row.visit_id],
            )
        )
    return tuple(found)


def _past(session: Session, parties: Iterable[str]) -> dict[str, list[PastVisit]]:
    rows = session.scalars(select(VisitRow).where(VisitRow.party_id.in_(set(parties)), VisitRow.begun_ms.is_not(None)))
    found: dict[str, list[PastVisit]] = {}
    for row in rows:
        day = local(from_ms(row.begun_ms or 0)).date()
        found.setdefault(row.party_id, []).append(PastVisit(day, row.type, row.trigger))  # type: ignore[arg-type]
    return found


def cap_of(session: Session, desk: Desk, party_id: str, trigger: str, day: date) -> CapAnswer:
    """What the caps say of one more visit in the year of a day; raises KnownError(input.invalid) for an unknown trigger."""
    table = caps()
    known = table.trigger(trigger)
    if known is None:
        raise KnownError("input.invalid", field="trigger", why=f"there is no trigger {trigger}")
    return check_cap(_past(session, {party_id}).get(party_id, ()), day.year, known, table)


def ready(session: Session, desk: Desk, party_id: str) -> UUID | None:
    """The inspection of this party that the person signed in can go on with: one that has begun, else the next approved one."""
    wanted = select(VisitRow).where(VisitRow.party_id == party_id, VisitRow.status.in_(("approved", "open", "signing")))
    rows = [row for row in session.scalars(wanted) if desk.number in row.officers.split("、")]
    rows.sort(key=lambda row: (row.status == "approved", row.planned_ms or 0, row.visit_id))
    return UUID(bytes=rows[0].visit_id) if rows else None


def code_in(text: str) -> str:
    """The credit code in what a scanner gave: the code itself, or an address that holds it; empty when there is none."""
    found = CODE.search(text.strip().upper())
    return found[0] if found else ""


def detail(session: Session, desk: Desk, visit_id: UUID) -> VisitDetail:
    """The page of one inspection."""
    visit = load(session, desk, visit_id)
    line = _lines(session, desk, select(VisitRow).where(VisitRow.visit_id == visit_id.bytes))[0]
    party, plan = visit.party, visit.plan.act if visit.plan else None
    assert party is not None
    pictures = {item.act.evidence: evidence_view(desk, item.act) for item in visit.evidence}
    now = desk.clock.now()
    here = {slot.number for slot in desk.keys.slots}
    before = missing_to_begin(visit) if visit.started_at is None else missing_to_conclude(visit)
    numbers = [one.number for one in (plan.officers if plan else visit.officers)]
    names = {item.key: item.label for item in (plan.items if plan else ())}
    names |= {paper.form: form(paper.form).title for paper in visit.papers}
    return VisitDetail(
        line=line,
        party=PartyView(
            party_id=party.party_id,
            name=party.name,
            kind=party.kind,
            code=party.code,
            address=party.address,
            representative=party.representative,
            phone=party.phone,
            known_from="entered",
        ),
        source=plan.source if plan else "",
        basis=plan.basis if plan else "",
        way=plan.way if plan else "",
        matters=plan.matters if plan else (),
        urgent=plan.urgent if plan else "",
        helpers=plan.helpers if plan else 0,
        cap_words=plan.cap_words if plan else "",
        cap_state=plan.cap_state if plan else "allowed",
        people=tuple(desk.agency.person_view(number, now, number in here) for number in numbers),
        approval="" if visit.approval is None else "approved" if visit.approval.approved else "refused",
        approver=visit.approval.by.name if visit.approval else "",
        approval_words=visit.approval.words if visit.approval else "",
        begun_at=visit.started_at,
        shown_at=visit.shown.at if visit.shown else None,
        present=visit.shown.present if visit.shown else party.representative,
        confirmed=bool(visit.shown and visit.shown.confirmed),
        recusal=bool(visit.shown and visit.shown.recusal),
        notice_at=visit.notice.at if visit.notice else None,
        units=tuple(f"{one.number} {one.name}".strip() for one in visit.units.units) if visit.units else (),
        obstructed=visit.obstructed.words if visit.obstructed else "",
        items=tuple(_item(desk, visit, item, pictures) for item in (plan.items if plan else ())),
        evidence=tuple(pictures.values()),
        narrative=visit.conclusion.act.narrative if visit.conclusion else "",
        told=visit.told.words if visit.told else "",
        papers=_papers(visit),
        missing=_words(before) if not visit.outcome and plan else (),
        afterwards=_words(missing_afterwards(visit)),
        cases=visit.cases,
        after=plan.after if plan else None,
        timeline=tuple(
            TimelineRow(
                at=one.entry.at,
                who=name_of(desk, one.entry.certificate),
                words=visit_words(one.entry, names),
                kind=one.entry.kind,
                effective=one.effective,
                entry_hash=one.entry.hash,
            )
            for one in visit.lines
        ),
    )


def name_of(desk: Desk, number: str) -> str:
    """A person's name by the roster; the number where it has none."""
    person = desk.agency.index.roster.person(number)
    return person.name if person else number


def _words(missing: Sequence[Missing]) -> tuple[MissingItem, ...]:
    return tuple(MissingItem(one.field, one.words, one.basis) for one in missing)


def _papers(visit: Inspection) -> tuple[PaperView, ...]:
    found: list[PaperView] = []
    for index, paper in enumerate(visit.papers):
        known = form(paper.form)
        missing = tuple(MissingItem(one.path, one.words, one.article) for one in missing_in(known, paper.values))
        found.append(PaperView(index, paper.form, known.title, paper.number, missing))
    return tuple(found)


def _item(desk: Desk, visit: Inspection, item: AskedItem, pictures: dict[UUID, EvidenceView]) -> ItemView:
    answer, lead = visit.answers.get(item.key), visit.leads.get(item.key)
    others: list[OtherAnswer] = []
    entries = {line.entry.hash: line.entry for line in visit.lines}
    for clash in visit.conflicts:
        entry = entries[clash.falls]
        if clash.item == item.key and isinstance(entry.body, ItemAnswered):
            others.append(OtherAnswer(entry.body.answer, entry.body.words, name_of(desk, entry.certificate)))
    title = ""
    if item.violation:
        try:
            title = desk.agency.library.violation(item.violation, desk.today()).title
        except KnownError:  # the agency's table does not hold it: the finding can still be corrected or referred
            title = ""
    return ItemView(
        key=item.key,
        label=item.label,
        question=item.question,
        basis=item.basis,
        severity=item.severity,
        photo=item.photo,
        optional=item.optional,
        unit=item.unit,
        days=item.days,
        correction=item.correction,
        violation=item.violation if title else "",
        violation_title=title,
        answer=answer.act.answer if answer else "",
        words=answer.act.words if answer else "",
        value=answer.act.value if answer else "",
        evidence=tuple(pictures[one] for one in visit.pictured(item.key) if one in pictures),
        lead=lead.lead if lead else "",
        lead_correction=lead.correction if lead else item.correction,
        until=lead.until if lead else None,
        to=lead.to if lead else "",
        others=tuple(others),
    )


def evidence_of(visit: Inspection, item: str) -> tuple[EvidenceAdded, ...]:
    """The sealed attachments of an item."""
    names = set(visit.pictured(item))
    return tuple(one.act for one in visit.evidence if one.act.evidence in names)


def visit_deadlines(session: Session, desk: Desk, at_most: int) -> tuple[VisitDue, ...]:
    """What Today says of inspections: corrections to be checked, results not told, approvals to be given or made up; so many of each."""
    today, roles = desk.today(), desk.agency.person(desk.number).roles
    found: list[VisitDue] = []

    def add(row: VisitRow, what: str, basis: str, due: date | None) -> None:
        left = None if due is None else (due - today).days
        about = f"{row.party} · {row.title or '现场检查'}"
        found.append(VisitDue(UUID(bytes=row.visit_id), what, about, basis, due, left))

    if "supervisor" in roles:
        for row in session.scalars(select(VisitRow).where(*_to_approve(desk.number)).limit(at_most)):
            planned = None if row.planned_ms is None else local(from_ms(row.planned_ms)).date()
            add(row, "补办行政检查审批" if row.begun_ms else "审批行政检查", RULE, planned)
    if "officer" in roles:
        mine = VisitRow.officers.contains(desk.number, autoescape=True)
        due = select(VisitRow).where(mine, VisitRow.recheck_ms.is_not(None), VisitRow.rechecked == "")
        for row in session.scalars(due.order_by(VisitRow.recheck_ms).limit(at_most)):
            add(row, "复查责令改正", "行政处罚法第二十八条", local(from_ms(row.recheck_ms or 0)).date())
        untold = select(VisitRow).where(mine, VisitRow.outcome != "", ~VisitRow.told, VisitRow.planned_ms.is_not(None))
        for row in session.scalars(untold.limit(at_most)):
            add(row, "检查结果未告知企业", RULE, None)
        begun = VisitRow.begun_ms.is_not(None)
        for row in session.scalars(
            select(VisitRow).where(mine, begun, VisitRow.urgent, ~VisitRow.approved).limit(at_most)
        ):
            add(row, "紧急检查待补办审批", RULE, None)
        for row in session.scalars(
            select(VisitRow).where(mine, VisitRow.status == "approved").order_by(VisitRow.planned_ms).limit(at_most)
        ):
            add(row, "已批准的行政检查", RULE, local(from_ms(row.planned_ms or 0)).date())
    return tuple(sorted(found, key=lambda one: (one.days_left is None, one.days_left or 0)))
