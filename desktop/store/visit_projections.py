"""Projections of inspections and draws, made by the fold and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from desktop.store.models import NumberRow
from desktop.store.visit_models import DrawRow, VisitRow
from enforcement.casefile import Inspection, fold_inspection
from enforcement.journal import Entry, in_causal_order
from enforcement.journal.acts import InspectionOpened
from enforcement.journal.visit_acts import DrawCommitted, DrawRevealed, InspectionPlanned
from enforcement.procedure.inspections import is_fair
from enforcement.values.clock import to_ms

STREET = "street"
"""The trigger of an inspection that was begun on the spot, without a plan."""


def project_visit(session: Session, aggregate: UUID, entries: Sequence[Entry], search_text: Callable[..., str]) -> None:
    """Put the line of an inspection or a draw right; other aggregates leave none."""
    if any(isinstance(entry.body, InspectionPlanned | InspectionOpened) for entry in entries):
        _visit(session, fold_inspection(aggregate, entries), search_text)
    elif any(isinstance(entry.body, DrawCommitted) for entry in entries):
        _draw(session, aggregate, entries)


def _visit(session: Session, visit: Inspection, search_text: Callable[..., str]) -> None:
    if visit.party is None:
        return
    plan = visit.plan.act if visit.plan is not None else None
    people = [(one.number, one.name) for one in (plan.officers if plan else visit.officers)]
    findings = visit.conclusion.act.findings if visit.outcome and visit.conclusion is not None else ()
    ends = [to_ms(one.until) for one in findings if one.lead == "correction" and one.until is not None]
    planned = to_ms(plan.planned_at) if plan else None
    begun = to_ms(visit.started_at) if visit.started_at else None
    closed = to_ms(visit.closed_at) if visit.closed_at else None
    title = "、".join(one.title for one in plan.lists) if plan else ""
    session.merge(
        VisitRow(
            visit_id=visit.inspection_id.bytes,
            party=visit.party.name,
            party_id=visit.party.party_id,
            place=visit.place,
            unit=visit.unit,
            type=plan.type if plan else "case",
            trigger=plan.trigger if plan else STREET,
            title=title,
            urgent=bool(plan and plan.urgent),
            status=visit.status,
            approved=visit.approval is not None and visit.approval.approved,
            outcome=visit.outcome,
            officers="、".join(number for number, _ in people),
            names="、".join(name for _, name in people),
            planned_ms=planned,
            begun_ms=begun,
            closed_ms=closed,
            at_ms=closed or begun or planned or 0,
            findings=len(findings),
            told=visit.told is not None,
            recheck_ms=max(ends, default=None),
            rechecked=visit.rechecked.corrected if visit.rechecked else "",
            after=plan.after.bytes if plan and plan.after else b"",
            search=search_text(visit.party.name, visit.party.code, visit.place, title),
        )
    )
    for paper in visit.papers:
        if paper.number:
            session.merge(
                NumberRow(
                    series=paper.series,
                    running=paper.running,
                    case_id=visit.inspection_id.bytes,
                    number=paper.number,
                    voided="",
                )
            )


def _draw(session: Session, aggregate: UUID, entries: Sequence[Entry]) -> None:
    ordered, _ = in_causal_order(entries)
    said = next(entry for entry in ordered if isinstance(entry.body, DrawCommitted))
    assert isinstance(said.body, DrawCommitted)
    shown = next((entry.body for entry in ordered if isinstance(entry.body, DrawRevealed)), None)
    fair = shown is not None and shown.committed == said.hash and is_fair(said.body, shown)
    session.merge(
        DrawRow(
            draw_id=aggregate.bytes,
            title=said.body.title,
            state="committed" if shown is None else "revealed" if fair else "unfair",
            at_ms=to_ms(said.at),
            picks=len(shown.picks) if shown is not None else 0,
        )
    )
